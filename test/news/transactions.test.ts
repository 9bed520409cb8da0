import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { news } from '../../protocols/news/index.ts';
import { append, endOf, entriesAfter, type Log, type LogEntry, newLog, replay } from '../../protocols/news/log.ts';
import type { Answer, RequestKey, Statement } from '../../protocols/news/messages.ts';
import { type AreaEvent, type AreaOutcome, areaModel, NO_AREA } from '../../protocols/news/model.ts';
import { scan } from '../../protocols/news/table.ts';
import { seededTables, type Tables } from '../../protocols/news/tables.ts';
import { execute } from '../../protocols/news/transactions.ts';
import { deepFreeze } from '../../sim/engine/freeze.ts';
import { DatabaseTwin } from './database-twin.ts';

const configOf = (settings: object = {}) =>
  news.configure(
    news.settings.parse({ users: 3, areas: 2, subscriptions: 1, ...settings }),
    news.variants.hardened.traits,
    { variant: 'hardened', nodes: null },
  );
const CONFIG = configOf();

const user = fc.constantFrom('user1', 'user2', 'user3', 'newcomer');
const area = fc.constantFrom('politics', 'sport', 'chess');
const commission = fc.constantFrom('commission1', 'commission2');

/** A statement whose session is filled in from the twin, with the right token or none. */
type Draft = {
  readonly build: (session: { user: string; token: number | null }) => Statement;
  readonly user: string;
  readonly loggedOut: boolean;
};

const drafts: fc.Arbitrary<Draft['build']> = fc.oneof(
  {
    weight: 4,
    arbitrary: area.map(
      (name) => (session: never) => ({ kind: 'publish', session, area: name, text: 'x' }) as Statement,
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(area, fc.boolean()).map(
      ([name, unread]) =>
        (session: never) =>
          ({ kind: 'read', session, area: name, unread }) as Statement,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(area, fc.constantFrom('subscribe', 'unsubscribe')).map(
      ([name, kind]) =>
        (session: never) =>
          ({ kind, session, area: name }) as Statement,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(area, fc.integer({ min: 1, max: 12 })).map(
      ([name, id]) =>
        (session: never) =>
          ({ kind: 'deleteNews', session, area: name, id }) as Statement,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(area, fc.constantFrom('addArea', 'deleteArea')).map(
      ([name, kind]) =>
        (session: never) =>
          ({ kind, session, area: name }) as Statement,
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('logout', 'listAreas', 'listSubscriptions')
      .map((kind) => (session: never) => ({ kind, session }) as Statement),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('login', 'register')
      .map((kind) => (session: { user: string }) => ({ kind, user: session.user }) as Statement),
  },
  {
    weight: 1,
    arbitrary: commission.map((name) => () => ({ kind: 'registerCommission', name, address: 1 }) as Statement),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(commission, fc.boolean()).map(
      ([name, alive]) =>
        () =>
          ({ kind: 'setAlive', name, alive }) as Statement,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(area, fc.option(commission), commission).map(
      ([name, expected, to]) =>
        () =>
          ({ kind: 'compareAndSet', area: name, expected, commission: to }) as Statement,
    ),
  },
) as fc.Arbitrary<Draft['build']>;
const draft: fc.Arbitrary<Draft> = fc.record({
  build: drafts,
  user,
  loggedOut: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});

function statementOf({ build, user: name, loggedOut }: Draft, twin: DatabaseTwin): Statement {
  const token = twin.sessions.find((session) => session.user === name)?.token ?? null;
  return build({ user: name, token: loggedOut ? null : token });
}

function newTwin(tables: Tables): DatabaseTwin {
  return new DatabaseTwin(
    scan(tables.users) as { name: string; admin: boolean }[],
    scan(tables.areas).map(({ name }) => name),
    scan(tables.subscriptions) as { area: string; user: string }[],
  );
}

/** Answers that carry the agents' view of the whole are not the twin's business. */
function plain(answer: Answer): Answer {
  return answer.kind === 'located' || answer.kind === 'overview' ? { kind: 'done' } : answer;
}

const byArea = (a: { area: string }, b: { area: string }) => (a.area < b.area ? -1 : 1);

describe('the database and plain arrays', () => {
  test('answer every sequence of statements alike and end with the same rows', () => {
    fc.assert(
      fc.property(fc.array(draft, { maxLength: 120 }), (script) => {
        let tables = deepFreeze(seededTables(CONFIG));
        const twin = newTwin(tables);
        script.forEach((one, atUs) => {
          const statement = statementOf(one, twin);
          const executed = execute(tables, deepFreeze({ statement, key: null, operation: null }), atUs, CONFIG);
          expect(plain(executed.answer)).toEqual(twin.answer(statement, atUs));
          tables = deepFreeze(executed.tables);
        });
        expect(scan(tables.news).sort((a, b) => a.id - b.id)).toEqual(twin.news);
        expect(scan(tables.areas).map(({ name }) => name)).toEqual(twin.areas);
        expect(scan(tables.subscriptions).length).toBe(twin.subscriptions.length);
        expect(scan(tables.assignments)).toEqual([...twin.assignments].sort(byArea));
      }),
      { numRuns: 150 },
    );
  });

  test('a statement that changes nothing gives the same tables back', () => {
    const tables = seededTables(CONFIG);
    const session = { user: 'user1', token: null };
    for (const statement of [
      { kind: 'listAreas', session },
      { kind: 'overview' },
      { kind: 'locate', area: 'sport' },
    ] as Statement[]) {
      expect(execute(tables, { statement, key: null, operation: null }, 0, CONFIG).tables).toBe(tables);
    }
  });
});

describe('the model of one area', () => {
  test('explains whatever the database answers one after the other', () => {
    fc.assert(
      fc.property(
        fc.array(draft, { maxLength: 100 }),
        fc.option(fc.integer({ min: 1, max: 3 })),
        (script, readLimit) => {
          const config = configOf({ readLimit });
          let tables = seededTables(config);
          const twin = newTwin(tables);
          const { step, initial } = areaModel(NO_AREA, readLimit);
          const chess = { tables, state: initial };
          script.forEach((one, atUs) => {
            const statement = statementOf(one, twin);
            const { answer, tables: after } = execute(tables, { statement, key: null, operation: null }, atUs, config);
            twin.answer(statement, atUs);
            const seen = eventOf(statement, answer, tables);
            tables = after;
            if (seen === null) return;
            const next = step(chess.state, seen.event, seen.outcome);
            expect(next, `${JSON.stringify(seen)} in ${JSON.stringify(chess.state)}`).not.toBeNull();
            chess.state = next!;
          });
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** What a statement shows of the area chess, which does not exist at the start. */
function eventOf(
  statement: Statement,
  answer: Answer,
  tables: Tables,
): { event: AreaEvent; outcome: AreaOutcome } | null {
  if (!('area' in statement) || statement.area !== 'chess' || !('session' in statement)) return null;
  if (answer.kind === 'refused' && (answer.reason === 'not logged in' || answer.reason === 'not an administrator'))
    return null;
  const who = { user: statement.session.user, id: 0 };
  const outcome: AreaOutcome =
    answer.kind === 'refused'
      ? { kind: 'refused', reason: answer.reason }
      : answer.kind === 'news'
        ? { kind: 'news', news: answer.news.map(({ id }) => id) }
        : answer.kind === 'published'
          ? { kind: 'published', news: answer.id }
          : { kind: 'done' };
  switch (statement.kind) {
    case 'addArea':
    case 'deleteArea':
    case 'subscribe':
    case 'unsubscribe':
      return { event: { kind: statement.kind, ...who }, outcome };
    case 'read':
      return { event: { kind: 'read', unread: statement.unread, ...who }, outcome };
    case 'publish':
      return { event: { kind: 'publish', news: null, ...who }, outcome };
    case 'deleteNews': {
      const author = scan(tables.news).find(({ id, area: of }) => id === statement.id && of === 'chess')?.author;
      return { event: { kind: 'deleteNews', news: statement.id, byAuthor: author === who.user, ...who }, outcome };
    }
    default:
      return null;
  }
}

describe('a reading with a limit', () => {
  const config = configOf({ readLimit: 2 });
  const publishing = (tables: Tables, n: number) =>
    Array.from({ length: n }).reduce<Tables>(
      (before, _, at) =>
        execute(
          before,
          { statement: { kind: 'insertNews', author: 'user2', area: 'sport', text: 'x' }, key: null, operation: null },
          at,
          config,
        ).tables,
      tables,
    );
  const loggedIn = execute(
    seededTables(configOf({ subscriptions: 2 })),
    { statement: { kind: 'login', user: 'user1' }, key: null, operation: null },
    0,
    config,
  ).tables;
  const read = (tables: Tables, unread: boolean) => {
    const statement: Statement = { kind: 'read', session: { user: 'user1', token: 1 }, area: 'sport', unread };
    return execute(tables, { statement, key: null, operation: null }, 9, config);
  };
  const ids = ({ answer }: { answer: Answer }) => (answer.kind === 'news' ? answer.news.map(({ id }) => id) : answer);

  test('delivers the oldest of the unread, so that the next reading goes on from there', () => {
    const first = read(publishing(loggedIn, 5), true);
    const second = read(first.tables, true);
    const third = read(second.tables, true);
    expect([ids(first), ids(second), ids(third)]).toEqual([[1, 2], [3, 4], [5]]);
  });

  test('delivers the newest of all, and marks nothing as read that it left out', () => {
    const all = read(publishing(loggedIn, 5), false);
    expect(ids(all)).toEqual([4, 5]);
    expect(ids(read(all.tables, true))).toEqual([1, 2]);
  });
});

describe('request keys', () => {
  const key = (number: number, below: number, incarnation = 1): RequestKey => ({
    client: 7,
    incarnation,
    number,
    below,
  });
  const publish = (tables: Tables, requestKey: RequestKey | null) =>
    execute(
      tables,
      { statement: { kind: 'insertNews', author: 'user1', area: 'sport', text: 'x' }, key: requestKey, operation: 1 },
      5,
      CONFIG,
    );

  test('a repetition is answered as before and changes nothing', () => {
    const first = publish(seededTables(CONFIG), key(1, 1));
    const again = publish(first.tables, key(1, 1));
    expect(again.answer).toEqual(first.answer);
    expect(again.tables).toBe(first.tables);
  });

  test('without a key it is executed again: flaw 2', () => {
    const first = publish(seededTables(CONFIG), null);
    expect(publish(first.tables, null).answer).toEqual({ kind: 'published', id: 2 });
  });

  test('answers are forgotten when the client has gone on, and what comes late is not executed', () => {
    const first = publish(seededTables(CONFIG), key(1, 1));
    const second = publish(first.tables, key(2, 2));
    expect(scan(second.tables.requests)).toMatchObject([{ below: 2, done: [{ number: 2 }] }]);
    const late = publish(second.tables, key(1, 1));
    expect(late.answer).toEqual({ kind: 'obsolete' });
    expect(late.tables).toBe(second.tables);
  });

  test('requests of a client’s earlier life are obsolete once it has begun another', () => {
    const second = publish(seededTables(CONFIG), key(1, 1, 2));
    expect(publish(second.tables, key(5, 1, 1)).answer).toEqual({ kind: 'obsolete' });
    expect(publish(second.tables, key(2, 1, 2)).answer).toEqual({ kind: 'published', id: 2 });
  });

  test('a refusal is kept too: a late repetition is not granted what was refused', () => {
    const session = { user: 'user1', token: 1 };
    const loggedIn = execute(
      seededTables(CONFIG),
      { statement: { kind: 'login', user: 'user1' }, key: null, operation: null },
      0,
      CONFIG,
    ).tables;
    const transaction = {
      statement: { kind: 'unsubscribe', session, area: 'chess' } as Statement,
      key: key(1, 1),
      operation: 1,
    };
    const refused = execute(loggedIn, transaction, 1, CONFIG);
    expect(refused.answer).toEqual({ kind: 'refused', reason: 'no such area' });
    const added = execute(
      refused.tables,
      { statement: { kind: 'addArea', session, area: 'chess' }, key: null, operation: null },
      2,
      CONFIG,
    );
    expect(execute(added.tables, transaction, 3, CONFIG).answer).toEqual(refused.answer);
  });
});

describe('the write-ahead log', () => {
  test('leads to the tables that were committed, wherever it is cut off and however often it was cut', () => {
    fc.assert(
      fc.property(
        fc.array(draft, { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 1, max: 9 }),
        (script, compactAfter) => {
          const config = configOf({ compactAfter });
          let tables = seededTables(config);
          let log: Log = newLog(tables);
          const twin = newTwin(tables);
          script.forEach((one, atUs) => {
            const transaction = { statement: statementOf(one, twin), key: null, operation: null };
            const { answer, tables: after } = execute(tables, transaction, atUs, config);
            twin.answer(transaction.statement, atUs);
            if (after === tables) return;
            const entry: LogEntry = { number: endOf(log).number + 1, epoch: 0, atUs, transaction, answer };
            log = append(log, [entry], entry.number, config);
            tables = after;
            expect(replay(log, config)).toEqual(tables);
            expect(log.entries.length).toBeLessThan(2 * compactAfter);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  test('keeps what is not known to be committed, however long it becomes', () => {
    const config = configOf({ compactAfter: 2 });
    const transaction = { statement: { kind: 'overview' } as Statement, key: null, operation: null };
    const entry = (number: number): LogEntry => ({ number, epoch: 0, atUs: 0, transaction, answer: { kind: 'done' } });
    let log = newLog(seededTables(config));
    for (let number = 1; number <= 9; number++) log = append(log, [entry(number)], 3, config);
    expect(log.snapshotAt.number).toBe(3);
    expect(log.entries.map(({ number }) => number)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  test('gives the entries after a position that it has, and none for one that it never had', () => {
    const config = configOf({ compactAfter: 2 });
    const transaction = {
      statement: { kind: 'insertNews', author: 'a', area: 'sport', text: 'x' } as Statement,
      key: null,
      operation: null,
    };
    const entry = (number: number, epoch: number): LogEntry => ({
      number,
      epoch,
      atUs: 0,
      transaction,
      answer: { kind: 'done' },
    });
    const log = [entry(1, 0), entry(2, 0), entry(3, 1), entry(4, 1), entry(5, 1)].reduce(
      (before, one) => append(before, [one], one.number, config),
      newLog(seededTables(config)),
    );
    expect(log.snapshotAt).toEqual({ number: 2, epoch: 0 });
    expect(entriesAfter(log, { number: 3, epoch: 1 })?.map(({ number }) => number)).toEqual([4, 5]);
    expect(entriesAfter(log, { number: 3, epoch: 0 })).toBeNull();
    expect(entriesAfter(log, { number: 1, epoch: 0 })).toBeNull();
    expect(entriesAfter(log, { number: 9, epoch: 1 })).toBeNull();
  });
});
