import type { Variant } from '../../sim/protocol.ts';

/** What the two variants differ in. The numbers are those of the flaws of the system as it was described. */
export interface NewsTraits {
  /**
   * Flaw 1: between a node's crash and the next health check clients are sent to a dead node, and insist on it.
   * Mended, a client that gets no answer goes back to the agent, which offers another and checks the suspect at once.
   */
  readonly goesBackToAgent: boolean;
  /**
   * Flaw 2: a request that timed out may have been executed, and its repetition is executed again.
   * Mended, a request carries a key, and the database answers a key that it has seen with what it answered then.
   */
  readonly idempotencyKeys: boolean;
  /**
   * Flaw 3: agents assign areas from what they believe, and the last one to write wins (a lost update).
   * Mended, an assignment is a compare-and-set in the database, and agents answer from there.
   */
  readonly comparesAndSets: boolean;
  /**
   * Flaw 4: what is unread is read and then marked, in two transactions: two readings at once deliver twice, and a crash
   * between marking and delivering loses. Mended, both are one transaction, whose answer is kept for its repetition.
   */
  readonly marksWhileReading: boolean;
  /**
   * Flaw 5: that an area exists is checked in one transaction and relied upon in the next, and an area is deleted piece by piece.
   * Mended, both are one transaction, and the database enforces foreign keys and cascades deletions.
   */
  readonly foreignKeys: boolean;
  /** Flaw 6: clients and commissions know one agent each. Mended, they go on to the next when it does not answer. */
  readonly triesOtherAgents: boolean;
  /** Flaw 6: one database down stops everything. Mended, a standby (setting `standby`) takes over. */
  readonly promotesStandby: boolean;
}

const DESCRIBED: NewsTraits = {
  goesBackToAgent: false,
  idempotencyKeys: false,
  comparesAndSets: false,
  marksWhileReading: false,
  foreignKeys: false,
  triesOtherAgents: false,
  promotesStandby: false,
};

const HARDENED: NewsTraits = {
  goesBackToAgent: true,
  idempotencyKeys: true,
  comparesAndSets: true,
  marksWhileReading: true,
  foreignKeys: true,
  triesOtherAgents: true,
  promotesStandby: true,
};

export const VARIANTS = {
  described: {
    description: 'As the service was described, with its six flaws.',
    traits: { ...DESCRIBED },
  },
  hardened: {
    description: 'The same service with the six flaws mended.',
    traits: { ...HARDENED },
  },
} satisfies Record<string, Variant>;
