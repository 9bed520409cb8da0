/** Where files are when a run starts: every copy in its place. */
import { NO_FILES } from './state.ts';
import type { Peer, SharedFile } from './values.ts';

/**
 * What the member at this position of an ideal ring keeps: the keys of its own arc and of the `replicas` − 1 before it.
 * @param placed sorted by key and name.
 */
export function storeOfIdealMember(
  members: readonly Peer[],
  index: number,
  placed: readonly SharedFile[],
  replicas: number,
): readonly SharedFile[] {
  if (placed.length === 0) return NO_FILES;
  const count = members.length;
  if (replicas >= count) return placed;
  const after = members[(index + count - replicas) % count].id;
  const upTo = members[index].id;
  const from = countUpTo(placed, after);
  const to = countUpTo(placed, upTo);
  return after < upTo ? placed.slice(from, to) : [...placed.slice(0, to), ...placed.slice(from)];
}

/** How many files have keys up to and including this one. */
function countUpTo(placed: readonly SharedFile[], key: number): number {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (placed[middle].key <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
