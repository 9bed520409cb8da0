// Settings, topologies, membership and operations: what a scenario may say, and what is refused.

import { describe, expect, test } from 'vitest';
import { supernode } from '../../protocols/supernode/index.ts';
import { guestHost, parseLocation, resolve } from '../../protocols/supernode/placement.ts';
import { type Action, MINUTE, planOf, SECOND, SetupError } from '../../sim/index.ts';
import { at, named, operation, type Parts } from '../common/runs.ts';
import { configOf, run } from './stage.ts';

const planned = (parts: Parts) => planOf(supernode, parts).config;

describe('topologies', () => {
  test('two hundred nodes have eight supernodes, and several processes may share a host', () => {
    const config = planned({ nodes: 200, settings: { nodesPerHost: 10, supernodesPerHost: 2 } });
    expect(config.supernodes.map(({ host, port }) => `${host}:${port}`).slice(0, 3)).toEqual([
      'host-1:5000',
      'host-1:5001',
      'host-2:5000',
    ]);
    expect(config.nodes).toHaveLength(200);
    expect(new Set(config.nodes.map(({ host }) => host)).size).toBe(20);
    expect(config.nodes[13]).toMatchObject({ host: 'host-6', port: 8003, supernodes: [5, 6, 7, 0, 1, 2, 3, 4] });
    expect(resolve(config.directory, 'host-6:8003')).toBe(8 + 13);
  });

  test.each<[Parts, RegExp]>([
    [{ nodes: 5, settings: { topology: 'demonstration' } }, /3 nodes, not 5/],
    [{ settings: { topology: 'demonstration', supernodes: 3 } }, /2 supernodes, not 3/],
    [{ settings: { topology: 'generated' } }, /needs the number of nodes/],
    [{ settings: { files: { 'node-9': [] } } }, /no node "node-9"/],
    [{ settings: { healthTimeout: '5s' } }, /healthTimeout must be less/],
    [{ settings: { forgottenAfter: '5s' } }, /forgottenAfter must be more/],
    [{ nodes: 3, settings: { catalogue: 4, filesPerNode: 5 } }, /more than there are/],
    [{ traits: { answersEchoID: true } }, /no trait "answersEchoID"/],
    [{ traits: { answersEchoId: 1 } }, /is a boolean/],
  ])('%j is refused', (parts, message) => {
    expect(() => planned(parts)).toThrow(SetupError);
    expect(() => planned(parts)).toThrow(message);
  });

  test.each([{ files: { 'node-1': ['a;b'] } }, { files: { 'node-1': ['a/b'] } }, { strikes: 0 }, { retry: 3 }])(
    '%j is refused by the schema',
    (settings) => {
      expect(supernode.settings.safeParse(settings).success).toBe(false);
    },
  );

  test('every setting has a description, every metric a definition', () => {
    const { shape } = supernode.settings as unknown as { shape: Record<string, { readonly description?: string }> };
    for (const [key, schema] of Object.entries(shape)) expect([key, schema.description ?? '']).not.toEqual([key, '']);
    const result = run({ durationUs: SECOND });
    const { world } = result.simulation;
    const named = [...Object.keys(result.summary), ...Object.keys(supernode.gauges?.(world, result.judged) ?? {})];
    for (const name of named) expect(Object.keys(supernode.metrics)).toContain(name);
  });

  test('the variants have the same traits', () => {
    const names = Object.values(supernode.variants).map(({ traits }) => Object.keys(traits));
    expect(names[0]).toEqual(names[1]);
    expect(configOf('hardened').traits).toEqual(supernode.variants.hardened.traits);
  });
});

describe('locations', () => {
  test('resolve by the table of the start, or by the rule for those that came later', () => {
    const { directory } = planned({});
    expect(parseLocation('http://host-3:8001/files/film.avi')).toEqual({
      endpoint: 'host-3:8001',
      fileName: 'film.avi',
    });
    expect(resolve(directory, 'host-3:8001')).toBe(4);
    expect(resolve(directory, `${guestHost(17)}:8000`)).toBe(17);
    expect(['host-9:8000', 'guest-x:8000', 'toString', ''].map((one) => resolve(directory, one))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(['', 'http://host/', 'ftp://host:1/files/a', 'http://h:1/files/a/b'].map(parseLocation)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('membership', () => {
  const grow = (action: Action): Parts => ({
    nodes: 4,
    durationUs: MINUTE,
    settings: { supernodes: 2 },
    actions: [at(10 * SECOND, action)],
  });

  test('a node that joins has files of the catalogue, registers, and is found', () => {
    const join: Action = { kind: 'join', count: 2, arguments: { supernode: 'supernode-2', files: ['file-7.txt'] } };
    const settings = { supernodes: 2, filesPerNode: 0 };
    const find = at(20 * SECOND, operation('find', 'node-1', { resource: 'file-7.txt' }));
    const result = run({ ...grow(join), settings, actions: [at(10 * SECOND, join), find] });
    expect(result.outcomes('find')).toEqual([{ kind: 'found', location: 'http://guest-6:8000/files/file-7.txt' }]);
    expect(result.simulation.world.named('node-6')?.state).toMatchObject({ supernodes: [1], registered: true });
    expect(result.verdicts()).toEqual({ correct: 1 });
  });

  test('scales up and down', () => {
    const up = run(grow({ kind: 'scale', group: 'nodes', size: 7 })).simulation.world;
    expect([up.size, up.named('node-8')?.status]).toEqual([9, 'up']);
    const down = run(grow({ kind: 'scale', group: 'nodes', size: 1 })).simulation.world;
    expect([1, 2, 3, 4].map((i) => down.named(`node-${i}`)?.status)).toEqual(['up', 'gone', 'gone', 'gone']);
  });

  test.each<[Action, RegExp]>([
    [{ kind: 'scale', group: 'cats', size: 7 }, /no group "cats"/],
    [{ kind: 'join', count: 1, arguments: { supernode: 'supernode-9' } }, /no supernode "supernode-9"/],
    [{ kind: 'join', count: 1, arguments: { files: ['x'] } }, /no file "x"/],
    [{ kind: 'operation', name: 'find', node: named('node-1'), arguments: { resource: 'x' } }, /no file "x"/],
  ])('%j is refused', (action, message) => {
    expect(() => run(grow(action))).toThrow(message);
  });

  test('churn picks nodes only', () => {
    const { world } = run({ durationUs: SECOND }).simulation;
    expect(supernode.membership.churns?.(world.process(0))).toBe(false);
    expect(supernode.membership.churns?.(world.process(2))).toBe(true);
  });
});
