import type { FaultReport } from '../../sim/report/faults.ts';
import { formatNumber } from '../../sim/report/format.ts';
import type { Report } from '../../sim/report/report.ts';
import { hanging, table } from './layout.ts';
import type { Page } from './page.ts';

/** Faults with what they changed; of a script's other steps only those that did nothing. */
export function faultLines({ faults, scenario }: Report, page: Page): readonly string[] {
  const shown = faults.filter(({ isFault, nothingBecause }) => isFault || nothingBecause !== null);
  if (shown.length === 0) return [];
  const real = shown.filter(({ nothingBecause }) => nothingBecause === null);
  const rows = real.map(({ label, line, struck, changed }) => [
    label,
    line === null ? '' : String(line),
    formatNumber(struck),
    formatNumber(changed),
  ]);
  const head = ['', 'line', 'struck', 'changed'].map((cell) => page.palette.quiet(cell));
  return [
    ...(rows.length === 0 ? [] : table([head, ...rows], ['left', 'right', 'right', 'right'], 2, page.width)),
    ...shown
      .filter(({ nothingBecause }) => nothingBecause !== null)
      .flatMap((fault) => idle(fault, scenario.file, page)),
  ];
}

function idle({ label, line, nothingBecause }: FaultReport, file: string, { palette, width }: Page): readonly string[] {
  const place = line === null ? '' : ` (${file}:${line})`;
  return hanging('! ', `${label}${place} changed nothing: ${nothingBecause}`, 2, width).map(palette.doubt);
}
