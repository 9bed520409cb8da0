import { describe, expect, test } from 'vitest';
import {
  type Expectation,
  planOf,
  Simulation,
  type SimulationOptions,
  type System,
  type TimedAction,
} from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import { who } from './support/names.ts';
import { alarm, doing, type PuppetTypes, puppets, remark, tell } from './support/puppet.ts';

const S = 1_000_000;

type Timed = Pick<TimedAction, 'action'> & Partial<TimedAction>;

const watching = (...names: readonly string[]): readonly Expectation[] =>
  names.map((name) => ({
    text: name,
    place: null,
    subject: { kind: 'property', name },
    requirement: { kind: 'sometimes' },
  }));

function run(
  actions: readonly Timed[],
  parts: PlanParts = {},
  system: System<PuppetTypes> = puppets as System<PuppetTypes>,
  options: SimulationOptions = {},
): Simulation<PuppetTypes> {
  const simulation = new Simulation(
    planOf(system, {
      durationUs: 10 * S,
      expect: watching('no bell rings', 'all are up', 'all reach all'),
      ...parts,
      actions,
    }),
    options,
  );
  simulation.run();
  return simulation;
}

const crash = (atUs: number, name: string | number, restartAfterUs: number | null = null): Timed => ({
  atUs,
  action: { kind: 'crash', who: who(name), restartAfterUs, guard: false },
});
const watchOf = (simulation: Simulation<PuppetTypes>, name: string) => {
  const watch = simulation.watches.find((candidate) => candidate.name === name);
  if (watch === undefined) throw new Error(`${name} is not watched`);
  return watch;
};

describe('a property', () => {
  test('is true from here to there, to the microsecond', () => {
    const simulation = run([doing(1 * S, 0, [alarm(1, 234_567, 'bell'), alarm(2, 345_678)]), crash(3 * S, 1, 123)]);
    expect(watchOf(simulation, 'no bell rings')).toMatchObject({
      holds: true,
      sinceUs: 1_345_678,
      everHeld: true,
      stretches: [
        { fromUs: 0, untilUs: 1_234_567 },
        { fromUs: 1_345_678, untilUs: null },
      ],
    });
    expect(watchOf(simulation, 'all are up').stretches).toEqual([
      { fromUs: 0, untilUs: 3_000_000 },
      { fromUs: 3_000_123, untilUs: null },
    ]);
    expect(simulation.summary().holdsSinceUs).toEqual({
      'no bell rings': 1_345_678,
      'all are up': 3_000_123,
      'all reach all': 0,
    });
  });

  test('keeps its first violation with the states as they were then, and its last', () => {
    const simulation = run([
      doing(1 * S, 0, [alarm(1, 1, 'bell'), alarm(2, 2)]),
      doing(2 * S, 1, [alarm(3, 5, 'bell')]),
    ]);
    const { firstViolation, lastViolation, holds, sinceUs } = watchOf(simulation, 'no bell rings');
    expect(firstViolation).toMatchObject({
      timeUs: 1_000_001,
      violation: { message: 'puppet-0 hears a bell', processes: [0] },
      states: [{ address: 0, name: 'puppet-0', state: { log: ['0.000 start 1', '1.000 do', '1.000 bell 1'] } }],
    });
    // Two starts, an action, then the bell.
    expect(firstViolation?.event).toBe(4);
    expect(lastViolation?.message).toBe('puppet-1 hears a bell');
    expect([holds, sinceUs]).toEqual([false, 2_000_005]);
    expect(simulation.summary().holdsSinceUs['no bell rings']).toBeNull();
  });

  test('sees partitions, pauses and their ends', () => {
    const simulation = run([
      {
        atUs: 2 * S,
        action: { kind: 'partition', sides: [who(0), who(1)], oneWay: true, answers: false, forUs: 3 * S },
      },
      { atUs: 6 * S, action: { kind: 'isolate', who: who(0), answers: false, forUs: null } },
      { atUs: 7 * S, action: { kind: 'heal' } },
      { atUs: 8 * S, action: { kind: 'crashHost', who: who(0), restartAfterUs: S } },
    ]);
    expect(watchOf(simulation, 'all reach all').stretches).toEqual([
      { fromUs: 0, untilUs: 2 * S },
      { fromUs: 5 * S, untilUs: 6 * S },
      { fromUs: 7 * S, untilUs: 8 * S },
      { fromUs: 9 * S, untilUs: null },
    ]);
  });

  test('may look at the judge’s state', () => {
    const system: System<PuppetTypes> = {
      ...puppets,
      properties: {
        'little is noted': {
          description: 'Fewer than two things were noted.',
          source: 'the tests',
          check: (_world, judged) =>
            (judged as string[]).filter((line) => line.includes('noted')).length < 2
              ? null
              : { message: 'much is noted', processes: [] },
          touchedBy: () => false,
        },
      },
    } as System<PuppetTypes>;
    const simulation = run(
      [doing(1 * S, 0, [remark(1)]), doing(2 * S, 1, [remark(2)])],
      { expect: watching('little is noted') },
      system,
    );
    expect(watchOf(simulation, 'little is noted').stretches).toEqual([{ fromUs: 0, untilUs: 2 * S }]);
  });

  test('tells an observer of each change of its truth', () => {
    const heard: unknown[] = [];
    run([crash(3 * S, 1, S)], { expect: watching('all are up') }, puppets as System<PuppetTypes>, {
      observer: { property: (...args) => heard.push(args) },
    });
    expect(heard).toEqual([
      ['all are up', true, null],
      ['all are up', false, 'puppet-1 is not'],
      ['all are up', true, null],
    ]);
  });
});

describe('checks', () => {
  /** A judge that notices nothing: whatever it notices may touch every property. */
  const unjudged: System<PuppetTypes> = {
    ...puppets,
    judge: { ...puppets.judge, init: () => [], observe: (judged: unknown) => judged },
  } as unknown as System<PuppetTypes>;
  const busy = [
    ...Array.from({ length: 100 }, (_, i) => doing(i * 10_000, i % 2, [tell(1 - (i % 2), i)])),
    crash(5 * S, 0, S),
  ];

  test('are made only where a step touched the property', () => {
    const simulation = run(busy, {}, unjudged);
    expect(simulation.events).toBeGreaterThan(200);
    // At the beginning, at the crash, at the restart.
    expect(watchOf(simulation, 'all are up').checks).toBe(3);
    // No bell ever rang.
    expect(watchOf(simulation, 'no bell rings').checks).toBe(3);
  });

  test('are made after each step that changed a state, if the property does not say what touches it', () => {
    const { touchedBy: _, ...anything } = puppets.properties['no bell rings'];
    const system = {
      ...unjudged,
      properties: { ...puppets.properties, 'no bell rings': anything },
    } as System<PuppetTypes>;
    // Beside the three: 100 operations, 100 datagrams.
    expect(watchOf(run(busy, {}, system), 'no bell rings').checks).toBe(203);
    expect(watchOf(run(busy, {}, system), 'all are up').checks).toBe(3);
  });

  test('by period see what is true at its multiples and at the end', () => {
    const ringing = [doing(1 * S, 0, [alarm(1, 250_000, 'bell'), alarm(2, 1_100_000)]), crash(9.5 * S, 1)];
    const simulation = run(ringing, { check: S });
    expect(watchOf(simulation, 'no bell rings').stretches).toEqual([
      { fromUs: 0, untilUs: 2 * S },
      { fromUs: 3 * S, untilUs: null },
    ]);
    expect(watchOf(simulation, 'all are up')).toMatchObject({ holds: false, sinceUs: 10 * S });
  });

  test('by period do not see what comes and goes in between', () => {
    const simulation = run([doing(1.1 * S, 0, [alarm(1, 1, 'bell'), alarm(2, 2)])], { check: S });
    expect(watchOf(simulation, 'no bell rings')).toMatchObject({ holds: true, firstViolation: null });
  });

  test('are after each event in small worlds, and a hundred in large ones, unless the scenario says', () => {
    const few = run(busy, { nodes: 128, check: 'auto' });
    const many = run(busy, { nodes: 129, check: 'auto' });
    expect(watchOf(few, 'all are up').sinceUs).toBe(6 * S);
    expect(watchOf(many, 'all are up').stretches).toEqual([
      { fromUs: 0, untilUs: 5 * S },
      { fromUs: 6 * S, untilUs: null },
    ]);
    expect(watchOf(few, 'all are up').checks).toBeGreaterThan(watchOf(many, 'all are up').checks);
  });
});

describe('series', () => {
  test('sample at time 0 and at each period, after all events of that instant, and at the end', () => {
    const simulation = run([crash(2 * S, 0), { atUs: 4 * S, action: { kind: 'join', arguments: {}, count: 3 } }], {
      sampleUs: 2 * S,
    });
    const { timesUs, values, periodUs } = simulation.series;
    expect(periodUs).toBe(2 * S);
    expect(timesUs.map((us) => us / S)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(values.get('live processes')).toEqual([2, 1, 4, 4, 4, 4]);
    expect(values.get('lines')).toEqual([2, 2, 5, 5, 5, 5]);
  });

  test('of a gauge that came late, or went, have no numbers for the time without', () => {
    const system = {
      ...puppets,
      gauges: ({ nowUs }: { nowUs: number }) => ({
        ...(nowUs >= 4 * S ? { late: nowUs / S } : {}),
        ...(nowUs < 4 * S ? { early: 1 } : {}),
      }),
    } as unknown as System<PuppetTypes>;
    const { values } = run([], { sampleUs: 2 * S }, system).series;
    expect(values.get('late')).toEqual([Number.NaN, Number.NaN, 4, 6, 8, 10]);
    expect(values.get('early')).toEqual([1, 1, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });
});
