/**
 * The Chord workload by which simulators are compared: an ideal ring of 24-bit identifiers at the start, random phases, stabilize every 20 s, a finger every 120 s, the
 * predecessor checked every 120 s, and from each node a lookup of a uniform key every 10 s, routed recursively, the last node answering the initiator. Links take a
 * constant 50 ms and lose nothing.
 */
import { inlineForLargeRuns } from '../cli/inlining.ts';
import { chord } from '../protocols/chord/index.ts';
import { type Plan, planOf, SECOND, Simulation } from '../sim/index.ts';

/** The workload's own length. */
export const CHORD_DURATION_US = 1_000 * SECOND;

/** @param sampleUs how often the gauges are read, which costs as much as there are nodes. */
export function chordPlan(nodes: number, sampleUs: number): Plan {
  return planOf(chord, {
    variant: 'paper',
    nodes,
    durationUs: CHORD_DURATION_US,
    settings: {
      idBits: 24,
      successors: 1,
      replicas: 1,
      stabilize: '20s',
      fixFingers: '120s',
      checkPredecessor: '120s',
      repair: 'off',
      routing: 'recursive',
      answerFrom: 'predecessor',
      paths: false,
    },
    network: {
      latency: { kind: 'constant', us: 50_000 },
      requests: { transport: 'udp', rtoUs: SECOND, retries: 0 },
    },
    workload: [{ operation: 'lookup', arrivals: { kind: 'every', us: 10 * SECOND }, perNode: true }],
    sampleUs,
  }) as unknown as Plan;
}

/** The workload without gauges: what the other simulators do. */
export function chordRun(nodes: number): Simulation {
  inlineForLargeRuns(nodes);
  return new Simulation(chordPlan(nodes, CHORD_DURATION_US));
}
