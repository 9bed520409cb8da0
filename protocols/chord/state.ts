/** What a peer is told, keeps and saves. Messages refer to these types; nothing in here refers to messages. */
import { type Address, NOBODY, type RequestId } from '../../sim/protocol.ts';
import { between, clockwise, fingerStart, highestBit, successorIndex, wayTo } from './identifiers.ts';
import { NO_ROUTES, type Routes, routesOf } from './routes.ts';
import type { Goal, Peer, SharedFile } from './values.ts';

/** What a peer is told when it is spawned. */
export interface Boot {
  readonly me: Peer;
  /**
   * All members of an ideal ring, sorted by identifier, shared by all their boots: the peer starts as one of them and
   * computes its tables from it. Null: it joins.
   */
  readonly members: readonly Peer[] | null;
  /** Its own position in `members`; 0 for a joiner. */
  readonly index: number;
  /** Peers that are in the ring already: a joiner tries them in turn, and so does a member that knows nobody else any more. */
  readonly bootstraps: readonly Peer[];
  /** When a joiner begins, after it was started. */
  readonly joinAfterUs: number;
  /** The peer's own directory: files that it shares. */
  readonly directory: readonly SharedFile[];
  /** All files that are in place at the start of an ideal ring, sorted by key, shared by all boots. */
  readonly placed: readonly SharedFile[];
}

/** What survives a crash: the files that the peer itself shares. */
export interface Durable {
  readonly shared: readonly SharedFile[];
}

/**
 * - `waiting`: started, its time to join has not come.
 * - `joining`: looking for its place; it answers nobody.
 * - `member`: it is on the ring.
 * - `leaving`: it hands its keys over, and still answers.
 */
export type Phase = 'waiting' | 'joining' | 'member' | 'leaving';

/** A recursive lookup that waits for its answer. Kept by its initiator only. */
export interface PendingLookup {
  readonly lookup: number;
  readonly goal: Goal;
  readonly key: number;
  readonly startUs: number;
  /** Attempts that came to nothing. */
  readonly timeouts: number;
  /** First hops of those attempts. */
  readonly avoid: readonly Address[];
  /** The one that was sent out before it and waits too. */
  readonly next: PendingLookup | null;
}

export interface PeerState {
  // Who I am
  readonly phase: Phase;
  /** Successors and fingers once more, as a hop reads them; at the front, because that is what most events look at. */
  readonly routes: Routes;
  readonly me: Peer;

  /** Whom it joined through: it joins through them again if it ever knows nobody else. */
  readonly bootstraps: readonly Peer[];

  // The ring
  /** Null: not known (never notified, or flushed). */
  readonly predecessor: Peer | null;
  /**
   * Nearest first; `[0]` is the successor. At most config.successors entries; in a ring smaller than that it ends with
   * the peer itself. Empty only before a join, or when every known peer has died.
   */
  readonly successors: readonly Peer[];
  /**
   * `[i]` is what this peer takes for successor(id + 2^i); null: not known, or dropped. Entries whose start is not
   * beyond the successor are the successor itself, at all times: routing and fix_fingers rely on it.
   */
  readonly fingers: readonly (Peer | null)[];

  // Lookups (recursive)
  /** The latest; a list by its own links, since nearly always there is one or none. */
  readonly pending: PendingLookup | null;
  readonly nextLookup: number;

  // Files
  /** All that it keeps, own keys and copies, sorted by key and name. */
  readonly store: readonly SharedFile[];
  /** What it shares itself; saved. */
  readonly shared: readonly SharedFile[];

  // Atomic steps (correct)
  /** It waits for the answer to a state query; state queries of others wait in `deferred`. */
  readonly busy: boolean;
  readonly deferred: readonly RequestId[];
}

export const NO_PEERS: readonly never[] = [];
export const NO_FILES: readonly never[] = [];
const NO_REQUESTS: readonly never[] = [];

/** Whether the peer is on the ring: it answers, and others may point at it. */
export function isMember(state: PeerState): boolean {
  return state.phase === 'member' || state.phase === 'leaving';
}

/** Whether this is a peer that one could ask: not a padding entry. */
export function isKnown(peer: Peer): boolean {
  return peer.address !== NOBODY;
}

/** A peer that has nothing yet. */
export function blankState({ me, bootstraps }: Boot, shared: readonly SharedFile[]): PeerState {
  return {
    phase: 'waiting',
    routes: NO_ROUTES,
    me,
    bootstraps,
    predecessor: null,
    successors: NO_PEERS,
    fingers: NO_PEERS,
    pending: null,
    nextLookup: 0,
    store: NO_FILES,
    shared,
    busy: false,
    deferred: NO_REQUESTS,
  };
}

/**
 * The first `length` successors of the member at this position of a sorted ring; a smaller ring ends with the member
 * itself.
 */
export function idealSuccessors(members: readonly Peer[], index: number, length: number): Peer[] {
  const list: Peer[] = [];
  for (let i = 1; i <= Math.min(length, members.length); i++) list.push(members[(index + i) % members.length]);
  return list;
}

/** Every finger as the membership says. */
export function idealFingers(members: readonly Peer[], id: number, idBits: number, size: number): Peer[] {
  const fingers: Peer[] = [];
  for (let i = 0; i < idBits; i++) fingers.push(members[successorIndex(members, fingerStart(id, i, size))]);
  return fingers;
}

/**
 * The index of the first finger that is not the successor for certain: those below start between the peer and its
 * successor. Equals idBits if all do.
 */
export function firstFreeFinger(id: number, successor: Peer, size: number): number {
  return highestBit(wayTo(id, successor.id, size)) + 1;
}

/** What the tables are read by; part of the configuration. */
export interface Tables {
  readonly idBits: number;
  readonly ringSize: number;
  readonly resolvesInList: boolean;
}

/**
 * The state with this successor list; the same object if nothing differs. Keeps the low fingers equal to the successor.
 */
export function withSuccessors(state: PeerState, list: readonly Peer[], tables: Tables): PeerState {
  if (sameList(state.successors, list)) return state;
  const isSameHead = list.length === 0 || state.successors[0] === list[0];
  return withTables(state, list, isSameHead ? state.fingers : withLowFingers(state, list[0], tables), tables);
}

function withLowFingers(state: PeerState, head: Peer, { idBits, ringSize }: Tables): readonly (Peer | null)[] {
  if (!isKnown(head)) return state.fingers;
  const free = Math.min(firstFreeFinger(state.me.id, head, ringSize), idBits);
  const fingers: (Peer | null)[] = [];
  for (let i = 0; i < idBits; i++) fingers.push(i < free ? head : (state.fingers[i] ?? null));
  return fingers;
}

/** The state with this finger; the same object if it is there already. */
export function withFinger(state: PeerState, index: number, peer: Peer | null, tables: Tables): PeerState {
  if (state.fingers[index] === peer) return state;
  return withTables(state, state.successors, state.fingers.with(index, peer), tables);
}

/** The state with these tables, both of them. */
export function withTables(
  state: PeerState,
  successors: readonly Peer[],
  fingers: readonly (Peer | null)[],
  { ringSize, resolvesInList }: Tables,
): PeerState {
  const routes = routesOf(state.me, successors, fingers, ringSize, resolvesInList);
  return { ...state, routes, successors, fingers };
}

/** The state with these lookups under way. Written out: this runs twice for each lookup, and a spread takes several times as long. */
export function withPending(state: PeerState, pending: PendingLookup | null, nextLookup: number): PeerState {
  return {
    phase: state.phase,
    routes: state.routes,
    me: state.me,
    bootstraps: state.bootstraps,
    predecessor: state.predecessor,
    successors: state.successors,
    fingers: state.fingers,
    pending,
    nextLookup,
    store: state.store,
    shared: state.shared,
    busy: state.busy,
    deferred: state.deferred,
  };
}

export function withPredecessor(state: PeerState, predecessor: Peer | null): PeerState {
  return samePeer(state.predecessor, predecessor) ? state : { ...state, predecessor };
}

/**
 * Peers are one object each, but a value that went through JSON is a copy: the address decides. Padding is told apart
 * by identifier.
 */
export function samePeer(a: Peer | null, b: Peer | null): boolean {
  if (a === b) return true;
  return a !== null && b !== null && a.address === b.address && a.id === b.id;
}

export function sameList(a: readonly Peer[], b: readonly Peer[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!samePeer(a[i], b[i])) return false;
  return true;
}

/**
 * `head`, then the head's own list without its last: how a list follows its successor's (ToN, section IV-E.3). In a
 * ring smaller than the list it ends with the peer itself: a second round would say nothing new.
 */
export function listBehind(me: Peer, head: Peer, list: readonly Peer[], length: number): Peer[] {
  const joined = [head];
  if (head.address === me.address) return joined;
  for (let i = 0; i < list.length && joined.length < length; i++) {
    joined.push(list[i]);
    if (list[i].address === me.address) break;
  }
  return joined;
}

/**
 * The list without its head. With padding the end is filled with last + 1, an identifier behind which nobody is known,
 * so that the list keeps its length (Zave, TSE, section 4).
 */
export function withoutHead(list: readonly Peer[], padded: boolean, size: number): readonly Peer[] {
  const rest = list.slice(1);
  if (!padded || list.length === 0) return rest;
  rest.push({ id: clockwise(list[list.length - 1].id, 1, size), address: NOBODY });
  return rest;
}

/**
 * Whether the peer is responsible for the key: it lies in (predecessor, me]. Null: not known, because the predecessor
 * is not.
 */
export function isResponsible(state: PeerState, key: number): boolean | null {
  const { me, predecessor, successors } = state;
  if (predecessor === null) return successors.length > 0 && samePeer(successors[0], me) ? true : null;
  return key === me.id || between(predecessor.id, key, me.id);
}
