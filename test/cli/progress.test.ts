import { describe, expect, it } from 'vitest';
import { costLine, Progress, progressLine } from '../../cli/progress.ts';

const SECOND = 1_000_000;

describe('progress', () => {
  it('says how far the run is, how fast, and how long it will take', () => {
    const position = { nowUs: 200.7 * SECOND, events: 1_234_567 };
    expect(progressLine(position, 600 * SECOND, 4_000)).toBe(
      '3m20s of 10m (33%), 1,234,567 events, 309,000/s, about 8 s left',
    );
  });

  it('does not guess the rest from nothing', () => {
    expect(progressLine({ nowUs: 0, events: 10 }, 600 * SECOND, 1)).toBe('0us of 10m (0%), 10 events, 10,000/s');
  });

  it('ends with what the run cost', () => {
    expect(costLine({ nowUs: 600 * SECOND, events: 260_967 }, 1_240)).toBe(
      '10m of virtual time in 1.2 s: 260,967 events, 210,000/s',
    );
    expect(costLine({ nowUs: SECOND, events: 5 }, 900_000)).toBe('1s of virtual time in 15 min: 5 events, 0.00556/s');
  });

  /** What is written when the run is looked at every so often. */
  function written(isTerminal: boolean, everyMs: number, untilMs: number): readonly string[] {
    const texts: string[] = [];
    let nowMs = 0;
    const err = { write: (text: string) => texts.push(text), isTerminal, columns: 40 };
    const progress = new Progress({ err, nowMs: () => nowMs }, 100 * SECOND);
    for (; nowMs <= untilMs; nowMs += everyMs) progress.tick({ nowUs: nowMs * 100, events: nowMs });
    progress.finish({ nowUs: untilMs * 100, events: untilMs });
    return texts;
  }

  it('is one line that is rewritten ten times a second on a terminal, cut to its width, and wiped at the end', () => {
    const texts = written(true, 30, 1_000);
    const drawn = texts.filter((text) => text.startsWith('\r') && text.length > 4);
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn.length).toBeLessThanOrEqual(10);
    for (const text of drawn) {
      expect(text.endsWith('\u001b[K')).toBe(true);
      expect(text.length).toBeLessThanOrEqual(1 + 39 + 3);
    }
    expect(texts.at(-2)).toBe('\r\u001b[K');
    expect(texts.at(-1)).toMatch(/^100ms of virtual time in 1\.0 s: .*\n$/);
  });

  it('is a line now and then elsewhere, ever more rarely, and none for a short run', () => {
    expect(written(false, 100, 4_000)).toHaveLength(1);
    const texts = written(false, 100, 100_000);
    expect(texts).toHaveLength(5);
    for (const text of texts) expect(text).toMatch(/^[\w ().,:/%]+\n$/);
  });
});
