/**
 * What one handler call gathers: the effects that it wants, and the lookups that ended in it. It is made for the call
 * and never outlives it. Activities (lookups, maintenance, files) take a state and a turn and return the next state.
 */
import {
  type Address,
  type Context,
  type Effect,
  NO_EFFECTS,
  note,
  reply,
  request,
  type Step,
  send,
  setTimer,
} from '../../sim/protocol.ts';
import type { ChordConfig } from './config.ts';
import type { ChordTypes, Found, Message, Note, Tag, Timer } from './messages.ts';
import type { PeerState } from './state.ts';
import type { Peer } from './values.ts';

export interface Turn {
  readonly ctx: Context<ChordTypes>;
  readonly config: ChordConfig;
  readonly effects: Effect<ChordTypes>[];
  /** Lookups that ended: what they were for goes on before the call returns. */
  readonly found: Found[];
}

export function turnOf(ctx: Context<ChordTypes>): Turn {
  return { ctx, config: ctx.config, effects: [], found: [] };
}

export function stepOf(state: PeerState, turn: Turn): Step<ChordTypes> {
  return { state, effects: turn.effects.length === 0 ? NO_EFFECTS : turn.effects };
}

/** A request with the time-out of an RPC, or another one. */
export function ask(turn: Turn, peer: Peer, message: Message, tag: Tag, timeoutUs = turn.config.rpcTimeoutUs): void {
  turn.effects.push(request<ChordTypes>(peer.address, message, tag, timeoutUs));
}

export function tell(turn: Turn, peer: Peer, message: Message): void {
  turn.effects.push(send<ChordTypes>(peer.address, message));
}

export function answer(turn: Turn, id: number, message: Message): void {
  turn.effects.push(reply<ChordTypes>(id, message));
}

export function wait(turn: Turn, timer: Timer, delayUs: number, id = 0): void {
  turn.effects.push(setTimer<ChordTypes>(timer, delayUs, id));
}

export function log(turn: Turn, value: Note): void {
  turn.effects.push(note<ChordTypes>(value));
}

/** Whether the periodic routines run at this time. */
export function isMaintained(turn: Turn): boolean {
  return turn.ctx.nowUs < turn.config.maintenanceUntilUs;
}

export const NO_ADDRESSES: readonly Address[] = [];
