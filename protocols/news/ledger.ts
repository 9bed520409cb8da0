/**
 * Follows what is committed: reads along in the log of the database that is primary, and compares the tables before and after, so that
 * whatever the log does not account for is seen.
 */
import type { Address, OperationId, World } from '../../sim/protocol.ts';
import { areaKey, type Judged, numberKey, type Publication, sessionKey, wronged } from './judged.ts';
import type { LogEntry } from './log.ts';
import type { Statement } from './messages.ts';
import { UNKNOWN } from './replication.ts';
import type { DatabaseState, NewsTypes } from './state.ts';
import { difference, get, put } from './table.ts';
import { type NewsRow, newsKey, type Tables } from './tables.ts';

type NewsWorld = World<NewsTypes>;

/**
 * The database that is primary: of those that hold themselves to be it, the one with the latest configuration, which is none that was replaced.
 */
export function authorityOf(
  world: NewsWorld,
  { databases, epoch }: Pick<Judged, 'databases' | 'epoch'>,
): Address | null {
  let found: Address | null = null;
  let latest = epoch;
  for (const address of databases) {
    const { state } = world.process(address);
    if (state.role !== 'database' || state.duty !== 'primary' || state.committedUpTo === UNKNOWN) continue;
    if (state.durable.configuration.epoch < latest) continue;
    found = address;
    latest = state.durable.configuration.epoch;
  }
  return found;
}

/** Takes in what was committed since it was last looked at. */
export function followLog(judged: Judged, world: NewsWorld): Judged {
  const authority = authorityOf(world, judged);
  if (authority === null) return judged;
  const state = world.process(authority).state as DatabaseState;
  const undone = checkNothingUndone(judged, authority, state, world);
  const { entries } = state.durable.log;
  const news = entries.filter(({ number }) => number > judged.upTo.number && number <= state.committedUpTo);
  const isKnown = news.length === 0 && state.committed === judged.tables;
  if (isKnown && state.durable.configuration.epoch === judged.epoch) return undone;
  const last = news[news.length - 1];
  const followed = news.reduce((before, entry) => takeEntry(before, entry, world.nowUs), {
    ...undone,
    authority,
    epoch: state.durable.configuration.epoch,
  });
  const compared = compare(followed, judged.tables, state.committed, news, world);
  const upTo = last === undefined ? judged.upTo : { number: last.number, epoch: last.epoch };
  return { ...compared, tables: state.committed, upTo };
}

/** What was seen committed must be there after any crash and under any primary. */
function checkNothingUndone(judged: Judged, authority: Address, state: DatabaseState, world: NewsWorld): Judged {
  const { number, epoch } = judged.upTo;
  const { log } = state.durable;
  const there = number === log.snapshotAt.number ? log.snapshotAt : log.entries[number - log.snapshotAt.number - 1];
  const isUndone = state.committedUpTo < number || (there !== undefined && there.epoch !== epoch);
  if (!isUndone) return judged;
  const { name } = world.process(authority);
  const message = `${name} has committed up to ${state.committedUpTo}, and entry ${number} of epoch ${epoch}, which was committed, is not in its log`;
  return {
    ...wronged(judged, 'undone', message, [authority]),
    upTo: { number: state.committedUpTo, epoch: there?.epoch ?? epoch },
  };
}

/** One committed transaction. */
function takeEntry(judged: Judged, { transaction, answer }: LogEntry, nowUs: number): Judged {
  const { statement, operation } = transaction;
  let next = operation === null || answer.kind === 'refused' ? judged : withCommit(judged, operation, nowUs);
  for (const key of touchedKeys(statement)) next = { ...next, changedAt: put(next.changedAt, key, next.clock) };
  if (statement.kind !== 'publish' && statement.kind !== 'insertNews') return next;
  if (answer.kind !== 'published') return next;
  const author = statement.kind === 'publish' ? statement.session.user : statement.author;
  next = withPublication(next, { id: answer.id, area: statement.area, author, operation, removedAt: null });
  return operation === null ? next : withPublished(next, operation, answer.id);
}

/** In the order of commits, and after whatever began before. */
function withCommit(judged: Judged, operation: OperationId, nowUs: number): Judged {
  const lastCommit = Math.max(judged.lastCommit, judged.clock, nowUs * 1000) + 1;
  return { ...judged, lastCommit, committedAt: put(judged.committedAt, numberKey(operation), lastCommit) };
}

function withPublication(judged: Judged, publication: Publication): Judged {
  return { ...judged, publications: put(judged.publications, numberKey(publication.id), publication) };
}

function withPublished(judged: Judged, operation: OperationId, id: number): Judged {
  const key = numberKey(operation);
  const all = [...(get(judged.published, key) ?? []), id];
  const next = { ...judged, published: put(judged.published, key, all) };
  if (all.length === 1) return next;
  const message = `operation ${operation} published its news ${all.length} times: as ${all.map((one) => `#${one}`).join(', ')}`;
  return wronged(next, 'publish twice', message, [next.authority]);
}

/** What of the tables a statement may change, as far as a verdict depends on it. */
function touchedKeys(statement: Statement): string[] {
  const keys: string[] = [];
  if ('area' in statement) keys.push(areaKey(statement.area));
  if (statement.kind === 'login' || statement.kind === 'register') keys.push(sessionKey(statement.user));
  if (statement.kind === 'logout') keys.push(sessionKey(statement.session.user));
  return keys;
}

/** The news that came and went must be those that the log tells of. */
function compare(
  judged: Judged,
  before: Tables,
  after: Tables,
  entries: readonly LogEntry[],
  world: NewsWorld,
): Judged {
  let next = judged;
  for (const row of difference(before.news, after.news).removed) {
    // A table that was made again from the log has other rows, which say the same.
    if (get(after.news, newsKey(row.area, row.id)) === undefined) next = takeRemoval(next, row, entries, world);
  }
  for (const { answer } of entries) {
    // What came and went since the last look is in neither table.
    const passing = answer.kind === 'published' ? get(next.publications, numberKey(answer.id)) : undefined;
    if (passing === undefined || passing.removedAt !== null) continue;
    const key = newsKey(passing.area, passing.id);
    if (get(after.news, key) === undefined && get(before.news, key) === undefined)
      next = takeRemoval(next, passing, entries, world);
  }
  return checkAssignments(next, before, entries);
}

function takeRemoval(
  judged: Judged,
  row: Pick<NewsRow, 'id' | 'area' | 'author'>,
  entries: readonly LogEntry[],
  world: NewsWorld,
): Judged {
  const known = get(judged.publications, numberKey(row.id));
  const gone = known === undefined ? judged : withPublication(judged, { ...known, removedAt: judged.clock });
  if (entries.some(({ transaction, answer }) => answer.kind === 'done' && mayRemove(transaction.statement, row)))
    return gone;
  const lost = get(judged.acknowledged, numberKey(row.id));
  const processes = [gone.authority];
  const { name } = world.process(gone.authority);
  const message = `${name} no longer has news #${row.id} of ${row.author} in ${row.area}, though neither ${row.author} deleted it nor anyone the area`;
  const told = wronged(gone, 'removed by another', message, processes);
  return lost === undefined ? told : wronged(told, 'lost publish', message, processes);
}

function mayRemove(statement: Statement, row: Pick<NewsRow, 'id' | 'area' | 'author'>): boolean {
  switch (statement.kind) {
    case 'deleteNews':
      return statement.area === row.area && statement.id === row.id && statement.session.user === row.author;
    case 'deleteArea':
    case 'deleteNewsOf':
    case 'deleteAreaRow':
      return statement.area === row.area;
    default:
      return false;
  }
}

/** Flaw 3: an assignment to a live commission was overwritten. */
function checkAssignments(judged: Judged, before: Tables, entries: readonly LogEntry[]): Judged {
  let next = judged;
  const { commissions } = before;
  const current = new Map<string, string | undefined>();
  const alive = new Map<string, boolean>();
  const serving = (area: string) => (current.has(area) ? current.get(area) : get(before.assignments, area)?.commission);
  for (const { transaction, answer } of entries) {
    const { statement } = transaction;
    if (statement.kind === 'setAlive') alive.set(statement.name, statement.alive);
    if (statement.kind === 'registerCommission') alive.set(statement.name, true);
    if (statement.kind === 'deleteArea' || statement.kind === 'deleteAssignmentOf')
      current.set(statement.area, undefined);
    if ((statement.kind !== 'assign' && statement.kind !== 'compareAndSet') || answer.kind !== 'located') continue;
    const { area } = statement;
    const old = serving(area);
    const assigned = answer.commission?.name;
    if (assigned === undefined) continue;
    const wasAlive = old !== undefined && (alive.get(old) ?? get(commissions, old)?.alive ?? false);
    if (old !== undefined && old !== assigned && wasAlive) {
      next = wronged(
        next,
        'overwritten assignment',
        `${area}, which ${old} served and was alive, was assigned to ${assigned}`,
        [],
      );
    }
    current.set(area, assigned);
  }
  return next;
}
