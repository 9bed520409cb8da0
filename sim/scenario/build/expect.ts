import { formatDuration } from '../../time.ts';
import type { ExpectSettings, MetricSettings } from '../language/expect.ts';
import type { PropertyRequirement } from '../language/requirement.ts';
import type { Expectation, Requirement, Since } from '../plan.ts';
import type { Path } from '../tree.ts';
import type { Draft } from './draft.ts';

/** @param lastFaultUs when the last disturbance that is known beforehand is over, or null if there is none. */
export function expectations(
  entry: ExpectSettings,
  path: Path,
  lastFaultUs: number | null,
  draft: Draft,
): readonly Expectation[] {
  const [name] = Object.keys(entry);
  const said = entry[name];
  const here = [...path, name];
  const place = draft.place(path);
  if ('kind' in said) {
    const text = `${name}: ${String(draft.written(here)).trim()}`;
    const requirement = propertyRequirement(said, here, lastFaultUs, draft);
    return [{ text, place, subject: { kind: 'property', name }, requirement }];
  }
  return said.parts.map((part) => metricExpectation(name, part, here, draft));
}

function metricExpectation(name: string, part: MetricSettings['parts'][number], path: Path, draft: Draft): Expectation {
  const { statistic, bounds } = part;
  const written = draft.written(statistic === null ? path : [...path, statistic]);
  return {
    text: `${statistic === null ? name : `${name} ${statistic}`}: ${boundsText(written)}`,
    place: draft.place(path.slice(0, -1)),
    subject: { kind: 'metric', name, statistic },
    requirement: { kind: 'bounds', ...bounds },
  };
}

/** `at least 99%`, `between 3.7 and 4`. */
function boundsText(written: unknown): string {
  if (typeof written !== 'object' || written === null) return `exactly ${String(written)}`;
  return Object.entries(written)
    .map(([word, value]) => `${word} ${Array.isArray(value) ? value.join(' and ') : String(value)}`)
    .join(', ');
}

function propertyRequirement(
  said: PropertyRequirement,
  path: Path,
  lastFaultUs: number | null,
  draft: Draft,
): Requirement {
  switch (said.kind) {
    case 'always': {
      const { fromUs } = said;
      const untilUs = said.untilUs ?? draft.durationUs;
      if (untilUs > draft.durationUs) tooLate(untilUs, 'a window', path, draft);
      else if (fromUs >= untilUs)
        draft.contradiction(path, `a window that ends (${formatDuration(untilUs)}) after it begins`);
      return { kind: 'always', fromUs, untilUs };
    }
    case 'eventually':
    case 'stable': {
      const sinceUs = beginning(said.since, path, lastFaultUs, draft);
      if (sinceUs !== null && sinceUs + said.withinUs > draft.durationUs)
        tooLate(sinceUs + said.withinUs, 'a deadline', path, draft);
      return said;
    }
    default:
      return { kind: said.kind };
  }
}

function beginning(since: Since, path: Path, lastFaultUs: number | null, draft: Draft): number | null {
  if (since.kind === 'instant') return since.us;
  if (lastFaultUs === null) {
    draft.contradiction(
      path,
      'a deadline that counts from an instant: the scenario has no fault and no churn',
      'write: eventually by 5m',
    );
  }
  return lastFaultUs;
}

function tooLate(us: number, what: string, path: Path, draft: Draft): void {
  draft.contradiction(
    path,
    `${what} no later than the end of the run, which is ${formatDuration(draft.durationUs)}; this one is ${formatDuration(us)}`,
    'make the duration longer, or let faults and churn end earlier (until)',
  );
}
