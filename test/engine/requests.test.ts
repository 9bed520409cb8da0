import { describe, expect, test } from 'vitest';
import {
  type NetworkPlan,
  planOf,
  type RequestId,
  type RequestsPlan,
  reply,
  Simulation,
  type TimedAction,
} from '../../sim/index.ts';
import { who } from './support/names.ts';
import { ask, doing, echo, logOf, type PuppetTypes, puppets, storyOf } from './support/puppet.ts';

const MS = 1_000;
const S = 1_000_000;

type Timed = Pick<TimedAction, 'action'> & Partial<TimedAction>;
const TCP: RequestsPlan = { transport: 'tcp', rtoUs: 200 * MS, retries: 5 };
const UDP: RequestsPlan = { ...TCP, transport: 'udp' };

/** Two puppets 50 ms apart; 0 asks 1. */
function run(
  actions: readonly Timed[],
  network: Partial<NetworkPlan> = {},
  settings: { readonly perHost?: number } = {},
): Simulation<PuppetTypes> {
  const simulation = new Simulation(
    planOf(puppets, { nodes: 3, durationUs: 20 * S, network: { requests: TCP, ...network }, actions, settings }),
    { freeze: true },
  );
  simulation.run();
  expect(simulation.counters.inFlight).toBe(simulation.countInFlight());
  return simulation;
}

const at = (ms: number, action: TimedAction['action']): Timed => ({ atUs: ms * MS, action });
const crash = (name: string | number, restartAfterUs: number | null = null): TimedAction['action'] => ({
  kind: 'crash',
  who: who(name),
  restartAfterUs,
  guard: false,
});
const cut = (answers: boolean, oneWay = false, sides = [who(0), who(1)]): TimedAction['action'] => ({
  kind: 'partition',
  sides,
  oneWay,
  answers,
  forUs: null,
});
const lossy = (from: number, to: number, forUs: number | null = null): TimedAction['action'] => ({
  kind: 'degrade',
  from: who(from),
  to: who(to),
  bothWays: false,
  extraLatency: null,
  loss: 1,
  duplicate: 0,
  forUs,
});
/** A silent partition from then on. */
const silentCut = (ms: number) => at(ms, cut(false));
const first = doing(0, 0, [ask(1, echo(7))]);

describe('over TCP', () => {
  test('a request takes a connection set-up and a round trip', () => {
    const simulation = run([first]);
    expect(logOf(simulation, 1)).toEqual(['0.000 start 1', '0.150 asked to echo 7 by 0']);
    expect(storyOf(simulation, 0)).toEqual(['0.200 echoed 7 for 7 from 1']);
    expect(simulation.counters.sentByKind()).toEqual({ echo: 1, echoed: 1 });
  });

  test('a slow answer is waited for, up to the time-out', () => {
    const simulation = run([
      doing(0, 0, [ask(1, { kind: 'slowly', n: 1, us: 700 * MS }), ask(1, { kind: 'slowly', n: 2, us: 900 * MS })]),
    ]);
    expect(storyOf(simulation, 0)).toEqual(['0.900 echoed 1 for 1 from 1', '1.000 timeout of 2 to 1']);
    expect(simulation.counters.droppedBy.late).toBe(1);
  });

  test('refused: the process is down, its host is up', () => {
    const simulation = run([at(0, crash(1)), first]);
    expect(storyOf(simulation, 0)).toEqual(['0.100 refused of 7 to 1']);
    expect(simulation.counters.droppedBy.abandoned).toBe(1);
  });

  test('refused: the process has left for good', () => {
    const simulation = run([at(0, { kind: 'leave', who: who(1), guard: false }), first]);
    expect(storyOf(simulation, 0)).toEqual(['0.100 refused of 7 to 1']);
  });

  test('reset: the process ends while it holds the request; the work is done', () => {
    const simulation = run([doing(0, 0, [ask(1, { kind: 'slowly', n: 7, us: 300 * MS })]), at(250, crash(1))]);
    expect(logOf(simulation, 1)).toContain('0.150 asked to slowly 7 by 0');
    expect(storyOf(simulation, 0)).toEqual(['0.300 reset of 7 to 1']);
  });

  test('reset: it exits without an answer', () => {
    expect(storyOf(run([doing(0, 0, [ask(1, { kind: 'quit', n: 7 })])]), 0)).toEqual(['0.200 reset of 7 to 1']);
  });

  test('reset: it ends between accepting the connection and receiving the request', () => {
    const simulation = run([first, at(120, crash(1))]);
    expect(storyOf(simulation, 0)).toEqual(['0.170 reset of 7 to 1']);
    expect(logOf(simulation, 1)).toEqual(['0.000 start 1']);
    expect(simulation.counters.droppedBy.dead).toBe(1);
  });

  test('reset: a connection does not outlive its process, though the next one is up in time', () => {
    const simulation = run([first, at(120, crash(1, 10 * MS))]);
    expect(storyOf(simulation, 0)).toEqual(['0.170 reset of 7 to 1']);
    expect(logOf(simulation, 1)).toEqual(['0.130 start 2']);
  });

  test('reset: even when the requester hears of it after the request has left', () => {
    // 1 is 500 ms from 0 on the way back: the reset is still under way when the request arrives at the second incarnation.
    const slowBack = {
      from: who(1),
      to: who(0),
      bothWays: false,
      latency: { kind: 'constant' as const, us: 500 * MS },
    };
    const simulation = run([doing(0, 0, [ask(1, echo(7), 5 * S)]), at(555, crash(1, 10 * MS))], { links: [slowBack] });
    expect(storyOf(simulation, 0)).toEqual(['1.055 reset of 7 to 1']);
    expect(logOf(simulation, 1)).toEqual(['0.565 start 2']);
  });

  test('unreachable: a partition that answers', () => {
    const simulation = run([at(0, cut(true)), first]);
    expect(storyOf(simulation, 0)).toEqual(['0.000 unreachable of 7 to 1']);
    expect(simulation.faults[0].changed).toBe(1);
  });

  test('unreachable: the partition comes after the connection stands', () => {
    const simulation = run([first, at(70, cut(true))]);
    expect(storyOf(simulation, 0)).toEqual(['0.100 unreachable of 7 to 1']);
    expect(logOf(simulation, 1)).toEqual(['0.000 start 1']);
  });

  test('unreachable: there never was such a process', () => {
    const simulation = run([doing(0, 0, [ask(99, echo(7))])]);
    expect(storyOf(simulation, 0)).toEqual(['0.000 unreachable of 7 to 99']);
    expect(simulation.counters.droppedBy.nobody).toBe(1);
  });

  test('never unreachable once the work may be done: what the answer meets is told to the one who answers', () => {
    const simulation = run([first, at(120, cut(true))]);
    expect(logOf(simulation, 1)).toContain('0.150 asked to echo 7 by 0');
    expect(storyOf(simulation, 0)).toEqual(['1.000 timeout of 7 to 1']);
  });

  test('never unreachable where only the way back is cut', () => {
    const simulation = run([at(0, cut(true, true, [who(1), who(0)])), first]);
    expect(storyOf(simulation, 0)).toEqual(['1.000 timeout of 7 to 1']);
  });

  const silent: Readonly<Record<string, readonly Timed[]>> = {
    'its host is down': [at(0, { kind: 'crashHost', who: who(1), restartAfterUs: null }), first],
    'its host goes down while it works': [
      doing(0, 0, [ask(1, { kind: 'slowly', n: 7, us: 300 * MS })]),
      at(250, { kind: 'crashHost', who: who(1), restartAfterUs: null }),
    ],
    'a partition swallows what is sent': [at(0, cut(false)), first],
    'a partition swallows the answer': [first, silentCut(120)],
    'every packet there is lost': [at(0, lossy(0, 1)), first],
    'every packet back is lost': [at(0, lossy(1, 0)), first],
    'it is paused': [at(0, { kind: 'pause', who: who(1), forUs: null }), first],
    'it says nothing': [doing(0, 0, [ask(1, { kind: 'silence', n: 7 })])],
    'it answers too late': [doing(0, 0, [ask(1, { kind: 'slowly', n: 7, us: 900 * MS })])],
  };
  for (const [cause, actions] of Object.entries(silent)) {
    test(`time-out: ${cause}`, () => {
      expect(storyOf(run(actions), 0)).toEqual(['1.000 timeout of 7 to 1']);
    });
  }

  test('the answer is lost, the work is done', () => {
    const simulation = run([first, silentCut(120)]);
    expect(logOf(simulation, 1)).toContain('0.150 asked to echo 7 by 0');
    expect(simulation.counters.droppedBy).toMatchObject({ late: 1 });
  });

  test('a second answer is dropped', () => {
    const simulation = run([doing(0, 0, [ask(1, { kind: 'twice', n: 7 })])]);
    expect(storyOf(simulation, 0)).toEqual(['0.200 echoed 7 for 7 from 1']);
    expect(simulation.counters.droppedBy.late).toBe(1);
  });

  test('a lost segment is sent again after a time-out that doubles', () => {
    const times: number[] = [];
    const simulation = new Simulation(
      planOf(puppets, {
        durationUs: 20 * S,
        network: { requests: TCP },
        actions: [at(0, lossy(0, 1, 6 * S)), doing(0, 0, [ask(1, echo(7), 15 * S)])],
      }),
      { observer: { event: ({ kind, timeUs }) => kind === 'retransmit' && times.push(timeUs / MS) } },
    );
    simulation.run();
    // 200, then 400, 800, 1600 and 3200 later: 200 · (2^k − 1).
    expect(times).toEqual([200, 600, 1400, 3000, 6200]);
    expect(simulation.counters.retransmitted).toBe(5);
    expect(storyOf(simulation, 0)).toEqual(['6.400 echoed 7 for 7 from 1']);
  });

  test('so is a lost answer, and the work is done once', () => {
    const simulation = run([doing(0, 0, [ask(1, echo(7), 5 * S)]), at(120, lossy(1, 0, 500 * MS))]);
    expect(logOf(simulation, 1)).toEqual(['0.000 start 1', '0.150 asked to echo 7 by 0']);
    // Lost at 0.150 and 0.350, through at 0.750.
    expect(storyOf(simulation, 0)).toEqual(['0.800 echoed 7 for 7 from 1']);
  });

  test('after so many tries the connection is given up, and the time-out tells', () => {
    const simulation = run([at(0, lossy(0, 1, 3 * S)), doing(0, 0, [ask(1, echo(7), 10 * S)])], {
      requests: { ...TCP, retries: 2 },
    });
    expect(simulation.counters.retransmitted).toBe(2);
    expect(storyOf(simulation, 0)).toEqual(['10.000 timeout of 7 to 1']);
  });

  test('a partition that heals in time costs only time', () => {
    const simulation = run([at(0, cut(false)), doing(0, 0, [ask(1, echo(7), 5 * S)]), at(500, { kind: 'heal' })]);
    expect(storyOf(simulation, 0)).toEqual(['0.800 echoed 7 for 7 from 1']);
  });

  test('an asker that crashes is told nothing, and its next incarnation neither', () => {
    const simulation = run([first, at(120, crash(0, 10 * MS))]);
    expect(logOf(simulation, 0)).toEqual(['0.130 start 2']);
    expect(logOf(simulation, 1)).toContain('0.150 asked to echo 7 by 0');
    expect(simulation.counters.droppedBy.late).toBe(1);
  });

  test('processes on one host ask each other over the loopback', () => {
    const simulation = run([first, at(0, cut(false))], { loss: 0.9 }, { perHost: 2 });
    expect(storyOf(simulation, 0)).toEqual(['0.000 echoed 7 for 7 from 1']);
  });
});

describe('over UDP', () => {
  const udp = { requests: UDP };

  test('a request is one packet each way', () => {
    const simulation = run([first], udp);
    expect(logOf(simulation, 1)).toContain('0.050 asked to echo 7 by 0');
    expect(storyOf(simulation, 0)).toEqual(['0.100 echoed 7 for 7 from 1']);
  });

  const silent: Readonly<Record<string, readonly Timed[]>> = {
    'the process is down': [at(0, crash(1)), first],
    'the process ends while it holds the request': [doing(0, 0, [ask(1, { kind: 'quit', n: 7 })])],
    'a packet is lost': [at(0, lossy(0, 1, 100 * MS)), first],
    'the answer is lost': [at(0, lossy(1, 0, 100 * MS)), first],
  };
  for (const [cause, actions] of Object.entries(silent)) {
    test(`time-out, and nothing else: ${cause}`, () => {
      const simulation = run(actions, udp);
      expect(storyOf(simulation, 0)).toEqual(['1.000 timeout of 7 to 1']);
      expect(simulation.counters.retransmitted).toBe(0);
    });
  }

  test('unreachable is what the network says, not the peer', () => {
    expect(storyOf(run([at(0, cut(true)), first], udp), 0)).toEqual(['0.000 unreachable of 7 to 1']);
    expect(storyOf(run([first, at(40, cut(true))], udp), 0)).toEqual(['1.000 timeout of 7 to 1']);
  });

  test('an incarnation does not answer for the one before', () => {
    let id: RequestId = -1;
    const simulation = new Simulation(
      planOf(puppets, {
        network: udp,
        actions: [doing(0, 0, [ask(1, { kind: 'silence', n: 7 })]), at(100, crash(1, 10 * MS))],
      }),
      {
        observer: {
          input: (_process, input) => {
            if (input.kind === 'request') id = input.id;
          },
        },
      },
    );
    simulation.runUntil(200 * MS);
    expect(id).toBeGreaterThan(0);
    simulation.inject(doing(0, 1, [reply<PuppetTypes>(id, echo(1))]).action, 'answer');
    simulation.run();
    expect(storyOf(simulation, 0)).toEqual(['1.000 timeout of 7 to 1']);
    expect(simulation.counters.droppedBy.late).toBe(1);
  });
});

describe('ids', () => {
  test('one that nobody gave out answers nobody', () => {
    const bogus = [0, -1, 5, 1e12].map((id) => reply<PuppetTypes>(id, echo(1)));
    expect(run([doing(0, 0, bogus)]).counters.droppedBy.late).toBe(4);
  });

  test('a time-out of no time is a defect of the machine', () => {
    for (const timeoutUs of [0, -5, Number.NaN, Infinity]) {
      expect(() => run([doing(0, 0, [ask(1, echo(7), timeoutUs)])])).toThrow(/time-out/);
    }
  });

  test('time stays whole, whatever a machine works out', () => {
    const simulation = run([doing(0, 0, [ask(1, { kind: 'silence', n: 7 }, 1000.4)])]);
    simulation.world.process(0);
    expect(storyOf(simulation, 0)).toEqual(['0.001 timeout of 7 to 1']);
    const fractional = new Simulation(planOf(puppets, { actions: [doing(0, 0, [ask(1, echo(7), 0.2)])] }));
    fractional.step();
    expect(fractional.nextEventUs).toBe(1);
  });
});
