/** How to see again what went wrong: the first violation of each property that matters, and the command that leads there. */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { Expectation } from '../scenario/plan.ts';
import { parseDuration } from '../scenario/quantities.ts';
import { formatDuration } from '../time.ts';
import type { ExpectationResult } from './expectation.ts';
import { exactSeconds } from './format.ts';

export interface ViolationReport {
  readonly property: string;
  readonly description: string;
  readonly source: string;
  /** Whether an expectation failed by it; otherwise the scenario meant it to break. */
  readonly isFailure: boolean;
  readonly timeUs: number;
  /** The number of the event after which it was seen; null where only the instant is known. */
  readonly event: number | null;
  readonly message: string | null;
  /** The processes concerned, as they were then. */
  readonly states: readonly { readonly address: number; readonly name: string; readonly state: unknown }[];
  /** Runs to that instant again, and stops there. */
  readonly command: string;
}

/** What a command needs beside the instant. */
export interface Origin {
  readonly file: string;
  readonly seed: string;
  readonly overrides: readonly string[];
}

/**
 * One entry for each property that failed an expectation or was to break and did: the earliest instant that counts.
 * The monitors keep message and states of a property's very first violation only; of a later one (an `always from 1m` that the
 * run's first minute does not concern) the instant is known, and the command shows the rest.
 */
export function violationsReport<P extends ProtocolTypes>(
  simulation: Simulation<P>,
  results: readonly (readonly [Expectation, ExpectationResult])[],
  origin: Origin,
): readonly ViolationReport[] {
  const earliest = new Map<string, { timeUs: number; isFailure: boolean }>();
  for (const [{ subject }, { requirement, result, firstViolatedUs }] of results) {
    const matters = result === 'failed' || (requirement === 'violated' && result === 'passed');
    if (subject.kind !== 'property' || !matters || firstViolatedUs === null || requirement === 'never') continue;
    const known = earliest.get(subject.name) ?? { timeUs: firstViolatedUs, isFailure: false };
    earliest.set(subject.name, {
      timeUs: Math.min(known.timeUs, firstViolatedUs),
      isFailure: known.isFailure || result === 'failed',
    });
  }
  return [...earliest].map(([property, { timeUs, isFailure }]) => {
    const { description, source } = simulation.plan.system.properties[property];
    const command = commandTo(timeUs, origin);
    return { property, description, source, isFailure, timeUs, ...sighted(simulation, property, timeUs), command };
  });
}

function sighted<P extends ProtocolTypes>(
  simulation: Simulation<P>,
  property: string,
  timeUs: number,
): Pick<ViolationReport, 'event' | 'message' | 'states'> {
  const watch = simulation.watches.find(({ name }) => name === property);
  const first = watch?.firstViolation ?? null;
  if (first !== null && first.timeUs === timeUs) {
    return { event: first.event, message: first.violation.message, states: first.states };
  }
  const message = watch?.holds === false && watch.sinceUs <= timeUs ? (watch.lastViolation?.message ?? null) : null;
  return { event: null, message, states: [] };
}

/** The command that runs the scenario to that instant and stops; null runs it to its end. */
export function commandTo(timeUs: number | null, { file, seed, overrides }: Origin): string {
  const sets = overrides.flatMap((override) => ['--set', quoted(override)]);
  const stop = timeUs === null ? [] : ['--until', until(timeUs)];
  return ['npm run sim --', quoted(file), '--seed', quoted(seed), ...sets, ...stop].join(' ');
}

/** An instant as `--until` takes it: short where that is exact. */
function until(us: number): string {
  const short = formatDuration(us);
  return parseDuration(short) === us ? short : exactSeconds(us);
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
