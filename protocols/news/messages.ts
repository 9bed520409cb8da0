/** Everything that travels. What is asked for and what it can come to are in `statements.ts`. */
import type { Address, OperationId } from '../../sim/protocol.ts';
import type { LogEntry, Position } from './log.ts';
import type { Answer, Operation, RequestKey, Session, Transaction } from './statements.ts';
import type { Tables } from './tables.ts';

export * from './statements.ts';

/** A client's operation on its way. */
export interface UserRequest {
  readonly session: Session;
  readonly operation: Operation;
  readonly key: RequestKey | null;
  readonly id: OperationId;
}

/** Who is primary, and which databases must have logged a transaction before it is acknowledged. */
export interface Configuration {
  /** Counts the changes. */
  readonly epoch: number;
  readonly primary: Address;
  readonly inSync: readonly Address[];
}

export type Message =
  // Client and agent.
  | { readonly kind: 'ask'; readonly area: string; readonly avoid: string | null }
  | { readonly kind: 'offer'; readonly commission: string; readonly node: Address }
  // Client and agent, client and node (through the commission's address).
  | { readonly kind: 'perform'; readonly request: UserRequest }
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** Something behind whom was asked does not answer. */
  | { readonly kind: 'unavailable'; readonly executed: 'no' | 'unknown' }
  // Replica and its commission's address.
  | { readonly kind: 'enrol' }
  | { readonly kind: 'enrolled' }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'withdrawn' }
  // The commission's address and an agent.
  | { readonly kind: 'registerCommission'; readonly name: string }
  | { readonly kind: 'registered' }
  | { readonly kind: 'checkHealth' }
  | { readonly kind: 'healthy' }
  // Whoever asks the database.
  | { readonly kind: 'transact'; readonly transaction: Transaction }
  | { readonly kind: 'result'; readonly answer: Answer }
  | { readonly kind: 'busy' }
  | { readonly kind: 'notPrimary'; readonly primary: Address | null }
  // Between the databases.
  | { readonly kind: 'follow' }
  | { readonly kind: 'followed' }
  | {
      readonly kind: 'ship';
      readonly configuration: Configuration;
      /** The epoch in which the sender became primary. */
      readonly term: number;
      /** The position before the entries. */
      readonly after: Position;
      readonly entries: readonly LogEntry[];
      /** Number of the last entry that the primary knows to be committed. */
      readonly confirmed: number;
      /** What comes before the entries, when the standby's log does not end at `after`; else null. */
      readonly snapshot: Tables | null;
    }
  | { readonly kind: 'shipped'; readonly ok: boolean; readonly epoch: number; readonly end: Position }
  // Databases and arbiter.
  | { readonly kind: 'readConfiguration' }
  | {
      readonly kind: 'changeConfiguration';
      readonly expectedEpoch: number;
      readonly primary: Address;
      readonly inSync: readonly Address[];
    }
  | { readonly kind: 'configuration'; readonly configuration: Configuration; readonly granted: boolean };
