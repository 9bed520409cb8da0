import type { Address, OperationId, ProtocolTypes } from '../contract/protocol-types.ts';
import type { Judge } from '../contract/system.ts';
import type { Judgement, OperationRecord, OperationStatus, World } from '../contract/world.ts';

interface MutableRecord<P extends ProtocolTypes> extends OperationRecord<P> {
  endUs: number | null;
  status: OperationStatus;
  outcome: P['Outcome'] | null;
  judgement: Judgement | null;
}

interface Pending<P extends ProtocolTypes> {
  readonly record: OperationRecord<P>;
  /** The judge's state when the operation began. */
  readonly atStart: unknown;
}

/** All operations of a run, as pairs of invocation and return, with the judge's verdicts. */
export class History<P extends ProtocolTypes> {
  private readonly judge: Judge<P, unknown>;
  private readonly entries: OperationRecord<P>[] = [];
  private open = new Map<OperationId, Pending<P>>();
  /** Workload arrivals for which there was nothing sensible to ask, by operation name. */
  skipped: Record<string, number> = {};

  constructor(judge: Judge<P, unknown>) {
    this.judge = judge;
  }

  get records(): readonly OperationRecord<P>[] {
    return this.entries;
  }

  begin(
    operation: P['Operation'],
    issuer: Address,
    nowUs: number,
    sequence: number,
    judged: unknown,
  ): OperationRecord<P> {
    const record: OperationRecord<P> = {
      id: this.entries.length,
      issuer,
      operation,
      startUs: nowUs,
      endUs: null,
      status: 'pending',
      outcome: null,
      judgement: null,
      startSequence: sequence,
    };
    this.entries.push(record);
    this.open.set(record.id, { record, atStart: judged });
    return record;
  }

  /** The pending operation of that id, or undefined: ended already, or never begun. */
  pendingRecord(id: OperationId): OperationRecord<P> | undefined {
    return this.open.get(id)?.record;
  }

  complete(
    id: OperationId,
    outcome: P['Outcome'],
    nowUs: number,
    judged: unknown,
    world: World<P>,
  ): OperationRecord<P> {
    const pending = this.open.get(id);
    if (pending === undefined) throw new RangeError(`operation ${id} is not pending`);
    const { record, atStart } = pending;
    // Written out: this runs for each operation, and a spread takes several times as long.
    const ended: MutableRecord<P> = {
      id,
      issuer: record.issuer,
      operation: record.operation,
      startUs: record.startUs,
      endUs: nowUs,
      status: 'completed',
      outcome,
      judgement: null,
      startSequence: record.startSequence,
    };
    ended.judgement = this.judge.verdict(judged, atStart, ended, world);
    return this.close(ended);
  }

  /** Ends what was under way at a process that ended. */
  abort(issuer: Address, nowUs: number): OperationRecord<P>[] {
    const aborted: OperationRecord<P>[] = [];
    for (const { record } of this.open.values()) {
      if (record.issuer === issuer) aborted.push({ ...record, endUs: nowUs, status: 'aborted', judgement: ABORTED });
    }
    for (const record of aborted) this.close(record);
    return aborted;
  }

  pending(): OperationRecord<P>[] {
    return [...this.open.values()].map((pending) => pending.record);
  }

  private close(record: OperationRecord<P>): OperationRecord<P> {
    this.entries[record.id] = record;
    this.open.delete(record.id);
    return record;
  }

  snapshot(): HistoryState<P> {
    return { length: this.entries.length, open: [...this.open.values()], skipped: { ...this.skipped } };
  }

  restore(state: HistoryState<P>): void {
    this.entries.length = state.length;
    this.open = new Map(state.open.map((pending) => [pending.record.id, pending]));
    for (const { record } of state.open) this.entries[record.id] = record;
    this.skipped = { ...state.skipped };
  }
}

const ABORTED: Judgement = { verdict: 'aborted' };

export interface HistoryState<P extends ProtocolTypes> {
  readonly length: number;
  readonly open: readonly Pending<P>[];
  readonly skipped: Readonly<Record<string, number>>;
}
