import { describe, expect, test } from 'vitest';
import {
  type Action,
  cancelTimer,
  exit,
  planOf,
  type Selector,
  Simulation,
  type SupervisePlan,
  save,
  type TimedAction,
} from '../../sim/index.ts';
import { any, who } from './support/names.ts';
import { alarm, ask, doing, echo, logOf, type PuppetTypes, puppets, remark, storyOf, tell } from './support/puppet.ts';

const MS = 1_000;
const S = 1_000_000;

interface Setup {
  readonly nodes?: number;
  readonly perHost?: number;
  readonly supervise?: readonly SupervisePlan[];
  readonly seed?: number;
}

type Timed = Pick<TimedAction, 'action'> & Partial<TimedAction>;

function run(
  actions: readonly Timed[],
  { nodes = 3, perHost = 1, supervise = [], seed = 1 }: Setup = {},
): Simulation<PuppetTypes> {
  const simulation = new Simulation(
    planOf(puppets, { nodes, seed, durationUs: 20 * S, actions, supervise, settings: { perHost } }),
    { freeze: true },
  );
  simulation.run();
  expect(simulation.counters.inFlight).toBe(simulation.countInFlight());
  return simulation;
}

const at = (seconds: number, action: Action): Timed => ({ atUs: Math.round(seconds * S), action });
const crash = (names: Selector, restartAfterUs: number | null = null): Action => ({
  kind: 'crash',
  who: names,
  restartAfterUs,
  guard: false,
});
const statusOf = (simulation: Simulation<PuppetTypes>, address: number) => {
  const { status, incarnation, startedAtUs } = simulation.world.process(address);
  return `${status} ${incarnation} ${startedAtUs / S}`;
};

describe('a crash', () => {
  test('takes the state and the timers; what was saved comes back', () => {
    const simulation = run([
      doing(0, 0, [alarm(1, 500 * MS), alarm(2, 1500 * MS), save<PuppetTypes>({ boots: 10 })]),
      at(1, crash(who(0), 200 * MS)),
      doing(2 * S, 1, [tell(0, 7)]),
    ]);
    expect(logOf(simulation, 0)).toEqual(['1.200 start 11', '2.050 echo 7 from 1']);
    expect(statusOf(simulation, 0)).toBe('up 2 1.2');
  });

  test('leaves the state in which it ended to be seen', () => {
    const simulation = run([doing(0, 0, [alarm(1, 500 * MS)]), at(1, crash(who(0)))]);
    expect(statusOf(simulation, 0)).toBe('down 1 0');
    expect(storyOf(simulation, 0)).toEqual(['0.500 alarm 1']);
    expect(simulation.timersOf(0)).toEqual([]);
    expect(simulation.requestsOf(0)).toEqual([]);
    expect(simulation.world.alive(0)).toBe(false);
  });

  test('that comes after the restart was asked for is not undone by it', () => {
    const simulation = run([
      at(1, crash(who(0), 2 * S)),
      at(2, { kind: 'restart', who: who(0) }),
      at(2.5, crash(who(0))),
    ]);
    expect(statusOf(simulation, 0)).toBe('down 2 2');
  });

  test('is mended by a service manager, who knows newcomers of the role too', () => {
    const simulation = run(
      [
        at(1, { kind: 'join', arguments: {}, count: 1 }),
        at(2, crash(who('all'))),
        at(3, crash(who(3))),
        at(4, { kind: 'crashHost', who: who(3), restartAfterUs: null }),
      ],
      { supervise: [{ who: who('extra'), afterUs: 300 * MS }] },
    );
    expect(statusOf(simulation, 0)).toBe('down 1 0');
    // Who manages services goes down with the host.
    expect(statusOf(simulation, 3)).toBe('down 3 3.3');
  });

  test('is mended by the first manager whom it concerns; `any` is drawn once', () => {
    const supervise = [
      { who: any(2), afterUs: 100 * MS },
      { who: who(0, 1), afterUs: 700 * MS },
    ];
    const picks = new Set<string>();
    for (let seed = 1; seed <= 10; seed++) {
      const simulation = run([at(1, crash(who('all'))), at(3, crash(who('all')))], { nodes: 4, supervise, seed });
      const starts = [0, 1, 2, 3].map((address) => statusOf(simulation, address));
      expect(starts.filter((status) => status === 'up 3 3.1')).toHaveLength(2);
      for (const address of [0, 1]) expect(['up 3 3.1', 'up 3 3.7']).toContain(starts[address]);
      for (const address of [2, 3]) expect(['up 3 3.1', 'down 1 0']).toContain(starts[address]);
      picks.add(starts.join());
    }
    expect(picks.size).toBeGreaterThan(1);
  });
});

describe('an exit', () => {
  test('is for good; what the step wants beside it is still done', () => {
    const simulation = run([
      doing(0, 0, [alarm(9, 5 * S)]),
      doing(1 * S, 0, [exit<PuppetTypes>(), tell(1, 7), alarm(8, 1), remark(3), ask(1, echo(4))], 'done'),
      at(2, { kind: 'restart', who: who(0) }),
      doing(3 * S, 1, [tell(0, 5), ask(0, echo(6))]),
    ]);
    expect(statusOf(simulation, 0)).toBe('gone 1 0');
    expect(storyOf(simulation, 0)).toEqual([]);
    expect(storyOf(simulation, 1)).toEqual(['1.050 echo 7 from 0', '3.100 refused of 6 to 0']);
    expect(simulation.history[0].status).toBe('aborted');
    expect(simulation.history[1]).toMatchObject({ status: 'completed', judgement: { verdict: 'correct' } });
    expect(simulation.judged).toContain('1.000 0 noted 3');
    expect(simulation.faults[2]).toMatchObject({
      label: 'restart 0',
      changed: 0,
      why: 'puppet-0 was not down but gone',
    });
  });

  test('in the very first step leaves nothing behind', () => {
    const shy = {
      ...puppets,
      roles: {
        ...puppets.roles,
        extra: {
          description: 'Goes as soon as it has come.',
          machine: {
            start: () => ({ state: { log: [] }, effects: [alarm(1, 5), tell(0, 1), exit<PuppetTypes>()] }),
            handle: puppets.roles.puppet.machine.handle,
          },
        },
      },
    };
    const simulation = new Simulation(
      planOf(shy, {
        actions: [at(1, { kind: 'join', arguments: {}, count: 1 })],
        workload: [{ operation: 'do', arrivals: { kind: 'rate', perSecond: 5 }, perNode: true, issuers: who('extra') }],
      }),
    );
    simulation.run();
    expect(statusOf(simulation, 2)).toBe('gone 1 1');
    expect(storyOf(simulation, 0)).toEqual(['1.050 echo 1 from 2']);
    expect(simulation.judged).toEqual(['1.000 2 started', '1.000 2 gone']);
    expect(simulation.history).toEqual([]);
  });
});

describe('a wish to leave', () => {
  test('is heard by the process, which goes by itself', () => {
    const simulation = run([at(1, { kind: 'leave', who: who(0), guard: false })]);
    expect(storyOf(simulation, 0)).toEqual(['1.000 leave']);
    expect(statusOf(simulation, 0)).toBe('gone 1 0');
    expect(simulation.judged).toEqual(['1.000 0 gone']);
  });

  test('waits, like everything, while the process is paused', () => {
    const simulation = run([
      at(1, { kind: 'pause', who: who(0), forUs: 2 * S }),
      at(2, { kind: 'leave', who: who(0), guard: false }),
    ]);
    expect(storyOf(simulation, 0)).toEqual(['3.000 leave']);
  });
});

describe('a host', () => {
  test('goes down with all that runs on it, and comes back with all of it', () => {
    const simulation = run(
      [
        doing(0, 1, [alarm(1, 2 * S)]),
        at(1, { kind: 'crashHost', who: who(0), restartAfterUs: 3 * S }),
        doing(1.5 * S, 2, [ask(1, echo(7)), tell(0, 1)]),
      ],
      { perHost: 2, nodes: 4 },
    );
    expect(logOf(simulation, 0)).toEqual(['4.000 start 2']);
    expect(logOf(simulation, 1)).toEqual(['4.000 start 2']);
    expect(storyOf(simulation, 2)).toEqual(['2.500 timeout of 7 to 1']);
    expect(logOf(simulation, 3)).toEqual(['0.000 start 1']);
  });

  test('that is down holds its processes down', () => {
    const simulation = run(
      [
        at(1, crash(who(0), 2 * S)),
        at(2, { kind: 'crashHost', who: who('host-0'), restartAfterUs: null }),
        at(4, { kind: 'restart', who: who(0) }),
        at(5, { kind: 'restartHost', who: who(1) }),
      ],
      { perHost: 2 },
    );
    expect(statusOf(simulation, 0)).toBe('up 2 5');
    expect(statusOf(simulation, 1)).toBe('up 2 5');
    expect(simulation.faults.map(({ changed, why }) => [changed, why])).toEqual([
      [1, null],
      [1, null],
      [0, 'host host-0 is down'],
      [1, null],
    ]);
  });

  test('does not bring back who has left for good', () => {
    const simulation = run(
      [
        at(1, { kind: 'leave', who: who(0), guard: false }),
        at(2, { kind: 'crashHost', who: who(1), restartAfterUs: S }),
      ],
      { perHost: 2 },
    );
    expect(statusOf(simulation, 0)).toBe('gone 1 0');
    expect(statusOf(simulation, 1)).toBe('up 2 3');
  });

  test('that was restarted by hand and crashed again stays down as long as the second crash says', () => {
    const simulation = run([
      at(1, { kind: 'crashHost', who: who(0), restartAfterUs: 4 * S }),
      at(2, { kind: 'restartHost', who: who(0) }),
      at(3, { kind: 'crashHost', who: who(0), restartAfterUs: 4 * S }),
    ]);
    expect(statusOf(simulation, 0)).toBe('up 3 7');
  });

  test('takes paused processes too, and what they had not heard of', () => {
    const simulation = run([
      at(1, { kind: 'pause', who: who(0), forUs: 2 * S }),
      doing(1 * S, 1, [tell(0, 1), ask(0, echo(2))]),
      at(2, { kind: 'crashHost', who: who(0), restartAfterUs: 500 * MS }),
    ]);
    expect(logOf(simulation, 0)).toEqual(['2.500 start 2']);
    expect(statusOf(simulation, 0)).toBe('up 2 2.5');
    expect(simulation.counters.droppedBy.dead).toBe(2);
    expect(storyOf(simulation, 1)).toEqual(['2.000 timeout of 2 to 0']);
  });

  test('can be joined by a newcomer', () => {
    const simulation = run(
      [
        at(1, { kind: 'join', arguments: { host: 'host-0', name: 'guest' }, count: 1 }),
        doing(2 * S, 'guest', [tell(0, 1)]),
        at(3, { kind: 'crashHost', who: who('host-0'), restartAfterUs: null }),
      ],
      { perHost: 2 },
    );
    expect(storyOf(simulation, 0)).toEqual(['2.000 echo 1 from 3']);
    expect(statusOf(simulation, 3)).toBe('down 1 1');
    expect(simulation.world.process(3)).toMatchObject({ name: 'guest', host: 'host-0', role: 'extra' });
    expect(simulation.world.named('guest')?.address).toBe(3);
    expect(simulation.world.named('puppet-0')?.address).toBe(0);
    expect(simulation.world.named('nobody')).toBeUndefined();
  });
});

describe('a pause', () => {
  test('holds everything back, and lets it go in order', () => {
    const simulation = run([
      doing(0, 0, [alarm(1, 1500 * MS), alarm(2, 1120 * MS), ask(2, { kind: 'slowly', n: 3, us: 900 * MS }, 5 * S)]),
      at(1, { kind: 'pause', who: who(0), forUs: 2 * S }),
      doing(1.2 * S, 1, [tell(0, 4), ask(0, echo(5), 5 * S)]),
      doing(1.3 * S, 0, [], 'done'),
    ]);
    expect(storyOf(simulation, 0)).toEqual([
      '3.000 echoed 3 for 3 from 2',
      '3.000 alarm 2',
      '3.000 echo 4 from 1',
      '3.000 asked to echo 5 by 1',
      '3.000 alarm 1',
    ]);
    expect(simulation.history[2]).toMatchObject({ startUs: 1.3 * S, endUs: 3 * S, status: 'completed' });
    expect(storyOf(simulation, 1)).toEqual(['3.050 echoed 5 for 5 from 0']);
  });

  test('lets the past go before what arrives at the instant of its end', () => {
    const simulation = run([
      at(1, { kind: 'pause', who: who(0), forUs: null }),
      doing(1 * S, 1, [tell(0, 1), tell(0, 2)]),
      at(2, { kind: 'resume', who: who(0) }),
      // Scheduled before the held inputs are let go, for the same instant.
      doing(1.95 * S, 1, [tell(0, 3)]),
      doing(2 * S, 0, [tell(0, 9)]),
    ]);
    expect(logOf(simulation, 0)).toEqual([
      '0.000 start 1',
      '2.000 echo 1 from 1',
      '2.000 echo 2 from 1',
      '2.000 do',
      '2.000 echo 3 from 1',
      '2.000 echo 9 from 0',
    ]);
  });

  test('that follows at once keeps what was not yet let go', () => {
    const simulation = run([
      at(1, { kind: 'pause', who: who(0), forUs: null }),
      doing(1 * S, 1, [tell(0, 1), tell(0, 2)]),
      at(2, { kind: 'resume', who: who(0) }),
      at(2, { kind: 'pause', who: who(0), forUs: S }),
      doing(2 * S, 1, [tell(0, 3)]),
    ]);
    expect(storyOf(simulation, 0)).toEqual(['3.000 echo 1 from 1', '3.000 echo 2 from 1', '3.000 echo 3 from 1']);
  });

  test('is ended by its own end, not by that of an earlier one', () => {
    const simulation = run([
      at(1, { kind: 'pause', who: who(0), forUs: 3 * S }),
      at(2, { kind: 'resume', who: who(0) }),
      at(3, { kind: 'pause', who: who(0), forUs: 3 * S }),
      doing(3.5 * S, 1, [tell(0, 1)]),
    ]);
    expect(storyOf(simulation, 0)).toEqual(['6.000 echo 1 from 1']);
  });

  test('does not make a timer fire that was cancelled or moved after it', () => {
    const simulation = run([
      doing(0, 0, [alarm(1, 1500 * MS), alarm(2, 1600 * MS), alarm(3, 1700 * MS)]),
      at(1, { kind: 'pause', who: who(0), forUs: 2 * S }),
      // Waits before the timers, and is let go before them.
      doing(1.1 * S, 0, [cancelTimer<PuppetTypes>('alarm', 1), alarm(2, S)]),
    ]);
    expect(storyOf(simulation, 0)).toEqual(['3.000 alarm 3', '4.000 alarm 2']);
  });

  test('leaves a process live: it is accepted by, and counts for, those who look', () => {
    const simulation = run([at(1, { kind: 'pause', who: who(0), forUs: null }), doing(2 * S, 1, [ask(0, echo(1))])]);
    expect(statusOf(simulation, 0)).toBe('paused 1 0');
    expect(simulation.world.alive(0)).toBe(true);
    expect(storyOf(simulation, 1)).toEqual(['3.000 timeout of 1 to 0']);
    expect(simulation.countInFlight()).toBe(1);
  });
});

describe('timers', () => {
  test('are known by kind and id: setting one that is set moves it', () => {
    const simulation = run([
      doing(0, 0, [
        alarm(1, 100 * MS),
        alarm(2, 200 * MS),
        alarm(1, 300 * MS),
        alarm(1, 250 * MS, 'bell'),
        cancelTimer<PuppetTypes>('bell', 2),
        cancelTimer<PuppetTypes>('alarm', 5),
      ]),
    ]);
    expect(storyOf(simulation, 0)).toEqual(['0.200 alarm 2', '0.250 bell 1', '0.300 alarm 1']);
  });

  test('can be seen, soonest first', () => {
    const simulation = new Simulation(
      planOf(puppets, { actions: [doing(0, 0, [alarm(1, 900), alarm(2, 300), alarm(3, 900), alarm(4, 0)])] }),
    );
    simulation.step();
    expect(simulation.timersOf(0).map(({ id, firesAtUs }) => [id, firesAtUs])).toEqual([
      [4, 0],
      [2, 300],
      [1, 900],
      [3, 900],
    ]);
  });

  test('of no sense are a defect of the machine', () => {
    for (const delayUs of [-1, Number.NaN, Infinity]) {
      expect(() => run([doing(0, 0, [alarm(1, delayUs)])])).toThrow(/set the timer alarm to/);
    }
  });
});

describe('names', () => {
  test('are unique', () => {
    const join = { kind: 'join', arguments: { name: 'twin' }, count: 2 } as const;
    expect(() => run([at(1, join)])).toThrow(/two processes are named twin/);
  });

  test('a defect says where in the run it came to light', () => {
    expect(() => run([at(1, { kind: 'join', arguments: { name: 'puppet-0' }, count: 1 })])).toThrow(
      /event \d+, at 1000000 us, seed 1/,
    );
  });

  test('so does one of a machine', () => {
    const broken = {
      ...puppets,
      roles: {
        puppet: {
          description: 'Fails at its first input.',
          machine: {
            ...puppets.roles.puppet.machine,
            handle: () => {
              throw new TypeError('no such finger');
            },
          },
        },
      },
    };
    const simulation = new Simulation(planOf(broken, { seed: 'tuesday', actions: [doing(S, 1, [])] }));
    expect(() => simulation.run()).toThrow(/puppet-1.*no such finger.*event \d+, at 1000000 us, seed tuesday/);
  });
});
