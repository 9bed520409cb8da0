import { describe, expect, test } from 'vitest';
import { type ChurnPlan, type ProcessView, planOf, Simulation } from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import { who } from './support/names.ts';
import { type PuppetTypes, puppets } from './support/puppet.ts';
import { mean } from './support/statistics.ts';

const MS = 1_000;
const S = 1_000_000;

/** Who came and went: `12.5 6 started`. */
function comings(
  simulation: Simulation<PuppetTypes>,
): { readonly at: number; readonly address: number; readonly what: string }[] {
  return (simulation.judged as readonly string[]).map((line) => {
    const [at, address, what] = line.split(' ');
    return { at: Number(at), address: Number(address), what };
  });
}

function run(churn: Partial<ChurnPlan>, parts: PlanParts = {}): Simulation<PuppetTypes> {
  const simulation = new Simulation(planOf(puppets, { nodes: 20, durationUs: 400 * S, ...parts, churn: [churn] }));
  simulation.run();
  return simulation;
}

const count = (simulation: Simulation<PuppetTypes>, what: string) =>
  comings(simulation).filter((coming) => coming.what === what).length;

/** Within 3.3 deviations of a Poisson count. */
const near = (found: number, expected: number) => Math.abs(found - expected) < 3.3 * Math.sqrt(expected);

describe('churn by rates', () => {
  test('joins, leaves and crashes come as often as they say, within their window', () => {
    const simulation = run({
      joinsPerSecond: 2,
      leavesPerSecond: 1,
      crashesPerSecond: 0.5,
      fromUs: 100 * S,
      untilUs: 300 * S,
    });
    expect(near(count(simulation, 'started'), 400)).toBe(true);
    expect(near(count(simulation, 'gone'), 200)).toBe(true);
    expect(near(count(simulation, 'down'), 100)).toBe(true);
    const times = comings(simulation).map(({ at }) => at);
    expect(Math.min(...times)).toBeGreaterThan(100);
    expect(Math.max(...times)).toBeLessThanOrEqual(300);
    expect((simulation.lastDisturbanceUs ?? 0) / S).toBeCloseTo(Math.max(...times), 2);
  });

  test('everyone goes alike', () => {
    const victims = new Map<number, number>();
    for (let seed = 0; seed < 60; seed++) {
      const simulation = run({ crashesPerSecond: 1, untilUs: 8 * S }, { seed, durationUs: 9 * S });
      for (const { address } of comings(simulation)) victims.set(address, (victims.get(address) ?? 0) + 1);
    }
    // About 24 each.
    const counts = Array.from({ length: 20 }, (_, address) => victims.get(address) ?? 0);
    expect(Math.max(...counts)).toBeLessThan(45);
    expect(Math.min(...counts)).toBeGreaterThan(8);
  });

  test('keeps as many as it is told to', () => {
    const simulation = run({ crashesPerSecond: 5, leavesPerSecond: 5, keep: 7 });
    expect(count(simulation, 'down') + count(simulation, 'gone')).toBe(13);
  });

  test('asks the failure guard where the scenario says so', () => {
    const spared = run({ crashesPerSecond: 5, keep: 0, guard: true });
    expect(spared.world.alive(0)).toBe(true);
    expect(count(spared, 'down')).toBe(19);
    expect(count(run({ crashesPerSecond: 5, keep: 0 }), 'down')).toBe(20);
  });

  test('picks only whom the system lets it pick, and keeps so many of those', () => {
    const system = {
      ...puppets,
      membership: { ...puppets.membership, churns: ({ address }: ProcessView<PuppetTypes>) => address % 2 === 0 },
    };
    const simulation = new Simulation(
      planOf(system, { nodes: 20, durationUs: 100 * S, churn: [{ crashesPerSecond: 5, keep: 3 }] }),
    );
    simulation.run();
    const gone = comings(simulation).map(({ address }) => address);
    expect(gone).toHaveLength(7);
    expect(gone.every((address) => address % 2 === 0)).toBe(true);
  });

  test('where nobody can join, nobody does', () => {
    const system = { ...puppets, membership: { ...puppets.membership, join: () => null } };
    const simulation = new Simulation(planOf(system, { churn: [{ joinsPerSecond: 5 }] }));
    simulation.run();
    expect(simulation.world.size).toBe(2);
    expect(simulation.lastDisturbanceUs).toBeNull();
  });
});

describe('sessions', () => {
  const length = { kind: 'exponential' as const, meanUs: 20 * S };
  const downtime = { kind: 'constant' as const, us: 2 * S };

  test('last as long as they say, and a newcomer takes the place after the down time', () => {
    const simulation = run({ sessions: { length, downtime, crashes: 0 } });
    const begun = new Map(Array.from({ length: 20 }, (_, address) => [address, 0]));
    const lasted: number[] = [];
    const went: number[] = [];
    const came: number[] = [];
    for (const { at, address, what } of comings(simulation)) {
      if (what === 'started') {
        begun.set(address, at);
        came.push(at);
      } else {
        lasted.push(at - (begun.get(address) ?? 0));
        went.push(at);
      }
    }
    // 20 places, each with cycles of 22 s in 400 s: 364 sessions.
    expect(near(lasted.length, 364)).toBe(true);
    expect(Math.abs(mean(lasted) - 20)).toBeLessThan((3.3 * 20) / Math.sqrt(lasted.length));
    for (const [i, at] of came.entries()) expect(at - went[i]).toBeCloseTo(2, 3);
    // Each place is taken, or will be within the down time.
    const live = Array.from({ length: simulation.world.size }, (_, i) => i).filter((i) => simulation.world.alive(i));
    expect(20 - live.length).toBe(went.length - came.length);
  });

  test('end in a crash with the probability that they say', () => {
    const simulation = run({ sessions: { length, downtime, crashes: 0.25 } });
    const ended = count(simulation, 'gone') + count(simulation, 'down');
    expect(Math.abs(count(simulation, 'down') / ended - 0.25)).toBeLessThan(3.3 * Math.sqrt((0.25 * 0.75) / ended));
  });

  test('of those who must be kept go on: they are mortal again when others have come', () => {
    // One by one all but 5 go, and 30 s later each is replaced.
    const simulation = run(
      { keep: 5, sessions: { length, downtime: { kind: 'constant', us: 30 * S }, crashes: 0 } },
      { nodes: 6 },
    );
    const left = comings(simulation).filter(({ what }) => what === 'gone');
    expect(left.filter(({ address }) => address < 6)).toHaveLength(6);
    let live = 6;
    for (const { what } of comings(simulation)) {
      live += what === 'started' ? 1 : -1;
      expect(live).toBeGreaterThanOrEqual(5);
    }
  });

  test('of a paused process end when it goes on', () => {
    const simulation = run(
      { sessions: { length: { kind: 'constant', us: 10 * S }, downtime, crashes: 0 }, untilUs: 15 * S },
      {
        nodes: 2,
        actions: [{ atUs: 5 * S, action: { kind: 'pause', who: who(0), forUs: 20 * S } }],
        durationUs: 60 * S,
      },
    );
    expect(comings(simulation).map(({ at, address, what }) => `${at} ${address} ${what}`)).toEqual([
      '10 1 gone',
      '12 2 started',
      '12 3 started',
      '25 0 gone',
    ]);
  });

  test('of one who went by itself bring no newcomer: that was no churn', () => {
    const simulation = run(
      { sessions: { length: { kind: 'constant', us: 10 * S }, downtime, crashes: 0 }, untilUs: 15 * S },
      { nodes: 3, actions: [{ atUs: 5 * S, action: { kind: 'leave', who: who(0), guard: false } }] },
    );
    expect(comings(simulation).map(({ at, address, what }) => `${at} ${address} ${what}`)).toEqual([
      '5 0 gone',
      '10 1 gone',
      '12 3 started',
    ]);
  });

  test('begin anew with a restart', () => {
    const simulation = run(
      { sessions: { length: { kind: 'constant', us: 10 * S }, downtime, crashes: 0 }, untilUs: 15 * S },
      {
        nodes: 2,
        actions: [{ atUs: 4 * S, action: { kind: 'crash', who: who(0), restartAfterUs: 500 * MS, guard: false } }],
      },
    );
    const ends = comings(simulation).filter(({ what }) => what === 'gone');
    expect(ends.map(({ at, address }) => [at, address])).toEqual([
      [10, 1],
      [14.5, 0],
    ]);
  });

  test('of no length do not stop time', () => {
    const nothing = { kind: 'constant' as const, us: 0 };
    const simulation = run(
      { keep: 2, sessions: { length: nothing, downtime: nothing, crashes: 0 }, untilUs: 100 },
      { nodes: 2, durationUs: S },
    );
    expect(simulation.finished).toBe(true);
  });
});
