/** What the judge remembers: an immutable value, so that a run can be put back to where it was. */
import type { Address } from '../../sim/protocol.ts';
import type { Incidents } from '../common/incidents.ts';
import type { Tally } from '../common/tally.ts';
import type { Timeline } from '../common/timeline.ts';
import type { Trie } from '../common/trie.ts';

export interface SuperpeerJudged {
  /** Places are peers, keys are resource names; who serves is live and registered, with that resource, at a live superpeer. */
  readonly timeline: Timeline;
  /** Live peers that were registered and are with no live superpeer any more, in the order in which that came. */
  readonly orphans: readonly Orphan[];
  /** From the end of a peer's superpeer to its registration with another. */
  readonly rehoming: Tally;
  /** Peers that shut down with their superpeer. */
  readonly dark: number;
  /** When clients' searches began that have not ended. */
  readonly began: Trie<number>;
  readonly wrong: Incidents;
  readonly falseNegatives: Incidents;
  readonly foundElsewhere: number;
  /** By group: how many peers the balancer handed to it since the groups that it thinks live last changed. */
  readonly handed: readonly number[];
}

export interface Orphan {
  readonly peer: Address;
  readonly sinceUs: number;
  /** Whether its superpeer ended, or struck it out while it lived. */
  readonly because: 'superpeer ended' | 'struck out';
}
