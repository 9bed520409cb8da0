// Whole runs: every operation, redundancy, the balancer, purity, and what holds in any weather.

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { addressesIn } from '../../protocols/common/trie.ts';
import { superpeer } from '../../protocols/superpeer/index.ts';
import { type Action, MILLISECOND, MINUTE, SECOND } from '../../sim/index.ts';
import {
  at,
  crash,
  crashAny,
  crashHost,
  doubled,
  named,
  operation,
  type Parts,
  run as runSystem,
} from '../common/runs.ts';
import { run } from './stage.ts';

const small: Parts = {
  nodes: 8,
  durationUs: MINUTE,
  settings: {
    catalogue: 8,
    numFiles: 0,
    files: { 'peer-1': ['song', 'book'], 'peer-2': ['film'], 'peer-5': ['song'] },
    wanted: ['nothing'],
  },
};

function oneByOne(steps: readonly (readonly [string, string, Record<string, unknown>])[]): Parts {
  const actions = steps.map(([name, node, args], i) => at((5 + 2 * i) * SECOND, operation(name, node, args)));
  return { ...small, durationUs: (10 + 2 * steps.length) * SECOND, actions };
}

describe('what a client may ask', () => {
  const leave: Action = { kind: 'leave', who: named('peer-2'), guard: false };

  test.each(['described', 'hardened'])('%s: every operation, one after the other', (variant) => {
    const parts = oneByOne([
      ['search', 'peer-5', { resource: 'book' }], // at the same superpeer
      ['search', 'peer-3', { resource: 'film' }], // at another
      ['search', 'peer-3', { resource: 'nothing' }],
      ['download', 'peer-3', { resource: 'film' }],
      ['addResource', 'peer-3', { resource: 'new' }],
      ['search', 'peer-4', { resource: 'new' }],
      ['changeResource', 'peer-3', { resource: 'new', into: 'newer' }],
      ['search', 'peer-4', { resource: 'new' }],
      ['search', 'peer-4', { resource: 'newer' }],
      ['removeResource', 'peer-3', { resource: 'newer' }],
      ['search', 'peer-4', { resource: 'newer' }],
      ['upload', 'peer-1', { resource: 'gift' }],
      ['search', 'peer-8', { resource: 'gift' }],
      ['listResources', 'peer-5', {}],
      ['listSuperpeers', 'peer-5', {}],
      ['addResource', 'peer-1', { resource: 'book' }],
    ]);
    const result = run({ ...parts, variant });
    // Superpeers have the addresses 0 to 3, the balancer 4, the peers 5 to 12; peers 1 and 5 share a superpeer.
    expect(result.simulation.history.map(({ outcome }) => outcome)).toEqual([
      { kind: 'found', peer: 5 },
      { kind: 'found', peer: 6 },
      { kind: 'notFound', incomplete: false },
      { kind: 'downloaded', from: 6 },
      { kind: 'indexed' },
      { kind: 'found', peer: 7 },
      { kind: 'indexed' },
      { kind: 'notFound', incomplete: false },
      { kind: 'found', peer: 7 },
      { kind: 'indexed' },
      { kind: 'notFound', incomplete: false },
      { kind: 'uploaded', peer: 9 },
      { kind: 'found', peer: 9 },
      { kind: 'resources', superpeer: 0, names: ['book', 'gift', 'song'] },
      { kind: 'superpeers', active: [0, 1, 2, 3] },
      { kind: 'failed', reason: 'it has book already' },
    ]);
    expect(result.verdicts()).toEqual({ correct: 15, failed: 1 });
  });

  test('a peer that leaves is out of the index at once', () => {
    const result = run({
      ...small,
      actions: [at(10 * SECOND, leave), at(10.5 * SECOND, operation('search', 'peer-1', { resource: 'film' }))],
    });
    expect(result.outcomes('search')).toEqual([{ kind: 'notFound', incomplete: false }]);
    expect(result.simulation.world.named('peer-2')?.status).toBe('gone');
    expect(result.holds('indexes accurate')).toBe(true);
  });

  test('a download takes the time of the transfer, and is lost with the peer that sends', () => {
    const settings = { ...small.settings, transferTime: '5s' };
    const download = at(10 * SECOND, operation('download', 'peer-1', { resource: 'film' }));
    const [slow] = run({ ...small, settings, actions: [download] }).simulation.history;
    expect((slow.endUs ?? 0) - slow.startUs).toBeGreaterThan(5 * SECOND);
    const cut = run({ ...small, settings, actions: [download, at(12 * SECOND, crash('peer-2'))] });
    expect(cut.outcomes('download')).toEqual([
      { kind: 'failed', reason: 'the peer that was found did not send it: reset' },
    ]);
  });

  test('where links have a bandwidth, files fill them', () => {
    const settings = { ...small.settings, transferTime: 0, fileSize: '2MB' };
    const result = run({
      ...small,
      settings,
      network: { bandwidth: 8_000_000 },
      actions: [at(10 * SECOND, operation('download', 'peer-1', { resource: 'film' }))],
    });
    const [record] = result.simulation.history;
    expect((record.endUs ?? 0) - record.startUs).toBeGreaterThan(2 * SECOND);
    expect((record.endUs ?? 0) - record.startUs).toBeLessThan(2.7 * SECOND);
  });
});

describe('superpeers among each other', () => {
  test('drop one that does not answer, and take it back when it answers again', () => {
    const lists = [20, 30].map((second) => at(second * SECOND, operation('listSuperpeers', 'peer-1')));
    const result = run({ ...small, actions: [at(15 * SECOND, crashHost('superpeer-3', 10 * SECOND)), ...lists] });
    expect(result.outcomes('listSuperpeers')).toEqual([
      { kind: 'superpeers', active: [0, 1, 3] },
      { kind: 'superpeers', active: [0, 1, 2, 3] },
    ]);
    const { stretches } = result.watch('superpeers know each other');
    expect(stretches).toHaveLength(3);
  });

  test('one that leaves in good order says so: nobody waits for a time-out', () => {
    const leaving = at(15 * SECOND, { kind: 'leave', who: named('superpeer-2'), guard: false });
    const result = run({ ...small, variant: 'hardened', actions: [leaving] });
    expect(result.watch('superpeers know each other').stretches[1].fromUs).toBeLessThan(15.2 * SECOND);
    expect(result.judged.rehoming.count).toBe(2);
    expect(result.judged.rehoming.maxUs).toBeLessThan(SECOND);
    const described = run({ ...small, actions: [leaving] });
    expect(described.judged.dark).toBe(2);
  });

  test('a service manager restarts one that dies', () => {
    const result = run({
      ...small,
      variant: 'hardened',
      supervise: [{ who: named('superpeer'), afterUs: 3 * SECOND }],
      actions: [at(15 * SECOND, crash('superpeer-2'))],
    });
    expect(result.simulation.world.named('superpeer-2')).toMatchObject({ status: 'up', incarnation: 2 });
    expect(result.holds('superpeers know each other')).toBe(true);
    expect(result.holds('every live peer registered')).toBe(true);
  });
});

describe('redundancy', () => {
  const pairs: Parts = { ...small, variant: 'hardened', settings: { ...small.settings, redundancy: 2 } };

  test('both partners hold the index', () => {
    const { world } = run(pairs).simulation;
    const indexOf = (address: number) => {
      const { state } = world.process(address);
      return state.role === 'superpeer' ? state.index : null;
    };
    expect(indexOf(0)).toEqual(indexOf(1));
    expect(indexOf(2)).toEqual(indexOf(3));
    expect(indexOf(0)).not.toEqual(indexOf(2));
  });

  test('the crash of one orphans nobody, and searches find as before', () => {
    const searches = [15.1, 16, 18, 25].map((second) =>
      at(second * SECOND, operation('search', 'peer-2', { resource: 'song' })),
    );
    const result = run({ ...pairs, actions: [at(15 * SECOND, crash('superpeer-1', 20 * SECOND)), ...searches] });
    expect(result.verdicts('search')).toEqual({ correct: 4 });
    expect(result.watch('every live peer registered').stretches).toHaveLength(1);
    expect(result.judged.rehoming.count).toBe(0);
    expect(result.holds('indexes accurate')).toBe(true);
  });

  test('when both are gone, the peers go to another pair', () => {
    const result = run({
      ...pairs,
      actions: [at(15 * SECOND, crash('superpeer-1')), at(20 * SECOND, crash('superpeer-2'))],
    });
    expect(result.judged.rehoming.count).toBe(4);
    expect(result.holds('every live peer registered')).toBe(true);
  });
});

describe('the balancer', () => {
  test('spreads twenty-four peers evenly over four superpeers', () => {
    const result = run({ nodes: 24, durationUs: 20 * SECOND });
    expect(result.judged.handed).toEqual([6, 6, 6, 6]);
    const gauges = superpeer.gauges?.(result.simulation.world, result.judged) ?? {};
    expect(gauges).toMatchObject({
      'live peers': 24,
      'orphaned peers': 0,
      'peers per superpeer mean': 6,
      'peers per superpeer max': 6,
    });
  });

  property.prop([fc.integer(), fc.boolean()], { numRuns: 4 })(
    'is even between changes of the live superpeers',
    (seed, least) => {
      const result = run({
        nodes: 10,
        seed,
        variant: 'hardened',
        durationUs: MINUTE,
        settings: { balance: least ? 'leastLoaded' : 'roundRobin' },
        churn: [{ joinsPerSecond: 0.5, leavesPerSecond: 0.2 }],
        actions: [
          at(10 * SECOND, crash('superpeer-1', 15 * SECOND)),
          at(35 * SECOND, crash('superpeer-4', 5 * SECOND)),
        ],
      });
      expect(result.wasViolated('hands out evenly')).toBe(false);
      expect(result.simulation.world.process(4).state).toMatchObject({ role: 'balancer' });
    },
  );

  test('by the fewest peers it evens out what the crash of a superpeer has left', () => {
    const result = run({
      nodes: 16,
      variant: 'hardened',
      durationUs: MINUTE,
      settings: { balance: 'leastLoaded' },
      actions: [
        at(10 * SECOND, crash('superpeer-1', 5 * SECOND)),
        at(30 * SECOND, { kind: 'join', count: 4, arguments: {} }),
      ],
    });
    const gauges = superpeer.gauges?.(result.simulation.world, result.judged) ?? {};
    // The four orphans went to the three others; the newcomers all go to the one that came back empty.
    expect(gauges).toMatchObject({ 'live peers': 20, 'peers per superpeer max': 6 });
    const loads = [0, 1, 2, 3].map((address) => {
      const { state } = result.simulation.world.process(address);
      return state.role === 'superpeer' ? addressesIn(state.registrations).length : -1;
    });
    expect(loads[0]).toBe(4);
  });

  test('peers that lose it go by their list', () => {
    const result = run({
      ...small,
      variant: 'hardened',
      actions: [at(10 * SECOND, crashHost('balancer')), at(15 * SECOND, crash('superpeer-2'))],
    });
    expect(result.holds('every live peer registered')).toBe(true);
    expect(result.holds('re-homed in time')).toBe(true);
  });
});

const stormy: Parts = {
  nodes: 10,
  durationUs: MINUTE,
  settings: { catalogue: 20, numFiles: 3 },
  network: {
    latency: { kind: 'uniform', lowUs: 5 * MILLISECOND, highUs: 250 * MILLISECOND },
    loss: 0.05,
    duplicate: 0.05,
  },
  churn: [{ joinsPerSecond: 0.1, leavesPerSecond: 0.05, crashesPerSecond: 0.05, untilUs: 40 * SECOND }],
  actions: [
    at(15 * SECOND, crashAny(5 * SECOND)),
    at(22 * SECOND, crash('superpeer-2', 5 * SECOND)),
    at(30 * SECOND, crashHost('superpeer-3', 5 * SECOND)),
  ],
  workload: Object.keys(superpeer.operations).map((name) => ({
    operation: name,
    arrivals: { kind: 'rate' as const, perSecond: 0.7 },
    untilUs: 50 * SECOND,
  })),
};

describe('in any weather', () => {
  property.prop(
    [fc.integer(), fc.constantFrom('described', 'hardened'), fc.constantFrom(1, 2), fc.constantFrom(1, 3)],
    { numRuns: 4 },
  )('machines are pure: frozen states and inputs, and each step twice the same', (seed, variant, redundancy, ttl) => {
    const settings = { ...stormy.settings, redundancy, ttl, topology: ttl === 1 ? 'mesh' : 'ring' };
    const plain = run({ ...stormy, seed, variant, settings });
    const twice = runSystem(doubled(superpeer), { ...stormy, seed, variant, settings });
    expect(twice.simulation.fingerprint).toBe(plain.simulation.fingerprint);
    expect(plain.simulation.history.length).toBeGreaterThan(100);
  });

  property.prop([fc.integer(), fc.constantFrom('described', 'hardened')], { numRuns: 4 })(
    'states are plain data, verdicts are declared, and every operation ends',
    (seed, variant) => {
      const result = run({ ...stormy, seed, variant, durationUs: 2 * MINUTE });
      const { world, history } = result.simulation;
      for (let address = 0; address < world.size; address++) {
        const { state } = world.process(address);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }
      expect(JSON.parse(JSON.stringify(result.judged))).toEqual(result.judged);
      expect(history.filter((record) => record.status === 'pending')).toEqual([]);
      for (const { judgement } of history) {
        expect(Object.keys(superpeer.judge.verdicts).concat('aborted')).toContain(judgement?.verdict);
      }
    },
  );

  property.prop([fc.integer()], { numRuns: 3 })(
    'hardened: no change that was confirmed is lost while nothing crashes',
    (seed) => {
      const result = run({ ...stormy, seed, variant: 'hardened', churn: [], actions: [] });
      for (const kind of ['addResource', 'removeResource', 'changeResource']) {
        expect(result.verdicts(kind).lost ?? 0).toBe(0);
      }
    },
  );
});
