import { news } from '../../protocols/news/index.ts';
import type { Judged } from '../../protocols/news/judged.ts';
import type { Operation, Outcome } from '../../protocols/news/messages.ts';
import type { NewsTypes } from '../../protocols/news/state.ts';
import {
  type Action,
  type Expectation,
  type FaultRate,
  type Machine,
  type OperationRecord,
  type PlanParts,
  planOf,
  SECOND,
  Simulation,
  type System,
  type TimedAction,
  type Watch,
  type WorkloadPlan,
} from '../../sim/index.ts';

export type NewsSystem = typeof news;
export const PROPERTY_NAMES = Object.keys(news.properties);

/** A whole run with all properties watched. */
export interface Run {
  readonly simulation: Simulation<NewsTypes>;
  readonly judged: Judged;
  readonly summary: Readonly<Record<string, number>>;
  watch(name: string): Watch;
  /** Names of the properties that were ever false, those that are false for a moment at the start left out. */
  readonly broken: readonly string[];
}

export function runNews(parts: PlanParts, system: System<NewsTypes, Judged, never, never> | NewsSystem = news): Run {
  const durationUs = parts.durationUs ?? 60 * SECOND;
  const plan = planOf(system as NewsSystem, {
    check: 'event',
    ...parts,
    durationUs,
    expect: PROPERTY_NAMES.map(watched),
  });
  const simulation = new Simulation<NewsTypes>(plan, { freeze: true });
  simulation.run();
  const watch = (name: string): Watch => {
    const found = simulation.watches.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no property ${name} is watched`);
    return found;
  };
  return {
    simulation,
    judged: simulation.judged as Judged,
    summary: news.summary!(simulation.summary() as Parameters<NonNullable<NewsSystem['summary']>>[0]),
    watch,
    broken: PROPERTY_NAMES.filter((name) => name !== 'every area is served' && watch(name).firstViolation !== null),
  };
}

function watched(name: string): Expectation {
  return {
    text: name,
    place: null,
    subject: { kind: 'property', name },
    requirement: { kind: 'always', fromUs: 0, untilUs: 0 },
  };
}

/** What was seen of a property first, for messages of tests. */
export function firstViolation(run: Run, name: string): string | null {
  return run.watch(name).firstViolation?.violation.message ?? null;
}

/** The news cluster with some roles replaced: a broken one, or one that is watched. */
export function withRoles(roles: Readonly<Record<string, Machine<never>>>): NewsSystem {
  const replaced = Object.fromEntries(
    Object.entries(news.roles).map(([name, role]) => [name, name in roles ? { ...role, machine: roles[name] } : role]),
  );
  return { ...news, roles: replaced } as NewsSystem;
}

// ── Parts of plans ────────────────────────────────────────────────────────────────────────────────────────────────

const named = (...names: readonly string[]) => names.map((name) => ({ kind: 'name', name }) as const);

export function crash(names: readonly string[], restartAfterUs: number | null = null): Action {
  return { kind: 'crash', who: named(...names), restartAfterUs, guard: false };
}

export function at(seconds: number, action: Action): Pick<TimedAction, 'action' | 'atUs'> {
  return { atUs: seconds * SECOND, action };
}

export function ask(
  seconds: number,
  client: string,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
): Pick<TimedAction, 'action' | 'atUs'> {
  return at(seconds, { kind: 'operation', name, node: named(client), arguments: args });
}

/** Faults drawn from rates until a time. */
export function often(
  action: Action,
  perSecond: number,
  untilUs: number,
): Pick<FaultRate, 'action' | 'perSecond' | 'untilUs'> {
  return { action, perSecond, untilUs };
}

export function isolate(name: string, forUs: number): Action {
  return { kind: 'isolate', who: named(name), answers: false, forUs };
}

/** Nothing passes between the two. */
export function cut(one: string, other: string, forUs: number): Action {
  return { kind: 'partition', sides: [named(one), named(other)], oneWay: false, answers: false, forUs };
}

export function pause(name: string, forUs: number): Action {
  return { kind: 'pause', who: named(name), forUs };
}

type Work = Pick<WorkloadPlan, 'operation' | 'arrivals' | 'arguments'>;

export function work(operation: string, perSecond: number, args: Readonly<Record<string, unknown>> = {}): Work {
  return { operation, arrivals: { kind: 'rate', perSecond }, arguments: args };
}

/** All that users do, as a multiple of a lively mix. */
export function everything(times = 1): Work[] {
  return [
    work('publish', 2 * times),
    work('read', times),
    work('read', 2 * times, { unread: true }),
    work('deleteNews', 0.3 * times),
    work('subscribe', 0.4 * times),
    work('unsubscribe', 0.3 * times),
    work('addArea', 0.4 * times),
    work('deleteArea', 0.3 * times),
    work('listAreas', 0.2 * times),
    work('listSubscriptions', 0.2 * times),
    work('logout', 0.1 * times),
    work('login', 0.3 * times),
    work('register', 0.05 * times),
  ];
}

// ── Looking at runs ───────────────────────────────────────────────────────────────────────────────────────────────

/** Operations as `client: operation → outcome`, in order of their beginnings. */
export function story({ simulation }: Run): string[] {
  return simulation.history.map((record) => line(simulation, record));
}

function line(simulation: Simulation<NewsTypes>, record: OperationRecord<NewsTypes>): string {
  const { name } = simulation.world.process(record.issuer);
  const outcome = record.outcome === null ? record.status : news.describe!.outcome!(record.outcome as Outcome);
  return `${name}: ${news.describe!.operation!(record.operation as Operation)} → ${outcome}`;
}
