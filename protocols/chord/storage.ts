/**
 * Files: upload, download, and moving keys when peers come and go (the layer above Chord: ToN, section IV-A).
 *
 * A file lives at successor(its key) and on the members that follow, `replicas` in all. Storing goes along the chain of
 * successors and is acknowledged when the chain has ended. A newcomer takes over from its successor all that is not the
 * successor's own any more; a leaver hands everything to its successor.
 *
 * While a ring heals, a key may still be with a neighbour. A peer that is asked for what lies before its predecessor
 * names the predecessor; a reader whose first peer does not have the file tries those that follow it.
 *
 * Transfers are simulated: the receiver of files, and the sender of an answer with files, wait size over bandwidth.
 */
import {
  type Address,
  complete,
  type OperationId,
  type RequestId,
  type RequestInput,
  save,
} from '../../sim/protocol.ts';
import { transferUs } from './config.ts';
import { bytesOf, fileIn, withFiles, withoutFiles } from './files.ts';
import { betweenOrLast } from './identifiers.ts';
import { lookUp, pathOf } from './lookup.ts';
import type {
  ChordTypes,
  Fetch,
  FileIs,
  Found,
  Keys,
  KeysTaken,
  Message,
  Outcome,
  Route,
  Store,
  Tag,
  TakeKeys,
} from './messages.ts';
import { isKnown, isResponsible, NO_FILES, NO_PEERS, type PeerState, samePeer } from './state.ts';
import { answer, ask, log, NO_ADDRESSES, type Turn, tell, wait, want } from './turn.ts';
import type { Peer, SharedFile } from './values.ts';

/** How many neighbours may be named in place of the peer that was asked. */
const REDIRECTS = 4;

type Of<T extends { readonly kind: string }, K extends T['kind']> = Extract<T, { readonly kind: K }>;

/** How a lookup went, for an outcome. */
export function routeOf(found: Found, turn: Turn): Route {
  const { key, hops, timeouts, deadAnswers } = found;
  return { key, hops, timeouts, deadAnswers, path: turn.config.keepsPaths ? pathOf(found.trail) : NO_PEERS };
}

export function finishOperation(turn: Turn, id: OperationId, outcome: Outcome): void {
  want(turn, complete<ChordTypes>(id, outcome));
}

function keep(state: PeerState, files: readonly SharedFile[]): PeerState {
  const store = withFiles(state.store, files);
  return store === state.store ? state : { ...state, store };
}

export function dropFiles(state: PeerState, files: readonly SharedFile[], turn: Turn): PeerState {
  const store = withoutFiles(state.store, (file) => files.some((one) => one.name === file.name));
  if (store === state.store) return state;
  log(turn, { kind: 'droppedKeys', files: state.store.length - store.length });
  return { ...state, store };
}

// Upload

/** A client's file is the peer's own from now on: it comes back after a crash, and is published again. */
export function upload(state: PeerState, operation: OperationId, file: SharedFile, turn: Turn): PeerState {
  const shared = withFiles(state.shared, [file]);
  if (shared !== state.shared) want(turn, save<ChordTypes>({ shared }));
  const next = shared === state.shared ? state : { ...state, shared };
  return lookUp(next, { kind: 'upload', operation, file }, file.key, turn);
}

/** Puts all that this peer shares into the ring: after it joined. */
export function publishAll(state: PeerState, turn: Turn): PeerState {
  let next = state;
  for (let index = 0; index < state.shared.length; index++) next = publish(next, index, turn);
  return next;
}

export function publish(state: PeerState, index: number, turn: Turn): PeerState {
  const file = state.shared[index];
  return file === undefined ? state : lookUp(state, { kind: 'publish', file }, file.key, turn);
}

/** The place of a file has been looked up: sends it there. */
export function storeAt(state: PeerState, found: Found, file: SharedFile, turn: Turn): PeerState {
  const { owner } = found;
  if (owner === null) {
    notStored(state, found, file, turn);
    return state;
  }
  if (owner.address === state.me.address) return storeHere(state, found, file, turn);
  sendToOwner(owner, found, file, REDIRECTS, turn);
  return state;
}

function storeHere(state: PeerState, found: Found, file: SharedFile, turn: Turn): PeerState {
  const next = nextInChain(state, state.me.address, turn.config.replicas);
  if (next === null) stored(found, file, state.me, 1, turn);
  else sendStore(next, [file], turn.config.replicas - 1, state.me.address, { kind: 'storeCopies', found, file }, turn);
  return keep(state, [file]);
}

function sendToOwner(owner: Peer, found: Found, file: SharedFile, redirects: number, turn: Turn): void {
  const message: Store = {
    kind: 'store',
    files: [file],
    copies: turn.config.replicas,
    first: owner.address,
    forOwner: true,
  };
  ask(turn, owner, message, { kind: 'store', found, file, at: owner, redirects }, chainTimeoutUs(message, turn));
}

/** Sends files that the receiver takes as they come. */
export function sendStore(
  to: Peer,
  files: readonly SharedFile[],
  copies: number,
  first: Address,
  tag: Tag,
  turn: Turn,
): void {
  const message: Store = { kind: 'store', files, copies, first, forOwner: false };
  ask(turn, to, message, tag, chainTimeoutUs(message, turn));
}

/** Each copy is a round trip and a transfer more. */
function chainTimeoutUs(message: Store, turn: Turn): number {
  return message.copies * (turn.config.rpcTimeoutUs + transferUs(bytesOf(message.files), turn.config.bandwidth));
}

/** @param message null: no answer. */
export function onStoreAnswer(
  state: PeerState,
  tag: Of<Tag, 'store' | 'storeCopies'>,
  message: Message | null,
  turn: Turn,
): PeerState {
  const holders = message !== null && message.kind === 'stored' ? message.holders : 0;
  if (tag.kind === 'storeCopies') {
    stored(tag.found, tag.file, state.me, holders + 1, turn);
  } else if (holders > 0) {
    stored(tag.found, tag.file, tag.at, holders, turn);
  } else if (message !== null && message.kind === 'elsewhere' && tag.redirects > 0) {
    if (message.peer.address === state.me.address) return storeHere(state, tag.found, tag.file, turn);
    sendToOwner(message.peer, tag.found, tag.file, tag.redirects - 1, turn);
  } else {
    storeBehind(state, tag, turn);
  }
  return state;
}

/** The owner is dead: whoever follows it is the owner now, known to its neighbours as such or not. */
function storeBehind(state: PeerState, tag: Of<Tag, 'store'>, turn: Turn): void {
  const { found, file, at, redirects } = tag;
  const place = found.candidates.findIndex((peer) => samePeer(peer, at));
  const heir = place < 0 ? undefined : found.candidates[place + 1];
  if (heir === undefined || redirects === 0 || !isKnown(heir) || heir.address === state.me.address) {
    notStored(state, found, file, turn);
  } else {
    const again: Tag = { kind: 'store', found, file, at: heir, redirects: redirects - 1 };
    sendStore(heir, [file], turn.config.replicas, heir.address, again, turn);
  }
}

function stored(found: Found, file: SharedFile, at: Peer, holders: number, turn: Turn): void {
  log(turn, { kind: 'stored', file, at, holders });
  if (found.goal.kind !== 'upload') return;
  finishOperation(turn, found.goal.operation, { kind: 'stored', file, at, holders, route: routeOf(found, turn) });
}

/** A client is told; what the peer publishes for itself is tried again. */
function notStored(state: PeerState, found: Found, file: SharedFile, turn: Turn): void {
  if (found.goal.kind === 'upload') {
    finishOperation(turn, found.goal.operation, { kind: 'notStored', file, route: routeOf(found, turn) });
    return;
  }
  const index = state.shared.findIndex((one) => one.name === file.name);
  if (index >= 0) wait(turn, { kind: 'publish', index }, turn.config.joinRetryUs, index);
}

// Upload: the peer that stores

export function onStore(state: PeerState, input: RequestInput<ChordTypes>, message: Store, turn: Turn): PeerState {
  const file = message.files[0];
  if (message.forOwner && file !== undefined && isResponsible(state, file.key) === false) {
    answer(turn, input.id, { kind: 'elsewhere', peer: state.predecessor as Peer });
    return state;
  }
  return afterTransfer(state, input.id, message, message.files, turn);
}

/** Goes on once so many bytes have passed: at once if that takes no time. */
function afterTransfer(
  state: PeerState,
  id: RequestId,
  message: Store | Keys | FileIs,
  files: readonly SharedFile[],
  turn: Turn,
): PeerState {
  const us = transferUs(bytesOf(files), turn.config.bandwidth);
  if (us === 0) return onTransferred(state, id, message, turn);
  wait(turn, { kind: 'transferred', request: id, message }, us, id);
  return state;
}

/** Files have arrived, or an answer with files has been sent. */
export function onTransferred(state: PeerState, id: RequestId, message: Store | Keys | FileIs, turn: Turn): PeerState {
  if (message.kind !== 'store') {
    answer(turn, id, message);
    return state;
  }
  const next = nextInChain(state, message.first, message.copies);
  if (next === null) answer(turn, id, { kind: 'stored', holders: 1 });
  else sendStore(next, message.files, message.copies - 1, message.first, { kind: 'chain', request: id }, turn);
  return keep(state, message.files);
}

/** The rest of the chain has the files, or (null) did not answer: then the chain ends here. */
export function onChainAnswer(state: PeerState, request: RequestId, message: Message | null, turn: Turn): PeerState {
  const further = message !== null && message.kind === 'stored' ? message.holders : 0;
  answer(turn, request, { kind: 'stored', holders: further + 1 });
  return state;
}

function nextInChain(state: PeerState, first: Address, copies: number): Peer | null {
  if (copies <= 1) return null;
  const next = state.successors.find(isKnown);
  return next === undefined || next.address === first || next.address === state.me.address ? null : next;
}

// Download

/** The place of a file has been looked up: fetches it from there, or from those that follow. */
export function fetchFrom(state: PeerState, found: Found, name: string, turn: Turn): PeerState {
  fetchNext(state, found, name, found.owner, NO_ADDRESSES, REDIRECTS, found.owner === null, turn);
  return state;
}

/** @param silent whether somebody who was asked did not answer. */
function fetchNext(
  state: PeerState,
  found: Found,
  name: string,
  from: Peer | null,
  tried: readonly Address[],
  redirects: number,
  silent: boolean,
  turn: Turn,
): void {
  if (from === null) {
    if (found.goal.kind !== 'download') return;
    const kind = silent ? 'notFetched' : 'noSuchFile';
    finishOperation(turn, found.goal.operation, { kind, name, route: routeOf(found, turn) });
  } else if (from.address === state.me.address) {
    const file = fileIn(state.store, found.key, name);
    if (file !== null) fetched(found, file, from, turn);
    else
      fetchNext(
        state,
        found,
        name,
        holderAfter(found, tried, from, turn),
        [...tried, from.address],
        redirects,
        silent,
        turn,
      );
  } else {
    const tag: Tag = { kind: 'fetch', found, name, from, tried: [...tried, from.address], redirects, silent };
    const { bandwidth, rpcTimeoutUs, transferTimeoutUs } = turn.config;
    ask(
      turn,
      from,
      { kind: 'fetch', key: found.key, name },
      tag,
      bandwidth === null ? rpcTimeoutUs : transferTimeoutUs,
    );
  }
}

/**
 * Who might have the file too: the members behind the owner that keep copies, and one more, from which a newcomer may
 * still be taking its keys over.
 */
function holderAfter(found: Found, tried: readonly Address[], last: Peer, turn: Turn): Peer | null {
  const first = found.candidates.findIndex((peer) => samePeer(peer, found.owner));
  const all = found.candidates.slice(first, first + turn.config.replicas + 1);
  return all.find((peer) => isKnown(peer) && peer.address !== last.address && !tried.includes(peer.address)) ?? null;
}

function fetched(found: Found, file: SharedFile, from: Peer, turn: Turn): void {
  if (found.goal.kind !== 'download') return;
  finishOperation(turn, found.goal.operation, { kind: 'fetched', file, from, route: routeOf(found, turn) });
}

/** @param message null: no answer. */
export function onFetchAnswer(state: PeerState, tag: Of<Tag, 'fetch'>, message: Message | null, turn: Turn): PeerState {
  const { found, name, from, tried, redirects } = tag;
  if (message !== null && message.kind === 'file') {
    fetched(found, message.file, from, turn);
    return state;
  }
  if (message !== null && message.kind === 'elsewhere' && redirects > 0 && !tried.includes(message.peer.address)) {
    fetchNext(state, found, name, message.peer, tried, redirects - 1, tag.silent, turn);
    return state;
  }
  const silent = tag.silent || message === null || message.kind === 'notMember';
  fetchNext(state, found, name, holderAfter(found, tried, from, turn), tried, redirects, silent, turn);
  return state;
}

export function onFetch(state: PeerState, input: RequestInput<ChordTypes>, message: Fetch, turn: Turn): PeerState {
  const file = fileIn(state.store, message.key, message.name);
  if (file !== null) return afterTransfer(state, input.id, { kind: 'file', file }, [file], turn);
  const isBefore = isResponsible(state, message.key) === false;
  answer(turn, input.id, isBefore ? { kind: 'elsewhere', peer: state.predecessor as Peer } : { kind: 'noFile' });
  return state;
}

// Moving keys

/** A newcomer asks its successor for its keys. */
export function takeKeys(state: PeerState, turn: Turn): PeerState {
  const from = state.successors[0];
  if (from === undefined || !isKnown(from) || from.address === state.me.address) return state;
  const { bandwidth, rpcTimeoutUs, transferTimeoutUs } = turn.config;
  const timeoutUs = bandwidth === null ? rpcTimeoutUs : transferTimeoutUs;
  ask(turn, from, { kind: 'takeKeys', peer: state.me }, { kind: 'takeKeys', from }, timeoutUs);
  return state;
}

/** All that does not lie between the newcomer and this peer: its own keys, and those of which it keeps copies now. */
export function onTakeKeys(
  state: PeerState,
  input: RequestInput<ChordTypes>,
  message: TakeKeys,
  turn: Turn,
): PeerState {
  const files = state.store.filter((file) => !betweenOrLast(message.peer.id, file.key, state.me.id));
  return afterTransfer(state, input.id, { kind: 'keys', files: files.length === 0 ? NO_FILES : files }, files, turn);
}

export function onKeys(state: PeerState, from: Peer, message: Keys, turn: Turn): PeerState {
  if (message.files.length === 0) return state;
  log(turn, { kind: 'tookKeys', from, files: message.files.length });
  tell(turn, from, { kind: 'keysTaken', peer: state.me, files: message.files });
  return keep(state, message.files);
}

/**
 * Without replicas, what the newcomer has taken goes from here; but only if readers can be sent on to it. Otherwise,
 * and with replicas, repair sees to what does not belong here.
 */
export function onKeysTaken(state: PeerState, message: KeysTaken, turn: Turn): PeerState {
  if (turn.config.replicas > 1 || !samePeer(state.predecessor, message.peer)) return state;
  return dropFiles(state, message.files, turn);
}

/** A leaver's files go to its successor, or the next one that answers. False: there is nobody to take them. */
export function handOver(state: PeerState, to: readonly Peer[], turn: Turn): boolean {
  const heirs = to.filter((peer) => isKnown(peer) && peer.address !== state.me.address);
  if (state.store.length === 0 || heirs.length === 0) return false;
  const tag: Tag = { kind: 'handOver', next: heirs.slice(1) };
  sendStore(heirs[0], state.store, 1, heirs[0].address, tag, turn);
  return true;
}
