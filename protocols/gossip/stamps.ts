/** The order of versions. */
import type { Stamp } from './metadata.ts';

interface Rank {
  readonly incarnation: number;
  readonly version: number;
}

/** Whether `a` is newer than `b`, both of one origin: incarnation first, then version. */
export function isNewer(a: Rank, b: Rank): boolean {
  return a.incarnation !== b.incarnation ? a.incarnation > b.incarnation : a.version > b.version;
}

export function isSame(a: Rank, b: Rank): boolean {
  return a.incarnation === b.incarnation && a.version === b.version;
}

export function stampOf({ origin, incarnation, version }: Stamp): Stamp {
  return { origin, incarnation, version };
}

/** Whether two lists of names are equal. */
export function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
