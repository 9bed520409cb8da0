import { z } from 'zod';
import type { System } from '../../contract/system.ts';
import { expectation } from '../expectation.ts';
import {
  parseDuration,
  SELECTOR_EXPECTED,
  settings,
  zDistribution,
  zDuration,
  zPeriod,
  zProbability,
  zRate,
  zSelector,
  zSelectors,
  zSignedDuration,
} from '../units.ts';

const nodes = zSelector.describe('Who: names, addresses, ranges, roles, all, any 3.');
const lasting = zPeriod.optional().describe('For how long; without it, until a heal or the end.');
const RESTART_EXPECTED = expectation('a duration, such as after 10s');
const restart = z
  .string({ error: RESTART_EXPECTED })
  .transform((text, ctx) => {
    const us = parseDuration(text.replace(/^after +/, ''));
    if (us === null) ctx.addIssue({ code: 'custom', message: RESTART_EXPECTED });
    return us ?? z.NEVER;
  })
  .optional()
  .describe('Restart them so long after the crash (`after 10s`); without it they stay down.');
const guard = z.boolean().default(false).describe("Spare those whose failure the protocol's assumptions exclude.");
const answers = z
  .enum(['unreachable', 'nothing'])
  .default('nothing')
  .describe('unreachable: the network says so at once. nothing: packets vanish.');

/** The short form of a fault, only whom it concerns, or the long one with `nodes`. */
function orSelector<T extends z.ZodObject<{ nodes: typeof nodes }>>(long: T, rest: Omit<z.output<T>, 'nodes'>) {
  return z.union([zSelector.transform((who) => ({ ...rest, nodes: who }) as z.output<T>), long], {
    error: expectation(`${SELECTOR_EXPECTED}; or a map with \`nodes\``),
  });
}

const partition = settings({
  between: zSelectors.describe('The sides; `rest` is all that the others do not name.'),
  for: lasting,
  'one-way': z.boolean().default(false).describe('Cut only what goes from the first side to the others.'),
  answers,
});

const WHOLE_PARTITION: Omit<z.output<typeof partition>, 'between'> = { 'one-way': false, answers: 'nothing' };

const degrade = settings({
  nodes: zSelector.optional().describe('All links of these nodes, both ways.'),
  between: zSelectors
    .max(2, { error: expectation('two ends') })
    .optional()
    .describe('The two ends; both ways.'),
  from: zSelector.optional().describe('Who sends; one way only.'),
  to: zSelector.optional().describe('Who receives.'),
  latency: zDistribution
    .optional()
    .describe('Added to the delay of each packet, drawn for each by itself (so packets overtake each other).'),
  loss: zProbability.prefault(0).describe('Probability of loss, on top of the loss that there is.'),
  duplicate: zProbability.prefault(0).describe('Probability that a datagram arrives twice, on top of what there is.'),
  for: lasting,
});

const skew = settings({
  nodes,
  by: zSignedDuration.prefault(0).describe('The clock jumps by so much.'),
  drift: z
    .number()
    .min(-500_000)
    .max(500_000)
    .default(0)
    .describe('The clock runs fast (positive) or slow by so many microseconds each second (parts per million).'),
  for: lasting,
});

/** Faults that are the same for every system. Each has an id, so that the JSON Schema says it but once. */
const FAULTS = {
  crash: orSelector(settings({ nodes, restart, guard }), { guard: false }).meta({
    id: 'crash',
    description: 'Processes end without a word; volatile state is gone.',
  }),
  restart: orSelector(settings({ nodes }), {}).meta({
    id: 'restart',
    description: 'Processes that crashed start again with what they had saved.',
  }),
  crashHost: orSelector(settings({ nodes, restart }), {}).meta({
    id: 'crashHost',
    description: 'Hosts and all that runs on them; nothing answers from there.',
  }),
  restartHost: orSelector(settings({ nodes }), {}).meta({
    id: 'restartHost',
    description: 'Hosts that crashed, and what ran on them, start again.',
  }),
  pause: orSelector(settings({ nodes, for: lasting }), {}).meta({
    id: 'pause',
    description: 'Processes stop as if by SIGSTOP; what arrives waits.',
  }),
  resume: orSelector(settings({ nodes }), {}).meta({ id: 'resume', description: 'Paused processes go on.' }),
  partition: z
    .union([zSelectors.transform((between) => ({ ...WHOLE_PARTITION, between })), partition], {
      error: expectation("the sides, such as ['0-9', rest], or a map with `between`"),
    })
    .meta({ id: 'partition', description: 'Nothing passes between the sides.' }),
  isolate: orSelector(settings({ nodes, for: lasting, answers }), { answers: 'nothing' }).meta({
    id: 'isolate',
    description: 'Nothing passes to or from these nodes, not even among them.',
  }),
  degrade: degrade.meta({
    id: 'degrade',
    description: 'Links get slower, lose or double packets; all links if none are named.',
  }),
  heal: z.union([z.literal('all'), z.null()], { error: expectation('all') }).meta({
    id: 'heal',
    description: 'Ends every partition, isolation and degradation: `heal: all`.',
  }),
  skew: skew.meta({ id: 'skew', description: 'Clocks are off, or run fast or slow.' }),
  leave: orSelector(settings({ nodes, guard }), { guard: false }).meta({
    id: 'leave',
    description: 'Processes leave in good order.',
  }),
  scale: z
    .record(z.string(), z.int().min(0).max(1_000_000))
    .refine((groups) => Object.keys(groups).length > 0, {
      error: expectation('a group and its size, such as { commission1: 5 }'),
    })
    .meta({ id: 'scale', description: 'Brings groups of processes to a size: { commission1: 5 }.' }),
  lose: z
    .int()
    .min(0)
    .describe('Loses the message in flight whose arrival has this sequence number (as a presenter does by hand).'),
};

/** Every fault that a scenario, a rate or a presenter can cause. */
function faultShape(system: System) {
  const own = withoutClashes(system.membership.joinArguments.shape, ['count'], `${system.name}: join`);
  const long = settings({ count: z.int().min(1).default(1).describe('How many.'), ...own });
  const join = z.union([z.int().min(1), long], { error: expectation('how many join, or a map of arguments') }).meta({
    id: `${system.name}-join`,
    description: 'Processes come: how many, or what the system lets one say of them.',
  });
  return { ...FAULTS, join };
}

/** Operations by script: `lookup: { node: 8, key: 54 }`. */
function operationShape(system: System): Record<string, z.ZodType> {
  const client = Object.entries(system.operations).filter(([, spec]) => spec.step !== true);
  return Object.fromEntries(
    client.map(([name, spec]) => {
      const own = withoutClashes(spec.arguments.shape, ['node'], `${system.name}: ${name}`);
      const node = zSelector.prefault('any').describe('Who is asked; any by default.');
      return [name, settings({ node, ...own }).describe(spec.description)];
    }),
  );
}

const STEP = 'One step of the protocol at one node, driven by the script and not judged.';
const stepper = zSelector.describe('Who takes the step.');

/**
 * `step: { node: 8, do: stabilize }`: `do` names one of the operations that are single steps. A system may instead have
 * one such operation that is called `step` itself; then `do` is among its own arguments, if it wants one.
 */
function stepSchema(system: System): z.ZodType | null {
  const { step, ...others } = system.operations;
  const steps = Object.entries(others).filter(([, spec]) => spec.step === true);
  const names = steps.map(([name]) => name);
  if (step !== undefined) {
    if (names.length > 0)
      throw new Error(`${system.name} has the operation "step", so ${names.join(', ')} cannot be steps too`);
    return settings({
      node: stepper,
      ...withoutClashes(step.arguments.shape, ['node'], `${system.name}: step`),
    }).describe(STEP);
  }
  const [first, ...more] = steps.map(([name, spec]) => {
    const own = withoutClashes(spec.arguments.shape, ['node', 'do'], `${system.name}: ${name}`);
    return settings({ do: z.literal(name).describe(spec.description), node: stepper, ...own });
  });
  if (first === undefined) return null;
  const isNoMap = (issue: { readonly code: string }) => issue.code === 'invalid_type';
  return z
    .discriminatedUnion('do', [first, ...more], {
      error: (issue) => expectation(isNoMap(issue) ? 'a map with `node` and `do`' : `one of: ${names.join(', ')}`),
    })
    .describe(STEP);
}

/** @throws Error where a system's own argument has the name of one that the language has there: a mistake in the system. */
export function withoutClashes<T extends Readonly<Record<string, unknown>>>(
  shape: T,
  taken: readonly string[],
  where: string,
  what = 'an argument',
): T {
  const clash = taken.find((name) => Object.hasOwn(shape, name));
  if (clash !== undefined) throw new Error(`${where} has ${what} "${clash}", a word of the scenario language`);
  return shape;
}

const whenShape = {
  at: zDuration.optional().describe('When, in virtual time from the start.'),
  'after-event': z
    .int()
    .min(1)
    .optional()
    .describe('Right after the n-th event of the run, as an injection by hand is saved; in place of `at`.'),
};

const rateShape = {
  rate: zRate.optional().describe('Strike at random instants (Poisson) with this rate; in place of `at`.'),
  from: zDuration.optional().describe('From when on the rate applies; default: the start.'),
  until: zDuration.optional().describe('Until when the rate applies; default: the end.'),
};

/** Keys of an entry that say when, not what. */
export const WHEN_KEYS: readonly string[] = [...Object.keys(whenShape), ...Object.keys(rateShape)];

/** Entries of `faults:` (a fault, at an instant or by a rate) and of `script:` (a fault or an operation at an instant). */
export function timetableEntries(system: System) {
  const faults = faultShape(system);
  const step = stepSchema(system);
  const operations = operationShape(system);
  withoutClashes(operations, [...Object.keys(faults), ...WHEN_KEYS, 'step'], system.name, 'an operation');
  return {
    fault: entryOf(`${system.name}-fault`, { ...whenShape, ...rateShape }, faults),
    action: entryOf(`${system.name}-action`, whenShape, { ...faults, ...(step && { step }), ...operations }),
  };
}

/** Exactly one of the actions, with keys that say when. */
function entryOf(id: string, when: Readonly<Record<string, z.ZodType>>, actions: Readonly<Record<string, z.ZodType>>) {
  const names = Object.keys(actions);
  const optional = Object.fromEntries(Object.entries(actions).map(([name, schema]) => [name, schema.optional()]));
  return settings({ ...when, ...optional })
    .refine((entry) => names.filter((name) => Object.hasOwn(entry, name)).length === 1, {
      error: expectation(`exactly one of: ${names.join(', ')}`),
    })
    .meta({ id, oneOf: names.map((name) => ({ required: [name] })) });
}

export type FaultSettings = {
  readonly [Kind in keyof ReturnType<typeof faultShape>]?: z.output<ReturnType<typeof faultShape>[Kind]>;
};
