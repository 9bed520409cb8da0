import type { Traits, Variant } from '../../sim/protocol.ts';
import { readTraits } from '../common/traits.ts';

/**
 * What may differ between variants. Each trait mends one flaw of the protocol as described; the code asks traits,
 * never a variant's name.
 */
export type GossipTraits = {
  /**
   * Mends flaw 1, the zombie: an entry carries its age, the time since its origin made that version, and only a newer
   * version makes it younger. Without it any receipt of the same version refreshes the arrival time, so that two peers
   * that forward a dead peer's metadata to each other keep it alive for ever.
   */
  readonly ageTravels: boolean;
  /**
   * Mends flaw 2, the mute restart: an incarnation number, saved before the first word and counted up at each start,
   * ranks above the version. Without it a peer that starts again counts from −1 and is ignored until it catches up.
   */
  readonly incarnations: boolean;
  /**
   * Mends flaw 3, the flicker: what was expired leaves a death certificate (Demers et al. 1987, section 2) which for a
   * while refuses that version and older ones. Without it expired metadata is learned again from whoever has not
   * expired it yet.
   */
  readonly deathCertificates: boolean;
  /**
   * Mends flaw 4, stale names: an answer shows how old the metadata behind it is, and metadata older than `maxAge` is
   * not answered from. Without it a peer that is cut off goes on serving old names with a straight face.
   */
  readonly answersBoundAge: boolean;
};

const AS_DESCRIBED: GossipTraits = {
  ageTravels: false,
  incarnations: false,
  deathCertificates: false,
  answersBoundAge: false,
};

const MENDED: GossipTraits = {
  ageTravels: true,
  incarnations: true,
  deathCertificates: true,
  answersBoundAge: true,
};

export const VARIANTS = {
  described: {
    description: 'As described, with its flaws: zombies, mute restarts, flickering, stale names.',
    traits: AS_DESCRIBED,
  },
  hardened: {
    description: 'Age travels with the entry, incarnations rank above versions, death certificates, bounded answers.',
    traits: MENDED,
  },
} satisfies Readonly<Record<string, Variant>>;

/** @throws SetupError for a trait that there is not. */
export function traitsFrom(traits: Traits): GossipTraits {
  return readTraits(AS_DESCRIBED, traits);
}
