/** Pieces that several pictures are made of: lists that say what they leave out, names with their marks, messages on a line of their own. */
import type { Address, ProcessStatus } from '../../sim/index.ts';
import { ACCENT, BAD, bold, FAINT, MESSAGE, MUTED, PLAIN, type Style, style, WARN } from '../screen/style.ts';
import { type Size, type Span, Surface } from '../screen/surface.ts';
import { statusGlyph, statusTone, type Theme } from '../screen/theme.ts';
import { widthOf } from '../screen/width.ts';
import type { PictureProps } from './view.ts';

export type Line = readonly Span[];

export function heading(text: string, note = ''): Line {
  return [
    [text, ACCENT],
    [note === '' ? '' : `  ${note}`, MUTED],
  ];
}

/** Lines from the top; what does not fit is counted in the last row, beside its line or, where that is too long, in its place. */
export function block(lines: readonly Line[], size: Size): Surface {
  const surface = new Surface(size);
  const { columns, rows } = surface;
  const hidden = Math.max(0, lines.length - rows);
  const last = lines[rows - 1];
  const isReplaced = hidden > 0 && last !== undefined && lengthOf(last) + widthOf(moreText(hidden)) > columns;
  lines.slice(0, isReplaced ? rows - 1 : rows).forEach((line, y) => {
    surface.spans(0, y, line, columns);
    if (lengthOf(line) > columns) surface.put(columns - 1, y, '…', FAINT);
  });
  if (rows > 0) moreAt(surface, rows - 1, isReplaced ? hidden + 1 : hidden);
  return surface;
}

function moreText(count: number): string {
  return ` +${count} more`;
}

/** "+3 more" at the end of a row. */
export function moreAt(surface: Surface, y: number, count: number): void {
  const text = moreText(count);
  if (count > 0 && widthOf(text) < surface.columns) surface.textEndingAt(surface.columns, y, text, MUTED);
}

export function lengthOf(line: Line): number {
  return line.reduce((sum, [text]) => sum + widthOf(text), 0);
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function statusSpan(status: ProcessStatus): Span {
  return [statusGlyph(status), style(statusTone(status))];
}

/** What stands before a name: selected, marked, or nothing. */
export function markSpan({ selected, marked, theme }: Marks, address: Address): Span {
  if (address === selected) return [theme.glyphs.cursor, bold(ACCENT)];
  return marked.includes(address) ? [theme.glyphs.marked, style('warn', 'bold')] : [' ', PLAIN];
}

export function isSingledOut({ selected, marked }: Marks, address: Address): boolean {
  return address === selected || marked.includes(address);
}

/** How a name looks: the selected and the marked stand out, those that do not run step back. */
export function nameStyle({ selected, marked, lastProcess }: Marks, address: Address, status: ProcessStatus): Style {
  if (address === selected) return bold(ACCENT);
  if (marked.includes(address)) return bold(WARN);
  if (status !== 'up') return MUTED;
  return address === lastProcess ? style('plain', 'bold') : PLAIN;
}

export type Marks = Pick<PictureProps, 'selected' | 'marked' | 'lastProcess' | 'theme'>;

/** A way in so many columns with a message as far as it has come; `lost` is where it got lost instead. */
export function track(progress: number, columns: number, glyph: string, isSelected: boolean): readonly Span[] {
  const room = Math.max(1, columns);
  const done = Math.min(room - 1, Math.max(0, Math.floor(progress * room)));
  return [
    ['─'.repeat(done), isSelected ? ACCENT : MESSAGE],
    [glyph, bold(isSelected ? ACCENT : MESSAGE)],
    ['┄'.repeat(room - 1 - done), FAINT],
  ];
}

/** The same for a message that got lost there. */
export function lostTrack(isOnTheWay: boolean, columns: number, { glyphs }: Theme): readonly Span[] {
  const room = Math.max(1, columns);
  const done = isOnTheWay ? room >> 1 : room - 1;
  return [
    ['─'.repeat(done), FAINT],
    [glyphs.lost, bold(BAD)],
    [' '.repeat(room - 1 - done), FAINT],
  ];
}
