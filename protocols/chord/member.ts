/** What every kind of join ends in, and the timers of a member. */
import type { Distribution } from '../../sim/protocol.ts';
import type { Timer } from './messages.ts';
import type { PeerState } from './state.ts';
import { publishAll, takeKeys } from './storage.ts';
import { isMaintained, log, type Turn, wait } from './turn.ts';
import type { Goal } from './values.ts';

export type JoinGoal = Extract<Goal, { kind: 'join' }>;

export function joinLater(state: PeerState, goal: JoinGoal, turn: Turn): PeerState {
  const attempt = goal.attempt + 1;
  log(turn, { kind: 'joinFailed', attempt });
  wait(turn, { kind: 'join', bootstraps: goal.bootstraps, attempt }, turn.config.joinRetryUs);
  return state;
}

/** On the ring from now on: maintenance begins, the keys come over, and what the peer shares is published. */
export function becomeMember(state: PeerState, turn: Turn): PeerState {
  const member: PeerState = { ...state, phase: 'member' };
  log(turn, { kind: 'joined', successor: state.successors[0] });
  startRoutines(turn, true);
  return publishAll(takeKeys(member, turn), turn);
}

/** @param atOnce a newcomer makes itself known at once; in an ideal ring everybody starts at a random phase. */
export function startRoutines(turn: Turn, atOnce: boolean): void {
  if (!isMaintained(turn)) return;
  const { stabilize: round, fixFingers, checkPredecessor, ping } = turn.config;
  startRoutine({ kind: 'stabilize', cursor: 0 }, round, atOnce, turn);
  startRoutine({ kind: 'fixFingers', index: 0 }, fixFingers, false, turn);
  startRoutine({ kind: 'checkPredecessor' }, checkPredecessor, false, turn);
  startRoutine({ kind: 'pingSuccessor' }, ping, false, turn);
}

function startRoutine(timer: Timer, period: Distribution | null, atOnce: boolean, turn: Turn): void {
  if (period === null) return;
  const { random } = turn.ctx;
  wait(turn, timer, atOnce ? 0 : Math.floor(random.double() * random.sampleUs(period)));
}

/** Sets a routine's timer for its next round. */
export function again(timer: Timer, period: Distribution | null, turn: Turn): void {
  if (period !== null) wait(turn, timer, turn.ctx.random.sampleUs(period));
}
