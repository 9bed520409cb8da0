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
  effects: readonly Effect<ChordTypes>[];
  /** Lookups that ended: what they were for goes on before the call returns. */
  found: readonly Found[];
}

export function turnOf(ctx: Context<ChordTypes>): Turn {
  return { ctx, config: ctx.config, effects: NO_EFFECTS, found: NONE_FOUND };
}

const NONE_FOUND: readonly never[] = [];

export function stepOf(state: PeerState, turn: Turn): Step<ChordTypes> {
  return { state, effects: turn.effects };
}

/** Wants this effect too. Nearly all turns have one or two, and an array that is pushed to makes room for seventeen. */
export function want(turn: Turn, effect: Effect<ChordTypes>): void {
  const { effects } = turn;
  if (effects.length === 0) turn.effects = [effect];
  else if (effects.length === 1) turn.effects = [effects[0], effect];
  else turn.effects = [...effects, effect];
}

/** A lookup has ended. */
export function end(turn: Turn, found: Found): void {
  turn.found = turn.found.length === 0 ? [found] : [...turn.found, found];
}

/** A request with the time-out of an RPC, or another one. */
export function ask(turn: Turn, peer: Peer, message: Message, tag: Tag, timeoutUs = turn.config.rpcTimeoutUs): void {
  want(turn, request<ChordTypes>(peer.address, message, tag, timeoutUs));
}

export function tell(turn: Turn, peer: Peer, message: Message): void {
  tellAt(turn, peer.address, message);
}

export function tellAt(turn: Turn, address: Address, message: Message): void {
  want(turn, send<ChordTypes>(address, message));
}

export function answer(turn: Turn, id: number, message: Message): void {
  want(turn, reply<ChordTypes>(id, message));
}

export function wait(turn: Turn, timer: Timer, delayUs: number, id = 0): void {
  want(turn, setTimer<ChordTypes>(timer, delayUs, id));
}

export function log(turn: Turn, value: Note): void {
  want(turn, note<ChordTypes>(value));
}

/** Whether the periodic routines run at this time. */
export function isMaintained(turn: Turn): boolean {
  return turn.ctx.nowUs < turn.config.maintenanceUntilUs;
}

export const NO_ADDRESSES: readonly Address[] = [];
