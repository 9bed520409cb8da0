/**
 * What an origin really made, and how far it has spread: the judge's memory, an immutable value.
 *
 * Versions of one origin are numbered in the order in which they were made, over all its lives: that index is its place in `made`, and "newer"
 * means by index here, since as described the version itself starts again with each life.
 */

import type { Metadata } from './metadata.ts';
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
  /** Peers that it reached in time order, the origin excluded: how many, the sum of their delays, and the last delay. Those that start later don't count, so there are at most `liveThen` − 1. */
  readonly arrivals: number;
  readonly delaySumUs: number;
  readonly lastDelayUs: number;
  /** Time from making until each of `MILESTONES` was first reached, as far as that came. */
  readonly milestonesUs: readonly number[];
}

export interface OriginTruth {
  /** In order of making. */
  readonly made: readonly Made[];
  /** Index of what the origin itself holds in this life; −1 if it has not looked or is not running. */
  readonly ownIndex: number;
}

export const NOTHING_MADE: OriginTruth = { made: [], ownIndex: -1 };

/**
 * Index of the version that a peer holds, or −1 if its origin never made that. By identity first, since metadata is shared and never copied: as
 * described two lives may make equal versions, and a holder of the first does not come to hold the second.
 */
export function indexOf(truth: OriginTruth, metadata: Metadata): number {
  const { made } = truth;
  for (let i = made.length - 1; i >= 0; i--) if (made[i].metadata === metadata) return i;
  for (let i = made.length - 1; i >= 0; i--) {
    if (isSame(made[i].metadata, metadata) && sameNames(made[i].metadata.files, metadata.files)) return i;
  }
  return -1;
}

/** What a change of one holder's hands did to an origin's versions. */
export interface Move {
  /** Index held before and after; −1 for none. */
  readonly from: number;
  readonly to: number;
  readonly nowUs: number;
  /** Live peers now. */
  readonly live: number;
  /** Versions from this index on are arriving at this peer for the first time; Infinity if arrivals don't count. */
  readonly arrivingFrom: number;
}

/** A holder goes from one version to another, up or down. */
export function move(truth: OriginTruth, { from, to, nowUs, live, arrivingFrom }: Move): OriginTruth {
  if (from === to) return truth;
  const made = truth.made.slice();
  for (let i = from + 1; i <= to; i++) {
    const arrived = i >= arrivingFrom ? withArrival(made[i], nowUs) : made[i];
    made[i] = withMilestones({ ...arrived, reached: arrived.reached + 1 }, nowUs, live);
  }
  for (let i = to + 1; i <= from; i++) made[i] = { ...made[i], reached: made[i].reached - 1 };
  return { ...truth, made };
}

/** The origin has made a version, and holds it. */
export function make(
  truth: OriginTruth,
  metadata: Metadata,
  life: number,
  at: { readonly nowUs: number; readonly live: number },
): OriginTruth {
  const one: Made = {
    metadata,
    life,
    madeAtUs: at.nowUs,
    liveThen: at.live,
    reached: 0,
    arrivals: 0,
    delaySumUs: 0,
    lastDelayUs: 0,
    milestonesUs: [],
  };
  const to = truth.made.length;
  const appended = { made: [...truth.made, one], ownIndex: to };
  return move(appended, { ...at, from: truth.ownIndex, to, arrivingFrom: Number.POSITIVE_INFINITY });
}

/** Peers have gone: shares of the living have risen. */
export function refreshMilestones(truth: OriginTruth, nowUs: number, live: number): OriginTruth {
  const made = truth.made.map((one) => withMilestones(one, nowUs, live));
  return made.every((one, i) => one === truth.made[i]) ? truth : { ...truth, made };
}

/** How many live peers other than the origin hold exactly the version of each index. */
export function holdersByIndex({ made, ownIndex }: OriginTruth): readonly number[] {
  return made.map(
    ({ reached }, i) => reached - (i + 1 < made.length ? made[i + 1].reached : 0) - (i === ownIndex ? 1 : 0),
  );
}

/** Live peers other than the origin that hold anything older than the version of this index. */
export function holdersOfOlder({ made, ownIndex }: OriginTruth, index: number): number {
  if (index <= 0 || made.length === 0) return 0;
  const newer = index < made.length ? made[index].reached : 0;
  return made[0].reached - newer - (ownIndex >= 0 && ownIndex < index ? 1 : 0);
}

/** Index of the first version made at or after that time; the number of versions if there is none. */
export function firstMadeSince({ made }: OriginTruth, sinceUs: number): number {
  let at = made.length;
  while (at > 0 && made[at - 1].madeAtUs >= sinceUs) at--;
  return at;
}

/** Index of the first version of the origin's latest life that made any; 0 if there was but one. */
export function firstOfLatestLife({ made }: OriginTruth): number {
  let at = made.length;
  while (at > 0 && made[at - 1].life === made[made.length - 1].life) at--;
  return at;
}

/** Index of the oldest version since which the names have not changed. */
export function firstWithLatestNames({ made }: OriginTruth): number {
  let at = made.length - 1;
  while (at > 0 && sameNames(made[at - 1].metadata.files, made[at].metadata.files)) at--;
  return at;
}

function withArrival(made: Made, nowUs: number): Made {
  const delayUs = nowUs - made.madeAtUs;
  return { ...made, arrivals: made.arrivals + 1, delaySumUs: made.delaySumUs + delayUs, lastDelayUs: delayUs };
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
