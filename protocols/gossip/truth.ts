/**
 * What an origin really made, and how far it has spread: the judge's memory, an immutable value.
 *
 * Versions of one origin are numbered in the order in which they were made, over all its lives: that index is its place
 * in `made`, and "newer" means by index here, since as described the version itself starts again with each life.
 */
import type { Metadata } from './metadata.ts';
import { append, at, EMPTY_SEQUENCE, last, replace, type Sequence, toArray } from './sequence.ts';
import { isSame, sameNames } from './stamps.ts';

/** Coverages, in percent of the live peers, whose times are kept: the points of the S-curve. */
export const MILESTONES: readonly number[] = [
  1, 2, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 99, 100,
];

export interface Made {
  readonly metadata: Metadata;
  /** The life of the process that made it, counted from 1. */
  readonly life: number;
  readonly madeAtUs: number;
  /** Peers that were live then, the origin included. */
  readonly liveThen: number;
  /** Live peers that hold this version or a later one now, the origin included. */
  readonly reached: number;
  /**
   * Of the peers that were live then, the origin excluded: how many it reached (it or a later one), the sum of their
   * delays, and the last delay. At most `liveThen` − 1.
   */
  readonly arrivals: number;
  readonly delaySumUs: number;
  readonly lastDelayUs: number;
  /** Time from making until each of `MILESTONES` was first reached, as far as that came. */
  readonly milestonesUs: readonly number[];
}

export interface OriginTruth {
  /** In order of making. */
  readonly made: Sequence<Made>;
  /** Index of what the origin itself holds in this life; −1 if it has not looked or is not running. */
  readonly ownIndex: number;
  /** Index of the first version of the last life that made any. */
  readonly firstOfLife: number;
  /** Index of the oldest version since which the names have not changed. */
  readonly firstWithNames: number;
}

export const NOTHING_MADE: OriginTruth = { made: EMPTY_SEQUENCE, ownIndex: -1, firstOfLife: 0, firstWithNames: 0 };

/**
 * Index of the version that a peer holds, or −1 if its origin never made that. By identity first, since metadata is
 * shared and never copied: as described two lives may make equal versions, and a holder of the first does not come to
 * hold the second.
 */
export function indexOf({ made }: OriginTruth, metadata: Metadata): number {
  for (let i = made.length - 1; i >= 0; i--) if (at(made, i).metadata === metadata) return i;
  for (let i = made.length - 1; i >= 0; i--) {
    const one = at(made, i).metadata;
    if (isSame(one, metadata) && sameNames(one.files, metadata.files)) return i;
  }
  return -1;
}

/** A holder of one version that now holds another. */
export interface Move {
  /** Index held before and after; −1 for none. */
  readonly from: number;
  readonly to: number;
  readonly nowUs: number;
  /** Live peers now. */
  readonly live: number;
  /** When the holder started: what was made before does not count as arriving. Infinity if nothing counts. */
  readonly startedAtUs: number;
  /**
   * Index of the newest version that the holder has held before in this life; what is newer arrives for the first
   * time.
   */
  readonly known: number;
}

/** A holder goes from one version to another, up or down. */
export function move(truth: OriginTruth, { from, to, nowUs, live, startedAtUs, known }: Move): OriginTruth {
  if (from === to) return truth;
  let { made } = truth;
  for (let i = from + 1; i <= to; i++) {
    const one = at(made, i);
    const arrives = i > known && one.madeAtUs >= startedAtUs;
    made = replace(made, i, withMilestones(withHolder(one, arrives, nowUs), nowUs, live));
  }
  for (let i = to + 1; i <= from; i++) {
    const one = at(made, i);
    made = replace(made, i, { ...one, reached: one.reached - 1 });
  }
  return { ...truth, made };
}

/** The origin has made a version, and holds it. */
export function make(
  truth: OriginTruth,
  metadata: Metadata,
  life: number,
  { nowUs, live }: { readonly nowUs: number; readonly live: number },
): OriginTruth {
  const one: Made = {
    metadata,
    life,
    madeAtUs: nowUs,
    liveThen: live,
    reached: 0,
    arrivals: 0,
    delaySumUs: 0,
    lastDelayUs: 0,
    milestonesUs: [],
  };
  const before = last(truth.made);
  const to = truth.made.length;
  const appended: OriginTruth = {
    made: append(truth.made, one),
    ownIndex: to,
    firstOfLife: before?.life === life ? truth.firstOfLife : to,
    firstWithNames:
      before !== undefined && sameNames(before.metadata.files, metadata.files) ? truth.firstWithNames : to,
  };
  return move(appended, { from: truth.ownIndex, to, nowUs, live, startedAtUs: Number.POSITIVE_INFINITY, known: -1 });
}

/** Peers have gone: shares of the living have risen. */
export function refreshMilestones(truth: OriginTruth, nowUs: number, live: number): OriginTruth {
  let { made } = truth;
  for (let i = 0; i < made.length; i++) {
    const one = at(made, i);
    const refreshed = withMilestones(one, nowUs, live);
    if (refreshed !== one) made = replace(made, i, refreshed);
  }
  return made === truth.made ? truth : { ...truth, made };
}

/** How many live peers other than the origin hold exactly the version of each index. */
export function holdersByIndex({ made, ownIndex }: OriginTruth): readonly number[] {
  return toArray(made).map(
    ({ reached }, i, all) => reached - (i + 1 < all.length ? all[i + 1].reached : 0) - (i === ownIndex ? 1 : 0),
  );
}

/** Live peers other than the origin that hold anything older than the version of this index. */
export function holdersOfOlder({ made, ownIndex }: OriginTruth, index: number): number {
  if (index <= 0 || made.length === 0) return 0;
  const newer = index < made.length ? at(made, index).reached : 0;
  return at(made, 0).reached - newer - (ownIndex >= 0 && ownIndex < index ? 1 : 0);
}

/** Index of the first version made at or after that time; the number of versions if there is none. */
export function firstMadeSince({ made }: OriginTruth, sinceUs: number): number {
  let index = made.length;
  while (index > 0 && at(made, index - 1).madeAtUs >= sinceUs) index--;
  return index;
}

/** One live peer more holds it or a later one. Written out: this runs for each entry that any peer takes in. */
function withHolder(made: Made, arrives: boolean, nowUs: number): Made {
  const delayUs = nowUs - made.madeAtUs;
  return {
    metadata: made.metadata,
    life: made.life,
    madeAtUs: made.madeAtUs,
    liveThen: made.liveThen,
    reached: made.reached + 1,
    arrivals: arrives ? made.arrivals + 1 : made.arrivals,
    delaySumUs: arrives ? made.delaySumUs + delayUs : made.delaySumUs,
    lastDelayUs: arrives ? delayUs : made.lastDelayUs,
    milestonesUs: made.milestonesUs,
  };
}

function withMilestones(made: Made, nowUs: number, live: number): Made {
  let count = made.milestonesUs.length;
  while (count < MILESTONES.length && made.reached * 100 >= MILESTONES[count] * live) count++;
  if (count === made.milestonesUs.length) return made;
  const newly = Array.from({ length: count - made.milestonesUs.length }, () => nowUs - made.madeAtUs);
  return { ...made, milestonesUs: [...made.milestonesUs, ...newly] };
}

/** Time from making until that share of the live peers, one of `MILESTONES`, was reached; undefined if it was not. */
export function reachedAfterUs(made: Made, percent: number): number | undefined {
  return made.milestonesUs[MILESTONES.indexOf(percent)];
}
