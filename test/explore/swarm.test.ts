/** A swarm's scenarios: right, within what the scenario allows, and one for each seed. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { durationOf, durationText, entriesOf, isPlainMap, type Plain, scenarioYaml } from '../../sim/explore/plain.ts';
import { swarmOf } from '../../sim/explore/swarm.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { hunted, planOf, said, scenario, systems } from './support.ts';

const files = readdirSync(new URL('../../scenarios/hunt', import.meta.url)).map((name) => `hunt/${name}`);
const SEEDS = Array.from({ length: 25 }, (_, i) => String(i));

const TEXT = `
system: gossip
nodes: 6
duration: 10m
seed: 5
config: { t2: 2s }
network: { latency: { exponential: 40ms }, loss: 10% }
churn: { joins: 0.1/s, crashes: 0.1/s, until: 5m }
workload:
  - whoHas: { rate: 1/s }
  - addFile: { rate: 0.1/s }
faults:
  - { at: 1m, crash: { nodes: any 3, restart: after 30s } }
  - { at: 2m, degrade: { loss: 50%, for: 1m } }
  - { rate: 1/min, until: 5m, pause: { nodes: any, for: 10s } }
expect:
  - no zombie: always
  - all up to date: stable within 4m of the last fault
hunt:
  nodes: [3, 9]
  rates: [0.5, 2]
  vary: { config.t2: [1s, 2s, 7s], config.files: [1, 2] }
`;

describe.each(files)('%s', (file) => {
  test('makes scenarios that are right, each of them also as a text', () => {
    const base = hunted(scenario(file));
    for (const seed of SEEDS) {
      const drawn = swarmOf(base, seed);
      const plan = planOf(drawn);
      expect(plan.seed).toBe(seed);
      const text = scenarioYaml(drawn, ['Shows: a test']);
      const loaded = loadScenario(text, { file, systems });
      if (!loaded.ok) throw new Error(`${text}\n${JSON.stringify(loaded.problems)}`);
      const { place: _, ...first } = { ...loaded.plan, place: null };
      expect(JSON.stringify(unplaced(first))).toBe(JSON.stringify(unplaced(plan)));
    }
  });

  test('ends all disturbance before the quiet', () => {
    const base = hunted(scenario(file));
    expect(base.untilUs).toBeLessThan(base.durationUs);
    for (const seed of SEEDS) {
      const { actions, churn, faultRates } = planOf(swarmOf(base, seed));
      for (const { atUs, action } of actions) {
        const lastsUs =
          ('forUs' in action ? action.forUs : 'restartAfterUs' in action ? action.restartAfterUs : 0) ?? 0;
        expect(atUs + lastsUs).toBeLessThanOrEqual(base.untilUs + 1);
      }
      for (const { untilUs } of [...churn, ...faultRates]) expect(untilUs).toBeLessThanOrEqual(base.untilUs);
    }
  });
});

/** Where something stood in a file does not matter here. */
function unplaced(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unplaced);
  if (typeof value !== 'object' || value === null || typeof value === 'function') return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'place' && key !== 'system');
  return Object.fromEntries(entries.map(([key, entry]) => [key, unplaced(entry)]));
}

describe('a swarm', () => {
  const base = hunted(TEXT);
  const drawn = SEEDS.map((seed) => swarmOf(base, seed));

  test('is the same for the same seed, and another for another', () => {
    expect(SEEDS.map((seed) => swarmOf(base, seed))).toEqual(drawn);
    expect(new Set(drawn.map((plain) => JSON.stringify({ ...plain, seed: 0 }))).size).toBe(SEEDS.length);
  });

  test('keeps what may not vary', () => {
    for (const plain of drawn) {
      expect(plain.expect).toEqual(said(TEXT).expect);
      expect(plain.duration).toBe('10m');
      expect(plain.hunt).toBeUndefined();
    }
  });

  test('stays within what is written, and uses the room', () => {
    const values = (read: (plain: Plain) => unknown) =>
      new Set(drawn.map((plain) => JSON.stringify(read(plain) ?? null)));
    expect([...values((plain) => plain.nodes)].map(Number).every((nodes) => nodes >= 3 && nodes <= 9)).toBe(true);
    expect(values((plain) => plain.nodes).size).toBeGreaterThan(3);
    expect(values((plain) => (plain.config as Plain).t2)).toEqual(new Set(['"1s"', '"2s"', '"7s"']));
    expect(values((plain) => (plain.config as Plain).files)).toEqual(new Set(['1', '2']));
    for (const plain of drawn) expect(Number((plain.network as Plain).loss)).toBeLessThanOrEqual(0.1);
    // Of faults, churn and workload each is left out now and then, and there now and then.
    for (const key of ['crash', 'degrade', 'pause']) {
      const has = drawn.filter((plain) => entriesOf(plain, 'faults').some((fault) => key in fault)).length;
      expect(has, key).toBeGreaterThan(2);
      expect(has, key).toBeLessThan(SEEDS.length);
    }
    for (const plain of drawn) {
      expect(entriesOf(plain, 'faults').length + entriesOf(plain, 'churn').length).toBeGreaterThan(0);
      expect(entriesOf(plain, 'workload').length).toBeGreaterThan(0);
      for (const { degrade } of entriesOf(plain, 'faults')) {
        if (!isPlainMap(degrade)) continue;
        expect(Number(degrade.loss)).toBeLessThanOrEqual(0.5);
        expect(durationOf(degrade.for)).toBeLessThanOrEqual(60_000_000);
      }
    }
  });

  test('of a scenario that expects nothing wants everything to hold in the end, and its clients quiet then', () => {
    const open = hunted(
      'system: gossip\nduration: 10m\nworkload: [ { whoHas: { rate: 1/s } } ]\nfaults: [ { at: 1m, crash: n1 } ]',
    );
    const names = entriesOf(open.said, 'expect').flatMap((entry) => Object.keys(entry));
    expect(names).toEqual(Object.keys(systems.get('gossip')?.properties ?? {}));
    for (const seed of SEEDS) {
      const [load] = entriesOf(swarmOf(open, seed), 'workload');
      expect((load.whoHas as Plain).until).toBe('6m');
    }
  });
});

test.each([
  [0, '0s'],
  [1, '1us'],
  [1_500_000, '1.5s'],
  [61_000_001, '61.000001s'],
  [3_600_000_000, '1h0m0s'],
])('%i us is written %s, and read again', (us, text) => {
  expect(durationText(us)).toBe(text);
  expect(durationOf(text)).toBe(us);
});
