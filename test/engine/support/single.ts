import { z } from 'zod';
import { settings } from '../../../sim/index.ts';
import type { Machine, ProcessSpec, ProtocolTypes, Role, System, World } from '../../../sim/protocol.ts';

/** What a small system of a test is made of: roles, who is there, and what can be asked; the rest is nothing special. */
export interface Parts<P extends ProtocolTypes> {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: roles have different types, as in the contract
  readonly roles: Readonly<Record<string, Machine<any>>>;
  readonly config: P['Config'];
  readonly processes: readonly ProcessSpec<P>[];
  readonly operations?: Readonly<Record<string, P['Operation']>>;
  readonly judge?: Partial<System<P, readonly unknown[]>['judge']>;
}

/** A system of which a test wants one run; its judge keeps the notes, with their times and processes. */
export function systemOf<P extends ProtocolTypes>(parts: Parts<P>): System<P, readonly unknown[]> {
  const roles: Record<string, Role> = {};
  for (const [role, machine] of Object.entries(parts.roles)) roles[role] = { description: role, machine };
  return {
    name: parts.name,
    title: parts.name,
    settings: settings({}) as z.ZodType<unknown>,
    variants: { plain: { description: 'The only one.', traits: {} } },
    defaultVariant: 'plain',
    configure: () => parts.config,
    roles,
    membership: { populate: () => parts.processes, joinArguments: settings({}), join: () => null },
    operations: Object.fromEntries(
      Object.entries(parts.operations ?? {}).map(([name, operation]) => [
        name,
        { plural: `${name}s`, description: name, arguments: z.strictObject({}), make: () => operation },
      ]),
    ),
    judge: {
      init: () => [],
      observe: (judged, seen, world: World<P>) =>
        seen.kind === 'noted'
          ? [...judged, { atUs: world.nowUs, address: seen.address, note: seen.note } satisfies Noted<P>]
          : judged,
      verdict: () => ({ verdict: 'done' }),
      verdicts: {},
      ...parts.judge,
    },
    properties: {},
    metrics: {},
    view: () => null,
  };
}

export interface Noted<P extends ProtocolTypes> {
  readonly atUs: number;
  readonly address: number;
  readonly note: P['Note'];
}

/** A process of that role on a host of its own. */
export function one<P extends ProtocolTypes>(role: string, boot: P['Boot']): ProcessSpec<P> {
  return { role, name: null, host: null, boot };
}
