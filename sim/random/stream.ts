import exp from '@stdlib/math-base-special-exp';
import ln from '@stdlib/math-base-special-ln';
import seedrandom from 'seedrandom';
import type { Distribution } from './distributions.ts';
import type { Random } from './random.ts';

/** The state of a stream between two draws: four 32-bit integers. */
export interface StreamState {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/**
 * A stream over seedrandom's Tyche-i (Neves and Araujo 2011): small, fast, and its state can be kept and put back.
 * Seeds must be hashed labels, not counters: the generator's first draws from near seeds are not independent enough.
 */
export class Stream implements Random {
  private generator: seedrandom.StatefulPRNG<StreamState>;

  /** @param seed an integer from 0 to 2^53 − 1. */
  constructor(seed: number) {
    this.generator = tychei(seed, { state: true });
  }

  double(): number {
    return this.generator.double();
  }

  int(n: number): number {
    return Math.floor(this.generator.double() * n);
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.generator.double();
  }

  exponential(mean: number): number {
    return -mean * ln(this.generator.double());
  }

  /** Marsaglia's polar method; its second value is thrown away, so that no draw depends on what was asked before. */
  normal(mean: number, deviation: number): number {
    for (;;) {
      const x = 2 * this.generator.double() - 1;
      const y = 2 * this.generator.double() - 1;
      const s = x * x + y * y;
      if (s > 0 && s < 1) return mean + deviation * x * Math.sqrt((-2 * ln(s)) / s);
    }
  }

  chance(probability: number): boolean {
    if (probability <= 0) return false;
    if (probability >= 1) return true;
    return this.generator.double() < probability;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('pick from an empty list');
    return items[this.int(items.length)] as T;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = items.slice();
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.int(last + 1);
      const kept = shuffled[last] as T;
      shuffled[last] = shuffled[other] as T;
      shuffled[other] = kept;
    }
    return shuffled;
  }

  sampleUs(distribution: Distribution): number {
    return Math.max(0, Math.round(this.sample(distribution)));
  }

  private sample(distribution: Distribution): number {
    switch (distribution.kind) {
      case 'constant':
        return distribution.us;
      case 'uniform':
        return this.uniform(distribution.lowUs, distribution.highUs);
      case 'exponential':
        return this.exponential(distribution.meanUs);
      case 'normal':
        return this.normal(distribution.meanUs, distribution.deviationUs);
      case 'lognormal':
        return distribution.medianUs * exp(this.normal(0, distribution.sigma));
      case 'pareto':
        return distribution.minimumUs * exp(-ln(this.generator.double()) / distribution.shape);
      case 'empirical':
        return this.pick(distribution.valuesUs);
    }
  }

  snapshot(): StreamState {
    return this.generator.state();
  }

  restore(state: StreamState): void {
    this.generator = tychei(0, { state });
  }
}

type Tychei = (seed: number, options: { state: true | StreamState }) => seedrandom.StatefulPRNG<StreamState>;

// The published types know only string seeds and the ARC4 state; the generator itself takes an integer as it is.
const tychei = seedrandom.tychei as unknown as Tychei;
