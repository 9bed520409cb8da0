import { z } from 'zod';
import type { System, Traits } from '../../contract/system.ts';
import { expectation } from '../expectation.ts';
import { settings, zPeriod } from '../units.ts';
import { timetableEntries } from './actions.ts';
import { churn, oneOrMore, supervise, workloadEntry } from './activity.ts';
import { expectEntry } from './expect.ts';
import { hunt } from './hunt.ts';
import { network } from './network.ts';

/**
 * The language of one system's scenarios: the common parts, and in them the system's own settings, traits, operations,
 * properties and metrics. Its output has units converted; `build` makes a plan of it.
 */
export function scenarioSchema(system: System) {
  const { fault, action } = timetableEntries(system);
  return settings({
    system: z.literal(system.name).describe(`The system: ${system.title}`),
    title: z.string().optional().describe('A title for the header and the list, in place of the first comment.'),
    variant: z
      .enum(Object.keys(system.variants) as [string, ...string[]])
      .default(system.defaultVariant)
      .describe(`The variant of the protocol.\n${variantsText(system)}`),
    traits: traits(system).prefault({}),
    seed: z
      .union([z.int(), z.string().min(1)], { error: expectation('a whole number or a text') })
      .default(1)
      .describe('The seed of all randomness; the same seed gives the same run.'),
    duration: zPeriod.describe('How long the run is, in virtual time.'),
    nodes: z
      .int()
      .min(1)
      .max(10_000_000)
      .optional()
      .describe('How many processes there are at the start, for systems that ask for it.'),
    config: system.settings.prefault({} as never).describe(`Settings of ${system.name}, each with a default.`),
    network: network.prefault({}),
    churn: churn.prefault([]),
    workload: oneOrMore(workloadEntry(system), 'a map from an operation to its load')
      .prefault([])
      .describe('Operations that clients ask for.'),
    faults: oneOrMore(fault, 'a fault')
      .prefault([])
      .describe('Faults on a timetable (`at`) or drawn from rates (`rate`).'),
    script: oneOrMore(action, 'an action').prefault([]).describe('Operations, single steps and faults on a timetable.'),
    supervise: supervise.prefault([]),
    expect: oneOrMore(expectEntry(system), 'a property or metric and what is expected of it')
      .prefault([])
      .describe('What must come true; the run passes when all of it does.'),
    check: z
      .union([z.enum(['auto', 'event']), zPeriod], { error: expectation('auto, event, or a duration such as 100ms') })
      .default('auto')
      .describe(
        'When properties are checked: at each event that can matter, every so often, or auto (each event in small runs).',
      ),
    hunt: hunt.optional(),
    sample: zPeriod.optional().describe('Period of the time series; default: two hundred samples a run.'),
  }).meta({ description: `A scenario of ${system.name}: ${system.title}` });
}

export type ScenarioSettings = z.output<ReturnType<typeof scenarioSchema>>;

function variantsText(system: System): string {
  return Object.entries(system.variants)
    .map(([name, variant]) => `${name}: ${variant.description}`)
    .join('\n');
}

/** Single traits in place of the variant's: a trait takes what some variant gives it, a numeric one any number. */
function traits(system: System) {
  const values = new Map<string, Set<Traits[string]>>();
  for (const variant of Object.values(system.variants)) {
    for (const [name, value] of Object.entries(variant.traits))
      values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  const shape = Object.fromEntries([...values].map(([name, seen]) => [name, trait([...seen]).optional()]));
  return settings(shape).describe("Single traits in place of the variant's.");
}

function trait(seen: readonly Traits[string][]): z.ZodType<Traits[string]> {
  const texts = seen.filter((value) => typeof value === 'string');
  const options: z.ZodType<Traits[string]>[] = [];
  if (texts.length > 0) options.push(z.enum(texts));
  if (seen.some((value) => typeof value === 'number')) options.push(z.number());
  if (seen.some((value) => typeof value === 'boolean')) options.push(z.boolean());
  return options.length === 1 ? options[0] : z.union(options);
}
