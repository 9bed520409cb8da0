/** What a client may ask a peer: its folder, and queries answered from the local store. */
import { type Address, type Context, complete, type OperationId, save } from '../../sim/protocol.ts';
import { find } from './by-origin.ts';
import type { GossipConfig } from './config.ts';
import type { GossipOutcome, Source } from './messages.ts';
import { NOT_LOOKED } from './metadata.ts';
import { stampOf } from './stamps.ts';
import type { Entry, PeerState } from './state.ts';
import type { GossipEffect, GossipTypes } from './types.ts';

/** Changes the folder, on disk at once; others hear of it after the next look. */
export function changeFolder(
  state: PeerState,
  id: OperationId,
  file: string,
  present: boolean,
  wishes: GossipEffect[],
): PeerState {
  const changed = state.folder.includes(file) !== present;
  wishes.push(complete(id, { kind: 'folder', changed }));
  if (!changed) return state;
  const others = state.folder.filter((name) => name !== file);
  const folder = present ? sortedNames([...others, file]) : others;
  wishes.push(save({ folder, incarnation: state.own.incarnation }));
  return { ...state, folder };
}

/** By code units, which is the same order on every machine; each name once. */
export function sortedNames(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

export function whoHas(state: PeerState, file: string, ctx: Context<GossipTypes>): GossipOutcome {
  const holders: Source[] = [];
  for (const entry of state.store) {
    if (entry.metadata.files.includes(file) && mayBeServed(entry, ctx.nowUs, ctx.config))
      holders.push(sourceOf(entry, ctx));
  }
  if (state.own.version !== NOT_LOOKED && state.own.files.includes(file)) {
    holders.splice(firstAbove(holders, ctx.self), 0, ownSource(state, ctx));
  }
  return { kind: 'holders', holders };
}

export function filesOf(state: PeerState, origin: Address, ctx: Context<GossipTypes>): GossipOutcome {
  if (origin === ctx.self) {
    const looked = state.own.version !== NOT_LOOKED;
    return { kind: 'files', source: looked ? ownSource(state, ctx) : null, files: state.own.files };
  }
  const entry = find(state.store, origin);
  if (entry === undefined || !mayBeServed(entry, ctx.nowUs, ctx.config))
    return { kind: 'files', source: null, files: [] };
  return { kind: 'files', source: sourceOf(entry, ctx), files: entry.metadata.files };
}

export function whoIsThere(state: PeerState, self: Address): GossipOutcome {
  const members = state.store
    .filter(({ origin }) => find(state.suspects, origin) === undefined)
    .map(({ origin }) => origin);
  members.splice(members.filter((address) => address < self).length, 0, self);
  return { kind: 'members', members };
}

/** Whether answers are given from this entry: always as described (flaw 4), else within `maxAge`. */
export function mayBeServed(entry: Entry, nowUs: number, { traits, maxAgeUs }: GossipConfig): boolean {
  return !traits.answersBoundAge || nowUs - entry.bornAtUs <= maxAgeUs;
}

function sourceOf(entry: Entry, ctx: Context<GossipTypes>): Source {
  return { ...stampOf(entry.metadata), ageUs: shownAgeUs(entry.bornAtUs, ctx) };
}

function ownSource(state: PeerState, ctx: Context<GossipTypes>): Source {
  return { ...stampOf(state.own), ageUs: shownAgeUs(state.ownMadeAtUs, ctx) };
}

function shownAgeUs(bornAtUs: number, ctx: Context<GossipTypes>): number | null {
  return ctx.config.traits.answersBoundAge ? Math.max(0, ctx.nowUs - bornAtUs) : null;
}

function firstAbove(holders: readonly Source[], self: Address): number {
  const at = holders.findIndex(({ origin }) => origin > self);
  return at === -1 ? holders.length : at;
}
