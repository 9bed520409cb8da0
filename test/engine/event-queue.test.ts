import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DATAGRAM } from '../../sim/engine/event-kind.ts';
import { EventQueue, type QueueState } from '../../sim/engine/event-queue.ts';
import { Stream } from '../../sim/random/stream.ts';

interface Entry {
  readonly timeUs: number;
  readonly sequence: number;
  readonly slot: number;
  readonly target: number;
  readonly text: string | null;
  readonly bornUs: number;
  /** What the queue gave for an event that was promised; null for all others. */
  readonly promise: number | null;
}

/** The obvious event list: an array that is sorted whenever someone looks. */
class SortedArray {
  entries: Entry[] = [];

  add(entry: Entry): void {
    this.entries.push(entry);
  }

  sorted(): Entry[] {
    return this.entries.toSorted((a, b) => a.timeUs - b.timeUs || a.sequence - b.sequence);
  }

  remove(sequence: number): void {
    this.entries = this.entries.filter((entry) => entry.sequence !== sequence);
  }
}

/** The real queue and its dumb twin, driven side by side; each step compares them. */
class Pair {
  readonly queue = new EventQueue(1);
  readonly twin = new SortedArray();
  nowUs = 0;
  private sequence = 0;
  private readonly saved: { state: QueueState; entries: readonly Entry[]; nowUs: number; sequence: number }[] = [];

  schedule(delayUs: number, laned: boolean): void {
    const { queue, nowUs } = this;
    const timeUs = nowUs + delayUs;
    const sequence = this.sequence++;
    const lane = laned ? queue.laneFor(delayUs) : -1;
    const slot = queue.schedule(timeUs, lane, DATAGRAM, sequence % 7, 3, 5, `event ${sequence}`, 9, nowUs);
    expect(queue.records.sequence(slot)).toBe(sequence);
    this.twin.add({
      timeUs,
      sequence,
      slot,
      target: sequence % 7,
      text: `event ${sequence}`,
      bornUs: nowUs,
      promise: null,
    });
  }

  /** As the time-out of a request. */
  promise(delayUs: number): void {
    const sequence = this.sequence++;
    const promise = this.queue.promise(delayUs, DATAGRAM, sequence % 7, 3, 5, 9, this.nowUs);
    this.twin.add({
      timeUs: this.nowUs + delayUs,
      sequence,
      slot: -1,
      target: sequence % 7,
      text: null,
      bornUs: this.nowUs,
      promise,
    });
  }

  next(): void {
    const first = this.twin.sorted()[0];
    expect(this.queue.firstTimeUs()).toBe(first?.timeUs ?? Infinity);
    const slot = this.queue.next();
    if (first === undefined) {
      expect(slot).toBe(-1);
      return;
    }
    const { queue } = this;
    expect([queue.records.timeUs(slot), queue.records.sequence(slot)]).toEqual([first.timeUs, first.sequence]);
    expect([queue.records.kind(slot), queue.records.target(slot), queue.records.payload(slot)]).toEqual([
      DATAGRAM,
      first.target,
      first.text,
    ]);
    expect([
      queue.records.peer(slot),
      queue.records.extra(slot),
      queue.records.cause(slot),
      queue.records.bornUs(slot),
    ]).toEqual([3, 5, 9, first.bornUs]);
    this.nowUs = first.timeUs;
    queue.release(slot);
    this.twin.remove(first.sequence);
  }

  cancel(which: number): void {
    const { entries } = this.twin;
    if (entries.length === 0) return;
    const { slot, sequence, promise } = entries[which % entries.length];
    if (promise === null) this.queue.cancel(slot);
    else this.queue.withdraw(promise);
    this.twin.remove(sequence);
  }

  /** As a timer is set anew. */
  move(which: number, delayUs: number): void {
    const { entries } = this.twin;
    if (entries.length === 0 || entries[which % entries.length].promise !== null) return;
    this.cancel(which);
    this.schedule(delayUs, true);
  }

  save(): void {
    this.saved.push({
      state: this.queue.snapshot(),
      entries: this.twin.entries.slice(),
      nowUs: this.nowUs,
      sequence: this.sequence,
    });
  }

  restore(which: number): void {
    const saved = this.saved[which % this.saved.length];
    if (saved === undefined) return;
    this.queue.restore(saved.state);
    this.twin.entries = saved.entries.slice();
    this.nowUs = saved.nowUs;
    this.sequence = saved.sequence;
  }

  compare(): void {
    const { queue, twin } = this;
    expect(queue.size).toBe(twin.entries.length);
    expect(queue.scheduled).toBe(this.sequence);
    const listed = queue.pendingSlots().map((slot) => [queue.records.timeUs(slot), queue.records.sequence(slot)]);
    const sequences = new Set(listed.map(([, sequence]) => sequence));
    // Of those that were promised only the first of each line are listed.
    const expected = twin.sorted().filter(({ promise, sequence }) => promise === null || sequences.has(sequence));
    expect(listed).toEqual(expected.map(({ timeUs, sequence }) => [timeUs, sequence]));
  }
}

type Command =
  | { readonly kind: 'schedule'; readonly delayUs: number; readonly laned: boolean }
  | { readonly kind: 'flood'; readonly count: number; readonly spreadUs: number; readonly laned: boolean }
  | { readonly kind: 'next'; readonly count: number }
  | { readonly kind: 'cancel'; readonly which: number; readonly count: number }
  | { readonly kind: 'promise'; readonly delayUs: number; readonly count: number }
  | { readonly kind: 'move'; readonly which: number; readonly delayUs: number }
  | { readonly kind: 'save' }
  | { readonly kind: 'restore'; readonly which: number };

function carryOut(pair: Pair, command: Command): void {
  switch (command.kind) {
    case 'schedule':
      pair.schedule(command.delayUs, command.laned);
      return;
    case 'flood': {
      const random = new Stream(command.count * 7919 + command.spreadUs);
      for (let i = 0; i < command.count; i++) pair.schedule(random.int(command.spreadUs + 1), command.laned);
      return;
    }
    case 'next':
      for (let i = 0; i < command.count; i++) pair.next();
      return;
    case 'cancel':
      for (let i = 0; i < command.count; i++) pair.cancel(command.which + i * 31);
      return;
    case 'promise':
      for (let i = 0; i < command.count; i++) pair.promise(command.delayUs);
      return;
    case 'move':
      pair.move(command.which, command.delayUs);
      return;
    case 'save':
      pair.save();
      return;
    case 'restore':
      pair.restore(command.which);
  }
}

/** Delays that recur, so that lanes fill, and equal times, so that ties are broken. */
const delayUs = fc.oneof(fc.constantFrom(0, 1, 5, 5, 5, 100, 50_000), fc.nat(200), fc.nat(10_000_000));
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('schedule' as const), delayUs, laned: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('next' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('cancel' as const),
      which: fc.nat(1000),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('promise' as const), delayUs, count: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('move' as const), which: fc.nat(1000), delayUs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('save' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const), which: fc.nat(10) }) },
);

/** The same, with so many events at once that the calendar opens and closes, and the dead are thrown away in bulk. */
const largeCommand: fc.Arbitrary<Command> = fc.oneof(
  command,
  fc.record({
    kind: fc.constant('flood' as const),
    count: fc.integer({ min: 100, max: 900 }),
    spreadUs: fc.constantFrom(0, 3, 2_000, 5_000_000, 40_000_000_000),
    laned: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('next' as const), count: fc.integer({ min: 50, max: 500 }) }),
  fc.record({
    kind: fc.constant('cancel' as const),
    which: fc.nat(1000),
    count: fc.integer({ min: 50, max: 300 }),
  }),
);

describe('the event queue and a sorted array', () => {
  test('agree after every command', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60, size: 'max' }), (commands) => {
        const pair = new Pair();
        for (const each of commands) {
          carryOut(pair, each);
          pair.compare();
        }
      }),
      { seed: 11, numRuns: 400 },
    );
  });

  test('agree with thousands of events, in whatever way they are kept', () => {
    fc.assert(
      fc.property(fc.array(largeCommand, { minLength: 5, maxLength: 14, size: 'max' }), (commands) => {
        const pair = new Pair();
        for (const each of commands) {
          carryOut(pair, each);
          pair.compare();
        }
      }),
      { seed: 12, numRuns: 25 },
    );
  });

  test('agree after the dead have been thrown away in bulk, with some restored from before', () => {
    const pair = new Pair();
    const random = new Stream(5);
    for (let i = 0; i < 9000; i++) pair.schedule(random.int(3) === 0 ? 500_000 : random.int(1_000_000), true);
    pair.save();
    // Two in three go: more than 4096 dead, and more than twice as many as live.
    const doomed = pair.twin.entries.filter((entry) => entry.sequence % 4 !== 0);
    for (const { slot } of doomed) pair.queue.cancel(slot);
    pair.twin.entries = pair.twin.entries.filter((entry) => entry.sequence % 4 === 0);
    pair.compare();
    for (let i = 0; i < 500; i++) pair.schedule(random.int(3) === 0 ? 500_000 : random.int(1_000_000), true);
    pair.compare();
    for (let i = 0; i < 300; i++) pair.next();
    pair.compare();
    pair.restore(0);
    pair.compare();
    for (let i = 0; i < 100; i++) pair.next();
  });

  test('agree where hundreds of time-outs wait, of which nearly all are withdrawn, in order and out of it', () => {
    const pair = new Pair();
    const random = new Stream(8);
    for (let round = 0; round < 300; round++) {
      for (let i = 0; i < 9; i++) pair.promise(i < 8 ? 2_000 : 700);
      pair.schedule(1 + random.int(20), true);
      for (let i = 0; i < 8; i++) pair.cancel(random.int(2) === 0 ? 0 : random.int(1000));
      pair.compare();
      if (round === 150) pair.save();
      pair.next();
    }
    expect(pair.queue.size).toBeGreaterThan(100);
    while (pair.twin.entries.length > 0) pair.next();
    pair.restore(0);
    pair.compare();
    while (pair.twin.entries.length > 0) pair.next();
    pair.compare();
  });

  test('agree where time-outs are set anew all the time, and what is kept does not grow', () => {
    const pair = new Pair();
    const chunks = () => pair.queue.snapshot().records.payloads.length;
    // Twenty watchdogs that wait a second, each fed every twenty microseconds or so; and something that happens meanwhile.
    for (let i = 0; i < 20; i++) pair.schedule(1_000_000, true);
    for (let round = 0; round < 40; round++) {
      pair.schedule(1, true);
      for (let i = 0; i < 50; i++) pair.move((i * 7 + round) % 20, 1_000_000);
      pair.compare();
      pair.next();
    }
    // Two thousand that were cancelled would take sixty.
    expect(chunks()).toBeLessThan(10);
    while (pair.twin.entries.length > 0) pair.next();
  });

  test('agree where one lane gives way to another, and where the lane in front runs dry', () => {
    const pair = new Pair();
    const random = new Stream(9);
    // Long stretches in which one delay is by far the most frequent, then another one.
    for (let stretch = 0; stretch < 12; stretch++) {
      const often = [50, 700, 9_000][stretch % 3];
      for (let i = 0; i < 150; i++) {
        pair.schedule(random.int(8) === 0 ? [50, 700, 9_000][random.int(3)] : often, true);
        if (random.int(5) === 0) pair.schedule(random.int(10_000), false);
        if (random.int(4) === 0) pair.cancel(random.int(1000));
        pair.compare();
        if (random.int(10) > 1) pair.next();
        if (stretch === 5 && i === 75) pair.save();
      }
    }
    while (pair.twin.entries.length > 0) pair.next();
    pair.restore(0);
    pair.compare();
    while (pair.twin.entries.length > 0) pair.next();
  });

  test('agree where whole chunks are cancelled, at the head, in the middle and at the end of a lane', () => {
    const pair = new Pair();
    for (let round = 0; round < 6; round++) {
      for (let i = 0; i < 400; i++) pair.schedule(1_000, true);
      // Of four hundred, all between the first few and the last few, then the last few, then the first.
      for (let i = 0; i < 300; i++) pair.cancel(round + 20);
      pair.compare();
      for (let i = 0; i < 40; i++) pair.cancel(pair.twin.entries.length - 1);
      pair.compare();
      for (let i = 0; i < 10; i++) pair.cancel(0);
      pair.compare();
      for (let i = 0; i < 35; i++) pair.next();
      pair.compare();
    }
    while (pair.twin.entries.length > 0) pair.next();
    expect(pair.queue.size).toBe(0);
  });

  test('agree where a chunk dies while the lane goes on in it, right behind the one that is being handled', () => {
    const pair = new Pair();
    // The first time a delay is asked for it gets no lane.
    pair.schedule(1_000, true);
    for (let i = 0; i < 64; i++) pair.schedule(1_000, true);
    pair.next();
    for (let i = 0; i < 32; i++) pair.cancel(32);
    for (let i = 0; i < 40; i++) pair.schedule(1_000, true);
    while (pair.twin.entries.length > 0) pair.next();
  });

  test('agree where events without a lane give way to events of lanes, in the same memory', () => {
    const pair = new Pair();
    const random = new Stream(11);
    const chunks = () => pair.queue.snapshot().records.payloads.length;
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 640; i++) pair.schedule(random.int(1_000_000), false);
      for (let i = 0; i < 100; i++) pair.cancel(random.int(1000));
      pair.compare();
      if (round === 1) pair.save();
      while (pair.twin.entries.length > 0) pair.next();
      for (let i = 0; i < 640; i++) pair.schedule(1_000_000, true);
      pair.compare();
      while (pair.twin.entries.length > 0) pair.next();
      // Each half takes twenty.
      expect(chunks()).toBeLessThan(26);
    }
    pair.restore(0);
    pair.compare();
    while (pair.twin.entries.length > 0) pair.next();
  });

  test('agree where lanes run dry at the end of a chunk, and others take it', () => {
    const pair = new Pair();
    const random = new Stream(10);
    const delays = [1_000, 1_001, 1_002, 1_003];
    // Of each the first gets no lane, and half a chunk is left.
    for (const delayUs of delays) for (let i = 0; i < 17; i++) pair.schedule(delayUs, true);
    for (let round = 0; round < 150; round++) {
      const delayUs = delays[random.int(4)];
      for (let i = [16, 32, 64][random.int(3)]; i > 0; i--) pair.schedule(delayUs, true);
      pair.compare();
      if (random.int(8) === 0) while (pair.twin.entries.length > 0) pair.next();
      for (let i = 16 * random.int(4); i > 0; i--) pair.next();
      pair.compare();
    }
    while (pair.twin.entries.length > 0) pair.next();
  });
});

describe('order', () => {
  test('events of one time come in the order in which they were scheduled, from lanes and from elsewhere', () => {
    const queue = new EventQueue();
    const lane = queue.laneFor(10);
    for (let i = 0; i < 600; i++) queue.schedule(10, i % 3 === 0 ? lane : -1, DATAGRAM, i, -1, 0, null, -1, 0);
    const order: number[] = [];
    for (let slot = queue.next(); slot >= 0; slot = queue.next()) {
      order.push(queue.records.target(slot));
      queue.release(slot);
    }
    expect(order).toEqual(Array.from({ length: 600 }, (_, i) => i));
  });

  test('a hint that is wrong costs speed, not order', () => {
    const queue = new EventQueue();
    const lane = queue.laneFor(10);
    for (const timeUs of [50, 20, 60, 10, 60, 20]) queue.schedule(timeUs, lane, DATAGRAM, timeUs, -1, 0, null, -1, 0);
    const times: number[] = [];
    for (let slot = queue.next(); slot >= 0; slot = queue.next()) times.push(queue.records.timeUs(slot));
    expect(times).toEqual([10, 20, 20, 50, 60, 60]);
  });

  test('an event beyond all time waits there for ever and holds nothing up', () => {
    const queue = new EventQueue();
    for (let i = 0; i < 700; i++) queue.schedule(i >> 4, -1, DATAGRAM, i, -1, 0, null, -1, 0);
    for (let i = 0; i < 2000; i++) queue.schedule(i % 5 === 0 ? Infinity : 1e20, -1, DATAGRAM, i, -1, 0, null, -1, 0);
    for (let i = 0; i < 700; i++) queue.release(queue.next());
    expect(queue.size).toBe(2000);
    // Longer than any run: 140 years.
    expect(queue.firstTimeUs()).toBeGreaterThan(4e15);
  });

  test('a time that is no number is a defect, and is called one', () => {
    expect(() => new EventQueue().schedule(Number.NaN, -1, DATAGRAM, 0, -1, 0, null, -1, 0)).toThrow(RangeError);
  });
});
