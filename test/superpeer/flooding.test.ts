// Flooding: on a connected graph with E edges and N superpeers a search that finds nothing costs exactly 2E − N + 1 lookups.

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { superpeer } from '../../protocols/superpeer/index.ts';
import { type Edge, edgesOf, neighboursOf, type Shape } from '../../protocols/superpeer/topology.ts';
import { MILLISECOND, MINUTE, type NetworkPlan, planOf, type Random, SECOND } from '../../sim/index.ts';
import { at, operation, run as runSystem } from '../common/runs.ts';

const graph = fc.integer({ min: 2, max: 9 }).chain((size) => {
  const parents = fc.tuple(...Array.from({ length: size - 1 }, (_, i) => fc.integer({ min: 0, max: i })));
  const pair = fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 0, max: size - 1 }));
  return fc.tuple(parents, fc.array(pair, { maxLength: 2 * size })).map(([tree, more]) => {
    const edges = new Map<string, Edge>();
    const all: Edge[] = [...tree.map((parent, i): Edge => [parent, i + 1]), ...more];
    for (const [a, b] of all)
      if (a !== b) edges.set(`${Math.min(a, b)}-${Math.max(a, b)}`, [Math.min(a, b), Math.max(a, b)]);
    return { size, edges: [...edges.values()] };
  });
});

/** The longest of the shortest ways from a superpeer to the others. */
function eccentricity(edges: readonly Edge[], from: number): number {
  const reached = new Map([[from, 0]]);
  const queue = [from];
  for (const one of queue) {
    for (const next of neighboursOf(edges, one)) {
      if (reached.has(next)) continue;
      reached.set(next, (reached.get(one) ?? 0) + 1);
      queue.push(next);
    }
  }
  return Math.max(...reached.values());
}

/** The first superpeer's peer looks for what nobody has; how many lookups that takes, and what it comes to. */
function flood(
  size: number,
  edges: readonly Edge[],
  ttl: number,
  settings: Readonly<Record<string, unknown>>,
  network: Partial<NetworkPlan>,
  seed = 1,
) {
  const result = runSystem(superpeer, {
    variant: 'hardened',
    seed,
    nodes: 1,
    durationUs: 5 * MINUTE,
    network,
    settings: {
      superpeers: size,
      balancer: false,
      ttl,
      topology: edges.map(([a, b]) => [a + 1, b + 1]),
      wanted: ['nothing'],
      pingTimeout: '1900ms',
      searchTimeout: '10s',
      searchDeadline: '4m',
      ...settings,
    },
    actions: [at(10 * SECOND, operation('search', 'peer-1', { resource: 'nothing' }))],
  });
  const [record] = result.simulation.history;
  return { lookups: result.simulation.summary().sentByKind.lookup ?? 0, outcome: record.outcome };
}

const steady: Partial<NetworkPlan> = { latency: { kind: 'constant', us: 50 * MILLISECOND } };
const uneven: Partial<NetworkPlan> = { latency: { kind: 'uniform', lowUs: MILLISECOND, highUs: 300 * MILLISECOND } };

describe('a flood', () => {
  property.prop([graph], { numRuns: 15 })(
    'costs 2E − N + 1 lookups if ttl is the eccentricity and one more',
    ({ size, edges }) => {
      const { lookups, outcome } = flood(size, edges, eccentricity(edges, 0) + 1, {}, steady);
      expect(lookups).toBe(2 * edges.length - size + 1);
      expect(outcome).toEqual({ kind: 'notFound', incomplete: false });
    },
  );

  // A first copy may come the long way round; then the ttl must reach that far.
  property.prop([graph, fc.integer()], { numRuns: 15 })(
    'and whatever the delays if ttl is the number of superpeers',
    ({ size, edges }, seed) => {
      const { lookups, outcome } = flood(size, edges, size, {}, uneven, seed);
      expect(lookups).toBe(2 * edges.length - size + 1);
      expect(outcome).toEqual({ kind: 'notFound', incomplete: false });
    },
  );

  property.prop([graph, fc.integer()], { numRuns: 8 })('in turn as well as all at once', ({ size, edges }, seed) => {
    const { lookups } = flood(size, edges, size, { forward: 'sequential' }, uneven, seed);
    expect(lookups).toBe(2 * edges.length - size + 1);
  });

  test('one hop in a full mesh is N − 1 lookups, and complete', () => {
    const mesh = edgesOf('mesh', 6, 0, null as unknown as Random);
    expect(flood(6, mesh, 1, { topology: 'mesh' }, steady)).toEqual({
      lookups: 5,
      outcome: { kind: 'notFound', incomplete: false },
    });
  });

  test('that does not reach all says so', () => {
    const line = edgesOf('line', 5, 0, null as unknown as Random);
    expect(flood(5, line, 2, {}, steady)).toEqual({ lookups: 2, outcome: { kind: 'notFound', incomplete: true } });
  });

  test('finds what is far away, and the first hit ends it', () => {
    const result = runSystem(superpeer, {
      nodes: 5,
      variant: 'hardened',
      settings: {
        superpeers: 5,
        balancer: false,
        topology: 'line',
        ttl: 4,
        files: { 'peer-1': [], 'peer-2': [], 'peer-3': [], 'peer-4': [], 'peer-5': ['far'] },
      },
      actions: [at(10 * SECOND, operation('search', 'peer-1', { resource: 'far' }))],
    });
    expect(result.verdicts('search')).toEqual({ correct: 1 });
    expect(result.simulation.summary().sentByKind).toMatchObject({ lookup: 4, hit: 5 });
  });
});

describe('topologies', () => {
  const random = (seed: number) => {
    let state = seed;
    const int = (n: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % n;
    };
    return { int, shuffle: <T>(items: readonly T[]) => items.toReversed() } as unknown as Random;
  };

  test.each<[Shape, number, number]>([
    ['mesh', 5, 10],
    ['ring', 5, 5],
    ['ring', 2, 1],
    ['line', 5, 4],
    ['star', 5, 4],
    ['mesh', 1, 0],
    ['star', 1, 0],
  ])('a %s of %i has %i links', (shape, size, links) => {
    expect(edgesOf(shape, size, 0, random(1))).toHaveLength(links);
  });

  property.prop([fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 6 }), fc.nat()])(
    'a random one is connected, has no link twice, and the wanted mean degree if that is possible',
    (size, degree, seed) => {
      const edges = edgesOf('random', size, degree, random(seed));
      expect(new Set(edges.map(([a, b]) => `${a}-${b}`)).size).toBe(edges.length);
      for (const [a, b] of edges) expect(a).toBeLessThan(b);
      const wanted = Math.min((size * (size - 1)) / 2, Math.max(size - 1, Math.round((size * degree) / 2)));
      expect(edges).toHaveLength(wanted);
      const reached = new Set([0]);
      for (let i = 0; i < size; i++) {
        for (const [a, b] of edges) if (reached.has(a) !== reached.has(b)) reached.add(a).add(b);
      }
      expect(reached.size).toBe(size);
    },
  );

  test('a random one is drawn from the run’s seed', () => {
    const linksOf = (seed: number) =>
      planOf(superpeer, { seed, settings: { superpeers: 8, topology: 'random', degree: 3 } });
    const boots = (seed: number) => {
      const { simulation } = runSystem(superpeer, {
        seed,
        nodes: 2,
        durationUs: SECOND,
        settings: { superpeers: 8, topology: 'random', degree: 3 },
      });
      return JSON.stringify(Array.from({ length: 8 }, (_, i) => simulation.world.process(i).boot));
    };
    expect(linksOf(1).config).toEqual(linksOf(2).config);
    expect(boots(1)).toBe(boots(1));
    expect(boots(1)).not.toBe(boots(2));
  });
});
