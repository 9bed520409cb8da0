import type { Address, Kinded, ProtocolTypes } from '../contract/protocol-types.ts';
import { TIMER } from './event-kind.ts';
import { withSubject } from './event-records.ts';
import type { Kernel } from './kernel.ts';
import type { ProcessTable } from './process-record.ts';

/** A timer that is set. */
export interface PendingTimer {
  readonly timer: Kinded;
  readonly id: number;
  readonly firesAtUs: number;
}

/**
 * The timers of all processes. Those of one process hang in a list through their event records, so they cost no memory of their own; a timer is found by walking that
 * list, the latest first, and each step of the walk may miss the cache. So a process also keeps a tally of its set timers by kind, four bits each in one number: where it says
 * "none of this kind", as it mostly does when a timer is set, nobody walks.
 */
export class Timers {
  private readonly kernel: Kernel;
  private readonly table: ProcessTable<ProtocolTypes>;
  /** Where in the tally a kind is counted; kinds that came late share the last place. */
  private readonly kinds: string[] = [];

  constructor(kernel: Kernel, table: ProcessTable<ProtocolTypes>) {
    this.kernel = kernel;
    this.table = table;
  }

  /** Sets a timer, moving it if it is set. @param waitUs in virtual time. */
  set(process: Address, timer: Kinded, id: number, waitUs: number): void {
    const { firstTimer, timerTally } = this.table;
    const { queue, nowUs, current } = this.kernel;
    const { records } = queue;
    const place = this.placeOf(timer.kind);
    const lane = queue.laneFor(waitUs);
    const set = this.find(process, timer.kind, id, place);
    if (set >= 0) {
      this.unlink(process, set);
      queue.cancel(set);
    }
    const slot = queue.schedule(
      nowUs + waitUs,
      lane,
      withSubject(TIMER, place),
      process,
      -1,
      id,
      timer,
      current,
      nowUs,
    );
    records.setNextTimer(slot, firstTimer[process]);
    firstTimer[process] = slot;
    const shift = place * BITS;
    if (((timerTally[process] >>> shift) & MANY) !== MANY) timerTally[process] += 1 << shift;
  }

  /** Cancels a timer; false if it is not set. */
  cancel(process: Address, kind: string, id: number): boolean {
    const slot = this.find(process, kind, id, this.placeOf(kind));
    if (slot < 0) return false;
    this.unlink(process, slot);
    this.kernel.queue.cancel(slot);
    return true;
  }

  /** The slot of a timer that is set, or −1. */
  private find(process: Address, kind: string, id: number, place: number): number {
    const { firstTimer, timerTally } = this.table;
    if (((timerTally[process] >>> (place * BITS)) & MANY) === 0) return -1;
    const { records } = this.kernel.queue;
    for (let slot = firstTimer[process]; slot >= 0; slot = records.nextTimer(slot)) {
      if (records.subject(slot) !== place || records.extra(slot) !== id) continue;
      if (place < PLACES - 1 || (records.payload(slot) as Kinded).kind === kind) return slot;
    }
    return -1;
  }

  /** Cancels all timers of a process that has ended. */
  clear(process: Address): void {
    const { firstTimer, timerTally } = this.table;
    const { queue } = this.kernel;
    for (let slot = firstTimer[process]; slot >= 0; ) {
      const next = queue.records.nextTimer(slot);
      queue.cancel(slot);
      slot = next;
    }
    firstTimer[process] = -1;
    timerTally[process] = 0;
  }

  /** Soonest first. */
  of(process: Address): PendingTimer[] {
    const { firstTimer } = this.table;
    const { records } = this.kernel.queue;
    const slots: number[] = [];
    for (let slot = firstTimer[process]; slot >= 0; slot = records.nextTimer(slot)) slots.push(slot);
    return slots
      .sort((a, b) => records.timeUs(a) - records.timeUs(b) || records.sequence(a) - records.sequence(b))
      .map((slot) => ({
        timer: records.payload(slot) as Kinded,
        id: records.extra(slot),
        firesAtUs: records.timeUs(slot),
      }));
  }

  /** Takes a timer out of the process's list: it fires, or it is to be cancelled. */
  unlink(process: Address, slot: number): void {
    const { firstTimer, timerTally } = this.table;
    const { records } = this.kernel.queue;
    const next = records.nextTimer(slot);
    if (firstTimer[process] === slot) {
      firstTimer[process] = next;
    } else {
      let before = firstTimer[process];
      while (records.nextTimer(before) !== slot) before = records.nextTimer(before);
      records.setNextTimer(before, next);
    }
    const shift = records.subject(slot) * BITS;
    // "Many" is never counted down: it only says that one must walk.
    if (firstTimer[process] < 0) timerTally[process] = 0;
    else if (((timerTally[process] >>> shift) & MANY) !== MANY) timerTally[process] -= 1 << shift;
  }

  private placeOf(kind: string): number {
    const { kinds } = this;
    for (let place = 0; place < kinds.length; place++) if (kinds[place] === kind) return place;
    return kinds.length < PLACES - 1 ? kinds.push(kind) - 1 : PLACES - 1;
  }
}

/** Four bits for each of seven places: 28 bits, which V8 keeps as a small integer. */
const BITS = 4;
const PLACES = 7;
const MANY = 15;
