import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Simulation } from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import type { BabbleTypes } from './support/babble.ts';
import { anyParts, babblePlan } from './support/plans.ts';

/** Runs the plan, takes a message off the wire now and then, and looks around after each event. */
function walk(parts: PlanParts, look: (simulation: Simulation<BabbleTypes>) => void): Simulation<BabbleTypes> {
  const simulation = new Simulation(babblePlan(parts));
  look(simulation);
  while (simulation.step()) {
    if (simulation.events % 100 === 0) {
      const [message] = simulation.world.inFlight();
      if (message !== undefined) simulation.inject({ kind: 'lose', sequence: message.sequence }, 'lose it');
    }
    look(simulation);
  }
  return simulation;
}

describe('whatever happens', () => {
  test('sent + duplicated = delivered + dropped + in flight, after every event', () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(anyParts, (parts) => {
        const { counters } = walk(parts, (simulation) => {
          const { sent, duplicated, delivered, dropped } = simulation.counters;
          const inFlight = simulation.countInFlight();
          if (sent + duplicated !== delivered + dropped + inFlight)
            expect({ sent, duplicated, delivered, dropped, inFlight, at: simulation.nowUs }).toBe('conserved');
        });
        const reasons = Object.entries(counters.droppedBy);
        expect(reasons.reduce((sum, [, count]) => sum + count, 0)).toBe(counters.dropped);
        for (const [reason, count] of reasons) met.set(reason, (met.get(reason) ?? 0) + count);
      }),
      { seed: 31, numRuns: 150 },
    );
    // The plans were about something: each way to lose a message was met.
    for (const [reason, count] of met) expect([reason, count > 0]).toEqual([reason, true]);
  });

  test('exactly one reply or failure follows each request while its asker lives, and no timer fires that was cancelled', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const simulation = walk(parts, ({ world }) => {
          for (let address = 0; address < world.size; address++) {
            if (!world.alive(address)) continue;
            const { state } = world.process(address);
            expect(state.unasked + state.ghosts).toBe(0);
          }
        });
        const { world } = simulation;
        for (let address = 0; address < world.size; address++) {
          if (!world.alive(address)) continue;
          const process = world.process(address);
          const open = Object.keys(process.state.open).length;
          const waiting = simulation.requestsOf(address).length;
          // A paused process has yet to hear of some.
          if (process.status === 'up') expect(open).toBe(waiting);
          else expect(open).toBeGreaterThanOrEqual(waiting);
        }
      }),
      { seed: 32, numRuns: 80 },
    );
  });
});
