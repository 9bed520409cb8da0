import type { Variant } from '../../sim/protocol.ts';

/** The choices in which the original and our corrected variant differ. Machines ask these, never the variant's name. */
export type SuperpeerTraits = {
  /**
   * A peer whose superpeer is gone registers with another one, which the balancer or its own list gives. Without it
   * (flaw 1) it shuts itself down, and one crash takes all peers of a superpeer, and their files, off the network.
   */
  readonly rehomes: boolean;
  /** Superpeers ping their peers too. Without it (flaw 2) a peer that crashes stays in the index for ever. */
  readonly pingsPeers: boolean;
  /**
   * Whether other superpeers are asked all at once, or in turn. In turn (flaw 3) a search waits a full time-out for each
   * superpeer that has just died. A scenario's `forward` overrides it.
   */
  readonly asksAtOnce: boolean;
  /** A search is answered at its deadline with what is known by then (flaw 3, the other half). */
  readonly keepsDeadline: boolean;
  /**
   * "Not found" says whether every superpeer was asked. Without it (flaw 4) a partition between superpeers looks like
   * "not found".
   */
  readonly marksIncomplete: boolean;
  /**
   * A registration carries a version, and an older one that arrives late is not taken. (Not among the original's flaws.)
   */
  readonly ordersRegistrations: boolean;
  /**
   * A peer registers elsewhere only when its old superpeer can no longer have it: that refuses connections, so its index
   * is gone; or it has had the time to strike the peer out. A peer that restarts goes back to the superpeer that it had.
   * Without it a partition, or a peer's crash, leaves a peer registered with two. (Not among the original's flaws.)
   */
  readonly waitsOutRegistration: boolean;
};

const DESCRIBED: SuperpeerTraits = {
  rehomes: false,
  pingsPeers: false,
  asksAtOnce: false,
  keepsDeadline: false,
  marksIncomplete: false,
  ordersRegistrations: false,
  waitsOutRegistration: false,
};

const HARDENED: SuperpeerTraits = {
  rehomes: true,
  pingsPeers: true,
  asksAtOnce: true,
  keepsDeadline: true,
  marksIncomplete: true,
  ordersRegistrations: true,
  waitsOutRegistration: true,
};

export const variants = {
  described: {
    description: 'As described: peers shut down with their superpeer, and so on: four flaws.',
    traits: DESCRIBED,
  },
  hardened: {
    description:
      'Peers re-home, superpeers ping their peers, searches are parallel, have a deadline and say if they are incomplete.',
    traits: HARDENED,
  },
} satisfies Record<string, Variant>;
