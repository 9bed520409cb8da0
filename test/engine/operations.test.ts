import { describe, expect, test } from 'vitest';
import { complete, type OperationRecord, planOf, Simulation, type TimedAction } from '../../sim/index.ts';
import { who } from './support/names.ts';
import { alarm, doing, type PuppetTypes, puppets, remark, storyOf } from './support/puppet.ts';

const S = 1_000_000;

type Timed = Pick<TimedAction, 'action'> & Partial<TimedAction>;

function run(actions: readonly Timed[], system = puppets, seed = 1): Simulation<PuppetTypes> {
  const simulation = new Simulation(planOf(system, { seed, durationUs: 10 * S, actions }), { freeze: true });
  simulation.run();
  return simulation;
}

const done = (id: number, outcome = 'done') => complete<PuppetTypes>(id, { kind: outcome });
const nap = (atUs: number): Timed => ({
  atUs,
  action: { kind: 'operation', name: 'nap', node: who(0), arguments: {} },
});

describe('an operation', () => {
  test('begins, ends with an outcome, and is judged by what was so at its beginning and its end', () => {
    const simulation = run([
      doing(1 * S, 0, []),
      doing(2 * S, 1, [done(99)]),
      doing(3 * S, 0, [remark(1), done(0)], 'bad'),
    ]);
    const [first, second, third] = simulation.history;
    expect(first).toEqual({
      id: 0,
      issuer: 0,
      operation: { kind: 'do', effects: [], outcome: null },
      startUs: 1 * S,
      endUs: 3 * S,
      status: 'completed',
      outcome: { kind: 'done' },
      // The judge had seen nothing when the first began, and three beginnings and a note when the third did.
      judgement: { verdict: 'correct', measures: { seen: 0 } },
      startSequence: 0,
    });
    expect(second).toMatchObject({ id: 1, status: 'pending', endUs: null, outcome: null, judgement: null });
    expect(third).toMatchObject({ id: 2, status: 'completed', judgement: { verdict: 'wrong', measures: { seen: 2 } } });
    expect(simulation.world.pending()).toEqual([second]);
    expect(simulation.judged).toEqual(['1.000 0 began 0', '2.000 1 began 1', '3.000 0 began 2', '3.000 0 noted 1']);
  });

  test('ends once: what comes later is not heard', () => {
    const simulation = run([doing(1 * S, 0, [], 'done'), doing(2 * S, 0, [done(0, 'bad')])]);
    expect(simulation.history[0]).toMatchObject({ endUs: 1 * S, outcome: { kind: 'done' } });
  });

  test('is aborted when its process ends, by a crash, an exit or its host, and only then', () => {
    const ended: (readonly [number, string])[] = [];
    const simulation = new Simulation(
      planOf(puppets, {
        nodes: 4,
        durationUs: 10 * S,
        actions: [
          ...[0, 1, 2, 3, 0].map((node) => doing(1 * S, node, [])),
          { atUs: 2 * S, action: { kind: 'crash', who: who(0), restartAfterUs: S, guard: false } },
          { atUs: 3 * S, action: { kind: 'leave', who: who(1), guard: false } },
          { atUs: 4 * S, action: { kind: 'crashHost', who: who(2), restartAfterUs: null } },
          doing(5 * S, 0, [done(0)]),
        ],
      }),
      { observer: { ended: ({ id, judgement }: OperationRecord) => ended.push([id, judgement?.verdict ?? '']) } },
    );
    simulation.run();
    expect(simulation.history.map(({ status, endUs }) => [status, endUs === null ? null : endUs / S])).toEqual([
      ['aborted', 2],
      ['aborted', 3],
      ['aborted', 4],
      ['pending', null],
      ['aborted', 2],
      ['pending', null],
    ]);
    expect(simulation.history[0].judgement).toEqual({ verdict: 'aborted' });
    expect(ended).toEqual([0, 4, 1, 2].map((id) => [id, 'aborted']));
  });

  test('is completed by the process that it was issued at, or that is a defect of the machine', () => {
    expect(() => run([doing(1 * S, 0, []), doing(2 * S, 1, [done(0)])])).toThrow(
      /puppet-1 completed operation 0, which was issued at another process/,
    );
  });

  test('that is a step is no client’s: it is done, and neither recorded nor judged', () => {
    const simulation = run([nap(1 * S), nap(2 * S)]);
    expect(storyOf(simulation, 0)).toEqual(['1.000 step', '2.000 step']);
    expect(simulation.history).toEqual([]);
    expect(simulation.judged).toEqual([]);
    expect(simulation.faults.map(({ isFault, changed }) => [isFault, changed])).toEqual([
      [false, 1],
      [false, 1],
    ]);
  });
});

describe('the fingerprint', () => {
  const of = (verdict: string, measure: number | undefined) =>
    run([doing(1 * S, 0, [], 'done')], {
      ...puppets,
      judge: {
        ...puppets.judge,
        verdict: () => (measure === undefined ? { verdict } : { verdict, measures: { hops: measure } }),
      },
    }).fingerprint;

  test('hears verdicts and their measures', () => {
    const prints = [
      of('correct', undefined),
      of('wrong', undefined),
      of('correct', 0),
      of('correct', 1),
      of('correct', 1.5),
      of('correct', 2 ** 40),
    ];
    expect(new Set(prints).size).toBe(prints.length);
    expect(of('correct', 1.5)).toBe(of('correct', 1.5));
  });

  test('hears that an operation was aborted', () => {
    const crash: Timed = { atUs: 2 * S, action: { kind: 'crash', who: who(0), restartAfterUs: null, guard: false } };
    const twice = [run([doing(S, 0, []), crash]), run([doing(S, 0, [], 'done'), crash])];
    expect(twice[0].fingerprint).not.toBe(twice[1].fingerprint);
  });

  test('has sixteen hexadecimal digits', () => {
    expect(run([]).fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('the judge', () => {
  test('is asked after the first starts, and hears of each change that it watches, before the effects of the step', () => {
    const simulation = run([
      doing(1 * S, 0, [alarm(1, S, 'bell'), alarm(2, S)]),
      { atUs: 3 * S, action: { kind: 'crash', who: who(0), restartAfterUs: S, guard: false } },
      { atUs: 5 * S, action: { kind: 'join', arguments: {}, count: 1 } },
    ]);
    expect(simulation.judged).toEqual([
      '1.000 0 began 0',
      '2.000 0 changed: 2.000 bell 1',
      '3.000 0 down',
      '4.000 0 started',
      '5.000 2 started',
    ]);
  });

  test('sees the state of a process that starts when it is told so', () => {
    const seen: unknown[] = [];
    const system = {
      ...puppets,
      judge: {
        ...puppets.judge,
        observe: (...args: Parameters<typeof puppets.judge.observe>) => {
          const [, observation, world] = args;
          if (observation.kind === 'started') seen.push(world.process(observation.address).state);
          return puppets.judge.observe(...args);
        },
      },
    };
    run([{ atUs: 3 * S, action: { kind: 'crash', who: who(0), restartAfterUs: S, guard: false } }], system);
    expect(seen).toEqual([{ log: ['4.000 start 2'] }]);
  });
});

test('the summary counts what was sent and how long processes were up', () => {
  const simulation = run([
    { atUs: 2 * S, action: { kind: 'crash', who: who(0), restartAfterUs: 3 * S, guard: false } },
    { atUs: 6 * S, action: { kind: 'join', arguments: {}, count: 1 } },
    { atUs: 9 * S, action: { kind: 'leave', who: who(2), guard: false } },
  ]);
  // 2 + 5 of the first, 10 of the second, 3 of the third.
  expect(simulation.summary().processUpUs).toBe(20 * S);
  expect(simulation.lastDisturbanceUs).toBe(9 * S);
});
