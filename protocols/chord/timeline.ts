/**
 * Membership through time, as an immutable value: the members now, and the changes back to the start as a linked list.
 * A lookup's answer is judged by walking back over the changes that happened during the lookup, so it costs log N and
 * those changes, whatever the run's length.
 */
import { between } from './identifiers.ts';
import type { Peer } from './values.ts';

export interface Change {
  readonly peer: Peer;
  /** True: it became a member. False: it ceased to be one. */
  readonly joined: boolean;
  readonly before: Change | null;
}

export interface Timeline {
  /** Live members, sorted by identifier. */
  readonly members: readonly Peer[];
  /** Their identifiers, side by side: each lookup is judged by a search, which through the members would touch as many peers as it takes steps. */
  readonly ids: Float64Array;
  /** Their addresses, for the same reason. */
  readonly addresses: Float64Array;
  readonly changes: Change | null;
  /** How many changes there were. */
  readonly count: number;
}

export function timelineOf(members: readonly Peer[]): Timeline {
  return {
    members,
    ids: Float64Array.from(members, ({ id }) => id),
    addresses: Float64Array.from(members, ({ address }) => address),
    changes: null,
    count: 0,
  };
}

export function isListed(timeline: Timeline, peer: Peer): boolean {
  return timeline.addresses[rankOf(timeline.ids, peer.id)] === peer.address;
}

export function withMember(timeline: Timeline, peer: Peer): Timeline {
  if (isListed(timeline, peer)) return timeline;
  const { members, ids, addresses, changes, count } = timeline;
  const at = rankOf(ids, peer.id);
  return {
    members: members.toSpliced(at, 0, peer),
    ids: withNumber(ids, at, peer.id),
    addresses: withNumber(addresses, at, peer.address),
    changes: { peer, joined: true, before: changes },
    count: count + 1,
  };
}

export function withoutMember(timeline: Timeline, peer: Peer): Timeline {
  if (!isListed(timeline, peer)) return timeline;
  const { members, ids, addresses, changes, count } = timeline;
  const at = rankOf(ids, peer.id);
  return {
    members: members.toSpliced(at, 1),
    ids: withoutNumber(ids, at),
    addresses: withoutNumber(addresses, at),
    changes: { peer, joined: false, before: changes },
    count: count + 1,
  };
}

function withNumber(numbers: Float64Array, at: number, number: number): Float64Array {
  const more = new Float64Array(numbers.length + 1);
  more.set(numbers.subarray(0, at));
  more[at] = number;
  more.set(numbers.subarray(at), at + 1);
  return more;
}

function withoutNumber(numbers: Float64Array, at: number): Float64Array {
  const fewer = new Float64Array(numbers.length - 1);
  fewer.set(numbers.subarray(0, at));
  fewer.set(numbers.subarray(at + 1), at);
  return fewer;
}

/**
 * Whether the peer was successor(key) among the members at some instant from `since` to now.
 *
 * It was, at an instant at which it was a member and nobody else was in [key, peer). Both can be kept up while the
 * changes are undone one by one.
 * @param since an earlier value of the same timeline.
 */
export function wasSuccessor(now: Timeline, since: Timeline, key: number, peer: Peer): boolean {
  // Nearly always it still is: one search decides.
  const { ids, addresses } = now;
  const rank = rankOf(ids, key);
  if (addresses[rank === ids.length ? 0 : rank] === peer.address) return true;
  if (now.count === since.count) return false;
  let isHere = isListed(now, peer);
  let nearer = countFrom(ids, key, peer.id);
  let change = now.changes;
  for (let undone = now.count; undone > since.count && change !== null; undone--) {
    if (change.peer.address === peer.address) isHere = !change.joined;
    else if (isFrom(key, change.peer.id, peer.id)) nearer += change.joined ? -1 : 1;
    if (isHere && nearer === 0) return true;
    change = change.before;
  }
  return false;
}

/** How many members lie in [key, id). */
function countFrom(ids: Float64Array, key: number, id: number): number {
  const count = rankOf(ids, id) - rankOf(ids, key);
  return key <= id ? count : count + ids.length;
}

/**
 * How many of the sorted identifiers are below the key. Identifiers are spread evenly, more or less, so a search begins where the key would be if they were quite even:
 * halving the whole of them is a dozen steps that no processor can guess.
 */
function rankOf(ids: Float64Array, key: number): number {
  let low = 0;
  let high = ids.length;
  for (let tries = 0; tries < GUESSES && high - low > FEW; tries++) {
    const least = ids[low];
    const most = ids[high - 1];
    if (key <= least) return low;
    if (key > most) return high;
    // Between the two, and not at either end: each guess leaves fewer.
    const guess = low + 1 + Math.floor(((key - least) / (most - least)) * (high - low - 2));
    if (ids[guess] < key) low = guess + 1;
    else high = guess;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

const GUESSES = 4;
const FEW = 8;

/** Whether x lies in [key, id). */
function isFrom(key: number, x: number, id: number): boolean {
  return key !== id && x !== id && (x === key || between(key, x, id));
}
