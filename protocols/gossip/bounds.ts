/**
 * How long it takes until everybody knows, as pure formulas of numbers. Each is an upper bound that fails with a
 * probability of at most `RISK` for one origin, by the union bound over pairs of peers; there is no logarithm that is
 * the same on all machines to be had for nothing, so logarithms are rounded up to those of the next power of two.
 */

/** −ln of the probability, 10⁻⁶, with which a bound may fail. */
const LN_ONE_BY_RISK = 13.8156;
const LN_2 = 0.6932;

/** Least k with 2^k ≥ n. */
export function ceilLog2(n: number): number {
  return n <= 1 ? 0 : 32 - Math.clz32(n - 1);
}

/** An upper bound of ln n. */
export function lnAtMost(n: number): number {
  return ceilLog2(n) * LN_2;
}

export interface SpreadSetting {
  readonly peers: number;
  /** Period of activity 2, or of an exchange, microseconds. */
  readonly t2Us: number;
  /** Period of activity 3, microseconds. */
  readonly t3Us: number;
  /** Peers addressed each time. */
  readonly fanout: number;
  /** Probability that one datagram is lost, below 1. */
  readonly loss: number;
}

/**
 * Microseconds until a version has reached all peers by activities 2 and 3.
 *
 * The origin tells each of the n − 1 others at rate (1 − p)/(t2 (n − 1)). When half of them know, after about
 * t2 (n − 1) ln 2/(1 − p), forwarding adds at least half of (1 − p)/(t3 (n − 1)): a holder picks this origin among
 * n − 1 and the ignorant peer among n − 1. From then on a given peer stays ignorant with probability e^(−rate × time), and
 * there are n² pairs.
 */
export function spreadByForwardingUs({ peers, t2Us, t3Us, fanout, loss }: SpreadSetting): number {
  const halfUs = t2Us * LN_2;
  const perUs = 1 / t2Us + 1 / (2 * t3Us);
  const restUs = (2 * lnAtMost(peers) + LN_ONE_BY_RISK) / perUs;
  return Math.ceil(((peers - 1) * (halfUs + restUs)) / ((1 - loss) * fanout));
}

/**
 * Microseconds until a version has reached all peers by exchanges with random partners, each of `datagrams` datagrams
 * that must all arrive: log2 n cycles until half of the peers know and ln n until the rest do (Pittel 1987), the
 * first slowed down by at most 1/q and the second to 1/q, where q is the probability that an exchange succeeds; to
 * start and to end surely takes ln(n/risk)/q more each.
 */
export function spreadByCyclesUs({ peers, t2Us, loss }: SpreadSetting, datagrams: number): number {
  let success = 1;
  for (let i = 0; i < datagrams; i++) success *= 1 - loss;
  const cycles = ceilLog2(peers) + lnAtMost(peers) + 2 * (lnAtMost(peers) + LN_ONE_BY_RISK);
  return Math.ceil((t2Us * cycles) / success);
}
