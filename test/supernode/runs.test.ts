// Whole runs: the demonstration, purity, and what holds in any weather.

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { supernode } from '../../protocols/supernode/index.ts';
import { MILLISECOND, MINUTE, SECOND } from '../../sim/index.ts';
import { at, crash, crashAny, crashHost, doubled, operation, type Parts, run as runSystem } from '../common/runs.ts';
import { idFor, run } from './stage.ts';

describe("the original's demonstration", () => {
  const quiet: Parts = { durationUs: 20 * SECOND };

  test('has three hosts, two supernodes and three nodes', () => {
    const { world } = run(quiet).simulation;
    const processes = Array.from({ length: world.size }, (_, address) => {
      const { name, host, boot } = world.process(address);
      return `${name} on ${boot.role === 'node' ? boot.endpoint : host}`;
    });
    expect(processes).toEqual([
      'supernode-1 on host-1',
      'supernode-2 on host-1',
      'node-1 on host-2:8000',
      'node-2 on host-3:8000',
      'node-3 on host-3:8001',
    ]);
    expect(world.config.supernodes.map(({ port }) => port)).toEqual([5000, 5001]);
  });

  test.each(['described', 'hardened'])('%s: node 2 finds a resource of node 3 through the group', (variant) => {
    const result = run({
      ...quiet,
      variant,
      actions: [at(5 * SECOND, operation('find', 'node-2', { resource: 'film.avi' }))],
    });
    expect(result.outcomes('find')).toEqual([{ kind: 'found', location: 'http://host-3:8001/files/film.avi' }]);
    expect(result.verdicts('find')).toEqual({ correct: 1 });
    expect(result.judged.told.map(({ text }) => text)).toEqual([
      `supernode-1;20;${idFor('film.avi')}`,
      variant === 'described'
        ? 'supernode-2;21;http://host-3:8001/files/film.avi'
        : `supernode-2;21;http://host-3:8001/files/film.avi;${idFor('film.avi')}`,
    ]);
  });

  test('a crash of a host takes all its processes', () => {
    const result = run({
      ...quiet,
      durationUs: MINUTE,
      actions: [
        at(5 * SECOND, crashHost('host-3')),
        at(30 * SECOND, operation('find', 'node-1', { resource: 'film.avi' })),
        at(30 * SECOND, operation('alive', 'node-1')),
      ],
    });
    const { world } = result.simulation;
    expect(['node-2', 'node-3', 'node-1'].map((name) => world.named(name)?.status)).toEqual(['down', 'down', 'up']);
    expect(result.outcomes('find')).toEqual([{ kind: 'notFound' }]);
    expect(result.outcomes('alive')).toEqual([{ kind: 'aliveNodes', names: ['node-1'] }]);
    expect(result.holds('indexes accurate')).toBe(true);
  });

  test('every operation, one after the other', () => {
    const steps: readonly (readonly [string, string, Record<string, unknown>])[] = [
      ['list', 'node-1', {}],
      ['find', 'node-1', { resource: 'report.pdf' }],
      ['find', 'node-1', { resource: 'notes.txt' }],
      ['find', 'node-1', { resource: 'missing.txt' }],
      ['findMany', 'node-2', { resources: ['notes.txt', 'song.mp3', 'film.avi', 'missing.txt'] }],
      ['addResource', 'node-1', { resource: 'missing.txt' }],
      ['find', 'node-3', { resource: 'missing.txt' }],
      ['removeResource', 'node-1', { resource: 'missing.txt' }],
      ['find', 'node-3', { resource: 'missing.txt' }],
      ['register', 'node-3', {}],
      ['alive', 'node-3', {}],
      ['evaluate', 'supernode-1', {}],
    ];
    const result = run({
      ...quiet,
      durationUs: MINUTE,
      actions: steps.map(([name, node, args], i) => at((5 + 4 * i) * SECOND, operation(name, node, args))),
    });
    const location = (endpoint: string, file: string) => `http://${endpoint}/files/${file}`;
    expect(result.simulation.history.map(({ outcome }) => outcome)).toEqual([
      { kind: 'listed', ids: [idFor('report.pdf'), idFor('song.mp3')] },
      { kind: 'found', location: location('host-2:8000', 'report.pdf') },
      { kind: 'found', location: location('host-3:8000', 'notes.txt') },
      { kind: 'notFound' },
      {
        kind: 'foundMany',
        findings: [
          { id: idFor('notes.txt'), location: location('host-3:8000', 'notes.txt') },
          { id: idFor('song.mp3'), location: location('host-2:8000', 'song.mp3') },
          { id: idFor('film.avi'), location: location('host-3:8001', 'film.avi') },
          { id: idFor('missing.txt'), location: null },
        ],
      },
      { kind: 'added', id: idFor('missing.txt') },
      { kind: 'found', location: location('host-2:8000', 'missing.txt') },
      { kind: 'removed', id: idFor('missing.txt') },
      { kind: 'notFound' },
      { kind: 'registered' },
      { kind: 'aliveNodes', names: ['node-3'] },
      { kind: 'evaluated', names: ['node-1', 'node-2'] },
    ]);
    expect(result.verdicts()).toEqual({ correct: 12 });
  });

  test('the same content on two nodes is one resource with two locations', () => {
    const copy = { name: 'copy.mp3', content: 'la la la' };
    const song = { name: 'song.mp3', content: 'la la la' };
    const result = run({ ...quiet, settings: { files: { 'node-1': [song], 'node-2': [copy], 'node-3': [] } } });
    const { world, judged } = { world: result.simulation.world, judged: result.judged };
    const [picture] = supernode.view(world, judged, { selected: null }).supernodes;
    expect(picture.index.map((entry) => entry.locations.map(({ location }) => location))).toEqual([
      ['http://host-2:8000/files/song.mp3', 'http://host-3:8000/files/copy.mp3'],
    ]);
  });
});

const stormy: Parts = {
  nodes: 8,
  durationUs: MINUTE,
  settings: { supernodes: 3, nodesPerHost: 2, catalogue: 20, filesPerNode: 3 },
  network: {
    latency: { kind: 'uniform', lowUs: 5 * MILLISECOND, highUs: 300 * MILLISECOND },
    loss: 0.05,
    duplicate: 0.05,
  },
  churn: [{ joinsPerSecond: 0.1, leavesPerSecond: 0.05, crashesPerSecond: 0.05, untilUs: 40 * SECOND }],
  actions: [at(15 * SECOND, crashAny(5 * SECOND)), at(25 * SECOND, crash('supernode-2', 5 * SECOND))],
  workload: ['find', 'findMany', 'list', 'register', 'addResource', 'removeResource', 'alive', 'evaluate'].map(
    (name) => ({ operation: name, arrivals: { kind: 'rate' as const, perSecond: 0.7 } }),
  ),
};

describe('in any weather', () => {
  property.prop([fc.integer(), fc.constantFrom('described', 'hardened')], { numRuns: 4 })(
    'machines are pure: frozen states and inputs, and each step twice the same',
    (seed, variant) => {
      const plain = run({ ...stormy, seed, variant });
      const twice = runSystem(doubled(supernode), { ...stormy, seed, variant });
      expect(twice.simulation.fingerprint).toBe(plain.simulation.fingerprint);
      expect(plain.simulation.history.length).toBeGreaterThan(100);
    },
  );

  property.prop([fc.integer(), fc.constantFrom('described', 'hardened')], { numRuns: 4 })(
    'no location of a removed node remains, nobody is removed early or late, states are plain data',
    (seed, variant) => {
      const result = run({ ...stormy, seed, variant });
      for (const name of [
        'no location of a removed node',
        'removed only after strikes',
        'crashed nodes removed in time',
      ]) {
        expect(result.watch(name).firstViolation?.violation.message ?? 'none').toBe('none');
      }
      const { world } = result.simulation;
      for (let address = 0; address < world.size; address++) {
        const { state } = world.process(address);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }
      expect(JSON.parse(JSON.stringify(result.judged))).toEqual(result.judged);
    },
  );

  property.prop([fc.integer()], { numRuns: 4 })(
    'hardened: when the weather is over, every index is accurate within a few evaluations',
    (seed) => {
      const calmAfter: Parts = {
        ...stormy,
        seed,
        variant: 'hardened',
        durationUs: 2 * MINUTE,
        // Four segments of up to 300 ms: a time-out of one second would take live nodes for dead now and then.
        settings: { ...stormy.settings, healthTimeout: '2s' },
        network: { ...stormy.network, loss: 0, duplicate: 0 },
        workload: (stormy.workload ?? []).map((entry) => ({ ...entry, untilUs: 50 * SECOND })),
      };
      const result = run(calmAfter);
      expect(result.holds('indexes accurate')).toBe(true);
      expect(result.holds('every live node registered')).toBe(true);
      expect(result.watch('indexes accurate').sinceUs).toBeLessThan(90 * SECOND);
    },
  );

  property.prop([fc.integer()], { numRuns: 3 })(
    'every operation but those of a process that ends is answered',
    (seed) => {
      const result = run({
        ...stormy,
        seed,
        variant: 'hardened',
        durationUs: 2 * MINUTE,
        workload: (stormy.workload ?? []).map((entry) => ({ ...entry, untilUs: 50 * SECOND })),
      });
      expect(result.simulation.history.filter((record) => record.status === 'pending')).toEqual([]);
      for (const { judgement } of result.simulation.history) {
        expect(Object.keys(supernode.judge.verdicts).concat('aborted')).toContain(judgement?.verdict);
      }
    },
  );
});
