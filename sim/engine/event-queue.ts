import { DATAGRAM, DEAD, HELD, WORKLOAD } from './event-kind.ts';
import { EventOrder } from './event-order.ts';
import { EventRecords, type RecordsState } from './event-records.ts';
import { Lane } from './lane.ts';
import { laneOf, PROMISE_LANES, PromiseLane, placeOf, promiseOf } from './promise-lane.ts';

/** Events of one lane that are looked at together: more than a few leave the cache again before it is their turn. */
const LOOK_AHEAD = 16;

/** So many heads of other lanes in a row, and the lane in front gives way. */
const PATIENCE = 8;

/**
 * The future event list. Events have one total order: time, then the sequence number in which they were scheduled.
 *
 * An event is a slot: a record, reused when it is free. The order is kept by `EventOrder`, beside which stand *lanes*: first-in-first-out queues for events that all
 * lie the same delay ahead when they are scheduled (constant link delays, equal time-outs, periods). Such events arrive in the order in which they were scheduled, so
 * a lane needs no comparing, and only its head is in the order. A simulation with constant delays orders a handful of heads instead of ten thousand events.
 * Most events of such a run come from one lane; it is the one *in front*, whose head is in no order at all, but compared with the first of the others.
 *
 * Time-outs of requests are *promised*: nearly all of them are cancelled, so they wait in a line of their own (`PromiseLane`), and only the first has a record.
 *
 * Most timers are cancelled. One that is cancelled in its lane stays in its place, marked dead, and costs a step when it comes up. One that is in the order stays there,
 * marked dead, and is thrown away when it comes up.
 */
export class EventQueue {
  /** What each slot holds: to be read from `schedule` or `next` until `release` or `cancel`. */
  readonly records: EventRecords;
  /** Everything that is in no lane, and the head of each lane but the one in front. */
  private readonly order: EventOrder;
  private lanes: Lane[] = [];
  /** At first one in which nothing ever is. */
  private front = new Lane(-1);
  /** The first pending event, as `firstTimeUs` found it. */
  private due = -1;
  /** Heads of other lanes that came since the last of the lane in front. */
  private others = 0;
  private promised: PromiseLane[] = [];
  private readonly laneTable: Int16Array = new Int16Array(LANE_TABLE_SIZE).fill(-1);
  /** By place in that table: the delay that no lane was found for last. It changes only who has a lane, never the order of events. */
  private readonly askedFor = new Float64Array(LANE_TABLE_SIZE).fill(-1);
  /** The delay for which a lane was asked last, and the lane that it has. */
  private lastDelayUs = -1;
  private lastLane = -1;
  /** Told of the processes to which something will happen a few events ahead: see `Machine.hot`. */
  prefetch: ((targets: Int32Array, front: number, back: number) => number) | null = null;
  private readonly ahead = new Int32Array(LOOK_AHEAD);
  /** What prefetching added up to: kept, so that no compiler takes the reading for useless. */
  foreseen = 0;
  private nextSequence = 0;
  private dead = 0;
  private pending = 0;

  /** @param chunks room for so many chunks of records at the start. */
  constructor(chunks = 32) {
    this.records = new EventRecords(chunks);
    this.order = new EventOrder(this.records);
  }

  /** How many events are pending; the dead are not counted. */
  get size(): number {
    return this.pending;
  }

  /** How many sequence numbers have been given out. */
  get scheduled(): number {
    return this.nextSequence;
  }

  /**
   * Schedules an event and returns its slot.
   * @param timeUs not before the event that is being handled. Whatever lies beyond all runs is put at `NEVER_US`.
   * @param what its kind, maybe with a number (`withSubject`).
   * @param lane from `laneFor`, or −1. A hint: an event that would break the lane's order goes to the heap.
   */
  schedule(
    timeUs: number,
    lane: number,
    what: number,
    target: number,
    peer: number,
    extra: number,
    payload: unknown,
    cause: number,
    bornUs: number,
  ): number {
    // One test for what is too late and what is no number: both would stop the calendar from turning its pages.
    if (!(timeUs <= NEVER_US)) timeUs = never(timeUs);
    const { records } = this;
    const sequence = this.nextSequence++;
    this.pending++;
    if (lane >= 0) {
      const queue = this.lanes[lane];
      if (queue.head < 0 || timeUs >= queue.lastUs) {
        const isHead = queue.head < 0;
        queue.lastUs = timeUs;
        const slot = queue.append(records);
        records.fill(slot, timeUs, sequence, what, lane, target, peer, extra, payload, cause, bornUs);
        if (isHead && queue !== this.front) this.order.push(timeUs, slot);
        return slot;
      }
    }
    const slot = records.claimSlot();
    records.fill(slot, timeUs, sequence, what, -1, target, peer, extra, payload, cause, bornUs);
    this.order.push(timeUs, slot);
    return slot;
  }

  /**
   * A lane for events that lie this delay ahead, or −1 if none is to be had. Lanes are found by a table in which each delay has two places; it
   * gets one when it is asked for twice in a row, so that delays which are drawn anew each time leave it to those that recur.
   */
  laneFor(delayUs: number): number {
    if (delayUs === this.lastDelayUs) return this.lastLane;
    const lane = this.lookForLane(delayUs);
    if (lane >= 0) {
      this.lastDelayUs = delayUs;
      this.lastLane = lane;
    }
    return lane;
  }

  private lookForLane(delayUs: number): number {
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
    const empty = lanes[first].head < 0 ? first : lanes[second].head < 0 ? second : -1;
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
    const { records } = this;
    const lane = this.promised[index];
    const first = lane.shift();
    lane.slot = first === null ? -1 : records.claimSlot();
    if (first === null) return -1;
    const { timeUs, sequence, extra, cause, kind, target, peer } = first;
    const bornUs = timeUs - lane.delayUs;
    records.fill(lane.slot, timeUs, sequence, kind, PROMISED + index, target, peer, extra, null, cause, bornUs);
    return lane.slot;
  }

  /** Cancels a pending event. */
  cancel(slot: number): void {
    const { records } = this;
    const number = records.lane(slot);
    records.kill(slot);
    this.pending--;
    const lane = number >= 0 && number < PROMISED ? this.lanes[number] : null;
    if (lane !== null && slot !== lane.head) {
      records.countCancelled(slot);
    } else if (lane === this.front) {
      lane.shift(records);
    } else {
      this.dead++;
      if (this.dead > 4096 && this.dead > 2 * this.pending) this.compact();
    }
  }

  /** The time of the first pending event, Infinity if there is none. */
  firstTimeUs(): number {
    const { records, order } = this;
    const { head } = this.front;
    if (head >= 0) {
      const headUs = records.timeUs(head);
      if (headUs < order.nearestUs()) {
        this.due = head;
        return headUs;
      }
    }
    return this.firstOfAll(head);
  }

  private firstOfAll(head: number): number {
    const { records, order } = this;
    for (;;) {
      const slot = order.first();
      if (head >= 0 && (slot < 0 || this.isBefore(head, slot))) {
        this.due = head;
        return records.timeUs(head);
      }
      this.due = slot;
      if (slot < 0) return Infinity;
      if (records.kind(slot) !== DEAD) return records.timeUs(slot);
      this.removeFirst(slot);
      this.dead--;
      this.release(slot);
      head = this.front.head;
    }
  }

  private isBefore(head: number, slot: number): boolean {
    const { records } = this;
    const headUs = records.timeUs(head);
    const slotUs = records.timeUs(slot);
    return headUs < slotUs || (headUs === slotUs && records.sequence(head) < records.sequence(slot));
  }

  /** Takes the first pending event; −1 if there is none. */
  next(): number {
    return this.firstTimeUs() === Infinity ? -1 : this.take();
  }

  /** Takes the first pending event, right after `firstTimeUs` has said that there is one. */
  take(): number {
    const { due, front } = this;
    this.pending--;
    if (due === front.head) {
      this.others = 0;
      front.shift(this.records);
      this.countLook(front);
    } else {
      this.removeFirst(due);
    }
    return due;
  }

  /** Gives a slot taken by `next` back. What is in a lane goes with its chunk. */
  release(slot: number): void {
    const lane = this.records.lane(slot);
    if (lane < 0 || lane >= PROMISED) this.records.freeSlot(slot);
  }

  /** The slots of all pending events, in order of time and sequence; of what is promised only those that come first have one. Costs n log n. */
  pendingSlots(): number[] {
    const { records } = this;
    return this.livingSlots().sort(
      (a, b) => records.timeUs(a) - records.timeUs(b) || records.sequence(a) - records.sequence(b),
    );
  }

  private livingSlots(): number[] {
    const { records, front } = this;
    const slots: number[] = [];
    this.order.collect(slots);
    if (front.head >= 0) slots.push(front.head);
    // Each lane's head was among those.
    for (const lane of this.lanes) {
      let slot = lane.head;
      while (slot >= 0) {
        slot = lane.behind(slot, records);
        if (slot >= 0) slots.push(slot);
      }
    }
    return slots.filter((slot) => records.kind(slot) !== DEAD);
  }

  /** The pending event of that sequence number, or −1. */
  find(sequence: number): number {
    for (const slot of this.pendingSlots()) if (this.records.sequence(slot) === sequence) return slot;
    return -1;
  }

  snapshot(): QueueState {
    return {
      records: this.records.snapshot(),
      ordered: this.orderedSlots(),
      lanes: this.lanes.map((lane) => lane.copy()),
      front: this.lanes.indexOf(this.front),
      promised: this.promised.map((lane) => lane.copy()),
      laneTable: this.laneTable.slice(),
      nextSequence: this.nextSequence,
      dead: this.dead,
      pending: this.pending,
    };
  }

  restore(state: QueueState): void {
    this.records.restore(state.records);
    this.order.clear();
    for (const slot of state.ordered) this.order.push(this.records.timeUs(slot), slot);
    this.lanes = state.lanes.map((lane) => lane.copy());
    this.front = state.front < 0 ? new Lane(-1) : this.lanes[state.front];
    this.promised = state.promised.map((lane) => lane.copy());
    this.laneTable.set(state.laneTable);
    this.lastDelayUs = -1;
    this.nextSequence = state.nextSequence;
    this.dead = state.dead;
    this.pending = state.pending;
  }

  private orderedSlots(): number[] {
    const slots: number[] = [];
    this.order.collect(slots);
    return slots;
  }

  /** Takes the first slot out of the order; the next of its lane, if there is one, goes in. */
  private removeFirst(slot: number): void {
    const { order, records } = this;
    const number = records.lane(slot);
    if (number < 0) {
      order.removeFirst();
      return;
    }
    if (number >= PROMISED) {
      const promise = this.firstPromise(number - PROMISED);
      if (promise >= 0) order.replaceFirst(records.timeUs(promise), promise);
      else order.removeFirst();
      return;
    }
    const lane = this.lanes[number];
    const next = lane.shift(records);
    this.countLook(lane);
    const waiting = this.front.head;
    if (waiting < 0 || ++this.others > PATIENCE) {
      // This lane comes to the front.
      this.front = lane;
      this.others = 0;
      if (waiting >= 0) order.replaceFirst(records.timeUs(waiting), waiting);
      else order.removeFirst();
    } else if (next >= 0) {
      order.replaceFirst(records.timeUs(next), next);
    } else {
      order.removeFirst();
    }
  }

  private countLook(lane: Lane): void {
    if (this.prefetch !== null && ++lane.sinceLook === LOOK_AHEAD) this.lookAhead(lane, this.prefetch);
  }

  /** Tells of the events that come next in a lane, several at once, so that memory is waited for by all of them together. */
  private lookAhead(lane: Lane, prefetch: NonNullable<EventQueue['prefetch']>): void {
    const { records, ahead } = this;
    lane.sinceLook = 0;
    // Those that will want all of a state from the front, those that will want some of it from the back.
    let front = 0;
    let back = LOOK_AHEAD;
    let foreseen = 0;
    let slot = lane.head;
    for (let i = 0; i < LOOK_AHEAD && slot >= 0; i++) {
      const kind = records.kind(slot);
      if (kind === DATAGRAM) ahead[front++] = records.target(slot);
      else if (kind > DEAD && kind <= HELD) ahead[--back] = records.target(slot);
      // Whose it is.
      else if (kind === WORKLOAD && records.peer(slot) >= 0) ahead[front++] = records.peer(slot);
      slot = lane.behind(slot, records);
    }
    // Asking what it is reads the head of the message or timer.
    slot = lane.head;
    for (let i = 0; i < LOOK_AHEAD && slot >= 0; i++) {
      if (typeof records.payload(slot) === 'function') foreseen++;
      slot = lane.behind(slot, records);
    }
    this.foreseen = foreseen + prefetch(ahead, front, back);
  }

  /** Throws the dead of the order away when they have come to outnumber the living. */
  private compact(): void {
    const { order, records } = this;
    const ordered = this.orderedSlots();
    order.clear();
    for (const slot of ordered) {
      if (records.kind(slot) !== DEAD) {
        order.push(records.timeUs(slot), slot);
        continue;
      }
      const lane = records.lane(slot);
      if (lane < 0 || lane >= PROMISED) records.freeSlot(slot);
      if (lane < 0) continue;
      const head = lane < PROMISED ? this.lanes[lane].shift(records) : this.firstPromise(lane - PROMISED);
      if (head >= 0) order.push(records.timeUs(head), head);
    }
    this.dead = 0;
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

/** A copy of all that the queue is. Opaque to everyone else. */
export interface QueueState {
  readonly records: RecordsState;
  readonly ordered: readonly number[];
  readonly lanes: readonly Lane[];
  /** The number of the lane in front, −1 for none. */
  readonly front: number;
  readonly promised: readonly PromiseLane[];
  readonly laneTable: Int16Array;
  readonly nextSequence: number;
  readonly dead: number;
  readonly pending: number;
}
