import type { ExpectationResult } from '../../sim/report/expectation.ts';
import type { Report } from '../../sim/report/report.ts';
import { hanging, paragraph } from './layout.ts';
import type { Page } from './page.ts';

const MARKS = { passed: 'holds   ', failed: 'FAILED  ', undecided: 'OPEN    ' } as const;

export function expectationLines({ expectations, scenario }: Report, page: Page): readonly string[] {
  return expectations.flatMap((expectation) => oneExpectation(expectation, scenario.file, page));
}

function oneExpectation(
  { text, line, result, finding }: ExpectationResult,
  file: string,
  page: Page,
): readonly string[] {
  const { palette, width } = page;
  const paint = { passed: palette.good, failed: palette.bad, undecided: palette.doubt }[result];
  const mark = MARKS[result];
  const indent = 2 + mark.length;
  const place = result === 'passed' || line === null ? '' : ` (${file}:${line})`;
  // Short findings share the line with what they are about.
  const together = `${text}: ${finding}`;
  if (place === '' && indent + together.length <= width) return [`  ${paint(mark)}${text} – ${palette.quiet(finding)}`];
  return [...hanging(paint(mark), text + place, 2, width), ...paragraph(finding, indent, width).map(palette.quiet)];
}
