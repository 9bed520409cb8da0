/**
 * Braille graphics: each cell has 2 × 4 dots, so that lines and circles come out fine. Dots of one cell share its colour;
 * the dot that was set last with the highest rank gives it.
 */
import type { Style } from './style.ts';
import { Surface } from './surface.ts';

const DOTS_X = 2;
const DOTS_Y = 4;
/** Bits of the dots in a Braille character, by row and column (Unicode, block 2800). */
const BITS: readonly (readonly [number, number])[] = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

export class Canvas {
  /** In dots. */
  readonly width: number;
  readonly height: number;
  private readonly columns: number;
  private readonly rows: number;
  private readonly bits: Uint8Array;
  private readonly ranks: Int16Array;
  private readonly styles: (Style | null)[];

  /** @param columns @param rows in cells. */
  constructor(columns: number, rows: number) {
    this.columns = Math.max(0, Math.floor(columns));
    this.rows = Math.max(0, Math.floor(rows));
    this.width = this.columns * DOTS_X;
    this.height = this.rows * DOTS_Y;
    this.bits = new Uint8Array(this.columns * this.rows);
    this.ranks = new Int16Array(this.columns * this.rows).fill(-1);
    this.styles = new Array<Style | null>(this.columns * this.rows).fill(null);
  }

  /** Sets a dot; outside nothing happens. @param rank what gives its cell the colour when several share it. */
  dot(x: number, y: number, style: Style, rank = 0): void {
    const column = Math.floor(x);
    const row = Math.floor(y);
    // Written so that a place that is no number is outside too.
    if (!(column >= 0 && row >= 0 && column < this.width && row < this.height)) return;
    const cell = (row >> 2) * this.columns + (column >> 1);
    this.bits[cell] |= BITS[row & 3][column & 1];
    if (rank >= this.ranks[cell]) {
      this.ranks[cell] = rank;
      this.styles[cell] = style;
    }
  }

  /** A straight line. @param every draws one dot in so many: 1 is solid, 3 is dotted. */
  line(x0: number, y0: number, x1: number, y1: number, style: Style, rank = 0, every = 1): void {
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
    for (let i = 0; i <= steps; i += every) {
      this.dot(x0 + ((x1 - x0) * i) / steps, y0 + ((y1 - y0) * i) / steps, style, rank);
    }
  }

  /** A curve from one point to another, drawn towards a third (a quadratic Bézier curve). */
  curve(from: Point, towards: Point, to: Point, style: Style, rank = 0, every = 1): void {
    const steps = Math.max(2, Math.ceil(distance(from, towards) + distance(towards, to)));
    for (let i = 0; i <= steps; i += every) {
      const { x, y } = onCurve(from, towards, to, i / steps);
      this.dot(x, y, style, rank);
    }
  }

  /** Part of an ellipse, from one angle to another (in turns, clockwise from the top). */
  arc(centre: Point, radii: Point, fromTurn: number, toTurn: number, style: Style, rank = 0, every = 1): void {
    const steps = Math.max(2, Math.ceil(Math.abs(toTurn - fromTurn) * 2 * Math.PI * Math.max(radii.x, radii.y)));
    for (let i = 0; i <= steps; i += every) {
      const { x, y } = onEllipse(centre, radii, fromTurn + ((toTurn - fromTurn) * i) / steps);
      this.dot(x, y, style, rank);
    }
  }

  /** Puts the cells that have dots on a surface; the others leave what is there. @param under only where nothing is there yet. */
  drawOn(surface: Surface, x = 0, y = 0, under = false): void {
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        const cell = row * this.columns + column;
        const style = this.styles[cell];
        if (under && !surface.isFree(x + column, y + row)) continue;
        if (style !== null) surface.put(x + column, y + row, String.fromCharCode(0x2800 + this.bits[cell]), style);
      }
    }
  }
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The point of an ellipse at that angle: in turns, 0 at the top, clockwise. */
export function onEllipse(centre: Point, radii: Point, turn: number): Point {
  const angle = turn * 2 * Math.PI;
  return { x: centre.x + radii.x * Math.sin(angle), y: centre.y - radii.y * Math.cos(angle) };
}

/** The point of a quadratic Bézier curve after that share of it. */
export function onCurve(from: Point, towards: Point, to: Point, share: number): Point {
  const rest = 1 - share;
  return {
    x: rest * rest * from.x + 2 * rest * share * towards.x + share * share * to.x,
    y: rest * rest * from.y + 2 * rest * share * towards.y + share * share * to.y,
  };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** A line chart of numbers in so many cells, from `min` to `max`; numbers that are none leave a gap. */
export function plot(
  values: readonly number[],
  columns: number,
  rows: number,
  style: Style,
  min: number,
  max: number,
): Surface {
  const surface = new Surface({ columns, rows });
  const canvas = new Canvas(columns, rows);
  const span = max > min ? max - min : 1;
  const yOf = (value: number) => (canvas.height - 1) * (1 - (value - min) / span);
  const xOf = (index: number) => (values.length <= 1 ? 0 : ((canvas.width - 1) * index) / (values.length - 1));
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const before = values[i - 1];
    if (i === 0 || Number.isNaN(before)) canvas.dot(xOf(i), yOf(value), style);
    else canvas.line(xOf(i - 1), yOf(before), xOf(i), yOf(value), style);
  });
  canvas.drawOn(surface);
  return surface;
}

const BARS = '▁▂▃▄▅▆▇█';

/** The last values as one row of bars, scaled from the least to the greatest of them; a gap where there is no number. */
export function sparkline(values: readonly number[], columns: number): string {
  const shown = thinned(values, columns);
  const known = shown.filter((value) => !Number.isNaN(value));
  const min = known.length === 0 ? 0 : Math.min(...known);
  const max = known.length === 0 ? 0 : Math.max(...known);
  return shown
    .map((value) => {
      if (Number.isNaN(value)) return ' ';
      if (max === min) return max === 0 ? BARS[0] : BARS[3];
      return BARS[Math.min(BARS.length - 1, Math.floor(((value - min) / (max - min)) * BARS.length))];
    })
    .join('');
}

/** So many values that stand for all: the mean of each stretch. */
export function thinned(values: readonly number[], count: number): readonly number[] {
  if (values.length <= count) return values;
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const stretch = values.slice(
      Math.floor((i * values.length) / count),
      Math.floor(((i + 1) * values.length) / count),
    );
    const known = stretch.filter((value) => !Number.isNaN(value));
    return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
