import { z } from 'zod';
import type { MetricDefinition, System } from '../../contract/system.ts';
import { expectation } from '../expectation.ts';
import type { Statistic } from '../plan.ts';
import { parsePercentage } from '../quantities.ts';
import { settings, zDuration, zRate, zSize } from '../units.ts';
import { type PropertyRequirement, REQUIREMENT_EXPECTED, requirement } from './requirement.ts';

export interface BoundsSettings {
  readonly min: number | null;
  readonly max: number | null;
}

export interface MetricSettings {
  /** One entry for each statistic that is bounded; null is the value itself. */
  readonly parts: readonly { readonly statistic: Statistic | null; readonly bounds: BoundsSettings }[];
}

export type ExpectSettings = Readonly<Record<string, PropertyRequirement | MetricSettings>>;

const STATISTICS: Readonly<Record<Statistic, string>> = {
  mean: 'Mean.',
  min: 'Least value.',
  p1: 'First percentile.',
  p50: 'Median.',
  p90: '90th percentile.',
  p99: '99th percentile.',
  max: 'Greatest value.',
  count: 'How many values there are.',
};

/** An entry of `expect:`: one property with what is required of it, or one metric with its bounds. */
export function expectEntry(system: System) {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, metric] of Object.entries(system.metrics)) {
    shape[name] = eitherBounds(metric.unit).optional().describe(metric.description);
  }
  for (const [name, metric] of derivedMetrics(system)) {
    const schema = metric.distribution ? distributionBounds(metric.unit) : scalarBounds(metric.unit);
    shape[name] = schema.optional().describe(metric.description);
  }
  for (const [name, property] of Object.entries(system.properties)) {
    const metric = system.metrics[name];
    shape[name] =
      metric === undefined
        ? requirement.optional().describe(property.description)
        : // Words ask for the property, bounds for the metric.
          z
            .union([requirement, eitherBounds(metric.unit)], WORDS_OR_BOUNDS_ERROR)
            .optional()
            .describe(`${property.description} As a metric: ${metric.description}`);
  }
  return settings(shape)
    .refine((entry) => Object.keys(entry).length === 1, { error: expectation('one property or metric in each entry') })
    .transform((entry) => entry as ExpectSettings)
    .meta({ id: `${system.name}-expectation`, minProperties: 1, maxProperties: 1 });
}

interface DerivedMetric extends MetricDefinition {
  readonly distribution: boolean;
}

/** What the engine counts for every system: `lookups`, `lookups correct`, `lookups latency`. */
function derivedMetrics(system: System): readonly (readonly [string, DerivedMetric])[] {
  const verdicts = { ...system.judge.verdicts, aborted: { description: 'The process that ran it ended first.' } };
  return Object.values(system.operations)
    .filter((spec) => spec.step !== true)
    .flatMap(({ plural }) => [
      [plural, { unit: '', distribution: false, description: `How many ${plural} there were.` }] as const,
      [
        `${plural} latency`,
        { unit: 'us', distribution: true, description: `Time from invocation to return of the ${plural} that ended.` },
      ] as const,
      ...Object.entries(verdicts).map(
        ([verdict, { description }]) =>
          [
            `${plural} ${verdict}`,
            {
              unit: 'ratio',
              distribution: false,
              description: `Share of the judged ${plural} with the verdict "${verdict}": ${description}`,
            },
          ] as const,
      ),
    ]);
}

const BOUNDS_EXPECTED = 'bounds, such as { at least: 5 }, { at most: 5 }, { between: [3, 5] } or { exactly: 5 }';
const DISTRIBUTION_EXPECTED = 'bounds for its statistics, such as { mean: { between: [3, 5] }, p99: { at most: 9 } }';
const WORDS_OR_BOUNDS_ERROR = { error: expectation(`${REQUIREMENT_EXPECTED}, or ${BOUNDS_EXPECTED}`) };
const BOUNDS_ERROR = { error: expectation(`${BOUNDS_EXPECTED}, or ${DISTRIBUTION_EXPECTED}`) };

/** Makes one schema for each unit, and so one definition in the JSON Schema. */
function perUnit<T>(name: string, make: (unit: string) => z.ZodType<T>): (unit: string) => z.ZodType<T> {
  const made = new Map<string, z.ZodType<T>>();
  return (unit) => {
    const schema =
      made.get(unit) ?? make(unit).meta({ id: `${name}${unit === '' ? '' : `-${unit.replace(/\W+/g, '_')}`}` });
    made.set(unit, schema);
    return schema;
  };
}

/** A value, or bounds for it. */
const boundsOf = perUnit('bounds', (unit) => {
  const value = valueIn(unit);
  const object = settings({
    'at least': value.optional().describe('The least that will do.'),
    'at most': value.optional().describe('The most that will do.'),
    between: z
      .tuple([value, value], { error: expectation('two values, [least, most]') })
      .refine(([least, most]) => least <= most, { error: expectation('two values, the lower one first') })
      .optional()
      .describe('The least and the most that will do.'),
    exactly: value.optional().describe('Nothing else will do.'),
  })
    .refine(
      (bounds) => [['at least', 'at most'], ['between'], ['exactly']].some((form) => within(Object.keys(bounds), form)),
      {
        error: expectation(BOUNDS_EXPECTED),
      },
    )
    .transform(
      (bounds): BoundsSettings => ({
        min: bounds['at least'] ?? bounds.between?.[0] ?? bounds.exactly ?? null,
        max: bounds['at most'] ?? bounds.between?.[1] ?? bounds.exactly ?? null,
      }),
    )
    .refine(({ min, max }) => min === null || max === null || min <= max, {
      error: expectation('bounds that leave room between them'),
    });
  const exactly = value.transform((only): BoundsSettings => ({ min: only, max: only }));
  return z.union([exactly, object], { error: expectation(BOUNDS_EXPECTED) });
});

function within(keys: readonly string[], form: readonly string[]): boolean {
  return keys.length > 0 && keys.every((key) => form.includes(key));
}

const scalarBounds = perUnit('value', (unit) =>
  boundsOf(unit).transform((bounds): MetricSettings => ({ parts: [{ statistic: null, bounds }] })),
);

const distributionBounds = perUnit('statistics', (unit) => {
  const statistics = Object.entries(STATISTICS).map(([name, description]) => {
    const bounds = boundsOf(name === 'count' ? '' : unit);
    return [name, bounds.optional().describe(description)] as const;
  });
  return z
    .strictObject(Object.fromEntries(statistics), {
      error: (issue) => (issue.code === 'invalid_type' ? expectation(DISTRIBUTION_EXPECTED) : undefined),
    })
    .refine((parts) => Object.keys(parts).length > 0, { error: expectation(DISTRIBUTION_EXPECTED) })
    .transform(
      (parts): MetricSettings => ({
        parts: Object.entries(parts).flatMap(([statistic, bounds]) =>
          bounds === undefined ? [] : [{ statistic: statistic as Statistic, bounds }],
        ),
      }),
    );
});

/** For metrics of which only the run knows whether they are single values or distributions. */
const eitherBounds = perUnit('metric', (unit) => z.union([scalarBounds(unit), distributionBounds(unit)], BOUNDS_ERROR));

const ratio = z
  .union([z.string().regex(/^\d+(\.\d+)?%$/), z.number()], { error: expectation('a ratio such as 99% or 0.99') })
  .transform((value) => (typeof value === 'number' ? value : Number(parsePercentage(value))));

/** How the values of a metric are written, by its unit. */
function valueIn(unit: string): z.ZodType<number> {
  switch (unit) {
    case 'us':
      return zDuration;
    case 'ratio':
      return ratio;
    case '1/s':
      return z.union([zRate, z.number()], { error: expectation('a rate such as 5/s') });
    case 'B':
    case 'bytes':
      return zSize;
    default:
      return z.number({ error: expectation(unit === '' ? 'a number' : `a number (${unit})`) });
  }
}
