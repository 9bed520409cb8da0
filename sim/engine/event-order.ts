/** Where the order looks up what it orders by. */
export interface EventKeys {
  timeUs(slot: number): number;
  sequence(slot: number): number;
}

/**
 * Keeps slots in order of (time, sequence). Few are kept in a binary heap. Many are kept in a calendar (Brown 1988, "Calendar queues: a fast O(1)
 * priority queue implementation for the simulation event set problem"), changed in one thing: only the bucket that time has reached is in order,
 * and its order is kept by the small heap, which also takes what is scheduled for the bucket's time later on. What lies beyond the calendar's year
 * waits in a second heap.
 *
 * ```
 *        now ▼ nearEndUs                      horizonUs
 *   near heap │ bucket │ bucket │ … │ bucket │ far heap …
 * ```
 *
 * Its answers do not depend on how it is arranged inside: widths and modes change its speed, never the order.
 */
export class EventOrder {
  private readonly keys: EventKeys;
  private readonly near: SlotHeap;
  private readonly far: SlotHeap;
  /** First slot of each bucket, −1 for none; bucket b of the year is at b modulo their number. */
  private readonly buckets = new Int32Array(BUCKETS).fill(-1);
  /** By slot: the next one in the same bucket, −1 at its end. */
  private nextInBucket = new Int32Array(BUCKETS).fill(-1);
  private inBuckets = 0;
  /** Everything before this is in the near heap; Infinity while there is no calendar. */
  private nearEndUs = Infinity;
  /** Everything from here on is in the far heap. */
  private horizonUs = Infinity;
  /** Buckets are counted from here. */
  private originUs = 0;
  /** The bucket that begins at `nearEndUs`. */
  private cursor = 0;
  /** A power of two, so that dividing by it is exact. */
  private widthUs = 1024;
  private perUs = 1 / 1024;
  // How the width fares: buckets passed since the last look, and slots that were found in them or came while they were near.
  private passed = 0;
  private found = 0;

  constructor(keys: EventKeys) {
    this.keys = keys;
    this.near = new SlotHeap(keys);
    this.far = new SlotHeap(keys);
  }

  get size(): number {
    return this.near.size + this.inBuckets + this.far.size;
  }

  push(timeUs: number, slot: number): void {
    if (timeUs < this.nearEndUs) {
      this.near.push(timeUs, slot);
      this.found++;
      if (this.nearEndUs === Infinity && this.near.size > CALENDAR_FROM) this.openCalendar();
    } else if (timeUs < this.horizonUs) {
      this.putIntoBucket(timeUs, slot);
    } else {
      this.far.push(timeUs, slot);
    }
  }

  /** The first slot, −1 if there is none. */
  first(): number {
    if (this.near.size > 0) return this.near.first();
    return this.turnPage() ? this.near.first() : -1;
  }

  /** Nothing is due before this. */
  nearestUs(): number {
    return this.near.leastUs;
  }

  /** Takes the first slot away. Call `first` before. */
  removeFirst(): void {
    this.near.removeFirst();
  }

  /** Takes the first slot away and puts another one in, which does not come before it. Call `first` before. */
  replaceFirst(timeUs: number, slot: number): void {
    if (timeUs < this.nearEndUs) {
      this.near.replaceFirst(timeUs, slot);
      this.found++;
    } else {
      this.near.removeFirst();
      this.push(timeUs, slot);
    }
  }

  /** All slots, in no order that means anything. */
  collect(into: number[]): void {
    this.near.collect(into);
    this.far.collect(into);
    if (this.inBuckets === 0) return;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      for (let slot = this.buckets[bucket]; slot >= 0; slot = this.nextInBucket[slot]) into.push(slot);
    }
  }

  clear(): void {
    this.near.clear();
    this.far.clear();
    this.buckets.fill(-1);
    this.inBuckets = 0;
    this.nearEndUs = Infinity;
    this.horizonUs = Infinity;
    this.passed = 0;
    this.found = 0;
  }

  private putIntoBucket(timeUs: number, slot: number): void {
    if (slot >= this.nextInBucket.length) this.makeRoom(slot);
    const bucket = ((timeUs - this.originUs) * this.perUs) & (BUCKETS - 1);
    this.nextInBucket[slot] = this.buckets[bucket];
    this.buckets[bucket] = slot;
    this.inBuckets++;
  }

  private makeRoom(slot: number): void {
    const next = new Int32Array(2 * slot).fill(-1);
    next.set(this.nextInBucket);
    this.nextInBucket = next;
  }

  /** Brings the next bucket that is not empty into the near heap; false if there is nothing left anywhere. */
  private turnPage(): boolean {
    if (this.nearEndUs === Infinity) return false;
    if (this.size < CALENDAR_UNTIL) {
      this.closeCalendar();
      return this.near.size > 0;
    }
    if (this.passed >= LOOK_EVERY) this.mendWidth();
    if (this.inBuckets === 0) this.openAt(this.far.firstTimeUs());
    const { buckets, nextInBucket, near, keys } = this;
    for (;;) {
      const place = this.cursor & (BUCKETS - 1);
      this.cursor++;
      this.passed++;
      this.nearEndUs += this.widthUs;
      this.horizonUs += this.widthUs;
      let slot = buckets[place];
      buckets[place] = -1;
      while (slot >= 0) {
        const next = nextInBucket[slot];
        near.push(keys.timeUs(slot), slot);
        this.inBuckets--;
        this.found++;
        slot = next;
      }
      // The year has moved on by a bucket: what now falls into it comes in.
      while (this.far.size > 0 && this.far.firstTimeUs() < this.horizonUs) this.takeFromFar();
      if (near.size > 0) return true;
    }
  }

  private takeFromFar(): void {
    const slot = this.far.first();
    const timeUs = this.far.firstTimeUs();
    this.far.removeFirst();
    this.putIntoBucket(timeUs, slot);
  }

  private openCalendar(): void {
    const slots: number[] = [];
    this.collect(slots);
    const times = slots.map((slot) => this.keys.timeUs(slot)).sort((a, b) => a - b);
    // The nearer half of the events tells how dense the near future is.
    const half = times.length >> 1;
    this.setWidth((times[half] - times[0]) / half);
    this.clear();
    this.openAt(times[0]);
    for (const slot of slots) this.push(this.keys.timeUs(slot), slot);
  }

  private closeCalendar(): void {
    const slots: number[] = [];
    this.collect(slots);
    this.clear();
    for (const slot of slots) this.near.push(this.keys.timeUs(slot), slot);
  }

  /** Begins a year with the bucket of this time. Everything in buckets must have been taken out. */
  private openAt(timeUs: number): void {
    const startUs = Math.floor(timeUs * this.perUs) * this.widthUs;
    this.originUs = startUs;
    this.cursor = 0;
    this.nearEndUs = startUs;
    this.horizonUs = startUs + BUCKETS * this.widthUs;
    while (this.far.size > 0 && this.far.firstTimeUs() < this.horizonUs) this.takeFromFar();
  }

  private setWidth(gapUs: number): void {
    this.widthUs = 1;
    while (this.widthUs < gapUs * SLOTS_A_BUCKET && this.widthUs < MOST_WIDTH_US) this.widthUs *= 2;
    this.perUs = 1 / this.widthUs;
  }

  /** Looks whether buckets hold too many slots, or too few, and arranges the year anew if so. */
  private mendWidth(): void {
    const each = this.found / this.passed;
    const { passed } = this;
    this.found = 0;
    this.passed = 0;
    // Cursor and origin are reset too, long before the count of buckets could leave 32 bits.
    const fits = each >= SLOTS_A_BUCKET / 4 && each <= SLOTS_A_BUCKET * 2;
    if (fits && this.cursor < 0x1000_0000) return;
    const slots: number[] = [];
    this.collect(slots);
    const fromUs = this.nearEndUs;
    if (!fits) this.setWidth((this.widthUs * passed) / Math.max(1, each * passed));
    // Buckets were passed by time's going on, so nothing lies before this.
    this.clear();
    this.openAt(fromUs);
    for (const slot of slots) this.push(this.keys.timeUs(slot), slot);
  }
}

/** A power of two. */
const BUCKETS = 8192;
const SLOTS_A_BUCKET = 4;
const MOST_WIDTH_US = 0x1_0000_0000;
/** With fewer, a heap is as fast; the gap keeps it from changing its mind all the time. */
const CALENDAR_FROM = 512;
const CALENDAR_UNTIL = 128;
/** Buckets passed between two looks at the width. */
const LOOK_EVERY = 4096;

/** A binary heap of slots over typed arrays, ordered by time; sequence numbers are looked up only where times are equal. */
class SlotHeap {
  size = 0;
  private readonly keys: EventKeys;
  private times = new Float64Array(64).fill(-Infinity);
  private slots = new Int32Array(64);

  constructor(keys: EventKeys) {
    this.keys = keys;
  }

  first(): number {
    return this.slots[0];
  }

  /** −Infinity if it is empty, as if anything might come. */
  get leastUs(): number {
    return this.times[0];
  }

  /** Infinity if it is empty. */
  firstTimeUs(): number {
    return this.size > 0 ? this.times[0] : Infinity;
  }

  push(timeUs: number, slot: number): void {
    if (this.size === this.slots.length) this.grow();
    const { times, slots, keys } = this;
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const parentTime = times[parent];
      if (parentTime < timeUs || (parentTime === timeUs && keys.sequence(slots[parent]) < keys.sequence(slot))) break;
      times[place] = parentTime;
      slots[place] = slots[parent];
      place = parent;
    }
    times[place] = timeUs;
    slots[place] = slot;
  }

  removeFirst(): void {
    const size = --this.size;
    if (size > 0) this.replaceFirst(this.times[size], this.slots[size]);
    else this.times[0] = -Infinity;
  }

  /** Puts a slot in the place of the first. */
  replaceFirst(timeUs: number, slot: number): void {
    const { times, slots, keys, size } = this;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      let childTime = times[child];
      if (child + 1 < size) {
        const otherTime = times[child + 1];
        if (
          otherTime < childTime ||
          (otherTime === childTime && keys.sequence(slots[child + 1]) < keys.sequence(slots[child]))
        ) {
          child++;
          childTime = otherTime;
        }
      }
      if (timeUs < childTime || (timeUs === childTime && keys.sequence(slot) < keys.sequence(slots[child]))) break;
      times[place] = childTime;
      slots[place] = slots[child];
      place = child;
    }
    times[place] = timeUs;
    slots[place] = slot;
  }

  collect(into: number[]): void {
    for (let i = 0; i < this.size; i++) into.push(this.slots[i]);
  }

  clear(): void {
    this.size = 0;
    this.times[0] = -Infinity;
  }

  private grow(): void {
    const times = new Float64Array(this.times.length * 2);
    const slots = new Int32Array(this.slots.length * 2);
    times.set(this.times);
    slots.set(this.slots);
    this.times = times;
    this.slots = slots;
  }
}
