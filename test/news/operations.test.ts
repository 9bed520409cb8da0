/** All that a client can ask for, and every refusal, as a conversation with the whole system. */
import { describe, expect, test } from 'vitest';
import { news } from '../../protocols/news/index.ts';
import type { GatewayState } from '../../protocols/news/state.ts';
import { MILLISECOND, type PlanParts, planOf, SECOND, Simulation } from '../../sim/index.ts';
import { ask, at, crash, everything, PROPERTY_NAMES, runNews, story, work } from './support.ts';

const QUICK = { latency: { kind: 'constant', us: MILLISECOND } } as const;

/** user1 is the administrator, user2 and user3 are not; nobody is subscribed; there are politics and sport. */
function conversation(
  variant: string,
  lines: readonly (readonly [string, string, object?])[],
  settings: object = {},
): string[] {
  const actions = lines.map(([client, operation, args], i) =>
    ask(2 + i, client, operation, args as Record<string, unknown>),
  );
  const parts: PlanParts = {
    variant,
    network: QUICK,
    durationUs: (lines.length + 4) * SECOND,
    settings: { users: 3, areas: 2, subscriptions: 0, ...settings },
    actions,
  };
  const run = runNews(parts);
  expect(run.broken).toEqual([]);
  expect(
    run.simulation.history
      .map(({ judgement }) => judgement?.verdict)
      .filter((verdict) => verdict !== 'correct' && verdict !== 'refused'),
  ).toEqual([]);
  return story(run);
}

describe.each(['described', 'hardened'])('%s', (variant) => {
  test('users log in and out, and are refused what they may not do when logged out', () => {
    expect(
      conversation(
        variant,
        [
          ['user2', 'listAreas'],
          ['user2', 'publish', { area: 'sport', text: 'x' }],
          ['user2', 'login'],
          ['user2', 'listAreas'],
          ['user2', 'register'],
          ['user2', 'logout'],
          ['user2', 'listSubscriptions'],
          ['user2', 'logout'],
        ],
        { autoLogin: false },
      ),
    ).toEqual([
      'user2: list areas → refused: not logged in',
      'user2: publish "x" to sport → refused: not logged in',
      'user2: log in → logged in',
      'user2: list areas → politics sport',
      'user2: register → refused: user exists',
      'user2: log out → done',
      'user2: list subscriptions → refused: not logged in',
      'user2: log out → refused: not logged in',
    ]);
  });

  test('users subscribe, read and unsubscribe', () => {
    expect(
      conversation(variant, [
        ['user2', 'read', { area: 'sport' }],
        ['user2', 'subscribe', { area: 'sport' }],
        ['user2', 'subscribe', { area: 'sport' }],
        ['user2', 'subscribe', { area: 'chess' }],
        ['user2', 'listSubscriptions'],
        ['user3', 'publish', { area: 'sport', text: 'one' }],
        ['user3', 'publish', { area: 'sport', text: 'two' }],
        ['user2', 'read', { area: 'sport', unread: true }],
        ['user2', 'read', { area: 'sport', unread: true }],
        ['user3', 'publish', { area: 'sport', text: 'three' }],
        ['user2', 'read', { area: 'sport' }],
        ['user2', 'read', { area: 'sport', unread: true }],
        ['user2', 'unsubscribe', { area: 'sport' }],
        ['user2', 'unsubscribe', { area: 'sport' }],
        ['user2', 'listSubscriptions'],
      ]),
    ).toEqual([
      'user2: read all news of sport → refused: not subscribed',
      'user2: subscribe to sport → done',
      'user2: subscribe to sport → refused: already subscribed',
      'user2: subscribe to chess → refused: no such area',
      'user2: list subscriptions → sport',
      'user3: publish "one" to sport → published as #1',
      'user3: publish "two" to sport → published as #2',
      'user2: read the unread news of sport → #1 #2',
      'user2: read the unread news of sport → none',
      'user3: publish "three" to sport → published as #3',
      'user2: read all news of sport → #1 #2 #3',
      'user2: read the unread news of sport → none',
      'user2: unsubscribe from sport → done',
      'user2: unsubscribe from sport → refused: not subscribed',
      'user2: list subscriptions → none',
    ]);
  });

  test('only the author deletes a piece of news', () => {
    expect(
      conversation(variant, [
        ['user2', 'publish', { area: 'sport', text: 'mine' }],
        ['user3', 'deleteNews', { area: 'sport', id: 1 }],
        // Not even an administrator may.
        ['user1', 'deleteNews', { area: 'sport', id: 1 }],
        ['user2', 'deleteNews', { area: 'politics', id: 1 }],
        ['user2', 'deleteNews', { area: 'sport', id: 1 }],
        ['user2', 'deleteNews', { area: 'sport', id: 1 }],
        ['user2', 'deleteNews', { area: 'chess', id: 1 }],
      ]),
    ).toEqual([
      'user2: publish "mine" to sport → published as #1',
      'user3: delete #1 of sport → refused: not the author',
      'user1: delete #1 of sport → refused: not the author',
      'user2: delete #1 of politics → refused: no such news',
      'user2: delete #1 of sport → done',
      'user2: delete #1 of sport → refused: no such news',
      'user2: delete #1 of chess → refused: no such area',
    ]);
  });

  test('administrators add areas and delete them with all that is in them', () => {
    expect(
      conversation(variant, [
        ['user2', 'addArea', { area: 'chess' }],
        ['user1', 'addArea', { area: 'chess' }],
        ['user1', 'addArea', { area: 'chess' }],
        ['user2', 'listAreas'],
        ['user2', 'subscribe', { area: 'chess' }],
        ['user2', 'publish', { area: 'chess', text: 'e4' }],
        ['user2', 'deleteArea', { area: 'chess' }],
        ['user1', 'deleteArea', { area: 'chess' }],
        ['user1', 'deleteArea', { area: 'chess' }],
        ['user2', 'read', { area: 'chess' }],
        ['user2', 'listSubscriptions'],
        // A new area of the same name begins empty.
        ['user1', 'addArea', { area: 'chess' }],
        ['user2', 'subscribe', { area: 'chess' }],
        ['user2', 'read', { area: 'chess' }],
      ]),
    ).toEqual([
      'user2: add area chess → refused: not an administrator',
      'user1: add area chess → done',
      'user1: add area chess → refused: area exists',
      'user2: list areas → chess politics sport',
      'user2: subscribe to chess → done',
      'user2: publish "e4" to chess → published as #1',
      'user2: delete area chess → refused: not an administrator',
      'user1: delete area chess → done',
      'user1: delete area chess → refused: no such area',
      'user2: read all news of chess → refused: no such area',
      'user2: list subscriptions → none',
      'user1: add area chess → done',
      'user2: subscribe to chess → done',
      'user2: read all news of chess → none',
    ]);
  });
});

describe('what a scenario does not say is drawn', () => {
  test('so that it makes sense: areas that there are, news of one’s own', () => {
    const run = runNews({
      variant: 'hardened',
      seed: 3,
      network: QUICK,
      settings: { users: 6 },
      workload: everything(),
    });
    const refusals = run.simulation.history.filter(({ outcome }) => outcome?.kind === 'refused');
    expect(run.simulation.history.length).toBeGreaterThan(300);
    // Users log out now and then, and register although they are.
    expect(refusals.length / run.simulation.history.length).toBeLessThan(0.35);
    const kinds = new Set(run.simulation.history.map(({ operation }) => operation.kind));
    expect(kinds.size).toBe(Object.keys(news.operations).length);
  });

  test('and is skipped where there is nothing that would', () => {
    const parts = {
      variant: 'hardened',
      settings: { users: 2, areas: 0, administrators: 0 },
      workload: [work('read', 1), work('publish', 1), work('addArea', 1), work('deleteNews', 1)],
    };
    const simulation = new Simulation(planOf(news, parts));
    simulation.run();
    expect(simulation.history).toHaveLength(0);
    expect(Object.keys(simulation.skipped).sort()).toEqual(['addArea', 'deleteNews', 'publish', 'read']);
  });

  test('an id without its area makes no sense', () => {
    expect(() => runNews({ actions: [ask(1, 'user1', 'deleteNews', { id: 3 })] })).toThrow(
      'deleteNews: an id needs an area',
    );
  });
});

describe('scaling', () => {
  const up = (run: ReturnType<typeof runNews>, prefix: string) => {
    const { world } = run.simulation;
    return Array.from({ length: world.size }, (_, address) => world.process(address))
      .filter(({ name, status }) => name.startsWith(prefix) && status === 'up')
      .map(({ name }) => name);
  };
  const scaled = (group: string, size: number) => at(10, { kind: 'scale', group, size });
  const busy = {
    variant: 'hardened',
    network: QUICK,
    settings: { users: 8, replicas: 2 },
    workload: everything(),
  } as const;

  test('up: new replicas take their turns', () => {
    const run = runNews({ ...busy, actions: [scaled('commission1', 5)] });
    expect(up(run, 'commission1-')).toEqual([1, 2, 3, 4, 5].map((n) => `commission1-${n}`));
    expect(run.broken).toEqual([]);
    const { replicas } = run.simulation.world.named('commission1')!.state as GatewayState;
    expect(replicas).toHaveLength(5);
  });

  test('down: the last ones leave in good order and nobody’s request is lost', () => {
    const run = runNews({
      ...busy,
      settings: { users: 8, replicas: 5 },
      actions: [scaled('commission1', 2), scaled('commission2', 1)],
    });
    expect(up(run, 'commission1-')).toEqual(['commission1-1', 'commission1-2']);
    expect(up(run, 'commission2-')).toEqual(['commission2-1']);
    expect(run.broken).toEqual([]);
    expect(run.summary['failed operations']).toBe(0);
  });

  test('a commission that is new registers with an agent and takes over from those that fail', () => {
    const run = runNews({
      ...busy,
      actions: [scaled('commission3', 2), at(20, crash(['commission1'])), at(20, crash(['commission2']))],
    });
    expect(up(run, 'commission3')).toEqual(['commission3', 'commission3-1', 'commission3-2']);
    expect(run.watch('every area is served').holds).toBe(true);
    expect(run.broken).toEqual([]);
  });

  test('users, and groups that there are not', () => {
    const run = runNews({ ...busy, actions: [scaled('users', 12)] });
    expect(up(run, 'user')).toHaveLength(12);
    expect(run.broken).toEqual([]);
    expect(() => runNews({ ...busy, actions: [scaled('databases', 2)] })).toThrow(
      /no group "databases"; expected one of commission1, commission2/,
    );
  });
});

describe('churn', () => {
  test('of clients and replicas is borne, and those that left for good are replaced', () => {
    const run = runNews({
      variant: 'hardened',
      seed: 2,
      durationUs: 120 * SECOND,
      settings: { users: 10, replicas: 3 },
      workload: everything(),
      churn: [{ joinsPerSecond: 0.2, leavesPerSecond: 0.1, crashesPerSecond: 0.1, untilUs: 90 * SECOND }],
      supervise: [
        { who: [{ kind: 'name', name: 'node' }], afterUs: 3 * SECOND },
        { who: [{ kind: 'name', name: 'client' }], afterUs: 3 * SECOND },
      ],
    });
    expect(run.broken).toEqual([]);
    expect(run.simulation.world.size).toBeGreaterThan(25);
  });
});

describe('measures', () => {
  test('have a definition each, and are what they say', () => {
    const run = runNews({
      variant: 'hardened',
      seed: 1,
      network: QUICK,
      settings: { users: 8, replicas: 2 },
      workload: [work('publish', 4), work('login', 1)],
      actions: [at(30, crash(['commission1']))],
    });
    const { simulation, judged, summary } = run;
    const known = Object.keys(news.metrics);
    const measures = simulation.history.flatMap(({ judgement }) => Object.keys(judgement?.measures ?? {}));
    const gauges = news.gauges!(simulation.world, judged);
    for (const name of [...Object.keys(summary), ...Object.keys(gauges), ...measures]) expect(known).toContain(name);
    const ended = simulation.history.filter(({ status }) => status === 'completed');
    expect(summary['answered operations']).toBe(ended.length);
    expect(summary['operations per second']).toBeCloseTo(ended.length / 60, 5);
    expect(summary.availability).toBe(1);
    expect(summary['retried operations']).toBe(ended.filter(({ outcome }) => outcome!.retries > 0).length);
    const requests = ['commission2-1', 'commission2-2', 'commission1-1', 'commission1-2'].map(
      (name) => (simulation.world.named(name)!.state as { requests: number }).requests,
    );
    expect(summary['most requests per replica']).toBe(Math.max(...requests));
    expect(summary['fail-overs']).toBeGreaterThan(0);
    expect(summary['longest fail-over time']).toBeLessThan(7 * SECOND);
    expect(gauges['live replicas']).toBe(4);
  });

  test('the queue of the database grows where it is too slow', () => {
    const slow = runNews({
      variant: 'hardened',
      network: QUICK,
      durationUs: 20 * SECOND,
      settings: { users: 8, transactionTime: '100ms' },
      workload: [work('publish', 20)],
    });
    expect(news.gauges!(slow.simulation.world, slow.judged)['database queue']).toBeGreaterThan(10);
  });

  test('more replicas shorten the queues where nodes are slow', () => {
    const latency = (replicas: number) => {
      const run = runNews({
        variant: 'hardened',
        network: QUICK,
        settings: { users: 20, commissions: 1, replicas, workTime: '80ms' },
        workload: [work('publish', 11)],
      });
      const times = run.simulation.history.flatMap(({ startUs, endUs }) => (endUs === null ? [] : [endUs - startUs]));
      return times.reduce((sum, us) => sum + us, 0) / times.length;
    };
    expect(latency(4)).toBeLessThan(0.7 * latency(1));
  });

  test('availability falls while the only database is down', () => {
    const run = runNews({
      variant: 'hardened',
      settings: { users: 6, giveUpAfter: '2s' },
      workload: [work('publish', 4)],
      actions: [at(20, crash(['database'], 20 * SECOND))],
    });
    const { series } = run.simulation;
    expect(series).toBeDefined();
    expect(run.summary.availability).toBeLessThan(0.85);
    expect(run.broken).toEqual([]);
  });
});

describe('the picture', () => {
  test('shows who serves what, what waits and what travels', () => {
    const simulation = new Simulation(
      planOf(news, {
        variant: 'described',
        settings: { users: 6, agents: 2, replicas: 2 },
        workload: everything(3),
        actions: [at(10, crash(['commission2-2']))],
      }),
    );
    simulation.runUntil(20 * SECOND);
    const picture = news.view(simulation.world, simulation.judged as never, { selected: 0 });
    expect(picture.databases).toMatchObject([{ name: 'database', duty: 'primary', epoch: 0 }]);
    expect(picture.agents.map(({ name }) => name)).toEqual(['agent1', 'agent2']);
    expect(picture.commissions.map(({ name, replicas }) => [name, replicas.map(({ status }) => status)])).toEqual([
      ['commission1', ['up', 'up']],
      ['commission2', ['up', 'down']],
    ]);
    expect(picture.commissions[1].replicas[1].inRotation).toBe(false);
    expect(picture.commissions.flatMap(({ areas }) => areas).sort()).toEqual(picture.areas.map(({ name }) => name));
    expect(picture.areas.every(({ live }) => live)).toBe(true);
    expect(picture.clients).toMatchObject({ up: 6 });
    expect(picture.travelling.every(({ from, to }) => from >= 0 && to >= 0)).toBe(true);
  });
});

test('all properties say what they mean and where they come from', () => {
  for (const name of PROPERTY_NAMES) {
    expect(name).toBe(name.toLowerCase());
    expect(news.properties[name].description).toMatch(/\.\)?$/);
    expect(news.properties[name].source.length).toBeGreaterThan(3);
  }
});
