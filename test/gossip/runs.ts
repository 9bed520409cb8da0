// Whole runs of gossip in the engine, for tests: every state frozen, every property watched.

import { gossip } from '../../protocols/gossip/index.ts';
import type { Judged } from '../../protocols/gossip/judged.ts';
import { PROPERTIES } from '../../protocols/gossip/properties.ts';
import type { GossipTypes } from '../../protocols/gossip/types.ts';
import { type Expectation, planOf, Simulation, type System, type Watch } from '../../sim/index.ts';

export type PropertyName = keyof typeof PROPERTIES;

export const ALL_PROPERTIES = Object.keys(PROPERTIES) as readonly PropertyName[];

type Parts = NonNullable<Parameters<typeof planOf>[1]>;

export interface Run {
  readonly simulation: Simulation<GossipTypes>;
  readonly judged: Judged;
  readonly summary: Readonly<Record<string, number>>;
  watch(name: PropertyName): Watch;
  /** How often each verdict was given. */
  readonly verdicts: Readonly<Record<string, number>>;
}

export interface Manner {
  /** Another machine in the peers' place. */
  readonly system?: System<GossipTypes, Judged>;
  readonly watch?: readonly PropertyName[];
  /** Frozen states are slow; runs with very many events do without. */
  readonly freeze?: boolean;
}

export function run(parts: Parts, { system = gossip, watch = ALL_PROPERTIES, freeze = true }: Manner = {}): Run {
  const expect = watch.map((name) => watching(name));
  const simulation = new Simulation(planOf(system, { check: 'event', ...parts, expect }), { freeze });
  simulation.run();
  const summary = simulation.summary();
  const verdicts: Record<string, number> = {};
  for (const { judgement } of simulation.history) {
    if (judgement !== null) verdicts[judgement.verdict] = (verdicts[judgement.verdict] ?? 0) + 1;
  }
  return {
    simulation,
    judged: simulation.judged as Judged,
    summary: system.summary?.({ ...summary, judged: summary.judged as Judged }) ?? {},
    watch(name) {
      const found = simulation.watches.find((one) => one.name === name);
      if (found === undefined) throw new Error(`${name} was not watched`);
      return found;
    },
    verdicts,
  };
}

function watching(name: PropertyName): Expectation {
  return { text: name, place: null, subject: { kind: 'property', name }, requirement: { kind: 'sometimes' } };
}
