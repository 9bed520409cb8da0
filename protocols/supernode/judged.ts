/** What the judge remembers: an immutable value, so that a run can be put back to where it was. */
import type { Address } from '../../sim/protocol.ts';
import { type Incidents, NO_INCIDENTS } from '../common/incidents.ts';
import { EMPTY_TALLY, type Tally } from '../common/tally.ts';
import { EMPTY_TIMELINE, type Timeline } from '../common/timeline.ts';
import type { Trie } from '../common/trie.ts';

export interface SupernodeJudged {
  /** Places are locations, keys are resource ids; who serves is live and registered, with that location, at a live supernode. */
  readonly timeline: Timeline;
  /** Nodes that are dead: since when. */
  readonly deadSinceUs: Trie<number>;
  /** Dead nodes that a live supernode still has registered, in the order in which they became that. */
  readonly ghosts: readonly Ghost[];
  /** From a node's death to its removal, for each supernode that had it. */
  readonly detection: Tally;
  /** Nodes that were alive when they were removed as dead. */
  readonly falseRemovals: number;
  /** Nodes that were removed after fewer misses in a row than the strikes of the configuration. */
  readonly hastyRemovals: readonly Address[];
  /** The miss that was noted last: what a removal must follow. */
  readonly lastMiss: { readonly supernode: Address; readonly node: Address; readonly inARow: number } | null;
  /** When clients' searches began that have not ended. */
  readonly began: Trie<number>;
  readonly wrong: Incidents;
  readonly falseNegatives: Incidents;
  /** Resources that a search found through the multicast group. */
  readonly foundByGroup: number;
  /** The last datagrams that supernodes sent, the newest last. */
  readonly told: readonly Told[];
}

export interface Ghost {
  readonly node: Address;
  readonly supernode: Address;
  readonly sinceUs: number;
}

export interface Told {
  readonly atUs: number;
  readonly from: Address;
  readonly text: string;
}

export const EMPTY: SupernodeJudged = {
  timeline: EMPTY_TIMELINE,
  deadSinceUs: null,
  ghosts: [],
  detection: EMPTY_TALLY,
  falseRemovals: 0,
  hastyRemovals: [],
  lastMiss: null,
  began: null,
  wrong: NO_INCIDENTS,
  falseNegatives: NO_INCIDENTS,
  foundByGroup: 0,
  told: [],
};
