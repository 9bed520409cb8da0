/**
 * Anti-entropy with digests (Demers et al. 1987, section 1.3; the digest is that of van Renesse et al. 2008): once a
 * cycle a peer sends a random partner the stamps of all that it holds, and they resolve their differences.
 *
 * - push: the partner names what it lacks, and gets it.
 * - pull: the partner sends what the caller lacks.
 * - push-pull: both.
 *
 * What arrived at this very instant is neither announced nor handed on, so that in lock-step rounds an update travels
 * one hop a cycle.
 */
import { type Address, type Context, send } from '../../sim/protocol.ts';
import { find } from './by-origin.ts';
import { carry, carryOwn } from './carry.ts';
import type { GossipMessage } from './messages.ts';
import { type Carried, NOT_LOOKED, type Stamp } from './metadata.ts';
import { otherPeers } from './partners.ts';
import { receive } from './receive.ts';
import { isNewer, stampOf } from './stamps.ts';
import type { PeerState } from './state.ts';
import type { GossipEffect, GossipTypes } from './types.ts';

type Digest = Extract<GossipMessage, { kind: 'digest' }>;

/** The tick of a cycle: sends the digest. Who pushes and holds nothing stays silent. */
export function exchange(
  state: PeerState,
  mode: Digest['exchange'],
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
  to: readonly Address[] = otherPeers(ctx, ctx.config.fanout),
): void {
  const stamps: Stamp[] = state.store.map(({ metadata }) => stampOf(metadata));
  if (state.own.version !== NOT_LOOKED) stamps.push(stampOf(state.own));
  if (stamps.length === 0 && mode === 'push') return;
  for (const peer of to) wishes.push(send(peer, { kind: 'digest', exchange: mode, stamps }));
}

/** The partner's part. */
export function answerDigest(
  state: PeerState,
  from: Address,
  digest: Digest,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): void {
  if (digest.exchange !== 'push') {
    const carried = lackedBy(digest.stamps, state, ctx);
    if (carried.length > 0) wishes.push(send(from, { kind: 'entries', carried }));
  }
  if (digest.exchange !== 'pull') {
    const origins = digest.stamps.filter((stamp) => isLacked(state, stamp, ctx.self)).map(({ origin }) => origin);
    if (origins.length > 0) wishes.push(send(from, { kind: 'want', origins }));
  }
}

/** The caller's part, when the partner wants something of what the digest named. */
export function answerWant(
  state: PeerState,
  from: Address,
  origins: readonly Address[],
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): void {
  const carried = held(state, ctx).filter(({ metadata }) => origins.includes(metadata.origin));
  if (carried.length > 0) wishes.push(send(from, { kind: 'entries', carried }));
}

export function receiveEntries(
  state: PeerState,
  carried: readonly Carried[],
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): PeerState {
  return carried.reduce((next, one) => receive(next, one, ctx, wishes), state);
}

/** All that this peer held when the present instant began, its own metadata included. */
function held(state: PeerState, ctx: Context<GossipTypes>): readonly Carried[] {
  const carried: Carried[] = [];
  if (state.own.version !== NOT_LOOKED) carried.push(carryOwn(state, ctx));
  for (const entry of state.store) if (entry.adoptedAtUs < ctx.nowUs) carried.push(carry(entry, ctx));
  return carried;
}

function lackedBy(stamps: readonly Stamp[], state: PeerState, ctx: Context<GossipTypes>): readonly Carried[] {
  const known = new Map(stamps.map((stamp) => [stamp.origin, stamp]));
  return held(state, ctx).filter(({ metadata }) => {
    const stamp = known.get(metadata.origin);
    return stamp === undefined || isNewer(metadata, stamp);
  });
}

function isLacked(state: PeerState, stamp: Stamp, self: Address): boolean {
  if (stamp.origin === self) return false;
  const known = find(state.store, stamp.origin)?.metadata ?? find(state.certificates, stamp.origin);
  return known === undefined || isNewer(stamp, known);
}
