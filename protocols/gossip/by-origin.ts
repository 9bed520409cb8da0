/** Small tables keyed by origin: arrays sorted by it, copied on change and never changed in place. */
import type { Address } from '../../sim/protocol.ts';

export interface Keyed {
  readonly origin: Address;
}

const NONE: readonly never[] = [];

/** Index of the first element whose origin is not below this one. */
function lowerBound(table: readonly Keyed[], origin: Address): number {
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table[middle].origin < origin) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function find<T extends Keyed>(table: readonly T[], origin: Address): T | undefined {
  const at = lowerBound(table, origin);
  return at < table.length && table[at].origin === origin ? table[at] : undefined;
}

/** The table with this element in place of the one of the same origin, or added. */
export function put<T extends Keyed>(table: readonly T[], element: T): readonly T[] {
  const at = lowerBound(table, element.origin);
  if (at === table.length) return table.length === 0 ? [element] : [...table, element];
  const copy = table.slice();
  copy.splice(at, table[at].origin === element.origin ? 1 : 0, element);
  return copy;
}

/** The table without that origin; the same object if it is not there. */
export function without<T extends Keyed>(table: readonly T[], origin: Address): readonly T[] {
  const at = lowerBound(table, origin);
  if (at === table.length || table[at].origin !== origin) return table;
  return table.length === 1 ? NONE : table.toSpliced(at, 1);
}

/** The elements that pass; the same object if all do. */
export function keep<T>(table: readonly T[], passes: (element: T) => boolean): readonly T[] {
  const kept = table.filter(passes);
  if (kept.length === table.length) return table;
  return kept.length === 0 ? NONE : kept;
}
