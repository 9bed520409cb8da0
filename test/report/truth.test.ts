import { test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { firstWithin, gapsOf, trueSince } from '../../sim/report/truth.ts';
import { type Look, looks, watchOf } from './looks.ts';

const at = (...pairs: [number, boolean][]) => watchOf(pairs.map(([timeUs, holds]) => ({ timeUs, holds })));

describe('gaps', () => {
  it('are what lies between the stretches', () => {
    expect(gapsOf(at([0, true], [10, false], [15, true], [40, false]))).toEqual([
      { fromUs: 10, untilUs: 15 },
      { fromUs: 40, untilUs: null },
    ]);
  });

  it('begin at time 0 where it was false then', () => {
    expect(gapsOf(at([0, false], [3, true]))).toEqual([{ fromUs: 0, untilUs: 3 }]);
    expect(gapsOf(at([0, false]))).toEqual([{ fromUs: 0, untilUs: null }]);
  });

  it('may last no longer than an instant', () => {
    expect(gapsOf(at([0, true], [5, false], [5, true]))).toEqual([{ fromUs: 5, untilUs: 5 }]);
    expect(gapsOf(at([0, false], [0, true]))).toEqual([{ fromUs: 0, untilUs: 0 }]);
  });

  it('are none where it always held, and none where nobody looked', () => {
    expect(gapsOf(at([0, true]))).toEqual([]);
    expect(gapsOf({ holds: null, stretches: [], firstViolation: null })).toEqual([]);
  });
});

describe('the first instant within a window', () => {
  const stretches = [
    { fromUs: 10, untilUs: 20 },
    { fromUs: 30, untilUs: 30 },
    { fromUs: 50, untilUs: null },
  ];
  it.each([
    [0, 5, null],
    [0, 10, 10],
    [12, 100, 12],
    // What ended as the window began is not in it; an instant is.
    [20, 25, null],
    [20, 30, 30],
    [30, 40, 30],
    [31, 49, null],
    [31, 60, 50],
    [70, 80, 70],
    // Nothing of the window has come yet.
    [70, 60, null],
  ])('from %d to %d is %j', (fromUs, untilUs, expected) => {
    expect(firstWithin(stretches, fromUs, untilUs)).toBe(expected);
  });
});

test.prop([looks], { numRuns: 300 })('stretches and gaps say what each look saw', (seen: readonly Look[]) => {
  const watch = watchOf(seen);
  const covers = (stretch: { fromUs: number; untilUs: number | null }, us: number) =>
    stretch.fromUs <= us && (stretch.untilUs === null || us <= stretch.untilUs);
  for (const { timeUs, holds } of seen) {
    expect((holds ? watch.stretches : gapsOf(watch)).some((stretch) => covers(stretch, timeUs))).toBe(true);
  }
  const last = seen[seen.length - 1];
  expect(trueSince(watch) !== null).toBe(last.holds);
});
