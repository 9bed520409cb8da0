/** Activities 2 and 3: send one's own metadata to a random peer, and another's to a random third. */
import { type Address, type Context, send } from '../../sim/protocol.ts';
import { find } from './by-origin.ts';
import { carry, carryOwn } from './carry.ts';
import { NOT_LOOKED } from './metadata.ts';
import { otherPeers } from './partners.ts';
import type { PeerState } from './state.ts';
import type { GossipEffect, GossipTypes } from './types.ts';

/** Activity 2. A peer that has not looked yet has nothing to tell. */
export function tellOwn(
  state: PeerState,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
  to: readonly Address[] = otherPeers(ctx, ctx.config.fanout),
): void {
  if (state.own.version === NOT_LOOKED) return;
  for (const peer of to) wishes.push(send(peer, { kind: 'metadata', carried: carryOwn(state, ctx) }));
}

/** Activity 3: an entry drawn from the store goes to a peer that is neither this one nor the entry's origin. */
export function tellOther(
  state: PeerState,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
  to: readonly Address[] | null = null,
  about: Address | null = null,
): void {
  if (state.store.length === 0) return;
  const entry = about === null ? ctx.random.pick(state.store) : find(state.store, about);
  if (entry === undefined) return;
  for (const peer of to ?? otherPeers(ctx, ctx.config.fanout, entry.origin)) {
    wishes.push(send(peer, { kind: 'metadata', carried: carry(entry, ctx) }));
  }
}
