/** What the judge knows: a plain immutable value. Tables in it share their structure from one state to the next. */
import type { Address, OperationId, Recorded } from '../../sim/protocol.ts';
import type { Operation } from './messages.ts';
import type { AreaEvent, AreaOutcome, AreaState } from './model.ts';
import type { Table } from './table.ts';
import type { Tables } from './tables.ts';

/** What may go wrong, each counted with its last instance. The names are those of the properties that it breaks. */
export const WRONGS = [
  'lost publish',
  'publish twice',
  'removed by another',
  'undone',
  'unread twice',
  'unread lost',
  'own write unseen',
  'overwritten assignment',
  'needless failure',
  'late fail-over',
] as const;
export type Wrong = (typeof WRONGS)[number];

export interface Sightings {
  readonly count: number;
  readonly message: string;
  readonly processes: readonly Address[];
}

/** One piece of news that was ever committed. */
export interface Publication {
  readonly id: number;
  readonly area: string;
  readonly author: string;
  /** The client's operation that it came from. */
  readonly operation: OperationId | null;
  /** The judge's clock when it was seen to be removed, null while it is there. */
  readonly removedAt: number | null;
}

/** An operation that has begun and not ended. */
export interface Open {
  readonly id: OperationId;
  readonly issuer: Address;
  readonly user: string;
  readonly operation: Operation;
  /** The judge's clock. */
  readonly startedAt: number;
  readonly startedUs: number;
  /** What was committed when it began. */
  readonly tables: Tables;
  /** The token that its client had then. */
  readonly token: number | null;
}

/** What one user was given of one area. Only the latest readings are kept apart; below `floor` nothing is known any more. */
export interface Deliveries {
  readonly floor: number;
  /** The first and last id of each reading of unread news: what there was in between, it gave. */
  readonly unread: readonly { readonly first: number; readonly last: number }[];
  /** The last id of each reading of all news, and when it ended by the judge's clock. */
  readonly all: readonly { readonly last: number; readonly at: number }[];
}

/** The recorded history of one area, and what the checker said of it last. */
export interface AreaRecord {
  readonly initial: AreaState;
  readonly history: Table<Recorded<AreaEvent, AreaOutcome>>;
  /** The length at which it is checked next. */
  readonly due: number;
  readonly found: 'linearizable' | 'violated' | 'undecided';
  /** The violation, for people. */
  readonly message: string;
}

/** A commission as it really is. */
export interface Service {
  readonly gateway: Address | null;
  readonly gatewayUp: boolean;
  readonly replicasUp: number;
}

export interface Broken {
  readonly sinceUs: number;
  /** From when the deadline counts: the last start or stop of a part of the service. */
  readonly dueFromUs: number;
  /** Whether it had a node before; a new area never had one. */
  readonly hadNode: boolean;
}

export interface Failovers {
  /** Areas without a live commission. */
  readonly broken: Readonly<Record<string, Broken>>;
  /** How long each ended one took, in microseconds, in order. */
  readonly durationsUs: readonly number[];
}

/** Operations ended in one second of virtual time. */
export interface Bucket {
  readonly second: number;
  readonly answered: number;
  readonly failed: number;
}

export interface Totals {
  readonly answered: number;
  readonly refused: number;
  readonly failed: number;
  readonly retried: number;
  readonly retries: number;
}

export interface Judged {
  /** The instant of the last beginning or end of an operation, see `tick`. */
  readonly clock: number;
  readonly begun: number;
  // What is committed, as followed by reading the log.
  readonly databases: readonly Address[];
  /** The database whose log is followed, and the epoch of its configuration. */
  readonly authority: Address;
  readonly epoch: number;
  readonly tables: Tables;
  /** The last log entry seen. */
  readonly upTo: { readonly number: number; readonly epoch: number };
  /** The judge's clock at the last change of each area (its existence, subscriptions, news) and of each user's session. */
  readonly changedAt: Table<number>;
  readonly publications: Table<Publication>;
  /** Ids of news by the operation that published them. */
  readonly published: Table<readonly number[]>;
  /** When an operation's transaction was last committed, on the judge's clock, by operation. */
  readonly committedAt: Table<number>;
  /** The latest of these. */
  readonly lastCommit: number;
  /** Operations that published and were acknowledged, by news id. */
  readonly acknowledged: Table<OperationId>;
  // What clients did and saw.
  readonly open: Table<Open>;
  /** By area and user. */
  readonly deliveries: Table<Deliveries>;
  /** Users and areas of which some reading ended without anybody knowing what it delivered. */
  readonly uncertain: Table<true>;
  readonly areas: Table<AreaRecord>;
  // Who is there.
  readonly services: Readonly<Record<string, Service>>;
  readonly agentsUp: number;
  readonly databasesUp: number;
  readonly arbiterUp: boolean;
  /** Since when the service has been possible: an agent, a live commission and a database to rely on were up; null while it is not. */
  readonly possibleSinceUs: number | null;
  readonly failovers: Failovers;
  // Totals.
  readonly wrongs: Readonly<Partial<Record<Wrong, Sightings>>>;
  readonly totals: Totals;
  /** The last seconds in which operations ended, ascending. */
  readonly recent: readonly Bucket[];
}

export function wronged(judged: Judged, wrong: Wrong, message: string, processes: readonly Address[]): Judged {
  const count = (judged.wrongs[wrong]?.count ?? 0) + 1;
  return { ...judged, wrongs: { ...judged.wrongs, [wrong]: { count, message, processes } } };
}

/**
 * Thousandths of microseconds, so that operations that begin or end in the same microsecond keep the order in which they did: the times of
 * recorded histories, in which nothing is simultaneous.
 */
export function tick(judged: Judged, nowUs: number): Judged {
  return { ...judged, clock: Math.max(judged.clock + 1, nowUs * 1000) };
}

export const clockUs = (clock: number): number => Math.floor(clock / 1000);

const padded = (number: number): string => String(number).padStart(16, '0');
/** Keys of tables that are ordered by a number. */
export const numberKey = padded;
export const sessionKey = (user: string): string => `session|${user}`;
export const areaKey = (area: string): string => `area|${area}`;
