/**
 * Every scenario that ships is one run for each seed: side by side in this process, and in another one. A few hundred seeds in all, each as far as there is
 * time for; `verify` goes to the end.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { FreshProcess } from '../../cli/verify/fresh.ts';
import { Lockstep, ofPlan } from '../../sim/explore/lockstep.ts';
import { trackParting } from '../../sim/explore/track.ts';
import { planFrom } from './support.ts';

const files = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'));
const SEEDS = 6;
const STEPS = 250;

const fresh = new FreshProcess();
afterAll(() => fresh.close());

describe('the same run each time', () => {
  test.each(files)('%s', { timeout: 60_000 }, async (file) => {
    const text = readFileSync(`scenarios/${file}`, 'utf8');
    for (let seed = 1; seed <= SEEDS; seed++) {
      const plan = planFrom(text, [], String(seed));
      const elsewhere = fresh.track({ file, text, overrides: [], seed: plan.seed, untilUs: null, atMost: STEPS });
      const lockstep = new Lockstep(ofPlan(plan), ofPlan(plan));
      lockstep.play(STEPS);
      expect([lockstep.parted, lockstep.agreed]).toEqual([false, lockstep.left.simulation.events]);
      const { events, nowUs: us, fingerprint } = lockstep.left.simulation;
      expect(trackParting({ events, us, fingerprint, trail: lockstep.checks }, await elsewhere)).toBeNull();
    }
  });

  test('a few hundred seeds', () => {
    expect(files.length * SEEDS).toBeGreaterThanOrEqual(200);
  });
});
