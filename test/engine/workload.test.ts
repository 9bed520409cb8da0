import { describe, expect, test } from 'vitest';
import {
  type OperationDraw,
  type ProcessView,
  planOf,
  Simulation,
  type System,
  type WorkloadPlan,
} from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import { any, who } from './support/names.ts';
import { type PuppetTypes, puppets } from './support/puppet.ts';
import { chiSquare, chiSquareBound, serialCorrelation } from './support/statistics.ts';

const S = 1_000_000;

type Draw = OperationDraw<PuppetTypes, readonly string[]>;

/** The puppets, with an operation that asks for one of ten keys. */
function asking(make: (draw: Draw) => string | null = (draw) => `key ${draw.index(10)}`): System<PuppetTypes> {
  const { do: deed } = puppets.operations;
  const operation = (draw: Draw) => {
    const outcome = make(draw);
    return outcome === null ? null : ({ kind: 'do', effects: [], outcome } as const);
  };
  return {
    ...puppets,
    operations: { ask: { ...deed, plural: 'asks', make: (_args, draw) => operation(draw as Draw) } },
  } as System<PuppetTypes>;
}

type Load = Partial<WorkloadPlan> & Pick<WorkloadPlan, 'arrivals'>;

function run(load: Load, parts: PlanParts = {}, system = asking()): Simulation<PuppetTypes> {
  const simulation = new Simulation(
    planOf(system, { nodes: 5, durationUs: 200 * S, ...parts, workload: [{ operation: 'ask', ...load }] }),
  );
  simulation.run();
  return simulation;
}

const rate = (perSecond: number) => ({ kind: 'rate' as const, perSecond });
const every = (us: number) => ({ kind: 'every' as const, us });
const near = (found: number, expected: number) => Math.abs(found - expected) < 3.3 * Math.sqrt(expected);
const startsOf = (simulation: Simulation<PuppetTypes>, issuer?: number) =>
  simulation.history.filter((record) => issuer === undefined || record.issuer === issuer).map(({ startUs }) => startUs);
const countByIssuer = (simulation: Simulation<PuppetTypes>) =>
  Array.from({ length: simulation.world.size }, (_, issuer) => startsOf(simulation, issuer).length);

describe('arrivals', () => {
  test('by rate are a Poisson process in total, spread over all alike, within the window', () => {
    const simulation = run({ arrivals: rate(10), fromUs: 50 * S, untilUs: 150 * S });
    const starts = startsOf(simulation);
    expect(near(starts.length, 1000)).toBe(true);
    expect(Math.min(...starts)).toBeGreaterThan(50 * S);
    expect(Math.max(...starts)).toBeLessThanOrEqual(150 * S);
    const gaps = starts.slice(1).map((start, i) => start - starts[i]);
    expect(Math.abs(serialCorrelation(gaps))).toBeLessThan(0.11);
    const expected = new Array(5).fill(starts.length / 5);
    expect(chiSquare(countByIssuer(simulation), expected)).toBeLessThan(chiSquareBound(4));
  });

  test('by rate and node are one such process for each', () => {
    const simulation = run({ arrivals: rate(2), perNode: true }, { seed: 2 });
    for (const count of countByIssuer(simulation)) expect(near(count, 400)).toBe(true);
  });

  test('every so often are regular, from a random phase', () => {
    const simulation = run({ arrivals: every(3 * S), perNode: true });
    const phases = new Set<number>();
    for (let issuer = 0; issuer < 5; issuer++) {
      const starts = startsOf(simulation, issuer);
      expect(starts[0]).toBeLessThan(3 * S);
      expect(starts).toEqual(starts.map((_, i) => starts[0] + i * 3 * S));
      expect(starts.length).toBe(Math.floor((200 * S - starts[0]) / (3 * S)) + 1);
      phases.add(starts[0]);
    }
    expect(phases.size).toBe(5);
    expect(startsOf(run({ arrivals: every(S) }))).toHaveLength(200);
  });

  test('stop at a bound, in total', () => {
    expect(run({ arrivals: rate(10), count: 17 }).history).toHaveLength(17);
    expect(run({ arrivals: every(S), perNode: true, count: 17 }).history).toHaveLength(17);
    expect(run({ arrivals: rate(10), count: 0 }).history).toHaveLength(0);
  });

  test('by node go on with a restart, from then on, and begin for newcomers', () => {
    const simulation = run(
      { arrivals: every(S), perNode: true, untilUs: 60 * S },
      {
        actions: [
          { atUs: 10 * S, action: { kind: 'crash', who: who(0), restartAfterUs: 20 * S, guard: false } },
          { atUs: 40 * S, action: { kind: 'join', arguments: {}, count: 1 } },
        ],
      },
    );
    const starts = startsOf(simulation, 0);
    expect(starts.filter((start) => start < 10 * S)).toHaveLength(10);
    expect(starts.filter((start) => start >= 10 * S && start < 30 * S)).toHaveLength(0);
    expect(starts.filter((start) => start >= 30 * S)).toHaveLength(30);
    expect(startsOf(simulation, 5)).toHaveLength(20);
  });
});

describe('issuers', () => {
  test('are those of the selector', () => {
    expect(countByIssuer(run({ arrivals: rate(10), issuers: who(1, 3) })).map((count) => count > 0)).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  test('drawn by `any` stay the same all the time', () => {
    for (const perNode of [false, true]) {
      const busy = countByIssuer(run({ arrivals: rate(10), issuers: any(2), perNode })).filter((count) => count > 0);
      expect(busy).toHaveLength(2);
    }
  });

  test('of a role are newcomers too', () => {
    const simulation = run(
      { arrivals: rate(10), issuers: who('extra') },
      { actions: [{ atUs: 100 * S, action: { kind: 'join', arguments: {}, count: 2 } }] },
    );
    expect(countByIssuer(simulation).slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(near(simulation.history.length, 1000)).toBe(true);
    // Until they came, there was nobody to ask.
    expect(near(simulation.skipped.ask, 1000)).toBe(true);
  });

  test('that are down or cannot be asked are passed over; where nobody is left, the arrival is skipped', () => {
    const picky = asking();
    const system: System<PuppetTypes> = {
      ...picky,
      operations: {
        ask: { ...picky.operations.ask, issuable: ({ address }: ProcessView<PuppetTypes>) => address >= 3 },
      },
    };
    const simulation = run(
      { arrivals: rate(10) },
      { actions: [{ atUs: 100 * S, action: { kind: 'crash', who: who(3), restartAfterUs: null, guard: false } }] },
      system,
    );
    const [, , , third, fourth] = countByIssuer(simulation);
    expect(near(third, 500)).toBe(true);
    expect(near(fourth, 1500)).toBe(true);
    expect(startsOf(simulation, 3).every((start) => start < 100 * S)).toBe(true);
    expect(simulation.skipped).toEqual({});
  });

  test('one of many is found, however rare', () => {
    const simulation = run({ arrivals: rate(10), issuers: who(123) }, { nodes: 400, durationUs: 20 * S });
    expect(near(simulation.history.length, 200)).toBe(true);
  });
});

describe('keys', () => {
  const drawn = (load: Load) => {
    const counts = new Array<number>(10).fill(0);
    for (const { outcome } of run(load).history) counts[Number(outcome?.kind.split(' ')[1])]++;
    return counts;
  };

  test('uniform', () => {
    const counts = drawn({ arrivals: rate(30) });
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(chiSquare(counts, new Array(10).fill(total / 10))).toBeLessThan(chiSquareBound(9));
  });

  test('by Zipf’s law', () => {
    const counts = drawn({ arrivals: rate(30), keys: { kind: 'zipf', exponent: 0.8 } });
    const total = counts.reduce((sum, count) => sum + count, 0);
    const weights = counts.map((_, rank) => (rank + 1) ** -0.8);
    const sum = weights.reduce((a, b) => a + b, 0);
    expect(
      chiSquare(
        counts,
        weights.map((weight) => (weight / sum) * total),
      ),
    ).toBeLessThan(chiSquareBound(9));
  });
});

test('where there is nothing to ask for, the arrival is counted as skipped and does not use up the bound', () => {
  let turn = 0;
  const simulation = run(
    { arrivals: rate(10), count: 100 },
    {},
    asking(() => (turn++ % 2 === 0 ? null : 'key 1')),
  );
  expect(simulation.history).toHaveLength(100);
  expect(simulation.skipped).toEqual({ ask: 100 });
});
