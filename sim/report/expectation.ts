/**
 * What became of each expectation of the scenario: it passed, it failed, or the run cannot tell, which counts as failed.
 *
 * | requirement | passes | fails | undecided |
 * | --- | --- | --- | --- |
 * | always | no gap in the window | a gap in it | the window ends after the run |
 * | never | never true | true once | the run was cut short |
 * | sometimes, violated | seen once | not seen in the whole run | not seen, and the run was cut short |
 * | eventually | true between `since` and the deadline | false all that time | the deadline lies after the run |
 * | stable | true from before the deadline to the end | false at the end, or true too late | the deadline lies after the run, or the run was cut short |
 * | bounds | the value at the end lies within | it does not | there is no value, or the run was cut short |
 *
 * "The last fault" is known only at the end: before, what counts from it is undecided. If no fault changed anything there
 * is no instant to count from, and that is undecided too: a run whose faults never bit has shown nothing.
 */
import type { Watch } from '../engine/monitors.ts';
import type { Expectation, Requirement, Since, Statistic } from '../scenario/plan.ts';
import { formatDuration } from '../time.ts';
import { formatNumber, formatValue } from './format.ts';
import { firstWithin, gapsOf, trueSince } from './truth.ts';

export type Result = 'passed' | 'failed' | 'undecided';

export interface ExpectationResult {
  /** As the scenario writes it. */
  readonly text: string;
  /** Line of the scenario, null if it is from none. */
  readonly line: number | null;
  readonly subject: string;
  readonly requirement: Requirement['kind'];
  readonly result: Result;
  /** One sentence: what was measured, and what of it decided. */
  readonly finding: string;
  /** For bounds the metric's value; for deadlines the microseconds from the instant that they count from until it was true; else null. */
  readonly measured: number | null;
  /** Unit of `measured` and `margin`. */
  readonly unit: string;
  /** How far it was from failing (negative: how far it failed by); null where there is no such distance. */
  readonly margin: number | null;
  /** When the property first went against the requirement, in virtual microseconds. */
  readonly firstViolatedUs: number | null;
  /** When it became true so that the requirement was met. */
  readonly trueSinceUs: number | null;
}

/** What expectations are held against. */
export interface Evidence {
  /** How far the run has come. */
  readonly reachedUs: number;
  /** Whether it has come to the end of its duration. */
  readonly complete: boolean;
  readonly lastDisturbanceUs: number | null;
  watch(property: string): Watch | undefined;
  metric(name: string, statistic: Statistic | null): Measured;
}

/** A metric's value, or why there is none. */
export type Measured =
  | { readonly value: number; readonly unit: string }
  | { readonly value: null; readonly unit: string; readonly why: string };

export function evaluate(expectation: Expectation, evidence: Evidence): ExpectationResult {
  const { text, place, subject, requirement } = expectation;
  const said = { text, line: place?.line ?? null, subject: subject.name, requirement: requirement.kind };
  return { ...said, ...OPEN, ...findingOf(expectation, evidence) };
}

type Finding = Pick<ExpectationResult, 'result' | 'finding'> & Partial<ExpectationResult>;

const OPEN = { measured: null, unit: '', margin: null, firstViolatedUs: null, trueSinceUs: null };

function findingOf({ subject, requirement }: Expectation, evidence: Evidence): Finding {
  if (requirement.kind === 'bounds') {
    if (subject.kind !== 'metric') throw new Error(`bounds on the property "${subject.name}"`);
    return bounds(requirement, evidence.metric(subject.name, subject.statistic), evidence);
  }
  if (subject.kind !== 'property') throw new Error(`"${requirement.kind}" of the metric "${subject.name}"`);
  const watch = evidence.watch(subject.name);
  if (watch === undefined || watch.holds === null) return undecided('it was never checked');
  switch (requirement.kind) {
    case 'always':
      return always(requirement, watch, evidence);
    case 'never':
      return never(watch, evidence);
    case 'sometimes':
      return sometimes(watch, evidence);
    case 'violated':
      return violated(watch, evidence);
    case 'eventually':
      return eventually(requirement, watch, evidence);
    case 'stable':
      return stable(requirement, watch, evidence);
  }
}

// --- Properties ---

function always({ fromUs, untilUs }: Requirement & { kind: 'always' }, watch: Watch, evidence: Evidence): Finding {
  const firstViolatedUs = firstWithin(gapsOf(watch), fromUs, Math.min(untilUs, evidence.reachedUs));
  if (firstViolatedUs !== null) {
    return failed(`false at ${at(firstViolatedUs)}${because(watch, firstViolatedUs)}`, { firstViolatedUs });
  }
  if (untilUs > evidence.reachedUs) {
    return undecided(`held so far, but the run ended at ${at(evidence.reachedUs)} and the window at ${at(untilUs)}`);
  }
  return passed(`held ${checked(watch)}`);
}

function never(watch: Watch, evidence: Evidence): Finding {
  const [first] = watch.stretches;
  if (first !== undefined) return failed(`true at ${at(first.fromUs)}`, { firstViolatedUs: first.fromUs });
  return evidence.complete ? passed(`false ${checked(watch)}`) : undecided(`false so far; ${cutShort(evidence)}`);
}

function sometimes(watch: Watch, evidence: Evidence): Finding {
  const [first] = watch.stretches;
  if (first !== undefined) return passed(`first true at ${at(first.fromUs)}`, { trueSinceUs: first.fromUs });
  const why = watch.lastViolation === null ? '' : `; at last: ${watch.lastViolation.message}`;
  return evidence.complete ? failed(`false ${checked(watch)}${why}`) : undecided(`false so far; ${cutShort(evidence)}`);
}

function violated(watch: Watch, evidence: Evidence): Finding {
  const sighting = watch.firstViolation;
  if (sighting !== null) {
    const finding = `broke at ${at(sighting.timeUs)}, as it should: ${sighting.violation.message}`;
    return passed(finding, { firstViolatedUs: sighting.timeUs });
  }
  return evidence.complete
    ? failed(`it never broke: held ${checked(watch)}`)
    : undecided(`it has not broken so far; ${cutShort(evidence)}`);
}

type Deadline = Extract<Requirement, { withinUs: number }>;

function eventually(requirement: Deadline, watch: Watch, evidence: Evidence): Finding {
  const sinceUs = beginning(requirement.since, evidence);
  if (typeof sinceUs === 'string') return undecided(sinceUs);
  const deadlineUs = sinceUs + requirement.withinUs;
  const trueSinceUs = firstWithin(watch.stretches, sinceUs, Math.min(deadlineUs, evidence.reachedUs));
  if (trueSinceUs !== null) return inTime(requirement, sinceUs, trueSinceUs, deadlineUs, '');
  if (deadlineUs > evidence.reachedUs) return undecided(beyond(deadlineUs, evidence));
  return failed(`still false at the deadline, ${at(deadlineUs)}${lastSeen(watch)}`, { firstViolatedUs: deadlineUs });
}

function stable(requirement: Deadline, watch: Watch, evidence: Evidence): Finding {
  const sinceUs = beginning(requirement.since, evidence);
  if (typeof sinceUs === 'string') return undecided(sinceUs);
  if (!evidence.complete) {
    const now = watch.holds === true ? `true since ${at(watch.sinceUs)}` : `false since ${at(watch.sinceUs)}`;
    return undecided(`${now}; ${cutShort(evidence)}`);
  }
  const deadlineUs = sinceUs + requirement.withinUs;
  if (deadlineUs > evidence.reachedUs) return undecided(beyond(deadlineUs, evidence));
  const since = trueSince(watch);
  if (since === null) {
    const finding = `false at the end, since ${at(watch.sinceUs)}${lastSeen(watch)}`;
    return failed(finding, { firstViolatedUs: watch.sinceUs });
  }
  const trueSinceUs = Math.max(since, sinceUs);
  if (trueSinceUs <= deadlineUs) return inTime(requirement, sinceUs, trueSinceUs, deadlineUs, ', and to the end');
  const gaps = gapsOf(watch);
  const lastGapUs = gaps[gaps.length - 1].fromUs;
  const finding = `true for good only at ${at(trueSinceUs)}, ${at(trueSinceUs - deadlineUs)} after the deadline`;
  return failed(finding, {
    firstViolatedUs: Math.max(lastGapUs, deadlineUs),
    trueSinceUs,
    measured: trueSinceUs - sinceUs,
    unit: 'us',
    margin: deadlineUs - trueSinceUs,
  });
}

function inTime({ since }: Deadline, sinceUs: number, trueSinceUs: number, deadlineUs: number, rest: string): Finding {
  const measured = trueSinceUs - sinceUs;
  const margin = deadlineUs - trueSinceUs;
  const origin = since.kind === 'last fault' ? `the last fault (${at(sinceUs)})` : at(sinceUs);
  const later = sinceUs === 0 ? `true at ${at(trueSinceUs)}` : `true ${at(measured)} after ${origin}`;
  const when = measured === 0 && sinceUs > 0 ? `true already at ${origin}` : later;
  return passed(`${when}${rest}, ${at(margin)} to spare`, { trueSinceUs, measured, unit: 'us', margin });
}

/** The instant that a deadline counts from, or why there is none. */
function beginning(since: Since, evidence: Evidence): number | string {
  if (since.kind === 'instant') return since.us;
  if (!evidence.complete) return `which fault is the last is not known yet; ${cutShort(evidence)}`;
  return evidence.lastDisturbanceUs ?? 'no fault has changed anything, so there is no instant to count from';
}

// --- Metrics ---

function bounds({ min, max }: Requirement & { kind: 'bounds' }, measured: Measured, evidence: Evidence): Finding {
  if (measured.value === null) return undecided(measured.why);
  const { value, unit } = measured;
  const below = min === null ? Number.POSITIVE_INFINITY : value - min;
  const above = max === null ? Number.POSITIVE_INFINITY : max - value;
  const margin = Math.min(below, above);
  const numbers = { measured: value, unit, margin: Number.isFinite(margin) ? margin : null };
  const shown = distinct(value, below < above ? min : max, unit);
  if (!evidence.complete) return undecided(`${shown} so far; ${cutShort(evidence)}`, numbers);
  if (margin >= 0) return passed(shown, numbers);
  return failed(below < 0 ? `${shown}, too little` : `${shown}, too much`, numbers);
}

/** The value with as many digits as tell it from the bound. */
function distinct(value: number, bound: number | null, unit: string): string {
  const shown = formatValue(value, unit);
  if (bound === null || value === bound || shown !== formatValue(bound, unit)) return shown;
  return `${shown} (${value})`;
}

// --- Words ---

const passed = (finding: string, numbers: Partial<ExpectationResult> = {}): Finding => ({
  result: 'passed',
  finding,
  ...numbers,
});
const failed = (finding: string, numbers: Partial<ExpectationResult> = {}): Finding => ({
  result: 'failed',
  finding,
  ...numbers,
});
const undecided = (finding: string, numbers: Partial<ExpectationResult> = {}): Finding => ({
  result: 'undecided',
  finding,
  ...numbers,
});

function at(us: number): string {
  return formatDuration(us);
}

function checked({ checks }: Watch): string {
  return checks === 1 ? 'at its only check' : `at all ${formatNumber(checks)} checks`;
}

function cutShort({ reachedUs }: Evidence): string {
  return `the run ended early, at ${at(reachedUs)}`;
}

function beyond(deadlineUs: number, { reachedUs }: Evidence): string {
  return `the deadline, ${at(deadlineUs)}, lies after the end of the run, ${at(reachedUs)}`;
}

/** What was wrong at that instant, where the monitors still know it. */
function because(watch: Watch, atUs: number): string {
  if (watch.firstViolation?.timeUs === atUs) return `: ${watch.firstViolation.violation.message}`;
  return watch.holds === false && watch.sinceUs === atUs ? lastSeen(watch) : '';
}

function lastSeen(watch: Watch): string {
  return watch.holds === false && watch.lastViolation !== null ? `: ${watch.lastViolation.message}` : '';
}
