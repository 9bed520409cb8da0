/** Digits three rows high, for a clock that is read from the last row: five dots by three, two dots in a cell. */
import type { Style } from './style.ts';
import type { Surface } from './surface.ts';

const SHAPES: Readonly<Record<string, readonly string[]>> = {
  '0': ['███', '█ █', '█ █', '█ █', '███'],
  '1': [' █ ', '██ ', ' █ ', ' █ ', '███'],
  '2': ['███', '  █', '███', '█  ', '███'],
  '3': ['███', '  █', '███', '  █', '███'],
  '4': ['█ █', '█ █', '███', '  █', '  █'],
  '5': ['███', '█  ', '███', '  █', '███'],
  '6': ['███', '█  ', '███', '█ █', '███'],
  '7': ['███', '  █', '  █', '  █', '  █'],
  '8': ['███', '█ █', '███', '█ █', '███'],
  '9': ['███', '█ █', '███', '  █', '███'],
  ':': [' ', '█', ' ', '█', ' '],
  '.': [' ', ' ', ' ', ' ', '█'],
};

const HALVES: Readonly<Record<string, string>> = { '  ': ' ', '█ ': '▀', ' █': '▄', '██': '█' };

/** Draws a number; returns the column behind it. */
export function bigText(surface: Surface, x: number, y: number, text: string, style: Style): number {
  let at = x;
  for (const character of text) {
    const shape = SHAPES[character];
    if (shape === undefined) continue;
    const width = shape[0].length;
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < width; column++) {
        const upper = shape[row * 2]?.[column] ?? ' ';
        const lower = shape[row * 2 + 1]?.[column] ?? ' ';
        surface.put(at + column, y + row, HALVES[upper + lower], style);
      }
    }
    at += width + 1;
  }
  return at;
}
