/**
 * What an event may cost, counted instead of timed: with ten times the processes, handling an event looks at no more of them,
 * and a steady load keeps the future event list in its lanes.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EventOrder } from '../../sim/engine/event-order.ts';
import { ProcessRecord } from '../../sim/engine/process-record.ts';
import {
  type Expectation,
  type Machine,
  type ProtocolTypes,
  planOf,
  request,
  Simulation,
  send,
  setTimer,
} from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import { any, who } from './support/names.ts';
import { one, systemOf } from './support/single.ts';

const S = 1_000_000;

interface BusyTypes extends ProtocolTypes {
  Config: number;
  Boot: null;
  State: number;
  Message: { readonly kind: 'hello' };
  Timer: { readonly kind: 'beat' };
  Operation: { readonly kind: 'greet' };
  Tag: null;
}

const HELLO = { kind: 'hello' } as const;

/** Beats once a second, and then tells its neighbour and asks the next but one, who never answers. */
const busy: Machine<BusyTypes> = {
  start: (_boot, _durable, ctx) => ({ state: 0, effects: [setTimer({ kind: 'beat' }, ctx.random.int(S))] }),
  handle(state, input, { self, config }) {
    if (input.kind !== 'timer') return { state: input.kind === 'datagram' ? state + 1 : state, effects: [] };
    return {
      state,
      effects: [
        send((self + 1) % config, HELLO),
        request((self + 2) % config, HELLO, null, 2 * S),
        setTimer({ kind: 'beat' }, S),
      ],
    };
  },
};

const system = (nodes: number) =>
  systemOf<BusyTypes>({
    name: 'busy',
    roles: { busy },
    config: nodes,
    processes: Array.from({ length: nodes }, () => one<BusyTypes>('busy', null)),
    operations: { greet: { kind: 'greet' } },
  });

function simulate(nodes: number, parts: PlanParts = {}): Simulation<BusyTypes> {
  return new Simulation(planOf(system(nodes), { durationUs: 30 * S, sampleUs: 30 * S, ...parts }));
}

/** Whatever is read of processes by way of these getters in one second of the run, for each event handled. */
function looksPerEvent(nodes: number, parts: PlanParts): number {
  const simulation = simulate(nodes, parts);
  simulation.runUntil(5 * S);
  let looks = 0;
  const isLive = Object.getOwnPropertyDescriptor(ProcessRecord.prototype, 'live')?.get;
  if (isLive === undefined) throw new Error('a process no longer says whether it is live by a getter: count otherwise');
  vi.spyOn(ProcessRecord.prototype, 'live', 'get').mockImplementation(function (this: ProcessRecord) {
    looks++;
    return isLive.call(this);
  });
  for (const name of ['name', 'host'] as const) {
    const read = Object.getOwnPropertyDescriptor(ProcessRecord.prototype, name)?.get;
    vi.spyOn(ProcessRecord.prototype, name, 'get').mockImplementation(function (this: ProcessRecord) {
      looks++;
      return read?.call(this) as string;
    });
  }
  const handled = simulation.runUntil(6 * S);
  vi.restoreAllMocks();
  expect(handled).toBeGreaterThan(nodes);
  return looks / handled;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an event looks at no more processes', () => {
  const loads: Readonly<Record<string, (nodes: number) => PlanParts>> = {
    'in quiet times': () => ({}),
    'under churn': (nodes) => ({
      churn: [{ crashesPerSecond: nodes / 20, keep: nodes / 2 }],
      supervise: [{ who: who('busy'), afterUs: S / 2 }],
    }),
    'with sessions': () => ({
      churn: [
        {
          sessions: {
            length: { kind: 'exponential', meanUs: 20 * S },
            downtime: { kind: 'constant', us: S },
            crashes: 1,
          },
        },
      ],
    }),
    'with a workload of some': (nodes) => ({
      workload: [{ operation: 'greet', arrivals: { kind: 'rate', perSecond: nodes / 4 }, issuers: any(nodes / 2) }],
    }),
    'with a workload of each': () => ({
      workload: [{ operation: 'greet', arrivals: { kind: 'every', us: S }, perNode: true, issuers: who('busy') }],
    }),
    'with rules for links': () => ({
      network: { links: [{ from: who('busy'), to: who(1), bothWays: true, loss: 0.5 }] },
    }),
  };
  for (const [load, parts] of Object.entries(loads)) {
    test(`with ten times the processes, ${load}`, () => {
      const few = looksPerEvent(200, parts(200));
      const many = looksPerEvent(2000, parts(2000));
      expect(many).toBeLessThan(few * 1.5 + 0.5);
      expect(many).toBeLessThan(16);
    });
  }

  test('and a crash touches only what is its own: others’ requests and operations stay as they are', () => {
    const nodes = 2000;
    const simulation = simulate(nodes, {
      workload: [{ operation: 'greet', arrivals: { kind: 'every', us: S }, perNode: true }],
    });
    simulation.runUntil(5 * S);
    const waiting = simulation.requestsOf(9);
    expect(waiting.length).toBeGreaterThan(0);
    expect(simulation.world.pending().length).toBeGreaterThan(3 * nodes);
    const before = simulation.world.pending();
    simulation.inject({ kind: 'crash', who: who(8), restartAfterUs: null, guard: false }, 'crash');
    expect(simulation.requestsOf(8)).toEqual([]);
    expect(simulation.requestsOf(9)).toEqual(waiting);
    expect(simulation.world.pending()).toEqual(before.filter(({ issuer }) => issuer !== 8));
  });
});

describe('the future event list', () => {
  /** How many events go through the order proper, for each event handled; the others wait in lanes. */
  function orderedPerEvent(parts: PlanParts): number {
    const simulation = simulate(1000, parts);
    simulation.runUntil(5 * S);
    const push = vi.spyOn(EventOrder.prototype, 'push');
    const handled = simulation.runUntil(6 * S);
    const pushed = push.mock.calls.length;
    push.mockRestore();
    return pushed / handled;
  }

  test('keeps constant delays in lanes: a thousand processes, a handful of events to put in order', () => {
    const simulation = simulate(1000);
    simulation.runUntil(5 * S);
    const sizes: number[] = [];
    const { first } = EventOrder.prototype;
    vi.spyOn(EventOrder.prototype, 'first').mockImplementation(function (this: EventOrder) {
      sizes.push(this.size);
      return first.call(this);
    });
    simulation.runUntil(5.2 * S);
    expect(simulation.pendingEvents).toBeGreaterThan(2000);
    expect(Math.max(...sizes)).toBeLessThan(10);
  });

  test('takes no event through the order more than once', () => {
    expect(orderedPerEvent({})).toBeLessThanOrEqual(1.01);
    expect(orderedPerEvent({ network: { latency: { kind: 'exponential', meanUs: 50_000 } } })).toBeLessThan(1.05);
  });
});

test('properties are checked where they may have changed, not at each event', () => {
  const nodes = 100;
  let checks = 0;
  const quiet: Expectation = {
    text: 'quiet',
    place: null,
    subject: { kind: 'property', name: 'quiet' },
    requirement: { kind: 'sometimes' },
  };
  const plan = planOf(
    {
      ...system(nodes),
      properties: {
        quiet: {
          description: 'Nobody has heard a hundred hellos.',
          source: 'the tests',
          check: () => {
            checks++;
            return null;
          },
          touchedBy: (before: number, after: number) => before < 100 !== after < 100,
        },
      },
    },
    { durationUs: 30 * S, expect: [quiet], check: 'event' },
  );
  const simulation = new Simulation(plan);
  simulation.run();
  expect(simulation.events).toBeGreaterThan(10_000);
  expect(checks).toBe(1);
});
