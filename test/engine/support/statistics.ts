/** Statistics for tests with fixed seeds: bounds are those that one run in a thousand would leave by chance. */

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)];
}

/** Pearson's chi-square of counts against expected counts. */
export function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0);
}

/** What chi-square of so many degrees of freedom exceeds with probability 0.001 (Wilson and Hilferty's approximation). */
export function chiSquareBound(degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + 3.09 * Math.sqrt(spread)) ** 3;
}

/** The largest distance between the sample's distribution function and the true one (Kolmogorov and Smirnov). */
export function kolmogorovSmirnov(values: readonly number[], distribution: (x: number) => number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.max(
    ...sorted.map((x, i) =>
      Math.max(Math.abs(distribution(x) - i / sorted.length), Math.abs(distribution(x) - (i + 1) / sorted.length)),
    ),
  );
}

/** What that distance exceeds with probability 0.001. */
export function kolmogorovSmirnovBound(count: number): number {
  return 1.95 / Math.sqrt(count);
}

/** Correlation of each value with the next. */
export function serialCorrelation(values: readonly number[]): number {
  const centre = mean(values);
  let cross = 0;
  let square = 0;
  for (let i = 0; i < values.length; i++) {
    square += (values[i] - centre) ** 2;
    if (i > 0) cross += (values[i] - centre) * (values[i - 1] - centre);
  }
  return cross / square;
}

/** The half-width of a 99.9 % confidence interval of the mean of independent values. */
export function confidence(values: readonly number[]): number {
  return (3.29 * deviation(values)) / Math.sqrt(values.length);
}

/** The distribution function of the standard normal, by the error function of Abramowitz and Stegun 7.1.26 (to 1.5e-7). */
export function normalDistribution(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const error = 1 - polynomial * Math.exp(-x * x);
  return z >= 0 ? (1 + error) / 2 : (1 - error) / 2;
}
