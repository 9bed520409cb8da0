/** What the judge remembers: an immutable value. */
import type { Address, Violation, World } from '../../sim/protocol.ts';
import type { Tally } from '../common/tally.ts';
import type { Trie } from '../common/trie.ts';
import type { OriginTruth } from './truth.ts';
import type { GossipTypes } from './types.ts';

/** Something that must never happen, as often as it did. */
export interface Offences {
  readonly count: number;
  readonly last: Violation | null;
}

export interface Judged {
  /** Peers that run, the paused included. */
  readonly live: number;
  /** By origin: what it made. */
  readonly origins: Trie<OriginTruth>;
  /** By peer that does not run: since when. */
  readonly endedAtUs: Trie<number>;
  /**
   * By peer and origin: index of the newest version that the peer let go of in this life; what comes back up to it
   * comes back.
   */
  readonly letGo: Trie<Trie<number>>;

  /** A stored version was replaced by an older one of the same incarnation. */
  readonly regressions: Offences;
  /** Something was stored that its origin never made. */
  readonly fabrications: Offences;
  /** Something expired was learned again (flaw 3). */
  readonly flickers: Offences;

  /** Messages that taught their receiver a version. */
  readonly usefulMessages: number;
  /** What peers had counted in lives that have ended. */
  readonly bytesOfThePast: number;
  readonly receiptsOfThePast: number;
  /** Suspicions of the dead: time from the end of a peer to each other's suspicion. */
  readonly detections: Tally;
  /** Suspicions of the living. */
  readonly falseSuspicions: number;
  /** How long those lasted that were taken back, by the suspecting peer's clock. */
  readonly mistakes: Tally;
}

/** A fabricated origin has no process. */
export function nameOf(world: World<GossipTypes>, address: Address): string {
  return address < world.size ? world.process(address).name : `nobody (${address})`;
}
