/**
 * Repair: keeps the copies of each key where they should be.
 *
 * Every `repair` period, and soon after a neighbour changed, a peer compares its own keys with the members that should
 * keep copies of them, and sends what they lack. And it looks after the copies that it keeps for others: it looks up who
 * is in charge of the one furthest back, learns with the answer who follows, and compares with each of them what lies on
 * its arc. What the peer in charge lacks it gets back; copies that it does not want to be kept here are dropped, but only
 * when it has them itself. So no key is ever dropped on a guess.
 */
import type { RequestInput } from '../../sim/protocol.ts';
import { fileIn } from './files.ts';
import { betweenOrLast, wayTo } from './identifiers.ts';
import { lookUp } from './lookup.ts';
import type { ChordTypes, Compare, Found, Missing, Tag } from './messages.ts';
import { isKnown, isResponsible, NO_FILES, type PeerState, samePeer } from './state.ts';
import { dropFiles, sendStore } from './storage.ts';
import { answer, ask, type Turn } from './turn.ts';
import type { Peer, SharedFile } from './values.ts';

export function repair(state: PeerState, turn: Turn): PeerState {
  const own = state.store.filter((file) => isResponsible(state, file.key) === true);
  if (own.length > 0) {
    for (const peer of copyHolders(state, turn.config.replicas)) compare(peer, own, NO_FILES, turn);
  }
  const furthest = furthestForeign(state, turn.config.ringSize);
  return furthest === null ? state : lookUp(state, { kind: 'copies' }, furthest.key, turn);
}

/** Those that should keep copies of this peer's keys. */
function copyHolders(state: PeerState, replicas: number): readonly Peer[] {
  return state.successors.filter((peer) => isKnown(peer) && peer.address !== state.me.address).slice(0, replicas - 1);
}

function compare(to: Peer, files: readonly SharedFile[], drop: readonly SharedFile[], turn: Turn): void {
  ask(turn, to, { kind: 'compare', files }, { kind: 'compare', to, drop });
}

function furthestForeign(state: PeerState, size: number): SharedFile | null {
  let furthest: SharedFile | null = null;
  for (const file of state.store) {
    if (isResponsible(state, file.key) !== false) continue;
    if (furthest === null || wayTo(file.key, state.me.id, size) > wayTo(furthest.key, state.me.id, size)) {
      furthest = file;
    }
  }
  return furthest;
}

/**
 * The peer in charge of the furthest copies is known, and with it those who follow: between it and this peer each is in
 * charge of its own arc, and is compared with.
 */
export function onCopiesFound(state: PeerState, found: Found, turn: Turn): PeerState {
  const { owner, predecessor, candidates } = found;
  if (owner === null || predecessor === null) return state;
  let before = predecessor;
  for (const inCharge of candidates.slice(candidates.findIndex((peer) => samePeer(peer, owner)))) {
    if (inCharge.address === state.me.address) break;
    const foreign = foreignBetween(state, before, inCharge);
    if (foreign.length > 0 && isKnown(inCharge)) compare(inCharge, foreign, foreign, turn);
    before = inCharge;
  }
  return state;
}

function foreignBetween(state: PeerState, before: Peer, inCharge: Peer): readonly SharedFile[] {
  return state.store.filter(
    ({ key }) => isResponsible(state, key) === false && betweenOrLast(before.id, key, inCharge.id),
  );
}

export function onCompare(state: PeerState, input: RequestInput<ChordTypes>, message: Compare, turn: Turn): PeerState {
  const files = message.files.filter((file) => fileIn(state.store, file.key, file.name) === null);
  const keep = copyHolders(state, turn.config.replicas).some((peer) => peer.address === input.from);
  answer(turn, input.id, { kind: 'missing', files, keep });
  return state;
}

export function onMissing(
  state: PeerState,
  tag: Extract<Tag, { kind: 'compare' }>,
  message: Missing,
  turn: Turn,
): PeerState {
  const drop = message.keep ? NO_FILES : tag.drop;
  const wanted = message.files.filter((file) => fileIn(state.store, file.key, file.name) !== null);
  if (wanted.length === 0) return dropFiles(state, drop, turn);
  sendStore(tag.to, wanted, 1, tag.to.address, { kind: 'restore', drop }, turn);
  return state;
}

export function onRestored(state: PeerState, drop: readonly SharedFile[], turn: Turn): PeerState {
  return dropFiles(state, drop, turn);
}
