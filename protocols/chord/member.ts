/** What every kind of join ends in, and the timers of a member. */
import type { Distribution } from '../../sim/protocol.ts';
import type { Timer } from './messages.ts';
import { firstFreeFinger, type PeerState } from './state.ts';
import { publishAll, takeKeys } from './storage.ts';
import { isMaintained, log, type Turn, wait } from './turn.ts';
import type { Goal } from './values.ts';

export type JoinGoal = Extract<Goal, { kind: 'join' }>;

export function joinLater(state: PeerState, goal: JoinGoal, turn: Turn): PeerState {
  const attempt = goal.attempt + 1;
  log(turn, { kind: 'joinFailed', attempt });
  wait(turn, { kind: 'join', attempt }, turn.config.joinRetryUs);
  return state;
}

/** On the ring from now on: maintenance begins, the keys come over, and what the peer shares is published. */
export function becomeMember(state: PeerState, turn: Turn): PeerState {
  const member: PeerState = { ...state, phase: 'member' };
  log(turn, { kind: 'joined', successor: state.successors[0] });
  startRoutines(turn);
  return publishAll(takeKeys(member, turn), turn);
}

/** A newcomer makes itself known at once, and goes through its fingers from the first. */
function startRoutines(turn: Turn): void {
  if (!isMaintained(turn)) return;
  const { stabilize, fixFingers, checkPredecessor, ping } = turn.config;
  if (stabilize !== null) wait(turn, { kind: 'stabilize', cursor: 0 }, 0);
  startRoutine({ kind: 'fixFingers', index: 0 }, fixFingers, turn);
  startRoutine({ kind: 'checkPredecessor' }, checkPredecessor, turn);
  startRoutine({ kind: 'pingSuccessor' }, ping, turn);
}

/** In an ideal ring everybody is somewhere in the middle of a round: at a random phase, at a random finger. */
export function startRoutinesAnywhere(state: PeerState, turn: Turn): void {
  if (!isMaintained(turn)) return;
  const { stabilize, fixFingers, checkPredecessor, ping, idBits, ringSize } = turn.config;
  const free = firstFreeFinger(state.me.id, state.successors[0], ringSize);
  const index = free < idBits ? free + turn.ctx.random.int(idBits - free) : 0;
  startRoutine({ kind: 'stabilize', cursor: index }, stabilize, turn);
  startRoutine({ kind: 'fixFingers', index }, fixFingers, turn);
  startRoutine({ kind: 'checkPredecessor' }, checkPredecessor, turn);
  startRoutine({ kind: 'pingSuccessor' }, ping, turn);
}

function startRoutine(timer: Timer, period: Distribution | null, turn: Turn): void {
  if (period === null) return;
  const { random } = turn.ctx;
  wait(turn, timer, Math.floor(random.double() * random.sampleUs(period)));
}

/** Sets a routine's timer for its next round. */
export function again(timer: Timer, period: Distribution | null, turn: Turn): void {
  if (period === null) return;
  // Nothing is drawn for a constant, so nobody need find the stream.
  wait(turn, timer, period.kind === 'constant' ? period.us : turn.ctx.random.sampleUs(period));
}
