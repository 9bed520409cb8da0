/** The log of events: the last that pass the filter, the newest at the bottom. */

import { keyOf } from '../keys/bindings.ts';
import { filterText, isFiltering, lastPassing } from '../model/filter.ts';
import { clockText } from '../run/moment.ts';
import type { Entry, EntryKind } from '../run/recorder.ts';
import { ACCENT, BAD, FAINT, GOOD, INFO, inverted, MESSAGE, MUTED, PLAIN, type Style, WARN } from '../screen/style.ts';
import { type Span, Surface } from '../screen/surface.ts';
import { clipped, padded, widthOf } from '../screen/width.ts';
import { grouped } from './header.ts';
import type { Panel, PanelProps } from './panel.ts';

export const KIND_LOOKS: Readonly<Record<EntryKind, readonly [glyph: string, style: Style]>> = {
  message: ['•', MESSAGE],
  request: ['▹', MESSAGE],
  reply: ['◃', MESSAGE],
  failure: ['!', BAD],
  timer: ['◔', MUTED],
  operation: ['▷', ACCENT],
  outcome: ['■', GOOD],
  note: ['»', INFO],
  loss: ['×', BAD],
  fault: ['▾', WARN],
  property: ['◇', INFO],
  start: ['▴', GOOD],
  leave: ['▿', MUTED],
  network: ['┄', FAINT],
  schedule: ['┄', FAINT],
};

export const log: Panel = {
  title: 'Log',
  keys: [
    [keyOf('filter'), 'filter'],
    ['↑↓', 'scroll'],
  ],
  note({ ui, moment }) {
    const spans: Span[] = [];
    if (isFiltering(ui.filter)) spans.push([filterText(ui.filter), ACCENT]);
    if (ui.scroll.log > 0) spans.push([`${spans.length === 0 ? '' : '  '}${ui.scroll.log} lines back`, WARN]);
    if (spans.length === 0 && moment.entries.length > 0) {
      spans.push([`from #${grouped(moment.entries[0].event)}`, FAINT]);
    }
    return spans;
  },
  draw(props) {
    const { ui, moment, size } = props;
    const surface = new Surface(size);
    const { columns, rows } = size;
    const back = Math.min(ui.scroll.log, Math.max(0, moment.entries.length - rows));
    const passing = lastPassing(ui.filter, moment.entries, moment.texts, rows + back);
    const shown = passing.slice(0, passing.length - back).slice(-rows);
    if (shown.length === 0) {
      const why = isFiltering(ui.filter) ? 'Nothing passes the filter.' : 'Nothing has happened yet.';
      surface.text(1, 0, why, MUTED);
      return surface;
    }
    const widths = columnsOf(shown, props, columns);
    shown.forEach((entry, row) => {
      line(surface, row, entry, widths, props);
    });
    return surface;
  },
};

interface Widths {
  readonly event: number;
  readonly time: number;
  readonly node: number;
}

function columnsOf(entries: readonly Entry[], { moment }: PanelProps, columns: number): Widths {
  const { texts, about } = moment;
  const node = Math.min(16, Math.max(2, ...entries.map((entry) => widthOf(texts.name(entry.process)))));
  const event = columns >= 60 ? grouped(entries[entries.length - 1].event).length + 1 : 0;
  const time = columns >= 44 ? clockText(0, about.durationUs).length : 0;
  return { event, time, node };
}

function line(surface: Surface, y: number, entry: Entry, widths: Widths, props: PanelProps): void {
  const { ui, moment } = props;
  const { texts, about, events } = moment;
  const [glyph, look] = lookOf(entry);
  const isLast = entry.event === events;
  const concerned = ui.selected !== null && (entry.process === ui.selected || entry.peer === ui.selected);
  const spans: Span[] = [[isLast ? '▸' : ' ', ACCENT]];
  if (widths.event > 0) spans.push([padded(`#${grouped(entry.event)}`, widths.event, 'right'), FAINT], [' ', PLAIN]);
  if (widths.time > 0) spans.push([clockText(entry.timeUs, about.durationUs), isLast ? PLAIN : MUTED], [' ', PLAIN]);
  spans.push([padded(texts.name(entry.process), widths.node), concerned ? ACCENT : PLAIN], [' ', PLAIN]);
  spans.push([glyph, look], [' ', PLAIN], ...textSpans(entry, props, look));
  surface.spans(0, y, spans, surface.columns);
  if (concerned && entry.process === ui.selected && isLast) surface.restyle(0, y, 1, inverted);
}

export function lookOf(entry: Entry): readonly [glyph: string, style: Style] {
  const [glyph, look] = KIND_LOOKS[entry.kind];
  if (entry.kind === 'outcome' || entry.kind === 'property') return [entry.bad ? '✗' : '✓', entry.bad ? BAD : GOOD];
  return [glyph, look];
}

/** Who sent it comes first, so that the eye finds it in the same place in every line. */
function textSpans(entry: Entry, { moment, size }: PanelProps, look: Style): readonly Span[] {
  const { texts } = moment;
  const isQuiet = entry.kind === 'timer' || entry.kind === 'network' || entry.kind === 'schedule';
  const text: Span = [clipped(texts.entry(entry), 400), entry.bad ? look : isQuiet ? MUTED : PLAIN];
  if (entry.peer < 0 || entry.kind === 'failure') return [text];
  const from = size.columns < 50 ? `${texts.name(entry.peer)}: ` : `from ${texts.name(entry.peer)}: `;
  return [[from, MUTED], text];
}
