/**
 * The kinds of value that one role of a protocol is made of, gathered under one name so that signatures stay readable:
 * a role declares `interface PeerTypes extends ProtocolTypes { State: PeerState; … }` and then speaks of
 * `Machine<PeerTypes>`, `Step<PeerTypes>`, `Effect<PeerTypes>`.
 *
 * Every one of them is plain, JSON-safe, `readonly` data: no class instances, functions, `undefined` in arrays,
 * `NaN`, Maps or Sets. That is what lets a run be rewound, compared, recorded and searched.
 */
export interface ProtocolTypes {
  /** The run's configuration, the same for all processes; the output of the system's zod schema. */
  Config: unknown;
  /** What one process is told when it is spawned (its identifier, its bootstrap peer, …). */
  Boot: unknown;
  /** What survives a crash: the last value that the process saved. */
  Durable: unknown;
  /** The volatile state of the process; it goes with a crash. */
  State: unknown;
  Message: Kinded;
  Timer: Kinded;
  Operation: Kinded;
  /** What an operation came to, as the process that ran it sees it. The judge decides whether that was right. */
  Outcome: Kinded;
  /** A domain event worth a line in the log; it changes nothing. */
  Note: Kinded;
  /** What a request carries through the engine, handed back with its reply or failure. */
  Tag: unknown;
}

/** A member of a discriminated union. Kinds are the literature's names, in camelCase. */
export interface Kinded {
  readonly kind: string;
}

/** A process's address: its stable index in the run, from 0 in order of creation. It is never reused. */
export type Address = number;

/** The address of nobody. */
export const NOBODY: Address = -1;

/** Names a request that waits for an answer at the process that received it. Unique in a run. */
export type RequestId = number;

/** Names a client's operation. Unique in a run, counted from 0. */
export type OperationId = number;
