/**
 * A rectangle of cells that pictures and panels draw on and that becomes rows of text. Everything that is drawn is cut at the
 * edges, and a character that is two columns wide owns both, so no row is ever wider than the surface, whatever is drawn.
 */
import { PLAIN, type Style } from './style.ts';
import type { Theme } from './theme.ts';
import { clipped, glyphsOf, widthOf } from './width.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The right half of a wide character. */
const CONTINUED = '';

/** A piece of a line: text and how it looks. */
export type Span = readonly [text: string, style: Style];

export class Surface {
  readonly columns: number;
  readonly rows: number;
  private readonly characters: string[];
  private readonly styles: Style[];

  constructor({ columns, rows }: Size) {
    this.columns = Math.max(0, Math.floor(columns));
    this.rows = Math.max(0, Math.floor(rows));
    this.characters = new Array<string>(this.columns * this.rows).fill(' ');
    this.styles = new Array<Style>(this.columns * this.rows).fill(PLAIN);
  }

  get size(): Size {
    return { columns: this.columns, rows: this.rows };
  }

  /** Writes a text from that cell to the right, cut at `limit` columns and at the edge; returns the column after it. */
  text(x: number, y: number, text: string, style: Style = PLAIN, limit = Infinity): number {
    const fitting = limit === Infinity ? text : clipped(text, limit);
    let at = Math.floor(x);
    for (const glyph of glyphsOf(fitting)) {
      this.place(at, y, glyph.text, glyph.width, style);
      at += glyph.width;
    }
    return at;
  }

  /** Writes a text so that it ends before column `x`; returns the column where it begins. */
  textEndingAt(x: number, y: number, text: string, style: Style = PLAIN): number {
    const start = x - widthOf(text);
    this.text(start, y, text, style);
    return start;
  }

  /** Writes pieces one after the other, cut together at `limit` columns; returns the column after them. */
  spans(x: number, y: number, spans: readonly Span[], limit = Infinity): number {
    const end = limit === Infinity ? Infinity : x + limit;
    let at = x;
    for (const [text, style] of spans) {
      if (at >= end) break;
      at = this.text(at, y, text, style, end - at);
    }
    return at;
  }

  /** Writes one cell. */
  put(x: number, y: number, character: string, style: Style = PLAIN): void {
    const [glyph] = glyphsOf(character);
    if (glyph !== undefined) this.place(Math.floor(x), y, glyph.text, glyph.width, style);
  }

  /** The character in that cell, and '' outside. */
  at(x: number, y: number): string {
    return this.contains(x, y) ? this.characters[y * this.columns + x] : '';
  }

  styleAt(x: number, y: number): Style {
    return this.contains(x, y) ? this.styles[y * this.columns + x] : PLAIN;
  }

  /** Whether so many cells from there to the right are inside and empty. */
  isFree(x: number, y: number, columns = 1): boolean {
    for (let i = 0; i < columns; i++) if (this.at(x + i, y) !== ' ') return false;
    return true;
  }

  /** Changes how cells look and leaves what they say. */
  restyle(x: number, y: number, columns: number, change: (style: Style) => Style): void {
    for (let i = Math.max(0, x); i < Math.min(this.columns, x + columns); i++) {
      if (y >= 0 && y < this.rows) this.styles[y * this.columns + i] = change(this.styles[y * this.columns + i]);
    }
  }

  horizontal(x: number, y: number, columns: number, character: string, style: Style): void {
    for (let i = 0; i < columns; i++) this.put(x + i, y, character, style);
  }

  vertical(x: number, y: number, rows: number, character: string, style: Style): void {
    for (let i = 0; i < rows; i++) this.put(x, y + i, character, style);
  }

  /** Lays another surface over this one, with its left upper corner there. */
  lay(other: Surface, x: number, y: number): void {
    for (let row = 0; row < other.rows; row++) {
      for (let column = 0; column < other.columns; column++) {
        const from = row * other.columns + column;
        const character = other.characters[from];
        if (character === CONTINUED) continue;
        const isWide = column + 1 < other.columns && other.characters[from + 1] === CONTINUED;
        this.place(x + column, y + row, character, isWide ? 2 : 1, other.styles[from]);
      }
    }
  }

  /** The row without styles. */
  plainRow(y: number): string {
    return this.characters.slice(y * this.columns, (y + 1) * this.columns).join('');
  }

  /** All rows without styles and without spaces at their ends, for tests and for people. */
  plain(): string {
    return Array.from({ length: this.rows }, (_, y) => this.plainRow(y).trimEnd()).join('\n');
  }

  /** The row as a terminal takes it: one string, styled by the theme. */
  row(y: number, theme: Theme): string {
    return this.piece(y, 0, this.columns, theme);
  }

  /** Part of a row, from one column up to another. It begins and ends with the terminal's own look. */
  piece(y: number, from: number, to: number, theme: Theme): string {
    let text = '';
    let current: Style = PLAIN;
    let codes = theme.codes(PLAIN);
    const first = y * this.columns;
    for (let i = first + from; i < first + to; i++) {
      const style = this.styles[i];
      if (style !== current) {
        const next = theme.codes(style);
        // Styles may mean the same to this theme.
        if (next !== codes) text += codes === '' ? next : `${RESET}${next}`;
        codes = next;
        current = style;
      }
      text += this.characters[i];
    }
    return codes === '' ? text : text + RESET;
  }

  /** Where a row differs from that of another surface of the same size: from the first such column up to after the last; null if nowhere. */
  changeFrom(other: Surface, y: number): { readonly from: number; readonly to: number } | null {
    const first = y * this.columns;
    const isSame = (x: number) =>
      this.characters[first + x] === other.characters[first + x] && this.styles[first + x] === other.styles[first + x];
    let from = 0;
    while (from < this.columns && isSame(from)) from++;
    if (from === this.columns) return null;
    let to = this.columns;
    while (isSame(to - 1)) to--;
    // Both halves of a wide character, of the old one and of the new.
    while (from > 0 && (this.characters[first + from] === CONTINUED || other.characters[first + from] === CONTINUED))
      from--;
    while (
      to < this.columns &&
      (this.characters[first + to] === CONTINUED || other.characters[first + to] === CONTINUED)
    )
      to++;
    return { from, to };
  }

  styledRows(theme: Theme): readonly string[] {
    return Array.from({ length: this.rows }, (_, y) => this.row(y, theme));
  }

  private contains(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.columns && y < this.rows;
  }

  private place(x: number, y: number, character: string, width: 1 | 2, style: Style): void {
    if (y < 0 || y >= this.rows || x < 0 || x + width > this.columns) {
      // Of a wide character that hangs over the edge, the half inside stays empty.
      if (width === 2 && this.contains(x, y)) this.place(x, y, ' ', 1, style);
      return;
    }
    const index = y * this.columns + x;
    this.clearHalves(index, x, width);
    this.characters[index] = character;
    this.styles[index] = style;
    if (width === 2) {
      this.characters[index + 1] = CONTINUED;
      this.styles[index + 1] = style;
    }
  }

  /** A wide character of which one half is overwritten leaves a space in the other. */
  private clearHalves(index: number, x: number, width: 1 | 2): void {
    if (this.characters[index] === CONTINUED && x > 0) this.characters[index - 1] = ' ';
    const after = index + width;
    if (x + width < this.columns && this.characters[after] === CONTINUED) this.characters[after] = ' ';
  }
}

const RESET = '\u001b[0m';
