/**
 * Eager membership (variant described): joins, leaves and repairs fix neighbours and fingers at once.
 *
 * A newcomer asks its successor to be put before it, tells its predecessor, looks all its fingers up, and sends an
 * update round the ring, in which every peer mends its own fingers. A leaver connects its neighbours and sends an
 * update too. A peer pings its successor; when that does not answer, it takes the nearest live finger and sends an
 * update.
 *
 * That is right as long as one change happens at a time and no two neighbours fail together. With one successor, the
 * peers between a dead successor and the nearest live finger are lost to the ring, and no update ever reaches them.
 */
import type { Address, RequestInput } from '../../sim/protocol.ts';
import { between, fingerStart, wayTo } from './identifiers.ts';
import { lookUp } from './lookup.ts';
import { becomeMember, type JoinGoal, joinLater } from './member.ts';
import type { BeMySuccessor, ChordTypes, Farewell, Insert, Message, RingUpdate, Tag } from './messages.ts';
import { setSuccessors, takePredecessor } from './stabilize.ts';
import { firstFreeFinger, isKnown, type PeerState, samePeer, withPredecessor, withTables } from './state.ts';
import { answer, ask, log, type Turn } from './turn.ts';
import type { Peer } from './values.ts';

const PING = { kind: 'ping' } as const;

// Join

/** The newcomer's successor is known: asks it for the place before it. */
export function insertAt(state: PeerState, successor: Peer, goal: JoinGoal, turn: Turn): PeerState {
  ask(turn, successor, { kind: 'insert', peer: state.me }, { kind: 'insert', successor, goal });
  return state;
}

export function onInsert(state: PeerState, input: RequestInput<ChordTypes>, message: Insert, turn: Turn): PeerState {
  const { me, predecessor } = state;
  const before = predecessor ?? me;
  if (before.address !== message.peer.address && !between(before.id, message.peer.id, me.id)) {
    answer(turn, input.id, { kind: 'elsewhere', peer: before });
    return state;
  }
  answer(turn, input.id, { kind: 'inserted', predecessor: before });
  return takePredecessor(state, message.peer, turn);
}

/** @param message null: no answer. */
export function onInsertAnswer(
  state: PeerState,
  tag: Extract<Tag, { kind: 'insert' }>,
  message: Message | null,
  turn: Turn,
): PeerState {
  const { goal, successor } = tag;
  if (state.phase !== 'joining' || goal.kind !== 'join') return state;
  if (message?.kind === 'elsewhere') return insertAt(state, message.peer, goal, turn);
  if (message?.kind !== 'inserted') return joinLater(state, goal, turn);
  const { predecessor } = message;
  const placed = withPredecessor(setSuccessors(state, [successor], turn), predecessor);
  ask(turn, predecessor, { kind: 'setSuccessor', peer: state.me }, { kind: 'tell' });
  sendUpdate(placed, { joined: state.me, gone: null, heir: null }, turn);
  return lookAllFingersUp(becomeMember(placed, turn), turn);
}

function lookAllFingersUp(state: PeerState, turn: Turn): PeerState {
  const { idBits, ringSize } = turn.config;
  let next = state;
  for (let index = firstFreeFinger(state.me.id, state.successors[0], ringSize); index < idBits; index++) {
    next = lookUp(next, { kind: 'finger', index }, fingerStart(state.me.id, index, ringSize), turn);
  }
  return next;
}

/** A neighbour says that it is one; this variant believes it. */
export function onBeMySuccessor(state: PeerState, message: BeMySuccessor, turn: Turn): PeerState {
  return message.kind === 'setSuccessor'
    ? setSuccessors(state, [message.peer], turn)
    : takePredecessor(state, message.peer, turn);
}

// Leave

/** What a leaver says before it goes: it connects its neighbours, and an update tells the ring who stands in. */
export function eagerFarewells(state: PeerState): readonly Farewell[] {
  const { me, predecessor } = state;
  const heir = state.successors[0];
  if (heir === undefined || predecessor === null || heir.address === me.address) return [];
  return [
    { to: predecessor, message: { kind: 'setSuccessor', peer: heir } },
    { to: heir, message: { kind: 'setPredecessor', peer: predecessor } },
    { to: heir, message: { kind: 'ringUpdate', origin: heir, joined: null, gone: me, heir } },
  ];
}

// The update that travels round the ring

type Change = Pick<RingUpdate, 'joined' | 'gone' | 'heir'>;

function sendUpdate(state: PeerState, change: Change, turn: Turn): void {
  passOn(state, { kind: 'ringUpdate', origin: state.me, ...change }, turn);
}

/** To the successor, unless the update has been round. */
function passOn(state: PeerState, message: RingUpdate, turn: Turn): void {
  const next = state.successors[0];
  if (next === undefined || next.address === state.me.address) return;
  const isFirst = state.me.address === message.origin.address;
  if (!isFirst && !between(state.me.id, next.id, message.origin.id)) return;
  ask(turn, next, message, { kind: 'tell' });
}

export function onRingUpdate(state: PeerState, message: RingUpdate, turn: Turn): PeerState {
  const mended = withMendedFingers(state, message, turn);
  passOn(mended, message, turn);
  return mended;
}

/** The update, or what was told to a neighbour, did not arrive: nobody beyond ever hears of it. */
export function onTellFailed(state: PeerState, at: Address, turn: Turn): PeerState {
  log(turn, { kind: 'updateLost', at });
  return state;
}

function withMendedFingers(state: PeerState, message: RingUpdate, turn: Turn): PeerState {
  const { ringSize } = turn.config;
  const { gone, heir, joined } = message;
  let changed = false;
  const fingers = state.fingers.map((finger, i) => {
    let mended = gone !== null && samePeer(finger, gone) ? heir : finger;
    const start = fingerStart(state.me.id, i, ringSize);
    if (joined !== null && joined.address !== state.me.address) {
      const nearer = mended === null || wayTo(start - 1, joined.id, ringSize) < wayTo(start - 1, mended.id, ringSize);
      if (nearer) mended = joined;
    }
    if (mended !== finger) changed = true;
    return mended;
  });
  return changed ? withTables(state, state.successors, fingers, turn.config) : state;
}

// Failure of the successor

export function pingSuccessor(state: PeerState, turn: Turn): PeerState {
  const successor = state.successors[0];
  if (successor !== undefined && isKnown(successor) && successor.address !== state.me.address) {
    ask(turn, successor, PING, { kind: 'pingSuccessor', successor });
  }
  return state;
}

/** The successor is dead: pings the other fingers, nearest first, for one that is alive. */
export function onSuccessorDead(state: PeerState, gone: Peer, turn: Turn): PeerState {
  if (!samePeer(state.successors[0] ?? null, gone)) return state;
  log(turn, { kind: 'successorDead', peer: gone });
  return seek(state, gone, otherFingers(state, gone), turn);
}

function otherFingers(state: PeerState, gone: Peer): readonly Peer[] {
  const others: Peer[] = [];
  for (const finger of state.fingers) {
    if (finger === null || samePeer(finger, gone) || others.some((one) => samePeer(one, finger))) continue;
    others.push(finger);
  }
  return others;
}

function seek(state: PeerState, gone: Peer, candidates: readonly Peer[], turn: Turn): PeerState {
  const [tried, ...next] = candidates;
  if (tried === undefined) {
    log(turn, { kind: 'isolated' });
    return state;
  }
  if (tried.address === state.me.address) return becomeAlone(state, gone, turn);
  ask(turn, tried, PING, { kind: 'seekSuccessor', gone, tried, next });
  return state;
}

/** The nearest finger that lives is the peer itself: so far as it knows, nobody else does. */
function becomeAlone(state: PeerState, gone: Peer, turn: Turn): PeerState {
  const alone = setSuccessors(state, [state.me], turn);
  return samePeer(alone.predecessor, gone) ? withPredecessor(alone, null) : alone;
}

/** @param alive whether the finger that was tried answered. */
export function onSeekAnswer(
  state: PeerState,
  tag: Extract<Tag, { kind: 'seekSuccessor' }>,
  alive: boolean,
  turn: Turn,
): PeerState {
  const { gone, tried, next } = tag;
  if (!samePeer(state.successors[0] ?? null, gone)) return state;
  if (!alive) return seek(state, gone, next, turn);
  const update: RingUpdate = { kind: 'ringUpdate', origin: state.me, joined: null, gone, heir: tried };
  const taken = withMendedFingers(setSuccessors(state, [tried], turn), update, turn);
  ask(turn, tried, { kind: 'setPredecessor', peer: state.me }, { kind: 'tell' });
  passOn(taken, update, turn);
  return taken;
}
