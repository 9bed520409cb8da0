/** What each construct of the language becomes in the plan. */
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../sim/protocol.ts';
import { QUIET_NETWORK } from '../../sim/scenario/defaults.ts';
import { formatProblems, type LoadOptions, loadScenario } from '../../sim/scenario/load.ts';
import type { Action, Plan } from '../../sim/scenario/plan.ts';
import { planOf } from '../../sim/scenario/plan-of.ts';
import { echoSystem, systems } from './echo-system.ts';

const PRELUDE = 'system: echo\nduration: 10m\n';

function planned(yaml: string, options: Partial<LoadOptions> = {}): Plan {
  const text = PRELUDE + yaml;
  const loaded = loadScenario(text, { file: 'a.yaml', systems, ...options });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems, text));
  return loaded.plan;
}

const name = (text: string) => ({ kind: 'name', name: text });
const range = (from: number, to: number) => ({ kind: 'range', from, to });
const any = (count: number) => ({ kind: 'any', count });
const ALL = [{ kind: 'all' }];
const REST = [{ kind: 'rest' }];

describe('the top of a scenario', () => {
  test('two lines are a scenario, in a quiet network', () => {
    expect(planned('')).toEqual({
      system: systems.get('echo'),
      variant: 'plain',
      config: { timeoutUs: 500_000, nodes: 2, patience: 3, loud: false, order: 'fifo' },
      nodes: null,
      seed: '1',
      durationUs: 10 * MINUTE,
      network: QUIET_NETWORK,
      churn: [],
      workload: [],
      actions: [],
      faultRates: [],
      supervise: [],
      expect: [],
      check: 'auto',
      sampleUs: 3 * SECOND,
    });
  });

  test('a quiet network is 50 ms each way, with nothing lost and TCP', () => {
    expect(QUIET_NETWORK).toEqual({
      latency: { kind: 'constant', us: 50_000 },
      loss: 0,
      duplicate: 0,
      bandwidth: null,
      localLatency: { kind: 'constant', us: 100 },
      requests: { transport: 'tcp', rtoUs: 200_000, retries: 5 },
      regions: null,
      links: [],
      roundUs: null,
    });
  });

  test('configuration is settings, with the traits of the variant, with single traits in their place', () => {
    expect(planned('variant: eager\nnodes: 5\nconfig: { timeout: 2s }').config).toEqual({
      timeoutUs: 2 * SECOND,
      nodes: 5,
      patience: 3,
      loud: true,
      order: 'lifo',
    });
    expect(planned('variant: eager\ntraits: { order: fifo }').config).toMatchObject({ loud: true, order: 'fifo' });
    // A numeric trait takes any number.
    expect(planned('traits: { rank: 17 }').config).toBeDefined();
  });

  test('a seed is a text, however it is written', () => {
    expect(planned('seed: 42').seed).toBe('42');
    expect(planned('seed: "42"').seed).toBe('42');
    expect(planned('seed: 0x2A').seed).toBe('42');
    expect(planned('seed: spring').seed).toBe('spring');
    expect(planned('seed: 42', { seed: 7 }).seed).toBe('7');
    expect(planned('seed: 42', { seed: 'autumn' }).seed).toBe('autumn');
  });

  test('checks and samples', () => {
    expect(planned('check: event').check).toBe('event');
    expect(planned('check: 100ms').check).toBe(100_000);
    expect(planned('sample: 250ms').sampleUs).toBe(250_000);
  });

  test('a key whose list is all commented out is as good as absent', () => {
    expect(planned('faults:\n#  - { at: 1m, crash: n1 }\nexpect:\n')).toEqual(planned(''));
  });

  test('anchors and aliases', () => {
    const plan = planned('faults:\n  - { at: 1m, crash: &who [ 1, 2 ] }\n  - { at: 2m, restart: *who }\n');
    expect(plan.actions.map(({ action }) => action)).toEqual([
      { kind: 'crash', who: [name('1'), name('2')], restartAfterUs: null, guard: false },
      { kind: 'restart', who: [name('1'), name('2')] },
    ]);
  });
});

describe('the network', () => {
  test.each<[string, string, object]>([
    ['a distribution', 'latency: { exponential: 50ms }', { latency: { kind: 'exponential', meanUs: 50_000 } }],
    ['probabilities', 'loss: 1%\n  duplicate: 0.5', { loss: 0.01, duplicate: 0.5 }],
    ['a bandwidth', 'bandwidth: 10Mbit/s', { bandwidth: 10_000_000 }],
    ['the same host', 'local: { uniform: [ 0, 1ms ] }', { localLatency: { kind: 'uniform', lowUs: 0, highUs: 1_000 } }],
    [
      'requests over UDP',
      'requests: { transport: udp }',
      { requests: { transport: 'udp', rtoUs: 200_000, retries: 5 } },
    ],
    [
      'requests over TCP',
      'requests: { rto: 1s, retries: 0 }',
      { requests: { transport: 'tcp', rtoUs: SECOND, retries: 0 } },
    ],
    ['rounds', 'rounds: 1s', { roundUs: SECOND }],
    [
      'rounds, with the latency that they have',
      'rounds: 1s\n  latency: 0',
      { roundUs: SECOND, latency: { kind: 'constant', us: 0 } },
    ],
    [
      'a link both ways',
      'links: [ { between: [ n1, 4-6 ], loss: 50% } ]',
      { links: [{ from: [name('n1')], to: [range(4, 6)], bothWays: true, loss: 0.5 }] },
    ],
    [
      'a link one way',
      'links: [ { from: n1, to: n2, latency: 1s, duplicate: 0, bandwidth: 1MB/s } ]',
      {
        links: [
          {
            from: [name('n1')],
            to: [name('n2')],
            bothWays: false,
            latency: { kind: 'constant', us: SECOND },
            duplicate: 0,
            bandwidth: 8_000_000,
          },
        ],
      },
    ],
    [
      'links to the rest',
      'links: [ { between: [ n1, rest ], loss: 1 } ]',
      { links: [{ from: [name('n1')], to: REST, bothWays: true, loss: 1 }] },
    ],
    [
      'all links of one',
      'links: [ { from: n1, loss: 1 } ]',
      { links: [{ from: [name('n1')], to: ALL, bothWays: false, loss: 1 }] },
    ],
    [
      'all links to one',
      'links: [ { to: n1, loss: 0 } ]',
      { links: [{ from: ALL, to: [name('n1')], bothWays: false, loss: 0 }] },
    ],
  ])('%s', (_name, yaml, expected) => {
    expect(planned(`network:\n  ${yaml}`).network).toEqual({ ...QUIET_NETWORK, ...expected });
  });

  test('regions; the rest goes where the first match would, since the last that matches wins', () => {
    const plan = planned(`network:
  regions:
    names: [ eu, us ]
    placement: { us: [ '32-63', n1 ], eu: [ n9, rest ] }
    latency:
      - [ 5ms, 80ms ]
      - [ { exponential: 90ms }, 5ms ]
`);
    expect(plan.network.regions).toEqual({
      names: ['eu', 'us'],
      placement: [
        { region: 0, who: ALL },
        { region: 1, who: [range(32, 63), name('n1')] },
        { region: 0, who: [name('n9')] },
      ],
      latency: [
        [
          { kind: 'constant', us: 5_000 },
          { kind: 'constant', us: 80_000 },
        ],
        [
          { kind: 'exponential', meanUs: 90_000 },
          { kind: 'constant', us: 5_000 },
        ],
      ],
    });
  });
});

describe('churn, supervision and workload', () => {
  const churn = {
    joinsPerSecond: 0,
    leavesPerSecond: 0,
    crashesPerSecond: 0,
    sessions: null,
    fromUs: 0,
    untilUs: 10 * MINUTE,
    keep: 1,
    guard: false,
  };

  test('churn by rates, in one map', () => {
    expect(
      planned('churn: { joins: 0.2/s, leaves: 6/min, crashes: 1/10s, from: 1m, until: 8m, keep: 5, guard: true }')
        .churn,
    ).toEqual([
      {
        joinsPerSecond: 0.2,
        leavesPerSecond: 0.1,
        crashesPerSecond: 0.1,
        sessions: null,
        fromUs: MINUTE,
        untilUs: 8 * MINUTE,
        keep: 5,
        guard: true,
        place: { line: 3, column: 8 },
      },
    ]);
  });

  test('churn in phases, and by session times', () => {
    expect(
      planned(
        'churn:\n  - { joins: 1/s, until: 5m }\n  - sessions: { length: { pareto: { minimum: 1m, shape: 2 } }, downtime: 10s, crashes: 25% }\n    from: 5m\n',
      ).churn,
    ).toEqual([
      { ...churn, joinsPerSecond: 1, untilUs: 5 * MINUTE, place: { line: 4, column: 5 } },
      {
        ...churn,
        sessions: {
          length: { kind: 'pareto', minimumUs: MINUTE, shape: 2 },
          downtime: { kind: 'constant', us: 10 * SECOND },
          crashes: 0.25,
        },
        fromUs: 5 * MINUTE,
        place: { line: 5, column: 5 },
      },
    ]);
  });

  test('supervision', () => {
    expect(
      planned('supervise: [ { nodes: [ 0-4, leader, any 2 ], after: 2s }, { nodes: all, after: 0 } ]').supervise,
    ).toEqual([
      { who: [range(0, 4), name('leader'), any(2)], afterUs: 2 * SECOND },
      { who: ALL, afterUs: 0 },
    ]);
  });

  const workload = {
    perNode: false,
    issuers: ALL,
    keys: { kind: 'uniform' },
    fromUs: 0,
    untilUs: 10 * MINUTE,
    count: null,
    arguments: {},
    place: { line: 3, column: 13 },
  };
  test.each<[string, string, object]>([
    ['a Poisson rate', 'rate: 5/s', { arrivals: { kind: 'rate', perSecond: 5 } }],
    ['a period, for each node', 'every: 200ms, per: node', { arrivals: { kind: 'every', us: 200_000 }, perNode: true }],
    [
      'popularity by Zipf',
      'rate: 1/s, keys: { zipf: 1.1 }',
      { arrivals: { kind: 'rate', perSecond: 1 }, keys: { kind: 'zipf', exponent: 1.1 } },
    ],
    [
      'by some, from then to then, so many',
      'rate: 1/s, by: 0-3, from: 1m, until: 2m, count: 100',
      {
        arrivals: { kind: 'rate', perSecond: 1 },
        issuers: [range(0, 3)],
        fromUs: MINUTE,
        untilUs: 2 * MINUTE,
        count: 100,
      },
    ],
    [
      "with the operation's own arguments",
      'rate: 1/s, target: 3, size: 64KiB',
      { arrivals: { kind: 'rate', perSecond: 1 }, arguments: { target: 3, size: 65_536 } },
    ],
  ])('workload: %s', (_name, yaml, expected) => {
    expect(planned(`workload: [ { ping: { ${yaml} } } ]`).workload).toEqual([
      { operation: 'ping', ...workload, ...expected },
    ]);
  });

  test("workload: an operation's argument whose name the language has taken", () => {
    const plan = planned('workload: [ { burst: { rate: 1/s, count: 5, target: 2, with: { count: 7 } } } ]');
    expect(plan.workload[0]).toMatchObject({ operation: 'burst', count: 5, arguments: { target: 2, count: 7 } });
    expect(planned('script: { at: 1s, burst: { node: 1, target: 2, count: 7 } }').actions[0].action).toMatchObject({
      arguments: { target: 2, count: 7 },
    });
  });
});

describe('faults', () => {
  const crash = { kind: 'crash', who: [name('n1')], restartAfterUs: null, guard: false };
  const degrade = {
    kind: 'degrade',
    from: ALL,
    to: ALL,
    bothWays: true,
    extraLatency: null,
    loss: 0,
    duplicate: 0,
    forUs: null,
  };
  test.each<[string, object, string]>([
    ['crash: n1', crash, 'crash n1'],
    ['crash: 3', { ...crash, who: [name('3')] }, 'crash 3'],
    ['crash: [ n1, any 2 ]', { ...crash, who: [name('n1'), any(2)] }, 'crash n1, any 2'],
    [
      'crash: { nodes: any 3, restart: after 10s, guard: true }',
      { ...crash, who: [any(3)], restartAfterUs: 10 * SECOND, guard: true },
      'crash any 3, restart after 10s',
    ],
    ['crash: { nodes: n1, restart: 10s }', { ...crash, restartAfterUs: 10 * SECOND }, 'crash n1, restart after 10s'],
    ['restart: all', { kind: 'restart', who: ALL }, 'restart all'],
    [
      'crashHost: { nodes: rack1, restart: after 1m }',
      { kind: 'crashHost', who: [name('rack1')], restartAfterUs: MINUTE },
      'crash host rack1, restart after 1m',
    ],
    ['restartHost: rack1', { kind: 'restartHost', who: [name('rack1')] }, 'restart host rack1'],
    ['pause: { nodes: n1, for: 5s }', { kind: 'pause', who: [name('n1')], forUs: 5 * SECOND }, 'pause n1 for 5s'],
    ['pause: n1', { kind: 'pause', who: [name('n1')], forUs: null }, 'pause n1'],
    ['resume: n1', { kind: 'resume', who: [name('n1')] }, 'resume n1'],
    [
      "partition: [ '0-9', rest ]",
      { kind: 'partition', sides: [[range(0, 9)], REST], oneWay: false, answers: false, forUs: null },
      'partition 0-9 from rest',
    ],
    [
      'partition: { between: [ a, [ b, c ], rest ], for: 20s, one-way: true, answers: unreachable }',
      {
        kind: 'partition',
        sides: [[name('a')], [name('b'), name('c')], REST],
        oneWay: true,
        answers: true,
        forUs: 20 * SECOND,
      },
      'partition a towards b, c towards rest for 20s',
    ],
    [
      'isolate: { nodes: n1, for: 1m }',
      { kind: 'isolate', who: [name('n1')], answers: false, forUs: MINUTE },
      'isolate n1 for 1m',
    ],
    [
      'isolate: { nodes: n1, answers: unreachable }',
      { kind: 'isolate', who: [name('n1')], answers: true, forUs: null },
      'isolate n1',
    ],
    ['degrade: { loss: 20%, for: 1m }', { ...degrade, loss: 0.2, forUs: MINUTE }, 'degrade all and all for 1m'],
    [
      'degrade: { nodes: n1, latency: { uniform: [ 0, 1s ] } }',
      { ...degrade, from: [name('n1')], extraLatency: { kind: 'uniform', lowUs: 0, highUs: SECOND } },
      'degrade n1 and all',
    ],
    [
      'degrade: { between: [ a, rest ], duplicate: 5% }',
      { ...degrade, from: [name('a')], to: REST, duplicate: 0.05 },
      'degrade a and rest',
    ],
    [
      'degrade: { from: a, to: b, loss: 1 }',
      { ...degrade, from: [name('a')], to: [name('b')], bothWays: false, loss: 1 },
      'degrade a to b',
    ],
    ['heal: all', { kind: 'heal' }, 'heal'],
    ['heal:', { kind: 'heal' }, 'heal'],
    [
      'skew: { nodes: n1, by: -30ms }',
      { kind: 'skew', who: [name('n1')], offsetUs: -30_000, driftPpm: 0, forUs: null },
      'skew n1 by -30ms',
    ],
    [
      'skew: { nodes: n1, drift: 200, for: 1m }',
      { kind: 'skew', who: [name('n1')], offsetUs: 0, driftPpm: 200, forUs: MINUTE },
      'skew n1 drifting 200ppm for 1m',
    ],
    ['join: 3', { kind: 'join', arguments: {}, count: 3 }, 'join 3'],
    ['join: { generation: 4 }', { kind: 'join', arguments: { generation: 4 }, count: 1 }, 'join 1 (generation 4)'],
    ['leave: { nodes: any, guard: true }', { kind: 'leave', who: [any(1)], guard: true }, 'leave any 1'],
    ['scale: { left: 5 }', { kind: 'scale', group: 'left', size: 5 }, 'scale left to 5'],
    ['lose: 1234', { kind: 'lose', sequence: 1234 }, 'lose message 1234'],
  ])('%s', (yaml, action, label) => {
    expect(planned(`faults: [ { at: 4m, ${yaml} } ]`).actions).toEqual([
      { atUs: 4 * MINUTE, afterEvent: null, action, label, place: { line: 3, column: 11 } },
    ]);
  });

  test('several groups scaled at once are several actions', () => {
    const plan = planned('faults: { at: 1m, scale: { left: 5, right: 0 } }');
    expect(plan.actions.map(({ label }) => label)).toEqual(['scale left to 5', 'scale right to 0']);
  });

  test('by a rate, in a window', () => {
    const plan = planned('faults: [ { rate: 6/min, from: 1m, until: 8m, crash: any }, { rate: 1/h, crash: any } ]');
    expect(plan.actions).toEqual([]);
    expect(plan.faultRates).toEqual([
      {
        perSecond: 0.1,
        fromUs: MINUTE,
        untilUs: 8 * MINUTE,
        action: { ...crash, who: [any(1)] },
        label: 'crash any 1',
        place: { line: 3, column: 11 },
      },
      {
        perSecond: 1 / 3600,
        fromUs: 0,
        untilUs: 10 * MINUTE,
        action: { ...crash, who: [any(1)] },
        label: 'crash any 1',
        place: { line: 3, column: 61 },
      },
    ]);
  });

  test('after an event, as an injection by hand is saved', () => {
    expect(planned('faults: [ { after-event: 12345, crash: n1 } ]').actions).toMatchObject([
      { atUs: 0, afterEvent: 12345 },
    ]);
  });
});

describe('the script', () => {
  const actionsOf = (yaml: string): readonly Action[] => planned(yaml).actions.map(({ action }) => action);

  test('operations at a node, with their arguments', () => {
    expect(
      actionsOf(
        'script:\n  - { at: 3s, ping: { node: 8, target: 54, size: 1kB } }\n  - { at: 4s, ping: { target: 1 } }\n',
      ),
    ).toEqual([
      { kind: 'operation', name: 'ping', node: [name('8')], arguments: { target: 54, size: 1000 } },
      { kind: 'operation', name: 'ping', node: [any(1)], arguments: { target: 1 } },
    ]);
  });

  test('single steps of the protocol', () => {
    expect(
      actionsOf(
        'script: [ { at: 0, step: { node: 8, do: nudge, target: 1 } }, { at: 1s, step: { node: all, do: forget } } ]',
      ),
    ).toEqual([
      { kind: 'operation', name: 'nudge', node: [name('8')], arguments: { target: 1 } },
      { kind: 'operation', name: 'forget', node: ALL, arguments: {} },
    ]);
  });

  test('faults too; those of `faults` come first, each in the order of the file', () => {
    const plan = planned('script: [ { at: 1s, crash: b }, { at: 1s, heal: all } ]\nfaults: [ { at: 9s, crash: a } ]');
    expect(plan.actions.map(({ label }) => label)).toEqual(['crash a', 'crash b', 'heal']);
  });
});

describe('expectations', () => {
  test.each<[string, object]>([
    ['always', { kind: 'always', fromUs: 0, untilUs: 10 * MINUTE }],
    ['always from 1m', { kind: 'always', fromUs: MINUTE, untilUs: 10 * MINUTE }],
    ['always after 1m', { kind: 'always', fromUs: MINUTE, untilUs: 10 * MINUTE }],
    ['always until 5m', { kind: 'always', fromUs: 0, untilUs: 5 * MINUTE }],
    ['always from 1m until 5m', { kind: 'always', fromUs: MINUTE, untilUs: 5 * MINUTE }],
    ['never', { kind: 'never' }],
    ['sometimes', { kind: 'sometimes' }],
    ['violated', { kind: 'violated' }],
    ['eventually by 5m', { kind: 'eventually', withinUs: 5 * MINUTE, since: { kind: 'instant', us: 0 } }],
    [
      'eventually within 2m of 5m',
      { kind: 'eventually', withinUs: 2 * MINUTE, since: { kind: 'instant', us: 5 * MINUTE } },
    ],
    [
      'eventually within 2m of the start',
      { kind: 'eventually', withinUs: 2 * MINUTE, since: { kind: 'instant', us: 0 } },
    ],
    [
      'eventually within 2m of the last fault',
      { kind: 'eventually', withinUs: 2 * MINUTE, since: { kind: 'last fault' } },
    ],
    ['stable by 8m', { kind: 'stable', withinUs: 8 * MINUTE, since: { kind: 'instant', us: 0 } }],
    ['stable after 8m', { kind: 'stable', withinUs: 8 * MINUTE, since: { kind: 'instant', us: 0 } }],
    ['stable within 90s of the last fault', { kind: 'stable', withinUs: 90 * SECOND, since: { kind: 'last fault' } }],
  ])('someone is up: %s', (words, requirement) => {
    expect(planned(`faults: { at: 1m, crash: n1 }\nexpect: [ { someone is up: ${words} } ]`).expect).toEqual([
      {
        text: `someone is up: ${words}`,
        place: { line: 4, column: 11 },
        subject: { kind: 'property', name: 'someone is up' },
        requirement,
      },
    ]);
  });

  test.each<[string, string, object, string]>([
    ['pings', '{ at least: 100 }', { min: 100, max: null }, 'pings: at least 100'],
    ['pings correct', '{ at least: 99% }', { min: 0.99, max: null }, 'pings correct: at least 99%'],
    ['pings aborted', '{ at most: 0.5 }', { min: null, max: 0.5 }, 'pings aborted: at most 0.5'],
    ['pings failed', '0', { min: 0, max: 0 }, 'pings failed: exactly 0'],
    ['coverage', '{ exactly: 100% }', { min: 1, max: 1 }, 'coverage: exactly 100%'],
    ['path length', '{ between: [ 3.7, 4.0 ] }', { min: 3.7, max: 4 }, 'path length: between 3.7 and 4'],
    ['path length', '{ at least: 3, at most: 4 }', { min: 3, max: 4 }, 'path length: at least 3, at most 4'],
    ['round trip', '{ at most: 2s }', { min: null, max: 2 * SECOND }, 'round trip: at most 2s'],
    ['ping rate', '{ at least: 3/min }', { min: 0.05, max: null }, 'ping rate: at least 3/min'],
    ['ping rate', '{ at most: 7 }', { min: null, max: 7 }, 'ping rate: at most 7'],
    ['traffic', '{ at most: 1MB }', { min: null, max: 1_000_000 }, 'traffic: at most 1MB'],
  ])('%s: %s', (metric, bounds, expected, text) => {
    expect(planned(`expect: [ { ${metric}: ${bounds} } ]`).expect).toEqual([
      {
        text,
        place: { line: 3, column: 11 },
        subject: { kind: 'metric', name: metric, statistic: null },
        requirement: { kind: 'bounds', ...expected },
      },
    ]);
  });

  test('of what is a property and a metric, words ask for the one and bounds for the other', () => {
    const plan = planned(
      'expect: [ { someone is up: always }, { someone is up: { at least: 3 } }, { someone is up: 2 } ]',
    );
    expect(plan.expect.map(({ subject }) => subject)).toEqual([
      { kind: 'property', name: 'someone is up' },
      { kind: 'metric', name: 'someone is up', statistic: null },
      { kind: 'metric', name: 'someone is up', statistic: null },
    ]);
  });

  test('statistics of a distribution, each an expectation', () => {
    const plan = planned(
      'expect:\n  - pings latency: { mean: { between: [ 1ms, 2s ] }, p99: { at most: 2s }, count: { at least: 10 } }\n  - round trip: { max: 1s }\n',
    );
    expect(plan.expect.map(({ text, subject, requirement }) => [text, subject, requirement])).toEqual([
      [
        'pings latency mean: between 1ms and 2s',
        { kind: 'metric', name: 'pings latency', statistic: 'mean' },
        { kind: 'bounds', min: 1_000, max: 2 * SECOND },
      ],
      [
        'pings latency p99: at most 2s',
        { kind: 'metric', name: 'pings latency', statistic: 'p99' },
        { kind: 'bounds', min: null, max: 2 * SECOND },
      ],
      [
        'pings latency count: at least 10',
        { kind: 'metric', name: 'pings latency', statistic: 'count' },
        { kind: 'bounds', min: 10, max: null },
      ],
      [
        'round trip max: exactly 1s',
        { kind: 'metric', name: 'round trip', statistic: 'max' },
        { kind: 'bounds', min: SECOND, max: SECOND },
      ],
    ]);
  });
});

describe('an earlier end', () => {
  const yaml =
    'churn: { joins: 1/s }\nfaults: [ { at: 9m, crash: n1 } ]\nexpect: [ { someone is up: stable after 9m } ]\n';

  test('changes the duration and nothing else, so that the run is the beginning of the whole one', () => {
    expect(planned(yaml, { until: '2m' })).toEqual({ ...planned(yaml), durationUs: 2 * MINUTE });
    expect(planned(yaml, { until: '10m' })).toEqual(planned(yaml));
  });

  test.each([
    ['11m', "--until: found 11m, expected at most the scenario's duration, 10m"],
    ['soon', '--until: found "soon", expected a duration such as 2m'],
    ['0', '--until: found "0", expected a duration such as 2m'],
  ])('at %s is refused', (until, message) => {
    const loaded = loadScenario(PRELUDE + yaml, { file: 'a.yaml', systems, until });
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toContain(message);
  });
});

describe('a plan from a few fields', () => {
  test('is what the scenario that says as much becomes', () => {
    const made = planOf(echoSystem, {
      variant: 'eager',
      settings: { timeout: '2s' },
      nodes: 4,
      seed: 9,
      durationUs: 10 * MINUTE,
      workload: [{ operation: 'ping', arrivals: { kind: 'rate', perSecond: 5 } }],
      churn: [{ joinsPerSecond: 1 }],
      actions: [{ atUs: MINUTE, action: { kind: 'heal' } }],
    });
    const { system: _, ...loaded } = planned(
      'variant: eager\nconfig: { timeout: 2s }\nnodes: 4\nseed: 9\nworkload: { ping: { rate: 5/s } }\nchurn: { joins: 1/s }\nfaults: { at: 1m, heal: all }',
    );
    expect(JSON.parse(JSON.stringify(made))).toMatchObject(JSON.parse(JSON.stringify(withoutPlaces(loaded))));
  });

  test('refuses a variant that there is not', () => {
    expect(() => planOf(echoSystem, { variant: 'lazy' })).toThrow('echo has no variant "lazy"');
  });
});

function withoutPlaces(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, each) => (key === 'place' ? null : each));
}
