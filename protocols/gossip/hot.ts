/**
 * The hot rumors of a peer: how an update becomes one, and how interest in it is lost. The rules are told in
 * `rumor.ts`.
 */
import { type Address, type Context, note, setTimer } from '../../sim/protocol.ts';
import { find, put } from './by-origin.ts';
import type { Metadata } from './metadata.ts';
import { stampOf } from './stamps.ts';
import type { HotRumor, PeerState } from './state.ts';
import type { GossipEffect, GossipTypes } from './types.ts';

const CYCLE = { kind: 'cycle' } as const;

/** A new update is a hot rumor. Who only pushes has cycles only while it has something to push. */
export function becomeInfective(
  state: PeerState,
  { origin, incarnation, version }: Metadata,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): PeerState {
  const rumor = { origin, incarnation, version, count: 0, needed: false, unneeded: false, told: false };
  if (ctx.config.rumor.direction === 'push' && state.hot.length === 0) wishes.push(setTimer(CYCLE, ctx.config.t2Us));
  return { ...state, hot: put(state.hot, rumor) };
}

/** Notes that a contact needed the rumor of this origin, or did not. */
export function reckon(hot: readonly HotRumor[], origin: Address, needed: boolean): readonly HotRumor[] {
  const rumor = find(hot, origin);
  if (rumor === undefined || (needed ? rumor.needed : rumor.unneeded)) return hot;
  return put(hot, needed ? { ...rumor, needed } : { ...rumor, unneeded: true });
}

/** The hot rumors after a cycle: those in which interest was lost are gone. */
export function settle(
  hot: readonly HotRumor[],
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): readonly HotRumor[] {
  const left: HotRumor[] = [];
  let changed = false;
  for (const rumor of hot) {
    const after = ctx.config.rumor.response === 'blind' ? afterCycle(rumor, ctx) : afterFeedback(rumor, ctx);
    if (after === null) wishes.push(note({ kind: 'lostInterest', ...stampOf(rumor) }));
    else left.push(after);
    changed ||= after !== rumor;
  }
  return changed ? left : hot;
}

function afterCycle(rumor: HotRumor, ctx: Context<GossipTypes>): HotRumor | null {
  if (!rumor.told) return { ...rumor, told: true };
  return losesInterest(rumor, ctx) ? null : { ...rumor, count: rumor.count + 1 };
}

function afterFeedback(rumor: HotRumor, ctx: Context<GossipTypes>): HotRumor | null {
  if (rumor.needed) return { ...rumor, count: 0, needed: false, unneeded: false };
  if (!rumor.unneeded) return rumor;
  return losesInterest(rumor, ctx) ? null : { ...rumor, count: rumor.count + 1, unneeded: false };
}

function losesInterest({ count }: HotRumor, ctx: Context<GossipTypes>): boolean {
  const { stop, k } = ctx.config.rumor;
  return stop === 'counter' ? count + 1 >= k : ctx.random.chance(1 / k);
}
