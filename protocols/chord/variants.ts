/**
 * The variants of Chord as sets of named traits. Code asks for a trait, never for a variant.
 *
 * - described: a classroom Chord behind a REST API, with eager joins and a ping;
 * - paper: Stoica et al., ToN 2003, whose ring maintenance Zave calls the original protocol;
 * - correct: Zave's corrected protocol, whose inductive invariant holds.
 */
import type { Traits, Variant } from '../../sim/protocol.ts';
import { readTraits } from '../common/traits.ts';

export type ChordTraits = {
  /**
   * A join fixes the neighbours and fingers at once, a leave too, and an update travels round the ring so that all
   * others mend their fingers. Flaw (described): right only if one change happens at a time; a break in the ring stops
   * the update.
   */
  readonly eagerMembership: boolean;
  /**
   * Failure of the successor is found by a periodic ping, and mended by taking the nearest live finger. Flaw
   * (described): live peers between the dead successor and that finger are cut off, and nobody ever finds them again.
   */
  readonly pingsSuccessor: boolean;
  /** Runs the periodic stabilize and fix_fingers (ToN, section IV-E.2). */
  readonly stabilizes: boolean;
  /**
   * Keeps a list of `successors` entries; without it one successor only (described), so that adjacent failures can cut
   * the ring.
   */
  readonly keepsSuccessorList: boolean;
  /** Keeps each key on `replicas` peers and repairs that; without it (described) a crash loses the keys of the peer. */
  readonly replicates: boolean;
  /**
   * Stabilize takes the successor's predecessor with no liveness check and does not ask it for its list. Flaw (paper;
   * Zave, CCR 2012, section 4): a dead candidate displaces the last live entry, and the list skips members. Without the
   * trait: only a candidate that answers, with its list.
   */
  readonly adoptsUnchecked: boolean;
  /**
   * A joiner takes over the predecessor's whole list and the predecessor itself (Zave, TSE, section 4); without it, a
   * single successor and no predecessor (paper).
   */
  readonly joinsWithList: boolean;
  /**
   * A peer that is notified asks its predecessor whether it is alive, and takes the newcomer if it is not (rectify).
   * Without the trait check_predecessor flushes a dead predecessor to nil (paper), and anybody who notifies is then
   * believed.
   */
  readonly rectifies: boolean;
  /**
   * A list that lost its head is padded with last + 1, so that it always has `successors` entries (Zave, TSE, section
   * 4).
   */
  readonly padsList: boolean;
  /**
   * A peer that waits for an answer delays state queries, so that a query and its update are one atomic step; it still
   * answers pings.
   */
  readonly delaysQueries: boolean;
  /**
   * Refuses to start from fewer than `successors` + 1 members: one node alone is no base that an invariant could hold
   * from.
   */
  readonly startsFromPrincipals: boolean;
  /**
   * With no successor left, takes the nearest finger (ToN, section IV-E.3: node 8 returns node 42, the first that it
   * knows of from its finger table).
   */
  readonly fallsBackOnFingers: boolean;
  /**
   * A peer whose list and fingers are all dead joins again. Not in the papers, where it is cut off for good (a newcomer
   * whose only successor dies at once, most often); without it (described) nobody ever hears of the peer and of its
   * keys again.
   */
  readonly rejoinsWhenIsolated: boolean;
  /**
   * A leaver's neighbours edit their lists as it tells them (ToN, section IV-E.4); without it they only look at once
   * whether it is gone, as after a failure.
   */
  readonly leaverIsBelieved: boolean;
};

const paper: ChordTraits = {
  eagerMembership: false,
  pingsSuccessor: false,
  stabilizes: true,
  keepsSuccessorList: true,
  replicates: true,
  adoptsUnchecked: true,
  joinsWithList: false,
  rectifies: false,
  padsList: false,
  delaysQueries: false,
  startsFromPrincipals: false,
  fallsBackOnFingers: true,
  rejoinsWhenIsolated: true,
  leaverIsBelieved: true,
};

const described: ChordTraits = {
  ...paper,
  eagerMembership: true,
  pingsSuccessor: true,
  stabilizes: false,
  keepsSuccessorList: false,
  replicates: false,
  rejoinsWhenIsolated: false,
};

const correct: ChordTraits = {
  ...paper,
  adoptsUnchecked: false,
  joinsWithList: true,
  rectifies: true,
  padsList: true,
  delaysQueries: true,
  startsFromPrincipals: true,
  fallsBackOnFingers: false,
  rejoinsWhenIsolated: false,
  leaverIsBelieved: false,
};

export const variants = {
  described: {
    description: 'One successor and a ping to it; joins, leaves and repairs fix neighbours and fingers at once.',
    traits: described,
  },
  paper: {
    description:
      'Stoica et al. 2003: stabilize, notify, fix_fingers, check_predecessor, successor list, replicas (Zave: original).',
    traits: paper,
  },
  correct: {
    description:
      'Zave: corrected join, stabilize and rectify, from r + 1 members, so that the inductive invariant holds.',
    traits: correct,
  },
} satisfies Record<string, Variant>;

/**
 * The traits of a run: the variant's, with those that the scenario overrides. @throws SetupError for an unknown one.
 */
export function chordTraits(traits: Traits): ChordTraits {
  return readTraits(paper, traits);
}
