/** The ring as a picture: plain data, without colours or coordinates of a screen. */
import type { Address, InFlight, OperationId, ProcessStatus, ViewFocus, World } from '../../sim/protocol.ts';
import { fingerStart, successorIndex } from './identifiers.ts';
import type { Judged } from './judge.ts';
import type { ChordTypes } from './messages.ts';
import { isResponsible, type PeerState } from './state.ts';
import { bestSuccessors, NONE, ringsOf, type Survey, surveyOf } from './survey.ts';
import type { Peer, Trail } from './values.ts';

export interface ChordView {
  readonly idBits: number;
  readonly ringSize: number;
  /** Live members. */
  readonly members: number;
  /** Separate rings of best successors; more than one, or none, is a broken ring. */
  readonly rings: number;
  /** By identifier; processes that left for good are left out. */
  readonly peers: readonly PeerView[];
  /** Lookups on their way, in order of arrival of their next message. */
  readonly lookups: readonly LookupView[];
  readonly selected: SelectedView | null;
}

export interface PeerView {
  readonly address: Address;
  readonly name: string;
  readonly id: number;
  readonly status: ProcessStatus;
  readonly phase: PeerState['phase'];
  /** On a ring of best successors; a member that is not is an appendage. */
  readonly onRing: boolean;
  /** The arcs to draw; null where there is none, or the process is not up. */
  readonly successor: PointerView | null;
  readonly predecessor: PointerView | null;
  /** Keys that it is responsible for and holds: dots on the arc before it, at most MAX_KEYS of them. */
  readonly keys: readonly number[];
  /** Files that it holds, copies included. */
  readonly files: number;
}

/**
 * - `right`: whom the membership says.
 * - `stale`: a live member, but another one.
 * - `broken`: no live member.
 */
export type PointerState = 'right' | 'stale' | 'broken';

export interface PointerView {
  readonly id: number;
  readonly state: PointerState;
}

export interface LookupView {
  /** The client's operation that it serves, or null for a peer's own. */
  readonly operation: OperationId | null;
  readonly key: number;
  /** Identifiers: the initiator, those who have had it, and whom the message in flight goes to. */
  readonly path: readonly number[];
  /** It mends a finger, or looks after copies. */
  readonly isMaintenance: boolean;
}

export interface SelectedView {
  readonly address: Address;
  readonly name: string;
  readonly id: number;
  readonly predecessor: PointerView | null;
  readonly successors: readonly PointerView[];
  readonly fingers: readonly FingerView[];
  /** What it holds for the ring. `own`: it is responsible; otherwise a copy. */
  readonly files: readonly FileView[];
  /** Names of what it shares itself. */
  readonly shared: readonly string[];
}

export interface FingerView {
  readonly index: number;
  readonly start: number;
  /** Null: not known. */
  readonly to: PointerView | null;
}

export interface FileView {
  readonly name: string;
  readonly key: number;
  readonly bytes: number;
  readonly own: boolean;
}

/** More dots than that on one arc say nothing more. */
const MAX_KEYS = 32;

export function view(world: World<ChordTypes>, judged: Judged, focus: ViewFocus): ChordView {
  const survey = surveyOf(world, judged.timeline.members);
  const { ringOf, count } = ringsOf(bestSuccessors(survey));
  const peers: PeerView[] = [];
  for (let address = 0; address < world.size; address++) {
    if (world.process(address).status !== 'gone') peers.push(peerView(world, address, survey, ringOf));
  }
  const { idBits, ringSize } = world.config;
  return {
    idBits,
    ringSize,
    members: survey.members.length,
    rings: count,
    peers: peers.sort((a, b) => a.id - b.id),
    lookups: lookupsIn(world),
    selected: focus.selected === null ? null : selectedView(world, focus.selected, survey),
  };
}

function peerView(world: World<ChordTypes>, address: Address, survey: Survey, ringOf: Int32Array): PeerView {
  const { name, status, state, boot } = world.process(address);
  const at = survey.positions.get(address);
  const common = { address, name, id: boot.me.id, status, phase: state.phase, files: state.store.length };
  if (at === undefined) return { ...common, onRing: false, successor: null, predecessor: null, keys: [] };
  const { members } = survey;
  const next = members[(at + 1) % members.length];
  const before = members[(at + members.length - 1) % members.length];
  return {
    ...common,
    onRing: ringOf[at] !== NONE,
    successor: pointer(state.successors[0] ?? null, next, survey),
    predecessor: pointer(state.predecessor, before, survey),
    keys: keysOn(state),
  };
}

function pointer(to: Peer | null, right: Peer, survey: Survey): PointerView | null {
  if (to === null) return null;
  if (to.address === right.address) return { id: to.id, state: 'right' };
  return { id: to.id, state: survey.positions.has(to.address) ? 'stale' : 'broken' };
}

function keysOn(state: PeerState): readonly number[] {
  const keys: number[] = [];
  for (const file of state.store) {
    if (keys.length === MAX_KEYS) break;
    if (isResponsible(state, file.key) === true) keys.push(file.key);
  }
  return keys;
}

// Lookups

function lookupsIn(world: World<ChordTypes>): readonly LookupView[] {
  const lookups: LookupView[] = [];
  for (const flying of world.inFlight()) {
    const lookup = lookupOf(world, flying);
    if (lookup !== null) lookups.push(lookup);
  }
  return lookups;
}

function lookupOf(world: World<ChordTypes>, { message, to }: InFlight<ChordTypes>): LookupView | null {
  switch (message.kind) {
    case 'findSuccessor':
    case 'findFinger':
    case 'nextHop':
    case 'nextFingerHop': {
      const { key, initiator } = message;
      const isMaintenance = message.kind === 'findFinger' || message.kind === 'nextFingerHop';
      const path = [initiator.id, ...idsOf(message.trail), world.process(to).boot.me.id];
      return {
        operation: isMaintenance ? null : operationFor(world, initiator.address, key),
        key,
        path,
        isMaintenance,
      };
    }
    default:
      return null;
  }
}

function idsOf(trail: Trail | null): number[] {
  const ids: number[] = [];
  for (let at = trail; at !== null; at = at.before) ids.push(at.peer.id);
  return ids.reverse();
}

function operationFor(world: World<ChordTypes>, issuer: Address, key: number): OperationId | null {
  for (const { id, issuer: asked, operation } of world.pending()) {
    if (asked !== issuer) continue;
    if ((operation.kind === 'lookup' || operation.kind === 'download') && operation.key === key) return id;
    if (operation.kind === 'upload' && operation.file.key === key) return id;
  }
  return null;
}

// The selected peer

function selectedView(world: World<ChordTypes>, address: Address, survey: Survey): SelectedView {
  const { name, state } = world.process(address);
  const { me, predecessor, successors, fingers, store, shared } = state;
  const { members } = survey;
  const right = (key: number) => members[successorIndex(members, key)] ?? me;
  const { ringSize } = world.config;
  const inOrder = successors.map((peer, place) => pointer(peer, nextAfter(survey, me, place), survey));
  const at = survey.positions.get(address);
  const before = at === undefined ? me : members[(at + members.length - 1) % members.length];
  return {
    address,
    name,
    id: me.id,
    predecessor: pointer(predecessor, before, survey),
    successors: inOrder.filter((entry) => entry !== null),
    fingers: fingers.map((peer, index) => {
      const start = fingerStart(me.id, index, ringSize);
      return { index, start, to: pointer(peer, right(start), survey) };
    }),
    files: store.map((file) => ({ ...file, own: isResponsible(state, file.key) === true })),
    shared: shared.map((file) => file.name),
  };
}

/** The member so many places behind a peer, on the ring that the membership says. */
function nextAfter({ members, positions }: Survey, me: Peer, place: number): Peer {
  const at = positions.get(me.address) ?? (members.length === 0 ? 0 : successorIndex(members, me.id) - 1);
  return members.length === 0 ? me : members[(at + 1 + place + members.length) % members.length];
}
