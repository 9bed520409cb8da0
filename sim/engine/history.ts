import type { Address, OperationId, ProtocolTypes } from '../contract/protocol-types.ts';
import type { Judge } from '../contract/system.ts';
import type { Judgement, OperationRecord, OperationStatus, World } from '../contract/world.ts';
import { Log, type LogState } from './log.ts';

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
  private readonly log = new Log<OperationRecord<P>>();
  private readonly open = new Map<OperationId, Pending<P>>();
  /** Ids of the open ones by issuer, in order: when a process ends, nobody looks through those of all the others. */
  private readonly openAt = new Map<Address, OperationId[]>();
  /** Workload arrivals for which there was nothing sensible to ask, by operation name. */
  skipped: Record<string, number> = {};

  constructor(judge: Judge<P, unknown>) {
    this.judge = judge;
  }

  get records(): readonly OperationRecord<P>[] {
    return this.log.items;
  }

  begin(
    operation: P['Operation'],
    issuer: Address,
    nowUs: number,
    sequence: number,
    judged: unknown,
  ): OperationRecord<P> {
    const record: OperationRecord<P> = {
      id: this.log.items.length,
      issuer,
      operation,
      startUs: nowUs,
      endUs: null,
      status: 'pending',
      outcome: null,
      judgement: null,
      startSequence: sequence,
    };
    this.log.push(record);
    this.enter({ record, atStart: judged });
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
    const ids = this.openAt.get(issuer);
    if (ids === undefined) return [];
    const aborted: OperationRecord<P>[] = [];
    for (const id of ids.slice()) {
      const pending = this.open.get(id);
      if (pending === undefined) continue;
      aborted.push(this.close({ ...pending.record, endUs: nowUs, status: 'aborted', judgement: ABORTED }));
    }
    return aborted;
  }

  pending(): OperationRecord<P>[] {
    return [...this.open.values()].map((pending) => pending.record);
  }

  private enter(pending: Pending<P>): void {
    const { id, issuer } = pending.record;
    this.open.set(id, pending);
    const ids = this.openAt.get(issuer);
    if (ids === undefined) this.openAt.set(issuer, [id]);
    else ids.push(id);
  }

  private close(record: OperationRecord<P>): OperationRecord<P> {
    const { id, issuer } = record;
    this.log.set(id, record);
    this.open.delete(id);
    const ids = this.openAt.get(issuer);
    if (ids !== undefined) {
      ids.splice(ids.indexOf(id), 1);
      if (ids.length === 0) this.openAt.delete(issuer);
    }
    return record;
  }

  snapshot(): HistoryState<P> {
    return { log: this.log.snapshot(), open: [...this.open.values()], skipped: { ...this.skipped } };
  }

  restore(state: HistoryState<P>): void {
    this.log.restore(state.log);
    this.open.clear();
    this.openAt.clear();
    for (const pending of state.open) this.enter(pending);
    this.skipped = { ...state.skipped };
  }
}

const ABORTED: Judgement = { verdict: 'aborted' };

export interface HistoryState<P extends ProtocolTypes> {
  readonly log: LogState<OperationRecord<P>>;
  readonly open: readonly Pending<P>[];
  readonly skipped: Readonly<Record<string, number>>;
}
