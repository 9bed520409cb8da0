/** Random plans of the babbling system: every kind of network, fault, churn and workload. */
import fc from 'fast-check';
import type {
  Action,
  ChurnPlan,
  Distribution,
  Expectation,
  FaultRate,
  LinkRule,
  NetworkPlan,
  Plan,
  Selector,
  SupervisePlan,
  TimedAction,
  WorkloadPlan,
} from '../../../sim/index.ts';
import { planOf } from '../../../sim/index.ts';
import type { PlanParts } from '../../../sim/scenario/plan-of.ts';
import { type BabbleTypes, babblers } from './babble.ts';

const DURATION_US = 1_500_000;

const us = (max: number) => fc.integer({ min: 1, max });
const probability = fc.constantFrom(0, 0, 0, 0.05, 0.3, 1);
const lasting = fc.option(us(600_000), { nil: null });

const distribution: fc.Arbitrary<Distribution> = fc.oneof(
  us(60_000).map((constant) => ({ kind: 'constant' as const, us: constant })),
  us(40_000).map((lowUs) => ({ kind: 'uniform' as const, lowUs, highUs: lowUs * 3 })),
  us(50_000).map((meanUs) => ({ kind: 'exponential' as const, meanUs })),
  us(50_000).map((meanUs) => ({ kind: 'normal' as const, meanUs, deviationUs: meanUs })),
  us(20_000).map((minimumUs) => ({ kind: 'pareto' as const, minimumUs, shape: 0.8 })),
  fc.constant({ kind: 'empirical' as const, valuesUs: [0, 1_000, 1_000, 30_000] }),
);

const selector: fc.Arbitrary<Selector> = fc.array(
  fc.oneof(
    fc.nat(5).map((address) => ({ kind: 'name' as const, name: String(address) })),
    fc.constantFrom({ kind: 'name' as const, name: 'host-0' }, { kind: 'name' as const, name: 'babbler' }),
    fc.constant({ kind: 'range' as const, from: 1, to: 2 }),
    fc.constant({ kind: 'all' as const }),
    fc.nat(3).map((count) => ({ kind: 'any' as const, count })),
  ),
  { minLength: 1, maxLength: 2 },
);
const side: fc.Arbitrary<Selector> = fc.oneof(
  { weight: 3, arbitrary: selector },
  fc.constant([{ kind: 'rest' as const }]),
);

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('crash' as const), who: selector, restartAfterUs: lasting, guard: fc.boolean() }),
  fc.record({ kind: fc.constant('restart' as const), who: selector }),
  fc.record({ kind: fc.constant('crashHost' as const), who: selector, restartAfterUs: lasting }),
  fc.record({ kind: fc.constant('restartHost' as const), who: selector }),
  fc.record({ kind: fc.constant('pause' as const), who: selector, forUs: lasting }),
  fc.record({ kind: fc.constant('resume' as const), who: selector }),
  fc.record({
    kind: fc.constant('partition' as const),
    sides: fc.array(side, { minLength: 2, maxLength: 3 }),
    oneWay: fc.boolean(),
    answers: fc.boolean(),
    forUs: lasting,
  }),
  fc.record({ kind: fc.constant('isolate' as const), who: selector, answers: fc.boolean(), forUs: lasting }),
  fc.record({
    kind: fc.constant('degrade' as const),
    from: side,
    to: side,
    bothWays: fc.boolean(),
    extraLatency: fc.option(distribution, { nil: null }),
    loss: probability,
    duplicate: probability,
    forUs: lasting,
  }),
  fc.constant({ kind: 'heal' as const }),
  fc.record({
    kind: fc.constant('skew' as const),
    who: selector,
    offsetUs: fc.integer({ min: -50_000, max: 50_000 }),
    driftPpm: fc.constantFrom(0, 100_000, -200_000),
    forUs: lasting,
  }),
  fc.record({ kind: fc.constant('join' as const), arguments: fc.constant({}), count: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ kind: fc.constant('leave' as const), who: selector, guard: fc.boolean() }),
  fc.record({
    kind: fc.constant('scale' as const),
    group: fc.constant('babblers'),
    size: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({
    kind: fc.constant('operation' as const),
    name: fc.constant('query'),
    node: selector,
    arguments: fc.constant({}),
  }),
  fc.record({ kind: fc.constant('lose' as const), sequence: fc.nat(800) }),
);

export const anyAction = action;

const timed: fc.Arbitrary<Pick<TimedAction, 'action'> & Partial<TimedAction>> = fc.record({
  atUs: fc.oneof(fc.nat(DURATION_US), fc.constantFrom(0, 500_000, 500_000)),
  afterEvent: fc.option(fc.integer({ min: 1, max: 300 }), { nil: null, freq: 6 }),
  action,
});

const linkRule: fc.Arbitrary<LinkRule> = fc
  .record({
    from: side,
    to: side,
    bothWays: fc.boolean(),
    latency: distribution,
    loss: probability,
    duplicate: probability,
    bandwidth: fc.integer({ min: 20_000, max: 1_000_000 }),
    keys: fc.subarray(['latency', 'loss', 'duplicate', 'bandwidth'] as const),
  })
  .map(({ from, to, bothWays, keys, ...said }) => ({
    from,
    to,
    bothWays,
    ...Object.fromEntries(keys.map((key) => [key, said[key]])),
  }));

const network: fc.Arbitrary<Partial<NetworkPlan>> = fc.record({
  latency: distribution,
  loss: probability.map((p) => p / 2),
  duplicate: probability,
  bandwidth: fc.option(fc.integer({ min: 10_000, max: 1_000_000 }), { nil: null }),
  localLatency: fc.oneof(fc.constant({ kind: 'constant' as const, us: 100 }), distribution),
  requests: fc.record({
    transport: fc.constantFrom('tcp' as const, 'udp' as const),
    rtoUs: us(100_000),
    retries: fc.nat(4),
  }),
  regions: fc.option(
    fc
      .record({
        latency: fc.array(fc.array(distribution, { minLength: 2, maxLength: 2 }), { minLength: 2, maxLength: 2 }),
        far: selector,
      })
      .map(({ latency, far }) => ({ names: ['here', 'there'], placement: [{ region: 1, who: far }], latency })),
    { nil: null, freq: 2 },
  ),
  links: fc.array(linkRule, { maxLength: 2 }),
  roundUs: fc.option(fc.constantFrom(50_000, 70_001), { nil: null, freq: 1 }),
});

/** Mostly a plain network: most faults bite there best. */
const anyNetwork = fc.oneof(
  { weight: 2, arbitrary: network },
  {
    weight: 1,
    arbitrary: fc.record({
      requests: fc.record({
        transport: fc.constantFrom('tcp' as const, 'udp' as const),
        rtoUs: us(100_000),
        retries: fc.nat(4),
      }),
      roundUs: fc.constant(null),
    }),
  },
);

const churn: fc.Arbitrary<Partial<ChurnPlan>> = fc.record({
  joinsPerSecond: fc.constantFrom(0, 2, 5),
  leavesPerSecond: fc.constantFrom(0, 2, 5),
  crashesPerSecond: fc.constantFrom(0, 2, 5),
  sessions: fc.option(
    fc.record({ length: distribution, downtime: distribution, crashes: fc.constantFrom(0, 0.5, 1) }),
    { nil: null, freq: 1 },
  ),
  keep: fc.nat(4),
  guard: fc.boolean(),
});

const workload: fc.Arbitrary<Pick<WorkloadPlan, 'operation' | 'arrivals'> & Partial<WorkloadPlan>> = fc.record({
  operation: fc.constant('query'),
  arrivals: fc.oneof(
    fc.record({ kind: fc.constant('rate' as const), perSecond: fc.constantFrom(3, 20) }),
    fc.record({ kind: fc.constant('every' as const), us: fc.integer({ min: 30_000, max: 300_000 }) }),
  ),
  perNode: fc.boolean(),
  issuers: selector,
  keys: fc.constantFrom({ kind: 'uniform' as const }, { kind: 'zipf' as const, exponent: 0.9 }),
  count: fc.option(fc.nat(10), { nil: null }),
});

const faultRate: fc.Arbitrary<Pick<FaultRate, 'action' | 'perSecond'>> = fc.record({
  perSecond: fc.constantFrom(1, 4),
  action,
});

const supervise: fc.Arbitrary<SupervisePlan> = fc.record({ who: selector, afterUs: us(300_000) });

const watched: readonly Expectation[] = ['nobody has heard much', 'half are up'].map((name) => ({
  text: name,
  place: null,
  subject: { kind: 'property', name },
  requirement: { kind: 'sometimes' },
}));

/** What of a plan is random; small, so that a counterexample can be read. */
export const anyParts: fc.Arbitrary<PlanParts> = fc.record({
  seed: fc.nat(1_000_000),
  nodes: fc.integer({ min: 2, max: 6 }),
  settings: fc.record({
    perHost: fc.constantFrom(1, 1, 2, 3),
    tickUs: fc.integer({ min: 10_000, max: 60_000 }),
    exits: fc.constantFrom(0, 0, 0.02),
  }),
  network: anyNetwork,
  actions: fc.array(timed, { maxLength: 8 }),
  faultRates: fc.array(faultRate, { maxLength: 1 }),
  churn: fc.array(churn, { maxLength: 1 }),
  workload: fc.array(workload, { maxLength: 2 }),
  supervise: fc.array(supervise, { maxLength: 1 }),
  check: fc.constantFrom('event' as const, 100_000),
  sampleUs: fc.constantFrom(30_000, 250_000),
});

/** The plan, of a second and a half, with its properties watched. */
export function babblePlan(parts: PlanParts): Plan<BabbleTypes> {
  return planOf(babblers, { durationUs: DURATION_US, expect: watched, ...parts });
}
