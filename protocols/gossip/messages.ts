/**
 * What peers say to each other, all of it by datagram, and the other values that go in and out of a peer.
 */
import type { Address } from '../../sim/protocol.ts';
import type { Carried, Stamp } from './metadata.ts';

export type GossipMessage =
  /** Activities 2 and 3: one peer's metadata, the sender's own or another's. */
  | { readonly kind: 'metadata'; readonly carried: Carried }
  /** Anti-entropy: all that the sender holds, by stamp. */
  | { readonly kind: 'digest'; readonly exchange: 'push' | 'pull' | 'push-pull'; readonly stamps: readonly Stamp[] }
  /** Anti-entropy: the origins of which the digest named something newer than the sender holds. */
  | { readonly kind: 'want'; readonly origins: readonly Address[] }
  /** Anti-entropy: what the receiver lacks. */
  | { readonly kind: 'entries'; readonly carried: readonly Carried[] }
  /** Rumor mongering: the sender's hot rumors; `pull` asks for the receiver's in return. */
  | { readonly kind: 'rumors'; readonly carried: readonly Carried[]; readonly pull: boolean }
  /** Rumor mongering: what is new? */
  | { readonly kind: 'pull' }
  /** Rumor mongering: which of the rumors just received were needed. */
  | { readonly kind: 'feedback'; readonly replies: readonly Feedback[] };

export interface Feedback extends Stamp {
  /** True if the receiver did not know the rumor when the cycle began. */
  readonly needed: boolean;
}

/** Message kinds that carry metadata: the traffic that the literature counts. */
export const CARRYING_KINDS = ['metadata', 'entries', 'rumors'] as const;

export function carriesMetadata({ kind }: GossipMessage): boolean {
  return kind === 'metadata' || kind === 'entries' || kind === 'rumors';
}

export type GossipTimer =
  /** Activity 1, every t1. */
  | { readonly kind: 'look' }
  /** Activity 2, every t2. */
  | { readonly kind: 'tellOwn' }
  /** Activity 3, every t3. */
  | { readonly kind: 'tellOther' }
  /** Activity 4, every t4. */
  | { readonly kind: 'expire' }
  /** A cycle of a textbook strategy, every t2. */
  | { readonly kind: 'cycle' }
  /** The failure detector's next deadline. */
  | { readonly kind: 'suspect' };

/** An activity done once because a script says so. */
export type Activity = 'look' | 'tellOwn' | 'tellOther' | 'expire' | 'cycle';

export type GossipOperation =
  /** A user puts a file into the peer's folder. */
  | { readonly kind: 'addFile'; readonly file: string }
  /** A user deletes a file from the peer's folder. */
  | { readonly kind: 'removeFile'; readonly file: string }
  | { readonly kind: 'whoHas'; readonly file: string }
  /** What does that peer offer? */
  | { readonly kind: 'filesOf'; readonly origin: Address }
  /** Whom does the failure detector think alive? */
  | { readonly kind: 'whoIsThere' }
  | {
      readonly kind: 'step';
      readonly activity: Activity;
      /** Whom to address; null draws as usual. */
      readonly to: Address | null;
      /** Whose metadata to forward; null draws as usual. */
      readonly about: Address | null;
    };

/** Where an answer comes from. */
export interface Source extends Stamp {
  /** Microseconds since the origin made it, as the answer shows it; null without the trait `answersBoundAge`. */
  readonly ageUs: number | null;
}

export type GossipOutcome =
  /** Whether the folder changed. */
  | { readonly kind: 'folder'; readonly changed: boolean }
  /** Who has the file, the peer itself included, in order of address. */
  | { readonly kind: 'holders'; readonly holders: readonly Source[] }
  /** The files of a peer; null if nothing is known of it that may be answered. */
  | { readonly kind: 'files'; readonly source: Source | null; readonly files: readonly string[] }
  /** Peers that are known and not suspected, the peer itself included, in order of address. */
  | { readonly kind: 'members'; readonly members: readonly Address[] }
  | { readonly kind: 'stepped' };

export type GossipNote =
  /** Made a new version; `changed` says whether the names differ from those of the version before. */
  | { readonly kind: 'looked'; readonly version: number; readonly changed: boolean }
  /** Holds metadata of a peer of which it held none. */
  | ({ readonly kind: 'learned' } & Stamp)
  /** Deleted what was not refreshed in time. */
  | ({ readonly kind: 'expired' } & Stamp)
  /** A death certificate refused what was expired before. */
  | ({ readonly kind: 'refused' } & Stamp)
  | { readonly kind: 'suspected'; readonly origin: Address }
  /** A suspect was heard of again. */
  | { readonly kind: 'trusted'; readonly origin: Address }
  /** A rumor is no longer told. */
  | ({ readonly kind: 'lostInterest' } & Stamp);

/** What a peer is told when it is spawned. */
export interface PeerBoot {
  /** The folder's content at the first start; later starts find it on disk. */
  readonly files: readonly string[];
  /** Whether it has a folder to look at. */
  readonly publishes: boolean;
}

/** What a crash leaves: the disk. */
export interface PeerDurable {
  readonly folder: readonly string[];
  readonly incarnation: number;
}
