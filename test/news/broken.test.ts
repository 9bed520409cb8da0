/** For each property a machine that is broken on purpose, so that it is seen to fail when it should. */
import { describe, expect, test } from 'vitest';
import { agent } from '../../protocols/news/agent.ts';
import { database } from '../../protocols/news/database.ts';
import type { Answer, Message } from '../../protocols/news/messages.ts';
import { node } from '../../protocols/news/node.ts';
import type { AgentTypes, DatabaseState, DatabaseTypes, NodeState, NodeTypes } from '../../protocols/news/state.ts';
import { put, remove, scan } from '../../protocols/news/table.ts';
import { memberKey, newsKey } from '../../protocols/news/tables.ts';
import { type Machine, MILLISECOND, type PlanParts, SECOND, type Step } from '../../sim/index.ts';
import {
  ask,
  at,
  crash,
  cut,
  everything,
  firstViolation,
  PROPERTY_NAMES,
  type Run,
  runNews,
  withRoles,
  work,
} from './support.ts';

const QUICK = { latency: { kind: 'constant', us: 5 * MILLISECOND } } as const;
const base: PlanParts = {
  variant: 'hardened',
  seed: 1,
  durationUs: 40 * SECOND,
  network: QUICK,
  settings: { users: 4, replicas: 2 },
};

/** A machine whose steps go through a hand that spoils them. */
function spoiled<P extends DatabaseTypes | NodeTypes | AgentTypes>(
  machine: Machine<P>,
  spoil: (step: Step<P>, before: P['State']) => Step<P>,
): Machine<never> {
  return {
    start: (boot, durable, ctx) => machine.start(boot, durable, ctx),
    handle: (state, input, ctx) => spoil(machine.handle(state, input, ctx), state),
  } as Machine<never>;
}

/** A database that changes its tables behind everybody's back whenever it executes something. */
function tampering(change: (tables: DatabaseState['tables']) => DatabaseState['tables']): Machine<never> {
  return spoiled(database, (step, before) => {
    const after = step.state as DatabaseState;
    if (after.tables === (before as DatabaseState).tables) return step;
    const tables = change(after.tables);
    return { ...step, state: { ...after, tables, committed: tables } };
  });
}

const violated: Readonly<Record<string, () => Run>> = {
  /** A database that answers before it logs, and after a crash has what it had at first. */
  'no acknowledged publish is lost': () => {
    const forgetful = spoiled(database, (step) => ({
      ...step,
      effects: step.effects.filter(({ kind }) => kind !== 'save'),
    }));
    return runNews(
      { ...base, workload: [work('publish', 2)], actions: [at(20, crash(['database'], SECOND))] },
      withRoles({ database: forgetful }),
    );
  },

  /** A database that takes no notice of keys, and a node that is slow once. */
  'no publish appears twice': () =>
    runNews({
      ...base,
      traits: { idempotencyKeys: false },
      settings: { users: 4, commissions: 1, replicas: 1, clientTimeout: '1s' },
      workload: [work('publish', 1)],
      actions: [at(10, { kind: 'pause', who: [{ kind: 'name', name: 'commission1-1' }], forUs: 4 * SECOND })],
    }),

  /** A database that keeps three news of an area only. */
  'only its author removes news': () => {
    const tidy = tampering((tables) => {
      const old = scan(tables.news, 'sport|')[0];
      return scan(tables.news, 'sport|').length > 3
        ? { ...tables, news: remove(tables.news, newsKey('sport', old.id)) }
        : tables;
    });
    return runNews({ ...base, workload: [work('publish', 2, { area: 'sport' })] }, withRoles({ database: tidy }));
  },

  /** A database that subscribes somebody to an area that there never was. */
  'nothing outlives its area': () => {
    const generous = tampering((tables) => ({
      ...tables,
      subscriptions: put(tables.subscriptions, memberKey('nowhere', 'user1'), { area: 'nowhere', user: 'user1' }),
    }));
    return runNews({ ...base, workload: [work('publish', 2)] }, withRoles({ database: generous }));
  },

  /** A replica that answers readings from a cache of its own. */
  'clients read their writes': () =>
    runNews(
      { ...base, workload: [work('publish', 2, { area: 'sport' }), work('read', 4, { area: 'sport' })] },
      withRoles({ node: caching() }),
    ),
  'area histories are linearizable': () =>
    runNews(
      { ...base, workload: [work('publish', 2, { area: 'sport' }), work('read', 4, { area: 'sport' })] },
      withRoles({ node: caching() }),
    ),

  'no unread news is delivered twice': () =>
    runNews({
      ...base,
      traits: { marksWhileReading: false },
      actions: [
        ask(5, 'user2', 'subscribe', { area: 'sport' }),
        ask(6, 'user1', 'publish', { area: 'sport' }),
        ask(10, 'user2', 'read', { area: 'sport', unread: true }),
        ask(10, 'user2', 'read', { area: 'sport', unread: true }),
      ],
    }),

  /** A node that marks and delivers nothing. */
  'no unread news is lost': () => {
    const absent = spoiled(node, (step) => ({
      ...step,
      effects: step.effects.map((effect) =>
        effect.kind === 'reply' ? { ...effect, value: withoutNews(effect.value as Message) } : effect,
      ),
    }));
    return runNews(
      { ...base, workload: [work('publish', 2), work('read', 2, { unread: true })] },
      withRoles({ node: absent }),
    );
  },

  'no area is served by two nodes': () =>
    runNews({
      ...base,
      traits: { comparesAndSets: false },
      settings: { users: 4, agents: 2, commissions: 4, areas: 6 },
    }),
  'no assignment is overwritten': () =>
    runNews({
      ...base,
      traits: { comparesAndSets: false },
      settings: { users: 4, agents: 2, commissions: 4, areas: 6 },
    }),

  /** Agents that never check anybody's health. */
  'every area is served': () =>
    runNews({ ...base, actions: [at(10, crash(['commission1']))] }, withRoles({ agent: careless() })),
  'areas fail over in time': () =>
    runNews(
      { ...base, workload: [work('publish', 1)], actions: [at(10, crash(['commission1']))] },
      withRoles({ agent: careless() }),
    ),

  'no operation fails needlessly': () =>
    runNews({
      ...base,
      traits: { goesBackToAgent: false },
      settings: { users: 4, healthEvery: '20s', giveUpAfter: '4s' },
      workload: [work('publish', 4)],
      actions: [at(10, crash(['commission1']))],
    }),

  /** A standby that takes over without asking the arbiter, when it hears nothing of a primary that is well. */
  'one database acknowledges': () =>
    runNews(
      {
        ...base,
        settings: { users: 4, standby: true },
        workload: everything(),
        actions: [at(10, cut('database', 'standby', 15 * SECOND))],
      },
      withRoles({ database: presumptuous() }),
    ),
};

function presumptuous(): Machine<never> {
  return {
    start: (boot, durable, ctx) => database.start(boot, durable, ctx),
    handle: (state, input, ctx) => {
      const step = database.handle(state, input, ctx);
      const change = step.effects.find(
        ({ kind, value }) => kind === 'request' && (value as Message).kind === 'changeConfiguration',
      );
      if (input.kind !== 'timer' || input.timer.kind !== 'takeover' || change === undefined) return step;
      const { expectedEpoch, primary, inSync } = change.value as Extract<Message, { kind: 'changeConfiguration' }>;
      const configuration = { epoch: expectedEpoch + 1, primary, inSync };
      const message: Message = { kind: 'configuration', configuration, granted: true };
      return database.handle(step.state, { kind: 'reply', from: 2, message, tag: { kind: 'change' } }, ctx);
    },
  } as Machine<DatabaseTypes> as Machine<never>;
}

function caching(): Machine<never> {
  type Cached = NodeState & { readonly cache: Readonly<Record<string, Answer>> };
  return {
    start: (boot, durable, ctx) => {
      const step = (node as Machine<NodeTypes>).start(boot, durable, ctx);
      return { ...step, state: { ...step.state, cache: {} } };
    },
    handle: (state, input, ctx) => {
      const { cache, ...plain } = state as Cached;
      const step = (node as Machine<NodeTypes>).handle(plain, input, ctx);
      if (input.kind !== 'reply' || input.tag.kind !== 'serve' || input.message.kind !== 'result')
        return { ...step, state: { ...step.state, cache } };
      const { operation } = input.tag.serving.request;
      const { answer } = input.message;
      if (operation.kind !== 'read' || operation.unread || answer.kind !== 'news')
        return { ...step, state: { ...step.state, cache } };
      const known = cache[operation.area] ?? answer;
      const effects = step.effects.map((effect) =>
        effect.kind === 'reply' ? { ...effect, value: { kind: 'answer', answer: known } } : effect,
      );
      return { state: { ...step.state, cache: { ...cache, [operation.area]: known } }, effects };
    },
  } as Machine<NodeTypes> as Machine<never>;
}

function careless(): Machine<never> {
  return spoiled(agent, (step) => ({
    ...step,
    effects: step.effects.filter(({ kind, value }) => kind !== 'request' || (value as Message).kind !== 'checkHealth'),
  }));
}

function withoutNews(message: Message): Message {
  if (message.kind !== 'answer' || message.answer.kind !== 'news') return message;
  return { kind: 'answer', answer: { ...message.answer, news: [] } };
}

describe('a broken machine is caught', () => {
  test('there is one for each property', () => {
    expect(Object.keys(violated).sort()).toEqual([...PROPERTY_NAMES].sort());
  });

  for (const [name, run] of Object.entries(violated)) {
    test(name, () => {
      const broken = run();
      expect(firstViolation(broken, name)).not.toBeNull();
      // Before the agents' first round no area is served: it must be so at the end.
      if (name === 'every area is served') expect(broken.watch(name).holds).toBe(false);
    });
  }
});

describe('the same runs with machines that are whole', () => {
  test('break nothing', () => {
    const sound: PlanParts[] = [
      { ...base, workload: [work('publish', 2)], actions: [at(20, crash(['database'], SECOND))] },
      { ...base, workload: [work('publish', 2, { area: 'sport' }), work('read', 4, { area: 'sport' })] },
      { ...base, workload: [work('publish', 2), work('read', 2, { unread: true })] },
      { ...base, workload: [work('publish', 1)], actions: [at(10, crash(['commission1']))] },
      { ...base, settings: { users: 4, agents: 2, commissions: 4, areas: 6 } },
    ];
    sound.push({
      ...base,
      settings: { users: 4, standby: true },
      workload: everything(),
      actions: [at(10, cut('database', 'standby', 15 * SECOND))],
    });
    for (const parts of sound) {
      const run = runNews(parts);
      expect(run.broken).toEqual([]);
      expect(run.watch('every area is served').holds).toBe(true);
    }
  });
});
