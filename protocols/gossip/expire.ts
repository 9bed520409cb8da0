/** Activity 4: delete the metadata of peers that were not refreshed for `expiry`. */
import { type Context, note } from '../../sim/protocol.ts';
import { find, keep, put } from './by-origin.ts';
import type { GossipConfig } from './config.ts';
import { stampOf } from './stamps.ts';
import type { DeathCertificate, Entry, PeerState } from './state.ts';
import type { GossipEffect, GossipTypes } from './types.ts';

export function expire(state: PeerState, ctx: Context<GossipTypes>, wishes: GossipEffect[]): PeerState {
  const certificates = keep(
    state.certificates,
    ({ writtenAtUs }) => ctx.nowUs - writtenAtUs < ctx.config.certificateForUs,
  );
  const store = keep(state.store, (entry) => !isExpired(entry, ctx.nowUs, ctx.config));
  if (store === state.store) return certificates === state.certificates ? state : { ...state, certificates };

  const expired = state.store.filter((entry) => find(store, entry.origin) === undefined);
  for (const { metadata } of expired) wishes.push(note({ kind: 'expired', ...stampOf(metadata) }));
  return {
    ...state,
    store,
    certificates: ctx.config.traits.deathCertificates ? bury(certificates, expired, ctx.nowUs) : certificates,
    suspects: keep(state.suspects, ({ origin }) => find(store, origin) !== undefined),
    hot: keep(state.hot, ({ origin }) => origin === ctx.self || find(store, origin) !== undefined),
  };
}

/** Since when an entry was not refreshed: by its origin if age travels, else by anybody who knew it. */
export function isExpired(entry: Entry, nowUs: number, { expiryUs, traits }: GossipConfig): boolean {
  if (expiryUs === null) return false;
  return nowUs - (traits.ageTravels ? entry.bornAtUs : entry.heardAtUs) >= expiryUs;
}

function bury(
  certificates: readonly DeathCertificate[],
  expired: readonly Entry[],
  nowUs: number,
): readonly DeathCertificate[] {
  return expired.reduce(
    (table, { metadata }) => put(table, { ...stampOf(metadata), writtenAtUs: nowUs }),
    certificates,
  );
}
