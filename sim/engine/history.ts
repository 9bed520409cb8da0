import type { Address, OperationId, ProtocolTypes } from '../contract/protocol-types.ts';
import type { Judge } from '../contract/system.ts';
import type { Judgement, OperationRecord, OperationStatus, World } from '../contract/world.ts';

/**
 * All operations of a run, as pairs of invocation and return, with the judge's verdicts. A large run has a million of them, so they are kept in
 * columns; the records that others see are made when somebody asks.
 */
export class History<P extends ProtocolTypes> {
  private readonly judge: Judge<P, unknown>;
  private chunks: Chunk<P>[] = [];
  /** Copies of the chunks for checkpoints, null where one has changed since. */
  private copies: (Chunk<P> | null)[] = [];
  private count = 0;
  /** First and last of the pending operations, which are linked in the order in which they began; −1 for none. */
  private first = -1;
  private last = -1;
  /** By issuer: the latest of its pending operations; from there they are linked back. −1 for none. */
  private latest = new Int32Array(64).fill(-1);
  /** The records, as long as nothing has happened since they were made. */
  private made: readonly OperationRecord<P>[] | null = null;
  /** Workload arrivals for which there was nothing sensible to ask, by operation name. */
  skipped: Record<string, number> = {};

  constructor(judge: Judge<P, unknown>) {
    this.judge = judge;
  }

  /** How many operations have begun. */
  get length(): number {
    return this.count;
  }

  /** All of them, by id. Costs as much as there are, after each change. */
  get records(): readonly OperationRecord<P>[] {
    if (this.made === null) {
      const records: OperationRecord<P>[] = [];
      for (let id = 0; id < this.count; id++) records.push(this.record(id));
      this.made = records;
    }
    return this.made;
  }

  begin(operation: P['Operation'], issuer: Address, nowUs: number, sequence: number, judged: unknown): OperationId {
    const id = this.count++;
    const at = id & PLACE;
    if (at === 0) {
      this.chunks.push(new Chunk());
      this.copies.push(null);
    }
    const chunk = this.changed(id);
    chunk.operations.push(operation);
    chunk.outcomes.push(null);
    chunk.judgements.push(null);
    chunk.atStart.push(judged);
    chunk.issuers[at] = issuer;
    chunk.startUs[at] = nowUs;
    chunk.startSequences[at] = sequence;
    chunk.statuses[at] = PENDING;
    this.link(id, at, issuer, chunk);
    return id;
  }

  /** Who was asked, while the operation is pending; −1 if it has ended or never began. */
  issuerOfPending(id: OperationId): Address {
    if (!(id >= 0 && id < this.count)) return -1;
    const chunk = this.chunks[id >> SHIFT];
    const at = id & PLACE;
    return chunk.statuses[at] === PENDING ? chunk.issuers[at] : -1;
  }

  record(id: OperationId): OperationRecord<P> {
    const chunk = this.chunks[id >> SHIFT];
    const at = id & PLACE;
    const status = chunk.statuses[at];
    return {
      id,
      issuer: chunk.issuers[at],
      operation: chunk.operations[at],
      startUs: chunk.startUs[at],
      endUs: status === PENDING ? null : chunk.endUs[at],
      status: STATUSES[status],
      outcome: chunk.outcomes[at],
      judgement: chunk.judgements[at],
      startSequence: chunk.startSequences[at],
    };
  }

  complete(id: OperationId, outcome: P['Outcome'], nowUs: number, judged: unknown, world: World<P>): Judgement {
    if (this.issuerOfPending(id) < 0) throw new RangeError(`operation ${id} is not pending`);
    const chunk = this.changed(id);
    const at = id & PLACE;
    const atStart = chunk.atStart[at];
    chunk.outcomes[at] = outcome;
    this.end(at, COMPLETED, nowUs, chunk);
    const judgement = this.judge.verdict(judged, atStart, this.record(id), world);
    chunk.judgements[at] = judgement;
    return judgement;
  }

  /** Ends what was under way at a process that ended; the ids, in the order in which they began. */
  abort(issuer: Address, nowUs: number): OperationId[] {
    const aborted: OperationId[] = [];
    if (issuer >= this.latest.length) return aborted;
    for (let id = this.latest[issuer]; id >= 0; id = this.chunks[id >> SHIFT].before[id & PLACE]) aborted.push(id);
    aborted.reverse();
    for (const id of aborted) {
      const chunk = this.changed(id);
      chunk.judgements[id & PLACE] = ABORTED;
      this.end(id & PLACE, ABORTING, nowUs, chunk);
    }
    return aborted;
  }

  /** Those that have not ended, in order of id. */
  pending(): OperationRecord<P>[] {
    const records: OperationRecord<P>[] = [];
    for (let id = this.first; id >= 0; id = this.chunks[id >> SHIFT].next[id & PLACE]) records.push(this.record(id));
    return records;
  }

  /** The chunk of that operation, which is about to change. */
  private changed(id: OperationId): Chunk<P> {
    this.made = null;
    this.copies[id >> SHIFT] = null;
    return this.chunks[id >> SHIFT];
  }

  private end(at: number, status: number, nowUs: number, chunk: Chunk<P>): void {
    chunk.statuses[at] = status;
    chunk.endUs[at] = nowUs;
    chunk.atStart[at] = null;
    this.unlink(at, chunk);
  }

  private link(id: OperationId, at: number, issuer: Address, chunk: Chunk<P>): void {
    chunk.previous[at] = this.last;
    chunk.next[at] = -1;
    if (this.last >= 0) this.changed(this.last).next[this.last & PLACE] = id;
    else this.first = id;
    this.last = id;
    if (issuer >= this.latest.length) {
      const wider = new Int32Array(2 * Math.max(issuer, this.latest.length)).fill(-1);
      wider.set(this.latest);
      this.latest = wider;
    }
    const before = this.latest[issuer];
    chunk.before[at] = before;
    chunk.after[at] = -1;
    if (before >= 0) this.changed(before).after[before & PLACE] = id;
    this.latest[issuer] = id;
  }

  private unlink(at: number, chunk: Chunk<P>): void {
    const previous = chunk.previous[at];
    const next = chunk.next[at];
    if (previous >= 0) this.changed(previous).next[previous & PLACE] = next;
    else this.first = next;
    if (next >= 0) this.changed(next).previous[next & PLACE] = previous;
    else this.last = previous;
    const before = chunk.before[at];
    const after = chunk.after[at];
    if (before >= 0) this.changed(before).after[before & PLACE] = after;
    if (after >= 0) this.changed(after).before[after & PLACE] = before;
    else this.latest[chunk.issuers[at]] = before;
  }

  snapshot(): HistoryState<P> {
    const { count, first, last } = this;
    const chunks = this.chunks.map((chunk, i) => {
      const copy = this.copies[i] ?? chunk.copy();
      this.copies[i] = copy;
      return copy;
    });
    return { chunks, count, first, last, latest: this.latest.slice(), skipped: { ...this.skipped } };
  }

  restore(state: HistoryState<P>): void {
    const { chunks, copies } = this;
    chunks.length = Math.min(chunks.length, state.chunks.length);
    state.chunks.forEach((saved, i) => {
      if (i >= chunks.length || copies[i] !== saved) chunks[i] = saved.copy();
    });
    this.copies = state.chunks.slice();
    this.count = state.count;
    this.first = state.first;
    this.last = state.last;
    this.latest = state.latest.slice();
    this.made = null;
    this.skipped = { ...state.skipped };
  }
}

/** Operations a chunk: those that did not change between two checkpoints are shared by them. */
const SHIFT = 9;
const PLACE = (1 << SHIFT) - 1;

const PENDING = 0;
const COMPLETED = 1;
const ABORTING = 2;
const STATUSES: readonly OperationStatus[] = ['pending', 'completed', 'aborted'];

const ABORTED: Judgement = { verdict: 'aborted' };

/** So many operations in a row, column by column. */
class Chunk<P extends ProtocolTypes> {
  operations: P['Operation'][] = [];
  outcomes: (P['Outcome'] | null)[] = [];
  judgements: (Judgement | null)[] = [];
  /** The judge's state when the operation began; null once it has ended. */
  atStart: unknown[] = [];
  startUs = new Float64Array(1 << SHIFT);
  endUs = new Float64Array(1 << SHIFT);
  startSequences = new Float64Array(1 << SHIFT);
  issuers = new Int32Array(1 << SHIFT);
  statuses = new Uint8Array(1 << SHIFT);
  /** Neighbours among all that are pending, and among those of the same issuer; −1 for none. */
  previous = new Int32Array(1 << SHIFT);
  next = new Int32Array(1 << SHIFT);
  before = new Int32Array(1 << SHIFT);
  after = new Int32Array(1 << SHIFT);

  copy(): Chunk<P> {
    const copy = new Chunk<P>();
    copy.operations = this.operations.slice();
    copy.outcomes = this.outcomes.slice();
    copy.judgements = this.judgements.slice();
    copy.atStart = this.atStart.slice();
    copy.startUs.set(this.startUs);
    copy.endUs.set(this.endUs);
    copy.startSequences.set(this.startSequences);
    copy.issuers.set(this.issuers);
    copy.statuses.set(this.statuses);
    copy.previous.set(this.previous);
    copy.next.set(this.next);
    copy.before.set(this.before);
    copy.after.set(this.after);
    return copy;
  }
}

/** A copy of a history; chunks are shared between copies, and nobody changes them. */
export interface HistoryState<P extends ProtocolTypes> {
  readonly chunks: readonly Chunk<P>[];
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly latest: Int32Array;
  readonly skipped: Readonly<Record<string, number>>;
}
