/**
 * Building blocks for settings and for the scenario language itself. Each takes what a person writes (`50ms`, `1%`,
 * `5/s`, `0-9`) and gives what the simulator computes with (microseconds, probabilities, rates a second, selectors).
 *
 * For a default use `.prefault('5s')`, which is written as in a file and so shows in the JSON Schema as in a file
 * (`.default` would want the microseconds), and put a sentence on each key with `.describe` or `.meta`:
 *
 *     settings({
 *       stabilize: zPeriod.prefault('5s').describe('Period of the stabilization routine.'),
 *       successors: z.int().min(1).default(8).describe('Length of the successor list (r).'),
 *     })
 */
import { z } from 'zod';
import type { Distribution } from '../random/distributions.ts';
import { expectation } from './expectation.ts';
import { nearest } from './nearest.ts';
import type { Selector, SelectorTerm } from './plan.ts';
import * as quantity from './quantities.ts';

export {
  parseBandwidth,
  parseDuration,
  parsePercentage,
  parseRate,
  parseSignedDuration,
  parseSize,
} from './quantities.ts';

/** An object of settings: unknown keys are errors that name the nearest known key. */
export function settings<const Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys as string[], known) : undefined),
  });
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  return keys
    .map((key) => {
      const meant = nearest(key, known);
      return `unknown key "${key}"${meant === null ? `, expected one of: ${known.join(', ')}` : `, did you mean "${meant}"?`}`;
    })
    .join('; ');
}

/** Scalars that a text or a number may stand for; `read` gives null for what it cannot read. */
function quantityOf(
  expected: string,
  pattern: RegExp,
  number: z.ZodType<number, number>,
  readText: (text: string) => number | null,
) {
  return z
    .union([z.string().regex(pattern, { error: expectation(expected) }), number], { error: expectation(expected) })
    .transform((value, ctx) => {
      const read = typeof value === 'number' ? value : readText(value);
      return read === null ? refuse(ctx, expected) : read;
    });
}

function refuse(ctx: z.RefinementCtx, expected: string, path: readonly PropertyKey[] = []): never {
  ctx.addIssue({ code: 'custom', message: expectation(expected), path: [...path] });
  return z.NEVER;
}

const DURATION_EXPECTED = 'a duration in whole microseconds, such as 50ms, 1.5s, 2m or 0';

/** `50ms`, `1.5s`, `2m`, `1h30m`, `250us`, `0` → whole microseconds, at least 0. */
export const zDuration = quantityOf(DURATION_EXPECTED, quantity.DURATION, z.literal(0), quantity.parseDuration).meta({
  id: 'duration',
  description: 'A duration: a number and a unit (us, ms, s, m, h, d), or 0.',
  examples: ['50ms', '1.5s', '2m', '1h30m', '250us', 0],
});

/** A text that stands for a number of more than 0. */
function positiveOf(expected: string, pattern: RegExp, readText: (text: string) => number | null) {
  const error = expectation(expected);
  return z
    .string({ error })
    .regex(pattern, { error, abort: true })
    .transform((text, ctx) => readText(text) || refuse(ctx, expected));
}

/** A duration of more than 0: periods and time-outs. */
export const zPeriod = positiveOf(
  'a duration of more than 0 in whole microseconds, such as 50ms, 1.5s or 2m',
  quantity.DURATION,
  quantity.parseDuration,
).meta({
  id: 'period',
  description: 'A duration of more than 0: a number and a unit (us, ms, s, m, h, d).',
  examples: ['50ms', '1.5s', '2m'],
});

/** A duration with a sign: `-30ms`. */
export const zSignedDuration = quantityOf(
  'a duration with or without a sign, such as 50ms or -1.5s',
  quantity.SIGNED_DURATION,
  z.literal(0),
  quantity.parseSignedDuration,
).meta({ id: 'signedDuration', description: 'A duration that may be negative.', examples: ['50ms', '-1.5s', 0] });

/** `5/s`, `0.2/min`, `1/20m` → events a second. */
export const zRate = quantityOf(
  'a rate such as 5/s, 0.2/min or 1/20m',
  quantity.RATE,
  z.literal(0),
  quantity.parseRate,
).meta({
  id: 'rate',
  description: 'A rate: a number of events, a slash and a unit of time (s, min, h) or a duration.',
  examples: ['5/s', '0.2/min', '1/20m', 0],
});

const PROBABILITY_EXPECTED = 'a probability from 0 to 1, or from 0% to 100%';

/** `1%` or `0.01` → 0.01. */
export const zProbability = quantityOf(
  PROBABILITY_EXPECTED,
  quantity.PERCENTAGE,
  z
    .number()
    .min(0, { error: expectation(PROBABILITY_EXPECTED) })
    .max(1, { error: expectation(PROBABILITY_EXPECTED) }),
  quantity.parsePercentage,
)
  .refine((value) => value <= 1, { error: expectation(PROBABILITY_EXPECTED) })
  .meta({
    id: 'probability',
    description: 'A probability: a number from 0 to 1, or a percentage.',
    examples: ['1%', 0.01],
  });

const SIZE_EXPECTED = 'a size in whole bytes, such as 100, 64KiB or 1MB';

/** `1MB`, `64KiB`, `100B`, `100` → bytes. */
export const zSize = quantityOf(
  SIZE_EXPECTED,
  quantity.SIZE,
  z.int({ error: expectation(SIZE_EXPECTED) }).min(0, { error: expectation(SIZE_EXPECTED) }),
  quantity.parseSize,
).meta({
  id: 'size',
  description: 'A size: bytes, or a number and a unit (B, kB, MB, GB, KiB, MiB, GiB).',
  examples: ['1MB', '64KiB', 100],
});

/** `10Mbit/s`, `1MB/s` → bits a second. */
export const zBandwidth = positiveOf(
  'a bandwidth of more than 0, such as 10Mbit/s or 1MB/s',
  quantity.BANDWIDTH,
  quantity.parseBandwidth,
).meta({
  id: 'bandwidth',
  description: 'A bandwidth: a number and a unit (bit/s, kbit/s, Mbit/s, Gbit/s, or B/s, kB/s, MB/s, GB/s).',
  examples: ['10Mbit/s', '1MB/s'],
});

const positive = z.number().positive({ error: expectation('a number of more than 0') });

const distributionKinds = {
  constant: zDuration.optional().describe('Always this long.'),
  uniform: z
    .tuple([zDuration, zDuration], { error: expectation('two durations, [lowest, highest]') })
    .refine(([low, high]) => low <= high, { error: expectation('two durations, the lower one first') })
    .optional()
    .describe('Uniform from the first to the second duration.'),
  exponential: zPeriod.optional().describe('Exponential with this mean.'),
  normal: settings({ mean: zDuration.describe('Mean.'), deviation: zDuration.describe('Standard deviation.') })
    .optional()
    .describe('Normal, cut off at 0.'),
  lognormal: settings({
    median: zPeriod.describe('Median.'),
    sigma: positive.describe('Standard deviation of the logarithm.'),
  })
    .optional()
    .describe('Log-normal.'),
  pareto: settings({
    minimum: zPeriod.describe('The least value.'),
    shape: positive.describe('Tail index; at 1 and less the mean is infinite.'),
  })
    .optional()
    .describe('Pareto: density shape·minimum^shape / x^(shape+1).'),
  empirical: z
    .array(zDuration, { error: expectation('a list of durations') })
    .min(1, { error: expectation('at least one duration') })
    .optional()
    .describe('One of these durations, each as likely.'),
};

const KINDS = Object.keys(distributionKinds).join(', ');
const DISTRIBUTION_EXPECTED = `a duration, or one of ${KINDS}, such as { exponential: 50ms }`;

const distributionObject = settings(distributionKinds)
  .refine((kinds) => Object.keys(kinds).length === 1, { error: expectation(`exactly one of ${KINDS}`) })
  .meta({ minProperties: 1, maxProperties: 1 });

/** A duration (constant), or `{ exponential: 50ms }` and its like. */
export const zDistribution = z
  .union([zDuration, distributionObject], { error: expectation(DISTRIBUTION_EXPECTED) })
  .transform(
    (value): Distribution => (typeof value === 'number' ? { kind: 'constant', us: value } : distributionFrom(value)),
  )
  .meta({
    id: 'distribution',
    description: `A distribution of durations: a duration (always the same), or one of ${KINDS}.`,
    examples: [
      '50ms',
      { uniform: ['20ms', '80ms'] },
      { exponential: '50ms' },
      { normal: { mean: '50ms', deviation: '10ms' } },
      { lognormal: { median: '50ms', sigma: 0.5 } },
      { pareto: { minimum: '10ms', shape: 2 } },
      { empirical: ['20ms', '35ms', '180ms'] },
    ],
  });

function distributionFrom(kinds: z.output<typeof distributionObject>): Distribution {
  const { constant, uniform, exponential, normal, lognormal, pareto, empirical } = kinds;
  if (constant !== undefined) return { kind: 'constant', us: constant };
  if (uniform !== undefined) return { kind: 'uniform', lowUs: uniform[0], highUs: uniform[1] };
  if (exponential !== undefined) return { kind: 'exponential', meanUs: exponential };
  if (normal !== undefined) return { kind: 'normal', meanUs: normal.mean, deviationUs: normal.deviation };
  if (lognormal !== undefined) return { kind: 'lognormal', medianUs: lognormal.median, sigma: lognormal.sigma };
  if (pareto !== undefined) return { kind: 'pareto', minimumUs: pareto.minimum, shape: pareto.shape };
  return { kind: 'empirical', valuesUs: empirical ?? [] };
}

/** What may stand where a selector is expected, for messages. */
export const SELECTOR_EXPECTED =
  "a process's, host's or role's name, an address (7), a range ('0-9'), all, rest, any or any 3, or a list of these";
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/;

const selectorTerm = z
  .union([z.string(), z.int().min(0)], { error: expectation(SELECTOR_EXPECTED) })
  .transform((value, ctx): SelectorTerm => parseSelectorTerm(String(value)) ?? refuse(ctx, SELECTOR_EXPECTED));

/** One term of a selector, or null. A bare number stays a name: only the run knows whether a process is called so. */
export function parseSelectorTerm(text: string): SelectorTerm | null {
  if (text === 'all' || text === 'rest') return { kind: text };
  const any = /^any(?: +(\d{1,9}))?$/.exec(text);
  if (any !== null) return any[1] === '0' ? null : { kind: 'any', count: Number(any[1] ?? 1) };
  const range = /^(\d{1,9}) *- *(\d{1,9})$/.exec(text);
  if (range !== null) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    return from <= to ? { kind: 'range', from, to } : null;
  }
  return NAME.test(text) ? { kind: 'name', name: text } : null;
}

/** Whom something concerns: one term or a list of terms, whose union it is. */
export const zSelector = z
  .union([selectorTerm, z.array(selectorTerm).min(1, { error: expectation('at least one of whom to select') })], {
    error: expectation(SELECTOR_EXPECTED),
  })
  .transform((value): Selector => (Array.isArray(value) ? value : [value]))
  .meta({
    id: 'selector',
    description: `Who: ${SELECTOR_EXPECTED}.`,
    examples: ['n1', 7, '0-9', 'all', 'rest', 'any 3', ['n1', '4-6']],
  });

/** Sides that stand against each other: at least two selectors. */
export const zSelectors = z
  .array(zSelector, { error: expectation("a list of sides, such as ['0-9', rest]") })
  .min(2, { error: expectation("at least two sides, such as ['0-9', rest]") })
  .meta({
    id: 'sides',
    description: "Sides, each whom a selector names; `rest` is all that the others don't.",
    examples: [
      ['0-9', 'rest'],
      ['n1', ['n2', 'n3']],
    ],
  });
