/** The selected node, closely: what it is, what its last event changed, its state, its timers, what it waits for. */

import { keyOf } from '../keys/bindings.ts';
import { clockText, type Inspected, shortDuration } from '../run/moment.ts';
import { ACCENT, CURSOR, FAINT, MESSAGE, MUTED, PLAIN, STRONG, style, WARN } from '../screen/style.ts';
import { type Span, Surface } from '../screen/surface.ts';
import { statusGlyph, statusTone } from '../screen/theme.ts';
import { padded } from '../screen/width.ts';
import { lookOf } from './log.ts';
import type { Panel, PanelProps } from './panel.ts';
import { changesBetween, treeLines } from './tree.ts';

interface Line {
  readonly spans: readonly Span[];
  /** Of the part of the state that this line can open or shut. */
  readonly path: string | null;
}

export const inspector: Panel = {
  title: 'Inspector',
  keys: [
    [keyOf('next node'), 'node'],
    [keyOf('select node'), 'by name'],
    ['↑↓', 'move'],
    ['⏎', 'open'],
  ],
  note({ moment }) {
    const { inspected } = moment;
    if (inspected === null) return [];
    const { peer } = inspected;
    return [
      [`${statusGlyph(peer.status)} `, style(statusTone(peer.status))],
      [peer.name, STRONG],
      [` ${peer.role}, ${peer.status}`, MUTED],
    ];
  },
  draw(props) {
    const { size, ui, moment } = props;
    const surface = new Surface(size);
    if (moment.inspected === null) {
      surface.text(1, 0, 'No node is selected.', MUTED);
      surface.text(1, 1, `${keyOf('next node')} the next one   ${keyOf('select node')} by name`, MUTED);
      return surface;
    }
    const lines = inspectorLines(props, moment.inspected);
    const cursor = cursorRow(lines, ui.scroll.inspector);
    const isFocused = ui.focus === 'inspector';
    // The cursor stays in sight, and near the middle of a long list.
    const first = isFocused ? Math.max(0, Math.min(cursor - (size.rows >> 1), lines.length - size.rows)) : 0;
    lines.slice(first, first + size.rows).forEach((line, y) => {
      surface.spans(1, y, line.spans, size.columns - 1);
      if (isFocused && first + y === cursor) {
        surface.put(0, y, '▸', ACCENT);
        surface.restyle(1, y, size.columns - 1, () => CURSOR);
      }
    });
    const more = lines.length - first - size.rows;
    if (more > 0) surface.textEndingAt(size.columns, size.rows - 1, ` +${more} below`, FAINT);
    return surface;
  },
};

function cursorRow(lines: readonly Line[], scroll: number): number {
  return Math.max(0, Math.min(scroll, lines.length - 1));
}

/** The part of the state that the cursor is on, if it can be opened or shut. */
export function pathAtCursor(props: PanelProps): string | null {
  const { inspected } = props.moment;
  if (inspected === null) return null;
  const lines = inspectorLines(props, inspected);
  return lines[cursorRow(lines, props.ui.scroll.inspector)]?.path ?? null;
}

function inspectorLines(props: PanelProps, inspected: Inspected): readonly Line[] {
  return [
    ...lastStepLines(props, inspected),
    ...stateLines(props, inspected),
    ...timerLines(props, inspected),
    ...waitLines(props, inspected),
  ];
}

const text = (...spans: readonly Span[]): Line => ({ spans, path: null });
const title = (words: string): Line => text([words, style('accent')]);
const EMPTY = text(['', PLAIN]);

function lastStepLines({ moment }: PanelProps, { lastStep, state }: Inspected): readonly Line[] {
  if (lastStep === null) return [];
  const { entry, before } = lastStep;
  const [glyph, look] = lookOf(entry);
  const isNow = entry.event === moment.events;
  const from = entry.peer >= 0 ? ` from ${moment.texts.name(entry.peer)}` : '';
  const lines: Line[] = [
    title(isNow ? 'This event' : 'Its last event'),
    text(
      ['  ', PLAIN],
      [`${glyph} `, look],
      [moment.texts.entry(entry), PLAIN],
      [from, MUTED],
      [`  ${clockText(entry.timeUs, moment.about.durationUs)}`, FAINT],
    ),
  ];
  const changes = changesBetween(before, state);
  if (changes.length === 0) lines.push(text(['  changed nothing', MUTED]));
  for (const { path, before: was, after } of changes) {
    lines.push(
      text(
        ['  Δ ', WARN],
        [path === '' ? 'state' : path, STRONG],
        [' ', PLAIN],
        [was, MUTED],
        [' → ', MUTED],
        [after, WARN],
      ),
    );
  }
  return [...lines, EMPTY];
}

function stateLines({ ui }: PanelProps, { state, lastStep, incarnation, peer, host }: Inspected): readonly Line[] {
  const before = lastStep === null ? undefined : lastStep.before;
  const origin = [incarnation > 1 ? `started ${incarnation} times` : '', host === peer.name ? '' : `on ${host}`];
  const said = origin.filter((part) => part !== '').join(', ');
  const lines: Line[] = [text(['State', style('accent')], [said === '' ? '' : `  ${said}`, FAINT])];
  for (const line of treeLines(state, { toggled: ui.toggled, before })) {
    const sign = line.branch === null ? ' ' : line.branch === 'open' ? '▾' : '▸';
    const value = line.branch === 'open' ? '' : line.value;
    lines.push({
      path: line.branch === null ? null : line.path,
      spans: [
        [`  ${'  '.repeat(line.depth)}`, PLAIN],
        [`${sign} `, FAINT],
        [line.name, MUTED],
        [' ', PLAIN],
        [value, line.changed ? WARN : PLAIN],
        [line.changed ? ' Δ' : '', WARN],
      ],
    });
  }
  return [...lines, EMPTY];
}

function timerLines(_props: PanelProps, { timers }: Inspected): readonly Line[] {
  if (timers.length === 0) return [];
  const width = Math.min(24, Math.max(...timers.map((timer) => timer.text.length)));
  return [
    title('Timers'),
    ...timers.map((timer) =>
      text(['  ◔ ', MUTED], [padded(timer.text, width), PLAIN], [`  in ${shortDuration(timer.leftUs)}`, STRONG]),
    ),
    EMPTY,
  ];
}

function waitLines({ moment }: PanelProps, { waits, operations }: Inspected): readonly Line[] {
  if (waits.length + operations.length === 0) return [];
  return [
    title('Waits for'),
    ...waits.map((wait) =>
      text(['  ▹ ', MESSAGE], [moment.texts.name(wait.to), STRONG], [' to answer ', MUTED], [wait.text, PLAIN]),
    ),
    ...operations.map((each) =>
      text(['  ▷ ', ACCENT], [each.text, PLAIN], [`  for ${shortDuration(each.sinceUs)}`, MUTED]),
    ),
  ];
}
