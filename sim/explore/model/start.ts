/** From a scenario to the state that a search begins with: time 0, or the state of its run at some time. */
import { Simulation } from '../../engine/simulation.ts';
import { Streams } from '../../random/streams.ts';
import { labelOf } from '../../scenario/label.ts';
import type { Plan } from '../../scenario/plan.ts';
import { formatDuration } from '../../time.ts';
import { Draft, type Setting } from './machine.ts';
import type { Act, Bounds, Model } from './moves.ts';
import type { Allowance, ModelProcess, ModelState } from './state.ts';

export interface CheckOptions extends Bounds {
  readonly losses: number;
  readonly duplicates: number;
  readonly timeouts: number;
  /** Lets the run go to this time first; there must be nothing on its way then. */
  readonly afterUs: number;
}

/** The scenario is not one that can be explored; the message says what stands in the way. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
}

export function modelOf(plan: Plan, options: CheckOptions): { readonly model: Model; readonly start: ModelState } {
  const acts = actsOf(plan, options.afterUs);
  const setting: Setting = { plan, nowUs: options.afterUs };
  const restarts =
    plan.supervise.length > 0 || acts.some(({ action }) => action.kind === 'crash' && action.restartAfterUs !== null);
  const model: Model = { ...setting, acts, bounds: { rounds: options.rounds }, restarts };
  const { losses, duplicates, timeouts } = options;
  const left: Allowance = { losses, duplicates, timeouts, actions: acts.map((_, index) => index) };
  const start = options.afterUs === 0 ? beginning(setting, left) : stateOf(plan, options.afterUs, left);
  return { model, start };
}

const EXPLORED = new Set(['crash', 'restart', 'leave', 'join', 'operation']);

function actsOf(plan: Plan, afterUs: number): readonly Act[] {
  if (plan.churn.length > 0 || plan.faultRates.length > 0 || plan.workload.length > 0) {
    throw new CheckError(
      'rates cannot be explored: write what may happen, each thing once, into faults and script, without churn, workload and rates',
    );
  }
  return plan.actions
    .filter(({ atUs }) => atUs >= afterUs)
    .flatMap(({ action, label }) => {
      if (!EXPLORED.has(action.kind))
        throw new CheckError(
          `"${label}" cannot be explored: only crash, restart, leave, join, operations and steps can`,
        );
      const many = manyOf(action);
      return Array.from({ length: many }, (): Act => (many === 1 ? { label, action } : single(action)));
    });
}

/** Two that join, or `any 2` that crash, are two things that may happen. */
function manyOf(action: Act['action']): number {
  if (action.kind === 'join') return action.count;
  const who = 'who' in action ? action.who : [];
  return who.reduce((sum, term) => sum + (term.kind === 'any' ? term.count : 0), 0) || 1;
}

function single(action: Act['action']): Act {
  const one =
    action.kind === 'join' ? { ...action, count: 1 } : { ...action, who: [{ kind: 'any' as const, count: 1 }] };
  return { action: one as Act['action'], label: labelOf(one as Act['action']) };
}

const NOTHING: Omit<ModelState, 'left'> = {
  processes: [],
  messages: [],
  requests: [],
  groups: {},
  operations: [],
  judged: null,
};

function beginning(setting: Setting, left: Allowance): ModelState {
  const { plan } = setting;
  const { setup } = new Streams(plan.seed);
  const draft = new Draft({ ...NOTHING, left }, setting, setup, false);
  const specs = plan.system.membership.populate(plan.config as never, { nodes: plan.nodes, random: setup });
  for (const spec of specs) draft.spawn(spec);
  for (const { address } of draft.state.processes) draft.start(address);
  draft.begin();
  return draft.state;
}

function stateOf(plan: Plan, afterUs: number, left: Allowance): ModelState {
  const simulation = new Simulation(plan);
  // What strikes at that very time is still to come.
  simulation.runUntil(afterUs - 1);
  const { processes: saved, transport, judged } = simulation.snapshot();
  const processes = saved.map(({ record, state }, address): ModelProcess => {
    const { name, role, host } = simulation.world.process(address);
    const { status, incarnation, durable, boot } = state;
    const timers = simulation.timersOf(address).map(({ timer, id }) => ({ timer, id }));
    timers.sort((a, b) => (a.timer.kind === b.timer.kind ? a.id - b.id : a.timer.kind < b.timer.kind ? -1 : 1));
    const known = { address, name, role, host, boot, status, incarnation, durable, timers };
    return { ...known, state: record.state, fired: {}, asked: 0 };
  });
  const pending =
    simulation.world.inFlight().length + transport.requests.places.filter((place) => place !== null).length;
  if (pending > 0 || simulation.world.pending().length > 0) {
    throw new CheckError(
      `--after ${formatDuration(afterUs)}: something is on its way at that time; choose a time at which nothing is`,
    );
  }
  const groups = Object.fromEntries(transport.groups);
  return { ...NOTHING, processes, groups, judged, left };
}
