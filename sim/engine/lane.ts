import { DEAD } from './event-kind.ts';
import { CHUNK_MASK, type EventRecords } from './event-records.ts';

/**
 * A first-in-first-out queue of events, in slots one after the other, chunk behind chunk. Events that were cancelled stay in their places, marked dead, until it would be
 * their turn; a chunk of which all are dead goes at once.
 */
export class Lane {
  delayUs: number;
  /** Time of the event at its end; meaningless while it is empty. */
  lastUs = 0;
  /** The slot of its first event, −1 if it is empty. It is not dead, but for a head that waits in the order of events. */
  head = -1;
  /** Events that it gave out since it was last looked ahead in. */
  sinceLook = 0;
  /** The slot that was taken last, −1 if it has no chunk. */
  private tail = -1;

  constructor(delayUs: number) {
    this.delayUs = delayUs;
  }

  /** A slot at its end. */
  append(records: EventRecords): number {
    const { tail } = this;
    const slot = (tail & CHUNK_MASK) === CHUNK_MASK ? records.extend(tail) : tail + 1;
    this.tail = slot;
    if (this.head < 0) this.head = slot;
    return slot;
  }

  /** The head goes, and what is dead behind it; returns the new one, −1 if nothing is left. */
  shift(records: EventRecords): number {
    const { head, tail } = this;
    let slot = head;
    do {
      if (slot === tail) {
        if ((slot & CHUNK_MASK) === CHUNK_MASK) {
          records.leave(slot, head);
          this.tail = -1;
        }
        slot = -1;
        break;
      }
      slot = (slot & CHUNK_MASK) === CHUNK_MASK ? records.leave(slot, head) : slot + 1;
    } while (records.kind(slot) === DEAD);
    this.head = slot;
    return slot;
  }

  /** The slot behind this one, dead or not; −1 behind the last. */
  behind(slot: number, records: EventRecords): number {
    if (slot === this.tail) return -1;
    return (slot & CHUNK_MASK) === CHUNK_MASK ? records.chunkBehind(slot) : slot + 1;
  }

  copy(): Lane {
    const lane = new Lane(this.delayUs);
    lane.lastUs = this.lastUs;
    lane.head = this.head;
    lane.tail = this.tail;
    return lane;
  }
}
