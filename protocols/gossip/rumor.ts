/**
 * Rumor mongering, or complex epidemics (Demers et al. 1987, section 1.4). A peer that learns an update becomes
 * infective: the update is a hot rumor. Once a cycle it calls a random partner and they share hot rumors (push, pull
 * or both). In time it loses interest in the rumor and keeps it without spreading it (it is removed).
 *
 * How interest is lost:
 * - feedback: over contacts that knew the rumor already. With a counter after k of them in a row, with a coin with
 *   probability 1/k each.
 * - blind: cycle by cycle, with the same counter or coin, whomever one met.
 *
 * What the paper's tables need and its text leaves open:
 * - a contact that needed the rumor resets the counter;
 * - a cycle's contacts count once: it resets if any needed the rumor, and counts up if there were some and none did
 *   (footnote of table 3);
 * - what counts is who knew the rumor when the cycle began, so of two who tell a peer in one cycle both were useful;
 * - who is infected in a cycle begins to spread the rumor in the next.
 */
import { type Address, type Context, send } from '../../sim/protocol.ts';
import { find } from './by-origin.ts';
import { carry, carryOwn } from './carry.ts';
import type { RumorConfig } from './config.ts';
import { reckon, settle } from './hot.ts';
import type { Feedback, GossipMessage } from './messages.ts';
import type { Carried } from './metadata.ts';
import { otherPeers } from './partners.ts';
import { receive, wasUnknown } from './receive.ts';
import { isSame } from './stamps.ts';
import type { HotRumor, PeerState } from './state.ts';
import type { GossipEffect, GossipTypes } from './types.ts';

type Rumors = Extract<GossipMessage, { kind: 'rumors' }>;

/** The tick of a cycle: draws the last cycle's consequences, then calls a partner. */
export function spreadRumors(
  state: PeerState,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
  to: readonly Address[] | null = null,
): PeerState {
  const { rumor, fanout } = ctx.config;
  const next = withHot(state, settle(state.hot, ctx, wishes));
  if (rumor.direction === 'push' && next.hot.length === 0) return next;
  const message = opening(next, rumor, ctx);
  for (const peer of to ?? otherPeers(ctx, fanout)) wishes.push(send(peer, message));
  return next;
}

function opening(state: PeerState, { direction }: RumorConfig, ctx: Context<GossipTypes>): GossipMessage {
  if (direction === 'pull' || state.hot.length === 0) return { kind: 'pull' };
  return { kind: 'rumors', carried: carryHot(state.hot, state, ctx), pull: direction === 'push-pull' };
}

/** Rumors have arrived: learns them, says which were needed, and if asked to shares its own. */
export function receiveRumors(
  state: PeerState,
  from: Address,
  rumors: Rumors,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): PeerState {
  let next = state;
  if (ctx.config.rumor.response === 'feedback') {
    const replies: Feedback[] = rumors.carried.map(({ metadata }) => ({
      origin: metadata.origin,
      incarnation: metadata.incarnation,
      version: metadata.version,
      needed: wasUnknown(state, metadata, ctx),
    }));
    wishes.push(send(from, { kind: 'feedback', replies }));
  }
  for (const carried of rumors.carried) next = receive(next, carried, ctx, wishes);
  return rumors.pull ? share(next, from, rumors.carried, ctx, wishes) : next;
}

/** Somebody asks what is new. */
export function answerPull(
  state: PeerState,
  from: Address,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): PeerState {
  return share(state, from, [], ctx, wishes);
}

/**
 * Hands out the rumors that were hot when the present instant began. One that the caller has just shown to know is
 * not sent back; it counts as a contact that did not need it.
 */
function share(
  state: PeerState,
  to: Address,
  shown: readonly Carried[],
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): PeerState {
  const spread = state.hot.filter(({ origin }) => knownSinceUs(state, origin, ctx) < ctx.nowUs);
  if (spread.length === 0) return state;
  const known = spread.filter((rumor) =>
    shown.some(({ metadata }) => metadata.origin === rumor.origin && isSame(metadata, rumor)),
  );
  const carried = carryHot(
    spread.filter((rumor) => !known.includes(rumor)),
    state,
    ctx,
  );
  if (carried.length > 0) wishes.push(send(to, { kind: 'rumors', carried, pull: false }));
  return withHot(
    state,
    known.reduce((hot, { origin }) => reckon(hot, origin, false), state.hot),
  );
}

/** Feedback to rumors that this peer sent. */
export function receiveFeedback(state: PeerState, replies: readonly Feedback[]): PeerState {
  const hot = replies.reduce((table, reply) => {
    const rumor = find(table, reply.origin);
    return rumor !== undefined && isSame(rumor, reply) ? reckon(table, rumor.origin, reply.needed) : table;
  }, state.hot);
  return withHot(state, hot);
}

function carryHot(hot: readonly HotRumor[], state: PeerState, ctx: Context<GossipTypes>): readonly Carried[] {
  const carried: Carried[] = [];
  for (const { origin } of hot) {
    if (origin === ctx.self) carried.push(carryOwn(state, ctx));
    else {
      const entry = find(state.store, origin);
      if (entry !== undefined) carried.push(carry(entry, ctx));
    }
  }
  return carried;
}

function knownSinceUs(state: PeerState, origin: Address, ctx: Context<GossipTypes>): number {
  return origin === ctx.self ? state.ownMadeAtUs : (find(state.store, origin)?.adoptedAtUs ?? ctx.nowUs);
}

function withHot(state: PeerState, hot: readonly HotRumor[]): PeerState {
  return hot === state.hot ? state : { ...state, hot };
}
