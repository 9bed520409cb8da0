/**
 * A peer's tables as a hop reads them. A large run spends most of its time in waiting for memory: going through successor list and fingers by
 * their objects touches a dozen places, and this is one short array, made anew only when a pointer changes.
 *
 * `[entry, entry, …, unit, 1 / unit, size of the circle, reach, own identifier]`, with the entries of fingers and list in order of their clockwise distance, each once.
 * An entry is one number: its distance times the unit, plus its address. Keys up to `reach` away belong to an entry of the list.
 * Empty: one must look at the tables themselves, because the head of the list is not known, or because an address is too large for that.
 */
import { type Address, NOBODY } from '../../sim/protocol.ts';
import { clockwise, highestBit, wayTo } from './identifiers.ts';
import type { Peer } from './values.ts';

export type Routes = readonly number[];

export const NO_ROUTES: Routes = [];

/** Behind the entries. */
const TAIL = 5;
const LARGEST_UNIT = 0x4000_0000;
/** As large as an entry may be. */
const LARGEST_ENTRY = 0x20_0000_0000_0000;

/** What distances are multiplied by: addresses are smaller, and the largest distance still is a safe integer. A power of two, so that dividing by it is exact. */
function unitOf(size: number): number {
  return Math.min(LARGEST_ENTRY / size, LARGEST_UNIT);
}

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
  const entries: number[] = [];
  let fits = true;
  for (const peer of successors) fits = enter(entries, me, peer, size) && fits;
  let last: Peer | null = null;
  for (const peer of fingers) {
    // Neighbouring fingers are mostly the same.
    if (peer !== null && peer !== last) fits = enter(entries, me, peer, size) && fits;
    last = peer;
  }
  if (!fits) return NO_ROUTES;
  const unit = unitOf(size);
  entries.push(unit, 1 / unit, size, reach, me.id);
  // Without the room that pushing left at its end.
  return entries.slice();
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

/** Puts an entry in its place, from the end: they come nearly in order. The peer itself precedes no key. False if its address is too large. */
function enter(entries: number[], me: Peer, { id, address }: Peer, size: number): boolean {
  if (address === NOBODY || id === me.id) return true;
  const unit = unitOf(size);
  if (address >= unit) return false;
  const least = wayTo(me.id, id, size) * unit;
  let at = entries.length;
  while (at > 0 && entries[at - 1] >= least + unit) at--;
  if (at > 0 && entries[at - 1] >= least) return true;
  entries.push(0);
  for (let i = entries.length - 1; i > at; i--) entries[i] = entries[i - 1];
  entries[at] = least + address;
  return true;
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
  const last = routes.length - TAIL - 1;
  if (last < 0) return NOBODY;
  const unit = routes[last + 1];
  const perUnit = routes[last + 2];
  const way = wayTo(routes[last + 5], key, routes[last + 3]);
  const limit = way * unit;
  let at = Math.max(0, last - Math.max(0, highestBit(Math.floor(routes[last] * perUnit)) - highestBit(way)));
  while (at < last && routes[at + 1] < limit) at++;
  while (at >= 0 && routes[at] >= limit) at--;
  return at < 0 ? NOBODY : addressIn(routes[at], unit, perUnit);
}

/** The peer at the reach of these routes: where the head of the list alone decides who owns a key, that head. Null if only the tables know. */
export function headOnRoutes(routes: Routes): Peer | null {
  const tail = routes.length - TAIL;
  if (tail <= 0) return null;
  const unit = routes[tail];
  const perUnit = routes[tail + 1];
  const reach = routes[tail + 3];
  for (let at = 0; at < tail; at++) {
    const distance = Math.floor(routes[at] * perUnit);
    if (distance === reach)
      return {
        id: clockwise(routes[tail + 4], reach, routes[tail + 2]),
        address: addressIn(routes[at], unit, perUnit),
      };
    if (distance > reach) return null;
  }
  return null;
}

function addressIn(entry: number, unit: number, perUnit: number): Address {
  return entry - Math.floor(entry * perUnit) * unit;
}
