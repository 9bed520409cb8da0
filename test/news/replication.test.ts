import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbiter } from '../../protocols/news/arbiter.ts';
import { database } from '../../protocols/news/database.ts';
import type { Configuration, Message, Statement } from '../../protocols/news/messages.ts';
import type { ArbiterTypes, DatabaseState, DatabaseTypes } from '../../protocols/news/state.ts';
import { seededTables } from '../../protocols/news/tables.ts';
import { SECOND } from '../../sim/index.ts';
import { configOf, Stage } from './stage.ts';
import { crash, everything, isolate, often, pause, runNews } from './support.ts';

const PRIMARY = 0;
const STANDBY = 1;
const ARBITER = 2;
const config = configOf('hardened', { users: 2, areas: 2, standby: true });
const boot = { role: 'database', arbiter: ARBITER, databases: [PRIMARY, STANDBY], seed: seededTables(config) } as const;
const publish: Statement = { kind: 'insertNews', author: 'user1', area: 'sport', text: 'x' };
const transact: Message = { kind: 'transact', transaction: { statement: publish, key: null, operation: null } };
const configuration = (epoch: number, primary: number, inSync: readonly number[], granted = true): Message => {
  return { kind: 'configuration', configuration: { epoch, primary, inSync }, granted };
};

/** A primary in epoch 1 with its standby in sync; the first ship has been confirmed. */
function primary(): Stage<DatabaseTypes> {
  const db = new Stage<DatabaseTypes>(database, boot, config, PRIMARY);
  db.reply(ARBITER, configuration(0, PRIMARY, [PRIMARY, STANDBY], false), { kind: 'configuration' });
  db.reply(ARBITER, configuration(1, PRIMARY, [PRIMARY, STANDBY]), { kind: 'change' });
  confirm(db, 0, 0, 0);
  return db;
}

/** The standby has logged up to a position. */
function confirm(db: Stage<DatabaseTypes>, count: number, number: number, epoch: number): string[] {
  const { tables, replication } = db.state as DatabaseState;
  const message: Message = { kind: 'shipped', ok: true, epoch: 1, end: { number, epoch } };
  return db.reply(STANDBY, message, {
    kind: 'ship',
    count,
    tables,
    upTo: number,
    term: replication.term,
    required: true,
  });
}

function publishAt(db: Stage<DatabaseTypes>, id: number): string[] {
  db.request(5, id, transact);
  return db.timer({ kind: 'execute' });
}

const shipTag = (db: Stage<DatabaseTypes>) => {
  const { replication, executed, tables } = db.state as DatabaseState;
  return {
    kind: 'ship',
    count: executed.length,
    tables,
    upTo: 0,
    term: replication.term,
    required: replication.required,
  } as const;
};

describe('a primary with a standby', () => {
  test('takes a new epoch before it serves', () => {
    const db = new Stage<DatabaseTypes>(database, boot, config, PRIMARY);
    expect(db.started).toEqual(['save', 'timer heartbeat in 200ms', 'request 2: who is primary?']);
    expect(db.request(5, 100, transact)).toEqual(['reply 100: not the primary']);
    expect(db.reply(ARBITER, configuration(0, PRIMARY, [PRIMARY, STANDBY], false), { kind: 'configuration' })).toEqual([
      'request 2: make 0 primary with 0, 1 in sync, if the epoch is 0',
    ]);
    expect(db.reply(ARBITER, configuration(1, PRIMARY, [PRIMARY, STANDBY]), { kind: 'change' })).toEqual([
      'save',
      'request 1: 0 entries after 0, epoch 1',
    ]);
  });

  test('answers when the standby has logged it, and not before', () => {
    const db = primary();
    expect(publishAt(db, 101)).toEqual(['save', 'request 1: 1 entries after 0, epoch 1']);
    // A second one comes meanwhile, and goes with the next ship.
    expect(publishAt(db, 102)).toEqual(['save']);
    expect(confirm(db, 1, 1, 1)).toEqual(['reply 101: published as #1', 'request 1: 1 entries after 1, epoch 1']);
    expect(confirm(db, 1, 2, 1)).toEqual(['reply 102: published as #2']);
  });

  test('answers a reading, too, only with the standby: another might be primary by now', () => {
    const db = primary();
    db.request(5, 101, {
      kind: 'transact',
      transaction: { statement: { kind: 'overview' }, key: null, operation: null },
    });
    expect(db.timer({ kind: 'execute' })).toEqual(['request 1: 0 entries after 0, epoch 1']);
    expect(confirm(db, 1, 0, 0)).toEqual(['reply 101: 2 areas, 0 commissions']);
  });

  test('expels a silent standby at the arbiter, and answers alone only when that is granted', () => {
    const db = primary();
    publishAt(db, 101);
    expect(db.fail(STANDBY, 'timeout', shipTag(db))).toEqual([]);
    expect(db.timer({ kind: 'heartbeat' })).toEqual([
      'timer heartbeat in 200ms',
      'request 1: 1 entries after 0, epoch 1',
    ]);
    expect(db.fail(STANDBY, 'timeout', shipTag(db))).toEqual([
      'request 2: make 0 primary with 0 in sync, if the epoch is 1',
    ]);
    expect(db.reply(ARBITER, configuration(2, PRIMARY, [PRIMARY]), { kind: 'change' })).toEqual([
      'save',
      'note: goes on without the standby, epoch 2',
      'reply 101: published as #1',
    ]);
    expect(publishAt(db, 102)).toEqual(['save', 'reply 102: published as #2']);
  });

  test('learns at the arbiter that it was replaced, and answers nothing that the standby may not have', () => {
    const db = primary();
    publishAt(db, 101);
    db.request(5, 102, transact);
    db.fail(STANDBY, 'timeout', shipTag(db));
    db.timer({ kind: 'heartbeat' });
    db.fail(STANDBY, 'timeout', shipTag(db));
    expect(db.reply(ARBITER, configuration(2, STANDBY, [STANDBY], false), { kind: 'change' })).toEqual([
      'save',
      'reply 102: not the primary',
      'note: no longer primary, since epoch 1',
      'cancel execute',
      'timer takeover in 2s',
    ]);
  });

  test('brings a database that is back up to date, waits for it, and only then has it admitted', () => {
    const db = primary();
    db.fail(STANDBY, 'timeout', shipTag(db));
    db.timer({ kind: 'heartbeat' });
    db.fail(STANDBY, 'timeout', shipTag(db));
    db.reply(ARBITER, configuration(2, PRIMARY, [PRIMARY]), { kind: 'change' });
    publishAt(db, 101);
    expect(db.request(STANDBY, 102, { kind: 'follow' })).toEqual([
      'reply 102: I will',
      'request 1: a snapshot at 0 and 1 entries, epoch 2',
    ]);
    const snapshotTag = shipTag(db);
    expect(snapshotTag.required).toBe(false);
    // Committed alone while the snapshot travels: the standby must have it before it may be admitted.
    expect(publishAt(db, 103)).toEqual(['save', 'reply 103: published as #2']);
    const shipped = (number: number): Message => ({ kind: 'shipped', ok: true, epoch: 2, end: { number, epoch: 2 } });
    expect(db.reply(STANDBY, shipped(1), snapshotTag)).toEqual(['request 1: 1 entries after 1, epoch 2']);
    // From now on nothing is answered alone.
    expect(publishAt(db, 104)).toEqual(['save']);
    const tag = { ...shipTag(db), count: 0, upTo: 2 };
    expect(db.reply(STANDBY, shipped(2), tag)).toEqual([
      'request 2: make 0 primary with 0, 1 in sync, if the epoch is 2',
      'request 1: 1 entries after 2, epoch 2',
    ]);
    expect(db.reply(ARBITER, configuration(3, PRIMARY, [PRIMARY, STANDBY]), { kind: 'change' })).toEqual([
      'save',
      'note: the standby is in sync, epoch 3',
    ]);
  });
});

describe('a standby', () => {
  const ship = (epoch: number, after: number, texts: readonly string[], term = 1): Message => ({
    kind: 'ship',
    configuration: { epoch, primary: PRIMARY, inSync: [PRIMARY, STANDBY] },
    term,
    after: { number: after, epoch: after === 0 ? 0 : 1 },
    entries: texts.map((text, i) => ({
      number: after + 1 + i,
      epoch: 1,
      atUs: 0,
      transaction: { statement: { ...publish, text } as Statement, key: null, operation: null },
      answer: { kind: 'published', id: after + 1 + i },
    })),
    confirmed: after,
    snapshot: null,
  });
  const standby = () => {
    const db = new Stage<DatabaseTypes>(database, boot, config, STANDBY);
    db.reply(ARBITER, configuration(0, PRIMARY, [PRIMARY, STANDBY], false), { kind: 'configuration' });
    return db;
  };

  test('logs what it is sent and says so, and refuses what does not follow its log', () => {
    const db = standby();
    expect(db.request(PRIMARY, 101, ship(1, 0, ['a', 'b']))).toEqual([
      'timer takeover in 2s',
      'save',
      'reply 101: logged up to 2',
    ]);
    expect(db.request(PRIMARY, 102, ship(1, 3, ['d']))).toEqual([
      'timer takeover in 2s',
      'reply 102: refused: at 2, epoch 1',
    ]);
    // The same again, after its answer was lost: it is there already.
    expect(db.request(PRIMARY, 103, ship(1, 0, ['a', 'b']))).toEqual([
      'timer takeover in 2s',
      'reply 103: refused: at 2, epoch 1',
    ]);
    expect((db.state as DatabaseState).tables.news.size).toBe(2);
  });

  test('after long silence asks to be primary, and is it when the arbiter grants it', () => {
    const db = standby();
    db.request(PRIMARY, 101, ship(1, 0, ['a']));
    expect(db.timer({ kind: 'takeover' })).toEqual([
      'timer takeover in 2s',
      'request 2: make 1 primary with 1 in sync, if the epoch is 1',
    ]);
    expect(db.request(5, 102, transact)).toEqual(['reply 102: not the primary']);
    expect(db.reply(ARBITER, configuration(2, STANDBY, [STANDBY]), { kind: 'change' })).toEqual([
      'save',
      'note: took over as primary, epoch 2',
    ]);
    expect(publishAt(db, 103)).toEqual(['save', 'reply 103: published as #2']);
    // The old primary is heard again, too late.
    expect(db.request(PRIMARY, 104, ship(1, 1, ['lost']))).toEqual(['reply 104: refused: at 2, epoch 2']);
  });

  test('that was expelled cannot take over, and asks to be brought up to date', () => {
    const db = standby();
    db.request(PRIMARY, 101, ship(1, 0, ['a']));
    db.timer({ kind: 'takeover' });
    expect(db.reply(ARBITER, configuration(2, PRIMARY, [PRIMARY], false), { kind: 'change' })).toContain('save');
    expect(db.timer({ kind: 'takeover' })).toEqual(['timer takeover in 2s']);
    expect(db.timer({ kind: 'heartbeat' })).toEqual(['timer heartbeat in 200ms', 'request 0: bring me up to date']);
  });

  test('does not fall back behind what it has confirmed when an old snapshot comes late', () => {
    const db = standby();
    const snapshot = (number: number): Message => {
      return { ...ship(1, number, []), snapshot: boot.seed } as Message;
    };
    db.request(PRIMARY, 101, snapshot(1));
    db.request(PRIMARY, 102, ship(1, 1, ['b']));
    expect(db.request(PRIMARY, 103, snapshot(1))).toEqual([
      'timer takeover in 2s',
      'reply 103: refused: at 2, epoch 1',
    ]);
  });
});

describe('the arbiter', () => {
  const change = (expectedEpoch: number, primaryTo: number, inSync: readonly number[]): Message => ({
    kind: 'changeConfiguration',
    expectedEpoch,
    primary: primaryTo,
    inSync,
  });

  test('changes the configuration for the first who knows its epoch, and only for those in sync', () => {
    const one = new Stage<ArbiterTypes>(arbiter, { role: 'arbiter', databases: [PRIMARY, STANDBY] }, config, ARBITER);
    expect(one.request(STANDBY, 1, change(0, STANDBY, [STANDBY]))).toEqual([
      'save',
      'reply 1: granted: epoch 1, primary 1, in sync 1',
    ]);
    expect(one.request(PRIMARY, 2, change(0, PRIMARY, [PRIMARY]))).toEqual(['reply 2: epoch 1, primary 1, in sync 1']);
    expect(one.request(PRIMARY, 3, change(1, PRIMARY, [PRIMARY]))).toEqual(['reply 3: epoch 1, primary 1, in sync 1']);
    one.restart();
    expect((one.state as { configuration: Configuration }).configuration.epoch).toBe(1);
  });
});

describe('a pair under faults', () => {
  const UNTIL = 60 * SECOND;
  const kinds = [
    'crash primary',
    'crash standby',
    'crash arbiter',
    'isolate primary',
    'isolate standby',
    'pause primary',
    'crash agent',
    'crash replica',
  ] as const;
  const fault = (kind: (typeof kinds)[number]) => {
    switch (kind) {
      case 'crash primary':
        return often(crash(['database'], 3 * SECOND), 0.06, UNTIL);
      case 'crash standby':
        return often(crash(['standby'], 4 * SECOND), 0.06, UNTIL);
      case 'crash arbiter':
        return often(crash(['arbiter'], 2 * SECOND), 0.04, UNTIL);
      case 'isolate primary':
        return often(isolate('database', 5 * SECOND), 0.06, UNTIL);
      case 'isolate standby':
        return often(isolate('standby', 5 * SECOND), 0.06, UNTIL);
      case 'pause primary':
        return often(pause('database', 4 * SECOND), 0.06, UNTIL);
      case 'crash agent':
        return often(crash(['agent1'], 3 * SECOND), 0.03, UNTIL);
      case 'crash replica':
        return often(crash(['commission1-1'], 3 * SECOND), 0.05, UNTIL);
    }
  };

  test('never lets two acknowledge, and loses and doubles nothing, whatever fails in whatever order', () => {
    let takenOver = 0;
    fc.assert(
      fc.property(
        fc.nat(),
        fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 2, maxLength: 5 }),
        fc.constantFrom(0, 0.02),
        (seed, chosen, loss) => {
          const run = runNews({
            variant: 'hardened',
            seed,
            settings: { users: 6, standby: true, agents: 2 },
            durationUs: 90 * SECOND,
            network: { loss },
            workload: everything(),
            faultRates: chosen.map(fault),
          });
          // Links that are cut are no fault of the service: what fails then fails rightly.
          expect(
            run.broken.filter((name) => name !== 'no operation fails needlessly' && name !== 'areas fail over in time'),
          ).toEqual([]);
          expect(run.summary['areas not linearizable']).toBe(0);
          const { durable } = run.simulation.world.process(run.judged.authority).state as DatabaseState;
          takenOver += durable.configuration.epoch > 2 ? 1 : 0;
        },
      ),
      { numRuns: 12 },
    );
    expect(takenOver).toBeGreaterThan(0);
  });

  test('goes on within seconds when the primary is gone for good, and without a standby nothing goes on', () => {
    const parts = {
      variant: 'hardened',
      seed: 4,
      durationUs: 60 * SECOND,
      workload: everything(),
      actions: [{ atUs: 20 * SECOND, action: crash(['database']) }],
    } as const;
    const pair = runNews({ ...parts, settings: { users: 6, standby: true } });
    expect(pair.broken).toEqual([]);
    expect(pair.summary['failed operations']).toBe(0);
    const alone = runNews({ ...parts, settings: { users: 6 } });
    const answeredLate = alone.simulation.history.filter(
      ({ startUs, status, judgement }) =>
        startUs > 21 * SECOND && status === 'completed' && judgement?.verdict !== 'failed',
    );
    expect(answeredLate).toEqual([]);
  });
});
