/** Best successors, the rings that they make, and the form of successor lists: derived anew where a list has changed. */
import { BEST, FORM, type Overview } from './overview.ts';
import { firstDisorder, hasDuplicates, NONE, principalsOf, type Rings, ringsOf } from './survey.ts';

/** What may be wrong with the form of a successor list, as bits. */
export const DUPLICATE = 1;
export const DISORDER = 2;

export class RingOverview {
  private readonly overview: Overview;
  private membership = 0;
  /** For each member the position of its best successor, or NONE. */
  private best = new Int32Array();
  /** By member, whether its successor is another one than the next live member; and how many there are. */
  private astray = new Uint8Array();
  private countAstray = 0;
  /** Of these best successors; null until somebody asks. */
  private found: Rings | null = null;
  /** What was said of these rings, by whoever said it. */
  private readonly said = new Map<unknown, unknown>();

  private formsOf = 0;
  private malformed = new Uint8Array();
  private principalsIn = 0;
  private principalsFound: readonly number[] = [];

  constructor(overview: Overview) {
    this.overview = overview;
  }

  /** How many members have a successor that is not the next live member. */
  countSuccessorsAstray(): number {
    this.findBest();
    return this.countAstray;
  }

  /** How many members are on no ring. */
  countAppendages(): number {
    return this.remark(appendagesIn, this);
  }

  /** For each member the position of its best successor, or NONE. Right until the next look. */
  bestSuccessors(): Int32Array {
    this.findBest();
    return this.best;
  }

  rings(): Rings {
    this.findBest();
    this.found ??= ringsOf(this.best);
    return this.found;
  }

  /** What `say` says of members and rings, and of nothing else: it is asked once while best successors stay as they are. */
  remark<L, R>(say: (look: L) => R, look: L): R {
    this.findBest();
    const known = this.said.get(say) as R | undefined;
    if (known !== undefined) return known;
    const remark = say(look);
    this.said.set(say, remark);
    return remark;
  }

  /** The position of the first member that has no live entry in its list, or NONE. */
  firstCutOff(): number {
    return this.bestSuccessors().indexOf(NONE);
  }

  /** The position of the first member whose list has this wrong with its form, or NONE. */
  firstMalformed(wrong: number): number {
    this.examine();
    const { malformed } = this;
    for (let at = 0; at < malformed.length; at++) if ((malformed[at] & wrong) !== 0) return at;
    return NONE;
  }

  /** Positions of the principals, ascending. */
  principals(): readonly number[] {
    const { overview } = this;
    const { members, listsSeen } = overview;
    if (this.principalsIn !== listsSeen) {
      this.principalsIn = listsSeen;
      this.principalsFound = principalsOf(
        members,
        members.map((_, at) => overview.extendedList(at)),
      );
    }
    return this.principalsFound;
  }

  private findBest(): void {
    const { overview } = this;
    if (!overview.anyTakes(BEST)) return;
    if (this.membership !== overview.membership) this.enter();
    for (let at = 0; at < this.best.length; at++) if (overview.takes(at, BEST)) this.follow(at);
  }

  private enter(): void {
    const { membership, members } = this.overview;
    this.membership = membership;
    this.best = new Int32Array(members.length).fill(NONE);
    this.astray = new Uint8Array(members.length);
    this.countAstray = 0;
    this.changed();
  }

  private follow(at: number): void {
    const { overview, best, astray } = this;
    const list = overview.successors[at];
    const next = at + 1 === best.length ? 0 : at + 1;
    let found = NONE;
    let isAstray = 1;
    if (list.length > 0 && list[0] === overview.members[next]) {
      // Nearly always, and then nobody has to be looked up.
      found = next;
      isAstray = 0;
    } else {
      if (list.length > 0 && overview.positionOf(list[0].address) === next) isAstray = 0;
      for (let i = 0; i < list.length && found === NONE; i++) found = overview.positionOf(list[i].address);
    }
    this.countAstray += isAstray - astray[at];
    astray[at] = isAstray;
    if (found === best[at]) return;
    best[at] = found;
    this.changed();
  }

  private changed(): void {
    this.found = null;
    if (this.said.size > 0) this.said.clear();
  }

  private examine(): void {
    const { overview } = this;
    if (!overview.anyTakes(FORM)) return;
    const { members, membership, world } = overview;
    if (this.formsOf !== membership) {
      this.formsOf = membership;
      this.malformed = new Uint8Array(members.length);
    }
    for (let at = 0; at < members.length; at++) {
      if (!overview.takes(at, FORM)) continue;
      const extended = overview.extendedList(at);
      const disorder = firstDisorder(extended, world.config.ringSize) === null ? 0 : DISORDER;
      this.malformed[at] = (hasDuplicates(extended) ? DUPLICATE : 0) | disorder;
    }
  }
}

function appendagesIn(ring: RingOverview): number {
  const { ringOf } = ring.rings();
  let appendages = 0;
  for (let at = 0; at < ringOf.length; at++) if (ringOf[at] === NONE) appendages++;
  return appendages;
}
