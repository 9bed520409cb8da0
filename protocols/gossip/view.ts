/** The system's picture as plain data: who knows how much of whom, how an update spreads, who is talking to whom. */
import type { Address, ViewFocus, World } from '../../sim/protocol.ts';
import { entriesOf, get } from '../common/trie.ts';
import { find } from './by-origin.ts';
import type { Judged } from './judged.ts';
import type { GossipMessage } from './messages.ts';
import { NOT_LOOKED, type Stamp } from './metadata.ts';
import { at, last } from './sequence.ts';
import { indexOf, MILESTONES, NOTHING_MADE, type OriginTruth } from './truth.ts';
import type { GossipTypes } from './types.ts';

export interface GossipView {
  readonly strategy: string;
  readonly peers: readonly PeerView[];
  readonly matrix: Matrix;
  /** The newest update of the origin in focus, or of all; null before the first. */
  readonly update: UpdateView | null;
  /** Messages on their way now. */
  readonly talk: readonly Talk[];
}

export interface PeerView {
  readonly address: Address;
  readonly name: string;
  readonly status: 'up' | 'paused' | 'down' | 'gone';
  readonly version: number;
  readonly incarnation: number;
  readonly files: number;
  /** Origins that it knows. */
  readonly known: number;
  readonly suspects: number;
  /** Whether it has a hot rumor. */
  readonly infective: boolean;
}

/**
 * Rows are live and dead peers, columns are those that have published: a window of at most `MATRIX_SIDE` of each, around the focus. Each has a window
 * of its own: where few have published, they are seen whoever is in the focus.
 */
export interface Matrix {
  readonly rows: readonly Address[];
  readonly columns: readonly Address[];
  readonly cells: readonly (readonly Cell[])[];
}

/**
 * How stale a peer's entry of an origin is.
 * - `own`: the peer itself; `down`: the peer does not run; `nothing`: it holds nothing, which is right if the origin
 *   is dead or has not looked.
 * - `held`: so many versions behind the newest that was made.
 */
export type Cell =
  | { readonly kind: 'own' | 'down' | 'nothing' }
  | {
      readonly kind: 'held';
      /** Versions behind its origin's newest; 0 is fresh. */
      readonly behind: number;
      /** Since its origin made it. */
      readonly ageUs: number;
      /** Share of the expiry that the age amounts to, capped at 1; 0 if nothing expires. */
      readonly aged: number;
      readonly originDead: boolean;
      readonly suspected: boolean;
    };

export interface UpdateView {
  readonly origin: Address;
  readonly name: string;
  readonly version: number;
  readonly madeAtUs: number;
  /** Share of the live peers that hold it or a later one now. */
  readonly coverage: number;
  /** The S-curve: when which share was first reached, in order, up to now. */
  readonly curve: readonly { readonly afterUs: number; readonly share: number }[];
}

export interface Talk {
  readonly from: Address;
  readonly to: Address;
  readonly what: GossipMessage['kind'];
  /** Origins that it is about. */
  readonly about: readonly Address[];
}

/** Rows and columns of the matrix at most. */
export const MATRIX_SIDE = 64;

export function view(world: World<GossipTypes>, judged: Judged, focus: ViewFocus): GossipView {
  const shown = windowOf(world.size, focus.selected ?? 0);
  return {
    strategy: world.config.strategy,
    peers: shown.map((address) => peerView(world, address)),
    matrix: matrixOf(world, judged, shown, publishedAround(judged, focus.selected ?? 0)),
    update: updateView(world, judged, focus.selected),
    talk: world.inFlight().map(({ from, to, message }) => ({ from, to, what: message.kind, about: aboutOf(message) })),
  };
}

/** A window of places, of so many in all, with the focus in the middle where that can be. */
function windowOf(size: number, focus: number): readonly number[] {
  const length = Math.min(size, MATRIX_SIDE);
  const first = Math.max(0, Math.min(size - length, focus - (length >> 1)));
  return Array.from({ length }, (_, i) => first + i);
}

function publishedAround(judged: Judged, focus: Address): readonly Address[] {
  const published = entriesOf(judged.origins)
    .map(([address]) => Number(address))
    .sort((a, b) => a - b);
  const place = published.findIndex((address) => address >= focus);
  return windowOf(published.length, place < 0 ? published.length : place).map((i) => published[i]);
}

function peerView(world: World<GossipTypes>, address: Address): PeerView {
  const { name, status, state } = world.process(address);
  return {
    address,
    name,
    status,
    version: state.own.version,
    incarnation: state.own.incarnation,
    files: state.folder.length,
    known: state.store.length,
    suspects: state.suspects.length,
    infective: state.hot.length > 0,
  };
}

function matrixOf(
  world: World<GossipTypes>,
  judged: Judged,
  rows: readonly Address[],
  columns: readonly Address[],
): Matrix {
  const truths = columns.map((origin) => get(judged.origins, origin) ?? NOTHING_MADE);
  const cells = rows.map((row) => columns.map((origin, i) => cellOf(world, row, origin, truths[i])));
  return { rows, columns, cells };
}

function cellOf(world: World<GossipTypes>, row: Address, origin: Address, truth: OriginTruth): Cell {
  if (!world.alive(row)) return { kind: 'down' };
  const { state } = world.process(row);
  if (row === origin) return { kind: state.own.version === NOT_LOOKED ? 'nothing' : 'own' };
  const entry = find(state.store, origin);
  const index = entry === undefined ? -1 : indexOf(truth, entry.metadata);
  if (index < 0) return { kind: 'nothing' };
  const { expiryUs } = world.config;
  const ageUs = world.nowUs - at(truth.made, index).madeAtUs;
  return {
    kind: 'held',
    behind: truth.made.length - 1 - index,
    ageUs,
    aged: expiryUs === null ? 0 : Math.min(1, ageUs / expiryUs),
    originDead: !world.alive(origin),
    suspected: find(state.suspects, origin) !== undefined,
  };
}

function updateView(world: World<GossipTypes>, judged: Judged, selected: Address | null): UpdateView | null {
  const origin = selected !== null && get(judged.origins, selected) !== undefined ? selected : newestOrigin(judged);
  const made = origin === null ? undefined : last((get(judged.origins, origin) ?? NOTHING_MADE).made);
  if (origin === null || made === undefined) return null;
  return {
    origin,
    name: world.process(origin).name,
    version: made.metadata.version,
    madeAtUs: made.madeAtUs,
    coverage: judged.live === 0 ? 0 : made.reached / judged.live,
    curve: made.milestonesUs.map((afterUs, i) => ({ afterUs, share: MILESTONES[i] / 100 })),
  };
}

/** The origin of the update made last; among several the lowest address. */
function newestOrigin(judged: Judged): Address | null {
  let newest: Address | null = null;
  let newestUs = -1;
  for (const [key, { made }] of entriesOf(judged.origins)) {
    const origin = Number(key);
    const madeAtUs = last(made)?.madeAtUs ?? -1;
    if (madeAtUs > newestUs || (madeAtUs === newestUs && newest !== null && origin < newest)) {
      newest = origin;
      newestUs = madeAtUs;
    }
  }
  return newest;
}

function aboutOf(message: GossipMessage): readonly Address[] {
  const originOf = ({ origin }: Stamp) => origin;
  switch (message.kind) {
    case 'metadata':
      return [message.carried.metadata.origin];
    case 'entries':
    case 'rumors':
      return message.carried.map(({ metadata }) => metadata.origin);
    case 'digest':
      return message.stamps.map(originOf);
    case 'feedback':
      return message.replies.map(originOf);
    case 'want':
      return message.origins;
    case 'pull':
      return [];
  }
}
