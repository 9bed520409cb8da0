import type { Report } from '../../sim/report/report.ts';
import { table } from './layout.ts';
import { definition, type Page } from './page.ts';
import { inTwo } from './quantities.ts';

/** Single numbers: of the whole run, then as things stood at its end. */
export function valueLines({ values }: Report, page: Page): readonly string[] {
  const groups = [
    { kind: 'summary', title: 'of the whole run' },
    { kind: 'gauge', title: 'at the end' },
  ] as const;
  const of = (kind: string) => values.filter((value) => value.kind === kind);
  const titled = of('summary').length > 0 && of('gauge').length > 0;
  return groups.flatMap(({ kind, title }) => {
    const rows = of(kind).map(({ name, value, unit }) => [name, ...(value === null ? ['–', ''] : inTwo(value, unit))]);
    if (rows.length === 0) return [];
    const defined = of(kind).flatMap(({ name, description }) => definition(name, description, page));
    return [
      ...(titled ? [`  ${page.palette.quiet(`${title}:`)}`] : []),
      ...table(rows, ['left', 'right', 'left'], titled ? 4 : 2, page.width),
      ...defined,
    ];
  });
}
