import { z } from 'zod';
import type { ConfigureSetup, Machine, ProtocolTypes, System } from '../sim/index.ts';

/** A system of one machine and nothing else: no operations, no properties, no judge to speak of. What runs is the engine. */
export type BareSystem<P extends ProtocolTypes> = System<P, null, Record<string, never>, null>;

export interface Load<P extends ProtocolTypes> {
  readonly name: string;
  readonly title: string;
  readonly machine: Machine<P>;
  configure(setup: ConfigureSetup & { readonly processes: number }): P['Config'];
}

/** Ten thousand processes that boot with nothing, unless a plan says how many. */
export function bareSystem<P extends ProtocolTypes & { Boot: null; Config: { readonly processes: number } }>({
  name,
  title,
  machine,
  configure,
}: Load<P>): BareSystem<P> {
  return {
    name,
    title,
    settings: z.strictObject({}) as z.ZodType<Record<string, never>>,
    variants: { standard: { description: 'as it is', traits: {} } },
    defaultVariant: 'standard',
    configure: (_settings, _traits, setup) => configure({ ...setup, processes: setup.nodes ?? 10_000 }),
    roles: { process: { description: title, machine } },
    membership: {
      populate: (config) =>
        Array.from({ length: config.processes }, () => ({ role: 'process', name: null, host: null, boot: null })),
      joinArguments: z.strictObject({}),
      join: () => null,
    },
    operations: {},
    judge: { init: () => null, observe: () => null, verdict: () => ({ verdict: 'done' }), verdicts: {} },
    properties: {},
    metrics: {},
    view: () => null,
  };
}
