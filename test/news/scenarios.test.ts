/** The scenarios that ship: all expectations hold, and where a scenario shows a flaw, the variant without it does not. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systems } from '../../protocols/registry.ts';
import { Simulation } from '../../sim/index.ts';
import { reportOf } from '../../sim/report/report.ts';
import { formatProblems, loadScenario } from '../../sim/scenario/load.ts';

function expectationsOf(name: string, seed: number | null, overrides: readonly string[] = []) {
  const file = `scenarios/${name}.yaml`;
  const text = readFileSync(file, 'utf8');
  const loaded = loadScenario(text, { file, systems, overrides, ...(seed === null ? {} : { seed }) });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems, text));
  const simulation = new Simulation(loaded.plan);
  simulation.run();
  return reportOf(simulation, { title: '', file, overrides }).expectations;
}

const failed = (name: string, seed: number | null, overrides?: readonly string[]) =>
  expectationsOf(name, seed, overrides)
    .filter(({ result }) => result !== 'passed')
    .map(({ text, finding }) => `${text}: ${finding}`);

describe('shipped', () => {
  test.each(['news-day', 'news-failover', 'news-double-publish', 'news-two-agents'])('%s', (name) => {
    expect(failed(name, null)).toEqual([]);
  });

  // Not a lucky seed.
  test.each(['news-failover', 'news-double-publish', 'news-two-agents'])('%s with another seed', (name) => {
    expect(failed(name, 1234)).toEqual([]);
  });

  test('hardened, no publication is doubled', () => {
    expect(failed('news-double-publish', null, ['variant=hardened']).map((line) => line.split(': ')[0])).toEqual([
      'no publish appears twice',
      'area histories are linearizable',
      'publications duplicate',
    ]);
  });

  test('hardened, two agents agree', () => {
    expect(failed('news-two-agents', null, ['variant=hardened']).map((line) => line.split(': ')[0])).toEqual([
      'no area is served by two nodes',
      'no assignment is overwritten',
    ]);
  });
});
