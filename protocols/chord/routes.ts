/**
 * A peer's tables as a hop reads them. A large run spends most of its time in waiting for memory: going through successor list and fingers by
 * their objects touches a dozen places, and this is one array in a row, made anew only when a pointer changes.
 *
 * `[own identifier, reach, distance, address, distance, address, …]`, with the entries of fingers and list in order of their clockwise
 * distance, each once. Keys up to `reach` away belong to an entry of the list. Empty: nobody in the list is known, and one must look closer.
 */
import { type Address, NOBODY } from '../../sim/protocol.ts';
import { wayTo } from './identifiers.ts';
import type { Peer } from './values.ts';

export type Routes = readonly number[];

export const NO_ROUTES: Routes = [];

/** Where the pairs of distance and address begin. */
const FIRST = 2;

/** @param resolvesInList whether any entry of the list, and not only the first that is known, settles who owns a key. */
export function routesOf(
  me: Peer,
  successors: readonly Peer[],
  fingers: readonly (Peer | null)[],
  size: number,
  resolvesInList: boolean,
): Routes {
  const reach = reachOf(me, successors, size, resolvesInList);
  if (reach === 0) return NO_ROUTES;
  const routes = [me.id, reach];
  for (const peer of successors) enter(routes, me, peer, size);
  let last: Peer | null = null;
  for (const peer of fingers) {
    // Neighbouring fingers are mostly the same.
    if (peer !== null && peer !== last) enter(routes, me, peer, size);
    last = peer;
  }
  // Without the room that pushing left at its end.
  return routes.slice();
}

function reachOf(me: Peer, successors: readonly Peer[], size: number, resolvesInList: boolean): number {
  let reach = 0;
  for (const { id, address } of successors) {
    if (address === NOBODY) continue;
    reach = Math.max(reach, wayTo(me.id, id, size));
    if (!resolvesInList) break;
  }
  return reach;
}

/** Puts an entry in its place, from the end: they come nearly in order. The peer itself precedes no key. */
function enter(routes: number[], me: Peer, { id, address }: Peer, size: number): void {
  if (address === NOBODY || id === me.id) return;
  const way = wayTo(me.id, id, size);
  let at = routes.length;
  while (at > FIRST && routes[at - 2] > way) at -= 2;
  if (at > FIRST && routes[at - 2] === way) return;
  routes.push(0, 0);
  for (let i = routes.length - 1; i >= at + 2; i--) routes[i] = routes[i - 2];
  routes[at] = way;
  routes[at + 1] = address;
}

/** Whether these routes leave it to a closer look who owns the key: an entry of the list may. */
export function mayOwn(routes: Routes, key: number, size: number): boolean {
  return routes.length === 0 || wayTo(routes[0], key, size) <= routes[1];
}

/** The address of the entry that precedes the key most closely (closest_preceding_node; ToN, figure 5), or NOBODY. */
export function closestOnRoutes(routes: Routes, key: number, size: number): Address {
  const way = wayTo(routes[0], key, size);
  let low = FIRST >> 1;
  let high = routes.length >> 1;
  // The first pair at or beyond the key; the one before it is nearest.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (routes[2 * middle] < way) low = middle + 1;
    else high = middle;
  }
  return low === FIRST >> 1 ? NOBODY : routes[2 * low - 1];
}
