/**
 * The database's tables, and where a row stands in them. Keys that belong to an area begin with its name, so that what an area has is one
 * stretch of a table; names therefore may not contain the separator.
 */
import type { Address } from '../../sim/protocol.ts';
import type { NewsConfig } from './config.ts';
import type {
  AreaRow,
  AssignmentRow,
  CommissionRow,
  MarkRow,
  NewsRow,
  SessionRow,
  SubscriptionRow,
  UserRow,
} from './rows.ts';
import type { Answer } from './statements.ts';
import { EMPTY_TABLE, get, put, remove, removePrefix, scan, type Table } from './table.ts';

export type * from './rows.ts';

/** What one client's requests came to, as long as it might repeat them. */
export interface RequestsRow {
  readonly client: Address;
  /** Its latest incarnation; what comes from an earlier one is obsolete. */
  readonly incarnation: number;
  /** Requests below this number have come to an end at the client; their answers are forgotten, and what still arrives of them is obsolete. */
  readonly below: number;
  readonly done: readonly { readonly number: number; readonly answer: Answer }[];
}

export interface Tables {
  readonly users: Table<UserRow>;
  readonly sessions: Table<SessionRow>;
  readonly areas: Table<AreaRow>;
  readonly news: Table<NewsRow>;
  readonly commissions: Table<CommissionRow>;
  readonly subscriptions: Table<SubscriptionRow>;
  readonly assignments: Table<AssignmentRow>;
  readonly marks: Table<MarkRow>;
  readonly requests: Table<RequestsRow>;
  readonly nextNewsId: number;
  readonly nextToken: number;
}

export const EMPTY_TABLES: Tables = {
  users: EMPTY_TABLE,
  sessions: EMPTY_TABLE,
  areas: EMPTY_TABLE,
  news: EMPTY_TABLE,
  commissions: EMPTY_TABLE,
  subscriptions: EMPTY_TABLE,
  assignments: EMPTY_TABLE,
  marks: EMPTY_TABLE,
  requests: EMPTY_TABLE,
  nextNewsId: 1,
  nextToken: 1,
};

export const SEPARATOR = '|';

/** What users and areas may be called. */
export const NAME_PATTERN = /^[A-Za-z0-9_-]{1,40}$/;

export const prefixOf = (area: string): string => area + SEPARATOR;
/** Ids are padded, so that the order of the keys is theirs. */
export const newsKey = (area: string, id: number): string => prefixOf(area) + String(id).padStart(12, '0');
export const memberKey = (area: string, user: string): string => prefixOf(area) + user;
export const requestsKey = (client: Address): string => String(client).padStart(9, '0');

export function newsOf(tables: Tables, area: string): NewsRow[] {
  return scan(tables.news, prefixOf(area));
}

export function subscriptionsOf(tables: Tables, user: string): string[] {
  return scan(tables.areas)
    .map(({ name }) => name)
    .filter((area) => get(tables.subscriptions, memberKey(area, user)) !== undefined);
}

/** The area's last news that the user has read, 0 for none. */
export function readUpTo(tables: Tables, area: string, user: string): number {
  return get(tables.marks, memberKey(area, user))?.upTo ?? 0;
}

/** Commissions that are alive, those with the fewest areas first, equals by name. */
export function leastLoaded(tables: Tables): CommissionRow[] {
  const loads = new Map<string, number>();
  for (const { commission } of scan(tables.assignments)) loads.set(commission, (loads.get(commission) ?? 0) + 1);
  const load = (row: CommissionRow) => loads.get(row.name) ?? 0;
  return scan(tables.commissions)
    .filter(({ alive }) => alive)
    .sort((a, b) => load(a) - load(b) || (a.name < b.name ? -1 : 1));
}

/** Deletes what hangs on an area (news, subscriptions, marks, assignment) and the area itself. */
export function withoutArea(tables: Tables, area: string): Tables {
  const prefix = prefixOf(area);
  return {
    ...tables,
    news: removePrefix(tables.news, prefix),
    subscriptions: removePrefix(tables.subscriptions, prefix),
    marks: removePrefix(tables.marks, prefix),
    assignments: remove(tables.assignments, area),
    areas: remove(tables.areas, area),
  };
}

const AREA_NAMES = ['sport', 'politics', 'culture', 'science', 'weather', 'music', 'travel', 'film', 'chess', 'food'];

export const areaName = (index: number): string => AREA_NAMES[index] ?? `area${index + 1}`;
export const userName = (index: number): string => `user${index + 1}`;

/** The tables as they are before anything happens: users, areas and subscriptions as the configuration says, spread evenly. */
export function seededTables(config: NewsConfig): Tables {
  let { users, areas, subscriptions } = EMPTY_TABLES;
  for (let i = 0; i < config.areas; i++) areas = put(areas, areaName(i), { name: areaName(i) });
  for (let i = 0; i < config.users; i++) {
    const user = userName(i);
    users = put(users, user, { name: user, admin: i < config.administrators });
    for (let j = 0; j < config.subscriptions; j++) {
      const area = areaName((i + j) % config.areas);
      subscriptions = put(subscriptions, memberKey(area, user), { area, user });
    }
  }
  return { ...EMPTY_TABLES, users, areas, subscriptions };
}
