/**
 * Ring maintenance: stabilize, notify (rectify), check_predecessor, fix_fingers.
 *
 * The original (ToN, figure 6; Zave, CCR 2012, section 2). Stabilize asks the successor for its predecessor x. If x lies
 * between, it becomes the successor, unchecked (trait adoptsUnchecked). Then the successor is notified, and takes the
 * peer for its predecessor if it has none or the peer lies between. A dead successor is replaced by the next in the list
 * (update), a dead predecessor flushed. As a single step, stabilize changes the head of the list and nothing else; in a
 * periodic round the list follows at once (refresh: list), or in its turn (refresh: one).
 *
 * The corrected one (Zave, TSE, section 4). Stabilize takes the head's list with the head's answer. If x lies between,
 * it is queried too, and only its answer makes it the successor, with its list. Then the head is notified, always.
 * Rectify asks the predecessor whether it is alive before a newcomer from further back replaces it. Each query with its
 * update is one atomic step: a peer that waits for an answer delays state queries (trait delaysQueries). Two peers that
 * wait for each other would do so for ever; so a time-out ends the step, the delayed queries are answered, and a ping,
 * which is never delayed, decides whether the head is dead.
 */
import { NOBODY, type RequestId } from '../../sim/protocol.ts';
import { between, distance, fingerStart } from './identifiers.ts';
import { dropEntry, dropHead, lookUp } from './lookup.ts';
import type { Fingers, Neighbours, Tag } from './messages.ts';
import {
  firstFreeFinger,
  isKnown,
  listBehind,
  type PeerState,
  samePeer,
  withFinger,
  withPredecessor,
  withSuccessors,
} from './state.ts';
import { answer, ask, log, type Turn, tell } from './turn.ts';
import type { Peer } from './values.ts';

const GET_NEIGHBOURS = { kind: 'getNeighbours' } as const;
const PING = { kind: 'ping' } as const;

// Stabilize

/** @param round part of a periodic round, which refreshes the list too; false for a single step. */
export function stabilize(state: PeerState, turn: Turn, round = true): PeerState {
  if (state.busy) return state;
  const head = state.successors[0];
  if (head === undefined || !state.successors.some(isKnown)) {
    log(turn, { kind: 'isolated' });
    return state;
  }
  if (!isKnown(head)) return afterDeadHead(state, turn, round);
  if (head.address === state.me.address) return stabilizeAlone(state, turn);
  ask(turn, head, GET_NEIGHBOURS, { kind: 'stabilize', head, round });
  return turn.config.traits.delaysQueries ? { ...state, busy: true } : state;
}

/** The peer is its own successor: its own predecessor, once somebody has notified it, closes the ring. */
function stabilizeAlone(state: PeerState, turn: Turn): PeerState {
  const { predecessor, me } = state;
  if (predecessor === null || predecessor.address === me.address) return state;
  return notifyHead(replaceHead(state, predecessor, turn), turn);
}

export function onStabilizeAnswer(
  state: PeerState,
  { head, round }: Tag & { kind: 'stabilize' },
  message: Neighbours,
  turn: Turn,
): PeerState {
  if (!samePeer(state.successors[0] ?? null, head)) return release(state, turn);
  return turn.config.traits.adoptsUnchecked
    ? originalUpdate(state, head, message, round, turn)
    : correctedUpdate(state, head, message, turn);
}

function originalUpdate(state: PeerState, head: Peer, message: Neighbours, round: boolean, turn: Turn): PeerState {
  const candidate = message.predecessor;
  const goesOn = round && turn.config.refreshesWholeList;
  if (candidate !== null && between(state.me.id, candidate.id, head.id)) {
    const adopted = round ? putBefore(state, candidate, turn) : replaceHead(state, candidate, turn);
    notifyHead(adopted, turn);
    return goesOn ? reconcile(adopted, turn, true) : adopted;
  }
  // Naming this peer already, the successor would do nothing on a notify.
  if (!samePeer(candidate, state.me)) tell(turn, head, { kind: 'notify', peer: state.me });
  return goesOn ? followHead(state, head, message.successors, turn) : state;
}

function correctedUpdate(state: PeerState, head: Peer, message: Neighbours, turn: Turn): PeerState {
  const updated = release(followHead(state, head, message.successors, turn), turn);
  const candidate = message.predecessor;
  if (candidate !== null && between(state.me.id, candidate.id, head.id) && isKnown(candidate)) {
    ask(turn, candidate, GET_NEIGHBOURS, { kind: 'adopt', head, candidate });
    return turn.config.traits.delaysQueries ? { ...updated, busy: true } : updated;
  }
  if (!samePeer(candidate, state.me)) tell(turn, head, { kind: 'notify', peer: state.me });
  return updated;
}

/** Second query of the corrected stabilize. @param message null: the candidate did not answer. */
export function onCandidateAnswer(
  state: PeerState,
  tag: Tag & { kind: 'adopt' },
  message: Neighbours | null,
  turn: Turn,
): PeerState {
  const { head, candidate } = tag;
  const isCurrent = samePeer(state.successors[0] ?? null, head);
  const updated = message !== null && isCurrent ? followHead(state, candidate, message.successors, turn) : state;
  return notifyHead(release(updated, turn), turn);
}

/**
 * A state query to the head came to nothing. @param surely false after a mere time-out: the head may be waiting itself.
 */
export function onStabilizeFailed(
  state: PeerState,
  { head, round }: Tag & { kind: 'stabilize' },
  surely: boolean,
  turn: Turn,
): PeerState {
  const released = release(state, turn);
  if (!samePeer(state.successors[0] ?? null, head)) return released;
  if (turn.config.traits.delaysQueries && !surely) {
    ask(turn, head, PING, { kind: 'probe', head });
    return released;
  }
  return afterDeadHead(released, turn, round);
}

export function onProbeFailed(state: PeerState, head: Peer, turn: Turn): PeerState {
  const isCurrent = !state.busy && samePeer(state.successors[0] ?? null, head);
  return isCurrent ? afterDeadHead(state, turn, true) : state;
}

/** Drops the head and stabilizes with the next one at once. */
function afterDeadHead(state: PeerState, turn: Turn, round: boolean): PeerState {
  return stabilize(dropHead(state, turn), turn, round);
}

/** The single step: the head alone changes, and reconcile, another step, has not taken place (Zave, CCR 2012, section 2). */
function replaceHead(state: PeerState, head: Peer, turn: Turn): PeerState {
  return setSuccessors(state, [head, ...state.successors.slice(1)], turn);
}

/** In a round the list is reconciled with the new head at once, so the old one stays behind it until that has answered. */
function putBefore(state: PeerState, head: Peer, turn: Turn): PeerState {
  return setSuccessors(state, listBehind(state.me, head, state.successors, turn.config.successors), turn);
}

function followHead(state: PeerState, head: Peer, list: readonly Peer[], turn: Turn): PeerState {
  return setSuccessors(state, listBehind(state.me, head, list, turn.config.successors), turn);
}

/** Takes a successor list, and says so if the successor is another one now. */
export function setSuccessors(state: PeerState, list: readonly Peer[], turn: Turn): PeerState {
  const next = withSuccessors(state, list, turn.config);
  const before = state.successors[0] ?? null;
  const now = list[0] ?? null;
  if (next !== state && !samePeer(before, now)) log(turn, { kind: 'newSuccessor', before, now });
  return next;
}

export function notifyHead(state: PeerState, turn: Turn): PeerState {
  const head = state.successors[0];
  if (head !== undefined && isKnown(head) && head.address !== state.me.address) {
    tell(turn, head, { kind: 'notify', peer: state.me });
  }
  return state;
}

/** The wait is over: state queries that came meanwhile see the state after the update. */
function release(state: PeerState, turn: Turn): PeerState {
  if (!state.busy && state.deferred.length === 0) return state;
  for (const id of state.deferred) answerNeighbours(state, id, turn);
  return { ...state, busy: false, deferred: [] };
}

export function onGetNeighbours(state: PeerState, id: RequestId, turn: Turn): PeerState {
  if (state.busy) return { ...state, deferred: [...state.deferred, id] };
  answerNeighbours(state, id, turn);
  return state;
}

function answerNeighbours(state: PeerState, id: RequestId, turn: Turn): void {
  answer(turn, id, { kind: 'neighbours', predecessor: state.predecessor, successors: state.successors });
}

// Notify, rectify, check_predecessor

export function onNotify(state: PeerState, newcomer: Peer, turn: Turn): PeerState {
  const { me, predecessor } = state;
  if (newcomer.address === me.address || samePeer(predecessor, newcomer)) return state;
  if (predecessor === null || between(predecessor.id, newcomer.id, me.id))
    return takePredecessor(state, newcomer, turn);
  if (turn.config.traits.rectifies) ask(turn, predecessor, PING, { kind: 'rectify', predecessor, newcomer });
  return state;
}

/** The predecessor is dead: the peer that notified takes its place, unless somebody else has done so meanwhile. */
export function onPredecessorDead(state: PeerState, dead: Peer, newcomer: Peer | null, turn: Turn): PeerState {
  if (!samePeer(state.predecessor, dead)) return newcomer === null ? state : onNotify(state, newcomer, turn);
  if (newcomer !== null) return takePredecessor(state, newcomer, turn);
  log(turn, { kind: 'newPredecessor', before: dead, now: null });
  return withPredecessor(state, null);
}

export function takePredecessor(state: PeerState, peer: Peer, turn: Turn): PeerState {
  const before = state.predecessor;
  if (samePeer(before, peer)) return state;
  log(turn, { kind: 'newPredecessor', before, now: peer });
  if (turn.config.tellsOldPredecessor && before !== null) tell(turn, before, { kind: 'newPredecessor', peer });
  return withPredecessor(state, peer);
}

/** The successor has another predecessor now; if it lies between, it is the successor (ToN, section V-A). */
export function onNewPredecessor(state: PeerState, peer: Peer, turn: Turn): PeerState {
  const head = state.successors[0];
  if (head === undefined || !between(state.me.id, peer.id, head.id)) return state;
  if (!turn.config.traits.adoptsUnchecked) return stabilize(state, turn);
  return notifyHead(putBefore(state, peer, turn), turn);
}

/** check_predecessor; Zave's flush. */
export function checkPredecessor(state: PeerState, turn: Turn): PeerState {
  const { predecessor } = state;
  if (predecessor === null || predecessor.address === state.me.address) return state;
  if (!isKnown(predecessor)) return onPredecessorDead(state, predecessor, null, turn);
  ask(turn, predecessor, PING, { kind: 'checkPredecessor', predecessor });
  return state;
}

// Single steps of the original protocol (Zave, CCR 2012, section 2)

/**
 * Takes over the successor's list behind it, without looking for a nearer successor.
 * @param round see `stabilize`: a successor that was adopted unchecked and does not answer here is dropped again.
 */
export function reconcile(state: PeerState, turn: Turn, round = false): PeerState {
  const head = state.successors[0];
  if (head === undefined || !isKnown(head) || head.address === state.me.address) return state;
  ask(turn, head, GET_NEIGHBOURS, { kind: 'reconcile', head, round });
  return state;
}

/** @param message null: no answer. */
export function onReconcileAnswer(
  state: PeerState,
  { head, round }: Tag & { kind: 'reconcile' },
  message: Neighbours | null,
  turn: Turn,
): PeerState {
  if (!samePeer(state.successors[0] ?? null, head)) return state;
  if (message !== null) return followHead(state, head, message.successors, turn);
  // Not stabilized again at once: the next head would only name the dead one again, until it has noticed it itself.
  return round ? dropHead(state, turn) : state;
}

/** Replaces a dead successor by the second one. */
export function update(state: PeerState, turn: Turn): PeerState {
  const head = state.successors[0];
  if (head === undefined || head.address === state.me.address) return state;
  if (!isKnown(head)) return dropHead(state, turn);
  ask(turn, head, PING, { kind: 'update', head });
  return state;
}

export function onUpdateDead(state: PeerState, head: Peer, turn: Turn): PeerState {
  return samePeer(state.successors[0] ?? null, head) ? dropHead(state, turn) : state;
}

// fix_fingers, and refresh: one

/**
 * Refreshes one finger and names the next one. Fingers that start before the successor are the successor, so the
 * routine skips them: a round that looked them up would learn nothing.
 */
export function fixFinger(state: PeerState, index: number, turn: Turn): { state: PeerState; nextIndex: number } {
  const { idBits, ringSize } = turn.config;
  const head = state.successors[0];
  if (head === undefined || !isKnown(head)) return { state, nextIndex: index };
  const free = firstFreeFinger(state.me.id, head, ringSize);
  if (free >= idBits) return { state, nextIndex: index };
  const at = index < free || index >= idBits ? free : index;
  const next = lookUp(state, { kind: 'finger', index: at }, fingerStart(state.me.id, at, ringSize), turn);
  return { state: next, nextIndex: at + 1 };
}

/** A newcomer's neighbour has much the same fingers: what it knows will do until the newcomer has looked its own up. */
export function copyFingers(state: PeerState, turn: Turn): PeerState {
  const head = state.successors[0];
  if (turn.config.copiesFingers && isKnown(head)) ask(turn, head, { kind: 'getFingers' }, { kind: 'copyFingers' });
  return state;
}

export function onGetFingers(state: PeerState, id: RequestId, turn: Turn): PeerState {
  answer(turn, id, { kind: 'fingers', fingers: state.fingers });
  return state;
}

/** Fills the fingers that are not known with the nearest peer at or after their start among those that are. */
export function onFingers(state: PeerState, message: Fingers, turn: Turn): PeerState {
  const { ringSize } = turn.config;
  const known = [...message.fingers, ...state.successors, state.me].filter((peer) => peer !== null).filter(isKnown);
  let next = state;
  for (let i = 0; i < state.fingers.length; i++) {
    if (next.fingers[i] !== null) continue;
    const start = fingerStart(state.me.id, i, ringSize);
    let nearest = known[0];
    for (const peer of known) {
      if (distance(start, peer.id, ringSize) < distance(start, nearest.id, ringSize)) nearest = peer;
    }
    next = withFinger(next, i, nearest, turn.config);
  }
  return next;
}

export function onFingerFound(state: PeerState, index: number, owner: Peer | null, turn: Turn): PeerState {
  if (owner === null || owner.address === NOBODY || index >= state.fingers.length) return state;
  return samePeer(state.fingers[index], owner) ? state : withFinger(state, index, owner, turn.config);
}

/**
 * Refreshes one other entry of (successor list ∪ fingers), in turn, and names the next one. List entry i is whom entry
 * i − 1 names as its successor; a finger is looked up.
 */
export function refreshOther(state: PeerState, cursor: number, turn: Turn): { state: PeerState; nextCursor: number } {
  const { successors: listed, idBits, ringSize } = turn.config;
  const head = state.successors[0];
  if (head === undefined || !isKnown(head)) return { state, nextCursor: cursor };
  const free = firstFreeFinger(state.me.id, head, ringSize);
  const entries = Math.min(listed, state.successors.length + 1) - 1;
  const fingers = Math.max(0, idBits - free);
  if (entries + fingers === 0) return { state, nextCursor: 0 };
  const at = cursor % (entries + fingers);
  if (at >= entries) {
    const fixed = fixFinger(state, free + at - entries, turn);
    return { state: fixed.state, nextCursor: at + 1 };
  }
  const of = state.successors[at];
  if (isKnown(of) && of.address !== state.me.address) ask(turn, of, GET_NEIGHBOURS, { kind: 'entry', of });
  return { state, nextCursor: at + 1 };
}

export function onEntryAnswer(state: PeerState, of: Peer, message: Neighbours, turn: Turn): PeerState {
  const at = state.successors.findIndex((peer) => samePeer(peer, of));
  const next = message.successors[0];
  if (at < 0 || next === undefined || at + 1 >= turn.config.successors) return state;
  // What an entry names may lie before it only if the ring went round: then the list ends.
  if (next.address !== state.me.address && !between(of.id, next.id, state.me.id)) return state;
  const list = [...state.successors.slice(0, at + 1), next];
  for (const peer of state.successors.slice(at + 1)) {
    if (list.length < turn.config.successors && between(next.id, peer.id, state.me.id)) list.push(peer);
  }
  return setSuccessors(state, list, turn);
}

export function onEntryFailed(state: PeerState, of: Peer, turn: Turn): PeerState {
  return dropEntry(state, of.address, turn);
}
