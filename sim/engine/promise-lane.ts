/** So many different delays have a line; others are scheduled as everything else is. */
export const PROMISE_LANES = 16;
/** A promise is told apart by its place in its line; more than so many never wait there at once. */
const PLACES = 0x400_0000;

/** What stands for a promise that waits in a line: a number below −1, so that it is no slot. */
export function promiseOf(place: number, lane: number): number {
  return -2 - ((place & (PLACES - 1)) * PROMISE_LANES + lane);
}

export function laneOf(promise: number): number {
  return (-2 - promise) & (PROMISE_LANES - 1);
}

export function placeOf(promise: number): number {
  return (-2 - promise) >> 4;
}

/** Numbers of an entry. */
const ENTRY = 7;
const TIME = 0;
const SEQUENCE = 1;
const EXTRA = 2;
const CAUSE = 3;
const KIND = 4;
const TARGET = 5;
const PEER = 6;
const WITHDRAWN = -1;

/** An event that was promised. */
export interface Promised {
  readonly timeUs: number;
  readonly sequence: number;
  readonly extra: number;
  readonly cause: number;
  readonly kind: number;
  readonly target: number;
  readonly peer: number;
}

/** A circular line of promised events that all lie the same delay ahead: the first of them has a slot and is in the order, the others wait here as numbers in a row. */
export class PromiseLane {
  readonly delayUs: number;
  /** That of the first, −1 if there is none. It may have been cancelled and wait for its time in the order. */
  slot = -1;
  private entries = new Float64Array(16 * ENTRY);
  /** Their number, a power of two, less one. */
  private mask = 15;
  /** The place of the first entry; places are counted on, modulo 2²⁶. Neither it nor any other place matters while the line is empty. */
  private head = 0;
  /** Entries that were withdrawn are counted too, but for those at the head: there are none there. */
  size = 0;

  constructor(delayUs: number) {
    this.delayUs = delayUs;
  }

  /** Puts an event at the end; returns its place. */
  push(
    timeUs: number,
    sequence: number,
    extra: number,
    cause: number,
    kind: number,
    target: number,
    peer: number,
  ): number {
    if (this.size > this.mask) this.grow();
    const place = (this.head + this.size) & (PLACES - 1);
    const { entries } = this;
    const at = this.index(place) * ENTRY;
    entries[at + TIME] = timeUs;
    entries[at + SEQUENCE] = sequence;
    entries[at + EXTRA] = extra;
    entries[at + CAUSE] = cause;
    entries[at + KIND] = kind;
    entries[at + TARGET] = target;
    entries[at + PEER] = peer;
    this.size++;
    return place;
  }

  /** Withdraws the event in that place; false if it does not wait here any more. */
  forget(place: number): boolean {
    if (((place - this.head) & (PLACES - 1)) >= this.size) return false;
    this.entries[this.index(place) * ENTRY + SEQUENCE] = WITHDRAWN;
    this.trim();
    return true;
  }

  /** Takes the first event out; null if none waits. */
  shift(): Promised | null {
    if (this.size === 0) return null;
    const { entries } = this;
    const at = this.index(this.head) * ENTRY;
    const first = {
      timeUs: entries[at + TIME],
      sequence: entries[at + SEQUENCE],
      extra: entries[at + EXTRA],
      cause: entries[at + CAUSE],
      kind: entries[at + KIND],
      target: entries[at + TARGET],
      peer: entries[at + PEER],
    };
    this.head = (this.head + 1) & (PLACES - 1);
    this.size--;
    this.trim();
    return first;
  }

  copy(): PromiseLane {
    const lane = new PromiseLane(this.delayUs);
    lane.slot = this.slot;
    lane.entries = this.entries.slice();
    lane.mask = this.mask;
    lane.head = this.head;
    lane.size = this.size;
    return lane;
  }

  private trim(): void {
    const { entries } = this;
    while (this.size > 0 && entries[this.index(this.head) * ENTRY + SEQUENCE] === WITHDRAWN) {
      this.head = (this.head + 1) & (PLACES - 1);
      this.size--;
    }
  }

  private index(place: number): number {
    return place & this.mask;
  }

  private grow(): void {
    const entries = new Float64Array(2 * this.entries.length);
    const mask = 2 * this.mask + 1;
    for (let i = 0; i < this.size; i++) {
      const place = (this.head + i) & (PLACES - 1);
      const from = this.index(place) * ENTRY;
      entries.set(this.entries.subarray(from, from + ENTRY), (place & mask) * ENTRY);
    }
    this.entries = entries;
    this.mask = mask;
  }
}
