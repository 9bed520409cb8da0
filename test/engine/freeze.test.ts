import { describe, expect, test } from 'vitest';
import { deepFreeze } from '../../sim/engine/freeze.ts';
import { type Machine, planOf, Simulation, type System, type TimedAction } from '../../sim/index.ts';
import { who } from './support/names.ts';
import { ask, doing, echo, type PuppetTypes, puppets, remark, tell } from './support/puppet.ts';

const S = 1_000_000;

type PuppetMachine = Machine<PuppetTypes>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const honest = puppets.roles.puppet.machine as PuppetMachine;

/** The puppets with another machine. */
function withMachine(machine: PuppetMachine): System<PuppetTypes> {
  const role = { description: 'Breaks a rule.', machine };
  return { ...puppets, roles: { puppet: role, extra: role } } as System<PuppetTypes>;
}

/** Made anew for each run: one that freezes leaves them frozen. */
const actions = (): readonly (Pick<TimedAction, 'action'> & Partial<TimedAction>)[] => [
  doing(0, 0, [tell(1, 1), ask(1, echo(2)), remark(1)]),
  { atUs: 1 * S, action: { kind: 'crash', who: who(1), restartAfterUs: S, guard: false } },
  doing(3 * S, 0, [tell(1, 3)]),
];

function run(system: System<PuppetTypes>, freeze: boolean): Simulation<PuppetTypes> {
  const simulation = new Simulation(planOf(system, { durationUs: 5 * S, actions: actions() }), { freeze });
  simulation.run();
  return simulation;
}

/** Steps that change what they were given; each breaks the rule on another argument. */
const culprits: Readonly<Record<string, PuppetMachine>> = {
  'its state': {
    ...honest,
    handle(state, input, ctx) {
      (state.log as string[]).push('a line');
      return honest.handle(state, input, ctx);
    },
  },
  'what it sent': {
    ...honest,
    handle(state, input, ctx) {
      if (input.kind === 'datagram') (input.message as Mutable<typeof input.message>).n++;
      return honest.handle(state, input, ctx);
    },
  },
  'what it was asked': {
    ...honest,
    handle(state, input, ctx) {
      if (input.kind === 'operation') (input.operation.effects as unknown[]).pop();
      return honest.handle(state, input, ctx);
    },
  },
  'what it saved': {
    ...honest,
    start(boot, durable, ctx) {
      if (durable !== null) (durable as Mutable<typeof durable>).boots = 0;
      return honest.start(boot, durable, ctx);
    },
  },
  'the configuration': {
    ...honest,
    handle(state, input, ctx) {
      (ctx.config as Mutable<typeof ctx.config>).nodes = 0;
      return honest.handle(state, input, ctx);
    },
  },
  'a state that it froze itself, at its surface': {
    start: (boot, durable, ctx) => {
      const step = honest.start(boot, durable, ctx);
      return { ...step, state: Object.freeze({ ...step.state, log: [...step.state.log] }) };
    },
    handle(state, input, ctx) {
      (state.log as string[])[0] = 'another beginning';
      return honest.handle(state, input, ctx);
    },
  },
};

describe('a machine that changes', () => {
  for (const [what, machine] of Object.entries(culprits)) {
    test(`${what} is caught`, () => {
      const system = withMachine(machine);
      expect(() => run(system, true)).toThrow(/puppet-\d threw on \w+: Cannot .*event \d+/);
      // Nobody looks where it is not asked for.
      expect(() => run(system, false)).not.toThrow();
    });
  }

  test('nothing is not', () => {
    expect(run(withMachine(honest), true).fingerprint).toBe(run(puppets as System<PuppetTypes>, false).fingerprint);
  });
});

test('a judge that changes its own past is caught', () => {
  const system = {
    ...puppets,
    judge: {
      ...puppets.judge,
      observe: (seen: string[]) => {
        seen.push('more');
        return seen;
      },
    },
  } as unknown as System<PuppetTypes>;
  expect(() => run(system, true)).toThrow(TypeError);
});

test('freezing goes all the way down, through what is frozen at its surface, and round cycles', () => {
  const cycle: { self?: unknown; inner: { list: number[] } } = Object.freeze({ inner: { list: [1] } });
  const ring: { next?: unknown } = { next: cycle };
  ring.next = { back: ring, cycle };
  deepFreeze(ring);
  expect(Object.isFrozen(cycle.inner.list)).toBe(true);
  expect(Object.isFrozen(ring.next)).toBe(true);
  expect(deepFreeze(7)).toBe(7);
  expect(deepFreeze(null)).toBeNull();
});
