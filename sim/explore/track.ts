/** A run by itself, as checks along the way: to be held against a run elsewhere, in another process or on another machine. */
import { Simulation } from '../engine/simulation.ts';
import { type Trail, TrailMaker } from '../recording/trail.ts';
import type { Plan } from '../scenario/plan.ts';
import { CHECKS } from './lockstep.ts';

/** What is known of a whole run. */
export interface Track {
  readonly events: number;
  readonly us: number;
  readonly fingerprint: string;
  readonly trail: Trail;
}

export function trackOf(plan: Plan, untilUs = Number.POSITIVE_INFINITY, atMost = Number.POSITIVE_INFINITY): Track {
  const simulation = new Simulation(plan);
  const maker = new TrailMaker(CHECKS);
  maker.show(simulation.events, simulation.fingerprint);
  for (let played = 0; played < atMost && simulation.runUntil(untilUs, 1) === 1; played++) {
    if (simulation.events >= maker.next) maker.show(simulation.events, simulation.fingerprint);
  }
  const { events, nowUs, fingerprint } = simulation;
  return { events, us: nowUs, fingerprint, trail: maker.trail };
}

/** Where two tracks part: the last event number up to which they agree, and the first at which they do not. Null if they are one. */
export function trackParting(
  expected: Track,
  found: Track,
): { readonly agreed: number; readonly differs: number } | null {
  const every = Math.max(expected.trail.every, found.trail.every);
  const left = coarser(expected.trail, every);
  const right = coarser(found.trail, every);
  const place = left.findIndex((check, index) => check !== right[index]);
  if (place >= 0) return { agreed: place * every, differs: (place + 1) * every };
  const agreed = Math.min(left.length, right.length) * every;
  if (expected.fingerprint === found.fingerprint && expected.events === found.events) return null;
  return { agreed, differs: Math.max(expected.events, found.events) };
}

function coarser({ every, checks }: Trail, wanted: number): readonly string[] {
  const step = wanted / every;
  return checks.filter((_, index) => (index + 1) % step === 0);
}
