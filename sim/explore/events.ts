import type { ObservedEvent } from '../engine/observer.ts';
import { Simulation } from '../engine/simulation.ts';
import type { Plan } from '../scenario/plan.ts';

/** The events of a run after one number and up to another, and the run as it is then. */
export function eventsBetween(
  plan: Plan,
  after: number,
  until: number,
): { readonly events: readonly ObservedEvent[]; readonly simulation: Simulation } {
  const events: ObservedEvent[] = [];
  const event = (seen: ObservedEvent) => {
    if (seen.number > after && seen.number <= until) events.push(seen);
  };
  const simulation = new Simulation(plan, { observer: { event } });
  while (simulation.events < until && simulation.step());
  return { events, simulation };
}
