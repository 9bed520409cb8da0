/**
 * The ring as an observer with a view of everything sees it: the notions of Zave, CCR 2012, section 3, and TSE, section
 * 5.
 *
 * The extended successor list of a member is the member and its list. Its best successor is the first live member in
 * its list. A ring member reaches itself through best successors; the other members are appendages. A principal is a
 * member that no adjacent pair of any extended list skips.
 *
 * All of it is near-linear in the number of members: each survey makes one index and walks each list once.
 */
import type { Address, World } from '../../sim/protocol.ts';
import { between, rankOf, wayTo } from './identifiers.ts';
import type { ChordTypes } from './messages.ts';
import { isMember, listBehind, type PeerState } from './state.ts';
import type { Peer } from './values.ts';

export interface Survey {
  /** Live members, by identifier. */
  readonly members: readonly Peer[];
  /** Their states, in the same order. */
  readonly states: readonly PeerState[];
  /** Position of a member by its address. */
  readonly positions: ReadonlyMap<Address, number>;
}

/** No member: a best successor that is not there. */
export const NONE = -1;

export function surveyOf(world: World<ChordTypes>, members: readonly Peer[]): Survey {
  const positions = new Map<Address, number>();
  const states: PeerState[] = [];
  members.forEach((peer, i) => {
    positions.set(peer.address, i);
    states.push(world.process(peer.address).state);
  });
  return { members, states, positions };
}

/** The live members, sorted by identifier: for those who have no judge at hand. */
export function membersOf(world: World<ChordTypes>): readonly Peer[] {
  const members: Peer[] = [];
  for (let address = 0; address < world.size; address++) {
    if (!world.alive(address)) continue;
    const { state } = world.process(address);
    if (isMember(state)) members.push(state.me);
  }
  return members.sort((a, b) => a.id - b.id);
}

/** For each member the position of its best successor, or NONE. */
export function bestSuccessors(survey: Survey): Int32Array {
  const best = new Int32Array(survey.members.length).fill(NONE);
  survey.states.forEach((state, i) => {
    for (const peer of state.successors) {
      const position = survey.positions.get(peer.address);
      if (position === undefined) continue;
      best[i] = position;
      break;
    }
  });
  return best;
}

export interface Rings {
  /** For each member the number of the ring that it is on, or NONE for an appendage. */
  readonly ringOf: Int32Array;
  readonly count: number;
  /** Members from which no ring is reached. */
  readonly stranded: readonly number[];
}

/** Follows best successors until they repeat. Each member is walked over once. */
export function ringsOf(best: Int32Array): Rings {
  const size = best.length;
  const ringOf = new Int32Array(size).fill(NONE);
  /** The walk on which a member was first met, from 1; 0: not met. */
  const walkOf = new Int32Array(size);
  const reaches = new Uint8Array(size);
  const stranded: number[] = [];
  let count = 0;
  for (let start = 0; start < size; start++) {
    if (walkOf[start] !== 0) continue;
    const walk = start + 1;
    let at = start;
    while (at !== NONE && walkOf[at] === 0) {
      walkOf[at] = walk;
      at = best[at];
    }
    let arrives = at !== NONE;
    if (at !== NONE && walkOf[at] === walk) {
      for (let member = at; ringOf[member] === NONE; member = best[member]) ringOf[member] = count;
      count++;
    } else if (at !== NONE) {
      arrives = reaches[at] === 1;
    }
    for (let member = start; member !== NONE && walkOf[member] === walk; member = best[member]) {
      if (arrives && reaches[member] === 1) break;
      reaches[member] = arrives ? 1 : 0;
      if (!arrives) stranded.push(member);
    }
  }
  return { ringOf, count, stranded };
}

/** A member and its successor list. */
export interface ExtendedList {
  readonly me: Peer;
  readonly successors: readonly Peer[];
}

/** Positions of the principals, ascending. */
export function principalsOf(members: readonly Peer[], lists: readonly ExtendedList[]): number[] {
  const skipped = skipsOf(members, lists);
  const principals: number[] = [];
  for (let i = 0; i < members.length; i++) if (skipped[i] === 0) principals.push(i);
  return principals;
}

/**
 * For each member how many adjacent pairs of extended lists skip it, counted by differences over the sorted members.
 */
function skipsOf(members: readonly Peer[], lists: readonly ExtendedList[]): Int32Array {
  const size = members.length;
  const change = new Int32Array(size + 1);
  for (const { me, successors } of lists) {
    let from = me;
    for (const to of successors) {
      skipBetween(members, from.id, to.id, change);
      from = to;
    }
  }
  const skips = new Int32Array(size);
  let running = 0;
  for (let i = 0; i < size; i++) {
    running += change[i];
    skips[i] = running;
  }
  return skips;
}

function skipBetween(members: readonly Peer[], from: number, to: number, change: Int32Array): void {
  const first = rankOf(members, from + 1);
  const end = rankOf(members, to);
  if (from < to) {
    change[first]++;
    change[end]--;
  } else {
    change[first]++;
    change[members.length]--;
    change[0]++;
    change[end]--;
  }
}

/** Whether an identifier stands twice in the extended list. */
export function hasDuplicates({ me, successors }: ExtendedList): boolean {
  const seen = new Set<number>([me.id]);
  for (const peer of successors) seen.add(peer.id);
  return seen.size !== successors.length + 1;
}

/**
 * The first entry that is out of order, or null. In order means: of any three entries of the extended list, in the
 * order of the list, the second lies between the others. That is so if the ways from the member to its entries grow
 * along the list.
 */
export function firstDisorder({ me, successors }: ExtendedList, size: number): Peer | null {
  let before = 0;
  for (const peer of successors) {
    const way = wayTo(me.id, peer.id, size);
    if (way <= before) return peer;
    before = way;
  }
  return null;
}

/**
 * The environment's failure guard (Zave, TSE, section 5): without this peer every other member must still have a live
 * entry, and there must be more than r principals. A peer that is no member may always fail.
 *
 * In the proof a query and the update that follows it are one step. Here an answer takes its time, so a list that is
 * under way counts like one that is held: what fails in between would be adopted all the same.
 */
export function survivesWithout(world: World<ChordTypes>, address: Address): boolean {
  const members = membersOf(world);
  const left = members.filter((peer) => peer.address !== address);
  if (left.length === members.length) return true;
  const { positions, states } = surveyOf(world, left);
  const all = [...states, ...statesUnderWay(world, address)];
  const everyoneHasOne = all.every(({ successors }) => successors.some((peer) => positions.has(peer.address)));
  return everyoneHasOne && principalsOf(left, all).length > world.config.successors;
}

/** The states that peers will have when the answers that are on their way to them arrive; but for one peer. */
function statesUnderWay(world: World<ChordTypes>, but: Address): readonly PeerState[] {
  return world.inFlight().flatMap(({ transport, from, to, message }) => {
    if (transport !== 'reply' || message.kind !== 'neighbours' || to === but || !world.alive(to)) return [];
    const { state } = world.process(to);
    const head = world.process(from).state.me;
    return [{ ...state, successors: listBehind(state.me, head, message.successors, world.config.successors) }];
  });
}

/** Ring members in order of identifiers, for one ring. */
export function ringMembers(rings: Rings, ring: number): number[] {
  const positions: number[] = [];
  for (let i = 0; i < rings.ringOf.length; i++) if (rings.ringOf[i] === ring) positions.push(i);
  return positions;
}

/** Whether the third peer lies strictly between the others. */
export function liesBetween(a: Peer, x: Peer, b: Peer): boolean {
  return between(a.id, x.id, b.id);
}
