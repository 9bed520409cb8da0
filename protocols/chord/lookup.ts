/**
 * Lookups: find successor(key), iteratively or recursively (ToN, sections IV-D and V-A).
 *
 * Iterative. The initiator asks hop after hop "who is next?". All that it knows of the lookup travels as the tag of its
 * requests, so that the state holds nothing of it. A peer that does not answer is remembered in this lookup (without
 * that, half-dead rings cost a third more time-outs); it is dropped from the initiator's own tables if those named it,
 * or the peer that named it is told, and then asked for its next closest preceding entry. A peer that dies between two
 * questions is given up, and the one before it on the trail is asked again.
 *
 * Recursive. Each hop forwards the lookup as a datagram; the key's predecessor, or the successor itself, answers the
 * initiator directly. Nobody on the way notices a dead hop: the initiator's one time-out does, and it tries again by
 * another first hop.
 *
 * Path length is the number of forwardings from the initiator to the key's immediate predecessor: neither the initiator
 * nor the final successor counts, nor do peers that did not answer.
 *
 * A lookup that ends is put into `turn.found`; what it was for goes on from there.
 */
import {
  type Address,
  type Context,
  cancelTimer,
  NO_EFFECTS,
  NOBODY,
  type RequestInput,
  type Step,
  send,
} from '../../sim/protocol.ts';
import type { ChordConfig } from './config.ts';
import { between } from './identifiers.ts';
import type { ChordTypes, FindSuccessor, Found, NextHop, NextHopIs, Search, SuccessorFound, Tag } from './messages.ts';
import { closestOnRoutes, headOnRoutes, mayOwn } from './routes.ts';
import { closestAddress, nearestFinger, nextStep, ownerIn } from './routing.ts';
import {
  isMember,
  NO_PEERS,
  type PeerState,
  type PendingLookup,
  withFinger,
  withoutHead,
  withPending,
  withSuccessors,
} from './state.ts';
import { answer, ask, end, log, NO_ADDRESSES, type Turn, tellAt, wait, want } from './turn.ts';
import type { Goal, Peer, Trail } from './values.ts';

const PING = { kind: 'ping' } as const;

/** Starts a lookup from this peer's own tables. */
export function lookUp(state: PeerState, goal: Goal, key: number, turn: Turn): PeerState {
  const startUs = turn.ctx.nowUs;
  if (turn.config.recursive) return sendOut(state, goal, key, startUs, 0, NO_ADDRESSES, turn);
  return searchLocally(
    state,
    { goal, key, startUs, trail: null, hops: 0, timeouts: 0, deadAnswers: 0, dead: NO_ADDRESSES },
    turn,
  );
}

/** Starts a lookup at another peer: a joiner has no tables. */
export function lookUpThrough(state: PeerState, goal: Goal, key: number, through: Peer, turn: Turn): PeerState {
  const startUs = turn.ctx.nowUs;
  if (turn.config.recursive) {
    forwardOwn(state, goal, key, through.address, turn);
    return remember(state, goal, key, startUs, 0, NO_ADDRESSES);
  }
  // A peer that rejoins may still be in others' tables: it must not find itself.
  const search = { goal, key, startUs, trail: null, hops: 0, timeouts: 0, deadAnswers: 0, dead: [state.me.address] };
  askNext(state, search, through, NOBODY, turn);
  return state;
}

// Iterative: the initiator

/** A search without whom it asks. */
type Progress = Omit<Search, 'kind' | 'asked'>;

function searchLocally(state: PeerState, search: Progress, turn: Turn): PeerState {
  const step = nextStep(state, search.key, turn.config, search.dead);
  if (step.peer === null) fail(search, turn);
  else if (step.final) settle(state, search, state.me, step.peer, state.successors, turn);
  else askNext(state, search, step.peer, NOBODY, turn);
  return state;
}

function askNext(state: PeerState, search: Progress, peer: Peer, dead: Address, turn: Turn): void {
  const { goal, key, startUs, trail, hops, timeouts, deadAnswers } = search;
  const kind = goal.kind === 'finger' || goal.kind === 'copies' ? 'nextFingerHop' : 'nextHop';
  const message: NextHop = { kind, key, avoid: search.dead, dead, initiator: state.me, trail };
  const tag: Search = {
    kind: 'search',
    goal,
    key,
    startUs,
    asked: peer,
    trail,
    hops,
    timeouts,
    deadAnswers,
    dead: search.dead,
  };
  ask(turn, peer, message, tag);
}

export function onNextHopIs(state: PeerState, message: NextHopIs, search: Search, turn: Turn): PeerState {
  const { asked, key } = search;
  const again = search.trail !== null && search.trail.peer.address === asked.address;
  const reached = again ? search : { ...search, trail: { peer: asked, before: search.trail }, hops: search.hops + 1 };
  const next = message.peer;
  if (next !== null && message.final) {
    settle(state, reached, asked, next, message.candidates, turn);
  } else if (next !== null && between(asked.id, next.id, key) && !search.dead.includes(next.address)) {
    askNext(state, reached, next, NOBODY, turn);
  } else {
    return stepBack(state, { ...reached, dead: [...search.dead, asked.address] }, NOBODY, turn);
  }
  return state;
}

/** The peer that was asked is dead, or no member: for this lookup that is the same. */
export function onNextHopFailed(state: PeerState, search: Search, turn: Turn): PeerState {
  const { asked, trail } = search;
  const named = trail === null || trail.peer.address !== asked.address;
  const progress = { ...search, timeouts: search.timeouts + 1, dead: [...search.dead, asked.address] };
  return named ? askNamer(state, progress, asked.address, turn) : stepBack(state, progress, asked.address, turn);
}

/** The last peer on the trail is of no more use: asks the one before it. */
function stepBack(state: PeerState, search: Progress, dead: Address, turn: Turn): PeerState {
  const { trail } = search;
  if (trail === null) return askNamer(state, search, dead, turn);
  return askNamer(state, { ...search, trail: trail.before, hops: search.hops - 1 }, dead, turn);
}

/**
 * Tries the next closest preceding entry of the peer that named the last one: this peer itself, or the end of the
 * trail.
 */
function askNamer(state: PeerState, search: Progress, dead: Address, turn: Turn): PeerState {
  const told = turn.config.dropsDeadEntries ? dead : NOBODY;
  if (search.trail !== null) {
    askNext(state, search, search.trail.peer, told, turn);
    return state;
  }
  if (!isMember(state)) {
    fail(search, turn);
    return state;
  }
  return searchLocally(dropEntry(state, told, turn), search, turn);
}

/** The lookup has its answer; if wanted, it makes sure that the owner is alive. */
function settle(
  state: PeerState,
  search: Progress,
  predecessor: Peer,
  owner: Peer,
  candidates: readonly Peer[],
  turn: Turn,
): void {
  const { goal, key, startUs, hops, timeouts, deadAnswers, trail } = search;
  const found: Found = { goal, key, startUs, owner, predecessor, candidates, hops, timeouts, deadAnswers, trail };
  finish(state, found, search.dead, turn);
}

function finish(state: PeerState, found: Found, dead: readonly Address[], turn: Turn): void {
  const { owner, goal } = found;
  const matters = goal.kind === 'lookup' || goal.kind === 'join';
  if (turn.config.verifies && matters && owner !== null && owner.address !== state.me.address) {
    ask(turn, owner, PING, { kind: 'verify', found, dead });
  } else {
    end(turn, found);
  }
}

export function onVerified(state: PeerState, found: Found, turn: Turn): PeerState {
  end(turn, found);
  return state;
}

/**
 * The answer is dead. The next one is whoever follows it in the list of the peer that gave it, and when that list ends,
 * whom that peer names instead. These contacts are counted apart from the time-outs on the way.
 */
export function onAnswerDead(state: PeerState, tag: Tag & { kind: 'verify' }, turn: Turn): PeerState {
  const found = { ...tag.found, deadAnswers: tag.found.deadAnswers + 1 };
  const gone = tag.found.owner?.address ?? NOBODY;
  const dead = [...tag.dead, gone];
  const following = found.candidates[found.candidates.findIndex((peer) => peer.address === gone) + 1];
  if (following !== undefined && following.address !== NOBODY && !dead.includes(following.address)) {
    finish(state, { ...found, owner: following }, dead, turn);
  } else if (turn.config.recursive) {
    end(turn, { ...found, owner: null });
  } else {
    return askNamer(state, { ...found, dead }, gone, turn);
  }
  return state;
}

function fail(search: Progress, turn: Turn): void {
  const { goal, key, startUs, hops, timeouts, deadAnswers, trail } = search;
  end(turn, {
    goal,
    key,
    startUs,
    owner: null,
    predecessor: null,
    candidates: NO_PEERS,
    hops,
    timeouts,
    deadAnswers,
    trail,
  });
}

// Iterative: the peer that is asked

export function onNextHop(state: PeerState, input: RequestInput<ChordTypes>, message: NextHop, turn: Turn): PeerState {
  const after = dropEntry(state, message.dead, turn);
  const { final, peer } = nextStep(after, message.key, turn.config, message.avoid);
  const kind = message.kind === 'nextHop' ? 'nextHopIs' : 'nextFingerHopIs';
  answer(turn, input.id, { kind, final, peer, candidates: final ? after.successors : NO_PEERS });
  return after;
}

/**
 * The tables without a peer that did not answer. The list stays as it is where only its own routine may change it: by
 * atomic steps (correct), or with an announcement to the whole ring (described). A list that ends here falls back on the
 * nearest finger.
 */
export function dropEntry(state: PeerState, dead: Address, turn: Turn): PeerState {
  if (dead === NOBODY) return state;
  const { traits } = turn.config;
  const listStays = traits.padsList || traits.pingsSuccessor;
  // As long as the successor stands, the fingers before it stand too.
  if (listStays && state.successors[0]?.address === dead) return state;
  const next = withoutFinger(state, dead, turn);
  if (listStays || !next.successors.some((peer) => peer.address === dead)) return next;
  const rest = next.successors.filter((peer) => peer.address !== dead);
  return withSuccessors(next, orNearestFinger(next, rest, turn), turn.config);
}

function withoutFinger(state: PeerState, dead: Address, turn: Turn): PeerState {
  let next = state;
  for (let i = 0; i < state.fingers.length; i++) {
    if (state.fingers[i]?.address === dead) next = withFinger(next, i, null, turn.config);
  }
  return next;
}

/** The list without its dead head. */
export function dropHead(state: PeerState, turn: Turn): PeerState {
  const { ringSize, traits } = turn.config;
  const head = state.successors[0];
  log(turn, { kind: 'successorDead', peer: head });
  const rest = withoutHead(state.successors, traits.padsList, ringSize);
  const cleaned = withoutFinger(state, head.address, turn);
  return withSuccessors(cleaned, orNearestFinger(cleaned, rest, turn), turn.config);
}

/** The list, or if it has ended the nearest finger in its place. */
export function orNearestFinger(state: PeerState, rest: readonly Peer[], turn: Turn): readonly Peer[] {
  if (rest.length > 0 || !turn.config.traits.fallsBackOnFingers) return rest;
  const finger = nearestFinger(state, turn.config.ringSize, NO_ADDRESSES);
  return finger === null ? rest : [finger];
}

// Recursive: on the way

/**
 * Passes a lookup on, or answers it. One call for each hop of each lookup of the run: no turn, no other effect.
 */
export function forward(state: PeerState, message: FindSuccessor, ctx: Context<ChordTypes>): Step<ChordTypes> {
  const config = ctx.config;
  if (!isMember(state)) return { state, effects: NO_EFFECTS };
  if (message.predecessor !== null) {
    const candidates = [state.me, ...state.successors];
    return {
      state,
      effects: [
        send<ChordTypes>(
          message.initiator.address,
          foundIt(message, state.me, message.predecessor, candidates, message.trail),
        ),
      ],
    };
  }
  const trail = config.keepsPaths ? { peer: state.me, before: message.trail } : null;
  const { routes } = state;
  const { key } = message;
  const owner = mayOwn(routes, key) ? ownerAt(state, key, config) : null;
  if (owner === null) {
    const next = closestAddress(state, key, config.ringSize);
    if (next === NOBODY) return { state, effects: NO_EFFECTS };
    return { state, effects: [send<ChordTypes>(next, passedOn(message, null, message.hops + 1, trail))] };
  }
  if (config.answersFromSuccessor && owner.address !== message.initiator.address) {
    return { state, effects: [send<ChordTypes>(owner.address, passedOn(message, state.me, message.hops, trail))] };
  }
  return {
    state,
    effects: [send<ChordTypes>(message.initiator.address, foundIt(message, owner, state.me, state.successors, trail))],
  };
}

function ownerAt(state: PeerState, key: number, config: ChordConfig): Peer | null {
  // Where the head alone decides, the routes have decided.
  if (state.routes.length > 0 && !config.resolvesInList) return headOnRoutes(state.routes) ?? state.successors[0];
  return ownerIn(state, key, config);
}

function passedOn(message: FindSuccessor, predecessor: Peer | null, hops: number, trail: Trail | null): FindSuccessor {
  const { kind, key, initiator, lookup } = message;
  return { kind, key, initiator, lookup, hops, predecessor, trail };
}

function foundIt(
  message: FindSuccessor,
  owner: Peer,
  predecessor: Peer,
  candidates: readonly Peer[],
  trail: Trail | null,
): SuccessorFound {
  const kind = message.kind === 'findSuccessor' ? 'successorFound' : 'fingerFound';
  return { kind, lookup: message.lookup, owner, predecessor, candidates, hops: message.hops, trail };
}

// Recursive: the initiator

function sendOut(
  state: PeerState,
  goal: Goal,
  key: number,
  startUs: number,
  timeouts: number,
  avoid: readonly Address[],
  turn: Turn,
): PeerState {
  // The first attempt mostly needs nothing but the routes; what else there is to know is below.
  if (avoid.length === 0 && !mayOwn(state.routes, key)) {
    const first = closestOnRoutes(state.routes, key);
    if (first !== NOBODY) {
      forwardOwn(state, goal, key, first, turn);
      return remember(state, goal, key, startUs, timeouts, [first]);
    }
  }
  const step = nextStep(state, key, turn.config, avoid);
  if (step.peer === null) {
    fail({ goal, key, startUs, trail: null, hops: 0, timeouts, deadAnswers: 0, dead: avoid }, turn);
    return state;
  }
  if (step.final) {
    settle(
      state,
      { goal, key, startUs, trail: null, hops: 0, timeouts, deadAnswers: 0, dead: avoid },
      state.me,
      step.peer,
      state.successors,
      turn,
    );
    return state;
  }
  forwardOwn(state, goal, key, step.peer.address, turn);
  return remember(state, goal, key, startUs, timeouts, [...avoid, step.peer.address]);
}

function forwardOwn(state: PeerState, goal: Goal, key: number, to: Address, turn: Turn): void {
  const kind = goal.kind === 'finger' || goal.kind === 'copies' ? 'findFinger' : 'findSuccessor';
  const lookup = state.nextLookup;
  tellAt(turn, to, { kind, key, initiator: state.me, lookup, hops: 1, predecessor: null, trail: null });
  wait(turn, { kind: 'lookupTimeout', lookup }, turn.config.lookupTimeoutUs, lookup);
}

function remember(
  state: PeerState,
  goal: Goal,
  key: number,
  startUs: number,
  timeouts: number,
  avoid: readonly Address[],
): PeerState {
  const lookup = state.nextLookup;
  const entry: PendingLookup = { lookup, goal, key, startUs, timeouts, avoid, next: state.pending };
  return withPending(state, entry, lookup + 1);
}

export function onSuccessorFound(state: PeerState, message: SuccessorFound, turn: Turn): PeerState {
  const asked = pendingOf(state, message.lookup);
  if (asked === null) return state;
  const { goal, key, startUs, timeouts, avoid } = asked;
  want(turn, cancelTimer<ChordTypes>('lookupTimeout', message.lookup));
  const { owner, predecessor, candidates, hops, trail } = message;
  finish(
    state,
    { goal, key, startUs, owner, predecessor, candidates, hops, timeouts, deadAnswers: 0, trail },
    avoid,
    turn,
  );
  return withPending(state, without(state.pending, asked), state.nextLookup);
}

function pendingOf(state: PeerState, lookup: number): PendingLookup | null {
  let { pending } = state;
  while (pending !== null && pending.lookup !== lookup) pending = pending.next;
  return pending;
}

function without(pending: PendingLookup | null, gone: PendingLookup): PendingLookup | null {
  if (pending === null || pending === gone) return gone.next;
  return { ...pending, next: without(pending.next, gone) };
}

export function onLookupTimeout(state: PeerState, lookup: number, turn: Turn): PeerState {
  const asked = pendingOf(state, lookup);
  if (asked === null) return state;
  const { goal, key, startUs, timeouts, avoid } = asked;
  const rest = withPending(state, without(state.pending, asked), state.nextLookup);
  if (timeouts < turn.config.lookupRetries && isMember(state)) {
    return sendOut(rest, goal, key, startUs, timeouts + 1, avoid, turn);
  }
  fail({ goal, key, startUs, trail: null, hops: 0, timeouts: timeouts + 1, deadAnswers: 0, dead: avoid }, turn);
  return rest;
}

/** The trail as a path: from the first peer asked to the key's predecessor. */
export function pathOf(trail: Trail | null): readonly Peer[] {
  if (trail === null) return NO_PEERS;
  const path: Peer[] = [];
  for (let at: Trail | null = trail; at !== null; at = at.before) path.push(at.peer);
  return path.reverse();
}
