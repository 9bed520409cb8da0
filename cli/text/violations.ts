import { formatDuration } from '../../sim/index.ts';
import { formatNumber } from '../../sim/report/format.ts';
import type { Report } from '../../sim/report/report.ts';
import type { ViolationReport } from '../../sim/report/violations.ts';
import { hanging, paragraph } from './layout.ts';
import type { Page } from './page.ts';

const SHOWN_STATES = 4;
/** A state in the report is for a first look, the more so where nothing failed; `--json` has it whole. */
const STATE_CHARACTERS = { failed: 400, meant: 150 };

export function violationLines({ violations }: Report, page: Page): readonly string[] {
  return violations.flatMap((violation) => oneViolation(violation, page));
}

function oneViolation(violation: ViolationReport, page: Page): readonly string[] {
  const { property, description, source, isFailure, timeUs, event, message, states, command } = violation;
  const { palette, width } = page;
  const when = `at ${formatDuration(timeUs)}${event === null ? '' : `, after event ${formatNumber(event)}`}`;
  const paint = isFailure ? palette.bad : palette.good;
  const meant = isFailure ? '' : ' (as the scenario means it to)';
  const most = isFailure ? STATE_CHARACTERS.failed : STATE_CHARACTERS.meant;
  return [
    ...paragraph(`${property}: ${when}${meant}`, 2, width).map(paint),
    ...(message === null ? [] : paragraph(message, 4, width)),
    ...(page.definitions ? paragraph(`${description} [${source}]`, 4, width).map(palette.quiet) : []),
    ...states
      .slice(0, SHOWN_STATES)
      .flatMap(({ name, state }) => hanging(`${name}: `, stateText(state, most), 4, width)),
    ...(states.length > SHOWN_STATES ? [`    and ${states.length - SHOWN_STATES} more, which --json shows`] : []),
    '    to see it again:',
    `      ${command}`,
  ];
}

/** The state in YAML's flow style: less noise than JSON, and spaces where it can be broken into lines. */
function stateText(state: unknown, most: number): string {
  const text = flow(state);
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' && /^[\w.-]+$/.test(value) ? value : JSON.stringify(value);
  const entries = Object.entries(value).map(([key, entry]) => `${key}: ${flow(entry)}`);
  return `{${entries.join(', ')}}`;
}
