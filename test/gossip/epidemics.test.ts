// The textbook strategies in lock-step rounds, against what is published; `npm run papers` does it with many more runs.

import { describe, expect, test } from 'vitest';
import { gossip } from '../../protocols/gossip/index.ts';
import type { Judged } from '../../protocols/gossip/judged.ts';
import { CARRYING_KINDS } from '../../protocols/gossip/messages.ts';
import type { GossipTypes } from '../../protocols/gossip/types.ts';
import { type Kinded, planOf, SECOND, Simulation } from '../../sim/index.ts';

/** One update, made by n0 at time 0. */
const ONE_UPDATE = { publishers: 1, t1: '1d', t2: '1s', phase: 'together', expiry: 'never', suspicion: 'never' };

type Settings = Readonly<Record<string, unknown>>;

function epidemic(settings: Settings, { nodes = 1000, seconds = 120, seed = 1 } = {}) {
  const simulation = new Simulation(
    planOf(gossip, {
      nodes,
      seed,
      durationUs: seconds * SECOND,
      sampleUs: 1000 * SECOND,
      settings: { ...ONE_UPDATE, ...settings },
      network: { roundUs: SECOND },
    }),
  );
  simulation.run();
  const run = simulation.summary();
  return { simulation, summary: gossip.summary?.({ ...run, judged: run.judged as Judged }) ?? {} };
}

/** Means over some runs. */
function means(settings: Settings, runs: number, seconds = 120): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (let seed = 0; seed < runs; seed++) {
    for (const [name, value] of Object.entries(epidemic(settings, { seconds, seed }).summary)) {
      sums[name] = (sums[name] ?? 0) + value / runs;
    }
  }
  return sums;
}

// Demers et al. 1987. The bands are those of the page, widened for the few runs by three standard errors.
describe('rumor mongering', () => {
  test.each([
    { k: 1, residue: 0.18, traffic: 1.7, last: 16.8 },
    { k: 2, residue: 0.037, traffic: 3.3, last: 16.9 },
    { k: 3, residue: 0.011, traffic: 4.5, last: 17.4 },
  ])('table 1, push, feedback, counter, k = $k', ({ k, residue, traffic, last }) => {
    const runs = 40;
    const ours = means({ strategy: 'rumor', rumor: { k } }, runs);
    expect(Math.abs(ours.residue - residue)).toBeLessThan(
      0.05 * residue + (3 * Math.sqrt(residue / 1000)) / Math.sqrt(runs),
    );
    expect(Math.abs(ours['traffic per site'] - traffic)).toBeLessThan(0.06 + 0.04);
    expect(Math.abs(ours['t_last in rounds'] - last)).toBeLessThan(0.3 + 0.9);
  });

  test('table 2, push, blind, coin, k = 3', () => {
    const ours = means({ strategy: 'rumor', rumor: { response: 'blind', stop: 'coin', k: 3 } }, 30, 200);
    expect(ours.residue).toBeCloseTo(0.06, 1);
    expect(Math.abs(ours['traffic per site'] - 2.8)).toBeLessThan(0.15);
    expect(Math.abs(ours['t_last in rounds'] - 32)).toBeLessThan(4);
  });

  test('table 3, pull, feedback, counter, k = 1', () => {
    const ours = means({ strategy: 'rumor', rumor: { direction: 'pull', k: 1 } }, 10, 40);
    expect(Math.abs(ours.residue - 0.031)).toBeLessThan(0.008);
    expect(Math.abs(ours['traffic per site'] - 2.7)).toBeLessThan(0.1);
    expect(Math.abs(ours.t_ave / SECOND - 9.97)).toBeLessThan(1.2);
  });

  test('push and pull at once leaves out fewer than push with the same k', () => {
    const both = means({ strategy: 'rumor', rumor: { direction: 'push-pull', k: 1 } }, 5, 60);
    expect(both.residue).toBeLessThan(0.05);
    expect(both['t_last in rounds']).toBeLessThan(16);
  });

  test('it ends: nobody tells of it, and all that is left to come is the next look, tomorrow', () => {
    const { simulation } = epidemic({ strategy: 'rumor', rumor: { k: 3 } });
    expect(simulation.pendingEvents).toBe(1);
    expect(simulation.timersOf(0).map(({ timer }) => timer.kind)).toEqual(['look']);
    for (let address = 0; address < 1000; address++) expect(simulation.world.process(address).state.hot).toEqual([]);
  });

  test('a larger fanout is faster and dearer', () => {
    const one = means({ strategy: 'rumor', rumor: { k: 2 } }, 10);
    const three = means({ strategy: 'rumor', rumor: { k: 2 }, fanout: 3 }, 10);
    expect(three['t_last in rounds']).toBeLessThan(one['t_last in rounds'] - 4);
    expect(three['traffic per site']).toBeGreaterThan(one['traffic per site'] * 2);
  });
});

// Doerr and Künnemann 2014: between ⌊log2 n⌋ + ln n − 1.116 and ⌈log2 n⌉ + ln n + 2.765 rounds, for n = 1000.
test('push reaches all in about log2 n + ln n rounds', () => {
  const ours = means({ strategy: 'push' }, 10, 40);
  expect(ours.residue).toBe(0);
  expect(ours['rounds to 100%']).toBeGreaterThan(9 + 6.9 - 1.116);
  expect(ours['rounds to 100%']).toBeLessThan(10 + 6.9 + 2.765);
});

describe('who learns of an update in a round says nothing of it until the next', () => {
  test.each<Settings>([
    { strategy: 'push' },
    { strategy: 'pull' },
    { strategy: 'push-pull' },
    { strategy: 'rumor', rumor: { direction: 'push', k: 2 } },
    { strategy: 'rumor', rumor: { direction: 'pull', k: 2 } },
    { strategy: 'rumor', rumor: { direction: 'push-pull', k: 2 } },
  ])('$strategy $rumor.direction', (settings) => {
    let told = 0;
    const simulation: Simulation<GossipTypes> = new Simulation(
      planOf(gossip, {
        nodes: 256,
        durationUs: 40 * SECOND,
        settings: { ...ONE_UPDATE, ...settings },
        network: { roundUs: SECOND },
      }),
      {
        observer: {
          effect(sender, { kind, value }) {
            const carrying = kind === 'send' && (CARRYING_KINDS as readonly string[]).includes((value as Kinded).kind);
            if (!carrying || sender === 0) return;
            told++;
            const [entry] = simulation.world.process(sender).state.store;
            expect(entry.adoptedAtUs).toBeLessThan(simulation.nowUs);
          },
        },
      },
    );
    simulation.run();
    expect(told).toBeGreaterThan(100);
  });
});

test('the curve of coverage is an S: slow, steep, slow', () => {
  const { simulation } = epidemic({ strategy: 'push' }, { seconds: 40 });
  const { update } = gossip.view(simulation.world, simulation.judged as Judged, { selected: null });
  const afterUs = (share: number) => update?.curve.find((point) => point.share === share)?.afterUs ?? Number.NaN;
  const [first, middle, end] = [afterUs(0.05), afterUs(0.95) - afterUs(0.05), afterUs(1) - afterUs(0.95)];
  expect(first).toBeGreaterThan(5 * SECOND);
  expect(middle).toBeLessThan(9 * SECOND);
  expect(end).toBeGreaterThan(3 * SECOND);
});

test('twenty thousand peers with one rumor are no trouble', () => {
  const { summary, simulation } = epidemic({ strategy: 'rumor', rumor: { k: 1 } }, { nodes: 20_000, seconds: 60 });
  expect(summary.residue).toBeCloseTo(0.2, 1);
  expect(simulation.events).toBeLessThan(200_000);
});
