import exp from '@stdlib/math-base-special-exp';
import ln from '@stdlib/math-base-special-ln';
import seedrandom from 'seedrandom';
import type { Distribution } from './distributions.ts';
import type { Random } from './random.ts';
import { EDGES, HEIGHTS, LAYERS, TAIL } from './ziggurat.ts';

/** The state of a stream between two draws: four 32-bit integers. */
export interface StreamState {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/**
 * A stream over seedrandom's Tyche-i (Neves and Araujo 2011, "Fast and small nonlinear pseudorandom number generators for computer simulation").
 * seedrandom makes the state from the seed; the step is written out here, draw for draw the same as seedrandom's (a test holds them together),
 * since its closures cost each process 466 bytes and each draw a walk through eight objects, and there may be a million processes.
 * Seeds must be hashed labels, not counters: first draws from near seeds are not independent enough.
 */
export class Stream implements Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** @param seed an integer from 0 to 2^53 − 1. */
  constructor(seed: number) {
    const { a, b, c, d } = tychei(seed, { state: true }).state();
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.d = d | 0;
  }

  double(): number {
    for (;;) {
      const top = this.next() >>> 11;
      const bottom = (this.next() >>> 0) / 0x1_0000_0000;
      const drawn = (top + bottom) / 0x20_0000;
      if (drawn !== 0) return drawn;
    }
  }

  private next(): number {
    let { a, b, c, d } = this;
    b = (b << 25) ^ (b >>> 7) ^ c;
    c = (c - d) | 0;
    d = (d << 24) ^ (d >>> 8) ^ a;
    a = (a - b) | 0;
    b = (b << 20) ^ (b >>> 12) ^ c;
    c = (c - d) | 0;
    this.b = b;
    this.c = c;
    this.d = (d << 16) ^ (c >>> 16) ^ a;
    a = (a - b) | 0;
    this.a = a;
    return a;
  }

  int(n: number): number {
    return Math.floor(this.double() * n);
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.double();
  }

  exponential(mean: number): number {
    for (;;) {
      const high = this.next();
      const layer = high & (LAYERS - 1);
      // 24 bits of the one draw that the layer has not used, 29 of another.
      const uniform = ((high >>> 8) * 0x2000_0000 + (this.next() >>> 3)) / 0x20_0000_0000_0000;
      const x = uniform * EDGES[layer];
      if (x < EDGES[layer + 1]) return mean * x;
      // An exponential has no memory: its tail is itself, further on.
      if (layer === 0) return mean * (TAIL - ln(this.double()));
      const height = HEIGHTS[layer] + this.double() * (HEIGHTS[layer + 1] - HEIGHTS[layer]);
      if (height < exp(-x)) return mean * x;
    }
  }

  /** Marsaglia's polar method; its second value is thrown away, so that no draw depends on what was asked before. */
  normal(mean: number, deviation: number): number {
    for (;;) {
      const x = 2 * this.double() - 1;
      const y = 2 * this.double() - 1;
      const s = x * x + y * y;
      if (s > 0 && s < 1) return mean + deviation * x * Math.sqrt((-2 * ln(s)) / s);
    }
  }

  chance(probability: number): boolean {
    if (probability <= 0) return false;
    if (probability >= 1) return true;
    return this.double() < probability;
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
        return distribution.minimumUs * exp(-ln(this.double()) / distribution.shape);
      case 'empirical':
        return this.pick(distribution.valuesUs);
    }
  }

  snapshot(): StreamState {
    const { a, b, c, d } = this;
    return { a, b, c, d };
  }

  restore(state: StreamState): void {
    this.a = state.a;
    this.b = state.b;
    this.c = state.c;
    this.d = state.d;
  }
}

type Tychei = (seed: number, options: { state: true }) => seedrandom.StatefulPRNG<StreamState>;

// The published types know only string seeds and the ARC4 state; the generator itself takes an integer as it is.
const tychei = seedrandom.tychei as unknown as Tychei;
