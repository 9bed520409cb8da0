/**
 * Keeps the recorded history of each area and has it checked now and then: at growing lengths, so that all checks of a run together cost little
 * more than the last, and at once when an outcome looks wrong. The summary checks all of it at the end.
 *
 * What a list of areas or subscriptions shows is taken apart into one look at each area. A reading or a publication is known by the ids of
 * the news; where a client never learned the id of what it published, the log tells it.
 */
import {
  checkLinearizability,
  formatInstant,
  formatViolation,
  type Linearizability,
  type Recorded,
} from '../../sim/protocol.ts';
import { type AreaRecord, clockUs, type Judged, numberKey, type Open } from './judged.ts';
import type { Outcome } from './messages.ts';
import { type AreaEvent, type AreaOutcome, type AreaState, areaModel, NO_AREA } from './model.ts';
import { EMPTY_TABLE, get, put, scan } from './table.ts';
import { newsKey, newsOf, prefixOf, type Tables } from './tables.ts';

type AreaRecorded = Recorded<AreaEvent, AreaOutcome>;

/** Lengths at which a history is checked: every so many operations while it is short, then at each growth by half. */
const CLOSELY = 8;

/**
 * Steps of the model that a check may take: during the run enough for a history that the log explains, with some room for what it does
 * not; at the end more.
 */
const budgetFor = (length: number): number => Math.max(20_000, 8 * length);
export const FINAL_BUDGET = 200_000;

export function initialRecord(tables: Tables, area: string): AreaRecord {
  const initial: AreaState =
    get(tables.areas, area) === undefined
      ? { ...NO_AREA, last: tables.nextNewsId - 1 }
      : {
          exists: true,
          news: newsOf(tables, area).map(({ id }) => id),
          last: tables.nextNewsId - 1,
          subscribers: scan(tables.subscriptions, prefixOf(area)).map(({ user }) => user),
          read: {},
        };
  return { initial, history: EMPTY_TABLE, due: CLOSELY, found: 'linearizable', message: '' };
}

/** Records how an operation ended. @param outcome null if nobody knows. */
export function recordEnd(
  judged: Judged,
  open: Open,
  outcome: Outcome | null,
  isSuspicious: boolean,
  readLimit: number | null,
): Judged {
  const { operation } = open;
  if (operation.kind === 'listAreas' || operation.kind === 'listSubscriptions') {
    if (outcome?.kind !== 'areas') return judged;
    const kind = operation.kind === 'listAreas' ? 'seesArea' : 'seesSubscription';
    let next = judged;
    for (const area of areasSeen(judged, outcome.areas)) {
      const seen = { kind: 'seen', yes: outcome.areas.includes(area) } as const;
      next = recordIn(
        next,
        area,
        { operation: { kind, user: open.user, id: open.id }, outcome: seen, start: open.startedAt, end: judged.clock },
        false,
        readLimit,
      );
    }
    return next;
  }
  if (!('area' in operation)) return judged;
  const event = eventOf(open, judged);
  if (event === null || isOutsideTheArea(outcome)) return judged;
  const seen = outcome === null ? null : outcomeOf(outcome);
  const recorded = { operation: event, outcome: seen, start: open.startedAt, end: seen === null ? null : judged.clock };
  return recordIn(judged, operation.area, recorded, isSuspicious, readLimit);
}

function areasSeen(judged: Judged, named: readonly string[]): string[] {
  const known = scan(judged.tables.areas).map(({ name }) => name);
  return [...new Set([...known, ...named])];
}

/** Refusals that depend on the user and not on the area, and failures of which it is known that nothing was done. */
function isOutsideTheArea(outcome: Outcome | null): boolean {
  if (outcome?.kind === 'refused')
    return outcome.reason === 'not logged in' || outcome.reason === 'not an administrator';
  return outcome?.kind === 'failed' && outcome.executed === 'no';
}

function eventOf({ operation, user, id, tables }: Open, judged: Judged): AreaEvent | null {
  switch (operation.kind) {
    case 'addArea':
    case 'deleteArea':
    case 'subscribe':
    case 'unsubscribe':
      return { kind: operation.kind, user, id };
    case 'read':
      return { kind: 'read', unread: operation.unread, user, id };
    case 'publish':
      return { kind: 'publish', news: get(judged.published, numberKey(id))?.[0] ?? null, user, id };
    case 'deleteNews': {
      const known = get(judged.publications, numberKey(operation.id));
      const author = known?.author ?? get(tables.news, newsKey(operation.area, operation.id))?.author;
      return { kind: 'deleteNews', news: operation.id, byAuthor: author === user, user, id };
    }
    default:
      return null;
  }
}

function outcomeOf(outcome: Outcome): AreaOutcome | null {
  switch (outcome.kind) {
    case 'news':
      return { kind: 'news', news: outcome.news.map(({ id }) => id) };
    case 'published':
      return { kind: 'published', news: outcome.id };
    case 'refused':
      return { kind: 'refused', reason: outcome.reason };
    case 'failed':
      return null;
    default:
      return { kind: 'done' };
  }
}

function recordIn(
  judged: Judged,
  area: string,
  recorded: AreaRecorded,
  isSuspicious: boolean,
  readLimit: number | null,
): Judged {
  const before = get(judged.areas, area) ?? { ...initialRecord(judged.tables, area), initial: { ...NO_AREA, last: 0 } };
  const history = put(before.history, numberKey(judged.clock), recorded);
  const record = { ...before, history };
  const next = { ...judged, areas: put(judged.areas, area, record) };
  if (record.found === 'violated' || (history.size < record.due && !(isSuspicious && record.found === 'linearizable')))
    return next;
  return { ...next, areas: put(next.areas, area, checked(next, area, record, readLimit)) };
}

function checked(judged: Judged, area: string, record: AreaRecord, readLimit: number | null): AreaRecord {
  const result = checkArea(judged, area, record, readLimit, budgetFor(record.history.size));
  const { size } = record.history;
  const due = size + Math.max(CLOSELY, size >> 1);
  return {
    ...record,
    due,
    found: result.kind,
    message: result.kind === 'violated' ? explain(area, result) : '',
  };
}

/** Checks an area's history as far as it has come, operations under way included. */
export function checkArea(
  judged: Judged,
  area: string,
  record: AreaRecord,
  readLimit: number | null,
  budget: number,
): Linearizability<AreaEvent, AreaOutcome> {
  const running: AreaRecorded[] = [];
  for (const open of scan(judged.open)) {
    if (!('area' in open.operation) || open.operation.area !== area) continue;
    const operation = eventOf(open, judged);
    if (operation !== null) running.push({ operation, outcome: null, start: open.startedAt, end: null });
  }
  const history = [...scan(record.history), ...running].map((recorded) => withLog(recorded, judged));
  return checkLinearizability(areaModel(record.initial, readLimit), history, { budget });
}

/**
 * With what the log knows: when it was committed, which is where the search looks first, and which news came of a publication whose client
 * never learned. What was published twice is one piece of news all the same, known by its first id, and is seen twice.
 */
function withLog(recorded: AreaRecorded, judged: Judged): AreaRecorded {
  const { operation, outcome } = recorded;
  if (operation.kind === 'seesArea' || operation.kind === 'seesSubscription') return recorded;
  const guess = get(judged.committedAt, numberKey(operation.id)) ?? null;
  const seen = judged.wrongs['publish twice'] === undefined ? outcome : withFirstIds(outcome, judged);
  if (operation.kind !== 'publish' || outcome !== null) return { ...recorded, outcome: seen, guess };
  const news = get(judged.published, numberKey(operation.id))?.[0] ?? null;
  return { ...recorded, guess, operation: { ...operation, news } };
}

function withFirstIds(outcome: AreaOutcome | null, judged: Judged): AreaOutcome | null {
  if (outcome?.kind === 'published') return { ...outcome, news: firstId(judged, outcome.news) };
  if (outcome?.kind === 'news') return { ...outcome, news: outcome.news.map((id) => firstId(judged, id)) };
  return outcome;
}

function firstId(judged: Judged, id: number): number {
  const operation = get(judged.publications, numberKey(id))?.operation ?? null;
  return operation === null ? id : (get(judged.published, numberKey(operation))?.[0] ?? id);
}

type Violation = Extract<Linearizability<AreaEvent, AreaOutcome>, { readonly kind: 'violated' }>;

/** The violating part of the history, an operation a line. */
export function explain(area: string, violation: Violation): string {
  const text = ({ operation, outcome }: AreaRecorded) =>
    `${operation.user} ${eventText(operation)}${outcome === null ? '' : `: ${outcomeText(outcome)}`}`;
  return formatViolation({ ...violation, part: area }, text, (instant) => formatInstant(clockUs(instant)));
}

function eventText(event: AreaEvent): string {
  switch (event.kind) {
    case 'addArea':
      return 'adds the area';
    case 'deleteArea':
      return 'deletes the area';
    case 'subscribe':
      return 'subscribes';
    case 'unsubscribe':
      return 'unsubscribes';
    case 'read':
      return event.unread ? 'reads the unread news' : 'reads all news';
    case 'publish':
      return `publishes (operation ${event.id})`;
    case 'deleteNews':
      return `deletes #${event.news}`;
    case 'seesArea':
      return 'lists areas';
    case 'seesSubscription':
      return 'lists subscriptions';
  }
}

function outcomeText(outcome: AreaOutcome): string {
  switch (outcome.kind) {
    case 'done':
      return 'done';
    case 'seen':
      return outcome.yes ? 'it is there' : 'it is not there';
    case 'news':
      return outcome.news.length === 0 ? 'none' : outcome.news.map((id) => `#${id}`).join(' ');
    case 'published':
      return `#${outcome.news}`;
    case 'refused':
      return `refused, ${outcome.reason}`;
  }
}
