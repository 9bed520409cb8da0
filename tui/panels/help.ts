/** All keys, from the table of keys, and what the picture's glyphs mean. */
import { BINDINGS, keyText, LESSON_BINDINGS } from '../keys/bindings.ts';
import { ACCENT, bold, MUTED, PLAIN } from '../screen/style.ts';
import { type Size, type Span, Surface } from '../screen/surface.ts';
import { padded, widthOf, wrapped } from '../screen/width.ts';
import { scrolled } from './metrics.ts';

type Line = readonly Span[];

/** @param legend of the picture. */
export function help(size: Size, scroll: number, legend: readonly Line[], isLesson = false): Surface {
  const surface = new Surface(size);
  const isWide = size.columns >= 104;
  const columnWidth = isWide ? Math.floor((size.columns - 2) / 2) : size.columns - 2;
  const [time, looking, doing] = BINDINGS.map((group) => groupLines(group, columnWidth));
  const lesson = isLesson ? groupLines(LESSON_BINDINGS, columnWidth) : [];
  const picture = legendLines(legend);
  if (!isWide) {
    scrolled(surface, [...lesson, ...time, ...looking, ...doing, ...picture], scroll);
    return surface;
  }
  const left = [...lesson, ...time, ...doing];
  const right = [...looking, ...picture];
  const rows = Math.max(left.length, right.length);
  const first = Math.max(0, Math.min(scroll, rows - size.rows));
  for (let y = 0; y < size.rows; y++) {
    surface.spans(1, y, left[first + y] ?? [], columnWidth);
    surface.spans(1 + columnWidth, y, right[first + y] ?? [], columnWidth);
  }
  return surface;
}

const KEY_WIDTH = 10;

function groupLines({ title, bindings }: (typeof BINDINGS)[number], columns: number): readonly Line[] {
  const lines: Line[] = [[[title, bold(ACCENT)]]];
  for (const { keys, help: sentence } of bindings) {
    const key = keys.map(keyText).join(' ');
    wrapped(sentence, columns - KEY_WIDTH - 4).forEach((part, index) => {
      lines.push([
        [padded(index === 0 ? key : '', KEY_WIDTH, 'right'), ACCENT],
        ['  ', PLAIN],
        [part, PLAIN],
      ]);
    });
  }
  return [...lines, []];
}

function legendLines(legend: readonly Line[]): readonly Line[] {
  if (legend.length === 0) return [];
  const lines: Line[] = [[['The picture', bold(ACCENT)]]];
  for (const [glyph, ...words] of legend) {
    const space = ' '.repeat(Math.max(0, KEY_WIDTH - widthOf(glyph[0])));
    lines.push([[space, PLAIN], glyph, ['  ', PLAIN], ...(words.length === 0 ? [['', MUTED] as Span] : words)]);
  }
  return lines;
}
