/** The top of the screen: what is shown, where the run is, how fast, and how the expectations stand. */

import type { Marker } from '../run/marker.ts';
import { clockText, type Moment } from '../run/moment.ts';
import { speedText } from '../run/speed.ts';
import type { Standing } from '../run/standing.ts';
import { bigText } from '../screen/big-digits.ts';
import {
  ACCENT,
  BAD,
  bold,
  FAINT,
  GOOD,
  INFO,
  MUTED,
  PLAIN,
  STRONG,
  type Style,
  style,
  WARN,
} from '../screen/style.ts';
import { type Span, Surface } from '../screen/surface.ts';
import { clipped, widthOf } from '../screen/width.ts';
import type { PanelProps } from './panel.ts';

/** Beside the run itself: whether something is under way that takes its time. */
export interface Activity {
  /** Of a way to a far moment, from 0 to 1; null if none is under way. */
  readonly travelling: number | null;
  readonly searching: boolean;
  /** The run cannot go as fast as it was asked to. */
  readonly lagging: boolean;
  /** What is looked at is kept in a file; null where it is not. */
  readonly recording?: 'kept' | 'failing' | null;
  /** The run is not the one that was recorded. */
  readonly differs?: boolean;
}

export interface HeaderProps extends PanelProps {
  readonly activity: Activity;
}

export function header(props: HeaderProps): Surface {
  const { size, ui } = props;
  const surface = new Surface(size);
  const isLarge = ui.large && size.rows >= 5;
  titleLine(surface, props);
  if (isLarge) largeClock(surface, props);
  else clockLine(surface, 1, props);
  expectations(surface, isLarge ? 5 : 2, props);
  return surface;
}

function titleLine(surface: Surface, { moment, ui, activity }: HeaderProps): void {
  const { system, variant, seed, title } = moment.about;
  const { columns } = surface;
  const right = `seed ${seed}`;
  const spans: Span[] = [
    [' ', PLAIN],
    [system, bold(ACCENT)],
    [` ${variant}`, ACCENT],
  ];
  const used = spans.reduce((sum, [text]) => sum + widthOf(text), 0);
  const badges = badgesOf(moment, activity);
  const lineWidth = badges.reduce((sum, [text]) => sum + widthOf(text) + 1, 0);
  const room = columns - used - widthOf(right) - lineWidth - 5;
  spans.push(['  ', PLAIN], [clipped(capitalised(title), Math.max(0, room)), ui.large ? STRONG : PLAIN]);
  surface.spans(0, 0, spans, columns);
  let start = surface.textEndingAt(columns - 1, 0, right, MUTED);
  for (const [text, look] of badges) start = surface.textEndingAt(start - 1, 0, text, look);
}

/** From right to left: which line it is, whether it is recorded, whether it is what was recorded. */
function badgesOf({ line }: Moment, { recording = null, differs = false }: Activity): readonly Span[] {
  const badges: Span[] = [];
  if (line.id !== 0) badges.push([` ${line.name} `, style('warn', 'inverse')]);
  if (recording === 'kept') badges.push([' ● rec ', style('bad', 'inverse')]);
  if (recording === 'failing') badges.push([' ✗ not recorded ', style('bad', 'inverse')]);
  if (differs) badges.push([' ✗ differs ', style('bad', 'inverse')]);
  return badges;
}

function clockLine(surface: Surface, y: number, props: HeaderProps): void {
  const { moment } = props;
  const { columns } = surface;
  const left: Span[] = [
    [' ', PLAIN],
    ...paceSpans(props),
    ['  ', PLAIN],
    [clockText(moment.nowUs, moment.about.durationUs), STRONG],
  ];
  const end = surface.spans(0, y, left, columns);
  const duration = durationText(moment.about.durationUs);
  const fingerprint = columns >= 150 ? `${moment.fingerprint}  ` : '';
  const right = `${fingerprint}#${grouped(moment.events)}`;
  const start = surface.textEndingAt(columns - 1, y, right, MUTED);
  const durationStart = surface.textEndingAt(start - 2, y, duration, MUTED);
  progressBar(surface, end + 2, y, durationStart - end - 3, moment);
}

function paceSpans({ ui, activity, theme }: HeaderProps): readonly Span[] {
  const { pace } = ui;
  const speed: Span = [speedText(pace.speed), MUTED];
  if (activity.searching) return [[`${theme.glyphs.open} searching`, INFO]];
  if (activity.travelling !== null)
    return [[`${theme.glyphs.open} ${Math.floor(activity.travelling * 100)}% there`, INFO]];
  if (!pace.playing) return [['‖ paused', WARN], [' ', PLAIN], speed];
  const glyph = pace.direction === 1 ? theme.glyphs.right : theme.glyphs.left;
  const word = pace.direction === 1 ? 'plays' : 'plays back';
  const spans: Span[] = [[`${glyph} ${word}`, GOOD], [' ', PLAIN], speed];
  if (activity.lagging) spans.push([' (as fast as it goes)', MUTED]);
  return spans;
}

/** How far the run is, with its faults, violations and bookmarks where they were. */
function progressBar(surface: Surface, x: number, y: number, columns: number, moment: Moment): void {
  if (columns < 5) return;
  const { durationUs } = moment.about;
  const cellOf = (us: number) => Math.min(columns - 1, Math.floor((us / durationUs) * columns));
  const done = Math.round((moment.nowUs / durationUs) * columns);
  surface.horizontal(x, y, columns, '─', FAINT);
  surface.horizontal(x, y, done, '━', ACCENT);
  // Those that lie ahead are known from having been there.
  const tone = (marker: Marker, look: Style) => (marker.event > moment.events ? FAINT : look);
  for (const marker of moment.chapters) {
    const cell = x + cellOf(marker.timeUs);
    if (marker.kind === 'fault' && marker.changed > 0) surface.put(cell, y, '▾', tone(marker, WARN));
  }
  for (const marker of moment.chapters) {
    const cell = x + cellOf(marker.timeUs);
    if (marker.kind === 'violated') surface.put(cell, y, '✗', tone(marker, BAD));
    else if (marker.kind === 'bookmark') surface.put(cell, y, '⚑', tone(marker, INFO));
  }
  surface.put(x + cellOf(moment.nowUs), y, moment.finished ? '┫' : '●', bold(ACCENT));
}

/** For projectors: the clock in digits three rows high. */
function largeClock(surface: Surface, props: HeaderProps): void {
  const { moment } = props;
  const { durationUs } = moment.about;
  const text = clockText(moment.nowUs, durationUs).slice(0, -3);
  const end = bigText(surface, 2, 1, text, STRONG);
  surface.spans(end + 2, 1, paceSpans(props));
  surface.text(end + 2, 2, `event ${grouped(moment.events)}`, MUTED);
  surface.text(end + 2, 3, `of ${durationText(durationUs)}`, MUTED);
  progressBar(surface, 2, 4, surface.columns - 4, moment);
}

const STANDINGS: Readonly<Record<Standing, readonly [glyph: string, style: Style, word: string]>> = {
  met: ['✓', GOOD, ''],
  holding: ['✓', GOOD, 'so far'],
  open: ['…', MUTED, ''],
  broken: ['✗', BAD, ''],
};

/** As many as there is room for, the broken ones first; then how many more there are. */
function expectations(surface: Surface, y: number, { moment, size }: HeaderProps): void {
  const rows = Math.min(size.rows - y, MOST_EXPECTATION_ROWS, expectationRows(moment, size.columns));
  const { standings } = moment;
  if (rows <= 0 || standings.length === 0) return;
  const rank: readonly Standing[] = ['broken', 'open', 'holding', 'met'];
  const isCrowded = standings.length * 24 > size.columns * rows;
  const ordered = isCrowded
    ? [...standings].sort((a, b) => rank.indexOf(a.standing) - rank.indexOf(b.standing))
    : standings;
  let row = y;
  let x = 1;
  let left = ordered.length;
  for (const { text, standing, note } of ordered) {
    const [glyph, look, word] = STANDINGS[standing];
    const subject = text.replace(/: (always|never|sometimes|violated|eventually.*|stable.*)$/, '');
    const said = standing === 'broken' || standing === 'open' || !isCrowded ? note || word : '';
    const spans: Span[] = [
      [`${glyph} `, look],
      [clipped(isCrowded ? subject : text, Math.max(10, size.columns - 24)), standing === 'broken' ? BAD : PLAIN],
      ...(said === '' ? [] : ([[` ${said}`, MUTED]] as Span[])),
    ];
    const width = spans.reduce((sum, [part]) => sum + widthOf(part), 0);
    const more = left > 1 ? 10 : 0;
    if (x > 1 && x + width + (row === y + rows - 1 ? more : 0) > size.columns - 1) {
      if (row + 1 >= y + rows) break;
      row++;
      x = 1;
    }
    x = surface.spans(x, row, spans, size.columns - 1 - x) + 3;
    left--;
  }
  if (left > 0) surface.textEndingAt(size.columns - 1, y + rows - 1, ` +${left} more`, MUTED);
}

const MOST_EXPECTATION_ROWS = 3;

/** How many rows the expectations would like to have. */
export function expectationRows(moment: Moment, columns: number): number {
  const width = moment.standings.reduce((sum, { text, note }) => sum + widthOf(text) + widthOf(note) + 6, 0);
  return Math.ceil(width / Math.max(1, columns - 10));
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function durationText(us: number): string {
  const seconds = us / 1e6;
  if (seconds < 60) return `${Number(seconds.toFixed(3))}s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds % 60);
  if (minutes < 60) return rest === 0 ? `${minutes}m` : `${minutes}m${rest}s`;
  return `${Math.floor(minutes / 60)}h${minutes % 60 === 0 ? '' : `${minutes % 60}m`}`;
}

export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
