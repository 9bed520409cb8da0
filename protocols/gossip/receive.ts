/** Activity 5: keep what is newer, ignore what is outdated, note when it arrived. */
import { type Context, note } from '../../sim/protocol.ts';
import { find, put, without } from './by-origin.ts';
import { heardNewVersion } from './detector.ts';
import { becomeInfective } from './hot.ts';
import type { Carried, Metadata } from './metadata.ts';
import { isNewer, isSame, stampOf } from './stamps.ts';
import type { Entry, PeerState } from './state.ts';
import type { GossipEffect, GossipTypes } from './types.ts';

/** Takes in one piece of metadata; the state is the same object if that changed nothing. */
export function receive(
  state: PeerState,
  carried: Carried,
  ctx: Context<GossipTypes>,
  wishes: GossipEffect[],
): PeerState {
  const { metadata } = carried;
  if (metadata.origin === ctx.self) return state;
  const entry = find(state.store, metadata.origin);
  if (entry !== undefined && !isNewer(metadata, entry.metadata)) {
    return isSame(metadata, entry.metadata) ? hearAgain(state, entry, ctx) : state;
  }
  const certificate = find(state.certificates, metadata.origin);
  if ((certificate !== undefined && !isNewer(metadata, certificate)) || isPastExpiry(carried, ctx)) {
    wishes.push(note({ kind: 'refused', ...stampOf(metadata) }));
    return state;
  }
  if (entry === undefined) wishes.push(note({ kind: 'learned', ...stampOf(metadata) }));
  return adopt(state, carried, ctx, wishes);
}

/**
 * Older than anybody keeps metadata: its holder has not looked since it expired. A death certificate would refuse it, but a crash loses certificates, and
 * whoever took it then would keep it until his own next look and could pass it on to the next one who has none.
 */
function isPastExpiry({ ageUs }: Carried, { config: { expiryUs, traits } }: Context<GossipTypes>): boolean {
  return traits.deathCertificates && ageUs !== null && expiryUs !== null && ageUs >= expiryUs;
}

/** A receipt of the version that is held. Flaw 1 is that it refreshes the arrival time, whoever sent it. */
function hearAgain(state: PeerState, entry: Entry, ctx: Context<GossipTypes>): PeerState {
  if (ctx.config.traits.ageTravels || entry.heardAtUs === ctx.nowUs) return state;
  return { ...state, store: put(state.store, { ...entry, heardAtUs: ctx.nowUs }) };
}

function adopt(state: PeerState, carried: Carried, ctx: Context<GossipTypes>, wishes: GossipEffect[]): PeerState {
  const { metadata, ageUs } = carried;
  const entry: Entry = {
    origin: metadata.origin,
    metadata,
    bornAtUs: ctx.nowUs - (ageUs ?? 0),
    adoptedAtUs: ctx.nowUs,
    heardAtUs: ctx.nowUs,
  };
  const adopted: PeerState = {
    ...state,
    store: put(state.store, entry),
    certificates: without(state.certificates, metadata.origin),
    suspects: heardNewVersion(state, metadata.origin, ctx, wishes),
  };
  return ctx.config.strategy === 'rumor' ? becomeInfective(adopted, metadata, ctx, wishes) : adopted;
}

/**
 * Whether a receipt of this metadata would have told its holder something when the present instant began. In lock-
 * step rounds all messages of a cycle arrive at one instant, and the literature's cycles go by what was known at
 * their start.
 */
export function wasUnknown(before: PeerState, metadata: Metadata, ctx: Context<GossipTypes>): boolean {
  if (metadata.origin === ctx.self) return false;
  const entry = find(before.store, metadata.origin);
  if (entry !== undefined && !isNewer(metadata, entry.metadata)) {
    return isSame(metadata, entry.metadata) && entry.adoptedAtUs === ctx.nowUs;
  }
  const certificate = find(before.certificates, metadata.origin);
  return certificate === undefined || isNewer(metadata, certificate);
}
