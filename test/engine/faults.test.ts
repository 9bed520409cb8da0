import { describe, expect, test } from 'vitest';
import {
  type Action,
  planOf,
  type Selector,
  Simulation,
  type SimulationOptions,
  type TimedAction,
} from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import { any, who } from './support/names.ts';
import { ask, doing, echo, logOf, type PuppetTypes, puppets, storyOf, tell } from './support/puppet.ts';
import { mean } from './support/statistics.ts';

const MS = 1_000;
const S = 1_000_000;

type Timed = Pick<TimedAction, 'action'> & Partial<TimedAction>;

function run(
  actions: readonly Timed[],
  parts: PlanParts = {},
  options: SimulationOptions = {},
): Simulation<PuppetTypes> {
  const simulation = new Simulation(planOf(puppets, { nodes: 4, durationUs: 20 * S, ...parts, actions }), options);
  simulation.run();
  expect(simulation.counters.inFlight).toBe(simulation.countInFlight());
  return simulation;
}

const at = (seconds: number, action: Action): Timed => ({ atUs: Math.round(seconds * S), action });
const partition = (sides: readonly Selector[], said: Partial<Extract<Action, { kind: 'partition' }>> = {}): Action => ({
  kind: 'partition',
  sides,
  oneWay: false,
  answers: false,
  forUs: null,
  ...said,
});
const isolate = (names: Selector, said: Partial<Extract<Action, { kind: 'isolate' }>> = {}): Action => ({
  kind: 'isolate',
  who: names,
  answers: false,
  forUs: null,
  ...said,
});
const degrade = (from: Selector, to: Selector, said: Partial<Extract<Action, { kind: 'degrade' }>>): Action => ({
  kind: 'degrade',
  from,
  to,
  bothWays: false,
  extraLatency: null,
  loss: 0,
  duplicate: 0,
  forUs: null,
  ...said,
});

/** Each process tells each other one something at that time. */
const chatter = (seconds: number, nodes = 4): Timed[] =>
  Array.from({ length: nodes }, (_, from) =>
    doing(
      seconds * S,
      from,
      Array.from({ length: nodes }, (_, to) => to)
        .filter((to) => to !== from)
        .map((to) => tell(to, Math.round(seconds))),
    ),
  );

/** Who heard from whom of what was told at that time, as `01 02 10 …`. */
function heard(simulation: Simulation<PuppetTypes>, seconds: number): string {
  const pairs: string[] = [];
  for (let to = 0; to < simulation.world.size; to++) {
    for (const line of storyOf(simulation, to)) {
      const [, , n, , from] = line.split(' ');
      if (n === String(Math.round(seconds))) pairs.push(`${from}${to}`);
    }
  }
  return pairs.sort().join(' ');
}

const ALL = '01 02 03 10 12 13 20 21 23 30 31 32';
const tallyOf = (simulation: Simulation<PuppetTypes>, label: string) => {
  const tally = simulation.faults.find((fault) => fault.label.startsWith(label));
  if (tally === undefined) throw new Error(`no fault ${label}`);
  const { struck, changed, why, isFault } = tally;
  return { struck, changed, why, isFault };
};

describe('a partition', () => {
  test('lets nothing pass between its sides, and everything within', () => {
    const simulation = run([at(1, partition([who(0, 1), who('rest')])), ...chatter(2)]);
    expect(heard(simulation, 2)).toBe('01 10 23 32');
    expect(tallyOf(simulation, 'partition')).toEqual({ struck: 1, changed: 8, why: null, isFault: true });
    expect(simulation.counters.droppedBy.cut).toBe(8);
  });

  test('of three sides does not concern who is on none', () => {
    const simulation = run([at(1, partition([who(0), who(1), who(2)])), ...chatter(2)]);
    expect(heard(simulation, 2)).toBe('03 13 23 30 31 32');
  });

  test('one way cuts only what goes from the first side', () => {
    const simulation = run([at(1, partition([who(0), who('rest')], { oneWay: true })), ...chatter(2)]);
    expect(heard(simulation, 2)).toBe('10 12 13 20 21 23 30 31 32');
    expect(simulation.world.reachable(0, 1)).toBe(false);
    expect(simulation.world.reachable(1, 0)).toBe(true);
  });

  test('ends after its time; what had left before it arrives', () => {
    const simulation = run([
      ...chatter(1),
      at(1.01, partition([who(0, 1), who('rest')], { forUs: 2 * S })),
      ...chatter(2),
      ...chatter(4),
    ]);
    expect(heard(simulation, 1)).toBe(ALL);
    expect(heard(simulation, 2)).toBe('01 10 23 32');
    expect(heard(simulation, 4)).toBe(ALL);
    expect(simulation.lastDisturbanceUs).toBe(3.01 * S);
  });

  test('`rest` is who is on no other side, drawn or named, in whatever order', () => {
    for (const sides of [
      [any(2), who('rest')],
      [who('rest'), any(2)],
    ]) {
      const simulation = run([at(1, partition(sides)), ...chatter(2)]);
      expect(heard(simulation, 2).split(' ')).toHaveLength(4);
      expect(tallyOf(simulation, 'partition').changed).toBe(8);
    }
  });

  test('newcomers are on the side that is open-ended', () => {
    const simulation = run([
      at(1, partition([who(0, 1), who('rest')])),
      at(2, { kind: 'join', arguments: {}, count: 1 }),
      ...chatter(3, 5),
    ]);
    expect(heard(simulation, 3)).toBe('01 10 23 24 32 34 42 43');
  });

  test('two at once: healing one leaves the other', () => {
    const simulation = run([
      at(1, partition([who(0), who('rest')], { forUs: S })),
      at(1, partition([who(1), who('rest')], { forUs: 3 * S })),
      ...chatter(1.5),
      ...chatter(3),
    ]);
    expect(heard(simulation, 1.5)).toBe('23 32');
    expect(heard(simulation, 3)).toBe('02 03 20 23 30 32');
  });

  test('that nothing meets has changed nothing, and says so', () => {
    const simulation = run([at(1, partition([who(0), who('rest')])), at(2, partition([who('ghost'), who(1)]))]);
    expect(simulation.faults.map(({ changed, why }) => [changed, why])).toEqual([
      [0, 'no message tried to cross it'],
      [0, 'side 1 of the partition names no process'],
    ]);
  });
});

describe('an isolation', () => {
  test('cuts each of them off from everyone, each other too', () => {
    const simulation = run([at(1, isolate(who(0, 1), { forUs: 2 * S })), ...chatter(2), ...chatter(4)]);
    expect(heard(simulation, 2)).toBe('23 32');
    expect(heard(simulation, 4)).toBe(ALL);
    expect(tallyOf(simulation, 'isolate').changed).toBe(10);
  });

  test('answers if it is told to', () => {
    const simulation = run([at(1, isolate(who(0), { answers: true })), doing(2 * S, 1, [ask(0, echo(1))])]);
    expect(storyOf(simulation, 1)).toEqual(['2.000 unreachable of 1 to 0']);
  });

  test('of nobody changes nothing', () => {
    const simulation = run([at(1, isolate(who('ghost'))), ...chatter(2)]);
    expect(heard(simulation, 2)).toBe(ALL);
    expect(tallyOf(simulation, 'isolate')).toMatchObject({ changed: 0, why: 'it names no process' });
    expect(simulation.lastDisturbanceUs).toBeNull();
  });
});

describe('a degradation', () => {
  const many = (n: number) =>
    doing(
      2 * S,
      0,
      Array.from({ length: n }, (_, i) => tell(1, i)),
    );

  test('loses, doubles and delays on its links only', () => {
    const simulation = run([
      at(
        1,
        degrade(who(0), who(1), { loss: 0.3, duplicate: 0.2, extraLatency: { kind: 'uniform', lowUs: 0, highUs: S } }),
      ),
      many(1000),
      doing(2 * S, 1, [tell(0, 1)]),
      doing(2 * S, 0, [tell(2, 1)]),
    ]);
    const { counters } = simulation;
    expect(Math.abs(counters.droppedBy.lost - 300)).toBeLessThan(50);
    expect(Math.abs(counters.duplicated - 200)).toBeLessThan(45);
    expect(storyOf(simulation, 0)).toEqual(['2.050 echo 1 from 1']);
    expect(storyOf(simulation, 2)).toEqual(['2.050 echo 1 from 0']);
    const times = storyOf(simulation, 1).map((line) => Number(line.split(' ')[0]));
    expect(Math.abs(mean(times) - 2.55)).toBeLessThan(0.04);
    const order = storyOf(simulation, 1).map((line) => Number(line.split(' ')[2]));
    expect(order.filter((n, i) => i > 0 && n < order[i - 1]).length).toBeGreaterThan(200);
    expect(tallyOf(simulation, 'degrade').changed).toBeGreaterThanOrEqual(1000);
  });

  test('comes on top of what the link is like, and of other degradations', () => {
    const worse = at(1, degrade(who(0), who(1), { loss: 0.5 }));
    const simulation = run([worse, worse, many(2000)], { network: { loss: 0.2 } });
    // 1 − 0.8 · 0.5 · 0.5 = 0.8.
    expect(Math.abs(simulation.counters.droppedBy.lost - 1600)).toBeLessThan(60);
  });

  test('both ways, until it is over or healed', () => {
    const lossy = degrade(who(0), who('rest'), { bothWays: true, loss: 1, forUs: S });
    const simulation = run([
      at(1, lossy),
      ...chatter(1.5),
      ...chatter(3),
      at(4, { ...lossy, forUs: null } as Action),
      ...chatter(5),
      at(6, { kind: 'heal' }),
      ...chatter(7),
    ]);
    expect(heard(simulation, 1.5)).toBe('12 13 21 23 31 32');
    expect(heard(simulation, 3)).toBe(ALL);
    expect(heard(simulation, 5)).toBe('12 13 21 23 31 32');
    expect(heard(simulation, 7)).toBe(ALL);
  });

  test('of links that nothing uses has changed nothing', () => {
    const simulation = run([at(1, degrade(who(0), who(1), { loss: 1 })), doing(2 * S, 1, [tell(0, 1)])]);
    expect(tallyOf(simulation, 'degrade')).toMatchObject({ changed: 0, why: 'no message went over these links' });
  });
});

describe('healing', () => {
  test('ends all that is cut or worse, and says how much that was', () => {
    const simulation = run([
      at(1, partition([who(0), who('rest')], { forUs: 5 * S })),
      at(1, isolate(who(1))),
      at(1, degrade(who(2), who(3), { loss: 1 })),
      at(2, { kind: 'heal' }),
      ...chatter(3),
      at(4, { kind: 'heal' }),
    ]);
    expect(heard(simulation, 3)).toBe(ALL);
    expect(simulation.faults.filter(({ label }) => label === 'heal').map(({ changed, why }) => [changed, why])).toEqual(
      [
        [3, null],
        [0, 'nothing was cut or degraded'],
      ],
    );
    // The end of what was healed is no disturbance.
    expect(simulation.lastDisturbanceUs).toBe(2 * S);
  });
});

describe('what changes nothing', () => {
  const down: Action = { kind: 'crash', who: who(0), restartAfterUs: null, guard: false };
  const cases: readonly (readonly [string, readonly Action[], string])[] = [
    ['crash', [down, down], 'puppet-0 was not running'],
    ['crash', [{ ...down, who: who('ghost') } as Action], 'it names no process'],
    ['crash', [{ ...down, who: who(77) } as Action], 'it names no process'],
    ['crash', [{ ...down, guard: true } as Action], 'the failure guard keeps puppet-0'],
    ['restart', [{ kind: 'restart', who: who(0) }], 'puppet-0 was not down but up'],
    ['restart host', [{ kind: 'restartHost', who: who(0) }], 'host puppet-0 was up'],
    [
      'crash host',
      [
        { kind: 'crashHost', who: who(0), restartAfterUs: null },
        { kind: 'crashHost', who: who(0), restartAfterUs: null },
      ],
      'host puppet-0 was down already',
    ],
    ['pause', [down, { kind: 'pause', who: who(0), forUs: null }], 'puppet-0 was not running'],
    ['resume', [{ kind: 'resume', who: who(0) }], 'puppet-0 was not paused'],
    ['leave', [down, { kind: 'leave', who: who(0), guard: false }], 'puppet-0 was not running'],
    ['leave', [{ kind: 'leave', who: who(0), guard: true }], 'the failure guard keeps puppet-0'],
    ['join', [{ kind: 'join', arguments: { name: 'nobody' }, count: 2 }], 'nobody can join now'],
    ['scale', [{ kind: 'scale', group: 'puppet', size: 4 }], 'puppet had that size already'],
    ['lose', [{ kind: 'lose', sequence: 12_345 }], 'that message is not on its way'],
    ['do', [down, doing(0, 0, []).action], 'puppet-0 was not running'],
    ['do', [doing(0, 'ghost', []).action], 'it names no process'],
  ];
  for (const [label, actions, why] of cases) {
    test(`${label}: ${why}`, () => {
      const simulation = run(actions.map((action, i) => at(1 + i, action)));
      const last = simulation.faults[simulation.faults.length - 1];
      expect(last.label.startsWith(label)).toBe(true);
      expect([last.struck, last.changed, last.why]).toEqual([1, 0, why]);
    });
  }

  test('a guard spares some, and the others count', () => {
    const simulation = run([at(1, { kind: 'crash', who: who('all'), restartAfterUs: null, guard: true })]);
    expect(tallyOf(simulation, 'crash')).toEqual({ struck: 1, changed: 3, why: null, isFault: true });
    expect(simulation.world.alive(0)).toBe(true);
  });

  test('an operation is no fault', () => {
    const simulation = run([doing(0, 0, [], 'done')]);
    expect(simulation.faults[0]).toMatchObject({ changed: 1, isFault: false });
    expect(simulation.lastDisturbanceUs).toBeNull();
  });

  test('one who cannot be asked is not asked', () => {
    const system = {
      ...puppets,
      operations: { ...puppets.operations, do: { ...puppets.operations.do, issuable: () => false } },
    };
    const simulation = new Simulation(planOf(system, { actions: [doing(0, 0, [], 'done')] }));
    simulation.run();
    expect(simulation.history).toEqual([]);
    expect(simulation.faults[0]).toMatchObject({ changed: 0, why: 'puppet-0 cannot be asked for that now' });
  });
});

describe('membership', () => {
  test('joins as many as it says; scaling joins or asks to leave', () => {
    const simulation = run([
      at(1, { kind: 'join', arguments: {}, count: 3 }),
      at(2, { kind: 'scale', group: 'puppet', size: 6 }),
      at(3, { kind: 'scale', group: 'extra', size: 1 }),
    ]);
    const roles = Array.from({ length: simulation.world.size }, (_, address) => simulation.world.process(address))
      .filter(({ status }) => status === 'up')
      .map(({ role }) => role);
    expect(roles.filter((role) => role === 'puppet')).toHaveLength(6);
    expect(roles.filter((role) => role === 'extra')).toHaveLength(1);
    expect(simulation.faults.map(({ changed }) => changed)).toEqual([3, 2, 2]);
    expect(logOf(simulation, 5)).toEqual(['1.000 start 1', '3.000 leave']);
  });

  test('a restart tells the process what the system thinks fit', () => {
    const system = {
      ...puppets,
      membership: { ...puppets.membership, reboot: () => 'again' },
    };
    const simulation = new Simulation(
      planOf(system, { actions: [at(1, { kind: 'crash', who: who(0), restartAfterUs: S, guard: false })] }),
    );
    simulation.run();
    expect(logOf(simulation, 0)).toEqual(['2.000 start 2 again']);
  });
});

describe('selectors', () => {
  const paused = (names: Selector): string => {
    const simulation = run(
      [
        at(0.5, { kind: 'join', arguments: { name: '3', host: 'host-1' }, count: 1 }),
        at(1, { kind: 'pause', who: names, forUs: null }),
      ],
      { settings: { perHost: 2 } },
    );
    return Array.from({ length: simulation.world.size }, (_, address) => address)
      .filter((address) => simulation.world.process(address).status === 'paused')
      .join('');
  };

  test('mean a process, else a host, else an address, else a role; each process once', () => {
    expect(paused(who('puppet-2'))).toBe('2');
    expect(paused(who('host-1'))).toBe('234');
    expect(paused(who(2))).toBe('2');
    // The newcomer is named 3.
    expect(paused(who(3))).toBe('4');
    expect(paused(who('puppet'))).toBe('0123');
    expect(paused(who('extra'))).toBe('4');
    expect(paused(who('all'))).toBe('01234');
    expect(paused([{ kind: 'range', from: 1, to: 2 }, ...who(2, 'puppet-0')])).toBe('012');
    expect(paused([{ kind: 'range', from: 3, to: 99 }])).toBe('34');
  });

  test('any draws so many of the live ones, each alike', () => {
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < 400; seed++) {
      const simulation = run(
        [
          at(1, { kind: 'crash', who: who(0), restartAfterUs: null, guard: false }),
          at(2, { kind: 'pause', who: any(2), forUs: null }),
        ],
        { seed },
      );
      const drawn = [0, 1, 2, 3].filter((address) => simulation.world.process(address).status === 'paused');
      expect(drawn).toHaveLength(2);
      for (const address of drawn) counts[address]++;
    }
    expect(counts[0]).toBe(0);
    // 400 · 2/3 each, with a deviation of 9.4.
    for (const count of counts.slice(1)) expect(Math.abs(count - 266.7)).toBeLessThan(31);
  });

  test('any of more than there are is all of them', () => {
    expect(paused(any(50))).toBe('01234');
  });
});

describe('messages taken off the wire', () => {
  test('are lost by the number of their arrival', () => {
    const simulation = new Simulation(planOf(puppets, { nodes: 2, actions: [doing(0, 0, [tell(1, 1), tell(1, 2)])] }));
    simulation.step();
    const [first, second] = simulation.world.inFlight();
    expect(first).toMatchObject({ from: 0, to: 1, transport: 'datagram', sentAtUs: 0, arrivesAtUs: 50 * MS });
    expect(simulation.inject({ kind: 'lose', sequence: first.sequence }, 'lose')).toMatchObject({ changed: 1 });
    expect(simulation.world.inFlight()).toEqual([second]);
    simulation.run();
    expect(storyOf(simulation, 1)).toEqual(['0.050 echo 2 from 0']);
    expect(simulation.counters.droppedBy.removed).toBe(1);
  });
});

describe('faults by rate', () => {
  test('strike as a Poisson process within their window', () => {
    const times: number[] = [];
    const simulation = new Simulation(
      planOf(puppets, {
        nodes: 10,
        durationUs: 1000 * S,
        faultRates: [
          {
            perSecond: 2,
            fromUs: 100 * S,
            untilUs: 600 * S,
            action: { kind: 'crash', who: any(1), restartAfterUs: MS, guard: false },
          },
        ],
      }),
      { observer: { action: () => times.push(simulation.nowUs / S) } },
    );
    simulation.run();
    // 1000 expected, with a deviation of 31.6.
    expect(Math.abs(times.length - 1000)).toBeLessThan(105);
    expect(Math.min(...times)).toBeGreaterThan(100);
    expect(Math.max(...times)).toBeLessThanOrEqual(600);
    const gaps = times.slice(1).map((time, i) => time - times[i]);
    // Exponential gaps: the deviation is the mean.
    const longer = gaps.filter((gap) => gap > 0.5).length / gaps.length;
    expect(Math.abs(longer - Math.exp(-1))).toBeLessThan(0.05);
    expect(simulation.faults).toHaveLength(1);
    expect(simulation.faults[0]).toMatchObject({ struck: times.length, changed: times.length, why: null });
  });

  test('each strike of a partition is a fault of its own, and the tally is common', () => {
    const simulation = run(chatter(10), {
      faultRates: [{ perSecond: 1, untilUs: 9 * S, action: partition([any(1), who('rest')], { forUs: null }) }],
    });
    const [tally] = simulation.faults.slice(-1);
    expect(tally.struck).toBeGreaterThan(2);
    expect(tally.changed).toBe(simulation.counters.droppedBy.cut);
    expect(tally.changed).toBeGreaterThan(5);
  });
});
