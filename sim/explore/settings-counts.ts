import { z } from 'zod';
import type { System } from '../contract/system.ts';

const counts = new WeakMap<System, ReadonlyMap<string, { readonly least: number; readonly usual: number | null }>>();

/** The whole numbers among a system's settings: the least that each may be, and its default. */
export function countsOf(
  system: System,
): ReadonlyMap<string, { readonly least: number; readonly usual: number | null }> {
  const known = counts.get(system);
  if (known !== undefined) return known;
  const schema = z.toJSONSchema(system.settings, { io: 'input', unrepresentable: 'any' }) as {
    readonly properties?: Readonly<Record<string, { type?: string; minimum?: number; default?: unknown }>>;
  };
  const found = new Map(
    Object.entries(schema.properties ?? {}).flatMap(([name, { type, minimum, default: usual }]) =>
      type === 'integer' && minimum !== undefined && minimum >= 0
        ? [[name, { least: minimum, usual: typeof usual === 'number' ? usual : null }] as const]
        : [],
    ),
  );
  counts.set(system, found);
  return found;
}
