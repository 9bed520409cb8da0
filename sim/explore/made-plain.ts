/**
 * What a run drew, written out: the operations that clients issued, the joins, departures and crashes of churn, and whom "any" meant. A scenario in which
 * each stands by itself can be cut down one by one; rates can only be made smaller.
 */
import type { Address, Kinded } from '../contract/protocol-types.ts';
import { Simulation } from '../engine/simulation.ts';
import type { Random } from '../random/random.ts';
import type { Plan } from '../scenario/plan.ts';
import { durationOf, durationText, entriesOf, type Plain, withKey } from './plain.ts';

/**
 * The scenario with what clients asked for up to that time in the script, in place of the workload.
 * @param only of this operation; null: of all. @returns null where there is nothing of the kind, or an operation that a script cannot ask for.
 */
export function withOperationsWritten(said: Plain, plan: Plan, untilUs: number, only: string | null): Plain | null {
  const isMeant = (name: string) => only === null || name === only;
  const workload = entriesOf(said, 'workload');
  const kept = workload.filter((entry) => !Object.keys(entry).some(isMeant));
  if (kept.length === workload.length) return null;
  const simulation = new Simulation(plan);
  simulation.runUntil(untilUs);
  const scripted = new Set(entriesOf(said, 'script').map(({ at }) => String(at)));
  const script: Plain[] = [];
  for (const { operation, issuer, startUs } of simulation.history) {
    const at = durationText(startUs);
    if (!isMeant(operation.kind) || scripted.has(at)) continue;
    const args = argumentsOf(operation, issuer, simulation);
    if (args === null) return null;
    script.push({ at, [operation.kind]: { node: simulation.world.process(issuer).name, ...args } });
  }
  return withKey(withKey(said, 'workload', kept), 'script', [...entriesOf(said, 'script'), ...script].sort(byTime));
}

function byTime(a: Plain, b: Plain): number {
  return (durationOf(a.at) ?? 0) - (durationOf(b.at) ?? 0);
}

/** The arguments by which a script asks for exactly this operation; null if there are none. */
function argumentsOf(operation: Kinded, issuer: Address, simulation: Simulation): Plain | null {
  const { system } = simulation.plan;
  const spec = system.operations[operation.kind];
  if (spec === undefined || spec.step === true) return null;
  const draw = { world: simulation.world, judged: simulation.judged, issuer, ...NO_CHANCE };
  const asksForIt = (args: Plain) => {
    try {
      return JSON.stringify(spec.make(args, draw)) === JSON.stringify(operation);
    } catch {
      return false;
    }
  };
  return guesses(operation, Object.keys(spec.arguments.shape)).find(asksForIt) ?? null;
}

/** The operation's own fields where they are arguments too; or any of its texts as any one argument. */
function guesses(operation: Kinded, known: readonly string[]): readonly Plain[] {
  const own = Object.entries(operation).filter(([key, value]) => known.includes(key) && value !== null);
  const texts = textsIn(operation);
  return [Object.fromEntries(own), ...known.flatMap((key) => texts.map((text) => ({ [key]: text })))];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function noChance(): never {
  throw new RangeError('something was left to be drawn');
}

/** An operation whose arguments say all draws nothing. */
const NO_CHANCE = {
  index: noChance,
  random: new Proxy({} as Random, { get: noChance }),
};

/** Who is there at time 0. */
export function namesAtStart(plan: Plan): readonly string[] {
  const { world } = new Simulation(plan);
  return Array.from({ length: world.size }, (_, address) => world.process(address).name);
}
