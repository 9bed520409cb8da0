/**
 * The peers of a superpeer: the one place that changes `registrations` and `index`, and so keeps them equal; the pings by
 * which it finds dead ones (in the original nobody does: flaw 2); uploads; and the copy that a partner hands over.
 */
import { type Address, note, type RequestId, reply, request } from '../../sim/protocol.ts';
import { drop, enter, holdersOf, type Item, itemsOf } from '../common/holder-index.ts';
import { andThen, forEachItem, quiet } from '../common/step.ts';
import { addressesIn, entriesOf, get, has, remove, set } from '../common/trie.ts';
import type { Copied, SuperpeerTag } from './messages.ts';
import type { SuperpeerContext, SuperpeerRole, SuperpeerState, SuperpeerStep } from './state.ts';

/** Enters a peer with all that it has; an older registration that comes late is not taken. */
export function enterPeer(
  state: SuperpeerState,
  { peer, name, version, resources }: Copied,
  ctx: SuperpeerContext,
): SuperpeerState {
  const known = get(state.registrations, peer);
  if (known !== undefined && known.version !== null && version !== null && known.version > version) return state;
  const number = state.lastRegistration + 1;
  return {
    ...state,
    registrations: set(state.registrations, peer, { name, version, number, atUs: ctx.nowUs }),
    index: enter(state.index, peer, resources.map(itemOf)),
    lastRegistration: number,
    strikes: remove(state.strikes, peer),
  };
}

/** Drops a peer and all that it has. */
export function dropPeer(state: SuperpeerState, peer: Address): SuperpeerState {
  if (!has(state.registrations, peer)) return state;
  return {
    ...state,
    registrations: remove(state.registrations, peer),
    index: drop(state.index, peer),
    strikes: remove(state.strikes, peer),
  };
}

function itemOf(name: string): Item {
  return { key: name };
}

export function resourcesOf(state: SuperpeerState): readonly string[] {
  const names = entriesOf(state.index.byKey).map(([name]) => String(name));
  return names.sort();
}

// --- Pings ---

type PingTag = Extract<SuperpeerTag, { kind: 'pingPeer' }>;

export function pingPeers(state: SuperpeerState, ctx: SuperpeerContext): SuperpeerStep {
  const effects = addressesIn(state.registrations).map((peer) => {
    const registration = get(state.registrations, peer)!.number;
    const tag: PingTag = { kind: 'pingPeer', peer, registration };
    return request<SuperpeerRole>(peer, { kind: 'ping' }, tag, ctx.config.pingTimeoutUs);
  });
  return { state, effects };
}

/** It lives; or it says that it belongs to another superpeer. */
export function peerAnswered(state: SuperpeerState, tag: PingTag, isHere: boolean): SuperpeerStep {
  const registration = get(state.registrations, tag.peer);
  if (registration === undefined || registration.number !== tag.registration) return quiet(state);
  if (!isHere) {
    const { name } = registration;
    return {
      state: dropPeer(state, tag.peer),
      effects: [note<SuperpeerRole>({ kind: 'released', peer: tag.peer, name })],
    };
  }
  const strikes = remove(state.strikes, tag.peer);
  return quiet(strikes === state.strikes ? state : { ...state, strikes });
}

export function peerMissed(state: SuperpeerState, tag: PingTag, ctx: SuperpeerContext): SuperpeerStep {
  const registration = get(state.registrations, tag.peer);
  if (registration === undefined || registration.number !== tag.registration) return quiet(state);
  const inARow = (get(state.strikes, tag.peer) ?? 0) + 1;
  if (inARow < ctx.config.strikes) return quiet({ ...state, strikes: set(state.strikes, tag.peer, inARow) });
  return {
    state: dropPeer(state, tag.peer),
    effects: [note<SuperpeerRole>({ kind: 'removed', peer: tag.peer, name: registration.name })],
  };
}

// --- Uploads ---

/** Stores a file on the peer that has the fewest, of those that lack it; the uploader only if nobody else is there. */
export function beginUpload(
  state: SuperpeerState,
  id: RequestId,
  from: Address,
  name: string,
  ctx: SuperpeerContext,
): SuperpeerStep {
  const peer = storeFor(state, from, name);
  if (peer === null) {
    const [holder] = holdersOf(state.index, name);
    const answer =
      holder === undefined
        ? ({ kind: 'uploadFailed', reason: 'it has no peer to store it on' } as const)
        : ({ kind: 'uploaded', peer: holder.holder } as const);
    return { state, effects: [reply(id, answer)] };
  }
  const tag = { kind: 'store' as const, request: id, name, peer };
  return {
    state,
    effects: [request(peer, { kind: 'store', name, bytes: ctx.config.fileBytes }, tag, ctx.config.transferTimeoutUs)],
  };
}

function storeFor(state: SuperpeerState, uploader: Address, name: string): Address | null {
  const holders = holdersOf(state.index, name).map((held) => held.holder);
  const lacking = addressesIn(state.registrations).filter((peer) => !holders.includes(peer));
  const others = lacking.filter((peer) => peer !== uploader);
  let best: Address | null = null;
  let fewest = Infinity;
  for (const peer of others.length > 0 ? others : lacking) {
    const count = itemsOf(state.index, peer)?.length ?? 0;
    if (count >= fewest) continue;
    best = peer;
    fewest = count;
  }
  return best;
}

// --- Partners ---

export function copyOf(state: SuperpeerState): readonly Copied[] {
  return addressesIn(state.registrations).map((peer) => {
    const { name, version } = get(state.registrations, peer)!;
    return { peer, name, version, resources: (itemsOf(state.index, peer) ?? []).map((item) => item.key) };
  });
}

/** Takes over what the partner knows and it does not know itself. */
export function takeCopy(state: SuperpeerState, copied: readonly Copied[], ctx: SuperpeerContext): SuperpeerStep {
  const unknown = copied.filter(({ peer }) => !has(state.registrations, peer));
  const entered = forEachItem<SuperpeerRole, Copied>(state, unknown, (now, one) => quiet(enterPeer(now, one, ctx)));
  return andThen(entered, (now) => quiet({ ...now, ready: true }));
}
