/** Whom to talk to: random peers of the configuration file. A peer does not ask whether they are alive. */
import { type Address, type Context, NOBODY } from '../../sim/protocol.ts';
import type { GossipTypes } from './types.ts';

/** A peer of the file other than this one and `except`, uniformly, or `NOBODY` if there is none. */
export function otherPeer(ctx: Context<GossipTypes>, except: Address = NOBODY): Address {
  const { peers } = ctx.config;
  const low = Math.min(ctx.self, except);
  const high = Math.max(ctx.self, except);
  const left = peers - inFile(ctx.self, peers) - (except === ctx.self ? 0 : inFile(except, peers));
  if (left < 1) return NOBODY;
  let drawn = left === 1 ? 0 : ctx.random.int(left);
  if (low >= 0 && drawn >= low) drawn++;
  if (high !== low && drawn >= high) drawn++;
  return drawn;
}

/** So many different ones, or all there are. */
export function otherPeers(ctx: Context<GossipTypes>, count: number, except: Address = NOBODY): readonly Address[] {
  // Among many, a repeated draw is rare; to list them all would cost as much as there are.
  return count * 4 <= ctx.config.peers ? drawnOneByOne(ctx, count, except) : drawnFromAll(ctx, count, except);
}

function drawnOneByOne(ctx: Context<GossipTypes>, count: number, except: Address): readonly Address[] {
  const drawn: Address[] = [];
  while (drawn.length < count) {
    const one = otherPeer(ctx, except);
    if (!drawn.includes(one)) drawn.push(one);
  }
  return drawn;
}

/** The first of a Fisher–Yates shuffle. */
function drawnFromAll(ctx: Context<GossipTypes>, count: number, except: Address): readonly Address[] {
  const others: Address[] = [];
  for (let address = 0; address < ctx.config.peers; address++) {
    if (address !== ctx.self && address !== except) others.push(address);
  }
  const wanted = Math.min(count, others.length);
  for (let i = 0; i < wanted; i++) {
    const j = i + ctx.random.int(others.length - i);
    const chosen = others[j];
    others[j] = others[i];
    others[i] = chosen;
  }
  others.length = wanted;
  return others;
}

function inFile(address: Address, peers: number): number {
  return address >= 0 && address < peers ? 1 : 0;
}
