// The scenarios of gossip do what their heads say; those that show a flaw no longer show it hardened.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gossip } from '../../protocols/gossip/index.ts';
import { Simulation, type System } from '../../sim/index.ts';
import { reportOf } from '../../sim/report/report.ts';
import { formatProblems, loadScenario } from '../../sim/scenario/load.ts';

const root = join(import.meta.dirname, '../../scenarios');
const systems = new Map([[gossip.name, gossip as unknown as System]]);

const files = ['', 'papers'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => /^gossip-.*\.yaml$/.test(name))
    .map((name) => join(folder, name)),
);

function expectationsOf(file: string, overrides: readonly string[] = []) {
  const text = readFileSync(join(root, file), 'utf8');
  const loaded = loadScenario(text, { file, systems, overrides });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  const simulation = new Simulation(loaded.plan);
  simulation.run();
  const { expectations } = reportOf(simulation, { title: loaded.scenario.title, file, overrides });
  return expectations.map(({ text: what, result, finding }) => ({ what, result, finding }));
}

test('the scenarios that must ship are there', () => {
  expect(files).toEqual(
    expect.arrayContaining(['gossip-spread.yaml', 'gossip-lossy.yaml', 'gossip-zombie.yaml', 'gossip-restart.yaml']),
  );
});

test.each(files)('%s: all that it expects comes true', (file) => {
  const expectations = expectationsOf(file);
  expect(expectations.length).toBeGreaterThan(0);
  expect(expectations.filter(({ result }) => result !== 'passed')).toEqual([]);
});

describe('hardened, the flaw does not show', () => {
  test.each([
    ['gossip-zombie.yaml', ['no zombie: violated', 'dead metadata gone: violated']],
    ['gossip-restart.yaml', ['restarts heard: violated', 'no false suspicion: violated']],
    ['gossip-flicker.yaml', ['no flicker: violated', 'flickers: at least 1']],
    ['gossip-stale-names.yaml', ['no stale names: violated', 'answer age max: at least 4m']],
  ])('%s', (file, shown) => {
    const failed = expectationsOf(file, ['variant=hardened']).filter(({ result }) => result === 'failed');
    expect(failed.map(({ what }) => what)).toEqual(expect.arrayContaining(shown));
  });
});
