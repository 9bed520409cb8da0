/**
 * A failure detector on top of gossip. Versions are heartbeats: a peer of which no newer version was taken in for
 * `suspicion` is suspected, at that very moment and not at some next tick; a newer version restores trust. So a peer
 * that died is suspected `suspicion` after its last version arrived, which is the detection time less the age of that
 * arrival.
 *
 * One timer stands for all deadlines. It is set for the earliest that was known when it was set, and finds out when it
 * fires which have moved; so a heartbeat costs nothing here. It is set whenever somebody in the store is not suspected.
 */
import { type Address, type Context, note, setTimer } from '../../sim/protocol.ts';
import { put, without } from './by-origin.ts';
import type { PeerState, Suspicion } from './state.ts';
import type { GossipEffect, GossipTypes } from './types.ts';

const SUSPECT = { kind: 'suspect' } as const;

/** @returns the suspicions that are left when a newer version of this origin has arrived. */
export function heardNewVersion(
  state: PeerState,
  origin: Address,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): readonly Suspicion[] {
  const { suspicionUs } = ctx.config;
  if (suspicionUs === null) return state.suspects;
  const nobodyWatched = state.store.length === state.suspects.length;
  if (nobodyWatched) wishes.push(setTimer(SUSPECT, suspicionUs));
  const suspects = without(state.suspects, origin);
  if (suspects !== state.suspects) wishes.push(note({ kind: 'trusted', origin }));
  return suspects;
}

/** The timer has fired: suspects those whose time is up and sets the timer for the next of the others. */
export function suspectOverdue(state: PeerState, ctx: Context<GossipTypes>, wishes: GossipEffect[]): PeerState {
  const { suspicionUs } = ctx.config;
  if (suspicionUs === null) return state;
  let suspects = state.suspects;
  let nextUs = Number.POSITIVE_INFINITY;
  let beside = 0;
  for (const { origin, adoptedAtUs } of state.store) {
    // Both are sorted by origin: they are gone through side by side.
    while (beside < state.suspects.length && state.suspects[beside].origin < origin) beside++;
    if (state.suspects[beside]?.origin === origin) continue;
    const leftUs = adoptedAtUs + suspicionUs - ctx.nowUs;
    if (leftUs > 0) {
      nextUs = Math.min(nextUs, leftUs);
      continue;
    }
    suspects = put(suspects, { origin, sinceUs: ctx.nowUs });
    wishes.push(note({ kind: 'suspected', origin }));
  }
  if (nextUs !== Number.POSITIVE_INFINITY) wishes.push(setTimer(SUSPECT, nextUs));
  return suspects === state.suspects ? state : { ...state, suspects };
}
