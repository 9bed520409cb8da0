/**
 * A peer's tables as a hop reads them. A large run spends most of its time in waiting for memory: going through successor list and fingers by
 * their objects touches a dozen places, and this is one array in a row, made anew only when a pointer changes.
 *
 * `[distance, address, distance, address, …, size of the circle, reach, own identifier]`, with the entries of fingers and list in order of their clockwise distance,
 * each once. Keys up to `reach` away belong to an entry of the list. Empty: the head of the list is not known, and one must look closer.
 */
import { type Address, NOBODY } from '../../sim/protocol.ts';
import { highestBit, wayTo } from './identifiers.ts';
import type { Peer } from './values.ts';

export type Routes = readonly number[];

export const NO_ROUTES: Routes = [];

/** @param resolvesInList whether any entry of the list, and not only its head, settles who owns a key. */
export function routesOf(
  me: Peer,
  successors: readonly Peer[],
  fingers: readonly (Peer | null)[],
  size: number,
  resolvesInList: boolean,
): Routes {
  const reach = reachOf(me, successors, size, resolvesInList);
  if (reach === 0) return NO_ROUTES;
  const pairs: number[] = [];
  for (const peer of successors) enter(pairs, me, peer, size);
  let last: Peer | null = null;
  for (const peer of fingers) {
    // Neighbouring fingers are mostly the same.
    if (peer !== null && peer !== last) enter(pairs, me, peer, size);
    last = peer;
  }
  pairs.push(size, reach, me.id);
  // Without the room that pushing left at its end.
  return pairs.slice();
}

function reachOf(me: Peer, successors: readonly Peer[], size: number, resolvesInList: boolean): number {
  if (successors.length === 0 || successors[0].address === NOBODY) return 0;
  if (!resolvesInList) return wayTo(me.id, successors[0].id, size);
  let reach = 0;
  for (const { id, address } of successors) {
    if (address !== NOBODY) reach = Math.max(reach, wayTo(me.id, id, size));
  }
  return reach;
}

/** Puts an entry in its place, from the end: they come nearly in order. The peer itself precedes no key. */
function enter(pairs: number[], me: Peer, { id, address }: Peer, size: number): void {
  if (address === NOBODY || id === me.id) return;
  const way = wayTo(me.id, id, size);
  let at = pairs.length;
  while (at > 0 && pairs[at - 2] > way) at -= 2;
  if (at > 0 && pairs[at - 2] === way) return;
  pairs.push(0, 0);
  for (let i = pairs.length - 1; i >= at + 2; i--) pairs[i] = pairs[i - 2];
  pairs[at] = way;
  pairs[at + 1] = address;
}

/** Whether these routes leave it to a closer look who owns the key: an entry of the list may. */
export function mayOwn(routes: Routes, key: number): boolean {
  const { length } = routes;
  return length === 0 || wayTo(routes[length - 1], key, routes[length - 3]) <= routes[length - 2];
}

/**
 * The address of the entry that precedes the key most closely (closest_preceding_node; ToN, figure 5), or NOBODY. Distances about double from
 * entry to entry, so the search begins as many entries from the far end as the key's distance has fewer bits.
 */
export function closestOnRoutes(routes: Routes, key: number): Address {
  const last = routes.length - 5;
  if (last < 0) return NOBODY;
  const way = wayTo(routes[last + 4], key, routes[last + 2]);
  let at = Math.max(0, last - 2 * Math.max(0, highestBit(routes[last]) - highestBit(way)));
  while (at < last && routes[at + 2] < way) at += 2;
  while (at >= 0 && routes[at] >= way) at -= 2;
  return at < 0 ? NOBODY : routes[at + 1];
}
