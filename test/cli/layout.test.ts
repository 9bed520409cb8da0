import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { hanging, paragraph, table, widthOf, wrapped } from '../../cli/text/layout.ts';
import { brief, inTwo, unitBeside } from '../../cli/text/quantities.ts';

describe('text in columns', () => {
  it('breaks lines at spaces', () => {
    expect(wrapped('a ring that is cut stays cut', 10)).toEqual(['a ring', 'that is', 'cut stays', 'cut']);
    expect(wrapped('', 10)).toEqual([]);
  });

  it('lets a word that is too long stand alone', () => {
    expect(wrapped('see scenarios/chord-churn.yaml now', 10)).toEqual(['see', 'scenarios/chord-churn.yaml', 'now']);
  });

  it('indents paragraphs, and hangs text beside a mark', () => {
    expect(paragraph('a ring that is cut stays cut for ever', 2, 22)).toEqual([
      '  a ring that is cut',
      '  stays cut for ever',
    ]);
    expect(hanging('FAILED  ', 'a ring that is cut stays cut', 2, 32)).toEqual([
      '  FAILED  a ring that is cut',
      '          stays cut',
    ]);
  });

  it('aligns columns by their widest cell', () => {
    const rows = [
      ['', 'begun', 'completed'],
      ['lookups', '1,200', '7'],
      ['uploads', '3', '12'],
    ];
    expect(table(rows, ['left', 'right', 'right'], 2, 80)).toEqual([
      '           begun  completed',
      '  lookups  1,200          7',
      '  uploads      3         12',
    ]);
  });

  it('gives a name that is too long a line of its own', () => {
    const rows = [
      ['x', '1'],
      ['a name that is rather long', '22'],
    ];
    expect(table(rows, ['left', 'right'], 0, 16)).toEqual([
      'x              1',
      'a name that is rather long',
      '              22',
    ]);
  });

  it('does not count colour codes as width', () => {
    expect(widthOf('\u001b[31mred\u001b[39m')).toBe(3);
    expect(
      table(
        [
          ['\u001b[31mred\u001b[39m', '1'],
          ['blue', '2'],
        ],
        ['left', 'right'],
        0,
        80,
      ),
    ).toEqual(['\u001b[31mred\u001b[39m   1', 'blue  2']);
  });

  const word = fc.stringMatching(/^[a-z]{1,9}$/);
  test.prop([fc.array(word), fc.integer({ min: 12, max: 60 })])(
    'wrapping keeps every word, and the width',
    (words, width) => {
      const lines = wrapped(words.join(' '), width);
      expect(lines.join(' ').split(' ').filter(Boolean)).toEqual(words);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      // Nothing would have fitted into the line before.
      lines.slice(1).forEach((line, index) => {
        expect(lines[index].length + 1 + line.split(' ')[0].length).toBeGreaterThan(width);
      });
    },
  );

  const rows = fc.array(
    fc.tuple(fc.stringMatching(/^[a-z ]{0,20}[a-z]$/), fc.stringMatching(/^\d{1,6}$/), fc.stringMatching(/^\d{1,6}$/)),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  test.prop([rows, fc.integer({ min: 30, max: 60 })])(
    'a table keeps the width, and its columns end where they end',
    (cells, width) => {
      const lines = table(cells, ['left', 'right', 'right'], 2, width);
      const numbers = lines.filter((line) => /\d$/.test(line));
      expect(numbers).toHaveLength(cells.length);
      expect(new Set(numbers.map((line) => line.length)).size).toBe(1);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    },
  );
});

describe('numbers in columns', () => {
  it.each([
    [0, 'us', '0s'],
    [123_456, 'us', '123ms'],
    [1_234_567, 'us', '1.23s'],
    [123_456_789, 'us', '2m3s'],
    [19_234_567_890, 'us', '5h21m'],
    [0.98765, 'ratio', '98.8%'],
    [Math.PI, 'hops', '3.14'],
    [12345, 'messages', '12,345'],
  ])('%d %s is %s', (value, unit, text) => {
    expect(brief(value, unit)).toBe(text);
  });

  it('say the unit once', () => {
    expect(unitBeside('path length', 'hops')).toBe(' (hops)');
    expect(unitBeside('versions behind', 'versions')).toBe('');
    expect(unitBeside('round trip', 'us')).toBe('');
    expect(inTwo(3.5, 'hops')).toEqual(['3.5', 'hops']);
    expect(inTwo(0.5, 'ratio')).toEqual(['50%', '']);
    expect(inTwo(0, 'us')).toEqual(['0s', '']);
    expect(inTwo(2.5, '1/s')).toEqual(['2.5/s', '']);
  });
});
