/**
 * Membership through time, as an immutable value: the members now, and the changes back to the start as a linked list.
 * A lookup's answer is judged by walking back over the changes that happened during the lookup, so it costs log N and
 * those changes, whatever the run's length.
 */
import { between, rankOf, successorIndex } from './identifiers.ts';
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
  readonly changes: Change | null;
  /** How many changes there were. */
  readonly count: number;
}

export function timelineOf(members: readonly Peer[]): Timeline {
  return { members, changes: null, count: 0 };
}

export function isListed(timeline: Timeline, peer: Peer): boolean {
  return timeline.members[rankOf(timeline.members, peer.id)]?.address === peer.address;
}

export function withMember(timeline: Timeline, peer: Peer): Timeline {
  if (isListed(timeline, peer)) return timeline;
  const { members, changes, count } = timeline;
  const at = rankOf(members, peer.id);
  return {
    members: members.toSpliced(at, 0, peer),
    changes: { peer, joined: true, before: changes },
    count: count + 1,
  };
}

export function withoutMember(timeline: Timeline, peer: Peer): Timeline {
  if (!isListed(timeline, peer)) return timeline;
  const { members, changes, count } = timeline;
  const at = rankOf(members, peer.id);
  return {
    members: members.toSpliced(at, 1),
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
  // Nearly always it still is: one search decides.
  if (now.members.length > 0 && now.members[successorIndex(now.members, key)].address === peer.address) return true;
  if (now.count === since.count) return false;
  let isHere = isListed(now, peer);
  let nearer = countFrom(now.members, key, peer.id);
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
function countFrom(members: readonly Peer[], key: number, id: number): number {
  const count = rankOf(members, id) - rankOf(members, key);
  return key <= id ? count : count + members.length;
}

/** Whether x lies in [key, id). */
function isFrom(key: number, x: number, id: number): boolean {
  return key !== id && x !== id && (x === key || between(key, x, id));
}
