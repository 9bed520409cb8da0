/** Pointers and fingers against the membership: derived anew where a table has changed. */
import { betweenOrLast, fingerStart } from './identifiers.ts';
import { FINGERS, FREE_FINGERS, type Overview, POINTERS } from './overview.ts';
import { firstFreeFinger, isKnown, samePeer } from './state.ts';
import { NONE } from './survey.ts';
import type { Peer } from './values.ts';

/** Fingers beyond the successor. */
export interface FreeFingers {
  readonly count: number;
  /** Those that are not the successor of their start. */
  readonly stale: number;
  /** Those that name no live member. */
  readonly dead: number;
}

/** For so many members at once the tables are read ahead; and so many of their fingers are followed. */
const AHEAD = 32;
const FAR = 14;

export class TableOverview {
  private readonly overview: Overview;
  /** Kept so that reading ahead is not left out as of no use. */
  readAhead = 0;

  /** By member: whether its list or predecessor, and whether a finger, is not what the membership says. Right where there is no mark. */
  private wrongPointers = new Uint8Array();
  private wrongFingers = new Uint8Array();
  private verdictsOf = 0;

  /** By member, and together. */
  private counts = new Uint8Array();
  private stales = new Uint8Array();
  private deads = new Uint8Array();
  private free: FreeFingers = NO_FINGERS;
  private countsOf = 0;

  constructor(overview: Overview) {
    this.overview = overview;
  }

  /** The position of the first member whose successor list or predecessor is not what the membership says, or NONE. */
  firstWithWrongPointers(): number {
    const { length } = this.overview.members;
    this.enter();
    for (let at = 0; at < length; at++) if (this.hasWrongPointers(at)) return at;
    return NONE;
  }

  /** The same of successor list, predecessor and fingers. */
  firstNotIdeal(): number {
    const { length } = this.overview.members;
    this.enter();
    for (let at = 0; at < length; at++) if (this.hasWrongPointers(at) || this.hasWrongFingers(at)) return at;
    return NONE;
  }

  /** Whether successor list and predecessor of the member at this position are not what the membership says. */
  arePointersWrong(at: number): boolean {
    const { members, successors, predecessors, world } = this.overview;
    const list = successors[at];
    const count = members.length;
    if (list.length !== Math.min(world.config.successors, count)) return true;
    for (let i = 0; i < list.length; i++) if (!samePeer(list[i], members[(at + 1 + i) % count])) return true;
    const predecessor = predecessors[at];
    if (count === 1 && predecessor === null) return false;
    return !samePeer(predecessor, members[at === 0 ? count - 1 : at - 1]);
  }

  /** The first finger of the member at this position that is not what the membership says, or NONE. */
  firstWrongFinger(at: number): number {
    const { fingers, ids, world } = this.overview;
    const { ringSize } = world.config;
    for (let i = 0; i < fingers[at].length; i++) {
      const start = fingerStart(ids[at], i, ringSize);
      if (!this.isRight(fingers[at][i], start)) return i;
    }
    return NONE;
  }

  /** All members' fingers beyond their successors. */
  freeFingers(): FreeFingers {
    const { overview } = this;
    if (overview.anyTakes(FREE_FINGERS)) this.countAnew();
    return this.free;
  }

  private hasWrongPointers(at: number): boolean {
    if (this.overview.takes(at, POINTERS)) this.wrongPointers[at] = this.arePointersWrong(at) ? 1 : 0;
    return this.wrongPointers[at] === 1;
  }

  private hasWrongFingers(at: number): boolean {
    if (this.overview.takes(at, FINGERS)) this.wrongFingers[at] = this.firstWrongFinger(at) === NONE ? 0 : 1;
    return this.wrongFingers[at] === 1;
  }

  private isRight(finger: Peer | null, start: number): boolean {
    if (finger === null) return false;
    const position = this.overview.positionOf(finger.address);
    return position !== NONE && betweenOrLast(this.overview.idBefore(position), start, finger.id);
  }

  private enter(): void {
    const { membership, members } = this.overview;
    if (this.verdictsOf === membership) return;
    this.verdictsOf = membership;
    this.wrongPointers = new Uint8Array(members.length);
    this.wrongFingers = new Uint8Array(members.length);
  }

  private countAnew(): void {
    const { overview } = this;
    const { length } = overview.members;
    const isAll = this.countsOf !== overview.membership;
    if (isAll) this.enterCounts();
    let { count, stale, dead } = this.free;
    for (let at = 0; at < length; at++) {
      if (isAll && at % AHEAD === 0) this.readAhead = readAhead(overview, at, Math.min(at + AHEAD, length));
      if (!overview.takes(at, FREE_FINGERS)) continue;
      count -= this.counts[at];
      stale -= this.stales[at];
      dead -= this.deads[at];
      this.countAt(at);
      count += this.counts[at];
      stale += this.stales[at];
      dead += this.deads[at];
    }
    this.free = { count, stale, dead };
  }

  private enterCounts(): void {
    const { membership, members } = this.overview;
    this.countsOf = membership;
    this.counts = new Uint8Array(members.length);
    this.stales = new Uint8Array(members.length);
    this.deads = new Uint8Array(members.length);
    this.free = NO_FINGERS;
  }

  private countAt(at: number): void {
    const { positions, ids, fingers, successors, world } = this.overview;
    const { ringSize } = world.config;
    const own = fingers[at];
    const list = successors[at];
    const first = list.length > 0 && isKnown(list[0]) ? firstFreeFinger(ids[at], list[0], ringSize) : own.length;
    const last = ids.length - 1;
    let stale = 0;
    let dead = 0;
    for (let i = first; i < own.length; i++) {
      const finger = own[i];
      const position =
        finger === null || !isKnown(finger) || finger.address >= positions.length ? NONE : positions[finger.address];
      if (finger === null || position === NONE) {
        dead++;
        stale++;
        continue;
      }
      const before = ids[position === 0 ? last : position - 1];
      if (!betweenOrLast(before, fingerStart(ids[at], i, ringSize), finger.id)) stale++;
    }
    this.counts[at] = Math.max(0, own.length - first);
    this.stales[at] = stale;
    this.deads[at] = dead;
  }
}

/**
 * Reads what counting fingers will look at, level by level: the members' tables lie anywhere in a large ring, and in each
 * of these loops the processor waits for all of them at once. It halves what the counting takes. The result means nothing.
 */
function readAhead({ successors, fingers }: Overview, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += successors[at].length + fingers[at].length;
  for (let at = from; at < to; at++) {
    if (successors[at].length > 0) sum += successors[at][0].address;
    const { length } = fingers[at];
    // A cache line holds eight.
    for (let i = length - 1; i >= 0; i -= 8) if (fingers[at][i] === null) sum++;
  }
  for (let at = from; at < to; at++) {
    // The far ones: the others are mostly the successor.
    const { length } = fingers[at];
    for (let i = Math.max(0, length - FAR); i < length; i++) sum += fingers[at][i]?.address ?? 0;
  }
  return sum;
}

const NO_FINGERS: FreeFingers = { count: 0, stale: 0, dead: 0 };
