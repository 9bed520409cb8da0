/**
 * Chord (Stoica, Morris, Liben-Nowell, Karger, Kaashoek, Dabek, Balakrishnan: "Chord: A Scalable Peer-to-Peer Lookup
 * Protocol for Internet Applications", IEEE/ACM ToN 11(1), 2003), and its correction (Zave: "Reasoning about Identifier
 * Spaces: How to Make Chord Correct", TSE 43(12), 2017).
 *
 * Peers and keys share a circle of 2^m identifiers. A key belongs to its successor: the first peer at or after it. Each
 * peer knows its successors and, as fingers, the successors of id + 2^i; a lookup goes to the closest preceding peer
 * that is known, halves the distance with each hop, and so takes O(log N) hops. Successors alone make lookups right,
 * fingers make them fast: so maintenance keeps the successors right (stabilize, notify), and lets fingers follow
 * (fix_fingers).
 *
 * What is subtle. A join is visible only after the joiner's successor and predecessor have noticed it, so a lookup may
 * be right by the ring's pointers and wrong by the membership. What one peer reads of another may be old when it acts
 * on it: most published flaws of the original maintenance come from adopting a peer that has died meanwhile, or from
 * list entries that skip members.
 *
 * This file is the table of what a peer does on which input. The activities are in lookup.ts, stabilize.ts, join.ts,
 * eager.ts, storage.ts and repair.ts.
 */
import {
  type Address,
  type Context,
  type DatagramInput,
  type FailureReason,
  type Input,
  type Machine,
  MILLISECOND,
  type OperationInput,
  type RequestInput,
  type Step,
} from '../../sim/protocol.ts';
import * as eager from './eager.ts';
import { inspect } from './inspect.ts';
import * as membership from './join.ts';
import * as lookups from './lookup.ts';
import { again, startRoutinesAnywhere } from './member.ts';
import type { ChordTypes, Found, Message, Outcome, ProtocolStep, Tag, Timer } from './messages.ts';
import { storeOfIdealMember } from './placement.ts';
import * as repairs from './repair.ts';
import * as ring from './stabilize.ts';
import {
  type Boot,
  blankState,
  type Durable,
  idealFingers,
  idealSuccessors,
  isMember,
  type PeerState,
  withTables,
} from './state.ts';
import * as files from './storage.ts';
import { answer, isMaintained, stepOf, type Turn, turnOf, wait } from './turn.ts';

export const peer: Machine<ChordTypes> = { start, handle, hot: ({ routes }) => routes };

function start(boot: Boot, durable: Durable | null, ctx: Context<ChordTypes>): Step<ChordTypes> {
  const turn = turnOf(ctx);
  const blank = blankState(boot, durable?.shared ?? boot.directory);
  if (boot.members === null) {
    wait(turn, { kind: 'join', attempt: 0 }, boot.joinAfterUs);
    return stepOf(blank, turn);
  }
  const state = idealMember(blank, boot, boot.members, ctx);
  startRoutinesAnywhere(state, turn);
  return stepOf(afterwards(blank, state, turn), turn);
}

/** A member of an ideal ring: all pointers as the membership says. */
function idealMember(
  blank: PeerState,
  boot: Boot,
  members: readonly PeerState['me'][],
  ctx: Context<ChordTypes>,
): PeerState {
  const { successors: listed, idBits, ringSize, replicas } = ctx.config;
  const count = members.length;
  const member: PeerState = {
    ...blank,
    phase: 'member',
    predecessor: count > 1 ? members[(boot.index + count - 1) % count] : null,
    store: storeOfIdealMember(members, boot.index, boot.placed, replicas),
  };
  const successors = idealSuccessors(members, boot.index, listed);
  return withTables(member, successors, idealFingers(members, boot.me.id, idBits, ringSize), ctx.config);
}

function handle(state: PeerState, input: Input<ChordTypes>, ctx: Context<ChordTypes>): Step<ChordTypes> {
  if (input.kind === 'datagram') {
    const { message } = input;
    // Most of all events of a run: it needs no turn.
    if (message.kind === 'findSuccessor' || message.kind === 'findFinger') return lookups.forward(state, message, ctx);
  }
  const turn = turnOf(ctx);
  let next = react(state, input, turn);
  for (let i = 0; i < turn.found.length; i++) next = onFound(next, turn.found[i], turn);
  return stepOf(afterwards(state, next, turn), turn);
}

function react(state: PeerState, input: Input<ChordTypes>, turn: Turn): PeerState {
  switch (input.kind) {
    case 'datagram':
      return onDatagram(state, input, turn);
    case 'request':
      return onRequest(state, input, turn);
    case 'reply':
      return onAnswer(state, input.tag, input.from, input.message, true, turn);
    case 'failure':
      return onAnswer(state, input.tag, input.to, null, isCertain(input.reason), turn);
    case 'timer':
      return onTimer(state, input.timer, turn);
    case 'operation':
      return onOperation(state, input, turn);
    case 'leave':
      return membership.leave(state, turn);
  }
}

/** Whether nobody is there any more, as against "no answer in time" and "no way there". */
function isCertain(reason: FailureReason): boolean {
  return reason === 'refused' || reason === 'reset';
}

function onDatagram(state: PeerState, input: DatagramInput<ChordTypes>, turn: Turn): PeerState {
  const { message } = input;
  if (message.kind === 'successorFound' || message.kind === 'fingerFound') {
    return lookups.onSuccessorFound(state, message, turn);
  }
  if (!isMember(state)) return state;
  switch (message.kind) {
    case 'notify':
      return ring.onNotify(state, message.peer, turn);
    case 'newPredecessor':
      return ring.onNewPredecessor(state, message.peer, turn);
    case 'leaving':
      return membership.onLeaving(state, message, turn);
    case 'keysTaken':
      return files.onKeysTaken(state, message, turn);
    default:
      return state;
  }
}

function onRequest(state: PeerState, input: RequestInput<ChordTypes>, turn: Turn): PeerState {
  const { id, message } = input;
  if (!isMember(state)) {
    answer(turn, id, NOT_MEMBER);
    return state;
  }
  switch (message.kind) {
    case 'nextHop':
    case 'nextFingerHop':
      return lookups.onNextHop(state, input, message, turn);
    case 'getNeighbours':
      return ring.onGetNeighbours(state, id, turn);
    case 'getFingers':
      return ring.onGetFingers(state, id, turn);
    case 'ping':
      answer(turn, id, PONG);
      return state;
    case 'insert':
      return eager.onInsert(state, input, message, turn);
    case 'setSuccessor':
    case 'setPredecessor':
      answer(turn, id, ACKNOWLEDGED);
      return eager.onBeMySuccessor(state, message, turn);
    case 'ringUpdate':
      answer(turn, id, ACKNOWLEDGED);
      return eager.onRingUpdate(state, message, turn);
    case 'leaving':
      answer(turn, id, ACKNOWLEDGED);
      return membership.onLeaving(state, message, turn);
    case 'takeKeys':
      return files.onTakeKeys(state, input, message, turn);
    case 'store':
      return files.onStore(state, input, message, turn);
    case 'fetch':
      return files.onFetch(state, input, message, turn);
    case 'compare':
      return repairs.onCompare(state, input, message, turn);
    default:
      return state;
  }
}

const NOT_MEMBER = { kind: 'notMember' } as const;
const PONG = { kind: 'pong' } as const;
const ACKNOWLEDGED = { kind: 'acknowledged' } as const;

/**
 * A request of this peer's own has ended. An answer that is not what was asked for (`notMember`, mostly) counts as
 * none: who is not on the ring is as good as dead.
 * @param message null: no answer. @param surely whether that leaves no doubt: a mere time-out may be slowness.
 */
function onAnswer(
  state: PeerState,
  tag: Tag,
  from: Address,
  message: Message | null,
  surely: boolean,
  turn: Turn,
): PeerState {
  const isAlive = message !== null && message.kind === 'pong';
  const neighbours = message !== null && message.kind === 'neighbours' ? message : null;
  switch (tag.kind) {
    case 'search':
      return message !== null && (message.kind === 'nextHopIs' || message.kind === 'nextFingerHopIs')
        ? lookups.onNextHopIs(state, message, tag, turn)
        : lookups.onNextHopFailed(state, tag, turn);
    case 'verify':
      return isAlive ? lookups.onVerified(state, tag.found, turn) : lookups.onAnswerDead(state, tag, turn);
    case 'stabilize':
      return neighbours === null
        ? ring.onStabilizeFailed(state, tag, surely, turn)
        : ring.onStabilizeAnswer(state, tag, neighbours, turn);
    case 'adopt':
      return ring.onCandidateAnswer(state, tag, neighbours, turn);
    case 'probe':
      return isAlive ? state : ring.onProbeFailed(state, tag.head, turn);
    case 'entry':
      return neighbours === null
        ? ring.onEntryFailed(state, tag.of, turn)
        : ring.onEntryAnswer(state, tag.of, neighbours, turn);
    case 'reconcile':
      return ring.onReconcileAnswer(state, tag, neighbours, turn);
    case 'update':
      return isAlive ? state : ring.onUpdateDead(state, tag.head, turn);
    case 'checkPredecessor':
      return isAlive ? state : ring.onPredecessorDead(state, tag.predecessor, null, turn);
    case 'rectify':
      return isAlive ? state : ring.onPredecessorDead(state, tag.predecessor, tag.newcomer, turn);
    case 'joinAt':
      return membership.onJoinAnswer(state, tag, neighbours, turn);
    case 'insert':
      return eager.onInsertAnswer(state, tag, message, turn);
    case 'tell':
      return message === null ? eager.onTellFailed(state, from, turn) : state;
    case 'pingSuccessor':
      return isAlive ? state : eager.onSuccessorDead(state, tag.successor, turn);
    case 'seekSuccessor':
      return eager.onSeekAnswer(state, tag, isAlive, turn);
    case 'copyFingers':
      return message !== null && message.kind === 'fingers' ? ring.onFingers(state, message, turn) : state;
    case 'takeKeys':
      return message !== null && message.kind === 'keys' ? files.onKeys(state, tag.from, message, turn) : state;
    case 'store':
    case 'storeCopies':
      return files.onStoreAnswer(state, tag, message, turn);
    case 'chain':
      return files.onChainAnswer(state, tag.request, message, turn);
    case 'fetch':
      return files.onFetchAnswer(state, tag, message, turn);
    case 'compare':
      return message !== null && message.kind === 'missing' ? repairs.onMissing(state, tag, message, turn) : state;
    case 'restore':
      return message !== null && message.kind === 'stored' ? repairs.onRestored(state, tag.drop, turn) : state;
    case 'handOver':
      return message !== null && message.kind === 'stored'
        ? membership.goodbye(state, turn)
        : membership.onHandOverFailed(state, tag.next, turn);
    case 'farewell':
      return membership.farewell(state, tag.next, turn);
  }
}

/** Routines set their timer again first, so that a round that goes wrong is followed by another. */
function onTimer(state: PeerState, timer: Timer, turn: Turn): PeerState {
  const { config } = turn;
  switch (timer.kind) {
    case 'join':
      return membership.join(state, timer.attempt, turn);
    case 'lookupTimeout':
      return lookups.onLookupTimeout(state, timer.lookup, turn);
    case 'transferred':
      return files.onTransferred(state, timer.request, timer.message, turn);
    case 'publish':
      return files.publish(state, timer.index, turn);
  }
  if (!isMaintained(turn) || !isMember(state)) return state;
  switch (timer.kind) {
    case 'stabilize':
      return stabilizationRound(state, timer, turn);
    case 'fixFingers': {
      const { state: next, nextIndex } = ring.fixFinger(state, timer.index, turn);
      again({ kind: 'fixFingers', index: nextIndex }, config.fixFingers, turn);
      return next;
    }
    case 'checkPredecessor':
      again(timer, config.checkPredecessor, turn);
      return ring.checkPredecessor(state, turn);
    case 'pingSuccessor':
      again(timer, config.ping, turn);
      return eager.pingSuccessor(state, turn);
    case 'repair':
      if (state.store.length === 0) return state;
      again(timer, config.repair, turn);
      return repairs.repair(state, turn);
  }
}

/** The successor, and with refresh: one exactly one other entry. */
function stabilizationRound(state: PeerState, timer: Timer & { kind: 'stabilize' }, turn: Turn): PeerState {
  const { refreshesWholeList, stabilize } = turn.config;
  if (refreshesWholeList) {
    again(timer, stabilize, turn);
    return ring.stabilize(state, turn);
  }
  const { state: next, nextCursor } = ring.refreshOther(state, timer.cursor, turn);
  again({ kind: 'stabilize', cursor: nextCursor }, stabilize, turn);
  return ring.stabilize(next, turn);
}

function onOperation(state: PeerState, input: OperationInput<ChordTypes>, turn: Turn): PeerState {
  const { id, operation } = input;
  switch (operation.kind) {
    case 'lookup':
      return lookups.lookUp(state, { kind: 'lookup', operation: id }, operation.key, turn);
    case 'upload':
      return files.upload(state, id, operation.file, turn);
    case 'download':
      return lookups.lookUp(state, { kind: 'download', operation: id, name: operation.name }, operation.key, turn);
    case 'fingerTable':
    case 'info':
    case 'files':
      files.finishOperation(turn, id, inspect(state, operation.kind, turn.config.ringSize));
      return state;
    default:
      return onStep(state, operation, turn);
  }
}

/**
 * One protocol step, asked for by a script. Steps of the original protocol that the corrected one does not have stand
 * for what took their place, so that one script runs on both.
 */
function onStep(state: PeerState, step: ProtocolStep, turn: Turn): PeerState {
  const { adoptsUnchecked, rectifies } = turn.config.traits;
  switch (step.kind) {
    case 'stabilize':
      return ring.stabilize(state, turn, false);
    case 'notify':
      return ring.notifyHead(state, turn);
    case 'reconcile':
      return adoptsUnchecked ? ring.reconcile(state, turn) : ring.stabilize(state, turn, false);
    case 'update':
      return adoptsUnchecked ? ring.update(state, turn) : ring.stabilize(state, turn, false);
    case 'flush':
      return rectifies ? state : ring.checkPredecessor(state, turn);
    case 'rectify':
      return ring.onNotify(state, step.peer, turn);
    case 'fixFinger':
      return ring.fixFinger(state, step.index, turn).state;
    case 'repair':
      return repairs.repair(state, turn);
  }
}

/** A lookup has ended: what it was for goes on. */
function onFound(state: PeerState, found: Found, turn: Turn): PeerState {
  const { goal } = found;
  switch (goal.kind) {
    case 'lookup': {
      const route = files.routeOf(found, turn);
      const outcome: Outcome =
        found.owner === null ? { kind: 'notFound', route } : { kind: 'found', owner: found.owner, route };
      files.finishOperation(turn, goal.operation, outcome);
      return state;
    }
    case 'finger':
      return ring.onFingerFound(state, goal.index, found.owner, turn);
    case 'join':
      return membership.onPlaceFound(state, found, goal, turn);
    case 'upload':
    case 'publish':
      return files.storeAt(state, found, goal.file, turn);
    case 'download':
      return files.fetchFrom(state, found, goal.name, turn);
    case 'copies':
      return repairs.onCopiesFound(state, found, turn);
  }
}

/** Neighbours change several at a time: repair waits so long for the last of them. */
const SETTLING_US = 500 * MILLISECOND;

/**
 * What follows from a step whatever it was: keys are looked after while there are any, and soon after a neighbour
 * changed.
 */
function afterwards(before: PeerState, after: PeerState, turn: Turn): PeerState {
  const { successors } = after;
  // Mostly the same list: then nobody has to look into it.
  if (successors !== before.successors && successors.length === 0 && before.successors.length > 0)
    return membership.rejoin(after, turn);
  const { repair } = turn.config;
  if (after.store.length === 0 || repair === null || after.phase !== 'member' || !isMaintained(turn)) return after;
  if (before.store.length === 0) again({ kind: 'repair' }, repair, turn);
  else if (before.successors !== successors || before.predecessor !== after.predecessor) {
    wait(turn, { kind: 'repair' }, SETTLING_US);
  }
  return after;
}
