import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kinded } from '../../sim/contract/protocol-types.ts';
import { History, type HistoryState } from '../../sim/engine/history.ts';
import type { Judge, Judgement, OperationRecord, ProtocolTypes, World } from '../../sim/index.ts';

interface ShopTypes extends ProtocolTypes {
  Operation: { readonly kind: string; readonly item: unknown };
  Outcome: Kinded & { readonly said: unknown };
}

const GOOD: Judgement = { verdict: 'good', measures: { length: 2 } };

/** Says of what it was shown what it saw, so that a record that is not the operation's own is noticed. */
const judge: Judge<ShopTypes, number> = {
  init: () => 0,
  observe: (judged) => judged,
  verdict: (judged, atStart, { id, issuer, operation, startUs, endUs, status, outcome, startSequence }) =>
    id % 3 === 0
      ? GOOD
      : {
          verdict: 'seen',
          why: JSON.stringify([judged, atStart, id, issuer, operation, startUs, endUs, status, outcome, startSequence]),
        },
  verdicts: {},
};
const WORLD = {} as World<ShopTypes>;

/** The obvious history: a list of records. */
class RecordList {
  records: (OperationRecord<ShopTypes> & { readonly atStart: number })[] = [];

  begin(operation: ShopTypes['Operation'], issuer: number, nowUs: number, sequence: number, atStart: number): void {
    const record = {
      id: this.records.length,
      issuer,
      operation,
      startUs: nowUs,
      endUs: null,
      status: 'pending',
      outcome: null,
      judgement: null,
      startSequence: sequence,
      atStart,
    } as const;
    // Others may have been saved: nobody's list changes.
    this.records = [...this.records, record];
  }

  complete(id: number, said: unknown, endUs: number, judged: number): void {
    const ended = { ...this.records[id], outcome: { kind: 'done', said }, endUs, status: 'completed' as const };
    const judgement = judge.verdict(judged, ended.atStart, ended, WORLD);
    this.records = this.records.with(id, { ...ended, judgement });
  }

  abort(issuer: number, endUs: number): number[] {
    const ids = this.pending()
      .filter((record) => record.issuer === issuer)
      .map(({ id }) => id);
    for (const id of ids) {
      const aborted = { ...this.records[id], endUs, status: 'aborted' as const, judgement: { verdict: 'aborted' } };
      this.records = this.records.with(id, aborted);
    }
    return ids;
  }

  pending() {
    return this.records.filter(({ status }) => status === 'pending');
  }
}

function shown(records: RecordList['records']): OperationRecord<ShopTypes>[] {
  return records.map(({ atStart: _, ...record }) => record);
}

type Command =
  | { readonly kind: 'begin'; readonly issuer: number; readonly item: unknown; readonly count: number }
  | { readonly kind: 'complete'; readonly which: number; readonly outcome: unknown; readonly count: number }
  | { readonly kind: 'abort'; readonly issuer: number }
  | { readonly kind: 'save' }
  | { readonly kind: 'restore'; readonly which: number };

class Pair {
  readonly history = new History<ShopTypes>(judge as Judge<ShopTypes, unknown>);
  readonly twin = new RecordList();
  private nowUs = 0;
  private readonly saved: { state: HistoryState<ShopTypes>; records: RecordList['records']; nowUs: number }[] = [];

  carryOut(command: Command): void {
    const { history, twin } = this;
    switch (command.kind) {
      case 'begin':
        for (let i = 0; i < command.count; i++) {
          const operation = { kind: i % 5 === 0 ? 'sell' : 'buy', item: command.item };
          this.nowUs += i;
          const asked = [operation, command.issuer + (i % 3), this.nowUs, this.nowUs * 3 - 1, i] as const;
          expect(history.begin(...asked)).toBe(twin.records.length);
          twin.begin(...asked);
        }
        return;
      case 'complete':
        for (let i = 0; i < command.count; i++) this.complete(command.which + 7 * i, command.outcome);
        return;
      case 'abort':
        this.nowUs += 1;
        expect(history.abort(command.issuer, this.nowUs)).toEqual(twin.abort(command.issuer, this.nowUs));
        return;
      case 'save':
        this.saved.push({ state: history.snapshot(), records: twin.records, nowUs: this.nowUs });
        return;
      case 'restore': {
        const saved = this.saved[command.which % this.saved.length];
        if (saved === undefined) return;
        history.restore(saved.state);
        twin.records = saved.records;
        this.nowUs = saved.nowUs;
      }
    }
  }

  private complete(which: number, outcome: unknown): void {
    const pending = this.twin.pending();
    if (pending.length === 0) return;
    const { id, issuer } = pending[which % pending.length];
    expect(this.history.issuerOfPending(id)).toBe(issuer);
    this.nowUs += 2;
    const judgement = this.history.complete(id, { kind: 'done', said: outcome }, this.nowUs, which, WORLD);
    this.twin.complete(id, outcome, this.nowUs, which);
    expect(judgement).toEqual(this.twin.records[id].judgement);
    expect(this.history.issuerOfPending(id)).toBe(-1);
    expect(() => this.history.complete(id, { kind: 'done', said: outcome }, this.nowUs, which, WORLD)).toThrow(
      'is not pending',
    );
  }

  compare(): void {
    const { history, twin } = this;
    expect(history.length).toBe(twin.records.length);
    expect(history.records).toEqual(shown(twin.records));
    expect([...history.each]).toEqual(history.records);
    expect(history.pending()).toEqual(shown(twin.pending()));
    expect(history.issuerOfPending(history.length)).toBe(-1);
    expect(history.issuerOfPending(-1)).toBe(-1);
  }
}

/** Mostly plain, as the contract has it; what is not is kept all the same. */
const item = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, -0, 1.5, 'apple', ['a', 'list'], { of: { id: 5 } }, new Map([[1, 2]])),
);
const issuer = fc.nat(200);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('begin' as const), issuer, item, count: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('complete' as const),
      which: fc.nat(500),
      outcome: item,
      count: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), issuer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('save' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const), which: fc.nat(10) }) },
);

describe('the history and a list of records', () => {
  test('agree after every command, also on other branches', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30, size: 'max' }), (commands) => {
        const pair = new Pair();
        for (const each of commands) {
          pair.carryOut(each);
          pair.compare();
        }
      }),
      { seed: 31, numRuns: 60 },
    );
  });

  test('agree with thousands of operations, over pages and blocks', () => {
    const pair = new Pair();
    const item = 'x'.repeat(50);
    for (let round = 0; round < 12; round++) {
      pair.carryOut({
        kind: 'begin',
        issuer: round,
        item: { item, numbers: Array.from({ length: 60 }, (_, i) => i * 1e7 + round) },
        count: 500,
      });
      pair.carryOut({ kind: 'complete', which: round, outcome: { round, text: `${item} ${round}` }, count: 480 });
      if (round === 6) pair.carryOut({ kind: 'save' });
    }
    pair.compare();
    pair.carryOut({ kind: 'restore', which: 0 });
    pair.compare();
    pair.carryOut({ kind: 'complete', which: 3, outcome: 'another branch', count: 100 });
    pair.compare();
    pair.carryOut({ kind: 'restore', which: 0 });
    pair.compare();
  });
});
