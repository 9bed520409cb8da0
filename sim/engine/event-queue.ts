import { DATAGRAM, DEAD, HELD, WORKLOAD } from './event-kind.ts';
import { EventOrder } from './event-order.ts';
import { Lane } from './lane.ts';
import { laneOf, PROMISE_LANES, PromiseLane, placeOf, promiseOf } from './promise-lane.ts';

/** A record is one cache line of 64 bytes: five doubles, then six integers. */
const RECORD_BYTES = 64;
const DOUBLES = 8;
const TIME = 0;
const SEQUENCE = 1;
const EXTRA = 2;
const CAUSE = 3;
const BORN = 4;
const INTEGERS = 16;
/** The kind in the lowest eight bits; above them the lane that the event is in, counted from 1, or 0 for none. */
const KIND_AND_LANE = 10;
const TARGET = 11;
const PEER = 12;
/** Where in its lane. */
const PLACE = 13;
const NEXT_TIMER = 14;
const PREVIOUS_TIMER = 15;
const KIND_BITS = 8;
const KIND_MASK = (1 << KIND_BITS) - 1;
/** Large buffers begin 16 bytes after a page does, so that this many bytes on a cache line begins. */
const ALIGNED = 48;

/** Events of one lane that are looked at together: more than a few leave the cache again before it is their turn. */
const LOOK_AHEAD = 16;

/**
 * The future event list. Events have one total order: time, then the sequence number in which they were scheduled.
 *
 * An event is a slot: a record in one typed array, reused when it is free. The order is kept by `EventOrder`, beside which
 * stand *lanes*: first-in-first-out queues for events that all lie the same delay ahead when they are scheduled (constant link
 * delays, equal time-outs, periods). Such events arrive in the order in which they were scheduled, so a lane needs no comparing,
 * and only its head is in the order. A simulation with constant delays orders a handful of heads instead of ten thousand events.
 *
 * Time-outs of requests are *promised*: nearly all of them are cancelled, so they wait in a line of their own (`PromiseLane`), and only the first has a record.
 *
 * Most timers are cancelled. An event that is cancelled in its lane leaves a gap there, which costs a step when it comes up, and its record is free
 * for the next event at once. One that is in the order stays there, marked dead, and is thrown away when it comes up.
 */
export class EventQueue {
  /** The records, as doubles and as integers. */
  private doubles: Float64Array<ArrayBuffer>;
  private integers: Int32Array<ArrayBuffer>;
  private payloads: unknown[];

  private capacity: number;
  private used = 0;
  private free: number[] = [];
  /** Everything that is in no lane, and the head of each lane. */
  private readonly order: EventOrder;
  private lanes: Lane[] = [];
  private promised: PromiseLane[] = [];
  private readonly laneTable: Int16Array = new Int16Array(LANE_TABLE_SIZE).fill(-1);
  /** By place in that table: the delay that no lane was found for last. It changes only who has a lane, never the order of events. */
  private readonly askedFor = new Float64Array(LANE_TABLE_SIZE).fill(-1);
  /** Told of the processes to which something will happen a few events ahead: see `Machine.prefetch`. */
  prefetch: ((targets: Int32Array, front: number, back: number) => number) | null = null;
  private readonly ahead = new Int32Array(LOOK_AHEAD);
  /** What prefetching added up to: kept, so that no compiler takes the reading for useless. */
  foreseen = 0;
  private nextSequence = 0;
  private dead = 0;
  private pending = 0;

  constructor(capacity = 1024) {
    this.capacity = capacity;
    const { doubles, integers } = recordsFor(capacity);
    this.doubles = doubles;
    this.integers = integers;
    this.payloads = new Array(capacity).fill(null);
    this.order = new EventOrder(this, capacity);
  }

  /** How many events are pending; the dead are not counted. */
  get size(): number {
    return this.pending;
  }

  /** How many sequence numbers have been given out. */
  get scheduled(): number {
    return this.nextSequence;
  }

  // What a slot holds. It may be read from `schedule` or `next` until `release` or `cancel`.

  timeUs(slot: number): number {
    return this.doubles[slot * DOUBLES + TIME];
  }

  sequence(slot: number): number {
    return this.doubles[slot * DOUBLES + SEQUENCE];
  }

  kind(slot: number): number {
    return this.integers[slot * INTEGERS + KIND_AND_LANE] & KIND_MASK;
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
    return this.payloads[slot];
  }

  // Timers of one process form a doubly linked list of slots; −1 ends it.

  nextTimer(slot: number): number {
    return this.integers[slot * INTEGERS + NEXT_TIMER];
  }

  previousTimer(slot: number): number {
    return this.integers[slot * INTEGERS + PREVIOUS_TIMER];
  }

  setNextTimer(slot: number, next: number): void {
    this.integers[slot * INTEGERS + NEXT_TIMER] = next;
  }

  setPreviousTimer(slot: number, previous: number): void {
    this.integers[slot * INTEGERS + PREVIOUS_TIMER] = previous;
  }

  /**
   * Schedules an event and returns its slot.
   * @param timeUs not before the event that is being handled. Whatever lies beyond all runs is put at `NEVER_US`.
   * @param lane from `laneFor`, or −1. A hint: an event that would break the lane's order goes to the heap.
   */
  schedule(
    timeUs: number,
    lane: number,
    kind: number,
    target: number,
    peer: number,
    extra: number,
    payload: unknown,
    cause: number,
    bornUs: number,
  ): number {
    // One test for what is too late and what is no number: both would stop the calendar from turning its pages.
    if (!(timeUs <= NEVER_US)) timeUs = never(timeUs);
    const slot = this.claim();
    this.fill(slot, timeUs, this.nextSequence++, extra, cause, bornUs, target, peer);
    const { integers } = this;
    const word = slot * INTEGERS;
    this.payloads[slot] = payload;
    this.pending++;
    if (lane >= 0) {
      const queue = this.lanes[lane];
      const isHead = queue.size === 0;
      if (isHead || timeUs >= queue.lastUs) {
        queue.lastUs = timeUs;
        integers[word + KIND_AND_LANE] = kind | ((lane + 1) << KIND_BITS);
        if (queue.isFull) this.makeRoom(queue);
        integers[word + PLACE] = queue.push(slot);
        if (isHead) this.order.push(timeUs, slot);
        return slot;
      }
    }
    integers[word + KIND_AND_LANE] = kind;
    this.order.push(timeUs, slot);
    return slot;
  }

  /**
   * A lane for events that lie this delay ahead, or −1 if none is to be had. Lanes are found by a table in which each delay has two places; it
   * gets one when it is asked for twice in a row, so that delays which are drawn anew each time leave it to those that recur.
   */
  laneFor(delayUs: number): number {
    const place = (Math.imul(delayUs | 0, 0x9e3779b1) >>> 24) & (LANE_TABLE_SIZE - 1);
    const { lanes, laneTable } = this;
    const first = laneTable[place];
    if (first >= 0 && lanes[first].delayUs === delayUs) return first;
    const second = laneTable[place ^ 1];
    if (second >= 0 && lanes[second].delayUs === delayUs) return second;
    if (this.askedFor[place] !== delayUs) {
      this.askedFor[place] = delayUs;
      return -1;
    }
    if (first < 0 || second < 0) {
      laneTable[first < 0 ? place : place ^ 1] = lanes.length;
      return lanes.push(new Lane(delayUs)) - 1;
    }
    const empty = lanes[first].size === 0 ? first : lanes[second].size === 0 ? second : -1;
    if (empty >= 0) lanes[empty].delayUs = delayUs;
    return empty;
  }

  /**
   * Schedules an event without payload that will most likely be cancelled, at `bornUs + delayUs`.
   * @returns what `withdraw` wants to know: a slot, or a number below −1.
   */
  promise(
    delayUs: number,
    kind: number,
    target: number,
    peer: number,
    extra: number,
    cause: number,
    bornUs: number,
  ): number {
    const timeUs = bornUs + delayUs;
    const index = this.promiseLaneFor(delayUs);
    if (index < 0 || !(timeUs <= NEVER_US))
      return this.schedule(timeUs, this.laneFor(delayUs), kind, target, peer, extra, null, cause, bornUs);
    const lane = this.promised[index];
    this.pending++;
    const place = lane.push(timeUs, this.nextSequence++, extra, cause, kind, target, peer);
    if (lane.slot >= 0) return promiseOf(place, index);
    const slot = this.firstPromise(index);
    this.order.push(timeUs, slot);
    return slot;
  }

  /** Cancels what was promised and has not come up. */
  withdraw(promise: number): void {
    if (promise >= 0) {
      this.cancel(promise);
      return;
    }
    const lane = this.promised[laneOf(promise)];
    // If it waits no more in the line it has become the first, and has a record.
    if (lane.forget(placeOf(promise))) this.pending--;
    else this.cancel(lane.slot);
  }

  private promiseLaneFor(delayUs: number): number {
    const { promised } = this;
    for (let i = 0; i < promised.length; i++) if (promised[i].delayUs === delayUs) return i;
    return promised.length < PROMISE_LANES ? promised.push(new PromiseLane(delayUs)) - 1 : -1;
  }

  /** Gives the next of a line a record; −1 if there is none. */
  private firstPromise(index: number): number {
    const lane = this.promised[index];
    const first = lane.shift();
    lane.slot = first === null ? -1 : this.claim();
    if (first === null) return -1;
    const { timeUs, sequence, extra, cause, kind, target, peer } = first;
    this.fill(lane.slot, timeUs, sequence, extra, cause, timeUs - lane.delayUs, target, peer);
    this.integers[lane.slot * INTEGERS + KIND_AND_LANE] = kind | ((PROMISED + index + 1) << KIND_BITS);
    return lane.slot;
  }

  private fill(
    slot: number,
    timeUs: number,
    sequence: number,
    extra: number,
    cause: number,
    bornUs: number,
    target: number,
    peer: number,
  ): void {
    const { doubles, integers } = this;
    const at = slot * DOUBLES;
    doubles[at + TIME] = timeUs;
    doubles[at + SEQUENCE] = sequence;
    doubles[at + EXTRA] = extra;
    doubles[at + CAUSE] = cause;
    doubles[at + BORN] = bornUs;
    const word = slot * INTEGERS;
    integers[word + TARGET] = target;
    integers[word + PEER] = peer;
  }

  /** Cancels a pending event. */
  cancel(slot: number): void {
    const { integers } = this;
    const word = slot * INTEGERS;
    const lane = (integers[word + KIND_AND_LANE] >> KIND_BITS) - 1;
    this.payloads[slot] = null;
    this.pending--;
    // The head of a lane is in the order too.
    if (lane >= 0 && lane < PROMISED && this.lanes[lane].forget(integers[word + PLACE])) {
      integers[word + KIND_AND_LANE] = DEAD;
      this.free.push(slot);
      return;
    }
    integers[word + KIND_AND_LANE] = (integers[word + KIND_AND_LANE] & ~KIND_MASK) | DEAD;
    this.dead++;
    if (this.dead > 4096 && this.dead > 2 * this.pending) this.compact();
  }

  /**
   * Moves a pending event to another time, as if it were cancelled and scheduled anew: it gets the next sequence number. False if it has to be
   * done that way: this is the short one, from a place within a lane to the end of one.
   */
  move(slot: number, timeUs: number, lane: number, payload: unknown, cause: number, bornUs: number): boolean {
    if (lane < 0 || !(timeUs <= NEVER_US)) return false;
    const { doubles, integers } = this;
    const word = slot * INTEGERS;
    const from = (integers[word + KIND_AND_LANE] >> KIND_BITS) - 1;
    if (from >= PROMISED) return false;
    const queue = this.lanes[lane];
    if (from < 0 || queue.size === 0 || timeUs < queue.lastUs) return false;
    if (!this.lanes[from].forget(integers[word + PLACE])) return false;
    const at = slot * DOUBLES;
    doubles[at + TIME] = timeUs;
    doubles[at + SEQUENCE] = this.nextSequence++;
    doubles[at + CAUSE] = cause;
    doubles[at + BORN] = bornUs;
    integers[word + KIND_AND_LANE] = (integers[word + KIND_AND_LANE] & KIND_MASK) | ((lane + 1) << KIND_BITS);
    this.payloads[slot] = payload;
    queue.lastUs = timeUs;
    if (queue.isFull) this.makeRoom(queue);
    integers[word + PLACE] = queue.push(slot);
    return true;
  }

  /** The time of the first pending event, Infinity if there is none. */
  firstTimeUs(): number {
    for (;;) {
      const slot = this.order.first();
      if (slot < 0) return Infinity;
      if (this.kind(slot) !== DEAD) return this.timeUs(slot);
      this.removeFirst(slot);
      this.dead--;
      this.free.push(slot);
    }
  }

  /** Takes the first pending event; −1 if there is none. */
  next(): number {
    return this.firstTimeUs() === Infinity ? -1 : this.take();
  }

  /** Takes the first pending event, right after `firstTimeUs` has said that there is one. */
  take(): number {
    const slot = this.order.first();
    this.removeFirst(slot);
    this.pending--;
    return slot;
  }

  /** Gives a slot taken by `next` back. */
  release(slot: number): void {
    this.payloads[slot] = null;
    this.integers[slot * INTEGERS + KIND_AND_LANE] = DEAD;
    this.free.push(slot);
  }

  /** The slots of all pending events, in order of time and sequence; of what is promised only those that come first have one. Costs n log n. */
  pendingSlots(): number[] {
    return this.livingSlots().sort((a, b) => this.timeUs(a) - this.timeUs(b) || this.sequence(a) - this.sequence(b));
  }

  private livingSlots(): number[] {
    const slots: number[] = [];
    this.order.collect(slots);
    // Each lane's head was among those.
    for (const lane of this.lanes) lane.collectBehindHead(slots);
    return slots.filter((slot) => this.kind(slot) !== DEAD);
  }

  /** The pending event of that sequence number, or −1. */
  find(sequence: number): number {
    for (const slot of this.pendingSlots()) if (this.sequence(slot) === sequence) return slot;
    return -1;
  }

  snapshot(): QueueState {
    const used = this.used;
    return {
      // Integers too: they lie between the doubles, and copying them as such leaves them as they are.
      records: this.integers.slice(0, used * INTEGERS),
      payloads: this.payloads.slice(0, used),
      free: this.free.slice(),
      ordered: this.orderedSlots(),
      lanes: this.lanes.map((lane) => lane.copy()),
      promised: this.promised.map((lane) => lane.copy()),
      laneTable: this.laneTable.slice(),
      nextSequence: this.nextSequence,
      dead: this.dead,
      pending: this.pending,
    };
  }

  restore(state: QueueState): void {
    const used = state.payloads.length;
    while (this.capacity < used) this.grow();
    this.integers.set(state.records);
    this.payloads.fill(null);
    for (let slot = 0; slot < used; slot++) this.payloads[slot] = state.payloads[slot];
    this.used = used;
    this.free = state.free.slice();
    this.order.clear();
    for (const slot of state.ordered) this.order.push(this.timeUs(slot), slot);
    this.lanes = state.lanes.map((lane) => lane.copy());
    this.promised = state.promised.map((lane) => lane.copy());
    this.laneTable.set(state.laneTable);
    this.nextSequence = state.nextSequence;
    this.dead = state.dead;
    this.pending = state.pending;
  }

  private claim(): number {
    const reused = this.free.pop();
    if (reused !== undefined) return reused;
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  private grow(): void {
    const capacity = this.capacity * 2;
    const { doubles, integers } = recordsFor(capacity);
    integers.set(this.integers);
    this.doubles = doubles;
    this.integers = integers;
    this.order.grow(capacity);
    const more = capacity - this.capacity;
    for (let i = 0; i < more; i++) this.payloads.push(null);
    this.capacity = capacity;
  }

  private orderedSlots(): number[] {
    const slots: number[] = [];
    this.order.collect(slots);
    return slots;
  }

  /** Takes the first slot out of the order; the next of its lane, if there is one, goes in. */
  private removeFirst(slot: number): void {
    const lane = (this.integers[slot * INTEGERS + KIND_AND_LANE] >> KIND_BITS) - 1;
    if (lane < 0) {
      this.order.removeFirst();
      return;
    }
    if (lane >= PROMISED) {
      const promise = this.firstPromise(lane - PROMISED);
      if (promise >= 0) this.order.replaceFirst(this.timeUs(promise), promise);
      else this.order.removeFirst();
      return;
    }
    const queue = this.lanes[lane];
    queue.shift();
    if (this.prefetch !== null && ++queue.sinceLook === LOOK_AHEAD) this.lookAhead(queue, this.prefetch);
    const next = queue.first();
    if (next >= 0) this.order.replaceFirst(this.timeUs(next), next);
    else this.order.removeFirst();
  }

  /** Tells of the events that come next in a lane, several at once, so that memory is waited for by all of them together. */
  private lookAhead(lane: Lane, prefetch: NonNullable<EventQueue['prefetch']>): void {
    const { integers, payloads, ahead } = this;
    lane.sinceLook = 0;
    // Those that will want all of a state from the front, those that will want some of it from the back.
    let front = 0;
    let back = LOOK_AHEAD;
    let foreseen = 0;
    for (let i = 0; i < LOOK_AHEAD; i++) {
      const slot = lane.at(i);
      if (slot < 0) continue;
      const word = slot * INTEGERS;
      const kind = integers[word + KIND_AND_LANE] & KIND_MASK;
      if (kind === DATAGRAM) ahead[front++] = integers[word + TARGET];
      else if (kind > DEAD && kind <= HELD) ahead[--back] = integers[word + TARGET];
      // Whose it is; and it will want the process's record too.
      else if (kind === WORKLOAD && integers[word + PEER] >= 0) ahead[front++] = ~integers[word + PEER];
    }
    // Asking what it is reads the head of the message or timer.
    for (let i = 0; i < LOOK_AHEAD; i++) {
      const slot = lane.at(i);
      if (slot >= 0 && typeof payloads[slot] === 'function') foreseen++;
    }
    this.foreseen = foreseen + prefetch(ahead, front, back);
  }

  /** Throws the dead of the order away when they have come to outnumber the living. */
  private compact(): void {
    const ordered = this.orderedSlots();
    this.order.clear();
    for (const slot of ordered) {
      if (this.kind(slot) !== DEAD) {
        this.order.push(this.timeUs(slot), slot);
        continue;
      }
      const lane = (this.integers[slot * INTEGERS + KIND_AND_LANE] >> KIND_BITS) - 1;
      this.integers[slot * INTEGERS + KIND_AND_LANE] = DEAD;
      this.free.push(slot);
      if (lane < 0) continue;
      if (lane < PROMISED) this.lanes[lane].shift();
      const head = lane < PROMISED ? this.lanes[lane].first() : this.firstPromise(lane - PROMISED);
      if (head >= 0) this.order.push(this.timeUs(head), head);
    }
    this.dead = 0;
  }

  /** Makes a lane longer that is full; or closes the gaps in it, if it is full of them. */
  private makeRoom(lane: Lane): void {
    if (lane.gaps * 2 < lane.size) lane.grow();
    else
      lane.closeUp((slot, place) => {
        this.integers[slot * INTEGERS + PLACE] = place;
      });
  }
}

/** 142 years: later than the end of any run, and early enough that sums of a few such times are still exact integers. */
const NEVER_US = 0x10_0000_0000_0000;

function never(timeUs: number): number {
  if (Number.isNaN(timeUs)) throw new RangeError('an event at a time that is no number');
  return NEVER_US;
}

/** 256 places: enough for the handful of constant delays that a scenario has, small enough to stay in the cache. */
const LANE_TABLE_SIZE = 256;

/** Where lanes of promised events begin among the numbers of lanes. */
const PROMISED = 4096;

function recordsFor(capacity: number) {
  const buffer = new ArrayBuffer(ALIGNED + capacity * RECORD_BYTES);
  const doubles = new Float64Array(buffer, ALIGNED, capacity * DOUBLES);
  return { doubles, integers: new Int32Array(buffer, ALIGNED, capacity * INTEGERS) };
}

/** A copy of all that the queue is. Opaque to everyone else. */
export interface QueueState {
  readonly records: Int32Array;
  readonly payloads: readonly unknown[];
  readonly free: readonly number[];
  readonly ordered: readonly number[];
  readonly lanes: readonly Lane[];
  readonly promised: readonly PromiseLane[];
  readonly laneTable: Int16Array;
  readonly nextSequence: number;
  readonly dead: number;
  readonly pending: number;
}
