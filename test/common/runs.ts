// Whole runs of a system in the engine, for the tests of the supernode and superpeer systems: every state frozen, the properties watched.

import {
  type Action,
  type Address,
  type Context,
  type Expectation,
  type Input,
  type Machine,
  type Observer,
  type ProtocolTypes,
  planOf,
  type Random,
  type Selector,
  Simulation,
  type System,
  type TimedAction,
  type Watch,
} from '../../sim/index.ts';

export type Parts = NonNullable<Parameters<typeof planOf>[1]>;

// biome-ignore lint/suspicious/noExplicitAny: a run does not depend on what settings and view are made of
type AnySystem<P extends ProtocolTypes, J> = System<P, J, any, any>;

export interface Run<P extends ProtocolTypes, J> {
  readonly simulation: Simulation<P>;
  readonly judged: J;
  readonly summary: Readonly<Record<string, number>>;
  /** Whether the property holds at the end. */
  holds(name: string): boolean;
  /** Whether it was ever false. */
  wasViolated(name: string): boolean;
  watch(name: string): Watch;
  /** How often each verdict was given, for all operations or those of one kind. */
  verdicts(kind?: string): Readonly<Record<string, number>>;
  outcomes(kind: string): readonly (P['Outcome'] | null)[];
}

export interface Manner {
  readonly observer?: Observer;
  /** Frozen states are slow; long runs do without. */
  readonly freeze?: boolean;
}

export function run<P extends ProtocolTypes, J>(
  system: AnySystem<P, J>,
  parts: Parts,
  { observer, freeze = true }: Manner = {},
): Run<P, J> {
  const expect = Object.keys(system.properties).map(watching);
  const plan = planOf(system, { check: 'event', ...parts, expect });
  const simulation = new Simulation<P>(plan, { freeze, observer: observer ?? null });
  simulation.run();
  const summary = simulation.summary();
  const watch = (name: string): Watch => {
    const found = simulation.watches.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not watched`);
    return found;
  };
  return {
    simulation,
    judged: simulation.judged as J,
    summary: system.summary?.({ ...summary, judged: summary.judged as J }) ?? {},
    watch,
    holds: (name) => watch(name).holds === true,
    wasViolated: (name) => watch(name).firstViolation !== null,
    verdicts(kind) {
      const counts: Record<string, number> = {};
      for (const { operation, judgement } of simulation.history) {
        if (judgement === null || (kind !== undefined && operation.kind !== kind)) continue;
        counts[judgement.verdict] = (counts[judgement.verdict] ?? 0) + 1;
      }
      return counts;
    },
    outcomes: (kind) =>
      simulation.history.filter(({ operation }) => operation.kind === kind).map(({ outcome }) => outcome),
  };
}

function watching(name: string): Expectation {
  return { text: name, place: null, subject: { kind: 'property', name }, requirement: { kind: 'sometimes' } };
}

// --- Saying what happens ---

export function named(...names: readonly string[]): Selector {
  return names.map((name) => ({ kind: 'name', name }));
}

export const REST: Selector = [{ kind: 'rest' }];

export function at(atUs: number, action: Action): Pick<TimedAction, 'action' | 'atUs'> {
  return { atUs, action };
}

export function crash(name: string, restartAfterUs: number | null = null): Action {
  return { kind: 'crash', who: named(name), restartAfterUs, guard: false };
}

export function crashHost(name: string, restartAfterUs: number | null = null): Action {
  return { kind: 'crashHost', who: named(name), restartAfterUs };
}

export function crashAny(restartAfterUs: number | null): Action {
  return { kind: 'crash', who: [{ kind: 'any', count: 1 }], restartAfterUs, guard: false };
}

export function partition(side: Selector, forUs: number, answers = false): Action {
  return { kind: 'partition', sides: [side, REST], oneWay: false, answers, forUs };
}

export function operation(name: string, node: string, args: Readonly<Record<string, unknown>> = {}): Action {
  return { kind: 'operation', name, node: named(node), arguments: args };
}

// --- Machines ---

/** The system with another machine in a role's place. */
export function withMachine<P extends ProtocolTypes, J>(
  system: AnySystem<P, J>,
  role: string,
  // biome-ignore lint/suspicious/noExplicitAny: roles have states of their own
  wrap: (machine: Machine<any>) => Machine<any>,
): AnySystem<P, J> {
  const { description, machine } = system.roles[role];
  return { ...system, roles: { ...system.roles, [role]: { description, machine: wrap(machine) } } };
}

/** The system whose machines do each step twice and throw if the two differ: a machine that keeps anything aside does. */
export function doubled<P extends ProtocolTypes, J>(system: AnySystem<P, J>): AnySystem<P, J> {
  return Object.keys(system.roles).reduce((now, role) => withMachine(now, role, twice), system);
}

function twice<P extends ProtocolTypes>(machine: Machine<P>): Machine<P> {
  return {
    start: (boot, durable, ctx) => same(ctx, (again) => machine.start(boot, durable, again)),
    handle: (state, input, ctx) => same(ctx, (again) => machine.handle(state, input, again)),
  };
}

function same<P extends ProtocolTypes, T>(ctx: Context<P>, step: (ctx: Context<P>) => T): T {
  const { recorded, replayed } = recorder(ctx.random);
  const first = step({ self: ctx.self, nowUs: ctx.nowUs, config: ctx.config, random: recorded });
  const second = step({ self: ctx.self, nowUs: ctx.nowUs, config: ctx.config, random: replayed });
  if (JSON.stringify(first) !== JSON.stringify(second)) throw new Error('the same step came out differently');
  return first;
}

/** Hands on what a stream draws, and then the same draws once more. */
function recorder(random: Random): { readonly recorded: Random; readonly replayed: Random } {
  const draws: unknown[] = [];
  const recorded = new Proxy(random, {
    get(target, name) {
      return (...args: unknown[]) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        const drawn = method.apply(target, args);
        draws.push(drawn);
        return drawn;
      };
    },
  });
  const replayed = new Proxy(random, { get: () => () => draws.shift() });
  return { recorded, replayed };
}

/** A context for a single step. */
export function contextOf<P extends ProtocolTypes>(config: P['Config'], self: Address, nowUs = 0): Context<P> {
  const random = new Proxy({} as Random, {
    get(_, name) {
      return () => {
        throw new Error(`this step draws: ${String(name)}`);
      };
    },
  });
  return { self, nowUs, config, random };
}

/** Freezes a value and all in it. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

/** One step of a machine on frozen arguments. */
export function stepOf<P extends ProtocolTypes>(
  machine: Machine<P>,
  state: P['State'],
  input: Input<P>,
  ctx: Context<P>,
) {
  return machine.handle(frozen(state), frozen(input), ctx);
}
