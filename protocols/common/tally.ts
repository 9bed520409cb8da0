/** Durations counted as they come, for a summary: no list grows with the run. */
export interface Tally {
  readonly count: number;
  readonly sumUs: number;
  readonly minUs: number;
  readonly maxUs: number;
}

export const EMPTY_TALLY: Tally = { count: 0, sumUs: 0, minUs: 0, maxUs: 0 };

export function count(tally: Tally, us: number): Tally {
  if (tally.count === 0) return { count: 1, sumUs: us, minUs: us, maxUs: us };
  return {
    count: tally.count + 1,
    sumUs: tally.sumUs + us,
    minUs: Math.min(tally.minUs, us),
    maxUs: Math.max(tally.maxUs, us),
  };
}

/** The mean, or 0 of nothing. */
export function meanUs(tally: Tally): number {
  return tally.count === 0 ? 0 : tally.sumUs / tally.count;
}
