import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Checkpoint, Simulation, Timeline } from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import type { BabbleTypes } from './support/babble.ts';
import { digest } from './support/digest.ts';
import { anyAction, anyParts, babblePlan } from './support/plans.ts';

const fresh = (parts: PlanParts): Simulation<BabbleTypes> => new Simulation(babblePlan(parts));

/** The run right after an event: the first moment that has come so far, on a straight way. */
function atEvent(parts: PlanParts, event: number): Simulation<BabbleTypes> {
  const simulation = fresh(parts);
  while (simulation.events < event && simulation.step()) {
    // On and on.
  }
  return simulation;
}

function atTime(parts: PlanParts, timeUs: number): Simulation<BabbleTypes> {
  const simulation = fresh(parts);
  simulation.runUntil(timeUs);
  return simulation;
}

type Move =
  | { readonly kind: 'event'; readonly event: number }
  | { readonly kind: 'time'; readonly timeUs: number }
  | { readonly kind: 'play'; readonly aheadUs: number; readonly atMost: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('event' as const), event: fc.nat(900) }),
  fc.record({ kind: fc.constant('time' as const), timeUs: fc.nat(1_600_000) }),
  fc.record({
    kind: fc.constant('play' as const),
    aheadUs: fc.nat(300_000),
    atMost: fc.constantFrom(1, 5, 40, Infinity),
  }),
);

describe('seeking', () => {
  test('to an event or a time, from anywhere, is the same moment as going there straight', () => {
    fc.assert(
      fc.property(
        anyParts,
        fc.array(move, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 2, max: 12 }),
        (parts, moves, spacing, most) => {
          const timeline = new Timeline(fresh(parts), spacing, most);
          const { simulation } = timeline;
          for (const step of moves) {
            if (step.kind === 'play') {
              timeline.playUntil(simulation.nowUs + step.aheadUs, step.atMost);
            } else if (step.kind === 'event') {
              timeline.seekEvent(step.event);
              expect(digest(simulation)).toEqual(digest(atEvent(parts, step.event)));
            } else {
              timeline.seekTime(step.timeUs);
              expect(digest(simulation)).toEqual(digest(atTime(parts, step.timeUs)));
            }
          }
          simulation.run();
          const straight = fresh(parts);
          straight.run();
          expect(digest(simulation)).toEqual(digest(straight));
        },
      ),
      { seed: 51, numRuns: 100 },
    );
  });

  test('to a time goes after all events of it, from a checkpoint in the midst of them too', () => {
    const parts: PlanParts = { nodes: 6, network: { roundUs: 50_000 } };
    const timeline = new Timeline(fresh(parts), 1, 1000);
    timeline.playUntil(500_000);
    timeline.seekTime(100_000);
    expect(digest(timeline.simulation)).toEqual(digest(atTime(parts, 100_000)));
    timeline.seekTime(100_000);
    expect(digest(timeline.simulation)).toEqual(digest(atTime(parts, 100_000)));
  });

  test('to an event that many joined in is to right after all of them', () => {
    const parts: PlanParts = {
      nodes: 2,
      actions: [{ atUs: 300_000, action: { kind: 'join', arguments: {}, count: 20 } }],
    };
    const before = atTime(parts, 299_999).events;
    for (const event of [before, before + 1, before + 10, before + 21, before + 22]) {
      const timeline = new Timeline(fresh(parts), 7);
      timeline.seekEvent(event);
      expect(digest(timeline.simulation)).toEqual(digest(atEvent(parts, event)));
      timeline.playUntil(900_000);
      timeline.seekEvent(event);
      expect(digest(timeline.simulation)).toEqual(digest(atEvent(parts, event)));
    }
  });

  test('beyond the ends stays at the ends', () => {
    const timeline = new Timeline(fresh({ nodes: 3 }));
    timeline.seekEvent(1e9);
    expect(timeline.simulation.finished).toBe(true);
    timeline.seekEvent(-5);
    expect(timeline.simulation.events).toBe(timeline.firstEvent);
    expect(timeline.firstEvent).toBe(3);
    timeline.seekTime(1e18);
    expect(timeline.simulation.finished).toBe(true);
    timeline.seekTime(-1);
    expect(timeline.simulation.nowUs).toBe(0);
  });

  test('keeps no more checkpoints than it may', () => {
    const timeline = new Timeline(fresh({ nodes: 6 }), 1, 10);
    timeline.playUntil(1_500_000);
    expect(timeline.simulation.events).toBeGreaterThan(300);
    expect((timeline as unknown as { checkpoints: unknown[] }).checkpoints.length).toBeLessThanOrEqual(10);
  });
});

describe('checkpoints', () => {
  test('can be restored in any order, forward too', () => {
    fc.assert(
      fc.property(anyParts, fc.array(fc.nat(7), { minLength: 4, maxLength: 10 }), (parts, order) => {
        const simulation = fresh(parts);
        const saved: { checkpoint: Checkpoint; seen: unknown }[] = [];
        for (let i = 0; i < 8; i++) {
          saved.push({ checkpoint: simulation.snapshot(), seen: digest(simulation) });
          simulation.runUntil(simulation.nowUs + 200_000);
        }
        const end = digest(simulation);
        for (const i of order) {
          simulation.restore(saved[i].checkpoint);
          expect(digest(simulation)).toEqual(saved[i].seen);
        }
        simulation.run();
        expect(digest(simulation)).toEqual(end);
      }),
      { seed: 52, numRuns: 80 },
    );
  });

  test('of another branch can be restored, though other processes came there', () => {
    fc.assert(
      fc.property(
        anyParts,
        fc.tuple(fc.array(anyAction, { maxLength: 3 }), fc.array(anyAction, { maxLength: 3 })),
        fc.array(fc.nat(2), { maxLength: 6 }),
        (parts, branches, order) => {
          const simulation = fresh(parts);
          simulation.runUntil(400_000);
          const fork = simulation.snapshot();
          const ends = branches.map((actions) => {
            simulation.restore(fork);
            for (const action of actions) simulation.inject(action, action.kind);
            simulation.inject({ kind: 'join', arguments: {}, count: actions.length + 1 }, 'join');
            simulation.runUntil(900_000);
            const checkpoint = simulation.snapshot();
            const seen = digest(simulation);
            simulation.run();
            return { checkpoint, seen, end: digest(simulation) };
          });
          for (const which of order) {
            simulation.restore(ends[which % 2].checkpoint);
            expect(digest(simulation)).toEqual(ends[which % 2].seen);
            simulation.run();
            expect(digest(simulation)).toEqual(ends[which % 2].end);
          }
        },
      ),
      { seed: 53, numRuns: 80 },
    );
  });
});

describe('injections', () => {
  const moment = fc.record({
    aheadUs: fc.nat(250_000),
    events: fc.option(fc.integer({ min: 1, max: 80 }), { nil: null }),
    action: anyAction,
  });

  test('by hand are the same run as a plan that has them after the same events', () => {
    fc.assert(
      fc.property(anyParts, fc.array(moment, { minLength: 1, maxLength: 5 }), (parts, moments) => {
        const live = fresh({ ...parts, actions: [] });
        for (const { aheadUs, events, action } of moments) {
          // Right after an event, or some time after it.
          if (events === null) live.runUntil(live.nowUs + aheadUs);
          else live.runUntil(Infinity, events);
          live.inject(action, action.kind);
        }
        live.run();
        const planned = fresh({ ...parts, actions: live.injections });
        planned.run();
        const unordered = (simulation: Simulation<BabbleTypes>) => {
          const { faults, injections, ...rest } = digest(simulation);
          const tallies = (faults as { label: string }[]).map((tally) => JSON.stringify(tally));
          return { ...rest, faults: tallies.toSorted() };
        };
        expect(unordered(planned)).toEqual(unordered(live));
        expect(live.injections).toHaveLength(moments.length);
      }),
      { seed: 54, numRuns: 120 },
    );
  });

  test('are undone by going back before them, and what follows is the run without', () => {
    const parts: PlanParts = { nodes: 5 };
    const timeline = new Timeline(fresh(parts), 10);
    timeline.playUntil(500_000);
    timeline.simulation.inject(
      { kind: 'crash', who: [{ kind: 'range', from: 0, to: 2 }], restartAfterUs: null, guard: false },
      'crash',
    );
    timeline.forgetFuture();
    timeline.playUntil(1_200_000);
    const crashed = digest(timeline.simulation);
    timeline.seekTime(800_000);
    expect(timeline.simulation.injections).toHaveLength(1);
    timeline.seekTime(1_200_000);
    expect(digest(timeline.simulation)).toEqual(crashed);
    timeline.seekTime(300_000);
    expect(digest(timeline.simulation)).toEqual(digest(atTime(parts, 300_000)));
    for (const timeUs of [900_000, 600_000, 1_300_000, 1_000_000]) {
      timeline.seekTime(timeUs);
      expect(digest(timeline.simulation)).toEqual(digest(atTime(parts, timeUs)));
    }
  });

  test('are noticed, also where nobody says that the future is another one', () => {
    const parts: PlanParts = { nodes: 5 };
    const timeline = new Timeline(fresh(parts), 10);
    timeline.playUntil(1_500_000);
    timeline.seekTime(500_000);
    timeline.simulation.inject({ kind: 'pause', who: [{ kind: 'all' }], forUs: 200_000 }, 'pause');
    timeline.playUntil(1_000_000);
    const paused = digest(timeline.simulation);
    timeline.seekTime(1_400_000);
    timeline.seekTime(1_000_000);
    expect(digest(timeline.simulation)).toEqual(paused);
  });

  test('at the end of the run still take effect, and are still judged', () => {
    const simulation = fresh({ nodes: 4, check: 100_000 });
    simulation.run();
    expect(simulation.watches[1]).toMatchObject({ name: 'half are up', holds: true });
    const crash = {
      kind: 'crash' as const,
      who: [{ kind: 'range' as const, from: 0, to: 2 }],
      restartAfterUs: 0,
      guard: false,
    };
    simulation.inject(crash, 'crash');
    expect(simulation.finished).toBe(false);
    simulation.inject({ ...crash, restartAfterUs: null }, 'again');
    simulation.run();
    expect(simulation.finished).toBe(true);
    // The second crash found nobody running, and the restarts of the first came at that same last instant.
    expect(simulation.nowUs).toBe(1_500_000);
    const live = [0, 1, 2, 3].filter((address) => simulation.world.alive(address));
    expect(live).toEqual([0, 1, 2, 3]);
    simulation.inject({ ...crash, restartAfterUs: null }, 'for good');
    simulation.run();
    expect(simulation.watches[1]).toMatchObject({ holds: false, sinceUs: 1_500_000 });
  });
});
