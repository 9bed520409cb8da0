/** The rows of the database's tables. */
import type { Address } from '../../sim/protocol.ts';

export interface UserRow {
  readonly name: string;
  readonly admin: boolean;
}

/** Who is logged in. Agents and nodes are stateless before the database, so sessions are in it too. */
export interface SessionRow {
  readonly user: string;
  readonly token: number;
}

export interface AreaRow {
  readonly name: string;
}

export interface NewsRow {
  /** Ascending in the order in which news were committed; never used twice. */
  readonly id: number;
  readonly area: string;
  readonly author: string;
  readonly text: string;
  /** When the database took it in, by its own clock, in microseconds. */
  readonly at: number;
}

export interface CommissionRow {
  readonly name: string;
  readonly address: Address;
  /** Whether it answered its last health check. */
  readonly alive: boolean;
}

export interface SubscriptionRow {
  readonly area: string;
  readonly user: string;
}

export interface AssignmentRow {
  readonly area: string;
  readonly commission: string;
}

/** What a user has read of an area: since ids ascend, all up to this one. */
export interface MarkRow {
  readonly area: string;
  readonly user: string;
  readonly upTo: number;
}
