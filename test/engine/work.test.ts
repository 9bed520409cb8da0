/**
 * What an event costs, guarded without a clock: the code that it executes, the bytes that it allocates, and what is kept of it. A run that has lost
 * half of its speed to more code, more garbage or more memory has more of one of these; what a figure is now stands beside its bound.
 * (Time itself is for `npm run bench`.)
 */
import { afterAll, describe, expect, test } from 'vitest';
import { type Work, WorkCounter } from './support/work.ts';

// Before anything of ours is loaded: what is loaded later is counted branch by branch.
const counter = new WorkCounter();
const { pholdRun } = await import('../../bench/phold.ts');
const { chordRun } = await import('../../bench/chord.ts');
const { ringRun } = await import('../../bench/timers.ts');
const { reachableBytes } = await import('../../bench/measure.ts');
const { SECOND } = await import('../../sim/index.ts');

/** What of a simulation is needed here; the loads have types of their own. */
interface Run {
  readonly events: number;
  runUntil(timeUs: number, atMost?: number): number;
}

/** Until the compiler has settled. */
const WARM_UP = 40_000;
const EVENTS = 20_000;

/** The work of so many events in a run that has settled. */
function workOf(run: Run): Work {
  run.runUntil(Infinity, WARM_UP);
  const before = run.events;
  const work = counter.count(() => {
    run.runUntil(Infinity, EVENTS);
  });
  expect(run.events - before).toBe(EVENTS);
  return work;
}

afterAll(() => counter.stop());

/** By load: a figure for each event as it is now, and at most. A fifth more is not by chance: the same run does the same. */
const LOADS: Readonly<Record<string, { make(): Run; stretches: Bound; bytes: Bound }>> = {
  PHOLD: { make: () => pholdRun(500), stretches: { now: 102, most: 122 }, bytes: { now: 146, most: 175 } },
  Chord: { make: () => chordRun(200), stretches: { now: 116, most: 139 }, bytes: { now: 493, most: 592 } },
  'timers that are cancelled': {
    make: () => ringRun(500, 'cancelled'),
    stretches: { now: 62, most: 75 },
    bytes: { now: 295, most: 354 },
  },
};

interface Bound {
  readonly now: number;
  readonly most: number;
}

describe('for each event', () => {
  for (const [load, { make, stretches, bytes }] of Object.entries(LOADS)) {
    test(`${load}: no more code, and no more bytes`, () => {
      const work = workOf(make());
      const told = `an event executed most in ${work.most.join('; ')}`;
      expect(work.stretches / EVENTS, `${told}; it was ${stretches.now}`).toBeLessThan(stretches.most);
      expect(work.bytes / EVENTS, `it was ${bytes.now} bytes`).toBeLessThan(bytes.most);
      // The counters count: a loop of this length cannot be less.
      expect(work.stretches / EVENTS).toBeGreaterThan(20);
      expect(work.bytes / EVENTS).toBeGreaterThan(20);
    });
  }

  test('with ten times the nodes no more code, but for the order of what is pending', () => {
    const few = workOf(chordRun(200));
    const many = workOf(chordRun(2_000));
    expect(many.stretches / few.stretches, many.most.join('; ')).toBeLessThan(1.25);
    expect(many.bytes / few.bytes).toBeLessThan(1.25);
  });
});

describe('what stays in memory', () => {
  test('of a lookup: its record in the history', () => {
    // So many that what else the program keeps meanwhile, compiled code and half-filled buffers, is little beside them.
    const run = chordRun(500);
    run.runUntil(100 * SECOND);
    const before = reachableBytes();
    const begun = run.history.length;
    run.runUntil(1_000 * SECOND);
    const bytes = reachableBytes() - before;
    const lookups = run.history.length - begun;
    expect(lookups).toBeGreaterThan(40_000);
    // Now 46 to 49, and up to 61 with what the program itself came to keep; as objects it was 254.
    expect(bytes / lookups).toBeLessThan(100);
  });

  test('of a Chord node: its state, timers, requests and messages', () => {
    const before = reachableBytes();
    const run = chordRun(2_000);
    run.runUntil(20 * SECOND);
    const bytes = (reachableBytes() - before) / 2_000;
    // Asked for afterwards, so that it is still there when it is measured.
    expect(run.events).toBeGreaterThan(2_000);
    // Now 3,129; more nodes share more.
    expect(bytes).toBeLessThan(3_755);
  });
});
