/**
 * PHOLD (Fujimoto 1990, "Performance of Time Warp under synthetic workloads"): a fixed number of pending events, each of which schedules
 * one more at a random process after a random delay. Here the whole engine takes part: a pure machine, an effect, a link that draws a latency.
 */
import { inlineForLargeRuns } from '../cli/inlining.ts';
import { type Machine, type ProtocolTypes, planOf, Simulation, send } from '../sim/index.ts';
import { bareSystem } from './bare-system.ts';

interface Job {
  readonly kind: 'job';
}

interface PholdTypes extends ProtocolTypes {
  Config: { readonly processes: number };
  Boot: null;
  State: number;
  Message: Job;
  Operation: { readonly kind: 'none' };
}

const JOB: Job = { kind: 'job' };

const machine: Machine<PholdTypes> = {
  start: (_boot, _durable, ctx) => ({
    state: 0,
    effects: [send<PholdTypes>(ctx.random.int(ctx.config.processes), JOB)],
  }),
  handle: (state, _input, ctx) => ({
    state: state + 1,
    effects: [send<PholdTypes>(ctx.random.int(ctx.config.processes), JOB)],
  }),
};

const phold = bareSystem<PholdTypes>({
  name: 'phold',
  title: 'PHOLD, the standard load of event-driven simulators',
  machine,
  configure: ({ processes }) => ({ processes }),
});

/** A run with so many processes, each with one message on its way. */
export function pholdRun(processes: number): Simulation<PholdTypes> {
  inlineForLargeRuns(processes);
  return new Simulation(
    planOf(phold, {
      nodes: processes,
      durationUs: Number.MAX_SAFE_INTEGER / 4,
      sampleUs: Number.MAX_SAFE_INTEGER / 4,
      network: { latency: { kind: 'exponential', meanUs: 50_000 } },
    }),
  );
}
