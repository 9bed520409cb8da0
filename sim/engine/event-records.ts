import { DEAD } from './event-kind.ts';

/** A record is one cache line of 64 bytes: five doubles, then four integers (and room for two). */
const RECORD_BYTES = 64;
const DOUBLES = 8;
const TIME = 0;
const SEQUENCE = 1;
const EXTRA = 2;
const CAUSE = 3;
const BORN = 4;
const INTEGERS = 16;
/** The kind in the lowest eight bits, the number of its subject in the next eight; above them the lane that the event is in, counted from 1, or 0 for none. */
const KIND_AND_LANE = 10;
const TARGET = 11;
const PEER = 12;
const NEXT_TIMER = 13;
const KIND_BITS = 8;
const KIND_MASK = (1 << KIND_BITS) - 1;
const LANE_SHIFT = 16;
/** Large buffers begin 16 bytes after a page does, so that this many bytes on a cache line begins. */
const ALIGNED = 48;

/** A kind together with a number that tells more: that of the kind of its message or timer. @param subject 0 to 255. */
export function withSubject(kind: number, subject: number): number {
  return kind | (subject << KIND_BITS);
}

/** The kind without the number. */
export function plainKind(what: number): number {
  return what & KIND_MASK;
}

/** Records lie in chunks of so many in a row. */
export const CHUNK_BITS = 5;
const CHUNK = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK - 1;
/** All bits of a chunk's slots. */
const ALL_FREE = -1;

/** The payloads of a chunk that is not in use, and of one that has just been taken. */
const NO_PAYLOADS: readonly unknown[] = [];
const BLANK: readonly unknown[] = Array.from({ length: CHUNK }, () => null);

/**
 * What is known of each event, by its slot. Slots are given out one by one, or to a lane in chunks: then what happens one after the other lies one after the other.
 *
 * A chunk's payloads are an array of its own, made anew with each use of the chunk. Messages live shortly, and so does this array then: to the collector both are
 * young, and it need not be told what the one holds of the other, as it must be for all that is old.
 */
export class EventRecords {
  private doubles: Float64Array<ArrayBuffer>;
  private integers: Int32Array<ArrayBuffer>;
  private payloads: unknown[][] = [];
  private freeChunks: number[] = [];
  /** Chunks of which slots are given out one by one, and some are free. */
  private loose: number[] = [];
  /** By chunk, for those: a bit for each slot that is free. */
  private freeSlots: Int32Array<ArrayBuffer>;
  /** The chunk that a lane has left last, −1 for none. */
  private left = -1;
  // By chunk, for those that a lane has: its neighbours there, −1 at the ends, and how many of its events were cancelled before it was their turn.
  // For a loose one `next` says where among the loose it is.
  private next: Int32Array<ArrayBuffer>;
  private previous: Int32Array<ArrayBuffer>;
  private cancelled: Uint8Array<ArrayBuffer>;

  constructor(chunks: number) {
    const { doubles, integers } = recordsFor(chunks);
    this.doubles = doubles;
    this.integers = integers;
    this.next = new Int32Array(chunks);
    this.previous = new Int32Array(chunks);
    this.cancelled = new Uint8Array(chunks);
    this.freeSlots = new Int32Array(chunks);
  }

  timeUs(slot: number): number {
    return this.doubles[slot * DOUBLES + TIME];
  }

  sequence(slot: number): number {
    return this.doubles[slot * DOUBLES + SEQUENCE];
  }

  kind(slot: number): number {
    return this.integers[slot * INTEGERS + KIND_AND_LANE] & KIND_MASK;
  }

  /** The number of the kind of its message or timer: what `withSubject` was told. */
  subject(slot: number): number {
    return (this.integers[slot * INTEGERS + KIND_AND_LANE] >> KIND_BITS) & KIND_MASK;
  }

  /** The lane that it is in, −1 for none. */
  lane(slot: number): number {
    return (this.integers[slot * INTEGERS + KIND_AND_LANE] >> LANE_SHIFT) - 1;
  }

  /** The process that the event happens to, or an index of the environment's. */
  target(slot: number): number {
    return this.integers[slot * INTEGERS + TARGET];
  }

  /** Sender or another process concerned. */
  peer(slot: number): number {
    return this.integers[slot * INTEGERS + PEER];
  }

  /** Request id, timer id, incarnation: what the kind wants. */
  extra(slot: number): number {
    return this.doubles[slot * DOUBLES + EXTRA];
  }

  /** The sequence number of the event whose handling scheduled this one, −1 for none. */
  cause(slot: number): number {
    return this.doubles[slot * DOUBLES + CAUSE];
  }

  /** When it was scheduled. */
  bornUs(slot: number): number {
    return this.doubles[slot * DOUBLES + BORN];
  }

  payload(slot: number): unknown {
    return this.payloads[slot >> CHUNK_BITS][slot & CHUNK_MASK];
  }

  // Timers of one process form a linked list of slots; −1 ends it.

  nextTimer(slot: number): number {
    return this.integers[slot * INTEGERS + NEXT_TIMER];
  }

  setNextTimer(slot: number, next: number): void {
    this.integers[slot * INTEGERS + NEXT_TIMER] = next;
  }

  /** @param what from `withSubject`. @param lane −1 for none. */
  fill(
    slot: number,
    timeUs: number,
    sequence: number,
    what: number,
    lane: number,
    target: number,
    peer: number,
    extra: number,
    payload: unknown,
    cause: number,
    bornUs: number,
  ): void {
    const { doubles, integers } = this;
    const at = slot * DOUBLES;
    doubles[at + TIME] = timeUs;
    doubles[at + SEQUENCE] = sequence;
    doubles[at + EXTRA] = extra;
    doubles[at + CAUSE] = cause;
    doubles[at + BORN] = bornUs;
    const word = slot * INTEGERS;
    integers[word + KIND_AND_LANE] = what | ((lane + 1) << LANE_SHIFT);
    integers[word + TARGET] = target;
    integers[word + PEER] = peer;
    this.payloads[slot >> CHUNK_BITS][slot & CHUNK_MASK] = payload;
  }

  /** It will not happen; what else is known of it stays. */
  kill(slot: number): void {
    const word = slot * INTEGERS + KIND_AND_LANE;
    this.integers[word] = (this.integers[word] & ~KIND_MASK) | DEAD;
    this.payloads[slot >> CHUNK_BITS][slot & CHUNK_MASK] = null;
  }

  // Slots one by one

  claimSlot(): number {
    const { loose } = this;
    if (loose.length === 0) this.addLoose(this.claimChunk(), ALL_FREE);
    const { freeSlots } = this;
    const chunk = loose[loose.length - 1];
    const place = CHUNK_MASK - Math.clz32(freeSlots[chunk]);
    freeSlots[chunk] &= ~(1 << place);
    if (freeSlots[chunk] === 0) loose.pop();
    return (chunk << CHUNK_BITS) | place;
  }

  freeSlot(slot: number): void {
    const { freeSlots, loose } = this;
    const chunk = slot >> CHUNK_BITS;
    const place = slot & CHUNK_MASK;
    this.payloads[chunk][place] = null;
    if (freeSlots[chunk] === 0) this.addLoose(chunk, 0);
    freeSlots[chunk] |= 1 << place;
    // A lane may want it; one is kept, so that a single event that comes and goes takes no chunk each time.
    if (freeSlots[chunk] === ALL_FREE && loose.length > 1) this.giveBack(chunk);
  }

  private addLoose(chunk: number, free: number): void {
    this.freeSlots[chunk] = free;
    this.next[chunk] = this.loose.push(chunk) - 1;
  }

  private giveBack(chunk: number): void {
    const { loose, next } = this;
    const last = loose.pop() as number;
    if (last !== chunk) {
      loose[next[chunk]] = last;
      next[last] = next[chunk];
    }
    this.freeChunk(chunk);
  }

  // Chunks, for lanes

  /** Puts a chunk behind the one in which this slot is, at the end of a lane; returns its first slot. @param last −1 for a lane that has none. */
  extend(last: number): number {
    const chunk = this.claimChunk();
    const before = last >> CHUNK_BITS;
    this.previous[chunk] = before;
    this.next[chunk] = -1;
    this.cancelled[chunk] = 0;
    if (before >= 0) this.next[before] = chunk;
    return chunk << CHUNK_BITS;
  }

  /** The first slot of the chunk behind the one in which this slot is. */
  chunkBehind(slot: number): number {
    return this.next[slot >> CHUNK_BITS] << CHUNK_BITS;
  }

  /**
   * The same; the lane has come to the end of this chunk.
   * @param head the event that the lane gives out: its chunk is free only when the next one is left, since it is just being handled.
   */
  leave(slot: number, head: number): number {
    const chunk = slot >> CHUNK_BITS;
    const next = this.next[chunk];
    this.unlink(chunk);
    if (chunk !== head >> CHUNK_BITS) {
      this.freeChunk(chunk);
    } else {
      if (this.left >= 0) this.freeChunk(this.left);
      this.left = chunk;
    }
    return next << CHUNK_BITS;
  }

  /** An event behind a lane's head was killed. A chunk of which nothing will happen is free, unless the lane goes on in it. */
  countCancelled(slot: number): void {
    const chunk = slot >> CHUNK_BITS;
    if (++this.cancelled[chunk] === CHUNK && this.next[chunk] >= 0) {
      this.unlink(chunk);
      this.freeChunk(chunk);
    }
  }

  private unlink(chunk: number): void {
    const { next, previous } = this;
    if (next[chunk] >= 0) previous[next[chunk]] = previous[chunk];
    if (previous[chunk] >= 0) next[previous[chunk]] = next[chunk];
  }

  private freeChunk(chunk: number): void {
    this.payloads[chunk] = NO_PAYLOADS as unknown[];
    this.freeChunks.push(chunk);
  }

  private claimChunk(): number {
    const chunk = this.freeChunks.pop() ?? this.payloads.length;
    if (chunk === this.next.length) this.grow();
    this.payloads[chunk] = BLANK.slice();
    return chunk;
  }

  private grow(): void {
    // By half: of a large run these are the largest buffers, and what lies idle in them is memory that others want.
    const chunks = this.next.length + ((this.next.length + 1) >> 1);
    const { doubles, integers } = recordsFor(chunks);
    integers.set(this.integers);
    this.doubles = doubles;
    this.integers = integers;
    this.next = longer(this.next, chunks);
    this.previous = longer(this.previous, chunks);
    this.freeSlots = longer(this.freeSlots, chunks);
    const cancelled = new Uint8Array(chunks);
    cancelled.set(this.cancelled);
    this.cancelled = cancelled;
  }

  snapshot(): RecordsState {
    const chunks = this.payloads.length;
    return {
      // Integers too: they lie between the doubles, and copying them as such leaves them as they are.
      records: this.integers.slice(0, (chunks << CHUNK_BITS) * INTEGERS),
      payloads: this.payloads.map((chunk) => (chunk === NO_PAYLOADS ? chunk : chunk.slice())),
      freeSlots: this.freeSlots.slice(0, chunks),
      loose: this.loose.slice(),
      freeChunks: this.freeChunks.slice(),
      left: this.left,
      next: this.next.slice(0, chunks),
      previous: this.previous.slice(0, chunks),
      cancelled: this.cancelled.slice(0, chunks),
    };
  }

  restore(state: RecordsState): void {
    while (this.next.length < state.payloads.length) this.grow();
    this.integers.set(state.records);
    this.payloads = state.payloads.map((chunk) => (chunk === NO_PAYLOADS ? (chunk as unknown[]) : chunk.slice()));
    this.freeSlots.set(state.freeSlots);
    this.loose = state.loose.slice();
    this.freeChunks = state.freeChunks.slice();
    this.left = state.left;
    this.next.set(state.next);
    this.previous.set(state.previous);
    this.cancelled.set(state.cancelled);
  }
}

/** A copy of all records. */
export interface RecordsState {
  readonly records: Int32Array;
  readonly payloads: readonly (readonly unknown[])[];
  readonly freeSlots: Int32Array;
  readonly loose: readonly number[];
  readonly freeChunks: readonly number[];
  readonly left: number;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly cancelled: Uint8Array;
}

function longer(column: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(length);
  more.set(column);
  return more;
}

function recordsFor(chunks: number) {
  const buffer = new ArrayBuffer(ALIGNED + chunks * CHUNK * RECORD_BYTES);
  const doubles = new Float64Array(buffer, ALIGNED, chunks * CHUNK * DOUBLES);
  return { doubles, integers: new Int32Array(buffer, ALIGNED, chunks * CHUNK * INTEGERS) };
}
