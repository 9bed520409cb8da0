/** The judge: follows the log, the clients and the comings and goings, and gives each outcome its verdict. */
import type { Address, Judge, Judgement, Observation, OperationRecord, World } from '../../sim/protocol.ts';
import { type Appraisal, appraise, deliveredBefore, VERDICTS } from './appraisal.ts';
import { initialRecord, recordEnd } from './area-history.ts';
import { type Bucket, type Deliveries, type Judged, numberKey, type Open, tick, wronged } from './judged.ts';
import { authorityOf, followLog } from './ledger.ts';
import type { Outcome } from './messages.ts';
import { noteStartOrStop, recount } from './services.ts';
import type { ClientState, DatabaseState, NewsTypes, State } from './state.ts';
import { EMPTY_TABLE, get, put, remove, scan } from './table.ts';
import { EMPTY_TABLES, memberKey } from './tables.ts';

type NewsWorld = World<NewsTypes>;

function init(world: NewsWorld): Judged {
  let judged: Judged = { ...NOTHING, possibleSinceUs: null };
  for (let address = 0; address < world.size; address++) judged = noteStartOrStop(judged, address, true, world);
  const authority = authorityOf(world, judged) ?? judged.databases[0];
  const { tables, durable } = world.process(authority).state as DatabaseState;
  let { areas } = judged;
  for (const { name } of scan(tables.areas)) areas = put(areas, name, initialRecord(tables, name));
  return recount({ ...judged, authority, tables, areas, upTo: durable.log.snapshotAt }, world, true);
}

const NOTHING: Judged = {
  clock: 0,
  begun: 0,
  databases: [],
  authority: 0,
  epoch: 0,
  tables: EMPTY_TABLES,
  upTo: { number: 0, epoch: 0 },
  changedAt: EMPTY_TABLE,
  publications: EMPTY_TABLE,
  published: EMPTY_TABLE,
  committedAt: EMPTY_TABLE,
  lastCommit: 0,
  acknowledged: EMPTY_TABLE,
  open: EMPTY_TABLE,
  deliveries: EMPTY_TABLE,
  uncertain: EMPTY_TABLE,
  areas: EMPTY_TABLE,
  services: {},
  agentsUp: 0,
  databasesUp: 0,
  arbiterUp: false,
  possibleSinceUs: null,
  failovers: { broken: {}, durationsUs: [] },
  wrongs: {},
  totals: { answered: 0, refused: 0, failed: 0, retried: 0, retries: 0 },
  recent: [],
};

function observe(judged: Judged, seen: Observation<NewsTypes>, world: NewsWorld): Judged {
  switch (seen.kind) {
    case 'changed':
      return follow(judged, world);
    case 'started':
      return follow(noteStartOrStop(judged, seen.address, true, world), world);
    case 'stopped':
      return onStopped(noteStartOrStop(judged, seen.address, false, world), seen.address, world);
    case 'began':
      return onBegan(judged, seen.record, world);
    case 'noted':
      return seen.note.kind === 'ended' ? onEnded(judged, seen.note.id, seen.note.outcome, world) : judged;
  }
}

/** Only what is committed, and who commits it, is watched; all else reaches the judge by other ways. */
function watches(before: State, after: State): boolean {
  if (after.role !== 'database' || before.role !== 'database') return false;
  return (
    before.committed !== after.committed || before.duty !== after.duty || before.committedUpTo !== after.committedUpTo
  );
}

function follow(judged: Judged, world: NewsWorld): Judged {
  const followed = followLog(judged, world);
  const { areas, assignments, commissions } = judged.tables;
  const { tables } = followed;
  const isSame = tables.areas === areas && tables.assignments === assignments && tables.commissions === commissions;
  return isSame ? followed : recount(followed, world, false);
}

// ── Operations ────────────────────────────────────────────────────────────────────────────────────────────────────

function onBegan(before: Judged, record: OperationRecord<NewsTypes>, world: NewsWorld): Judged {
  const judged = tick(before, world.nowUs);
  const { user, token } = world.process(record.issuer).state as ClientState;
  const open: Open = {
    id: record.id,
    issuer: record.issuer,
    user,
    operation: record.operation,
    startedAt: judged.clock,
    startedUs: record.startUs,
    tables: judged.tables,
    token,
  };
  return {
    ...judged,
    begun: judged.begun + 1,
    open: put(judged.open, numberKey(record.id), open),
  };
}

function onEnded(before: Judged, id: number, outcome: Outcome, world: NewsWorld): Judged {
  const open = get(before.open, numberKey(id));
  if (open === undefined) return before;
  const appraisal = appraise(before, open, outcome, world.config);
  let judged = counted(
    { ...tick(before, world.nowUs), open: remove(before.open, numberKey(id)) },
    outcome,
    world.nowUs,
  );
  judged = blame(judged, open, outcome, appraisal);
  judged = remember(judged, open, outcome, world);
  const isSuspicious = !VERDICTS[appraisal.verdict].good && appraisal.verdict !== 'failed';
  return recordEnd(judged, open, outcome, isSuspicious, world.config.readLimit);
}

/** Which of the things that may go wrong an outcome shows. */
function blame(judged: Judged, open: Open, outcome: Outcome, { verdict, why, missesOwn }: Appraisal): Judged {
  const processes = [open.issuer];
  const message = `operation ${open.id} (${open.operation.kind} of ${open.user}): ${why ?? ''}`;
  if (missesOwn) return wronged(judged, 'own write unseen', message, processes);
  if (outcome.kind === 'failed') {
    const wasPossible = judged.possibleSinceUs !== null && judged.possibleSinceUs <= open.startedUs;
    return wasPossible
      ? wronged(
          judged,
          'needless failure',
          `${message}, while an agent, a live node and the database were up`,
          processes,
        )
      : judged;
  }
  if (outcome.kind === 'published' && verdict === 'lost') return wronged(judged, 'lost publish', message, processes);
  if (open.operation.kind !== 'read' || outcome.kind !== 'news') return judged;
  if (verdict === 'lost') return wronged(judged, 'unread lost', message, processes);
  const isTwice = open.operation.unread && deliveredBefore(judged, open, open.operation.area, outcome.news) !== null;
  return isTwice ? wronged(judged, 'unread twice', message, processes) : judged;
}

function remember(judged: Judged, open: Open, outcome: Outcome, world: NewsWorld): Judged {
  const { operation, user } = open;
  if (outcome.kind === 'published') return acknowledge(judged, open, outcome.id);
  if (operation.kind !== 'read') return judged;
  if (outcome.kind === 'failed') {
    return outcome.executed === 'no'
      ? judged
      : { ...judged, uncertain: put(judged.uncertain, memberKey(operation.area, user), true) };
  }
  if (outcome.kind !== 'news') return judged;
  if (outcome.news.length === 0 || world.config.readLimit !== null) return judged;
  const key = memberKey(operation.area, user);
  const given = get(judged.deliveries, key) ?? { floor: 0, unread: [], all: [] };
  const deliveries = put(judged.deliveries, key, withReading(given, operation.unread, outcome.news, judged.clock));
  return { ...judged, deliveries };
}

/** How many readings are kept apart. */
const KEPT = 32;

function withReading(
  given: Deliveries,
  isUnread: boolean,
  news: readonly { readonly id: number }[],
  at: number,
): Deliveries {
  const last = news[news.length - 1].id;
  if (!isUnread) return { ...given, all: [...given.all, { last, at }].slice(-KEPT) };
  const unread = [...given.unread, { first: news[0].id, last }];
  if (unread.length <= KEPT) return { ...given, unread };
  return { ...given, floor: Math.max(given.floor, unread[0].last), unread: unread.slice(1) };
}

function acknowledge(judged: Judged, open: Open, id: number): Judged {
  const acknowledged = put(judged.acknowledged, numberKey(id), open.id);
  return { ...judged, acknowledged };
}

/** What was under way at a client that stopped came to nobody knows what. */
function onStopped(before: Judged, address: Address, world: NewsWorld): Judged {
  let judged = before;
  for (const open of scan(before.open)) {
    if (open.issuer !== address) continue;
    judged = { ...tick(judged, world.nowUs), open: remove(judged.open, numberKey(open.id)) };
    if (open.operation.kind === 'read')
      judged = { ...judged, uncertain: put(judged.uncertain, memberKey(open.operation.area, open.user), true) };
    judged = recordEnd(judged, open, null, false, world.config.readLimit);
  }
  return judged;
}

// ── Totals ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Seconds that rates are taken over. */
export const WINDOW_SECONDS = 10;

function counted(judged: Judged, outcome: Outcome, nowUs: number): Judged {
  const { totals, recent } = judged;
  const failed = outcome.kind === 'failed' ? 1 : 0;
  return {
    ...judged,
    totals: {
      answered: totals.answered + 1 - failed,
      refused: totals.refused + (outcome.kind === 'refused' ? 1 : 0),
      failed: totals.failed + failed,
      retried: totals.retried + (outcome.retries > 0 ? 1 : 0),
      retries: totals.retries + outcome.retries,
    },
    recent: withEnded(recent, Math.floor(nowUs / 1_000_000), failed),
  };
}

function withEnded(recent: readonly Bucket[], second: number, failed: number): readonly Bucket[] {
  const last = recent[recent.length - 1];
  if (last?.second === second) {
    return [...recent.slice(0, -1), { second, answered: last.answered + 1 - failed, failed: last.failed + failed }];
  }
  return [
    ...recent.filter((bucket) => bucket.second > second - WINDOW_SECONDS),
    { second, answered: 1 - failed, failed },
  ];
}

function verdict(judged: Judged, _atStart: Judged, record: OperationRecord<NewsTypes>, world: NewsWorld): Judgement {
  const open = get(judged.open, numberKey(record.id));
  const { outcome } = record;
  if (open === undefined || outcome === null) return { verdict: 'failed' };
  const { verdict: found, why } = appraise(judged, open, outcome, world.config);
  const measures = { retries: outcome.retries };
  return why === null ? { verdict: found, measures } : { verdict: found, measures, why };
}

export const judge: Judge<NewsTypes, Judged> = { init, observe, watches, verdict, verdicts: VERDICTS };
