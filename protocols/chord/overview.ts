/**
 * What an observer with a view of everything derives from the members' tables, kept from one look to the next.
 *
 * Lists, tables and stores are immutable values, so what was derived from them stays right as long as they are the
 * identical objects. A look walks over the members once, compares, and marks whose tables are others than at the last
 * look; what follows from them (`RingOverview`, `TableOverview`, `FileOverview`) is derived anew for those alone, and
 * only when somebody asks. When another membership is met, everything is marked.
 *
 * Nothing in here is told of changes: identity alone decides. So a world that was put back to an earlier moment, or
 * went on another way from there, needs no care.
 */
import type { Address, World } from '../../sim/protocol.ts';
import type { ChordTypes } from './messages.ts';
import type { PeerState } from './state.ts';
import { type ExtendedList, NONE } from './survey.ts';
import type { Timeline } from './timeline.ts';
import type { Peer, SharedFile } from './values.ts';

/** What of a member is to be derived anew, as bits of its mark. */
export const BEST = 1;
export const FORM = 2;
export const POINTERS = 4;
export const FINGERS = 8;
export const FREE_FINGERS = 16;
const ALL = BEST | FORM | POINTERS | FINGERS | FREE_FINGERS;

/** By what a table is read: which marks another one sets. */
const OF_SUCCESSORS = BEST | FORM | POINTERS | FREE_FINGERS;
const OF_PREDECESSOR = POINTERS;
const OF_FINGERS = FINGERS | FREE_FINGERS;

/**
 * In rings up to this size the states themselves are remembered too: where a state is the identical one, its tables need
 * not be looked at. In a larger ring that would keep too many states alive that are otherwise gone after one event.
 */
const SMALL_RING = 1_024;

/** The members' tables at the last look, by position: the columns of one index belong to one member. */
export class Overview {
  readonly world: World<ChordTypes>;
  /** Live members, by identifier. */
  members: readonly Peer[] = [];
  /** Their identifiers. */
  ids: Float64Array = new Float64Array();
  /** Their addresses: another array for another membership. */
  addresses = new Int32Array();
  readonly successors: (readonly Peer[])[] = [];
  readonly predecessors: (Peer | null)[] = [];
  readonly fingers: (readonly (Peer | null)[])[] = [];
  readonly stores: (readonly SharedFile[])[] = [];
  /** How many files they keep together. */
  filesHeld = 0;
  /** Numbers of what was seen, from 1: another one for another membership, for other successor lists, for other stores. */
  membership = 0;
  listsSeen = 0;
  storesSeen = 0;

  /** By address, the position of the member there, or NONE; of higher addresses there is none. */
  positions = new Int32Array(64).fill(NONE);

  private readonly lastStates: PeerState[] = [];
  private marks = new Uint8Array();
  private marked = 0;

  constructor(world: World<ChordTypes>) {
    this.world = world;
  }

  /** Compares every member's tables with those of the last look. */
  look(timeline: Timeline): void {
    if (timeline.members !== this.members) this.enter(timeline);
    else this.compare();
  }

  private compare(): void {
    const { addresses, lastStates } = this;
    const { states } = this.world;
    if (addresses.length > SMALL_RING) {
      this.compareTables(states);
      return;
    }
    for (let at = 0; at < addresses.length; at++) {
      const state = states[addresses[at]];
      if (state === lastStates[at]) continue;
      lastStates[at] = state;
      this.compareAt(at, state);
    }
  }

  /** Short, and without a call where nothing has changed: nearly all of it is waiting for the states of a large ring, and the processor waits for several at once. */
  private compareTables(states: readonly PeerState[]): void {
    const { addresses, successors, predecessors, fingers, stores } = this;
    for (let at = 0; at < addresses.length; at++) {
      const state = states[addresses[at]];
      if (
        state.successors !== successors[at] ||
        state.predecessor !== predecessors[at] ||
        state.fingers !== fingers[at] ||
        state.store !== stores[at]
      ) {
        this.compareAt(at, state);
      }
    }
  }

  private compareAt(at: number, state: PeerState): void {
    const { successors, predecessors, fingers, stores } = this;
    if (state.successors !== successors[at]) {
      successors[at] = state.successors;
      this.listsSeen++;
      this.mark(at, OF_SUCCESSORS);
    }
    if (state.predecessor !== predecessors[at]) {
      predecessors[at] = state.predecessor;
      this.mark(at, OF_PREDECESSOR);
    }
    if (state.fingers !== fingers[at]) {
      fingers[at] = state.fingers;
      this.mark(at, OF_FINGERS);
    }
    if (state.store !== stores[at]) {
      this.filesHeld += state.store.length - stores[at].length;
      stores[at] = state.store;
      this.storesSeen++;
    }
  }

  private mark(at: number, bits: number): void {
    this.marks[at] |= bits;
    this.marked |= bits;
  }

  private enter({ members, ids }: Timeline): void {
    for (const address of this.addresses) this.positions[address] = NONE;
    const size = members.length;
    this.members = members;
    this.ids = ids;
    this.addresses = new Int32Array(size);
    for (let at = 0; at < size; at++) {
      const { address } = members[at];
      this.addresses[at] = address;
      if (address >= this.positions.length) this.positions = widened(this.positions, address + 1);
      this.positions[address] = at;
    }
    this.readAll();
    if (this.marks.length < size) this.marks = new Uint8Array(2 * size);
    this.marks.fill(ALL, 0, size);
    this.marked = ALL;
    this.membership++;
    this.listsSeen++;
    this.storesSeen++;
  }

  private readAll(): void {
    const { addresses, lastStates, successors, predecessors, fingers, stores } = this;
    const { states } = this.world;
    const size = addresses.length;
    lastStates.length = 0;
    for (const column of [successors, predecessors, fingers, stores]) {
      if (column.length > size) column.length = size;
    }
    this.filesHeld = 0;
    for (let at = 0; at < size; at++) {
      const state = states[addresses[at]];
      successors[at] = state.successors;
      predecessors[at] = state.predecessor;
      fingers[at] = state.fingers;
      stores[at] = state.store;
      this.filesHeld += state.store.length;
      if (size <= SMALL_RING) lastStates.push(state);
    }
  }

  /** The position of the member at this address, or NONE. */
  positionOf(address: Address): number {
    return address >= 0 && address < this.positions.length ? this.positions[address] : NONE;
  }

  /** The member at this position and its successor list. */
  extendedList(at: number): ExtendedList {
    return { me: this.members[at], successors: this.successors[at] };
  }

  /** The identifier of the member before this position. */
  idBefore(at: number): number {
    return this.ids[at === 0 ? this.ids.length - 1 : at - 1];
  }

  /** Whether any member may have this mark; from now on none has, so whoever asks sees to those that `takes`. */
  anyTakes(bit: number): boolean {
    const any = (this.marked & bit) !== 0;
    this.marked &= ~bit;
    return any;
  }

  /** Takes this mark from the member, and tells whether it was there. */
  takes(at: number, bit: number): boolean {
    const mark = this.marks[at];
    if ((mark & bit) === 0) return false;
    this.marks[at] = mark & ~bit;
    return true;
  }
}

function widened(column: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(Math.max(size, 2 * column.length)).fill(NONE);
  wider.set(column);
  return wider;
}
