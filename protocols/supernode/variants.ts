import type { Variant } from '../../sim/protocol.ts';

/** The choices in which the original and our corrected variant differ. Machines ask these, never the variant's name. */
export type SupernodeTraits = {
  /** A 21 carries the hash id too. Without it (flaw 1) an answer is taken for the oldest search that waits, whatever that asked for. */
  readonly answersEchoId: boolean;
  /** A query that nobody answered is sent again, `retries` times. Without it (flaw 2) one lost datagram is a false "not found". */
  readonly retriesQueries: boolean;
  /**
   * A node tries the location that it was given before it answers its client; one that is dead, or has another content,
   * is reported and the next is tried; and supernodes tell every location that they know. Without it (flaw 3) clients are
   * sent to nodes that crashed up to two evaluations ago.
   */
  readonly verifiesLocations: boolean;
  /**
   * A node registers again when its supernode has forgotten it: its health checks stop coming, or an answer says
   * "unknown node". Without it (flaw 4) a supernode that restarts has an empty index for good.
   */
  readonly reregisters: boolean;
  /** A node whose supernode does not answer goes to the next of its list. Without it (flaw 5) it finds nothing beyond its own files. */
  readonly failsOver: boolean;
  /**
   * A registration carries a version, and an older one that arrives late is not taken. Registrations travel on
   * connections of their own, so without it a slow one undoes the next. (Not among the report's flaws.)
   */
  readonly ordersRegistrations: boolean;
  /**
   * A 22 from each of the others ends a search before its deadline. A 22 carries no search, so one that was on its way
   * since an earlier search for the same id counts too, and a holder that came between them is missed: hence the
   * corrected variant waits. (Not among the report's flaws.)
   */
  readonly trustsDenials: boolean;
};

const DESCRIBED: SupernodeTraits = {
  answersEchoId: false,
  retriesQueries: false,
  verifiesLocations: false,
  reregisters: false,
  failsOver: false,
  ordersRegistrations: false,
  trustsDenials: true,
};

const HARDENED: SupernodeTraits = {
  answersEchoId: true,
  retriesQueries: true,
  verifiesLocations: true,
  reregisters: true,
  failsOver: true,
  ordersRegistrations: true,
  trustsDenials: false,
};

export const variants = {
  described: { description: 'As the original report describes it, with its five flaws.', traits: DESCRIBED },
  hardened: {
    description: 'Answers echo the id, queries are retried, locations are tried, nodes register again and fail over.',
    traits: HARDENED,
  },
} satisfies Record<string, Variant>;
