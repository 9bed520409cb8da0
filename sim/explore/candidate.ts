import type { Plain } from './plain.ts';

/** A smaller scenario, to be tried. */
export interface Candidate {
  readonly said: Plain;
  /** Other seeds that are worth a try, besides its own: a cut moves the draws. */
  readonly seeds: { readonly from: number; readonly count: number };
}
