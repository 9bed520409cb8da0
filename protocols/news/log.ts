/**
 * The database's durable state: a snapshot of the tables and the write-ahead log of what was committed since. Committed means logged:
 * a restart executes the log on the snapshot and has exactly the tables that were committed. Entries hold the transaction and not
 * its effect (command logging), since executing is a pure function of tables, transaction and time.
 *
 * The log is cut from time to time, so neither it nor the cost of saving grows with the run; its last entries are always kept, for a
 * standby to be sent and for whoever reads along, and so is what is not known to be committed.
 */
import type { NewsConfig } from './config.ts';
import type { Answer, Transaction } from './statements.ts';
import type { Tables } from './tables.ts';
import { execute } from './transactions.ts';

/** A place in the log: the number of an entry, from 1, and the epoch in which it was logged. Two logs that have the same position are the same up to there. */
export interface Position {
  readonly number: number;
  readonly epoch: number;
}

export interface LogEntry extends Position {
  readonly atUs: number;
  readonly transaction: Transaction;
  /** What it was answered, for readers of the log; executing it again gives the same. */
  readonly answer: Answer;
}

export interface Log {
  readonly snapshot: Tables;
  readonly snapshotAt: Position;
  /** In order, without gaps, from snapshotAt.number + 1. */
  readonly entries: readonly LogEntry[];
}

export function newLog(tables: Tables): Log {
  return { snapshot: tables, snapshotAt: { number: 0, epoch: 0 }, entries: [] };
}

export function endOf(log: Log): Position {
  return log.entries.length === 0 ? log.snapshotAt : positionOf(log.entries[log.entries.length - 1]);
}

export function samePosition(a: Position, b: Position): boolean {
  return a.number === b.number && a.epoch === b.epoch;
}

/** The tables that the log leads to. */
export function replay(log: Log, config: NewsConfig): Tables {
  return executeAll(log.snapshot, log.entries, config);
}

export function executeAll(tables: Tables, entries: readonly LogEntry[], config: NewsConfig): Tables {
  return entries.reduce((before, { transaction, atUs }) => execute(before, transaction, atUs, config).tables, tables);
}

/**
 * The log with more at its end, cut if it has become long.
 * @param confirmed number of the last entry that is known to be committed: none after it is cut.
 */
export function append(log: Log, entries: readonly LogEntry[], confirmed: number, config: NewsConfig): Log {
  const all = [...log.entries, ...entries];
  const isLong = all.length >= 2 * config.compactAfter;
  const cut = isLong ? Math.min(all.length - config.compactAfter, confirmed - log.snapshotAt.number) : 0;
  if (cut <= 0) return { ...log, entries: all };
  const old = all.slice(0, cut);
  return {
    snapshot: executeAll(log.snapshot, old, config),
    snapshotAt: positionOf(old[cut - 1]),
    entries: all.slice(cut),
  };
}

/** The entries after a position, or null if the log does not go back so far or never was there. */
export function entriesAfter(log: Log, position: Position): readonly LogEntry[] | null {
  const skip = position.number - log.snapshotAt.number;
  if (skip < 0 || skip > log.entries.length) return null;
  const there = skip === 0 ? log.snapshotAt : log.entries[skip - 1];
  return samePosition(there, position) ? log.entries.slice(skip) : null;
}

function positionOf({ number, epoch }: Position): Position {
  return { number, epoch };
}
