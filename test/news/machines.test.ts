import { describe, expect, test } from 'vitest';
import { agent } from '../../protocols/news/agent.ts';
import { client } from '../../protocols/news/client.ts';
import { database } from '../../protocols/news/database.ts';
import { gateway } from '../../protocols/news/gateway.ts';
import type {
  Message,
  Operation,
  RequestKey,
  Statement,
  Transaction,
  UserRequest,
} from '../../protocols/news/messages.ts';
import { node } from '../../protocols/news/node.ts';
import type {
  AgentTypes,
  Attempt,
  ClientTypes,
  DatabaseTypes,
  GatewayTypes,
  NodeTypes,
  Serving,
} from '../../protocols/news/state.ts';
import { scan } from '../../protocols/news/table.ts';
import { seededTables } from '../../protocols/news/tables.ts';
import { configOf, Stage } from './stage.ts';

const KEY: RequestKey = { client: 50, incarnation: 1, number: 1, below: 1 };
const perform = (operation: Operation, key: RequestKey | null = null): Extract<Message, { kind: 'perform' }> => ({
  kind: 'perform',
  request: { session: { user: 'user1', token: 1 }, operation, key, id: 9 },
});
const PUBLISH: Operation = { kind: 'publish', area: 'sport', text: 'hello' };
const transact = (statement: Statement): Message => ({
  kind: 'transact',
  transaction: { statement, key: null, operation: null },
});

describe('the database', () => {
  const config = configOf('hardened', { users: 2, areas: 2, queueLimit: 2 });
  const boot = { role: 'database', arbiter: null, databases: [0], seed: seededTables(config) } as const;
  const stage = () => new Stage<DatabaseTypes>(database, boot, config, 0);

  test('executes one transaction after the other, each in its time, and answers when it is logged', () => {
    const db = stage();
    expect(db.request(5, 101, transact({ kind: 'login', user: 'user1' }))).toEqual(['timer execute in 1ms']);
    expect(db.request(6, 102, transact({ kind: 'login', user: 'nobody' }))).toEqual([]);
    // The third finds the queue full.
    expect(db.request(7, 103, transact({ kind: 'overview' }))).toEqual(['reply 103: too busy']);
    expect(db.timer({ kind: 'execute' })).toEqual(['save', 'timer execute in 1ms', 'reply 101: logged in']);
    // A refusal changes nothing, so nothing is logged.
    expect(db.timer({ kind: 'execute' })).toEqual(['reply 102: refused: no such user']);
  });

  test('has after a crash what was logged, and not what was in flight', () => {
    const db = stage();
    db.request(5, 101, transact({ kind: 'insertNews', author: 'user1', area: 'sport', text: 'first' }));
    db.request(5, 102, transact({ kind: 'insertNews', author: 'user1', area: 'sport', text: 'second' }));
    db.timer({ kind: 'execute' });
    const before = db.state.tables;
    db.restart();
    expect(db.state.tables).toEqual(before);
    expect(scan(db.state.tables.news).map(({ text }) => text)).toEqual(['first']);
    expect(db.state.queue).toEqual([]);
    // Numbers go on where they were.
    db.request(5, 103, transact({ kind: 'insertNews', author: 'user1', area: 'sport', text: 'third' }));
    expect(db.timer({ kind: 'execute' })).toEqual(['save', 'reply 103: published as #2']);
  });
});

describe('a node', () => {
  const boot = { role: 'node', commission: 'commission1', gateway: 3, databases: [0] } as const;
  const served = (stage: number, held: Serving['held'] = null) => {
    const request: UserRequest = perform(PUBLISH).request;
    const transaction: Transaction = {
      statement: { kind: 'checkArea', session: request.session, area: 'sport' },
      key: null,
      operation: 9,
    };
    return {
      kind: 'serve',
      call: { transaction, left: 0, unsure: false },
      serving: { id: 77, request, stage, held },
    } as const;
  };

  test('tells its address that it is there, again and again', () => {
    const one = new Stage<NodeTypes>(node, boot, configOf('described'));
    expect(one.started).toEqual(['request 3: I am here', 'timer enrol in 2s']);
    expect(one.timer({ kind: 'enrol' })).toEqual(['request 3: I am here', 'timer enrol in 2s']);
  });

  test('works on one request at a time and then asks the database', () => {
    const one = new Stage<NodeTypes>(node, boot, configOf('hardened'));
    expect(one.request(3, 77, perform(PUBLISH))).toEqual(['timer work in 2ms']);
    expect(one.request(3, 78, perform({ kind: 'read', area: 'sport', unread: true }))).toEqual([]);
    expect(one.timer({ kind: 'work' })).toEqual(['timer work in 2ms', 'request 0: user1: publish sport']);
    expect(one.timer({ kind: 'work' })).toEqual(['request 0: user1: read sport']);
    expect(one.state.atDatabase).toBe(2);
  });

  test('as described checks in one transaction and inserts in the next: flaw 5', () => {
    const one = new Stage<NodeTypes>(node, boot, configOf('described'));
    one.request(3, 77, perform(PUBLISH));
    expect(one.timer({ kind: 'work' })).toEqual(['request 0: user1: checkArea sport']);
    expect(one.reply(0, { kind: 'result', answer: { kind: 'done' } }, served(0))).toEqual([
      'request 0: insertNews sport',
    ]);
    expect(one.reply(0, { kind: 'result', answer: { kind: 'published', id: 4 } }, served(1))).toEqual([
      'reply 77: published as #4',
    ]);
  });

  test('as described reads, then marks, then answers: flaw 4', () => {
    const one = new Stage<NodeTypes>(node, boot, configOf('described'));
    const reading = perform({ kind: 'read', area: 'sport', unread: true }).request;
    one.request(3, 77, { kind: 'perform', request: reading });
    expect(one.timer({ kind: 'work' })).toEqual(['request 0: user1: selectNews sport']);
    const answer = {
      kind: 'news',
      news: [{ id: 4, area: 'sport', author: 'user2', text: 'x', at: 0 }],
      markUpTo: 4,
    } as const;
    const tag = { ...served(0), serving: { id: 77, request: reading, stage: 0, held: null } };
    expect(one.reply(0, { kind: 'result', answer }, tag)).toEqual(['request 0: markRead sport']);
    const marked = { ...tag, serving: { ...tag.serving, stage: 1, held: answer } };
    expect(one.reply(0, { kind: 'result', answer: { kind: 'done' } }, marked)).toEqual(['reply 77: #4']);
  });

  test('says of what the database did not answer whether it may have been done', () => {
    const one = new Stage<NodeTypes>(node, boot, configOf('described'));
    one.request(3, 77, perform(PUBLISH));
    one.timer({ kind: 'work' });
    const inserting = {
      ...served(1),
      call: {
        ...served(1).call,
        transaction: {
          statement: { kind: 'insertNews', author: 'user1', area: 'sport', text: 'hello' },
          key: null,
          operation: 9,
        },
      },
    } as const;
    expect(one.fail(0, 'refused', inserting)).toEqual(['reply 77: unavailable, not executed']);
    expect(one.fail(0, 'timeout', inserting)).toEqual(['reply 77: unavailable, may have been executed']);
  });

  test('leaves when its address has taken it out of rotation and nothing is left to do', () => {
    const one = new Stage<NodeTypes>(node, boot, configOf('hardened'));
    one.request(3, 77, perform(PUBLISH));
    expect(one.take({ kind: 'leave' })).toEqual(['request 3: I am leaving']);
    expect(one.reply(3, { kind: 'withdrawn' }, { kind: 'withdraw' })).toEqual([]);
    one.timer({ kind: 'work' });
    expect(one.reply(0, { kind: 'result', answer: { kind: 'published', id: 1 } }, served(0))).toEqual([
      'reply 77: published as #1',
      'exit',
    ]);
  });
});

describe('a gateway', () => {
  const boot = { role: 'gateway', commission: 'commission1', agents: [1, 2] } as const;
  const withReplicas = (variant: 'described' | 'hardened', replicas: readonly number[]) => {
    const one = new Stage<GatewayTypes>(gateway, boot, configOf(variant));
    for (const replica of replicas) one.request(replica, 900 + replica, { kind: 'enrol' });
    return one;
  };
  const forward = (message: Extract<Message, { kind: 'perform' | 'checkHealth' }>, left: number) =>
    ({ kind: 'forward', id: 77, message, left, unsure: false }) as const;

  test('registers its commission, and tries the other agent if it knows to', () => {
    const one = new Stage<GatewayTypes>(gateway, boot, configOf('hardened'));
    expect(one.started).toEqual(['request 1: register commission1', 'timer register in 2s']);
    one.fail(1, 'refused', { kind: 'register' });
    expect(one.timer({ kind: 'register' })).toEqual(['request 2: register commission1', 'timer register in 2s']);
    one.reply(2, { kind: 'registered' }, { kind: 'register' });
    expect(one.timer({ kind: 'register' })).toEqual([]);
  });

  test('hands requests to its replicas in turn', () => {
    const one = withReplicas('described', [10, 11, 12]);
    const targets = [1, 2, 3, 4].map((id) => one.request(50, id, perform(PUBLISH))[0].slice(0, 'request 10'.length));
    expect(targets).toEqual(['request 10', 'request 11', 'request 12', 'request 10']);
  });

  test('goes on to the next replica when one refuses, and leaves that one out until it enrols again', () => {
    const one = withReplicas('described', [10, 11]);
    one.request(50, 77, perform(PUBLISH));
    expect(one.fail(10, 'refused', forward(perform(PUBLISH), 1))).toEqual([
      'request 11: user1: publish "hello" to sport',
    ]);
    expect(one.state.replicas).toEqual([11]);
    one.request(10, 901, { kind: 'enrol' });
    expect(one.state.replicas).toEqual([11, 10]);
  });

  test('repeats what may have been executed only if it has a key', () => {
    const described = withReplicas('described', [10, 11]);
    described.request(50, 77, perform(PUBLISH));
    expect(described.fail(10, 'reset', forward(perform(PUBLISH), 1))).toEqual([
      'reply 77: unavailable, may have been executed',
    ]);
    const hardened = withReplicas('hardened', [10, 11]);
    hardened.request(50, 77, perform(PUBLISH, KEY));
    expect(hardened.fail(10, 'reset', forward(perform(PUBLISH, KEY), 1))).toEqual([
      'request 11: user1: publish "hello" to sport',
    ]);
  });

  test('does not forget what one replica may have executed when another says that it did not', () => {
    const one = withReplicas('hardened', [10, 11]);
    one.request(50, 77, perform(PUBLISH, KEY));
    one.fail(10, 'timeout', forward(perform(PUBLISH, KEY), 1));
    const tag = { ...forward(perform(PUBLISH, KEY), 0), unsure: true };
    expect(one.reply(11, { kind: 'unavailable', executed: 'no' }, tag)).toEqual([
      'reply 77: unavailable, may have been executed',
    ]);
  });

  test('without replicas is unavailable, and so unhealthy', () => {
    const one = withReplicas('described', []);
    expect(one.request(1, 77, { kind: 'checkHealth' })).toEqual(['reply 77: unavailable, not executed']);
  });
});

describe('an agent', () => {
  const boot = { role: 'agent', databases: [0] } as const;
  const rows = [3, 4].map((address, i) => ({ name: `commission${i + 1}`, address, alive: true }));
  const overview = {
    commissions: rows,
    areas: ['politics', 'sport'],
    assignments: [{ area: 'sport', commission: 'commission2' }],
  };
  const result = (answer: Extract<Message, { kind: 'result' }>['answer']): Message => ({ kind: 'result', answer });
  const call = {
    transaction: { statement: { kind: 'overview' }, key: null, operation: null },
    left: 0,
    unsure: false,
  } as const;
  const ready = (variant: 'described' | 'hardened') => {
    const one = new Stage<AgentTypes>(agent, boot, configOf(variant), 1);
    const lines = one.reply(0, result({ kind: 'overview', overview }), { kind: 'refresh', call });
    return { one, lines };
  };

  test('asks every period for the whole picture, assigns what nobody serves and checks everybody’s health', () => {
    const one = new Stage<AgentTypes>(agent, boot, configOf('hardened'), 1);
    expect(one.started).toEqual(['timer health in 0us']);
    expect(one.timer({ kind: 'health' })).toEqual(['timer health in 5s', 'request 0: overview']);
    expect(ready('hardened').lines).toEqual([
      'request 0: compareAndSet politics',
      'request 3: are you well?',
      'request 4: are you well?',
    ]);
    expect(ready('described').lines[0]).toBe('request 0: assign politics');
  });

  test('as described answers from its view, and drops a commission from it at once', () => {
    const { one } = ready('described');
    expect(one.request(50, 77, { kind: 'ask', area: 'sport', avoid: null })).toEqual(['reply 77: commission2 does']);
    expect(one.fail(4, 'refused', { kind: 'check', commission: 'commission2' })).toEqual([
      'note: commission2 does not answer: dropped',
      'request 0: setAlive commission2',
      'request 0: assign sport',
    ]);
    expect(one.request(50, 78, { kind: 'ask', area: 'sport', avoid: null })).toEqual(['reply 78: commission1 does']);
  });

  test('hardened asks the database each time, and assigns by compare-and-set when it has heard', () => {
    const { one } = ready('hardened');
    expect(one.request(50, 77, { kind: 'ask', area: 'sport', avoid: null })).toEqual(['request 0: locate sport']);
    expect(one.fail(4, 'refused', { kind: 'check', commission: 'commission2' })).toEqual([
      'note: commission2 does not answer: dropped',
      'request 0: setAlive commission2',
    ]);
    const dead = {
      ...overview,
      commissions: [rows[0], { ...rows[1], alive: false }],
      assignments: [...overview.assignments, { area: 'politics', commission: 'commission1' }],
    };
    expect(one.reply(0, result({ kind: 'overview', overview: dead }), { kind: 'setAlive', call })).toEqual([
      'request 0: compareAndSet sport',
    ]);
  });

  test('offers another node to a client that could not reach the one, and checks that one now', () => {
    const { one } = ready('hardened');
    for (const commission of ['commission1', 'commission2'])
      one.reply(3, { kind: 'healthy' }, { kind: 'check', commission });
    expect(one.request(50, 77, { kind: 'ask', area: 'sport', avoid: 'commission2' })).toEqual([
      'request 4: are you well?',
      'request 0: locate sport',
    ]);
    const located = { kind: 'located', commission: rows[1], candidates: rows } as const;
    expect(
      one.reply(0, result(located), { kind: 'locate', call, id: 77, area: 'sport', avoid: 'commission2' }),
    ).toEqual(['reply 77: commission1 does']);
  });

  test('hardened offers whoever the database says has won', () => {
    const { one } = ready('hardened');
    const tag = { kind: 'locate', call, id: 77, area: 'politics', avoid: null } as const;
    expect(one.reply(0, result({ kind: 'located', commission: null, candidates: rows }), tag)).toEqual([
      'request 0: compareAndSet politics',
    ]);
    expect(one.reply(0, result({ kind: 'located', commission: rows[1], candidates: rows }), tag)).toEqual([
      'reply 77: commission2 does',
    ]);
  });

  test('deletes an area in one transaction, or as described piece by piece: flaw 5', () => {
    const deletion = perform({ kind: 'deleteArea', area: 'sport' });
    expect(ready('hardened').one.request(50, 77, deletion)).toEqual(['request 0: user1: deleteArea sport']);
    const { one } = ready('described');
    const lines = [one.request(50, 77, deletion)];
    for (let stage = 0; stage < 5; stage++) {
      const tag = { kind: 'serve', call, serving: { id: 77, request: deletion.request, stage, held: null } } as const;
      lines.push(one.reply(0, result({ kind: 'done' }), tag));
    }
    expect(lines.flat()).toEqual([
      'request 0: user1: checkAdministrator sport',
      'request 0: deleteNewsOf sport',
      'request 0: deleteSubscriptionsOf sport',
      'request 0: deleteAssignmentOf sport',
      'request 0: deleteAreaRow sport',
      'reply 77: done',
    ]);
  });
});

describe('a client', () => {
  const boot = { role: 'client', user: 'user1', known: true, agents: [1, 2] } as const;
  const newClient = (variant: 'described' | 'hardened') => {
    const one = new Stage<ClientTypes>(client, boot, configOf(variant, { autoLogin: false }), 50);
    const requested = one.effects({ kind: 'operation', id: 9, operation: PUBLISH })[0];
    const { attempt } = requested.tag as { attempt: Attempt };
    one.take({ kind: 'operation', id: 9, operation: PUBLISH });
    return { one, attempt };
  };
  const OFFER = { commission: 'commission1', node: 3 };

  test('logs in by itself, and registers if it has to', () => {
    const one = new Stage<ClientTypes>(client, { ...boot, known: false }, configOf('hardened'), 50);
    expect(one.started).toEqual(['save', 'request 1: user1: register']);
    const begun = new Stage<ClientTypes>(client, { ...boot, known: false }, configOf('hardened'), 50);
    const tag = {
      kind: 'perform',
      attempt: {
        id: -1,
        operation: { kind: 'register' },
        number: 1,
        sinceUs: 0,
        retries: 0,
        avoid: null,
        offer: null,
        unsure: false,
        token: null,
      },
    } as const;
    // The registration before a crash had come through: the name is taken, by this user.
    expect(begun.reply(1, { kind: 'answer', answer: { kind: 'refused', reason: 'user exists' } }, tag)).toEqual([
      'request 1: user1: log in',
    ]);
    begun.reply(
      1,
      { kind: 'answer', answer: { kind: 'loggedIn', token: 5 } },
      { ...tag, attempt: { ...tag.attempt, operation: { kind: 'login' }, number: 2 } },
    );
    expect(begun.state.token).toBe(5);
  });

  test('asks an agent for the node, then the node', () => {
    const { one, attempt } = newClient('hardened');
    expect(one.reply(1, { kind: 'offer', ...OFFER }, { kind: 'ask', attempt })).toEqual([
      'request 3: user1: publish "hello" to sport',
    ]);
    const tag = { kind: 'perform', attempt: { ...attempt, offer: OFFER } } as const;
    expect(one.reply(3, { kind: 'answer', answer: { kind: 'published', id: 4 } }, tag)).toEqual([
      'complete 9: published as #4',
      'note: published as #4',
    ]);
    expect(one.state.open).toEqual([]);
  });

  test('as described insists on the node that it was offered, and repeats what may have been done: flaws 1 and 2', () => {
    const { one, attempt } = newClient('described');
    const tag = { kind: 'perform', attempt: { ...attempt, offer: OFFER } } as const;
    expect(one.fail(3, 'timeout', tag)).toEqual(['timer retry in 500ms']);
    const again = { ...tag.attempt, retries: 1, unsure: true };
    expect(one.timer({ kind: 'retry', attempt: again })).toEqual(['request 3: user1: publish "hello" to sport']);
  });

  test('hardened goes back to the agent and asks for another', () => {
    const { one, attempt } = newClient('hardened');
    one.fail(3, 'refused', { kind: 'perform', attempt: { ...attempt, offer: OFFER } });
    const again = { ...attempt, retries: 1, avoid: OFFER };
    expect(one.timer({ kind: 'retry', attempt: again })).toEqual([
      'request 1: which node serves sport? (commission1 does not answer)',
    ]);
  });

  test('hardened goes on to the next agent, and as described does not: flaw 6', () => {
    for (const [variant, next] of [
      ['hardened', 2],
      ['described', 1],
    ] as const) {
      const { one, attempt } = newClient(variant);
      one.fail(1, 'refused', { kind: 'ask', attempt });
      expect(one.timer({ kind: 'retry', attempt: { ...attempt, retries: 1 } })).toEqual([
        `request ${next}: which node serves sport?`,
      ]);
    }
  });

  test('is not told by an agent that the area is gone when an earlier try may have been executed', () => {
    const { one, attempt } = newClient('hardened');
    const refusal: Message = { kind: 'answer', answer: { kind: 'refused', reason: 'no such area' } };
    expect(one.reply(1, refusal, { kind: 'ask', attempt: { ...attempt, unsure: true, avoid: OFFER } })).toEqual([
      'request 3: user1: publish "hello" to sport',
    ]);
    expect(one.reply(1, refusal, { kind: 'ask', attempt })[0]).toBe('complete 9: refused: no such area');
  });

  test('stays in a session that began after the one that it has left', () => {
    const one = new Stage<ClientTypes>(client, boot, configOf('hardened', { autoLogin: false }), 50);
    const begun = (operation: Operation) => {
      const [effect] = one.effects({ kind: 'operation', id: 9, operation });
      one.take({ kind: 'operation', id: 9, operation });
      return { kind: 'perform', attempt: (effect.tag as { attempt: Attempt }).attempt } as const;
    };
    const login = begun({ kind: 'login' });
    one.reply(1, { kind: 'answer', answer: { kind: 'loggedIn', token: 5 } }, login);
    const [logout, again] = [begun({ kind: 'logout' }), begun({ kind: 'login' })];
    // The login overtakes the logout's answer on the way back.
    one.reply(1, { kind: 'answer', answer: { kind: 'loggedIn', token: 6 } }, again);
    one.reply(1, { kind: 'answer', answer: { kind: 'done' } }, logout);
    expect(one.state.token).toBe(6);
  });

  test('gives up in the end, and says whether it may have been done', () => {
    const { one, attempt } = newClient('described');
    one.nowUs = 14_600_000;
    const tag = { kind: 'perform', attempt: { ...attempt, offer: OFFER, retries: 7 } } as const;
    expect(one.fail(3, 'timeout', tag)[0]).toBe(
      'complete 9: gave up after 7 retries: no node answered, it may have been done',
    );
    expect(one.fail(3, 'refused', tag)[0]).toBe('complete 9: gave up after 7 retries: no node answered');
  });

  test('numbers its requests, and tells below which number all have ended', () => {
    const one = new Stage<ClientTypes>(client, boot, configOf('hardened', { autoLogin: false }), 50);
    const keyOf = (operation: Operation) => {
      const [effect] = one.effects({ kind: 'operation', id: 9, operation });
      one.take({ kind: 'operation', id: 9, operation });
      const message = effect.value as Extract<Message, { kind: 'perform' }>;
      return { key: message.request.key, attempt: (effect.tag as { attempt: Attempt }).attempt };
    };
    const first = keyOf({ kind: 'listAreas' });
    expect(first.key).toEqual({ client: 50, incarnation: 1, number: 1, below: 1 });
    expect(keyOf({ kind: 'logout' }).key).toMatchObject({ number: 2, below: 1 });
    one.reply(1, { kind: 'answer', answer: { kind: 'areas', areas: [] } }, { kind: 'perform', attempt: first.attempt });
    expect(keyOf({ kind: 'listAreas' }).key).toMatchObject({ number: 3, below: 2 });
    one.restart();
    expect(keyOf({ kind: 'listAreas' }).key).toMatchObject({ incarnation: 2, number: 1 });
  });
});
