/**
 * The database's transactions as pure functions: tables, statement and time give tables and answer. The database executes one
 * after the other, so they are serialisable; what does not change anything returns the same tables.
 *
 * A request's key makes its repetition harmless (RIFL: Lee et al., "Implementing linearizability at large scale and low latency",
 * SOSP 2015): its answer is kept in the same transaction as its effect, until the client says that it has gone on.
 */
import type { NewsConfig } from './config.ts';
import type { Answer, Refusal, RequestKey, Session, Statement, Transaction } from './statements.ts';
import { get, has, put, remove, removePrefix, scan, scanAfter } from './table.ts';
import {
  leastLoaded,
  memberKey,
  newsKey,
  newsOf,
  prefixOf,
  readUpTo,
  requestsKey,
  subscriptionsOf,
  type Tables,
  withoutArea,
} from './tables.ts';

export interface Executed {
  readonly tables: Tables;
  readonly answer: Answer;
}

/** Executes one transaction. @param atUs the database's clock, for what it dates. */
export function execute(tables: Tables, transaction: Transaction, atUs: number, config: NewsConfig): Executed {
  const { statement, key } = transaction;
  if (key === null) return perform(tables, statement, atUs, config);
  const before = get(tables.requests, requestsKey(key.client));
  if (before !== undefined && isObsolete(before, key)) return { tables, answer: OBSOLETE };
  const known =
    before?.incarnation === key.incarnation ? before.done.find(({ number }) => number === key.number) : undefined;
  if (known !== undefined) return { tables, answer: known.answer };
  const executed = perform(tables, statement, atUs, config);
  return { tables: remembering(executed.tables, key, executed.answer), answer: executed.answer };
}

function isObsolete(row: { readonly incarnation: number; readonly below: number }, key: RequestKey): boolean {
  return key.incarnation < row.incarnation || (key.incarnation === row.incarnation && key.number < row.below);
}

/** Keeps the answer, also a refusal: a late repetition must not be granted what the client knows was refused. */
function remembering(tables: Tables, key: RequestKey, answer: Answer): Tables {
  const before = get(tables.requests, requestsKey(key.client));
  const same = before !== undefined && before.incarnation === key.incarnation;
  const below = Math.max(key.below, same ? before.below : 0);
  const kept = same ? before.done.filter(({ number }) => number >= below) : [];
  const row = {
    client: key.client,
    incarnation: key.incarnation,
    below,
    done: [...kept, { number: key.number, answer }],
  };
  return { ...tables, requests: put(tables.requests, requestsKey(key.client), row) };
}

const DONE: Answer = { kind: 'done' };
const OBSOLETE: Answer = { kind: 'obsolete' };

function refuse(tables: Tables, reason: Refusal): Executed {
  return { tables, answer: { kind: 'refused', reason } };
}

function done(tables: Tables): Executed {
  return { tables, answer: DONE };
}

function perform(tables: Tables, statement: Statement, atUs: number, config: NewsConfig): Executed {
  switch (statement.kind) {
    case 'register':
      if (has(tables.users, statement.user)) return refuse(tables, 'user exists');
      return logIn(
        { ...tables, users: put(tables.users, statement.user, { name: statement.user, admin: false }) },
        statement.user,
      );
    case 'login':
      return has(tables.users, statement.user) ? logIn(tables, statement.user) : refuse(tables, 'no such user');
    case 'overview':
      return { tables, answer: { kind: 'overview', overview: overviewOf(tables) } };
    case 'locate':
      return has(tables.areas, statement.area) ? located(tables, statement.area) : refuse(tables, 'no such area');
    case 'registerCommission': {
      const { name, address } = statement;
      return done({ ...tables, commissions: put(tables.commissions, name, { name, address, alive: true }) });
    }
    case 'setAlive':
      return setAlive(tables, statement.name, statement.alive);
    case 'assign':
      if (config.traits.foreignKeys && !has(tables.areas, statement.area)) return refuse(tables, 'no such area');
      return located(assigned(tables, statement.area, statement.commission), statement.area);
    case 'compareAndSet':
      return compareAndSet(tables, statement.area, statement.expected, statement.commission);
    case 'insertNews':
      if (config.traits.foreignKeys && !has(tables.areas, statement.area)) return refuse(tables, 'no such area');
      return insertNews(tables, statement.area, statement.author, statement.text, atUs);
    case 'insertSubscription':
      if (config.traits.foreignKeys && !has(tables.areas, statement.area)) return refuse(tables, 'no such area');
      return insertSubscription(tables, statement.area, statement.user);
    case 'markRead':
      return done(markedUpTo(tables, statement.area, statement.user, statement.upTo));
    case 'deleteNewsOf':
      return done(withoutNews(tables, statement.area));
    case 'deleteSubscriptionsOf':
      return done(withoutMembers(tables, statement.area));
    case 'deleteAssignmentOf':
      return done(withoutAssignment(tables, statement.area));
    case 'deleteAreaRow':
      if (config.traits.foreignKeys) return done(withoutArea(tables, statement.area));
      return done({ ...tables, areas: remove(tables.areas, statement.area) });
    default:
      return performFor(tables, statement, atUs, config);
  }
}

type OfSession = Extract<Statement, { readonly session: Session }>;

/** What a user may do only while logged in. */
function performFor(tables: Tables, statement: OfSession, atUs: number, config: NewsConfig): Executed {
  const { user, token } = statement.session;
  if (token === null || get(tables.sessions, user)?.token !== token) return refuse(tables, 'not logged in');
  switch (statement.kind) {
    case 'logout':
      return done({ ...tables, sessions: remove(tables.sessions, user) });
    case 'listAreas':
      return { tables, answer: { kind: 'areas', areas: scan(tables.areas).map(({ name }) => name) } };
    case 'listSubscriptions':
      return { tables, answer: { kind: 'areas', areas: subscriptionsOf(tables, user) } };
    case 'addArea':
      if (!isAdministrator(tables, user)) return refuse(tables, 'not an administrator');
      if (has(tables.areas, statement.area)) return refuse(tables, 'area exists');
      return done(withArea(tables, statement.area, config));
    case 'checkAdministrator':
    case 'deleteArea':
      if (!isAdministrator(tables, user)) return refuse(tables, 'not an administrator');
      if (!has(tables.areas, statement.area)) return refuse(tables, 'no such area');
      return statement.kind === 'deleteArea' ? done(withoutArea(tables, statement.area)) : done(tables);
    default:
      return has(tables.areas, statement.area)
        ? performIn(tables, statement, atUs, config)
        : refuse(tables, 'no such area');
  }
}

type OfArea = Exclude<
  OfSession,
  { readonly kind: 'logout' | 'listAreas' | 'listSubscriptions' | 'addArea' | 'deleteArea' | 'checkAdministrator' }
>;

/** What a logged-in user may do in an area that exists. */
function performIn(tables: Tables, statement: OfArea, atUs: number, config: NewsConfig): Executed {
  const { area } = statement;
  const { user } = statement.session;
  const subscribed = has(tables.subscriptions, memberKey(area, user));
  switch (statement.kind) {
    case 'checkArea':
      return done(tables);
    case 'checkSubscription':
      return subscribed ? refuse(tables, 'already subscribed') : done(tables);
    case 'subscribe':
      return subscribed ? refuse(tables, 'already subscribed') : insertSubscription(tables, area, user);
    case 'unsubscribe':
      if (!subscribed) return refuse(tables, 'not subscribed');
      return done({ ...tables, subscriptions: remove(tables.subscriptions, memberKey(area, user)) });
    case 'publish':
      return insertNews(tables, area, user, statement.text, atUs);
    case 'deleteNews':
      return deleteNews(tables, area, statement.id, user);
    case 'selectNews':
      if (!subscribed) return refuse(tables, 'not subscribed');
      return { tables, answer: select(tables, area, user, statement.unread, config) };
    case 'read': {
      if (!subscribed) return refuse(tables, 'not subscribed');
      const answer = select(tables, area, user, statement.unread, config);
      return { tables: answer.markUpTo === null ? tables : markedUpTo(tables, area, user, answer.markUpTo), answer };
    }
  }
}

/** Where assignments are settled in the database, a new area gets its node in the same transaction. */
function withArea(tables: Tables, area: string, config: NewsConfig): Tables {
  const added = { ...tables, areas: put(tables.areas, area, { name: area }) };
  const [first] = config.traits.comparesAndSets ? leastLoaded(tables) : [];
  return first === undefined ? added : assigned(added, area, first.name);
}

function isAdministrator(tables: Tables, user: string): boolean {
  return get(tables.users, user)?.admin ?? false;
}

/** A user who is logged in keeps the token, so that a repeated login does no harm. */
function logIn(tables: Tables, user: string): Executed {
  const session = get(tables.sessions, user);
  if (session !== undefined) return { tables, answer: { kind: 'loggedIn', token: session.token } };
  const token = tables.nextToken;
  return {
    tables: { ...tables, sessions: put(tables.sessions, user, { user, token }), nextToken: token + 1 },
    answer: { kind: 'loggedIn', token },
  };
}

function insertNews(tables: Tables, area: string, author: string, text: string, at: number): Executed {
  const id = tables.nextNewsId;
  return {
    tables: {
      ...tables,
      news: put(tables.news, newsKey(area, id), { id, area, author, text, at }),
      nextNewsId: id + 1,
    },
    answer: { kind: 'published', id },
  };
}

function insertSubscription(tables: Tables, area: string, user: string): Executed {
  const key = memberKey(area, user);
  if (has(tables.subscriptions, key)) return done(tables);
  return done({ ...tables, subscriptions: put(tables.subscriptions, key, { area, user }) });
}

function deleteNews(tables: Tables, area: string, id: number, user: string): Executed {
  const row = get(tables.news, newsKey(area, id));
  if (row === undefined) return refuse(tables, 'no such news');
  if (row.author !== user) return refuse(tables, 'not the author');
  return done({ ...tables, news: remove(tables.news, newsKey(area, id)) });
}

/**
 * The news to deliver, and up to which they count as read then. A reading that leaves out unread news (all news, of which the limit
 * allows only the newest) does not mark.
 */
function select(
  tables: Tables,
  area: string,
  user: string,
  unread: boolean,
  config: NewsConfig,
): Extract<Answer, { readonly kind: 'news' }> {
  const mark = readUpTo(tables, area, user);
  const limit = config.readLimit ?? Number.POSITIVE_INFINITY;
  const found = unread ? scanAfter(tables.news, prefixOf(area), newsKey(area, mark)) : newsOf(tables, area);
  const news = found.length <= limit ? found : unread ? found.slice(0, limit) : found.slice(found.length - limit);
  const leftOut = unread || found.length === news.length ? null : found[found.length - news.length - 1];
  const last = news.length === 0 ? 0 : news[news.length - 1].id;
  const marks = last > mark && (leftOut === null || leftOut.id <= mark);
  return { kind: 'news', news, markUpTo: marks ? last : null };
}

function markedUpTo(tables: Tables, area: string, user: string, upTo: number): Tables {
  if (upTo <= readUpTo(tables, area, user)) return tables;
  return { ...tables, marks: put(tables.marks, memberKey(area, user), { area, user, upTo }) };
}

function setAlive(tables: Tables, name: string, alive: boolean): Executed {
  const row = get(tables.commissions, name);
  const changed =
    row === undefined || row.alive === alive
      ? tables
      : { ...tables, commissions: put(tables.commissions, name, { ...row, alive }) };
  return { tables: changed, answer: { kind: 'overview', overview: overviewOf(changed) } };
}

function assigned(tables: Tables, area: string, commission: string): Tables {
  if (get(tables.assignments, area)?.commission === commission) return tables;
  return { ...tables, assignments: put(tables.assignments, area, { area, commission }) };
}

/**
 * Assigns the area if it is still assigned as expected, not to a live commission, and to a live one; answers who serves it now
 * either way.
 */
function compareAndSet(tables: Tables, area: string, expected: string | null, commission: string): Executed {
  if (!has(tables.areas, area)) return refuse(tables, 'no such area');
  const current = get(tables.assignments, area)?.commission ?? null;
  const isServed = current !== null && get(tables.commissions, current)?.alive === true;
  const isPossible = get(tables.commissions, commission)?.alive === true;
  const isDue = current === expected && !isServed && isPossible;
  return located(isDue ? assigned(tables, area, commission) : tables, area);
}

function located(tables: Tables, area: string): Executed {
  const name = get(tables.assignments, area)?.commission;
  const commission = name === undefined ? null : (get(tables.commissions, name) ?? null);
  return { tables, answer: { kind: 'located', commission, candidates: leastLoaded(tables) } };
}

function overviewOf(tables: Tables) {
  return {
    commissions: scan(tables.commissions),
    areas: scan(tables.areas).map(({ name }) => name),
    assignments: scan(tables.assignments),
  };
}

function withoutNews(tables: Tables, area: string): Tables {
  const news = removePrefix(tables.news, prefixOf(area));
  return news === tables.news ? tables : { ...tables, news };
}

function withoutMembers(tables: Tables, area: string): Tables {
  const subscriptions = removePrefix(tables.subscriptions, prefixOf(area));
  const marks = removePrefix(tables.marks, prefixOf(area));
  return subscriptions === tables.subscriptions && marks === tables.marks
    ? tables
    : { ...tables, subscriptions, marks };
}

function withoutAssignment(tables: Tables, area: string): Tables {
  const assignments = remove(tables.assignments, area);
  return assignments === tables.assignments ? tables : { ...tables, assignments };
}
