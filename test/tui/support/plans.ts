/** Runs of the relay for tests: a quiet one, and one in which everything happens. */
import { type Plan, planOf } from '../../../sim/index.ts';
import { relay } from './relay.ts';

export function quietPlan(seed = 1, nodes = 5): Plan {
  return planOf(relay, {
    seed,
    nodes,
    durationUs: 10_000_000,
    network: { latency: { kind: 'exponential', meanUs: 20_000 } },
    workload: [{ operation: 'ask', arrivals: { kind: 'rate', perSecond: 3 } }],
  }) as unknown as Plan;
}

/** Crashes that are mended, joins in crowds, leaves, a partition, losses. */
export function livelyPlan(seed = 1): Plan {
  return planOf(relay, {
    seed,
    nodes: 6,
    durationUs: 10_000_000,
    network: { latency: { kind: 'exponential', meanUs: 30_000 }, loss: 0.05 },
    churn: [{ joinsPerSecond: 0.6, leavesPerSecond: 0.3, crashesPerSecond: 0.3, keep: 3 }],
    workload: [{ operation: 'ask', arrivals: { kind: 'rate', perSecond: 4 } }],
    actions: [
      {
        atUs: 2_000_000,
        action: { kind: 'crash', who: [{ kind: 'name', name: 'n1' }], restartAfterUs: 500_000, guard: false },
      },
      { atUs: 3_000_000, action: { kind: 'join', arguments: {}, count: 40 } },
      {
        atUs: 4_000_000,
        action: {
          kind: 'partition',
          sides: [[{ kind: 'range', from: 0, to: 2 }], [{ kind: 'rest' }]],
          oneWay: false,
          answers: false,
          forUs: 1_000_000,
        },
      },
    ],
    expect: [
      {
        text: 'all up: eventually within 2s of the last fault',
        place: null,
        subject: { kind: 'property', name: 'all up' },
        requirement: { kind: 'eventually', withinUs: 2_000_000, since: { kind: 'last fault' } },
      },
    ],
  }) as unknown as Plan;
}
