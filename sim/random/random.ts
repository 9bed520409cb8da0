import type { Distribution } from './distributions.ts';

/**
 * A stream of random numbers. Equal streams give equal draws on every machine: uniform draws are integer arithmetic,
 * the others go through pure implementations of log, exp and pow.
 */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  double(): number;
  /** Uniform integer in [0, n), n from 1 to 2^53. */
  int(n: number): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Exponential with this mean. */
  exponential(mean: number): number;
  /** Normal with this mean and standard deviation. */
  normal(mean: number, deviation: number): number;
  /** True with this probability. Draws nothing when it is 0 or less, or 1 or more. */
  chance(probability: number): boolean;
  /** One element, uniformly. @throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** A draw from a distribution, rounded to whole microseconds and never below 0. */
  sampleUs(distribution: Distribution): number;
}
