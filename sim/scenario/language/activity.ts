/** What goes on in a run without a timetable: churn, workload, supervision. */
import { z } from 'zod';
import type { System } from '../../contract/system.ts';
import { expectation } from '../expectation.ts';
import { settings, zDistribution, zDuration, zPeriod, zProbability, zRate, zSelector } from '../units.ts';
import { withoutClashes } from './actions.ts';

const from = zDuration.optional().describe('From when on; default: the start.');
const until = zDuration.optional().describe('Until when; default: the end.');

/** One value, or a list of them. */
export function oneOrMore<T extends z.ZodType>(schema: T, what: string) {
  return z.union([z.array(schema), schema], { error: expectation(`${what}, or a list of them`) });
}

const sessions = settings({
  length: zDistribution.describe('Session time: how long a process stays.'),
  downtime: zDistribution.prefault(0).describe('How long it takes until a newcomer is there in its place.'),
  crashes: zProbability.prefault(0).describe('Probability that a session ends in a crash and not in a leave.'),
});

const churnEntry = settings({
  joins: zRate.prefault(0).describe('Joins in total.'),
  leaves: zRate.prefault(0).describe('Leaves in good order in total.'),
  crashes: zRate.prefault(0).describe('Crashes without restart in total.'),
  sessions: sessions
    .optional()
    .describe('Session times: each process leaves or crashes after one, and a newcomer takes its place.'),
  from,
  until,
  keep: z.int().min(0).default(1).describe('No leave or crash takes the number of live processes below this.'),
  guard: z.boolean().default(false).describe("Spare those whose failure the protocol's assumptions exclude."),
}).meta({ id: 'churn' });

export const churn = oneOrMore(churnEntry, 'a map of rates').describe('Processes come and go, at random instants.');

const superviseEntry = settings({
  nodes: zSelector.describe('Who is watched over.'),
  after: zDuration.describe('How long a restart takes after the crash.'),
}).meta({ id: 'supervision' });

export const supervise = oneOrMore(superviseEntry, 'a map with nodes and after').describe(
  'Service managers: who is started again after each crash.',
);

const zipf = settings({
  zipf: z
    .number()
    .positive({ error: expectation('an exponent of more than 0') })
    .max(100)
    .describe('Exponent: the i-th most popular item has weight 1/i^exponent.'),
});

const workloadShape = {
  rate: zRate.optional().describe('Arrivals at random instants (Poisson) with this rate.'),
  every: zPeriod.optional().describe('Regular arrivals with this period, from a random phase; in place of `rate`.'),
  per: z
    .enum(['all', 'node'])
    .default('all')
    .describe('all: arrivals of all issuers together. node: of each by itself.'),
  by: zSelector.prefault('all').describe('Who issues the operations.'),
  keys: z
    .union([z.literal('uniform'), zipf], { error: expectation('uniform or { zipf: 1.1 }') })
    .default('uniform')
    .describe('How items are chosen: each as likely, or by Zipf with item 0 the most popular.'),
  from,
  until,
  count: z.int().min(1).optional().describe('At most so many operations; without it there is no bound.'),
};

export type WorkloadSettings = z.output<z.ZodObject<typeof workloadShape, z.core.$strict>> &
  Readonly<Record<string, unknown>>;

const WITH = 'with';

/** Keys of a workload's entry that are the language's; the others are arguments of the operation. */
export const WORKLOAD_KEYS: readonly string[] = [...Object.keys(workloadShape), WITH];

/** An entry of `workload:`: one operation and how often it is asked for. */
export function workloadEntry(system: System) {
  const client = Object.entries(system.operations).filter(([, spec]) => spec.step !== true);
  const names = client.map(([name]) => name);
  const shape = Object.fromEntries(
    client.map(([name, spec]) => {
      const own = withoutClashes(spec.arguments.shape, [WITH], `${system.name}: ${name}`);
      const entry = settings({ ...workloadShape, ...argumentsShape(own) });
      return [name, entry.optional().describe(spec.description)];
    }),
  );
  return settings(shape)
    .refine((entry) => Object.keys(entry).length === 1, { error: expectation(`exactly one of: ${names.join(', ')}`) })
    .meta({ id: `${system.name}-workload`, minProperties: 1, maxProperties: 1 });
}

/** An operation's arguments, none of which must be said; those whose names the language has taken stand under `with`. */
function argumentsShape(own: z.core.$ZodLooseShape): Record<string, z.ZodType> {
  const all = Object.entries(own).map(([key, schema]) => [key, z.optional(schema)] as const);
  const isTaken = ([key]: readonly [string, unknown]) => Object.hasOwn(workloadShape, key);
  const free = Object.fromEntries(all.filter((argument) => !isTaken(argument)));
  const taken = all.filter(isTaken);
  if (taken.length === 0) return free;
  const names = taken.map(([key]) => key).join(', ');
  return { ...free, [WITH]: settings(Object.fromEntries(taken)).optional().describe(`The operation's own ${names}.`) };
}

/** The operation's arguments in an entry of the workload. */
export function argumentsIn(said: WorkloadSettings): Readonly<Record<string, unknown>> {
  const free = Object.entries(said).filter(([key]) => !WORKLOAD_KEYS.includes(key));
  return { ...Object.fromEntries(free), ...(said[WITH] as object | undefined) };
}
