/** A report for people: details first, what broke and what was expected last, where the eye is when a run ends. */
import { formatDuration } from '../../sim/index.ts';
import type { Result } from '../../sim/report/expectation.ts';
import { counted, formatNumber } from '../../sim/report/format.ts';
import type { Report } from '../../sim/report/report.ts';
import { expectationLines } from './expectations.ts';
import { faultLines } from './faults.ts';
import { paragraph, wrapped } from './layout.ts';
import { messageLines } from './messages.ts';
import { distributionLines, exampleLines, operationLines } from './operations.ts';
import type { Page } from './page.ts';
import { valueLines } from './values.ts';
import { violationLines } from './violations.ts';

export function reportText(report: Report, page: Page): string {
  const sections = [
    headLines(report, page),
    section('Operations', operationLines(report, page), page),
    section('Distributions', distributionLines(report, page), page),
    section('Not as they should be', exampleLines(report, page), page),
    section('Metrics', valueLines(report, page), page),
    section('Messages', messageLines(report, page), page),
    section('Faults', faultLines(report, page), page),
    section('What broke', violationLines(report, page), page),
    section('Expectations', expectationLines(report, page), page),
    [...verdictLines(report, page)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[], { palette }: Page): readonly string[] {
  return lines.length === 0 ? [] : [palette.heading(title), ...lines];
}

function headLines({ scenario, run }: Report, { palette, width }: Page): readonly string[] {
  const { title, file, system, variant, nodes, seed, overrides } = scenario;
  const { processes } = run;
  const facts = [
    `${system}, variant ${variant}`,
    ...(nodes === null ? [] : [counted(nodes, 'node')]),
    `seed ${seed}`,
    ...overrides.map((override) => `with ${override}`),
  ];
  const states = (['up', 'paused', 'down', 'gone'] as const)
    .filter((status) => processes[status] > 0)
    .map((status) => `${formatNumber(processes[status])} ${status}`);
  const ended = counted(processes.created, 'process', 'processes');
  return [
    ...wrapped(title.charAt(0).toUpperCase() + title.slice(1), width).map(palette.heading),
    ...paragraph(`${file}: ${facts.join(', ')}`, 0, width),
    ...paragraph(`${reached(run)}, ${counted(run.events, 'event')}; fingerprint ${run.fingerprint}`, 0, width),
    ...paragraph(`${ended}; at the end ${states.join(', ')}`, 0, width),
  ];
}

function reached({ ending, reachedUs, durationUs }: Report['run']): string {
  const end = formatDuration(reachedUs);
  if (ending === 'complete') return `${end} of virtual time`;
  return `${ending === 'stopped' ? 'stopped' : 'interrupted'} at ${end} of ${formatDuration(durationUs)}`;
}

/** The last line says it all. */
function verdictLines(report: Report, { palette, width }: Page): readonly string[] {
  const { result, expectations, run, violations } = report;
  if (expectations.length === 0) return ['The scenario expects nothing.'];
  const paint = { passed: palette.good, failed: palette.bad, undecided: palette.doubt }[result];
  const early = run.ending === 'complete' ? '' : ` The run ended early, at ${formatDuration(run.reachedUs)}.`;
  const broken = violations.some(({ isFailure }) => isFailure) ? ' See "What broke" for the way back there.' : '';
  return wrapped(countLine(report) + early + broken, width).map(paint);
}

/** `7 of 9 expectations hold, 1 failed, 1 is open.` */
function countLine({ expectations }: Report): string {
  const count = (wanted: Result) => expectations.filter(({ result }) => result === wanted).length;
  const all = expectations.length;
  const [passed, failed, open] = [count('passed'), count('failed'), count('undecided')];
  if (passed === all) return all === 1 ? 'The expectation holds.' : `All ${all} expectations hold.`;
  const rest = [
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(open === 0 ? [] : [`${open} ${open === 1 ? 'is' : 'are'} open`]),
  ];
  return `${passed} of ${all} expectations hold, ${rest.join(', ')}.`;
}
