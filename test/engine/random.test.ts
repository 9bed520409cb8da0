import fc from 'fast-check';
import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import { Zipf } from '../../sim/engine/zipf.ts';
import type { Distribution } from '../../sim/random/distributions.ts';
import { Stream } from '../../sim/random/stream.ts';
import { Streams, seedOf } from '../../sim/random/streams.ts';
import {
  chiSquare,
  chiSquareBound,
  confidence,
  kolmogorovSmirnov,
  kolmogorovSmirnovBound,
  mean,
  normalDistribution,
  quantile,
  serialCorrelation,
} from './support/statistics.ts';

/** seedrandom's own generator; its types know only texts as seeds, itself takes integers as they are. */
const reference = seedrandom.tychei as unknown as (seed: number) => seedrandom.PRNG;
const seed = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const draws = (stream: Stream, count: number): number[] => Array.from({ length: count }, () => stream.double());

describe('a stream', () => {
  test('draws what seedrandom’s tychei draws', () => {
    fc.assert(
      fc.property(seed, (value) => {
        const theirs = reference(value);
        const ours = new Stream(value);
        for (let i = 0; i < 50; i++) expect(ours.double()).toBe(theirs.double());
      }),
      { seed: 21, numRuns: 300 },
    );
  });

  test('goes on from a snapshot as if nothing had been', () => {
    const stream = new Stream(4711);
    draws(stream, 100);
    const saved = stream.snapshot();
    const first = draws(stream, 50);
    stream.normal(0, 1);
    stream.restore(saved);
    expect(draws(stream, 50)).toEqual(first);
    const other = new Stream(1);
    other.restore(saved);
    expect(draws(other, 50)).toEqual(first);
  });

  test('is uniform, and no draw tells of the next', () => {
    const values = draws(new Stream(seedOf('a', 'b')), 100_000);
    const counts = new Array<number>(100).fill(0);
    for (const value of values) counts[Math.floor(value * 100)]++;
    expect(chiSquare(counts, new Array(100).fill(1000))).toBeLessThan(chiSquareBound(99));
    expect(Math.abs(serialCorrelation(values))).toBeLessThan(3.29 / Math.sqrt(values.length));
  });

  test('int, pick and shuffle give each result alike', () => {
    const stream = new Stream(99);
    const faces = new Array<number>(6).fill(0);
    const orders = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      faces[stream.int(6)]++;
      const order = stream.shuffle(['a', 'b', 'c', 'd']).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(chiSquare(faces, new Array(6).fill(4000))).toBeLessThan(chiSquareBound(5));
    expect(orders.size).toBe(24);
    expect(chiSquare([...orders.values()], new Array(24).fill(1000))).toBeLessThan(chiSquareBound(23));
    expect(() => stream.pick([])).toThrow(RangeError);
  });

  test('a shuffle leaves the list that it was given alone', () => {
    const list = Object.freeze([1, 2, 3, 4, 5]);
    expect(new Stream(3).shuffle(list).toSorted()).toEqual(list);
  });

  test('what is certain needs no draw', () => {
    const stream = new Stream(8);
    const before = stream.snapshot();
    expect([stream.chance(0), stream.chance(-1), stream.chance(1), stream.chance(2)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(stream.sampleUs({ kind: 'constant', us: 250 })).toBe(250);
    expect(stream.snapshot()).toEqual(before);
  });

  test('chance comes true as often as it says', () => {
    const stream = new Stream(8);
    const hits = Array.from({ length: 50_000 }, () => (stream.chance(0.03) ? 1 : 0));
    expect(Math.abs(mean(hits) - 0.03)).toBeLessThan(confidence(hits));
  });
});

describe('forked streams', () => {
  test('a draw on one moves no other', () => {
    const names = ['setup', 'network', 'workload', 'churn', 'faults'] as const;
    for (const moved of names) {
      const still = new Streams('7');
      const disturbed = new Streams('7');
      disturbed[moved].double();
      for (const name of names) {
        const same = draws(still[name], 5).join() === draws(disturbed[name], 5).join();
        expect([moved, name, same]).toEqual([moved, name, name !== moved]);
      }
      expect(draws(disturbed.ofProcess(3), 5)).toEqual(draws(still.ofProcess(3), 5));
    }
  });

  test('seeds that look alike give other streams, labels do not run into seeds', () => {
    const seeds = ['1', '2', '01', '1 network', 'a', 'A', ''];
    const firsts = seeds.flatMap((text) => {
      const streams = new Streams(text);
      return [streams.network.double(), streams.setup.double(), streams.ofProcess(0).double()];
    });
    expect(new Set(firsts).size).toBe(firsts.length);
    expect(seedOf('a', 'b c')).not.toBe(seedOf('a b', 'c'));
  });

  test('the first draws of neighbouring processes are uniform and uncorrelated, for every seed', () => {
    for (const text of ['1', '2', '42', 'tuesday']) {
      const streams = new Streams(text);
      const firsts: number[] = [];
      const seconds: number[] = [];
      for (let address = 0; address < 10_000; address++) {
        const stream = streams.ofProcess(address);
        firsts.push(stream.double());
        seconds.push(stream.double());
      }
      for (const values of [firsts, seconds]) {
        const counts = new Array<number>(64).fill(0);
        for (const value of values) counts[Math.floor(value * 64)]++;
        expect(chiSquare(counts, new Array(64).fill(10_000 / 64))).toBeLessThan(chiSquareBound(63));
        expect(Math.abs(serialCorrelation(values))).toBeLessThan(0.033);
      }
      const pairs = new Array<number>(64).fill(0);
      firsts.forEach((first, i) => {
        pairs[8 * Math.floor(8 * first) + Math.floor(8 * seconds[i])]++;
      });
      expect(chiSquare(pairs, new Array(64).fill(10_000 / 64))).toBeLessThan(chiSquareBound(63));
    }
  });
});

describe('distributions', () => {
  const count = 40_000;
  const sample = (distribution: Distribution): number[] => {
    const stream = new Stream(seedOf('distributions', distribution.kind));
    return Array.from({ length: count }, () => stream.sampleUs(distribution));
  };
  const distance = (distribution: Distribution, truth: (x: number) => number): number =>
    // Samples are whole microseconds, far finer than the distributions are wide.
    kolmogorovSmirnov(sample(distribution), truth);

  test('uniform', () => {
    const truth = (x: number) => Math.min(1, Math.max(0, (x - 20_000) / 60_000));
    expect(distance({ kind: 'uniform', lowUs: 20_000, highUs: 80_000 }, truth)).toBeLessThan(
      kolmogorovSmirnovBound(count),
    );
  });

  test('exponential', () => {
    const values = sample({ kind: 'exponential', meanUs: 50_000 });
    expect(kolmogorovSmirnov(values, (x) => 1 - Math.exp(-x / 50_000))).toBeLessThan(kolmogorovSmirnovBound(count));
    expect(Math.abs(mean(values) - 50_000)).toBeLessThan(confidence(values));
  });

  test('exponential, far out: no draw is cut off, and none comes too often', () => {
    const stream = new Stream(seedOf('distributions', 'tail'));
    const far = [3, 6, 7.7, 9, 11];
    const beyond = far.map(() => 0);
    const many = 600_000;
    for (let i = 0; i < many; i++) {
      const drawn = stream.exponential(1);
      for (const [place, x] of far.entries()) if (drawn > x) beyond[place]++;
    }
    for (const [place, x] of far.entries()) {
      const expected = many * Math.exp(-x);
      expect(Math.abs(beyond[place] - expected)).toBeLessThan(3.3 * Math.sqrt(expected) + 1);
    }
  });

  test('normal, cut at zero', () => {
    const truth = (x: number) => normalDistribution((x - 50_000) / 40_000);
    const values = sample({ kind: 'normal', meanUs: 50_000, deviationUs: 40_000 });
    const zeros = values.filter((value) => value === 0).length / count;
    expect(Math.abs(zeros - truth(0))).toBeLessThan(0.006);
    expect(Math.min(...values)).toBe(0);
    for (const share of [0.2, 0.5, 0.8, 0.99]) expect(truth(quantile(values, share))).toBeCloseTo(share, 2);
  });

  test('log-normal', () => {
    const truth = (x: number) => normalDistribution(Math.log(x / 80_000) / 0.5);
    expect(distance({ kind: 'lognormal', medianUs: 80_000, sigma: 0.5 }, truth)).toBeLessThan(
      kolmogorovSmirnovBound(count),
    );
  });

  test('Pareto', () => {
    const truth = (x: number) => (x < 10_000 ? 0 : 1 - (10_000 / x) ** 1.5);
    expect(distance({ kind: 'pareto', minimumUs: 10_000, shape: 1.5 }, truth)).toBeLessThan(
      kolmogorovSmirnovBound(count),
    );
  });

  test('empirical', () => {
    const values = sample({ kind: 'empirical', valuesUs: [10, 20, 20, 30] });
    const counts = [10, 20, 30].map((value) => values.filter((drawn) => drawn === value).length);
    expect(chiSquare(counts, [count / 4, count / 2, count / 4])).toBeLessThan(chiSquareBound(2));
  });
});

describe('Zipf', () => {
  for (const [exponent, n] of [
    [0.5, 50],
    [0.99, 200],
    [1, 30],
    [1.7, 1000],
    [3, 5],
  ] as const) {
    test(`ranks of exponent ${exponent} among ${n} come as often as 1/rank^${exponent} says`, () => {
      const zipf = new Zipf(exponent, n);
      const stream = new Stream(seedOf('zipf', `${exponent} ${n}`));
      const draws = 60_000;
      const counts = new Array<number>(n).fill(0);
      for (let i = 0; i < draws; i++) counts[zipf.draw(stream)]++;
      const weights = counts.map((_, rank) => (rank + 1) ** -exponent);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const expected = weights.map((weight) => (draws * weight) / total);
      // Rare ranks are counted together, as chi-square wants five and more in each cell.
      const common = expected.filter((value) => value >= 10).length;
      const together = (values: readonly number[]) => {
        const rare = values.slice(common).reduce((sum, value) => sum + value, 0);
        return common < n ? [...values.slice(0, common), rare] : values.slice();
      };
      expect(chiSquare(together(counts), together(expected))).toBeLessThan(chiSquareBound(together(counts).length - 1));
    });
  }

  test('a single rank is always drawn', () => {
    const stream = new Stream(1);
    expect(new Set(Array.from({ length: 100 }, () => new Zipf(1.2, 1).draw(stream)))).toEqual(new Set([0]));
  });
});
