/** In a lane, in place of an event that was cancelled. */
const GAP = -1;

/**
 * A circular first-in-first-out queue of slots, with gaps. Each slot has a place in it, which it keeps: places are counted on from slot to slot, modulo 2³², and the ring
 * has them modulo its length.
 */
export class Lane {
  delayUs: number;
  /** Time of the event at its end; meaningless while it is empty. */
  lastUs = 0;
  /** Gaps included. There is none at the head. */
  size = 0;
  gaps = 0;
  /** Events that it gave out since it was last looked ahead in. */
  sinceLook = 0;
  private ring = new Int32Array(16);
  /** The place of its head. */
  private head = 0;

  constructor(delayUs: number) {
    this.delayUs = delayUs;
  }

  /** How many it has room for. */
  get length(): number {
    return this.ring.length;
  }

  get isFull(): boolean {
    return this.size === this.ring.length;
  }

  /** Puts a slot at its end, where there must be room; returns its place. */
  push(slot: number): number {
    const place = (this.head + this.size) | 0;
    this.ring[place & (this.ring.length - 1)] = slot;
    this.size++;
    return place;
  }

  /** Leaves a gap in that place; false for the head, which stays. */
  forget(place: number): boolean {
    if (place === this.head) return false;
    this.ring[place & (this.ring.length - 1)] = GAP;
    this.gaps++;
    return true;
  }

  /** The slot at its head, −1 if it is empty. */
  first(): number {
    return this.size > 0 ? this.ring[this.head & (this.ring.length - 1)] : -1;
  }

  /** The i-th slot, 0 being the head; −1 if it is not that long, or for a gap. */
  at(i: number): number {
    return i < this.size ? this.ring[(this.head + i) & (this.ring.length - 1)] : -1;
  }

  /** Takes the head away, and the gaps behind it. */
  shift(): void {
    const { ring } = this;
    let { head, size } = this;
    do {
      head = (head + 1) | 0;
      size--;
    } while (size > 0 && ring[head & (ring.length - 1)] === GAP);
    this.gaps -= this.size - size - 1;
    this.head = head;
    this.size = size;
  }

  /** Moves the slots together, and tells the new place of each. */
  closeUp(moved: (slot: number, place: number) => void): void {
    const { ring, head, size } = this;
    this.size = 0;
    this.gaps = 0;
    for (let i = 0; i < size; i++) {
      const slot = ring[(head + i) & (ring.length - 1)];
      if (slot !== GAP) moved(slot, this.push(slot));
    }
  }

  collectBehindHead(into: number[]): void {
    for (let i = 1; i < this.size; i++) {
      const slot = this.at(i);
      if (slot !== GAP) into.push(slot);
    }
  }

  copy(): Lane {
    const lane = new Lane(this.delayUs);
    lane.lastUs = this.lastUs;
    lane.size = this.size;
    lane.gaps = this.gaps;
    lane.ring = this.ring.slice();
    lane.head = this.head;
    return lane;
  }

  grow(): void {
    const ring = new Int32Array(this.ring.length * 2);
    for (let i = 0; i < this.size; i++) {
      const place = (this.head + i) | 0;
      ring[place & (ring.length - 1)] = this.ring[place & (this.ring.length - 1)];
    }
    this.ring = ring;
  }
}
