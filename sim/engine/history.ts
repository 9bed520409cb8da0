import type { Address, OperationId, ProtocolTypes } from '../contract/protocol-types.ts';
import type { Judge } from '../contract/system.ts';
import type { Judgement, OperationRecord, OperationStatus, World } from '../contract/world.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { Packer } from './packing.ts';

/**
 * All operations of a run, as pairs of invocation and return, with the judge's verdicts. A large run has millions of them, so those that are pending stand in a small table,
 * and what has ended, about which nothing can change any more, is packed into bytes at the end of a log. The records that others see are made when somebody asks.
 */
export class History<P extends ProtocolTypes> {
  private readonly judge: Judge<P, unknown>;
  private pendings = new PendingTable<P>();
  private readonly log = new OperationLog<P>();
  /** What the judge is shown: one for all, since a verdict keeps nothing of it. */
  private readonly ended = new EndedOperation<P>();
  private count = 0;
  /** The records, as long as nothing has happened since they were made. */
  private made: readonly OperationRecord<P>[] | null = null;
  /** Workload arrivals for which there was nothing sensible to ask, by operation name. */
  skipped: Record<string, number> = {};
  /** The operation that ended last, if somebody is told of each: unpacking it again would take longer than all else. */
  lastEnded: OperationRecord<P> | null = null;
  private readonly tells: boolean;

  /** @param tells whether somebody is told of each operation that ends. */
  constructor(judge: Judge<P, unknown>, tells = false) {
    this.judge = judge;
    this.tells = tells;
  }

  /** How many operations have begun. */
  get length(): number {
    return this.count;
  }

  /** All of them, by id. Costs as much as there are, after each change. */
  get records(): readonly OperationRecord<P>[] {
    this.made ??= [...this.each];
    return this.made;
  }

  /** The same one by one, for who needs no more than that: all at once may be more than there is room for. */
  readonly each: Iterable<OperationRecord<P>> = { [Symbol.iterator]: () => this.walk() };

  private *walk(): Generator<OperationRecord<P>> {
    for (let id = 0; id < this.count; id++) yield this.record(id);
  }

  begin(operation: P['Operation'], issuer: Address, nowUs: number, sequence: number, judged: unknown): OperationId {
    const id = this.count++;
    this.made = null;
    this.log.setPlace(id, -1 - this.pendings.open(id, operation, issuer, nowUs, sequence, judged));
    return id;
  }

  /** Who was asked, while the operation is pending; −1 if it has ended or never began. */
  issuerOfPending(id: OperationId): Address {
    const slot = this.slotOf(id);
    return slot < 0 ? -1 : this.pendings.issuer(slot);
  }

  /** The slot of a pending operation; −1 if it has ended or never began. */
  private slotOf(id: OperationId): number {
    return id >= 0 && id < this.count ? Math.max(-1, -1 - this.log.place(id)) : -1;
  }

  record(id: OperationId): OperationRecord<P> {
    const slot = this.slotOf(id);
    return slot < 0 ? this.log.record(id) : this.pendings.record(slot);
  }

  complete(id: OperationId, outcome: P['Outcome'], nowUs: number, judged: unknown, world: World<P>): Judgement {
    const slot = this.slotOf(id);
    if (slot < 0) throw new RangeError(`operation ${id} is not pending`);
    const { ended, pendings } = this;
    ended.look(pendings, slot, 'completed', nowUs, outcome);
    const judgement = this.judge.verdict(judged, pendings.judgedAtStart(slot), ended, world);
    this.end(slot, ended, judgement);
    return judgement;
  }

  /** Ends what was under way at a process that ended; the ids, in the order in which they began. */
  abort(issuer: Address, nowUs: number): OperationId[] {
    const { ended, pendings } = this;
    const slots = pendings.of(issuer);
    const aborted = slots.map((slot) => pendings.id(slot));
    for (const slot of slots) {
      ended.look(pendings, slot, 'aborted', nowUs, null);
      this.end(slot, ended, ABORTED);
    }
    return aborted;
  }

  private end(slot: number, ended: EndedOperation<P>, judgement: Judgement): void {
    this.made = null;
    if (this.tells) this.lastEnded = recordOf(ended, judgement);
    this.log.append(ended, judgement);
    this.pendings.close(slot);
  }

  /** Those that have not ended, in order of id. */
  pending(): OperationRecord<P>[] {
    return this.pendings.slots().map((slot) => this.pendings.record(slot));
  }

  snapshot(): HistoryState<P> {
    return {
      count: this.count,
      pendings: this.pendings.copy(),
      log: this.log.snapshot(),
      skipped: { ...this.skipped },
    };
  }

  restore(state: HistoryState<P>): void {
    this.count = state.count;
    this.pendings = state.pendings.copy();
    this.log.restore(state.log);
    this.made = null;
    this.skipped = { ...state.skipped };
  }
}

/** A copy of a history; what has ended is shared between copies. */
export interface HistoryState<P extends ProtocolTypes> {
  readonly count: number;
  readonly pendings: PendingTable<P>;
  readonly log: LogState<P>;
  readonly skipped: Readonly<Record<string, number>>;
}

const ABORTED: Judgement = { verdict: 'aborted' };

// What is pending

/** Numbers of an operation, in a row: one cache line. */
const FIELDS = 8;
const ID = 0;
const ISSUER = 1;
/** Neighbours among all that are pending, in the order in which they began, and among those of the same issuer; −1 for none. */
const PREVIOUS = 2;
const NEXT = 3;
const BEFORE = 4;
const AFTER = 5;
const START = 6;
const SEQUENCE = 7;
const OBJECTS = 2;
const OPERATION = 0;
const AT_START = 1;

/** The operations that have begun and not ended, in slots that are used again. */
class PendingTable<P extends ProtocolTypes> {
  private fields = new Float64Array(16 * FIELDS);
  /** The operation, and the judge's state when it began. */
  private objects: unknown[] = [];
  private free: number[] = [];
  private used = 0;
  private first = -1;
  private last = -1;
  /** By issuer: the latest of its pending operations; from there they are linked back. −1 for none. */
  private latest = new Int32Array(64).fill(-1);

  open(
    id: OperationId,
    operation: P['Operation'],
    issuer: Address,
    nowUs: number,
    sequence: number,
    judged: unknown,
  ): number {
    const slot = this.claim(issuer);
    const { fields, objects, latest } = this;
    objects[slot * OBJECTS + OPERATION] = operation;
    objects[slot * OBJECTS + AT_START] = judged;
    const at = slot * FIELDS;
    fields[at + START] = nowUs;
    fields[at + SEQUENCE] = sequence;
    fields[at + ID] = id;
    fields[at + ISSUER] = issuer;
    fields[at + PREVIOUS] = this.last;
    fields[at + NEXT] = -1;
    if (this.last >= 0) fields[this.last * FIELDS + NEXT] = slot;
    else this.first = slot;
    this.last = slot;
    const before = latest[issuer];
    fields[at + BEFORE] = before;
    fields[at + AFTER] = -1;
    if (before >= 0) fields[before * FIELDS + AFTER] = slot;
    latest[issuer] = slot;
    return slot;
  }

  close(slot: number): void {
    const { fields, objects } = this;
    const at = slot * FIELDS;
    const previous = fields[at + PREVIOUS];
    const next = fields[at + NEXT];
    if (previous >= 0) fields[previous * FIELDS + NEXT] = next;
    else this.first = next;
    if (next >= 0) fields[next * FIELDS + PREVIOUS] = previous;
    else this.last = previous;
    const before = fields[at + BEFORE];
    const after = fields[at + AFTER];
    if (before >= 0) fields[before * FIELDS + AFTER] = after;
    if (after >= 0) fields[after * FIELDS + BEFORE] = before;
    else this.latest[fields[at + ISSUER]] = before;
    objects[slot * OBJECTS + OPERATION] = null;
    objects[slot * OBJECTS + AT_START] = null;
    this.free.push(slot);
  }

  id(slot: number): OperationId {
    return this.fields[slot * FIELDS + ID];
  }

  issuer(slot: number): Address {
    return this.fields[slot * FIELDS + ISSUER];
  }

  operation(slot: number): P['Operation'] {
    return this.objects[slot * OBJECTS + OPERATION] as P['Operation'];
  }

  judgedAtStart(slot: number): unknown {
    return this.objects[slot * OBJECTS + AT_START];
  }

  startUs(slot: number): number {
    return this.fields[slot * FIELDS + START];
  }

  startSequence(slot: number): number {
    return this.fields[slot * FIELDS + SEQUENCE];
  }

  record(slot: number): OperationRecord<P> {
    return {
      id: this.id(slot),
      issuer: this.issuer(slot),
      operation: this.operation(slot),
      startUs: this.startUs(slot),
      endUs: null,
      status: 'pending',
      outcome: null,
      judgement: null,
      startSequence: this.startSequence(slot),
    };
  }

  /** All of them, in the order in which they began. */
  slots(): number[] {
    const slots: number[] = [];
    for (let slot = this.first; slot >= 0; slot = this.fields[slot * FIELDS + NEXT]) slots.push(slot);
    return slots;
  }

  /** Those of one issuer, in the order in which they began. */
  of(issuer: Address): number[] {
    const slots: number[] = [];
    const latest = issuer < this.latest.length ? this.latest[issuer] : -1;
    for (let slot = latest; slot >= 0; slot = this.fields[slot * FIELDS + BEFORE]) slots.push(slot);
    return slots.reverse();
  }

  copy(): PendingTable<P> {
    const copy = new PendingTable<P>();
    copy.fields = this.fields.slice();
    copy.objects = this.objects.slice();
    copy.free = this.free.slice();
    copy.used = this.used;
    copy.first = this.first;
    copy.last = this.last;
    copy.latest = this.latest.slice();
    return copy;
  }

  private claim(issuer: Address): number {
    if (issuer >= this.latest.length) {
      const latest = new Int32Array(2 * issuer).fill(-1);
      latest.set(this.latest);
      this.latest = latest;
    }
    const slot = this.free.pop() ?? this.used++;
    if (slot * FIELDS === this.fields.length) this.grow();
    return slot;
  }

  private grow(): void {
    const fields = new Float64Array(2 * this.fields.length);
    fields.set(this.fields);
    this.fields = fields;
  }
}

/** An operation that is just ending, for the length of a verdict: read from its slot as far as somebody asks. */
class EndedOperation<P extends ProtocolTypes> implements OperationRecord<P> {
  endUs = 0;
  outcome: P['Outcome'] | null = null;
  status: OperationStatus = 'completed';
  readonly judgement = null;
  private slot = 0;
  private pendings = new PendingTable<P>();

  look(
    pendings: PendingTable<P>,
    slot: number,
    status: OperationStatus,
    endUs: number,
    outcome: P['Outcome'] | null,
  ): void {
    this.status = status;
    this.pendings = pendings;
    this.slot = slot;
    this.endUs = endUs;
    this.outcome = outcome;
  }

  get id(): OperationId {
    return this.pendings.id(this.slot);
  }

  get issuer(): Address {
    return this.pendings.issuer(this.slot);
  }

  get operation(): P['Operation'] {
    return this.pendings.operation(this.slot);
  }

  get startUs(): number {
    return this.pendings.startUs(this.slot);
  }

  get startSequence(): number {
    return this.pendings.startSequence(this.slot);
  }
}

// What has ended

/** A block is begun anew where less than this is left of the last one; a record that takes more makes its block longer. */
const BLOCK_BYTES = 1 << 18;
const MARGIN_BYTES = 1 << 10;
/** A record's place: its block, and where in the block. */
const BLOCKS = 0x400_0000;
/** The record would not go into bytes, and is kept as it is. */
const ODD = BLOCKS - 1;
/** Places a page: those that did not change between two checkpoints are shared by them. */
const PAGE_BITS = 12;
const PAGE_MASK = (1 << PAGE_BITS) - 1;
/** So many of the judgements that were met last are looked through for one that is there already. */
const RECENT = 16;

/** The operations that have ended, in the order in which they ended, in bytes; and by id where each is. */
class OperationLog<P extends ProtocolTypes> {
  /** By id, in pages: where the record is; negative for one that is pending. */
  private pages: Float64Array[] = [];
  /** Copies of the pages for checkpoints, null where one has changed since. */
  private copies: (Float64Array | null)[] = [];
  private blocks: Uint8Array[] = [];
  private readonly writer = new ByteWriter(new Uint8Array(0));
  /** One for each, so that what was packed last looks like what comes next. */
  private readonly operations = new Packer();
  private readonly outcomes = new Packer();
  /** Judgements that were met; operations share them. The first one is that of all that were aborted. */
  private readonly judgements: Judgement[] = [ABORTED];
  private odd = new Map<OperationId, OperationRecord<P>>();

  place(id: OperationId): number {
    return this.pages[id >> PAGE_BITS][id & PAGE_MASK];
  }

  setPlace(id: OperationId, place: number): void {
    const page = id >> PAGE_BITS;
    if (page === this.pages.length) this.pages.push(new Float64Array(1 << PAGE_BITS));
    this.pages[page][id & PAGE_MASK] = place;
    if (this.copies[page] !== null) this.copies[page] = null;
  }

  append(ended: EndedOperation<P>, judgement: Judgement): void {
    const { writer } = this;
    if (writer.bytes.length - writer.length < MARGIN_BYTES) this.beginBlock();
    const block = this.blocks.length - 1;
    const at = writer.length;
    const { id, issuer, operation, startUs, endUs, outcome, startSequence } = ended;
    this.setPlace(id, block * BLOCKS + at);
    writer.natural(startUs);
    writer.natural(endUs - startUs);
    // Before the first event there is none, whose number is −1.
    writer.natural(startSequence + 1);
    writer.natural(issuer);
    writer.natural(this.numberOf(judgement));
    if (!this.operations.pack(operation, writer) || !this.outcomes.pack(outcome, writer)) {
      writer.length = at;
      this.setPlace(id, ODD);
      this.odd.set(id, recordOf(ended, judgement));
    }
    // It may have had to become longer.
    this.blocks[block] = writer.bytes;
  }

  record(id: OperationId): OperationRecord<P> {
    const place = this.place(id);
    if (place === ODD) return this.odd.get(id) as OperationRecord<P>;
    const reader = new ByteReader(this.blocks[Math.floor(place / BLOCKS)], place % BLOCKS);
    const startUs = reader.natural();
    const endUs = startUs + reader.natural();
    const startSequence = reader.natural() - 1;
    const issuer = reader.natural();
    const number = reader.natural();
    const judgement = this.judgements[number];
    const operation = this.operations.unpack(reader) as P['Operation'];
    const outcome = this.outcomes.unpack(reader) as P['Outcome'] | null;
    const status = number === 0 ? 'aborted' : 'completed';
    return { id, issuer, operation, startUs, endUs, status, outcome, judgement, startSequence };
  }

  snapshot(): LogState<P> {
    const pages = this.pages.map((page, i) => {
      const copy = this.copies[i] ?? page.slice();
      this.copies[i] = copy;
      return copy;
    });
    return { pages, blocks: this.blocks.slice(), length: this.writer.length, odd: new Map(this.odd) };
  }

  restore(state: LogState<P>): void {
    this.pages = state.pages.map((page, i) => (this.copies[i] === page ? this.pages[i] : page.slice()));
    this.copies = state.pages.slice();
    this.blocks = state.blocks.slice();
    // What is written from here on is another branch's: the bytes behind this place may belong to a checkpoint still.
    const last = this.blocks.pop()?.slice() ?? new Uint8Array(0);
    this.writer.continue(last, state.length);
    if (last.length > 0) this.blocks.push(last);
    this.odd = new Map(state.odd);
  }

  private beginBlock(): void {
    const block = new Uint8Array(BLOCK_BYTES);
    this.blocks.push(block);
    this.writer.continue(block, 0);
  }

  private numberOf(judgement: Judgement): number {
    if (judgement === ABORTED) return 0;
    const { judgements } = this;
    const { length } = judgements;
    for (let i = length - 1; i >= 0 && i >= length - RECENT; i--) if (judgements[i] === judgement) return i;
    return judgements.push(judgement) - 1;
  }
}

/** A copy of a log. Pages, blocks and records are shared between copies, and nobody changes them. */
export interface LogState<P extends ProtocolTypes> {
  readonly pages: readonly Float64Array[];
  readonly blocks: readonly Uint8Array[];
  /** Bytes of the last block that are the copy's. */
  readonly length: number;
  readonly odd: ReadonlyMap<OperationId, OperationRecord<P>>;
}

function recordOf<P extends ProtocolTypes>(ended: EndedOperation<P>, judgement: Judgement): OperationRecord<P> {
  const { id, issuer, operation, startUs, endUs, status, outcome, startSequence } = ended;
  return { id, issuer, operation, startUs, endUs, status, outcome, judgement, startSequence };
}
