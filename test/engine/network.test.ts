import { describe, expect, test } from 'vitest';
import {
  type LinkRule,
  leaveGroup,
  type NetworkPlan,
  planOf,
  type RegionsPlan,
  Simulation,
  setTimer,
  type TimedAction,
} from '../../sim/index.ts';
import { any, who } from './support/names.ts';
import {
  alarm,
  ask,
  doing,
  echo,
  enter,
  type PuppetTypes,
  puppets,
  storyOf,
  tell,
  tellGroup,
} from './support/puppet.ts';
import { confidence, mean } from './support/statistics.ts';

const MS = 1_000;
const S = 1_000_000;

interface Setup {
  readonly nodes?: number;
  readonly perHost?: number;
  readonly network?: Partial<NetworkPlan>;
  readonly seed?: number;
  readonly sizeOf?: () => number;
}

function run(
  actions: readonly (Pick<TimedAction, 'action'> & Partial<TimedAction>)[],
  { nodes = 3, perHost = 1, network = {}, seed = 1, sizeOf }: Setup = {},
): Simulation<PuppetTypes> {
  const system = sizeOf === undefined ? puppets : { ...puppets, sizeOf };
  const simulation = new Simulation(
    planOf(system, { nodes, seed, durationUs: 20 * S, network, actions, settings: { perHost } }),
    { freeze: true },
  );
  simulation.run();
  expect(simulation.counters.inFlight).toBe(0);
  return simulation;
}

const constant = (us: number) => ({ kind: 'constant' as const, us });
const everyPair = (nodes: number, n = 1) =>
  Array.from({ length: nodes }, (_, from) =>
    doing(
      0,
      from,
      Array.from({ length: nodes }, (_, to) => to)
        .filter((to) => to !== from)
        .map((to) => tell(to, n)),
    ),
  );
/** When each process heard from each other one: `0→1: 0.050`. */
function arrivals(simulation: Simulation<PuppetTypes>): Record<string, string> {
  const found: Record<string, string> = {};
  for (let to = 0; to < simulation.world.size; to++) {
    for (const line of storyOf(simulation, to)) {
      const [at, , , , from] = line.split(' ');
      found[`${from}→${to}`] = at;
    }
  }
  return found;
}

describe('datagrams', () => {
  test('travel alone: one to a process that is down is dropped, one to nobody too', () => {
    const simulation = run([
      { action: { kind: 'crash', who: who(2), restartAfterUs: null, guard: false } },
      doing(0, 0, [tell(1, 5), tell(2, 6), tell(99, 7), tell(-1, 8), tell(0, 9)]),
    ]);
    expect(storyOf(simulation, 0)).toEqual(['0.000 echo 9 from 0']);
    expect(storyOf(simulation, 1)).toEqual(['0.050 echo 5 from 0']);
    expect(simulation.counters.droppedBy).toMatchObject({ dead: 1, nobody: 2, lost: 0 });
  });

  test('are lost, doubled and reordered as often as the network says', () => {
    const tellMany = Array.from({ length: 2000 }, (_, i) => tell(1, i));
    const simulation = run([doing(0, 0, tellMany)], {
      network: { loss: 0.2, duplicate: 0.1, latency: { kind: 'exponential', meanUs: 50 * MS } },
    });
    const { counters } = simulation;
    expect(Math.abs(counters.droppedBy.lost - 400)).toBeLessThan(3.3 * Math.sqrt(2000 * 0.2 * 0.8));
    expect(Math.abs(counters.duplicated - 200)).toBeLessThan(3.3 * Math.sqrt(2000 * 0.1 * 0.9));
    expect(counters.delivered).toBe(2000 - counters.droppedBy.lost + counters.duplicated);
    const order = storyOf(simulation, 1).map((line) => Number(line.split(' ')[2]));
    const overtaken = order.filter((n, i) => i > 0 && n < order[i - 1]).length;
    // Exponential delays: each neighbour overtakes with probability one half.
    expect(overtaken / order.length).toBeGreaterThan(0.4);
    const delays = storyOf(simulation, 1).map((line) => Number(line.split(' ')[0]));
    expect(Math.abs(mean(delays) - 0.05)).toBeLessThan(confidence(delays));
  });

  test('with a constant delay stay in order', () => {
    const simulation = run([
      doing(
        0,
        0,
        Array.from({ length: 50 }, (_, i) => tell(1, i)),
      ),
    ]);
    expect(storyOf(simulation, 1)).toEqual(Array.from({ length: 50 }, (_, i) => `0.050 echo ${i} from 0`));
  });

  test('between processes on one host take the loopback: no loss, no partition, its own latency', () => {
    const simulation = run(
      [
        {
          action: { kind: 'partition', sides: [who(0), who('rest')], oneWay: false, answers: false, forUs: null },
        },
        doing(0, 0, [tell(1, 1), tell(2, 2)]),
      ],
      { perHost: 2, network: { loss: 0.999, localLatency: constant(3 * MS) } },
    );
    expect(storyOf(simulation, 1)).toEqual(['0.003 echo 1 from 0']);
    expect(simulation.counters.droppedBy.cut).toBe(1);
  });
});

describe('multicast', () => {
  test('reaches all members, the sender among them; joining twice is joining once', () => {
    const simulation = run([
      doing(0, 0, [enter('room'), enter('room')]),
      doing(0, 2, [enter('room')]),
      doing(1 * S, 0, [tellGroup('room', 7)]),
      doing(2 * S, 1, [tellGroup('room', 8), tellGroup('nowhere', 9)]),
    ]);
    expect(storyOf(simulation, 0)).toEqual(['1.000 echo 7 from 0 in room', '2.050 echo 8 from 1 in room']);
    expect(storyOf(simulation, 1)).toEqual([]);
    expect(storyOf(simulation, 2)).toEqual(['1.050 echo 7 from 0 in room', '2.050 echo 8 from 1 in room']);
    expect(simulation.counters.sent).toBe(4);
  });

  test('membership ends with leaving, a crash or an exit, and does not come back with a restart', () => {
    const simulation = run(
      [
        ...[0, 1, 2, 3].map((node) => doing(0, node, [enter('room'), enter('other')])),
        doing(0, 4, [enter('room')]),
        doing(1 * S, 1, [leaveGroup<PuppetTypes>('room'), leaveGroup<PuppetTypes>('nowhere')]),
        { atUs: S, action: { kind: 'crash', who: who(2), restartAfterUs: 1, guard: false } },
        { atUs: S, action: { kind: 'leave', who: who(3), guard: false } },
        doing(2 * S, 4, [tellGroup('room', 7), tellGroup('other', 8)]),
      ],
      { nodes: 5 },
    );
    expect(storyOf(simulation, 0)).toEqual(['2.050 echo 7 from 4 in room', '2.050 echo 8 from 4 in other']);
    expect(storyOf(simulation, 1)).toEqual(['2.050 echo 8 from 4 in other']);
    expect(storyOf(simulation, 2)).toEqual([]);
    expect(simulation.counters.sent).toBe(4);
  });

  test('each copy fares by itself', () => {
    const nodes = 400;
    const simulation = run(
      [
        ...Array.from({ length: nodes }, (_, node) => doing(0, node, [enter('room')])),
        doing(S, 0, [tellGroup('room', 7)]),
      ],
      { nodes, network: { loss: 0.25, duplicate: 0.25 } },
    );
    const heard = Array.from({ length: nodes }, (_, node) => storyOf(simulation, node).length);
    expect(heard[0]).toBe(1);
    const times = (count: number) => heard.slice(1).filter((n) => n === count).length / (nodes - 1);
    // Lost and not doubled; got once (lost but doubled, or neither); got twice.
    const near = (share: number) => 3.3 * Math.sqrt((share * (1 - share)) / nodes);
    expect(Math.abs(times(0) - 3 / 16)).toBeLessThan(near(3 / 16));
    expect(Math.abs(times(1) - 10 / 16)).toBeLessThan(near(10 / 16));
    expect(Math.abs(times(2) - 3 / 16)).toBeLessThan(near(3 / 16));
  });
});

describe('links', () => {
  const far: RegionsPlan = {
    names: ['here', 'there'],
    placement: [{ region: 1, who: who(1, 3) }],
    latency: [
      [constant(1 * MS), constant(20 * MS)],
      [constant(30 * MS), constant(4 * MS)],
    ],
  };

  test('between regions have the latency of the row (from) and the column (to)', () => {
    const found = arrivals(run(everyPair(4), { nodes: 4, network: { regions: far } }));
    expect(found).toMatchObject({
      '0→2': '0.001',
      '0→1': '0.020',
      '1→0': '0.030',
      '1→3': '0.004',
      '3→2': '0.030',
    });
  });

  test('of newcomers are those of where they are', () => {
    const regions: RegionsPlan = { ...far, placement: [{ region: 1, who: who('extra') }] };
    const simulation = run(
      [
        { action: { kind: 'join', arguments: { name: 'late' }, count: 1 } },
        doing(S, 'late', [tell(0, 1)]),
        doing(S, 0, [tell(3, 2)]),
      ],
      { network: { regions } },
    );
    expect(storyOf(simulation, 0)).toEqual(['1.030 echo 1 from 3']);
    expect(storyOf(simulation, 3)).toEqual(['1.020 echo 2 from 0']);
  });

  test('in a region named `rest` are those that are named nowhere, and later lines win', () => {
    const regions: RegionsPlan = {
      names: ['a', 'b', 'c'],
      placement: [
        { region: 2, who: who('rest') },
        { region: 1, who: who(0, 1) },
        { region: 0, who: who(1) },
      ],
      latency: [1, 2, 3].map((row) => [1, 2, 3].map((column) => constant((10 * row + column) * MS))),
    };
    expect(arrivals(run(everyPair(3), { network: { regions } }))).toMatchObject({
      '0→1': '0.021',
      '1→2': '0.013',
      '2→0': '0.032',
    });
  });

  const rule = (from: LinkRule['from'], to: LinkRule['to'], said: Partial<LinkRule>): LinkRule => ({
    from,
    to,
    bothWays: false,
    ...said,
  });

  test('follow rules: the last that matches wins, key by key, one way or both', () => {
    const links = [
      rule(who('all'), who('all'), { latency: constant(10 * MS), loss: 1 }),
      rule(who(0), who(1, 2), { latency: constant(20 * MS), loss: 0 }),
      rule(who(0), who(2), { bothWays: true, loss: 0, duplicate: 1 }),
    ];
    const simulation = run(everyPair(3), { network: { links } });
    expect(arrivals(simulation)).toEqual({ '0→1': '0.020', '0→2': '0.020', '2→0': '0.010' });
    expect(storyOf(simulation, 2)).toHaveLength(2);
  });

  test('`rest` of a rule is who is not at its other end', () => {
    const links = [rule(who(0, 1), who('rest'), { latency: constant(10 * MS) })];
    expect(arrivals(run(everyPair(4), { nodes: 4, network: { links } }))).toMatchObject({
      '0→1': '0.050',
      '0→2': '0.010',
      '1→3': '0.010',
      '2→0': '0.050',
      '2→3': '0.050',
    });
  });

  test('`any` of a rule is drawn once, and newcomers change nothing about it', () => {
    const links = [rule(any(1), who('all'), { loss: 1 })];
    const silent = (simulation: Simulation<PuppetTypes>) =>
      [0, 1, 2, 3].filter((from) => !Object.keys(arrivals(simulation)).some((pair) => pair.startsWith(`${from}→`)));
    const found = new Set<number>();
    for (let seed = 1; seed <= 8; seed++) {
      const simulation = run(
        [{ action: { kind: 'join', arguments: {}, count: 3 } }, ...everyPair(4), ...everyPair(4, 2)],
        { nodes: 4, seed, network: { links } },
      );
      expect(silent(simulation)).toHaveLength(1);
      found.add(silent(simulation)[0]);
    }
    expect(found.size).toBeGreaterThan(1);
  });

  test('with a bandwidth serialise: packets queue behind each other, each direction by itself', () => {
    const simulation = run([doing(0, 0, [tell(1, 1), tell(1, 2), tell(2, 3), tell(1, 4)]), doing(0, 1, [tell(0, 5)])], {
      // 1250 bytes at 1 Mbit/s take 10 ms.
      network: { bandwidth: 1_000_000 },
      sizeOf: () => 1250,
    });
    expect(storyOf(simulation, 1)).toEqual(['0.060 echo 1 from 0', '0.070 echo 2 from 0', '0.080 echo 4 from 0']);
    expect(storyOf(simulation, 2)).toEqual(['0.060 echo 3 from 0']);
    expect(storyOf(simulation, 0)).toEqual(['0.060 echo 5 from 1']);
  });

  test('are free again after a while, and requests occupy them as well', () => {
    const simulation = run([doing(0, 0, [tell(1, 1), ask(1, echo(2))]), doing(S, 0, [tell(1, 3)])], {
      network: { bandwidth: 1_000_000 },
      sizeOf: () => 1250,
    });
    expect(storyOf(simulation, 1)).toEqual([
      '0.060 echo 1 from 0',
      // Connection set-up has no bytes of its own but waits its turn: 10 + 50 + 50, then 10 + 50.
      '0.170 asked to echo 2 by 0',
      '1.060 echo 3 from 0',
    ]);
    expect(storyOf(simulation, 0)).toEqual(['0.230 echoed 2 for 2 from 1']);
    // Two datagrams, a request and its reply.
    expect(simulation.counters.bytes).toBe(4 * 1250);
  });

  test('without a bandwidth ask nobody how long a message is', () => {
    const sizeOf = () => {
      throw new Error('asked');
    };
    expect(run([doing(0, 0, [tell(1, 1), ask(1, echo(2))])], { sizeOf }).counters.bytes).toBe(0);
  });
});

describe('lock-step rounds', () => {
  const ROUND = 100 * MS;
  const inRounds = { roundUs: ROUND };

  test('timers fire at multiples, rounded up; messages take no time', () => {
    const simulation = run(
      [
        doing(0, 0, [alarm(1, 1), alarm(2, 100 * MS), alarm(3, 101 * MS)]),
        doing(30 * MS, 1, [alarm(4, 80 * MS), tell(0, 5)]),
      ],
      { network: inRounds },
    );
    expect(storyOf(simulation, 0)).toEqual(['0.030 echo 5 from 1', '0.100 alarm 1', '0.100 alarm 2', '0.200 alarm 3']);
    expect(storyOf(simulation, 1)).toEqual(['0.200 alarm 4']);
  });

  test('all timers of an instant come before the messages that they cause', () => {
    // Each puppet is asked at once by all the others when their timers fire: nobody hears of it before its own timer has fired.
    const order: string[] = [];
    const simulation = new Simulation(
      planOf(puppets, {
        nodes: 5,
        durationUs: S,
        network: inRounds,
        actions: [
          ...[0, 1, 2, 3, 4].map((node) =>
            doing(0, node, [setTimer<PuppetTypes>({ kind: 'answer', n: node, id: 0 }, 50 * MS), alarm(node, 70 * MS)]),
          ),
          ...[0, 1, 2].map((node) => doing(100 * MS, node, [tell(4, node)])),
        ],
      }),
      { observer: { event: ({ kind, timeUs }) => timeUs === ROUND && order.push(kind) } },
    );
    simulation.run();
    expect(order.filter((kind) => kind === 'timer')).toHaveLength(10);
    expect(order.lastIndexOf('timer')).toBeLessThan(order.indexOf('datagram'));
  });

  test('no region, rule or bandwidth makes a message take time; a fault may', () => {
    const network: Partial<NetworkPlan> = {
      ...inRounds,
      bandwidth: 1000,
      localLatency: constant(5 * MS),
      regions: { names: ['a'], placement: [], latency: [[constant(5 * MS)]] },
      links: [{ from: who('all'), to: who('all'), bothWays: false, latency: constant(5 * MS), bandwidth: 1000 }],
    };
    const simulation = run(
      [
        doing(0, 0, [tell(1, 1), tell(2, 2), ask(2, echo(3))]),
        {
          atUs: S,
          action: {
            kind: 'degrade',
            from: who('all'),
            to: who('all'),
            bothWays: false,
            extraLatency: constant(30 * MS),
            loss: 0,
            duplicate: 0,
            forUs: null,
          },
        },
        doing(S, 0, [tell(2, 4)]),
      ],
      { perHost: 2, network },
    );
    expect(storyOf(simulation, 1)).toEqual(['0.000 echo 1 from 0']);
    expect(storyOf(simulation, 2)).toEqual([
      '0.000 echo 2 from 0',
      '0.000 asked to echo 3 by 0',
      '1.030 echo 4 from 0',
    ]);
  });
});
