import { readFileSync } from 'node:fs';
import { systems } from '../../protocols/registry.ts';
import type { Plan } from '../../sim/index.ts';
import type { Origin, Recording } from '../../sim/recording/recording.ts';
import { formatProblems, loadScenario } from '../../sim/scenario/load.ts';

/** The plan of a scenario's text. */
export function planFrom(text: string, overrides: readonly string[] = [], seed?: string): Plan {
  const options = { file: 'test.yaml', systems, overrides, ...(seed === undefined ? {} : { seed }) };
  const loaded = loadScenario(text, options);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems, text));
  return loaded.plan;
}

export function shipped(name: string): string {
  return readFileSync(`scenarios/${name}`, 'utf8');
}

export function originOf(text: string, overrides: readonly string[] = []): Origin {
  return { engine: '0.0.0-test', scenario: { file: 'test.yaml', text }, seed: null, overrides };
}

export function planOfRecording({ scenario, overrides, seed }: Recording): Plan {
  return planFrom(scenario.text, overrides, seed ?? undefined);
}

/** Six peers that gossip for two minutes; some thousand events. */
export const GOSSIP = `\
# Shows: six peers that gossip.
system: gossip
seed: 7
nodes: 6
duration: 2m
config: { t1: 10s }
network: { latency: { exponential: 50ms }, loss: 2% }
workload:
  - whoHas: { rate: 1/s }
faults:
  - { at: 30s, crash: { nodes: n2, restart: after 10s } }
expect:
  - version monotonic: always
`;

/** Seven peers of Chord, one of which joins late: an event that starts a process counts twice. */
export const CHORD = `\
system: chord
variant: paper
seed: 3
nodes: 6
duration: 40s
config: { idBits: 8, successors: 3 }
churn: { joins: 0.2/s, crashes: 0.1/s, from: 5s, until: 30s }
workload:
  - lookup: { rate: 2/s }
expect:
  - at least one ring: always
`;
