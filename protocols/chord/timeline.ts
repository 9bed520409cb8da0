/**
 * Membership through time, as an immutable value: the members now, and the changes back to the start as a linked list.
 * A lookup's answer is judged by walking back over the changes that happened during the lookup, so it costs log N and
 * those changes, whatever the run's length.
 */
import { between, betweenOrLast, highestBit } from './identifiers.ts';
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
  /** Their identifiers, side by side: a search through the members would touch as many peers as it takes steps. */
  readonly ids: Float64Array;
  readonly arcs: Arcs;
  readonly changes: Change | null;
  /** How many changes there were. */
  readonly count: number;
}

/**
 * By address, in pages: what a member is responsible for, as the identifier of its predecessor and its own; two numbers that are none for who is no member. Nearly every
 * lookup is judged by these two alone, and in a large run a search among all members would wait for memory at each step. A change copies the pages that it touches, which
 * are an eighth of all at most where there are many: larger pages are fewer, and so at hand.
 */
interface Arcs {
  readonly bits: number;
  readonly pages: readonly Float64Array[];
}

const LEAST_BITS = 7;
const MOST_BITS = 12;

export function timelineOf(members: readonly Peer[]): Timeline {
  const bits = Math.min(MOST_BITS, Math.max(LEAST_BITS, highestBit(members.length) - 3));
  const pages: Float64Array[] = [];
  members.forEach((peer, at) => {
    const before = members[at === 0 ? members.length - 1 : at - 1];
    setArc(pages, bits, peer, before.id, peer.id);
  });
  const ids = Float64Array.from(members, (peer) => peer.id);
  return { members, ids, arcs: { bits, pages }, changes: null, count: 0 };
}

/** Changes pages that nobody else has. */
function setArc(pages: Float64Array[], bits: number, { address }: Peer, from: number, to: number): void {
  const page = address >> bits;
  while (pages.length <= page) pages.push(new Float64Array(2 << bits).fill(NaN));
  const at = 2 * (address & ((1 << bits) - 1));
  pages[page][at] = from;
  pages[page][at + 1] = to;
}

/** The arcs with some of them changed, each given as a peer and the identifiers from which and to which it is responsible. */
function withArcs({ bits, pages }: Arcs, changes: readonly (readonly [Peer, number, number])[]): Arcs {
  const next = pages.slice();
  for (const [{ address }] of changes) {
    const page = address >> bits;
    if (page < pages.length && next[page] === pages[page]) next[page] = pages[page].slice();
  }
  for (const [peer, from, to] of changes) setArc(next, bits, peer, from, to);
  return { bits, pages: next };
}

/** Whether the peer is the successor of the key by these arcs. */
function owns({ bits, pages }: Arcs, { id, address }: Peer, key: number): boolean {
  const page = address >> bits;
  if (address < 0 || page >= pages.length) return false;
  const at = 2 * (address & ((1 << bits) - 1));
  return pages[page][at + 1] === id && betweenOrLast(pages[page][at], key, id);
}

export function isListed(timeline: Timeline, peer: Peer): boolean {
  return owns(timeline.arcs, peer, peer.id);
}

export function withMember(timeline: Timeline, peer: Peer): Timeline {
  if (isListed(timeline, peer)) return timeline;
  const { members, ids, arcs, changes, count } = timeline;
  const at = rankOf(ids, peer.id);
  const size = members.length;
  const before = size === 0 ? peer : members[(at + size - 1) % size];
  const after = size === 0 ? peer : members[at % size];
  const more = new Float64Array(size + 1);
  more.set(ids.subarray(0, at));
  more[at] = peer.id;
  more.set(ids.subarray(at), at + 1);
  return {
    members: members.toSpliced(at, 0, peer),
    ids: more,
    arcs: withArcs(arcs, [
      [after, peer.id, after.id],
      [peer, before.id, peer.id],
    ]),
    changes: { peer, joined: true, before: changes },
    count: count + 1,
  };
}

export function withoutMember(timeline: Timeline, peer: Peer): Timeline {
  if (!isListed(timeline, peer)) return timeline;
  const { members, ids, arcs, changes, count } = timeline;
  const at = rankOf(ids, peer.id);
  const size = members.length;
  const before = members[(at + size - 1) % size];
  const after = members[(at + 1) % size];
  const fewer = new Float64Array(size - 1);
  fewer.set(ids.subarray(0, at));
  fewer.set(ids.subarray(at + 1), at);
  return {
    members: members.toSpliced(at, 1),
    ids: fewer,
    arcs: withArcs(arcs, [
      [after, before.id, after.id],
      [peer, NaN, NaN],
    ]),
    changes: { peer, joined: false, before: changes },
    count: count + 1,
  };
}

/**
 * Whether the peer was successor(key) among the members at some instant from `since` to now.
 *
 * It was, at an instant at which it was a member and nobody else was in [key, peer). Both can be kept up while the
 * changes are undone one by one.
 * @param since an earlier value of the same timeline.
 */
export function wasSuccessor(now: Timeline, since: Timeline, key: number, peer: Peer): boolean {
  // Nearly always it still is.
  if (owns(now.arcs, peer, key)) return true;
  if (now.count === since.count) return false;
  let isHere = isListed(now, peer);
  let nearer = countFrom(now.ids, key, peer.id);
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

/** How many of the sorted identifiers are below the key. */
function rankOf(ids: Float64Array, key: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether x lies in [key, id). */
function isFrom(key: number, x: number, id: number): boolean {
  return key !== id && x !== id && (x === key || between(key, x, id));
}
