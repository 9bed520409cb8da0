import type { Kinded } from '../contract/protocol-types.ts';
import { TIMER } from './event-kind.ts';
import type { Kernel } from './kernel.ts';
import type { ProcessRecord } from './process-record.ts';

/** A timer that is set. */
export interface PendingTimer {
  readonly timer: Kinded;
  readonly id: number;
  readonly firesAtUs: number;
}

/**
 * The timers of all processes. Those of one process hang in a list through their event records, so they cost no memory of their own; a timer is found by walking that
 * list, and each step of the walk may miss the cache. So a process also keeps a tally of its set timers by kind, four bits each in one number: where it says
 * "none of this kind", as it mostly does when a timer is set, nobody walks.
 */
export class Timers {
  private readonly kernel: Kernel;
  /** Where in the tally a kind is counted; kinds that came late share the last place. */
  private readonly shifts = new Map<string, number>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** Sets a timer, moving it if it is set. @param waitUs in virtual time. */
  set(process: ProcessRecord, timer: Kinded, id: number, waitUs: number): void {
    this.cancel(process, timer.kind, id);
    const { queue, nowUs, current } = this.kernel;
    const lane = queue.laneFor(waitUs);
    const slot = queue.schedule(nowUs + waitUs, lane, TIMER, process.address, -1, id, timer, current, nowUs);
    const next = process.firstTimer;
    queue.nextTimer[slot] = next;
    queue.previousTimer[slot] = -1;
    if (next >= 0) queue.previousTimer[next] = slot;
    process.firstTimer = slot;
    const shift = this.shiftOf(timer.kind);
    if (((process.timerTally >>> shift) & MANY) !== MANY) process.timerTally += 1 << shift;
  }

  /** Cancels a timer; false if it is not set. */
  cancel(process: ProcessRecord, kind: string, id: number): boolean {
    if (((process.timerTally >>> this.shiftOf(kind)) & MANY) === 0) return false;
    const { queue } = this.kernel;
    for (let slot = process.firstTimer; slot >= 0; slot = queue.nextTimer[slot]) {
      if (queue.extra(slot) === id && (queue.payload(slot) as Kinded).kind === kind) {
        this.unlink(process, slot, kind);
        queue.cancel(slot);
        return true;
      }
    }
    return false;
  }

  /** Takes a timer that fires out of the process's list. */
  fired(process: ProcessRecord, slot: number): void {
    this.unlink(process, slot, (this.kernel.queue.payload(slot) as Kinded).kind);
  }

  /** Cancels all timers of a process that has ended. */
  clear(process: ProcessRecord): void {
    const { queue } = this.kernel;
    for (let slot = process.firstTimer; slot >= 0; ) {
      const next = queue.nextTimer[slot];
      queue.cancel(slot);
      slot = next;
    }
    process.firstTimer = -1;
    process.timerTally = 0;
  }

  /** Soonest first. */
  of(process: ProcessRecord): PendingTimer[] {
    const { queue } = this.kernel;
    const slots: number[] = [];
    for (let slot = process.firstTimer; slot >= 0; slot = queue.nextTimer[slot]) slots.push(slot);
    return slots
      .sort((a, b) => queue.timeUs(a) - queue.timeUs(b) || queue.sequence(a) - queue.sequence(b))
      .map((slot) => ({ timer: queue.payload(slot) as Kinded, id: queue.extra(slot), firesAtUs: queue.timeUs(slot) }));
  }

  private unlink(process: ProcessRecord, slot: number, kind: string): void {
    const { nextTimer, previousTimer } = this.kernel.queue;
    const next = nextTimer[slot];
    const previous = previousTimer[slot];
    if (previous >= 0) nextTimer[previous] = next;
    else process.firstTimer = next;
    if (next >= 0) previousTimer[next] = previous;
    const shift = this.shiftOf(kind);
    // "Many" is never counted down: it only says that one must walk.
    if (process.firstTimer < 0) process.timerTally = 0;
    else if (((process.timerTally >>> shift) & MANY) !== MANY) process.timerTally -= 1 << shift;
  }

  private shiftOf(kind: string): number {
    let shift = this.shifts.get(kind);
    if (shift === undefined) {
      shift = Math.min(this.shifts.size, PLACES - 1) * BITS;
      this.shifts.set(kind, shift);
    }
    return shift;
  }
}

/** Four bits for each of seven places: 28 bits, which V8 keeps as a small integer. */
const BITS = 4;
const PLACES = 7;
const MANY = 15;
