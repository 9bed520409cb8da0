import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { distributionOf, distributionsOf } from '../../sim/report/distribution.ts';

/** The obvious way: sort, and take the value of that rank. */
function twin(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

const PERCENTILES = [
  ['p1', 1],
  ['p50', 50],
  ['p90', 90],
  ['p99', 99],
] as const;

describe('a distribution', () => {
  it('of nothing is none', () => {
    expect(distributionOf([])).toBeNull();
  });

  it('of small whole numbers is exact', () => {
    const hops = [0, 1, 1, 2, 2, 2, 3, 3, 4, 7];
    expect(distributionOf(hops)).toEqual({ count: 10, mean: 2.5, min: 0, p1: 0, p50: 2, p90: 4, p99: 7, max: 7 });
  });

  it('keeps ratios apart that whole numbers would merge', () => {
    const ratios = [0.001, 0.25, 0.5, 0.75, 1];
    const distribution = distributionOf(ratios);
    expect(distribution).toMatchObject({ count: 5, min: 0.001, max: 1 });
    expect(distribution?.mean).toBeCloseTo(0.5002, 12);
    expect(distribution?.p1).toBeCloseTo(0.001, 6);
    expect(distribution?.p50).toBeCloseTo(0.5, 3);
  });

  it('of one value is that value', () => {
    for (const value of [0, 1, 0.3, -7, 123_456_789_012, -0.001]) {
      const all = { mean: value, min: value, p1: value, p50: value, p90: value, p99: value, max: value };
      expect(distributionOf([value])).toEqual({ count: 1, ...all });
    }
  });

  it('takes negative values: a clock may be early', () => {
    const distribution = distributionOf([-5, -3, -1, 0, 2]);
    expect(distribution).toMatchObject({ min: -5, p1: -5, p50: -1, max: 2, mean: -1.4 });
  });

  it('refuses what is no number, and says which', () => {
    expect(() => distributionsOf((take) => take('path length', Number.NaN))).toThrow(
      '"path length" was measured as NaN',
    );
  });

  it('goes through the source twice and keeps names apart', () => {
    let passes = 0;
    const both = distributionsOf((take) => {
      passes++;
      take('a', 1);
      take('b', 2);
      take('a', 3);
    });
    expect(passes).toBe(2);
    expect([...both].map(([name, { count, mean }]) => [name, count, mean])).toEqual([
      ['a', 2, 2],
      ['b', 1, 2],
    ]);
  });

  const microseconds = fc.integer({ min: 0, max: 4_000_000_000_000 });
  test.prop([fc.array(microseconds, { minLength: 1, maxLength: 60 })], { numRuns: 200 })(
    'has the percentiles of a sorted list, to a thousandth',
    (values) => {
      const distribution = distributionOf(values);
      for (const [name, percent] of PERCENTILES) {
        const exact = twin(values, percent);
        expect(Math.abs((distribution?.[name] ?? -1) - exact)).toBeLessThanOrEqual(exact / 1000);
      }
      expect(distribution?.mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 3);
    },
  );

  const fractions = fc.double({ min: -1000, max: 1000, noNaN: true });
  test.prop([fc.array(fractions, { minLength: 1, maxLength: 60 })], { numRuns: 200 })(
    'of fractions of any sign is right to a thousandth of its range',
    (values) => {
      const distribution = distributionOf(values);
      const range = Math.max(...values) - Math.min(0, ...values);
      for (const [name, percent] of PERCENTILES) {
        expect(Math.abs((distribution?.[name] ?? -9999) - twin(values, percent))).toBeLessThanOrEqual(
          range / 1000 + 1e-6,
        );
      }
      expect(distribution).toMatchObject({ min: Math.min(...values), max: Math.max(...values) });
    },
  );
});
