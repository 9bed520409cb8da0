/** The run's numbers: gauges as sparklines, operations by their verdicts, what the judge measured. */

import { formatShare, formatValue } from '../../sim/report/format.ts';
import type { MeasureReport, OperationsReport } from '../../sim/report/operations.ts';
import { keyOf } from '../keys/bindings.ts';
import type { Gauge } from '../run/moment.ts';
import { shortDuration } from '../run/moment.ts';
import { sparkline } from '../screen/canvas.ts';
import { BAD, FAINT, GOOD, INFO, MUTED, PLAIN, STRONG, style } from '../screen/style.ts';
import { type Span, Surface } from '../screen/surface.ts';
import { clipped, padded, widthOf, wrapped } from '../screen/width.ts';
import type { Panel, PanelProps } from './panel.ts';

/** One row, or a heading over some. */
type Row = (surface: Surface, y: number) => void;

export const metrics: Panel = {
  title: 'Metrics',
  keys: [
    [keyOf('definitions'), 'definitions'],
    ['↑↓', 'scroll'],
  ],
  draw(props) {
    const { size, ui } = props;
    const surface = new Surface(size);
    const rows = rowsOf(props);
    const first = Math.min(ui.scroll.metrics, Math.max(0, rows.length - size.rows));
    rows.slice(first, first + size.rows).forEach((row, y) => {
      row(surface, y);
    });
    const more = rows.length - first - size.rows;
    if (more > 0) surface.textEndingAt(size.columns, size.rows - 1, ` +${more} below`, FAINT);
    return surface;
  },
};

function rowsOf({ moment, size }: PanelProps): readonly Row[] {
  const { figures, gauges, counts } = moment;
  const nameWidth = Math.min(22, Math.max(12, Math.floor(size.columns * 0.42)));
  const rows: Row[] = figures.operations
    .filter(({ begun, skipped }) => begun + skipped > 0)
    .map((each) => operationRow(each, nameWidth));
  for (const measure of figures.measures) rows.push(measureRow(measure, nameWidth));
  for (const gauge of gauges) rows.push(gaugeRow(gauge, nameWidth, size.columns));
  rows.push((surface, y) => {
    surface.spans(1, y, [
      [padded('in flight', nameWidth), MUTED],
      [' ', PLAIN],
      [padded(String(counts.flying), 9, 'right'), STRONG],
      ['  ', PLAIN],
      [String(counts.lost), counts.lost > 0 ? BAD : PLAIN],
      [' dropped', MUTED],
    ]);
  });
  return rows;
}

function gaugeRow({ name, definition, values }: Gauge, nameWidth: number, columns: number): Row {
  return (surface, y) => {
    const last = values.at(-1) ?? Number.NaN;
    const shown = Number.isFinite(last) ? valueText(last, definition.unit) : '–';
    surface.text(1, y, padded(name, nameWidth), MUTED);
    surface.text(nameWidth + 2, y, padded(shown, 9, 'right'), STRONG);
    const room = columns - nameWidth - 13;
    if (room >= 4) surface.text(nameWidth + 12, y, sparkline(values.slice(-4 * room), room), INFO);
  };
}

function operationRow(
  { plural, begun, pending, verdicts, completed, aborted }: OperationsReport,
  nameWidth: number,
): Row {
  return (surface, y) => {
    const ended = completed + aborted;
    const spans: Span[] = [
      [padded(plural, nameWidth), MUTED],
      [' ', PLAIN],
      [padded(String(begun), 9, 'right'), STRONG],
      [' ', PLAIN],
    ];
    if (ended > 0) {
      for (const { verdict, good, share } of verdicts) {
        spans.push([`${good ? '✓' : '✗'} ${formatShare(share, 1)} `, good ? GOOD : BAD], [`${verdict} `, MUTED]);
      }
    }
    if (pending > 0) spans.push([`${pending} under way`, INFO]);
    surface.spans(1, y, spans, surface.columns - 1);
  };
}

function measureRow({ name, unit, distribution }: MeasureReport, nameWidth: number): Row {
  return (surface, y) => {
    const { mean, p50, p99 } = distribution;
    surface.spans(
      1,
      y,
      [
        [padded(name, nameWidth), MUTED],
        [' ', PLAIN],
        [padded(valueText(mean, unit), 9, 'right'), STRONG],
        [' mean ', FAINT],
        [`${valueText(p50, unit)}`, PLAIN],
        [' p50 ', FAINT],
        [`${valueText(p99, unit)}`, PLAIN],
        [' p99', FAINT],
      ],
      surface.columns - 1,
    );
  };
}

function valueText(value: number, unit: string): string {
  if (unit === 'us') return shortDuration(value);
  return formatValue(value, unit === 'ratio' || unit.startsWith('1/') ? unit : '', 3);
}

/** What every number means, in full sentences. */
export function definitions({ moment, size, ui }: PanelProps): Surface {
  const surface = new Surface(size);
  const lines: (readonly Span[])[] = [];
  const add = (name: string, unit: string, description: string) => {
    lines.push([
      [name, STRONG],
      [unit === '' ? '' : `  (${unit})`, FAINT],
    ]);
    for (const line of wrapped(description, size.columns - 6)) lines.push([[`  ${line}`, MUTED]]);
  };
  for (const { plural, verdicts } of moment.figures.operations) {
    for (const { verdict, description } of verdicts) add(`${plural} ${verdict}`, 'ratio', description);
  }
  for (const { name, unit, description } of moment.figures.measures) add(name, unit, description);
  for (const { name, unit, description } of moment.figures.values) add(name, unit, description);
  const known = new Set(moment.figures.values.map(({ name }) => name));
  for (const { name, definition } of moment.gauges)
    if (!known.has(name)) add(name, definition.unit, definition.description);
  scrolled(surface, lines, ui.overlay?.kind === 'definitions' ? ui.overlay.scroll : 0);
  return surface;
}

/** Lines from the one that is scrolled to, with a word on how many there are below. */
export function scrolled(surface: Surface, lines: readonly (readonly Span[])[], scroll: number): void {
  const { rows, columns } = surface;
  const first = Math.max(0, Math.min(scroll, lines.length - rows));
  lines.slice(first, first + rows).forEach((spans, y) => {
    surface.spans(1, y, spans, columns - 2);
  });
  const more = lines.length - first - rows;
  if (more > 0) {
    const text = ` ${more} more ↓ `;
    surface.text(columns - widthOf(text) - 1, rows - 1, clipped(text, columns), style('accent', 'inverse'));
  }
}
