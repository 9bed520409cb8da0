/** What gossip is about. */
import type { Address } from '../../sim/protocol.ts';

/** The version of a folder that nobody has looked at yet; the first look makes version 0. */
export const NOT_LOOKED = -1;

/** Names one version of one peer's metadata. Incarnation ranks above version. */
export interface Stamp {
  readonly origin: Address;
  /**
   * Which life of the origin made it, counted from 1; always 0 without the trait `incarnations`, and then not on the
   * wire.
   */
  readonly incarnation: number;
  /** Counted up at each look within an incarnation, from 0. */
  readonly version: number;
}

/** What a peer says of its folder. Immutable, and shared by all who hold it. */
export interface Metadata extends Stamp {
  /** File names, sorted by code units, without duplicates. */
  readonly files: readonly string[];
}

/** Metadata on its way. */
export interface Carried {
  readonly metadata: Metadata;
  /** Microseconds since the origin made it, as far as the sender knows; null without the trait `ageTravels`. */
  readonly ageUs: number | null;
}
