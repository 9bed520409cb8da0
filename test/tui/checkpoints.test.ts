import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../sim/index.ts';
import { Checkpoints } from '../../tui/run/checkpoints.ts';

/** Only where it is matters here. */
const at = (events: number) => ({ events, injections: [] }) as unknown as Checkpoint;

/** Plays to an event, a hundred events to the millisecond. Returns at which events a checkpoint was made. */
function play(store: Checkpoints, from: number, to: number, costMs: number): number[] {
  const made: number[] = [];
  for (let event = from; event < to; event += 100) {
    if (!store.isDue(1)) continue;
    store.keep(at(event), costMs);
    made.push(event);
  }
  return made;
}

const latest = (store: Checkpoints, event: number) => store.before({ event, injections: 0 })?.events ?? -1;

describe('checkpoints', () => {
  it('leave little to execute for a step back, however long the run has been', () => {
    const store = new Checkpoints(1000);
    store.keep(at(0));
    play(store, 0, 10_000_000, 0.3);
    expect(10_000_000 - latest(store, 10_000_000)).toBeLessThanOrEqual(50 * 100);
    // Far back they lie further apart, and are there still.
    for (const event of [5, 1_234_567, 5_000_000, 8_000_000]) {
      expect(event - latest(store, event)).toBeLessThanOrEqual(1_000 * 100);
      expect(latest(store, event)).toBeGreaterThanOrEqual(0);
    }
  });

  it('are made again where one plays once more, for a step back from there', () => {
    const store = new Checkpoints(1000);
    store.keep(at(0));
    play(store, 0, 20_000_000, 0.3);
    play(store, 3_000_000, 3_100_000, 0.3);
    expect(3_100_000 - latest(store, 3_100_000)).toBeLessThanOrEqual(50 * 100);
  });

  it('of heavy worlds are few, and take a small share of the time', () => {
    const store = new Checkpoints(100_000);
    store.keep(at(0));
    const made = play(store, 0, 20_000_000, 20);
    // Twenty milliseconds each, of two hundred thousand in all.
    expect(made.length * 20).toBeLessThan(0.06 * 200_000);
    const kept = new Set(Array.from({ length: 2000 }, (_, i) => latest(store, i * 10_000)));
    expect(kept.size).toBeLessThanOrEqual(24 + 24 + 1);
  });
});
