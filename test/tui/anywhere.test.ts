/** Wherever one goes in any run, by event or by time, one comes to the very moment that a run straight there comes to. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Plan, Simulation } from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import { Player } from '../../tui/run/player.ts';
import { digest } from '../engine/support/digest.ts';
import { anyParts, babblePlan } from '../engine/support/plans.ts';

const planOf = (parts: PlanParts): Plan => babblePlan(parts) as unknown as Plan;

/** The run right after an event: the first moment that has come so far, on a straight way. */
function atEvent(parts: PlanParts, event: number): Simulation {
  const simulation = new Simulation(planOf(parts));
  while (simulation.events < event && simulation.step()) {
    // On and on.
  }
  return simulation;
}

function atTime(parts: PlanParts, timeUs: number): Simulation {
  const simulation = new Simulation(planOf(parts));
  simulation.runUntil(timeUs);
  return simulation;
}

function toEvent(player: Player, event: number): void {
  player.goToEvent(event);
  player.arrive();
}

function toTime(player: Player, timeUs: number): void {
  player.goToTime(timeUs);
  player.arrive();
}

type Move =
  | { readonly kind: 'event'; readonly event: number }
  | { readonly kind: 'time'; readonly timeUs: number }
  | { readonly kind: 'play'; readonly aheadUs: number; readonly atMost: number; readonly muted: boolean };

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('event' as const), event: fc.nat(900) }),
  fc.record({ kind: fc.constant('time' as const), timeUs: fc.nat(1_600_000) }),
  fc.record({
    kind: fc.constant('play' as const),
    aheadUs: fc.nat(300_000),
    atMost: fc.constantFrom(1, 5, 40, Infinity),
    muted: fc.boolean(),
  }),
);

describe('going', () => {
  test('to an event or a time, from anywhere, comes to the same moment as going there straight', () => {
    fc.assert(
      fc.property(anyParts, fc.array(move, { minLength: 1, maxLength: 8 }), (parts, moves) => {
        const player = new Player(planOf(parts));
        const { simulation } = player;
        for (const step of moves) {
          if (step.kind === 'play') {
            player.recorder.mute(step.muted);
            player.forward(simulation.nowUs + step.aheadUs, step.atMost);
            player.comeToRest();
          } else if (step.kind === 'event') {
            toEvent(player, step.event);
            expect(digest(simulation)).toEqual(digest(atEvent(parts, step.event)));
          } else {
            toTime(player, step.timeUs);
            expect(digest(simulation)).toEqual(digest(atTime(parts, step.timeUs)));
          }
        }
        simulation.run();
        expect(digest(simulation)).toEqual(digest(atTime(parts, Infinity)));
      }),
      { seed: 51, numRuns: 100 },
    );
  });

  test('to a time goes after all events of it, also from in the midst of them', () => {
    const parts: PlanParts = { nodes: 6, network: { roundUs: 50_000 } };
    const player = new Player(planOf(parts));
    const end = atTime(parts, 100_000);
    for (const event of [end.events - 3, end.events - 1, end.events, end.events + 2]) {
      toEvent(player, event);
      toTime(player, 100_000);
      expect(digest(player.simulation)).toEqual(digest(end));
    }
  });

  test('to an event that many joined in comes to right after all of them', () => {
    const parts: PlanParts = {
      nodes: 2,
      actions: [{ atUs: 300_000, action: { kind: 'join', arguments: {}, count: 20 } }],
    };
    const before = atTime(parts, 299_999).events;
    for (const event of [before, before + 1, before + 10, before + 21, before + 22]) {
      const player = new Player(planOf(parts));
      toEvent(player, event);
      expect(digest(player.simulation)).toEqual(digest(atEvent(parts, event)));
      player.forward(900_000);
      toEvent(player, event);
      expect(digest(player.simulation)).toEqual(digest(atEvent(parts, event)));
    }
  });

  test('beyond the ends stays at the ends', () => {
    const player = new Player(planOf({ nodes: 3 }));
    toEvent(player, 1e9);
    expect(player.simulation.finished).toBe(true);
    toEvent(player, -5);
    expect(player.simulation.events).toBe(player.firstEvent);
    expect(player.firstEvent).toBe(3);
    toTime(player, 1e18);
    expect(player.simulation.finished).toBe(true);
    toTime(player, -1);
    expect(player.simulation.nowUs).toBe(0);
  });
});
