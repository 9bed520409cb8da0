/**
 * How many columns a character takes in a terminal. Names and messages come from scenario files, so any character may come;
 * terminals disagree on emoji and on sequences of combining characters, so those are replaced by one narrow box each
 * (`REPLACEMENT`), and East Asian characters take the two columns that all terminals give them.
 */
export const REPLACEMENT = '□';

/** First and last code points that are two columns wide and drawn alike everywhere (Unicode, East Asian Width W and F, without emoji). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

/** What terminals give one column or two, by the version of Unicode that they follow, or draw together with their neighbours (Hangul Jamo). */
const DISPUTED = /[\u1100-\u11ff\u3248-\u324f\u4dc0-\u4dff\ua960-\ua97c\ud7b0-\ud7ff\ufe10-\ufe19]/u;

/** Code points below the wide ones that terminals draw as emoji, two columns wide or not. */
const EMOJI =
  /[\u231a\u231b\u2329\u232a\u23e9-\u23f3\u25fd\u25fe\u2614\u2615\u2630-\u2637\u2648-\u2653\u267f\u268a-\u268f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55]/u;

/** Characters that take no column, or a column that depends on their neighbours. */
const ZERO_WIDTH = /\p{Mark}|\p{Format}|\p{Surrogate}|\p{Unassigned}|\p{Private_Use}|[\u3164\uffa0\u2028\u2029]/u;
const CONTROL = /\p{Control}/u;

/** Everything printable in ASCII: the common case, asked first. */
const ASCII = /^[\x20-\x7e]*$/;

/** A character that the surface can place: one or two columns wide. */
export interface Glyph {
  readonly text: string;
  readonly width: 1 | 2;
}

const glyphs = new Map<string, Glyph>();

/** The glyphs of a text, each one or two columns wide; what cannot be placed is replaced or left out. */
export function glyphsOf(text: string): readonly Glyph[] {
  const found: Glyph[] = [];
  for (const character of text) {
    const glyph = glyphOf(character);
    if (glyph !== null) found.push(glyph);
  }
  return found;
}

function glyphOf(character: string): Glyph | null {
  const known = glyphs.get(character);
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (CONTROL.test(character)) return glyph(character === '\n' || character === '\t' ? ' ' : REPLACEMENT, 1);
  if (ZERO_WIDTH.test(character)) return null;
  if (isWide(code) && !DISPUTED.test(character)) return remember(character, glyph(character, 2));
  if (code > 0xffff || EMOJI.test(character) || DISPUTED.test(character))
    return remember(character, glyph(REPLACEMENT, 1));
  return remember(character, glyph(character, 1));
}

function glyph(text: string, width: 1 | 2): Glyph {
  return { text, width };
}

function remember(character: string, of: Glyph): Glyph {
  // Scenarios may be in any language, but not in all of them at once.
  if (glyphs.size < 4096) glyphs.set(character, of);
  return of;
}

function isWide(code: number): boolean {
  if (code < 0x2e80) return false;
  return WIDE.some(([first, last]) => code >= first && code <= last);
}

/** Columns that a text takes once it is on a surface. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { width: columns } of glyphsOf(text)) width += columns;
  return width;
}

/** The text cut to so many columns, with `…` in the last of them if anything was cut. */
export function clipped(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (widthOf(text) <= columns) return text;
  let width = 0;
  let kept = '';
  for (const { text: character, width: wide } of glyphsOf(text)) {
    if (width + wide > columns - 1) break;
    kept += character;
    width += wide;
  }
  return `${kept}…`;
}

/** The text in lines of at most so many columns, broken between words where that can be. */
export function wrapped(text: string, columns: number): readonly string[] {
  if (columns <= 0) return [];
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      const joined = line === '' ? word : `${line} ${word}`;
      if (widthOf(joined) <= columns) {
        line = joined;
        continue;
      }
      if (line !== '') lines.push(line);
      line = word;
      while (widthOf(line) > columns) {
        const [head, rest] = split(line, columns);
        lines.push(head);
        line = rest;
      }
    }
    lines.push(line);
  }
  return lines;
}

function split(text: string, columns: number): readonly [string, string] {
  let width = 0;
  let head = '';
  const all = glyphsOf(text);
  let taken = 0;
  for (const { text: character, width: wide } of all) {
    if (width + wide > columns && taken > 0) break;
    head += character;
    width += wide;
    taken++;
  }
  return [
    head,
    all
      .slice(taken)
      .map((glyph) => glyph.text)
      .join(''),
  ];
}

/** Filled up with spaces to so many columns, or cut to them. */
export function padded(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const cut = clipped(text, columns);
  const space = ' '.repeat(Math.max(0, columns - widthOf(cut)));
  return align === 'left' ? cut + space : space + cut;
}
