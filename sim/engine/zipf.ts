import exp from '@stdlib/math-base-special-exp';
import ln from '@stdlib/math-base-special-ln';
import type { Random } from '../random/random.ts';

/**
 * Draws ranks 0 … n − 1 with probability proportional to 1/(rank + 1)^exponent, in constant time whatever n:
 * rejection-inversion (Hörmann and Derflinger 1996, "Rejection-inversion to generate variates from monotone discrete distributions").
 */
export class Zipf {
  private readonly n: number;
  private readonly exponent: number;
  private readonly lowest: number;
  private readonly highest: number;
  private readonly shortcut: number;

  /** @param exponent more than 0. @param n at least 1. */
  constructor(exponent: number, n: number) {
    this.n = n;
    this.exponent = exponent;
    this.lowest = this.integral(1.5) - 1;
    this.highest = this.integral(n + 0.5);
    this.shortcut = 2 - this.inverse(this.integral(2.5) - this.density(2));
  }

  draw(random: Random): number {
    for (;;) {
      const u = this.highest + random.double() * (this.lowest - this.highest);
      const x = this.inverse(u);
      const k = Math.min(Math.max(Math.round(x), 1), this.n);
      if (k - x <= this.shortcut || u >= this.integral(k + 0.5) - this.density(k)) return k - 1;
    }
  }

  /** x^−exponent. */
  private density(x: number): number {
    return exp(-this.exponent * ln(x));
  }

  /** (x^(1−exponent) − 1) / (1 − exponent), or ln x where exponent is 1: an antiderivative of the density. */
  private integral(x: number): number {
    const logX = ln(x);
    const t = (1 - this.exponent) * logX;
    return Math.abs(t) < 1e-8 ? logX * (1 + t / 2) : ((exp(t) - 1) / t) * logX;
  }

  private inverse(u: number): number {
    const t = Math.max(u * (1 - this.exponent), -1);
    return Math.abs(t) < 1e-8 ? exp(u * (1 - t / 2)) : exp((ln(1 + t) / t) * u);
  }
}
