/**
 * Where a lookup goes next: find_successor and closest_preceding_node as formulas over one peer's tables (ToN, figures
 * 4 and 5, and section IV-E.3 for the successor list). The next hop is the closest preceding entry among fingers and
 * successor list.
 */
import { type Address, NOBODY } from '../../sim/protocol.ts';
import { between, betweenOrLast, highestBit, wayTo } from './identifiers.ts';
import { closestOnRoutes } from './routes.ts';
import { isKnown, type PeerState } from './state.ts';
import type { Peer } from './values.ts';

/** What a peer's tables say of a key. */
export interface NextStep {
  /** True: `peer` is successor(key). False: ask `peer`. */
  readonly final: boolean;
  /** Null: the tables name nobody. */
  readonly peer: Peer | null;
}

const NOBODY_LEFT: NextStep = { final: false, peer: null };
const AVOID_NONE: readonly Address[] = [];

/** How a peer reads its tables; part of the configuration. */
export interface Reading {
  readonly ringSize: number;
  readonly resolvesInList: boolean;
  readonly traits: { readonly fallsBackOnFingers: boolean };
}

/** The next step towards the key, round the peers to be avoided. */
export function nextStep(
  state: PeerState,
  key: number,
  reading: Reading,
  avoid: readonly Address[] = AVOID_NONE,
): NextStep {
  const owner = ownerIn(state, key, reading, avoid);
  if (owner !== null) return { final: true, peer: owner };
  const next =
    avoid.length === 0 ? closestPreceding(state, key, reading.ringSize) : closestAvoiding(state, key, reading, avoid);
  return next === null ? NOBODY_LEFT : { final: false, peer: next };
}

/**
 * successor(key), if it is known here that it is: the key lies between this peer and its successor (or, with
 * resolvesInList, within its list).
 */
export function ownerIn(
  state: PeerState,
  key: number,
  reading: Reading,
  avoid: readonly Address[] = AVOID_NONE,
): Peer | null {
  const me = state.me.id;
  const list = state.successors;
  for (let i = 0; i < list.length; i++) {
    const peer = list[i];
    if (peer.address === NOBODY || isAvoided(peer, avoid)) continue;
    if (betweenOrLast(me, key, peer.id)) return peer;
    if (!reading.resolvesInList) return null;
  }
  if (!reading.traits.fallsBackOnFingers || (reading.resolvesInList && hasUsable(list, avoid))) return null;
  const finger = nearestFinger(state, reading.ringSize, avoid);
  return finger !== null && betweenOrLast(me, key, finger.id) ? finger : null;
}

/**
 * The first finger clockwise that is not avoided: the successor of a peer whose whole list is dead. The peer itself is
 * the last of all, and only if a finger names it: then it knows that the ring is that small.
 */
export function nearestFinger(state: PeerState, size: number, avoid: readonly Address[]): Peer | null {
  const me = state.me.id;
  let nearest: Peer | null = null;
  for (const finger of state.fingers) {
    if (finger === null || isAvoided(finger, avoid)) continue;
    if (nearest === null || wayTo(me, finger.id, size) < wayTo(me, nearest.id, size)) nearest = finger;
  }
  return nearest;
}

/** The address of the entry of fingers and list that precedes the key most closely, or NOBODY. This runs once for each hop. */
export function closestAddress(state: PeerState, key: number, size: number): Address {
  if (state.routes.length > 0) return closestOnRoutes(state.routes, key);
  return closestPreceding(state, key, size)?.address ?? NOBODY;
}

/**
 * The same as a peer, or null: for steps that name it to others. It starts at the highest finger that can precede the key, and looks into
 * the list only where the list could be closer.
 */
export function closestPreceding(state: PeerState, key: number, size: number): Peer | null {
  const me = state.me.id;
  const finger = closestFinger(state.fingers, me, key, size);
  const list = state.successors;
  for (let i = list.length - 1; i >= 0; i--) {
    const peer = list[i];
    if (!between(me, peer.id, key) || peer.address === NOBODY) continue;
    return finger === null || wayTo(me, finger.id, size) < wayTo(me, peer.id, size) ? peer : finger;
  }
  return finger;
}

function closestFinger(fingers: readonly (Peer | null)[], me: number, key: number, size: number): Peer | null {
  // Finger i lies 2^i or more away, so those from 2^i ≥ the key's distance on cannot precede the key.
  const highest = Math.min(highestBit(wayTo(me, key, size) - 1), fingers.length - 1);
  for (let i = highest; i >= 0; i--) {
    const finger = fingers[i];
    if (finger !== null && between(me, finger.id, key)) return finger;
  }
  return null;
}

/** The same with peers to be avoided: rare, so plain. */
function closestAvoiding(state: PeerState, key: number, reading: Reading, avoid: readonly Address[]): Peer | null {
  const me = state.me.id;
  const size = reading.ringSize;
  let best: Peer | null = null;
  const consider = (peer: Peer | null) => {
    if (peer === null || !isKnown(peer) || !between(me, peer.id, key) || isAvoided(peer, avoid)) return;
    if (best === null || wayTo(me, best.id, size) < wayTo(me, peer.id, size)) best = peer;
  };
  for (const finger of state.fingers) consider(finger);
  for (const peer of state.successors) consider(peer);
  return best;
}

function hasUsable(list: readonly Peer[], avoid: readonly Address[]): boolean {
  return list.some((peer) => isKnown(peer) && !isAvoided(peer, avoid));
}

function isAvoided(peer: Peer, avoid: readonly Address[]): boolean {
  for (let i = 0; i < avoid.length; i++) if (avoid[i] === peer.address) return true;
  return false;
}
