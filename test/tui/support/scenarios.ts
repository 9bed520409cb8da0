/** Shipped scenarios and scenario texts as plans, for tests of the dashboard. */
import { readFileSync } from 'node:fs';
import { systems } from '../../../protocols/registry.ts';
import type { Plan } from '../../../sim/index.ts';
import { formatProblems, loadScenario, type Scenario } from '../../../sim/scenario/load.ts';

export interface LoadedScenario {
  readonly plan: Plan;
  readonly scenario: Scenario;
}

export function planFromText(text: string, file = 'test.yaml'): LoadedScenario {
  const loaded = loadScenario(text, { file, systems });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems, text));
  return loaded;
}

export function shipped(name: string): LoadedScenario {
  const file = `scenarios/${name}.yaml`;
  return planFromText(readFileSync(file, 'utf8'), file);
}
