import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Checkpoint, Simulation } from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import type { BabbleTypes } from './support/babble.ts';
import { digest } from './support/digest.ts';
import { anyAction, anyParts, babblePlan } from './support/plans.ts';

const fresh = (parts: PlanParts): Simulation<BabbleTypes> => new Simulation(babblePlan(parts));

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
