/**
 * A distribution of durations, as a scenario writes it; all figures in microseconds.
 * `constant` is kept apart from a degenerate `uniform` because constant delays travel in order and cost no draw.
 */
export type Distribution =
  | { readonly kind: 'constant'; readonly us: number }
  | { readonly kind: 'uniform'; readonly lowUs: number; readonly highUs: number }
  | { readonly kind: 'exponential'; readonly meanUs: number }
  /** Truncated at 0. */
  | { readonly kind: 'normal'; readonly meanUs: number; readonly deviationUs: number }
  /** exp of a normal: `sigma` is the deviation of the logarithm. */
  | { readonly kind: 'lognormal'; readonly medianUs: number; readonly sigma: number }
  /** Density shape·minimum^shape / x^(shape+1) for x ≥ minimum. */
  | { readonly kind: 'pareto'; readonly minimumUs: number; readonly shape: number }
  /** One of the values, uniformly. */
  | { readonly kind: 'empirical'; readonly valuesUs: readonly number[] };
