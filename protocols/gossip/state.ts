import type { Address } from '../../sim/protocol.ts';
import type { Metadata } from './metadata.ts';

/** Another peer's metadata as a peer keeps it. Times are of the holder's clock, in microseconds. */
export interface Entry {
  /** That of the metadata; never the holder itself. */
  readonly origin: Address;
  readonly metadata: Metadata;
  /**
   * When the origin made this version, as far as the ages that travelled say; equals `adoptedAtUs` without the trait
   * `ageTravels`. At most `adoptedAtUs`.
   */
  readonly bornAtUs: number;
  /**
   * When this version was taken in. The failure detector's heartbeat, and "who knew at the start of the cycle", rely
   * on it.
   */
  readonly adoptedAtUs: number;
  /**
   * When anything last refreshed the entry: a receipt of the same version does so unless age travels. At least
   * `adoptedAtUs`.
   */
  readonly heardAtUs: number;
}

/** Refuses an origin's metadata up to this stamp. */
export interface DeathCertificate {
  readonly origin: Address;
  readonly incarnation: number;
  readonly version: number;
  /** When it was written, by its keeper's clock. */
  readonly writtenAtUs: number;
}

export interface Suspicion {
  readonly origin: Address;
  readonly sinceUs: number;
}

/** An update that its holder still spreads (it is infective; Demers et al. 1987, section 1.4). */
export interface HotRumor {
  readonly origin: Address;
  readonly incarnation: number;
  readonly version: number;
  /** Occasions to lose interest, in a row; below k. */
  readonly count: number;
  /** Feedback since the last cycle began: some contact needed it. */
  readonly needed: boolean;
  /** Feedback since the last cycle began: some contact did not need it. */
  readonly unneeded: boolean;
  /** Whether it was told for a whole cycle yet; only `blind` counts those. */
  readonly told: boolean;
}

/** The volatile state of a peer; all lists are sorted by origin and hold at most one element for each. */
export interface PeerState {
  /** Its own metadata; version −1 until the first look. Kept apart from the store: nobody else can change it. */
  readonly own: Metadata;
  readonly ownMadeAtUs: number;
  /** What is in its folder now, sorted; it shows in `own` after the next look. */
  readonly folder: readonly string[];

  /** What it knows of others. */
  readonly store: readonly Entry[];
  /** Empty without the trait `deathCertificates`. */
  readonly certificates: readonly DeathCertificate[];

  /** Origins in the store that sent no new version in time. */
  readonly suspects: readonly Suspicion[];
  /** Empty but with strategy `rumor`. */
  readonly hot: readonly HotRumor[];

  /** What it has counted in this life, for the metrics; no decision relies on it. Bytes sent, headers included. */
  readonly bytesSent: number;
  /** Messages received that carry metadata. */
  readonly receipts: number;
}
