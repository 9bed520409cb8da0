/**
 * Lines of a run: the trunk is the scenario as it is written, and each further line is one that a presenter branched off by doing
 * something to the world. A line is known by its injections alone: with them in its script, the scenario is that line.
 */
import type { Action } from '../../sim/index.ts';

export interface Injection {
  /** It strikes right after the event of this number. */
  readonly afterEvent: number;
  readonly action: Action;
  /** As people read it. */
  readonly label: string;
  /** As an entry of a scenario's `script:` says it, without its time; null where none does. */
  readonly entry: Readonly<Record<string, unknown>> | null;
  /** Strikes at this time, if no event lies before it; left out: at the time of that event. Only recordings written by hand have it. */
  readonly atUs?: number;
}

export interface Line {
  /** 0 is the trunk. */
  readonly id: number;
  readonly name: string;
  readonly parent: number | null;
  /** From the start of the run, the parent's among them, in order. */
  readonly injections: readonly Injection[];
}

export const TRUNK: Line = { id: 0, name: 'trunk', parent: null, injections: [] };

/**
 * A moment of a line: after so many events, and after so many of its injections. The second tells apart the moments before and
 * after something was done to the world, which no event lies between.
 */
export interface Position {
  readonly event: number;
  readonly injections: number;
}

export function comparePositions(a: Position, b: Position): number {
  return a.event - b.event || a.injections - b.injections;
}

export function earlier(a: Position, b: Position): Position {
  return comparePositions(a, b) <= 0 ? a : b;
}

/** The last moment that two lines share; beyond all moments for a line and itself. */
export function lastCommon(a: Line, b: Line): Position {
  let shared = 0;
  while (shared < a.injections.length && a.injections[shared] === b.injections[shared]) shared++;
  const next = (line: Line) => line.injections[shared]?.afterEvent ?? Infinity;
  return { event: Math.min(next(a), next(b)), injections: shared };
}
