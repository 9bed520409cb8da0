import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkLinearizability,
  formatViolation,
  type Recorded,
  type SequentialModel,
} from '../../sim/check/linearizability.ts';
import { isLinearizable } from './brute-force.ts';

type Operation = { readonly kind: 'write' | 'add'; readonly value: number } | { readonly kind: 'read' };
/** What was read, or 'done'. */
type Outcome = number | 'done';

/** A number that can be written, added to and read. */
const REGISTER: SequentialModel<number, Operation, Outcome> = {
  initial: 0,
  step(state, operation, outcome) {
    if (operation.kind === 'read') return outcome === null || outcome === state ? state : null;
    return operation.kind === 'write' ? operation.value : state + operation.value;
  },
  key: String,
  reads: ({ kind }) => kind === 'read',
};

type Event = Recorded<Operation, Outcome>;
const wrote = (value: number, start: number, end: number): Event => ({
  operation: { kind: 'write', value },
  outcome: 'done',
  start,
  end,
});
const mayWrite = (value: number, start: number): Event => ({
  operation: { kind: 'write', value },
  outcome: null,
  start,
  end: null,
});
const mayAdd = (value: number, start: number): Event => ({
  operation: { kind: 'add', value },
  outcome: null,
  start,
  end: null,
});
const saw = (value: number, start: number, end: number): Event => ({
  operation: { kind: 'read' },
  outcome: value,
  start,
  end,
});

const verdict = (history: readonly Event[], budget?: number) =>
  checkLinearizability(REGISTER, history, budget === undefined ? {} : { budget }).kind;

describe('a register', () => {
  test('what comes one after the other must read what was written last', () => {
    expect(verdict([wrote(1, 0, 1), saw(1, 2, 3)])).toBe('linearizable');
    expect(verdict([wrote(1, 0, 1), saw(0, 2, 3)])).toBe('violated');
  });

  test('what runs at once may come in either order, but in one', () => {
    expect(verdict([wrote(1, 0, 10), saw(0, 2, 3), saw(1, 4, 5)])).toBe('linearizable');
    expect(verdict([wrote(1, 0, 10), saw(1, 2, 3), saw(0, 4, 5)])).toBe('violated');
  });

  test('times that are equal count as concurrent', () => {
    expect(verdict([wrote(1, 0, 2), saw(0, 2, 3)])).toBe('linearizable');
  });

  test('an operation with an unknown outcome may have taken effect late, or never', () => {
    expect(verdict([mayWrite(1, 0), saw(0, 2, 3)])).toBe('linearizable');
    expect(verdict([mayWrite(1, 0), saw(0, 2, 3), saw(1, 4, 5)])).toBe('linearizable');
    expect(verdict([mayWrite(1, 0), saw(1, 2, 3), saw(0, 4, 5)])).toBe('violated');
    expect(verdict([saw(1, 0, 1), mayWrite(1, 2)])).toBe('violated');
  });

  test('the order that it gives names the operations that explain what was seen', () => {
    const history = [wrote(1, 0, 10), saw(0, 2, 3), mayWrite(2, 0), mayWrite(3, 0), saw(2, 11, 12)];
    expect(checkLinearizability(REGISTER, history)).toMatchObject({ kind: 'linearizable', order: [1, 0, 2, 4] });
  });

  test('no history is a linearizable history', () => {
    expect(checkLinearizability(REGISTER, [])).toEqual({ kind: 'linearizable', order: [], steps: 0 });
  });
});

describe('the shortest violating part', () => {
  test('leaves out what has nothing to do with it', () => {
    const history = [
      wrote(7, 0, 1),
      saw(7, 2, 3),
      wrote(1, 4, 5),
      saw(1, 6, 7),
      saw(1, 8, 9),
      saw(7, 10, 11),
      saw(1, 12, 13),
      wrote(3, 14, 15),
    ];
    const found = checkLinearizability(REGISTER, history);
    expect(found).toMatchObject({ kind: 'violated', of: 8, core: [wrote(7, 0, 1), wrote(1, 4, 5), saw(7, 10, 11)] });
  });

  test('is printed an operation a line', () => {
    const found = checkLinearizability(REGISTER, [saw(0, 0, 1), wrote(1, 2, 3), saw(0, 4, 5), wrote(2, 6, 7)]);
    if (found.kind !== 'violated') throw new Error(`expected a violation, found ${found.kind}`);
    expect(
      formatViolation(
        found,
        ({ operation, outcome }) => `${operation.kind} ${outcome}`,
        (t) => `${t}s`,
      ),
    ).toBe(['no order explains 2 of 4 operations:', '  2s … 3s  write done', '  4s … 5s  read 0'].join('\n'));
  });
});

describe('parts', () => {
  type Keyed = { readonly key: string; readonly write: number | null };
  const keyed: SequentialModel<number, Keyed, number> = {
    initial: 0,
    step: (state, { write }, outcome) => write ?? (outcome === null || outcome === state ? state : null),
    key: String,
    part: ({ key }) => key,
  };
  const event = (key: string, write: number | null, outcome: number, start: number): Recorded<Keyed, number> => ({
    operation: { key, write },
    outcome,
    start,
    end: start + 1,
  });

  test('are checked by themselves, and the violated one is named', () => {
    const history = [event('a', 1, 1, 0), event('b', 2, 2, 2), event('a', null, 1, 4), event('b', null, 1, 6)];
    expect(checkLinearizability(keyed, history)).toMatchObject({ kind: 'violated', part: 'b', of: 2 });
    expect(checkLinearizability(keyed, history.slice(0, 3))).toMatchObject({ kind: 'linearizable' });
  });
});

describe('narrowings', () => {
  type Entry = { readonly key: string; readonly write: number | null };
  /** Several numbers in one part; one key's writes and readings can be looked at by themselves. */
  const map: SequentialModel<Readonly<Record<string, number>>, Entry, number> = {
    initial: {},
    step(state, { key, write }, outcome) {
      if (write !== null) return { ...state, [key]: write };
      return outcome === null || outcome === (state[key] ?? 0) ? state : null;
    },
    key: (state) => JSON.stringify(Object.entries(state).sort()),
    *narrowings(history) {
      for (const name of new Set(history.map(({ operation }) => operation.key))) {
        yield (whole) => whole.filter(({ operation }) => operation.key === name);
      }
    },
  };
  const event = (key: string, write: number | null, outcome: number, start: number): Recorded<Entry, number> => {
    return { operation: { key, write }, outcome, start, end: start + 1 };
  };

  test('leave what the violation is about', () => {
    const history = Array.from({ length: 20 }, (_, i) => event(`k${i % 5}`, i, i, 2 * i));
    const found = checkLinearizability(map, [...history, event('k3', null, 13, 50)]);
    expect(found).toMatchObject({
      kind: 'violated',
      of: 21,
      core: [event('k3', 13, 13, 26), event('k3', 18, 18, 36), event('k3', null, 13, 50)],
    });
  });
});

describe('the budget', () => {
  test('ends a search that would take too long, and says so', () => {
    // Twenty additions that nobody knows the fate of, and a sum that none of their 2^20 choices gives.
    const history = [...Array.from({ length: 20 }, (_, i) => mayAdd(2 * (i + 1), 0)), saw(1, 1, 2)];
    expect(checkLinearizability(REGISTER, history, { budget: 1_000 })).toMatchObject({
      kind: 'undecided',
      steps: 1_000,
    });
  });

  test('is spared by a guess of what happened', () => {
    // Two thirds of twenty additions took effect before the reading; without a guess the search tries 2^20 choices.
    const added = (i: number) => ({ ...mayAdd(1 << i, 0), guess: i % 3 === 0 ? null : i });
    const sum = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? 0 : 1 << i)).reduce((a, b) => a + b, 0);
    const history = [...Array.from({ length: 20 }, (_, i) => added(i)), saw(sum, 1, 30)];
    expect(checkLinearizability(REGISTER, history, { budget: 1_000 })).toMatchObject({ kind: 'linearizable' });
    const unguessed = history.map(({ guess: _, ...event }: Event) => event);
    expect(verdict(unguessed, 1_000)).toBe('undecided');
  });

  test('is not needed for a long history of clients that run one after the other', () => {
    const history = Array.from({ length: 10_000 }, (_, i) =>
      i % 2 === 0 ? wrote(i, 2 * i, 2 * i + 1) : saw(i - 1, 2 * i, 2 * i + 1),
    );
    expect(checkLinearizability(REGISTER, history)).toMatchObject({ kind: 'linearizable', steps: 10_000 });
  });
});

const instant = fc.nat({ max: 8 });
const operation = fc.oneof(
  fc.record({ kind: fc.constantFrom('write' as const, 'add' as const), value: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ kind: fc.constant('read' as const) }),
);
const recorded: fc.Arbitrary<Event> = fc
  .record({
    operation,
    start: instant,
    length: instant,
    seen: fc.nat({ max: 3 }),
    known: fc.integer({ min: 0, max: 3 }),
    // Good or bad: the answer is the same.
    guess: fc.option(fc.nat({ max: 12 })),
  })
  .map(({ operation, start, length, seen, known, guess }) =>
    known === 0
      ? { operation, outcome: null, start, end: null, guess }
      : { operation, outcome: operation.kind === 'read' ? seen : 'done', start, end: start + length, guess },
  );

describe('against the obvious checker', () => {
  test('both say the same of any small history', () => {
    let violated = 0;
    fc.assert(
      fc.property(fc.array(recorded, { maxLength: 6 }), (history) => {
        const expected = isLinearizable(REGISTER, history);
        violated += expected ? 0 : 1;
        expect(verdict(history)).toBe(expected ? 'linearizable' : 'violated');
      }),
      { numRuns: 2_000 },
    );
    expect(violated).toBeGreaterThan(100);
  });

  test('no order explains the core whatever the others did, and none of the core can be spared', () => {
    fc.assert(
      fc.property(fc.array(recorded, { minLength: 2, maxLength: 6 }), (history) => {
        const found = checkLinearizability(REGISTER, history);
        if (found.kind !== 'violated') return;
        expect(isLinearizable(REGISTER, [...found.core, ...found.others])).toBe(false);
        for (const spared of found.core) {
          const rest = [...found.core.filter((other) => other !== spared), ...found.others];
          const anyhow = { ...spared, outcome: null, end: null };
          expect(isLinearizable(REGISTER, [...rest, anyhow])).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('the order that it gives respects time and explains every outcome', () => {
    fc.assert(
      fc.property(fc.array(recorded, { maxLength: 8 }), (history) => {
        const found = checkLinearizability(REGISTER, history);
        if (found.kind !== 'linearizable') return;
        const order = found.order.map((index) => history[index]);
        const missing = history.filter((event) => event.end !== null && !order.includes(event));
        expect(missing).toEqual([]);
        expect(
          order.every((later, i) => order.slice(i + 1).every(({ end }) => end === null || end >= later.start)),
        ).toBe(true);
        expect(
          order.reduce<number | null>(
            (state, { operation, outcome }) => (state === null ? null : REGISTER.step(state, operation, outcome)),
            0,
          ),
        ).not.toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });
});
