/** Metadata as it goes on its way: with its age, if age travels. */
import type { Context } from '../../sim/protocol.ts';
import type { Carried } from './metadata.ts';
import type { Entry, PeerState } from './state.ts';
import type { GossipTypes } from './types.ts';

export function carry({ metadata, bornAtUs }: Entry, ctx: Context<GossipTypes>): Carried {
  return { metadata, ageUs: ageUs(bornAtUs, ctx) };
}

export function carryOwn({ own, ownMadeAtUs }: PeerState, ctx: Context<GossipTypes>): Carried {
  return { metadata: own, ageUs: ageUs(ownMadeAtUs, ctx) };
}

/** A clock that was set back makes nothing younger than new. */
function ageUs(bornAtUs: number, ctx: Context<GossipTypes>): number | null {
  return ctx.config.traits.ageTravels ? Math.max(0, ctx.nowUs - bornAtUs) : null;
}
