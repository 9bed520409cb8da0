import fc from 'fast-check';
import { renderToString, Text } from 'ink';
import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import { Canvas, plot, sparkline, thinned } from '../../tui/screen/canvas.ts';
import { placeLabel } from '../../tui/screen/labels.ts';
import { Painter } from '../../tui/screen/painter.ts';
import { bold, inverted, MUTED, PLAIN, style } from '../../tui/screen/style.ts';
import { Surface } from '../../tui/screen/surface.ts';
import { GLYPHS, themeOf } from '../../tui/screen/theme.ts';
import { clipped, padded, widthOf, wrapped } from '../../tui/screen/width.ts';

const anyText = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '北京 上海',
    'naïve café',
    'a👩‍👩‍👧b',
    'x\u0301y',
    'tab\there',
    '한국어',
    '\u001b[31mred',
    'ｆｕｌｌ',
  ),
);

/** Whether a terminal's width rules (those of string-width, which Ink cuts by) let the row into so many columns. */
function fits(row: string, columns: number): boolean {
  return renderToString(createElement(Text, { wrap: 'truncate' }, `${row}|`), { columns: columns + 1 }).endsWith('|');
}

describe('the width of a text', () => {
  it.each([
    ['plain', 5],
    ['北京', 4],
    ['e\u0301', 1],
    ['👍', 1],
    ['\u0007', 1],
    ['\u4dc0', 1],
    ['⣿●▸', 3],
  ])('%j takes %i columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  it('is what is left of a text that is cut, and never more than asked for', () => {
    fc.assert(
      fc.property(anyText, fc.nat(24), (text, columns) => {
        const cut = clipped(text, columns);
        expect(widthOf(cut)).toBeLessThanOrEqual(columns);
        if (widthOf(text) <= columns) expect(cut).toBe(columns === 0 ? '' : text);
        expect(widthOf(padded(text, columns))).toBe(columns);
        for (const line of wrapped(text, Math.max(2, columns)))
          expect(widthOf(line)).toBeLessThanOrEqual(Math.max(2, columns));
      }),
      { numRuns: 200 },
    );
  });

  it('breaks lines between words', () => {
    expect(wrapped('the quick brown fox', 10)).toEqual(['the quick', 'brown fox']);
    expect(wrapped('incomprehensible', 6)).toEqual(['incomp', 'rehens', 'ible']);
  });
});

describe('a surface', () => {
  it('is never wider than it is, whatever is written wherever', () => {
    const writes = fc.array(fc.tuple(fc.integer({ min: -10, max: 30 }), fc.integer({ min: -2, max: 6 }), anyText), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(writes, (all) => {
        const surface = new Surface({ columns: 20, rows: 4 });
        for (const [x, y, text] of all) surface.text(x, y, text, style('warn', 'bold'));
        for (let y = 0; y < 4; y++) {
          expect(widthOf(surface.plainRow(y))).toBe(20);
          expect(fits(surface.row(y, themeOf('256')), 20)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keeps both halves of a wide character together', () => {
    const surface = new Surface({ columns: 6, rows: 1 });
    surface.text(0, 0, '北京好');
    surface.put(1, 0, 'x');
    expect(surface.plainRow(0)).toBe(' x京好');
    surface.put(2, 0, 'y');
    expect(surface.plainRow(0)).toBe(' xy 好');
    surface.text(5, 0, '北');
    expect(surface.plainRow(0)).toBe(' xy   ');
  });

  it('lays one over another, cut at the edges', () => {
    const below = new Surface({ columns: 6, rows: 2 });
    below.text(0, 0, '......');
    const above = new Surface({ columns: 4, rows: 1 });
    above.text(0, 0, 'a北b');
    below.lay(above, 1, 0);
    below.lay(above, 4, 1);
    expect(below.plain()).toBe('.a北b.\n    a');
  });

  it('writes no more escape sequences than it needs', () => {
    const surface = new Surface({ columns: 6, rows: 1 });
    surface.text(0, 0, 'ab', style('bad'));
    surface.text(2, 0, 'cd', MUTED);
    expect(surface.row(0, themeOf('256'))).toBe('\u001b[38;5;203mab\u001b[0m\u001b[38;5;247mcd\u001b[0m  ');
    // Without colours these two are the same.
    expect(surface.row(0, themeOf('none'))).toBe('abcd  ');
  });
});

describe('the painter', () => {
  it('leads a terminal from any frame to any other', () => {
    const size = { columns: 12, rows: 3 };
    const anyFrame = fc.array(
      fc.tuple(
        fc.integer({ min: -2, max: 12 }),
        fc.nat(2),
        fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('北京', 'é', '한')),
        fc.constantFrom(PLAIN, MUTED, style('bad', 'bold')),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 5 }), (frames) => {
        const theme = themeOf('256');
        const painter = new Painter();
        const terminal = new TinyTerminal(size.columns, size.rows);
        for (const writes of frames) {
          const surface = new Surface(size);
          for (const [x, y, text, look] of writes) surface.text(x, y, text, look);
          terminal.write(painter.paint(surface, theme));
          expect(terminal.text()).toBe(surface.plain());
        }
      }),
      { numRuns: 150 },
    );
  });

  it('writes nothing where nothing changed, and all of it when told to forget', () => {
    const painter = new Painter();
    const surface = new Surface({ columns: 4, rows: 1 });
    surface.text(0, 0, 'abcd');
    const theme = themeOf('none');
    expect(painter.paint(surface, theme)).toContain('abcd');
    expect(painter.paint(surface, theme)).toBe('');
    const changed = new Surface({ columns: 4, rows: 1 });
    changed.text(0, 0, 'abXd');
    expect(painter.paint(changed, theme)).toBe('\u001b[1;3HX');
    painter.forget();
    expect(painter.paint(changed, theme)).toContain('abXd');
  });
});

/** As much of a terminal as the painter asks for; a wide character that loses one half loses both. */
class TinyTerminal {
  private readonly cells: string[][];
  private x = 0;
  private y = 0;
  private readonly columns: number;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.cells = Array.from({ length: rows }, () => new Array<string>(columns).fill(' '));
  }

  write(output: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    for (const [, codes, end, character] of output.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|([^\u001b])/gu)) {
      if (end === 'H') [this.y, this.x] = codes.split(';').map((part) => Number(part) - 1);
      else if (end === 'J') for (const row of this.cells) row.fill(' ');
      else if (character !== undefined) this.put(character);
    }
  }

  private put(character: string): void {
    const row = this.cells[this.y];
    const width = widthOf(character);
    for (let i = 0; i < width; i++) this.breakUp(row, this.x + i);
    row[this.x] = character;
    if (width === 2) row[this.x + 1] = '';
    this.x += width;
    expect(this.x).toBeLessThanOrEqual(this.columns);
  }

  private breakUp(row: string[], x: number): void {
    if (row[x] === '') row[x - 1] = ' ';
    if (row[x + 1] === '') row[x + 1] = ' ';
  }

  text(): string {
    return this.cells.map((row) => row.join('').trimEnd()).join('\n');
  }
}

describe('a theme', () => {
  it('shows bold and reverse video without colours, and no colour', () => {
    const theme = themeOf('none');
    expect(theme.codes(bold(style('bad')))).toBe('\u001b[1m');
    expect(theme.codes(inverted(style('accent')))).toBe('\u001b[7m');
    expect(theme.codes(PLAIN)).toBe('');
  });

  it('has nothing faint in large type', () => {
    expect(themeOf('256', true).codes(style('muted'))).toBe('\u001b[1m');
  });

  it('has glyphs of one column, all different where they mean different things', () => {
    for (const glyph of Object.values(GLYPHS)) expect(widthOf(glyph)).toBe(1);
    const states = [GLYPHS.up, GLYPHS.paused, GLYPHS.down, GLYPHS.gone, GLYPHS.joining, GLYPHS.marked];
    expect(new Set(states).size).toBe(states.length);
  });
});

describe('dots', () => {
  it('make lines and circles', () => {
    const canvas = new Canvas(4, 2);
    canvas.line(0, 0, 7, 7, PLAIN);
    const surface = new Surface({ columns: 4, rows: 2 });
    canvas.drawOn(surface);
    expect(surface.plain()).toBe('⠑⢄\n  ⠑⢄');
    const round = new Canvas(8, 4);
    round.arc({ x: 8, y: 8 }, { x: 7.5, y: 7.5 }, 0, 1, PLAIN);
    const ring = new Surface({ columns: 8, rows: 4 });
    round.drawOn(ring);
    expect(ring.plain()).toBe([' ⡤⠒⠉⠉⠒⢤', '⡜      ⢣', '⢣      ⡜', ' ⠓⠤⣀⣀⠤⠚'].join('\n'));
  });

  it('outside are not drawn', () => {
    const canvas = new Canvas(2, 1);
    for (const at of [-1, 100, Number.NaN]) canvas.dot(at, at, PLAIN);
    const surface = new Surface({ columns: 2, rows: 1 });
    canvas.drawOn(surface);
    expect(surface.plain()).toBe('');
  });

  it('of one cell take the look of the highest rank', () => {
    const canvas = new Canvas(1, 1);
    canvas.dot(0, 0, style('bad'), 2);
    canvas.dot(1, 1, style('good'), 1);
    const surface = new Surface({ columns: 1, rows: 1 });
    canvas.drawOn(surface);
    expect(surface.styleAt(0, 0)).toBe(style('bad'));
  });
});

describe('numbers as bars', () => {
  it('go from the least to the greatest', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([5, 5, 5], 3)).toBe('▄▄▄');
    expect(sparkline([1, Number.NaN, 2], 3)).toBe('▁ █');
    expect(sparkline([], 3)).toBe('');
  });

  it('are thinned to means', () => {
    expect(thinned([1, 3, 5, 7], 2)).toEqual([2, 6]);
  });

  it('are plotted as a line', () => {
    expect(plot([0, 1, 2, 3], 4, 2, PLAIN, 0, 3).plain()).toBe(' ⢀⠔⠉\n⡔⠁');
    expect(plot([0, Number.NaN, 3], 4, 2, PLAIN, 0, 3).plain()).toBe('   ⠈\n⡀');
  });
});

describe('labels', () => {
  it('stand where there is room, with room around them, or nowhere', () => {
    const surface = new Surface({ columns: 12, rows: 3 });
    surface.put(5, 1, '●');
    expect(placeLabel(surface, { x: 5, y: 1 }, 'one', PLAIN)).toBe(true);
    expect(placeLabel(surface, { x: 5, y: 1 }, 'two', PLAIN)).toBe(true);
    expect(placeLabel(surface, { x: 5, y: 1 }, 'three', PLAIN)).toBe(true);
    expect(placeLabel(surface, { x: 5, y: 1 }, 'a long one', PLAIN)).toBe(true);
    expect(placeLabel(surface, { x: 5, y: 1 }, 'five', PLAIN)).toBe(false);
    expect(surface.plain()).toBe('a long one\n two ● one\n   three');
  });
});
