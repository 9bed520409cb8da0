/**
 * The lines of a trace (docs/trace-format.md): a manifest, one line for each event, an end. One schema is the source: the
 * reader validates by it, and the writer's types come from it.
 */
import { z } from 'zod';
import type { Kinded } from '../contract/protocol-types.ts';

export const TRACE_FORMAT = 1;

const us = z.int().min(0);
const sequence = z.int().min(-1);
const address = z.int().min(0);
/** An action can ask for an address that nobody has. */
const anyAddress = z.int();
const kinded = z.custom<Kinded>(
  (value) => typeof value === 'object' && value !== null && typeof (value as Kinded).kind === 'string',
  { error: 'expected an object with a kind' },
);
const counts = z.record(z.string(), z.int().min(0));

export const manifestLine = z.strictObject({
  type: z.literal('trace'),
  format: z.literal(TRACE_FORMAT, { error: `this reader knows format ${TRACE_FORMAT} only` }),
  engine: z.string(),
  system: z.string(),
  variant: z.string(),
  scenario: z.strictObject({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  seed: z.string(),
  overrides: z.array(z.string()),
  durationUs: us,
});

/** What belongs to an event, in the order in which it happened. `process` is left out where it is the event's. */
const happening = { process: address.optional() };

const input = z.discriminatedUnion('kind', [
  z.strictObject({
    what: z.literal('input'),
    kind: z.literal('datagram'),
    ...happening,
    from: address,
    group: z.string().nullable(),
    message: kinded.optional(),
  }),
  z.strictObject({
    what: z.literal('input'),
    kind: z.literal('request'),
    ...happening,
    from: address,
    id: z.int(),
    message: kinded.optional(),
  }),
  z.strictObject({
    what: z.literal('input'),
    kind: z.literal('reply'),
    ...happening,
    from: address,
    message: kinded.optional(),
  }),
  z.strictObject({
    what: z.literal('input'),
    kind: z.literal('failure'),
    ...happening,
    to: anyAddress,
    reason: z.enum(['refused', 'timeout', 'unreachable', 'reset']),
  }),
  z.strictObject({ what: z.literal('input'), kind: z.literal('timer'), ...happening, timer: kinded.optional() }),
  z.strictObject({
    what: z.literal('input'),
    kind: z.literal('operation'),
    ...happening,
    id: z.int(),
    operation: kinded,
  }),
  z.strictObject({ what: z.literal('input'), kind: z.literal('leave'), ...happening }),
]);

const patchOperation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('add'), path: z.string(), value: z.unknown() }),
  z.strictObject({ op: z.literal('replace'), path: z.string(), value: z.unknown() }),
  z.strictObject({ op: z.literal('remove'), path: z.string() }),
]);

const effects = [
  z.strictObject({ what: z.literal('send'), ...happening, to: anyAddress, message: kinded }),
  z.strictObject({ what: z.literal('multicast'), ...happening, group: z.string(), message: kinded }),
  z.strictObject({ what: z.literal('joinGroup'), ...happening, group: z.string() }),
  z.strictObject({ what: z.literal('leaveGroup'), ...happening, group: z.string() }),
  z.strictObject({
    what: z.literal('request'),
    ...happening,
    to: anyAddress,
    message: kinded,
    tag: z.unknown().optional(),
    timeoutUs: z.number(),
  }),
  z.strictObject({ what: z.literal('reply'), ...happening, id: z.int(), message: kinded }),
  z.strictObject({ what: z.literal('setTimer'), ...happening, timer: kinded, id: z.int(), delayUs: z.number() }),
  z.strictObject({ what: z.literal('cancelTimer'), ...happening, timer: z.string(), id: z.int() }),
  z.strictObject({ what: z.literal('save'), ...happening, patch: z.array(patchOperation) }),
  z.strictObject({ what: z.literal('complete'), ...happening, id: z.int(), outcome: kinded }),
  z.strictObject({ what: z.literal('exit'), ...happening }),
  z.strictObject({ what: z.literal('note'), ...happening, note: kinded }),
] as const;

const consequences = [
  z.strictObject({
    what: z.literal('drop'),
    ...happening,
    reason: z.string(),
    from: anyAddress,
    to: anyAddress,
    message: kinded.optional(),
  }),
  z.strictObject({
    what: z.literal('verdict'),
    ...happening,
    id: z.int().min(0),
    status: z.enum(['completed', 'aborted']),
    verdict: z.string(),
    startUs: us,
    measures: z.record(z.string(), z.number()).optional(),
    why: z.string().optional(),
  }),
  z.strictObject({ what: z.literal('action'), ...happening, label: z.string(), changed: z.int().min(0) }),
  z.strictObject({
    what: z.literal('property'),
    ...happening,
    us,
    name: z.string(),
    holds: z.boolean(),
    message: z.string().optional(),
  }),
] as const;

export const eventLine = z.strictObject({
  type: z.literal('event'),
  n: z.int().min(1),
  us,
  kind: z.string(),
  process: address.optional(),
  peer: address.optional(),
  seq: sequence,
  cause: sequence,
  bornUs: us,
  message: kinded.optional(),
  timer: kinded.optional(),
  follows: z.array(z.discriminatedUnion('what', [input, ...effects, ...consequences])),
});

export const endLine = z.strictObject({
  type: z.literal('end'),
  us,
  complete: z.boolean(),
  events: z.int().min(0),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  counts: z.strictObject({ events: counts, effects: counts, drops: counts, verdicts: counts }),
});

export const traceLine = z.discriminatedUnion('type', [manifestLine, eventLine, endLine]);

export type Manifest = z.infer<typeof manifestLine>;
export type EventLine = z.infer<typeof eventLine>;
export type EndLine = z.infer<typeof endLine>;
export type TraceLine = z.infer<typeof traceLine>;
/** An input, an effect, a drop, a verdict, an action or a change of a property's truth. */
export type Happening = EventLine['follows'][number];
