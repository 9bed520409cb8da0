/**
 * Whether an outcome was right, from what was committed when the operation began and when it ended. Only what nobody else can have changed
 * in between is held against it; the finer question, whether all outcomes together make sense, is the linearizability checker's.
 */

import type { NewsConfig } from './config.ts';
import { areaKey, type Judged, numberKey, type Open, sessionKey } from './judged.ts';
import type { Outcome, Statement } from './messages.ts';
import { get, has, scan, scanAfter } from './table.ts';
import { memberKey, newsKey, prefixOf, readUpTo, subscriptionsOf, type Tables } from './tables.ts';
import { execute } from './transactions.ts';

export const VERDICTS = {
  correct: { good: true, description: 'Done, and what was shown was so at some moment while the operation ran.' },
  refused: { good: true, description: 'Refused for a reason that held.' },
  stale: {
    good: false,
    description: 'Shown without something that was there all the time, or with something that was gone before.',
  },
  lost: {
    good: false,
    description: 'What was acknowledged is not there, or unread news were never delivered to anyone.',
  },
  duplicate: { good: false, description: 'Published twice, or the same unread news delivered twice.' },
  wrong: { good: false, description: 'Refused for a reason that did not hold, or shown what never was.' },
  failed: { good: false, description: 'The client gave up without an answer.' },
} as const;

export interface Appraisal {
  readonly verdict: keyof typeof VERDICTS;
  readonly why: string | null;
  /** Whether the client missed something that it had done itself before. */
  readonly missesOwn: boolean;
}

const CORRECT: Appraisal = { verdict: 'correct', why: null, missesOwn: false };
const REFUSED: Appraisal = { verdict: 'refused', why: null, missesOwn: false };
const against = (verdict: Appraisal['verdict'], why: string, missesOwn = false): Appraisal => ({
  verdict,
  why,
  missesOwn,
});

export function appraise(judged: Judged, open: Open, outcome: Outcome, config: NewsConfig): Appraisal {
  switch (outcome.kind) {
    case 'failed':
      return against(
        'failed',
        `gave up after ${outcome.retries} retries; ${outcome.at === 'agent' ? 'no agent' : 'no node'} answered`,
      );
    case 'refused':
      return appraiseRefusal(judged, open, outcome.reason, config);
    case 'published':
      return appraisePublication(judged, open, outcome.id);
    case 'news':
      return appraiseReading(judged, open, outcome.news, config);
    case 'areas':
      return appraiseList(judged, open, outcome.areas);
    default:
      return CORRECT;
  }
}

// ── Publications ──────────────────────────────────────────────────────────────────────────────────────────────────

function appraisePublication(judged: Judged, open: Open, id: number): Appraisal {
  const ids = get(judged.published, numberKey(open.id)) ?? [];
  if (ids.length > 1)
    return against('duplicate', `published ${ids.length} times: as ${ids.map((one) => `#${one}`).join(', ')}`);
  return ids[0] === id ? CORRECT : against('lost', `acknowledged as #${id}, which was never committed`);
}

// ── Readings ──────────────────────────────────────────────────────────────────────────────────────────────────────

type Shown = readonly { readonly id: number }[];

function appraiseReading(judged: Judged, open: Open, news: Shown, config: NewsConfig): Appraisal {
  const { operation } = open;
  if (operation.kind !== 'read') return CORRECT;
  const shown = new Set(news.map(({ id }) => id));
  return (
    strangeNews(judged, open, operation.area, news) ??
    twiceThere(judged, news) ??
    (operation.unread ? unreadTwice(judged, open, operation.area, news) : null) ??
    (operation.unread
      ? unreadLost(judged, open, operation.area, shown, config)
      : missing(judged, open, operation.area, shown, config)) ??
    CORRECT
  );
}

/** Of what is not there now, it is known whether it ever was and when it went. */
function strangeNews(judged: Judged, open: Open, area: string, news: Shown): Appraisal | null {
  const there = idsFrom(judged.tables, area, news);
  let i = 0;
  for (const { id } of news) {
    while (there[i] < id) i++;
    if (there[i] === id) continue;
    const known = get(judged.publications, numberKey(id));
    if (known === undefined) return against('wrong', `shown #${id}, which was never committed`);
    if (known.removedAt !== null && known.removedAt < open.startedAt) {
      return against('stale', `shown #${id}, which had been deleted before`);
    }
  }
  return null;
}

function idsFrom(tables: Tables, area: string, news: Shown): number[] {
  if (news.length === 0) return [];
  return scanAfter(tables.news, prefixOf(area), newsKey(area, news[0].id - 1)).map(({ id }) => id);
}

function twiceThere(judged: Judged, news: Shown): Appraisal | null {
  if (judged.wrongs['publish twice'] === undefined) return null;
  const seen = new Set<number>();
  for (const { id } of news) {
    const operation = get(judged.publications, numberKey(id))?.operation ?? null;
    if (operation === null) continue;
    if (seen.has(operation)) return against('duplicate', `shown the publication of operation ${operation} twice`);
    seen.add(operation);
  }
  return null;
}

function unreadTwice(judged: Judged, open: Open, area: string, news: Shown): Appraisal | null {
  const id = deliveredBefore(judged, open, area, news);
  return id === null
    ? null
    : against('duplicate', `delivered #${id} as unread, which ${open.user} had been given before`);
}

/** The first of the news that another reading of unread news gave, or one of all news that had ended before; null for none. */
export function deliveredBefore(judged: Judged, open: Open, area: string, news: Shown): number | null {
  const given = get(judged.deliveries, memberKey(area, open.user));
  if (given === undefined) return null;
  let upTo = 0;
  for (const { last, at } of given.all) if (at < open.startedAt) upTo = Math.max(upTo, last);
  const found = news.find(
    ({ id }) => id > given.floor && (id <= upTo || given.unread.some(({ first, last }) => first <= id && id <= last)),
  );
  return found?.id ?? null;
}

/** Whether any reading may have given it. */
function mayHaveBeenGiven(judged: Judged, user: string, area: string, id: number): boolean {
  const given = get(judged.deliveries, memberKey(area, user));
  if (given === undefined) return false;
  const isWithin = ({ first, last }: { first: number; last: number }) => first <= id && id <= last;
  return id <= given.floor || given.all.some(({ last }) => id <= last) || given.unread.some(isWithin);
}

/** News that were unread when the reading began and are marked as read now, which nobody was given. */
function unreadLost(
  judged: Judged,
  open: Open,
  area: string,
  shown: ReadonlySet<number>,
  config: NewsConfig,
): Appraisal | null {
  const member = memberKey(area, open.user);
  if (config.readLimit !== null || has(judged.uncertain, member) || isReadingElsewhere(judged, open, area)) return null;
  const markBefore = readUpTo(open.tables, area, open.user);
  const markNow = readUpTo(judged.tables, area, open.user);
  for (const { id } of scanAfter(open.tables.news, prefixOf(area), newsKey(area, markBefore))) {
    if (id > markNow || shown.has(id) || !has(judged.tables.news, newsKey(area, id))) continue;
    if (!mayHaveBeenGiven(judged, open.user, area, id))
      return against('lost', `#${id} counts as read by ${open.user}, who was never given it`);
  }
  return null;
}

function isReadingElsewhere(judged: Judged, open: Open, area: string): boolean {
  return scan(judged.open).some(
    ({ id, user, operation }) =>
      id !== open.id && user === open.user && operation.kind === 'read' && operation.area === area,
  );
}

function missing(
  judged: Judged,
  open: Open,
  area: string,
  shown: ReadonlySet<number>,
  config: NewsConfig,
): Appraisal | null {
  if (config.readLimit !== null) return null;
  for (const { id, author } of scan(open.tables.news, prefixOf(area))) {
    if (shown.has(id) || !has(judged.tables.news, newsKey(area, id))) continue;
    return against('stale', `not shown #${id}, which was there all the time`, author === open.user);
  }
  return null;
}

// ── Lists and refusals ────────────────────────────────────────────────────────────────────────────────────────────

function appraiseList(judged: Judged, open: Open, areas: readonly string[]): Appraisal {
  const list = (tables: Tables) =>
    open.operation.kind === 'listAreas'
      ? scan(tables.areas).map(({ name }) => name)
      : subscriptionsOf(tables, open.user);
  const before = list(open.tables);
  const now = list(judged.tables);
  const isSame = (area: string) => !hasChanged(judged, open, areaKey(area));
  const hidden = before.find((area) => now.includes(area) && isSame(area) && !areas.includes(area));
  if (hidden !== undefined)
    return against(
      'stale',
      `not shown ${hidden}, which was there all the time`,
      open.operation.kind === 'listSubscriptions',
    );
  const gone = areas.find((area) => !before.includes(area) && !now.includes(area) && isSame(area));
  return gone === undefined ? CORRECT : against('stale', `shown ${gone}, which was not there`);
}

/** Whether anything was committed meanwhile that the key stands for. */
function hasChanged(judged: Judged, open: Open, key: string): boolean {
  return (get(judged.changedAt, key) ?? -1) >= open.startedAt;
}

/** A refusal is wrong if neither before nor after it would have been refused so, and nothing that it depends on has changed in between. */
function appraiseRefusal(judged: Judged, open: Open, reason: string, config: NewsConfig): Appraisal {
  const { operation, user } = open;
  const keys = [sessionKey(user), ...('area' in operation ? [areaKey(operation.area)] : [])];
  if (keys.some((key) => hasChanged(judged, open, key)) || wouldRefuse(open.tables, open, config) === reason)
    return REFUSED;
  if (wouldRefuse(judged.tables, open, config) === reason) return REFUSED;
  const missesOwn = reason === 'not logged in' || reason === 'not subscribed';
  return against('wrong', `refused with "${reason}", which did not hold`, missesOwn);
}

/** Why these tables would refuse the operation, or null. */
function wouldRefuse(tables: Tables, { operation, user, token }: Open, config: NewsConfig): string | null {
  const isEntry = operation.kind === 'register' || operation.kind === 'login';
  const statement = (
    isEntry ? { kind: operation.kind, user } : { ...operation, session: { user, token } }
  ) as Statement;
  const { answer } = execute(tables, { statement, key: null, operation: null }, 0, config);
  return answer.kind === 'refused' ? answer.reason : null;
}
