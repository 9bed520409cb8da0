import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  formatDuration,
  MILLISECOND,
  parseBandwidth,
  parseDuration,
  parsePercentage,
  parseRate,
  parseSignedDuration,
  parseSize,
  settings,
  zBandwidth,
  zDistribution,
  zDuration,
  zPeriod,
  zProbability,
  zRate,
  zSelector,
  zSelectors,
  zSignedDuration,
  zSize,
} from '../../sim/protocol.ts';
import { nearest } from '../../sim/scenario/nearest.ts';

/** What a schema makes of a value: the output, or the message of its first complaint. */
function read(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  return result.success ? result.data : `! ${result.error.issues[0].message}`;
}

describe('what is written, and what comes out', () => {
  test.each<[z.ZodType, unknown, unknown]>([
    [zDuration, '250us', 250],
    [zDuration, '250µs', 250],
    [zDuration, '50ms', 50_000],
    [zDuration, '1.5s', 1_500_000],
    [zDuration, '2m', 120_000_000],
    [zDuration, '2min', 120_000_000],
    [zDuration, '1h', 3_600_000_000],
    [zDuration, '1d', 86_400_000_000],
    [zDuration, '1h30m', 5_400_000_000],
    [zDuration, '3m20s', 200_000_000],
    [zDuration, 0, 0],
    [zDuration, '0', 0],
    // Exact where a product of doubles is 1000.9999999999999.
    [zDuration, '1.001ms', 1_001],
    [zPeriod, '1us', 1],
    [zSignedDuration, '-30ms', -30_000],
    [zSignedDuration, '+30ms', 30_000],
    [zRate, '5/s', 5],
    [zRate, '0.2/min', 0.2 / 60],
    [zRate, '3/h', 3 / 3600],
    [zRate, '1/20m', 1 / 1200],
    [zRate, 0, 0],
    [zProbability, '1%', 0.01],
    // 0.7 / 100 is 0.006999999999999999.
    [zProbability, '0.7%', 0.007],
    [zProbability, '100%', 1],
    [zProbability, 0.01, 0.01],
    [zSize, '1MB', 1_000_000],
    [zSize, '64KiB', 65_536],
    [zSize, '0.5kB', 500],
    [zSize, '100B', 100],
    [zSize, 100, 100],
    [zBandwidth, '10Mbit/s', 10_000_000],
    [zBandwidth, '1.25MB/s', 10_000_000],
    [zBandwidth, '64 kbit/s', 64_000],
    [zDistribution, '50ms', { kind: 'constant', us: 50_000 }],
    [zDistribution, 0, { kind: 'constant', us: 0 }],
    [zDistribution, { constant: '1s' }, { kind: 'constant', us: 1_000_000 }],
    [zDistribution, { uniform: ['1ms', '9ms'] }, { kind: 'uniform', lowUs: 1_000, highUs: 9_000 }],
    [zDistribution, { exponential: '50ms' }, { kind: 'exponential', meanUs: 50_000 }],
    [
      zDistribution,
      { normal: { mean: '5ms', deviation: '1ms' } },
      { kind: 'normal', meanUs: 5_000, deviationUs: 1_000 },
    ],
    [zDistribution, { lognormal: { median: '5ms', sigma: 0.5 } }, { kind: 'lognormal', medianUs: 5_000, sigma: 0.5 }],
    [zDistribution, { pareto: { minimum: '5ms', shape: 2 } }, { kind: 'pareto', minimumUs: 5_000, shape: 2 }],
    [zDistribution, { empirical: ['1ms', 0] }, { kind: 'empirical', valuesUs: [1_000, 0] }],
    [zSelector, 'n1', [{ kind: 'name', name: 'n1' }]],
    [zSelector, 'host-7.eu', [{ kind: 'name', name: 'host-7.eu' }]],
    // Only the run knows whether a process is called "7".
    [zSelector, 7, [{ kind: 'name', name: '7' }]],
    [zSelector, '0-9', [{ kind: 'range', from: 0, to: 9 }]],
    [zSelector, '4 - 4', [{ kind: 'range', from: 4, to: 4 }]],
    [zSelector, 'all', [{ kind: 'all' }]],
    [zSelector, 'rest', [{ kind: 'rest' }]],
    [zSelector, 'any', [{ kind: 'any', count: 1 }]],
    [zSelector, 'any 3', [{ kind: 'any', count: 3 }]],
    [
      zSelector,
      ['n1', '0-2', 8],
      [
        { kind: 'name', name: 'n1' },
        { kind: 'range', from: 0, to: 2 },
        { kind: 'name', name: '8' },
      ],
    ],
    [zSelectors, ['0-9', 'rest'], [[{ kind: 'range', from: 0, to: 9 }], [{ kind: 'rest' }]]],
    [
      zSelectors,
      [['a', 'b'], 'c'],
      [
        [
          { kind: 'name', name: 'a' },
          { kind: 'name', name: 'b' },
        ],
        [{ kind: 'name', name: 'c' }],
      ],
    ],
  ])('%#: %o', (schema, written, expected) => {
    expect(read(schema, written)).toEqual(expected);
  });
});

describe('what is refused', () => {
  test.each<[string, z.ZodType, readonly unknown[]]>([
    [
      'durations',
      zDuration,
      ['', '5', '5 s', '-5s', '1.5us', '.5s', '5sec', 'PT5S', 5, -1, null, true, [], {}, '9999999999d'],
    ],
    ['periods', zPeriod, [0, '0s', '0', '-1s']],
    ['rates', zRate, ['5', 5, '5/', '/s', '-1/s', '5/0s', '5 / s', '5/fortnight']],
    ['probabilities', zProbability, ['101%', 1.01, -0.1, '-1%', '0.5', '%', Number.NaN, '1 %']],
    ['sizes', zSize, ['1.5B', -1, 1.5, '1Mb', '1TB', '', 'MB']],
    ['bandwidths', zBandwidth, ['0bit/s', '10Mbit', 10, '10Mbps', '0.5bit/s']],
    ['selectors', zSelector, ['', 'a b', '9-0', 'any 0', 'any three', -1, 1.5, [], [[]], {}, null, 'n 1']],
    ['sides', zSelectors, ['all', ['all'], [], [[], 'all']]],
    [
      'distributions',
      zDistribution,
      [
        'often',
        { gamma: '5ms' },
        { uniform: '5ms' },
        { exponential: 0 },
        { normal: '5ms' },
        { lognormal: { median: '5ms', sigma: -1 } },
        [],
      ],
    ],
  ])('%s', (_name, schema, values) => {
    for (const value of values) {
      const result = schema.safeParse(value);
      expect(result.success, JSON.stringify(value)).toBe(false);
    }
  });

  test('with a message of its own, where zod has but "Invalid input"', () => {
    expect(read(zDuration, true)).toBe('! expected a duration in whole microseconds, such as 50ms, 1.5s, 2m or 0');
    expect(read(zRate, [])).toBe('! expected a rate such as 5/s, 0.2/min or 1/20m');
    expect(read(zDistribution, true)).toMatch(/^! expected a duration, or one of constant, uniform,/);
    expect(read(zSelector, {})).toMatch(/^! expected a process's, host's or role's name/);
  });

  test('an unknown setting is told with the nearest one', () => {
    const schema = settings({ stabilize: zPeriod, fixFingers: zPeriod.optional() });
    expect(read(schema, { stabilize: '5s', 'fix-finger': '1s' })).toBe(
      '! unknown key "fix-finger", did you mean "fixFingers"?',
    );
    expect(read(schema, { stabilize: '5s', colour: 1 })).toBe(
      '! unknown key "colour", expected one of: stabilize, fixFingers',
    );
  });
});

describe('round trips', () => {
  const UNITS = [
    ['us', 1],
    ['ms', 1_000],
    ['s', 1_000_000],
    ['m', 60_000_000],
    ['h', 3_600_000_000],
  ] as const;

  test('a whole number of any unit is that many microseconds', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.constantFrom(...UNITS),
        (count, [unit, us]) => parseDuration(`${count}${unit}`) === count * us,
      ),
    );
  });

  test('a decimal fraction is exact, or refused', () => {
    fc.assert(
      fc.property(fc.nat(999_999), fc.nat(6), fc.constantFrom(...UNITS), (digits, places, [unit, us]) => {
        const text = `${String(digits).padStart(places + 1, '0')}`;
        const decimal = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
        const exact = BigInt(digits) * BigInt(us);
        const scale = BigInt(`1${'0'.repeat(places)}`);
        const expected = exact % scale === 0n ? Number(exact / scale) : null;
        expect(parseDuration(`${decimal}${unit}`)).toBe(expected);
      }),
    );
  });

  test('what is shown to people can be written again', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (ms) => parseDuration(formatDuration(ms * MILLISECOND)) === ms * MILLISECOND),
    );
  });

  test('a sign only turns a duration round', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (us) => {
        expect(parseSignedDuration(`-${us}us`)).toBe(-us);
        expect(parseSignedDuration(`${us}us`)).toBe(us);
      }),
    );
  });

  test('percentages, rates, sizes and bandwidths of whole numbers', () => {
    fc.assert(
      fc.property(fc.nat(1_000), (n) => {
        expect(parsePercentage(`${n}%`)).toBe(n / 100);
        expect(parseRate(`${n}/s`)).toBe(n);
        expect(parseSize(`${n}KiB`)).toBe(n * 1024);
        expect(parseBandwidth(`${n}kbit/s`)).toBe(n * 1000);
      }),
    );
  });

  test('no text makes a reader throw or give anything but a finite number', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[-+]?[0-9.]{0,20}[a-zA-Zµ/% ]{0,6}$/));
    const readers = [parseDuration, parseSignedDuration, parseRate, parsePercentage, parseSize, parseBandwidth];
    fc.assert(
      fc.property(texts, fc.constantFrom(...readers), (text, parse) => {
        const value = parse(text);
        expect(value === null || Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the nearest name', () => {
  test.each([
    ['stabilise', ['stabilize', 'scale'], 'stabilize'],
    ['one_way', ['between', 'one-way'], 'one-way'],
    ['RpcTimeout', ['rpcTimeout', 'timeout'], 'rpcTimeout'],
    ['pnig', ['ping', 'get'], 'ping'],
    ['colour', ['stabilize', 'scale'], null],
    ['x', [], null],
  ] as const)('of %s among %j is %s', (found, known, expected) => {
    expect(nearest(found, known)).toBe(expected);
  });
});
