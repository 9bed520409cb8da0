import { readFileSync } from 'node:fs';
import { systems } from '../../protocols/registry.ts';
import type { Plain } from '../../sim/explore/plain.ts';
import { type Hunted, huntedFrom } from '../../sim/explore/swarm.ts';
import { planFromPlain } from '../../sim/explore/trial.ts';
import type { Plan } from '../../sim/index.ts';
import { plainScenario } from '../../sim/scenario/load.ts';

export { systems };

/** What a scenario's text says. */
export function said(text: string): Plain {
  const plain = plainScenario(text, { file: 'test.yaml' });
  if (!plain.ok) throw new Error(JSON.stringify(plain.problems));
  return plain.said as Plain;
}

export function scenario(name: string): string {
  return readFileSync(new URL(`../../scenarios/${name}`, import.meta.url), 'utf8');
}

export function planOf(plain: Plain): Plan {
  return planFromPlain(plain, systems);
}

export function hunted(text: string): Hunted {
  const plain = said(text);
  return huntedFrom(plain, planOf(plain));
}
