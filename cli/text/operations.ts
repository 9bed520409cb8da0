import { formatDuration } from '../../sim/index.ts';
import type { Distribution } from '../../sim/report/distribution.ts';
import { formatNumber, formatShare } from '../../sim/report/format.ts';
import type { OperationsReport, VerdictReport } from '../../sim/report/operations.ts';
import type { Report } from '../../sim/report/report.ts';
import { hanging, paragraph, table } from './layout.ts';
import { definition, type Page } from './page.ts';
import { brief, unitBeside } from './quantities.ts';

/** What may be counted of operations beside those begun; a column of noughts is left out. */
const COLUMNS = ['completed', 'aborted', 'pending', 'skipped'] as const;

/** Each kind of operation with its counts, then with its verdicts. */
export function operationLines({ operations }: Report, page: Page): readonly string[] {
  if (operations.length === 0) return [];
  const columns = COLUMNS.filter((column) => column === 'completed' || operations.some((entry) => entry[column] > 0));
  const head = ['', 'begun', ...columns].map((cell) => page.palette.quiet(cell));
  const rows = operations.map((entry) => [
    entry.plural,
    ...(['begun', ...columns] as const).map((column) => formatNumber(entry[column])),
  ]);
  return [
    ...table([head, ...rows], ['left', 'right', ...columns.map(() => 'right' as const)], 2, page.width),
    ...operations.flatMap((entry) => verdictLines(entry, page)),
  ];
}

function verdictLines({ plural, verdicts }: OperationsReport, page: Page): readonly string[] {
  if (verdicts.length === 0) return [];
  const counts = verdicts.map(
    (verdict) => `${formatNumber(verdict.count)} ${painted(verdict, page)} (${formatShare(verdict.share, 2)})`,
  );
  const defined = verdicts.flatMap(({ verdict, description }) => definition(verdict, description, page));
  return [...hanging(`${plural}: `, counts.join(', '), 2, page.width), ...defined];
}

function painted({ verdict, good }: VerdictReport, { palette }: Page): string {
  if (good) return palette.good(verdict);
  return verdict === 'aborted' ? verdict : palette.bad(verdict);
}

/** Latencies (where anything takes time) and what the judge measured, one line each. */
export function distributionLines({ operations, measures }: Report, page: Page): readonly string[] {
  const latencies = operations.flatMap(({ plural, latency }) =>
    latency === null || latency.max === 0 ? [] : [row(`${plural} latency`, 'us', latency)],
  );
  const all = [...latencies, ...measures.map(({ name, unit, distribution }) => row(name, unit, distribution))];
  if (all.length === 0) return [];
  const head = ['', 'count', 'mean', 'p1', 'p50', 'p90', 'p99', 'max'].map((cell) => page.palette.quiet(cell));
  return [
    ...table([head, ...all], ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'], 2, page.width),
    ...measures.flatMap(({ name, description }) => definition(name, description, page)),
  ];
}

function row(name: string, unit: string, { count, mean, p1, p50, p90, p99, max }: Distribution): readonly string[] {
  return [
    name + unitBeside(name, unit),
    formatNumber(count),
    ...[mean, p1, p50, p90, p99, max].map((value) => brief(value, unit)),
  ];
}

/** The first operations with each bad verdict, and what the judge says of them. */
export function exampleLines({ operations }: Report, page: Page): readonly string[] {
  return operations.flatMap(({ plural, verdicts }) =>
    verdicts
      .filter(({ examples }) => examples.length > 0)
      .flatMap(({ verdict, count, examples }) => [
        ...paragraph(
          `${plural} ${verdict}, ${examples.length < count ? `the first ${examples.length} of ${formatNumber(count)}` : `all ${formatNumber(count)}`}:`,
          2,
          page.width,
        ),
        ...examples.flatMap((example) => exampleText(example, page)),
      ]),
  );
}

function exampleText(example: VerdictReport['examples'][number], page: Page): readonly string[] {
  const { id, issuer, operation, outcome, startUs, endUs, why } = example;
  const when = startUs === endUs ? formatDuration(startUs) : `${formatDuration(startUs)} to ${formatDuration(endUs)}`;
  const what = `${operation} at ${issuer}, ${when}${outcome === null ? '' : `: ${outcome}`}`;
  return [...hanging(`#${id} `, what, 4, page.width), ...(why === null ? [] : paragraph(why, 6, page.width))];
}
