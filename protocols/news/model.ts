/**
 * What an area would do if its clients came one after the other: the specification against which recorded histories are checked. It is
 * written anew and shares no code with the database.
 */
import type { History, OperationId, Recorded, SequentialModel } from '../../sim/protocol.ts';

/** An operation of one user on one area, or what such an operation shows of it. News are known by the operation that published them. */
export type AreaEvent = { readonly user: string; readonly id: OperationId } & (
  | { readonly kind: 'addArea' | 'deleteArea' | 'subscribe' | 'unsubscribe' }
  | { readonly kind: 'read'; readonly unread: boolean }
  | { readonly kind: 'publish'; readonly news: number | null }
  | { readonly kind: 'deleteNews'; readonly news: number; readonly byAuthor: boolean }
  /** Whether a list of areas named this one. */
  | { readonly kind: 'seesArea' }
  /** Whether a list of one's subscriptions named this one. */
  | { readonly kind: 'seesSubscription' }
);

export type AreaOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'seen'; readonly yes: boolean }
  | { readonly kind: 'news'; readonly news: readonly number[] }
  | { readonly kind: 'published'; readonly news: number }
  | { readonly kind: 'refused'; readonly reason: string };

export interface AreaState {
  readonly exists: boolean;
  /** Ids, ascending. */
  readonly news: readonly number[];
  /** Subscribers, ascending. */
  readonly subscribers: readonly string[];
  /** The greatest id so far: ids ascend in the order in which publications take effect. */
  readonly last: number;
  /** Up to which id each user has read. */
  readonly read: Readonly<Record<string, number>>;
}

export const NO_AREA: AreaState = { exists: false, news: [], subscribers: [], last: 0, read: {} };

export function areaModel(
  initial: AreaState,
  readLimit: number | null,
): SequentialModel<AreaState, AreaEvent, AreaOutcome> {
  return {
    initial,
    step: (state, event, outcome) => step(state, event, outcome, readLimit),
    key: keyOf,
    reads: changesNothing,
    narrowings: (history) => (readLimit === null ? narrowings(history) : []),
  };
}

/** Lists, refusals and readings that delivered nothing. */
function changesNothing({ kind }: AreaEvent, outcome: AreaOutcome | null): boolean {
  if (kind === 'seesArea' || kind === 'seesSubscription' || outcome?.kind === 'refused') return true;
  return outcome?.kind === 'news' && outcome.news.length === 0;
}

function step(
  state: AreaState,
  event: AreaEvent,
  outcome: AreaOutcome | null,
  readLimit: number | null,
): AreaState | null {
  const reason = refusalOf(state, event);
  if (reason !== null) {
    if (event.kind === 'seesArea' || event.kind === 'seesSubscription')
      return outcome?.kind === 'seen' && outcome.yes ? null : state;
    return outcome === null || (outcome.kind === 'refused' && outcome.reason === reason) ? state : null;
  }
  if (outcome?.kind === 'refused') return null;
  return take(state, event, outcome, readLimit);
}

/** Why the operation would be refused in this state, or null. */
function refusalOf(state: AreaState, event: AreaEvent): string | null {
  if (event.kind === 'addArea') return state.exists ? 'area exists' : null;
  if (!state.exists) return 'no such area';
  switch (event.kind) {
    case 'subscribe':
      return state.subscribers.includes(event.user) ? 'already subscribed' : null;
    case 'unsubscribe':
    case 'read':
    case 'seesSubscription':
      return state.subscribers.includes(event.user) ? null : 'not subscribed';
    case 'deleteNews':
      if (!state.news.includes(event.news)) return 'no such news';
      return event.byAuthor ? null : 'not the author';
    default:
      return null;
  }
}

function take(
  state: AreaState,
  event: AreaEvent,
  outcome: AreaOutcome | null,
  readLimit: number | null,
): AreaState | null {
  switch (event.kind) {
    case 'addArea':
      return { ...state, exists: true };
    case 'deleteArea':
      return { ...NO_AREA, last: state.last };
    case 'subscribe':
      return { ...state, subscribers: [...state.subscribers, event.user].sort() };
    case 'unsubscribe':
      return { ...state, subscribers: state.subscribers.filter((user) => user !== event.user) };
    case 'publish': {
      const news = outcome?.kind === 'published' ? outcome.news : event.news;
      if (news === null) return state;
      return news <= state.last ? null : { ...state, news: [...state.news, news], last: news };
    }
    case 'deleteNews':
      return { ...state, news: state.news.filter((news) => news !== event.news) };
    case 'read':
      return read(state, event.user, event.unread, outcome, readLimit);
    default:
      return outcome?.kind === 'seen' && !outcome.yes ? null : state;
  }
}

function read(
  state: AreaState,
  user: string,
  unread: boolean,
  outcome: AreaOutcome | null,
  readLimit: number | null,
): AreaState | null {
  const mark = state.read[user] ?? 0;
  const found = unread ? state.news.filter((news) => news > mark) : state.news;
  const limit = readLimit ?? found.length;
  const shown = unread ? found.slice(0, limit) : found.slice(Math.max(0, found.length - limit));
  if (outcome !== null && !(outcome.kind === 'news' && sameNumbers(outcome.news, shown))) return null;
  const last = shown[shown.length - 1] ?? 0;
  const skips = !unread && found.length > shown.length && found[found.length - shown.length - 1] > mark;
  return last > mark && !skips ? { ...state, read: { ...state.read, [user]: last } } : state;
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((number, i) => number === b[i]);
}

function keyOf({ exists, last, news, subscribers, read: marks }: AreaState): string {
  const users = Object.keys(marks).sort();
  return `${exists}/${last}/${news.join()}/${subscribers.join()}/${users.map((user) => `${user}:${marks[user]}`).join()}`;
}

type AreaHistory = History<AreaEvent, AreaOutcome>;

/**
 * The history of a single piece of news only, in which readings show that one or nothing; and without one user, or as seen by that one only. If
 * the whole can be explained, so can each of these: by the same order.
 */
function* narrowings(history: AreaHistory): Iterable<(history: AreaHistory) => AreaHistory> {
  for (const news of newsIn(history)) {
    yield (whole) => whole.filter(concerns(news)).map((recorded) => onlyOf(recorded, news));
  }
  for (const user of new Set(history.map(({ operation }) => operation.user))) {
    yield (whole) => whole.filter(({ operation }) => operation.user === user || !ofOneUser(operation.kind));
    yield (whole) => whole.filter(({ operation }) => operation.user !== user || !ofOneUser(operation.kind));
  }
}

/** Whether an operation concerns nobody but its own user. */
function ofOneUser(kind: AreaEvent['kind']): boolean {
  return kind === 'subscribe' || kind === 'unsubscribe' || kind === 'read' || kind === 'seesSubscription';
}

function newsIn(history: AreaHistory): Set<number> {
  const found = new Set<number>();
  for (const { outcome } of history) {
    if (outcome?.kind === 'published') found.add(outcome.news);
    if (outcome?.kind === 'news') for (const news of outcome.news) found.add(news);
  }
  return found;
}

function concerns(news: number): (recorded: Recorded<AreaEvent, AreaOutcome>) => boolean {
  return ({ operation, outcome }) => {
    if (operation.kind === 'deleteNews') return operation.news === news;
    if (operation.kind !== 'publish') return true;
    // A refused publication still tells that there was no such area.
    return outcome?.kind === 'published'
      ? outcome.news === news
      : outcome?.kind === 'refused' || operation.news === news;
  };
}

function onlyOf(recorded: Recorded<AreaEvent, AreaOutcome>, news: number): Recorded<AreaEvent, AreaOutcome> {
  const { outcome } = recorded;
  if (outcome?.kind !== 'news') return recorded;
  return { ...recorded, outcome: { kind: 'news', news: outcome.news.filter((other) => other === news) } };
}
