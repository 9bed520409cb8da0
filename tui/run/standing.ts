/** Where each expectation of the scenario stands now, in the middle of the run: the report gives the verdict at its end. */
import { type Expectation, formatDuration, type Requirement, type Simulation, type Watch } from '../../sim/index.ts';
import { firstWithin, gapsOf } from '../../sim/report/truth.ts';

/**
 * - `met`: nothing can undo it any more. - `holding`: it holds so far. - `open`: what it waits for has not come yet.
 * - `broken`: it has failed.
 */
export type Standing = 'met' | 'holding' | 'open' | 'broken';

export interface ExpectationStanding {
  readonly text: string;
  readonly standing: Standing;
  /** A few words: since when, or what is missing. */
  readonly note: string;
}

/** The value of a metric now, or null where there is none yet. */
export type MetricNow = (name: string, statistic: string | null) => number | null;

export function standingsOf(simulation: Simulation, metric: MetricNow): readonly ExpectationStanding[] {
  return simulation.plan.expect.map((expectation) => {
    const found = standingOf(expectation, simulation, metric);
    return { text: expectation.text, standing: found[0], note: found[1] };
  });
}

type Found = readonly [standing: Standing, note: string];

function standingOf(expectation: Expectation, simulation: Simulation, metric: MetricNow): Found {
  const { subject, requirement } = expectation;
  if (subject.kind === 'metric') {
    const value = metric(subject.name, subject.statistic);
    return requirement.kind === 'bounds' ? boundsStanding(requirement, value, simulation) : ['open', ''];
  }
  const watch = simulation.watches.find((candidate) => candidate.name === subject.name);
  if (watch === undefined || watch.holds === null) return ['open', 'not checked yet'];
  return propertyStanding(requirement, watch, simulation);
}

function boundsStanding(
  { min, max }: Extract<Requirement, { kind: 'bounds' }>,
  value: number | null,
  { finished }: Simulation,
): Found {
  if (value === null) return ['open', 'no value yet'];
  const within = (min === null || value >= min) && (max === null || value <= max);
  if (finished) return [within ? 'met' : 'broken', 'at the end'];
  return [within ? 'holding' : 'open', within ? 'so far' : 'not yet'];
}

function propertyStanding(requirement: Requirement, watch: Watch, simulation: Simulation): Found {
  const { finished, nowUs } = simulation;
  switch (requirement.kind) {
    case 'always': {
      const gap = firstWithin(gapsOf(watch), requirement.fromUs, Math.min(requirement.untilUs, nowUs));
      if (gap !== null) return ['broken', `at ${formatDuration(gap)}`];
      if (nowUs < requirement.fromUs) return ['open', `from ${formatDuration(requirement.fromUs)} on`];
      return nowUs >= requirement.untilUs || finished ? ['met', ''] : ['holding', ''];
    }
    case 'never': {
      const [first] = watch.stretches;
      if (first !== undefined) return ['broken', `at ${formatDuration(first.fromUs)}`];
      return [finished ? 'met' : 'holding', ''];
    }
    case 'sometimes': {
      const [first] = watch.stretches;
      if (first !== undefined) return ['met', `at ${formatDuration(first.fromUs)}`];
      return [finished ? 'broken' : 'open', 'not yet'];
    }
    case 'violated': {
      const sighting = watch.firstViolation;
      if (sighting !== null) return ['met', `broke at ${formatDuration(sighting.timeUs)}`];
      return [finished ? 'broken' : 'open', 'holds still'];
    }
    case 'eventually':
    case 'stable':
      return deadlineStanding(requirement, watch, simulation);
    case 'bounds':
      return ['open', ''];
  }
}

function deadlineStanding(
  requirement: Extract<Requirement, { withinUs: number }>,
  watch: Watch,
  { finished, nowUs, lastDisturbanceUs }: Simulation,
): Found {
  const { since, withinUs, kind } = requirement;
  const sinceUs = since.kind === 'instant' ? since.us : lastDisturbanceUs;
  if (sinceUs === null) return ['open', 'no fault yet'];
  if (nowUs < sinceUs) return ['open', `from ${formatDuration(sinceUs)} on`];
  const deadlineUs = sinceUs + withinUs;
  const stretch = watch.stretches.find(({ untilUs }) => untilUs === null || untilUs > sinceUs);
  const trueUs = stretch === undefined ? null : Math.max(stretch.fromUs, sinceUs);
  // A later fault would start the count anew, so only the end of the run makes it certain.
  const isSettled = finished || (since.kind === 'instant' && kind === 'eventually');
  if (kind === 'eventually' && trueUs !== null && trueUs <= deadlineUs)
    return [isSettled ? 'met' : 'holding', `at ${formatDuration(trueUs)}`];
  if (kind === 'stable' && watch.holds === true && Math.max(watch.sinceUs, sinceUs) <= deadlineUs)
    return [finished ? 'met' : 'holding', watch.sinceUs === 0 ? 'so far' : `since ${formatDuration(watch.sinceUs)}`];
  if (nowUs < deadlineUs) return ['open', `by ${formatDuration(deadlineUs)}`];
  return [isSettled || since.kind === 'instant' ? 'broken' : 'open', `late since ${formatDuration(deadlineUs)}`];
}
