/** Pointers and fingers against the membership: derived anew where a table has changed. */
import { fingerStart } from './identifiers.ts';
import { FINGERS, FREE_FINGERS, type Overview, POINTERS } from './overview.ts';
import { firstFreeFinger, isKnown, samePeer } from './state.ts';
import { isSuccessorOf, NONE } from './survey.ts';
import type { Peer } from './values.ts';

/** Fingers beyond the successor. */
export interface FreeFingers {
  readonly count: number;
  /** Those that are not the successor of their start. */
  readonly stale: number;
  /** Those that name no live member. */
  readonly dead: number;
}

export class TableOverview {
  private readonly overview: Overview;
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
      if (!this.isRight(fingers[at][i], start, ringSize)) return i;
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

  private isRight(finger: Peer | null, start: number, ringSize: number): boolean {
    if (finger === null) return false;
    const position = this.overview.positionOf(finger.address);
    return position !== NONE && isSuccessorOf(start, finger.id, this.overview.idBefore(position), ringSize);
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
    if (this.countsOf !== overview.membership) {
      this.countsOf = overview.membership;
      this.counts = new Uint8Array(length);
      this.stales = new Uint8Array(length);
      this.deads = new Uint8Array(length);
      this.free = NO_FINGERS;
    }
    let { count, stale, dead } = this.free;
    for (let at = 0; at < length; at++) {
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

  private countAt(at: number): void {
    const { overview } = this;
    const { ringSize } = overview.world.config;
    const id = overview.ids[at];
    const fingers = overview.fingers[at];
    const list = overview.successors[at];
    const first = list.length > 0 && isKnown(list[0]) ? firstFreeFinger(id, list[0], ringSize) : fingers.length;
    let stale = 0;
    let dead = 0;
    for (let i = first; i < fingers.length; i++) {
      const finger = fingers[i];
      const position = finger === null ? NONE : overview.positionOf(finger.address);
      if (finger === null || position === NONE) {
        dead++;
        stale++;
      } else if (!isSuccessorOf(fingerStart(id, i, ringSize), finger.id, overview.idBefore(position), ringSize)) {
        stale++;
      }
    }
    this.counts[at] = Math.max(0, fingers.length - first);
    this.stales[at] = stale;
    this.deads[at] = dead;
  }
}

const NO_FINGERS: FreeFingers = { count: 0, stale: 0, dead: 0 };
