/** What a scenario allows to vary when it is hunted through with many seeds: `hunt:`. A plain run takes no notice of it. */
import { z } from 'zod';
import { expectation } from '../expectation.ts';
import { settings, zDuration, zPeriod, zProbability } from '../units.ts';

function range<T extends z.ZodType<number>>(value: T, what: string) {
  return z
    .tuple([value, value], { error: expectation(`two ${what}, [least, most]`) })
    .refine(([least, most]) => (least as number) <= (most as number), {
      error: expectation(`two ${what}, the lower one first`),
    });
}

export const hunt = settings({
  nodes: range(z.int().min(1), 'numbers').optional().describe('How many processes; default: as the scenario says.'),
  until: zDuration
    .optional()
    .describe(
      'Faults and churn strike until then; the rest of the run is quiet. Default: as late as the deadlines allow.',
    ),
  latency: range(zPeriod, 'durations')
    .optional()
    .describe("Mean latency, of changing distributions; default: from a tenth of the scenario's to all of it."),
  loss: zProbability.optional().describe("Loss at most; default: the scenario's."),
  duplicate: zProbability.optional().describe("Duplication at most; default: the scenario's."),
  rates: range(z.number().positive(), 'factors')
    .optional()
    .describe('By how much the rates of the workload are multiplied; default: [0.3, 3].'),
  faults: z
    .array(
      z
        .record(z.string(), z.unknown())
        .meta({ description: 'A fault without its instant, and `up to` how many of it there may be (2).' }),
    )
    .optional()
    .describe(
      "Faults that may strike, at any instant, weaker or as strong as they are written; default: the scenario's.",
    ),
  vary: z
    .record(z.string(), z.array(z.unknown()).min(1))
    .optional()
    .describe('Settings and the values that they may have: { config.t2: [1s, 5s, 20s] }.'),
}).describe('What may vary when the scenario is hunted through with many seeds.');

export type HuntSettings = z.output<typeof hunt>;
