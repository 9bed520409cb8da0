// Settings, formulas, membership and operations: what a scenario may say, what it comes to, and what is refused.

import { describe, expect, test } from 'vitest';
import {
  deadlineUs,
  groupCount,
  groupOf,
  lookupTimeoutUs,
  membersOf,
  rehomingBoundUs,
  searchAnswerTimeoutUs,
  strikeOutUs,
} from '../../protocols/superpeer/config.ts';
import { superpeer } from '../../protocols/superpeer/index.ts';
import { type Action, MINUTE, planOf, SECOND, SetupError } from '../../sim/index.ts';
import { at, operation, type Parts } from '../common/runs.ts';
import { configOf, run } from './stage.ts';

describe('what is refused', () => {
  test.each<[Parts, RegExp]>([
    [{ settings: { superpeers: 3, redundancy: 2 } }, /no groups of 2/],
    [{ settings: { catalogue: 3, numFiles: 4 } }, /more than the catalogue has/],
    [{ settings: { pingTimeout: '2s' } }, /pingTimeout must be less/],
    [{ settings: { topology: [[1, 9]] } }, /no link between superpeers 1 and 9/],
    [{ settings: { topology: [[2, 2]] } }, /no link between superpeers 2 and 2/],
    [{ traits: { rehome: true } }, /no trait "rehome"/],
  ])('%j', (parts, message) => {
    expect(() => planOf(superpeer, parts)).toThrow(SetupError);
    expect(() => planOf(superpeer, parts)).toThrow(message);
  });

  test.each([{ redundancy: 3 }, { forward: 'both' }, { ttl: 0 }, { topology: 'tree' }, { keepalive: '2s' }])(
    '%j by the schema',
    (settings) => {
      expect(superpeer.settings.safeParse(settings).success).toBe(false);
    },
  );
});

test('every setting has a description, every metric a definition', () => {
  const { shape } = superpeer.settings as unknown as { shape: Record<string, { readonly description?: string }> };
  for (const [key, schema] of Object.entries(shape)) expect([key, schema.description ?? '']).not.toEqual([key, '']);
  const result = run({ durationUs: SECOND });
  const { world } = result.simulation;
  const names = [...Object.keys(result.summary), ...Object.keys(superpeer.gauges?.(world, result.judged) ?? {})];
  for (const name of names) expect(Object.keys(superpeer.metrics)).toContain(name);
});

describe('groups', () => {
  test('of one are the superpeers themselves', () => {
    const config = configOf('described', { superpeers: 3 });
    expect([0, 1, 2].map((one) => groupOf(config, one))).toEqual([0, 1, 2]);
    expect([groupCount(config), membersOf(config, 2)]).toEqual([3, [2]]);
  });

  test('of two are neighbours in the list', () => {
    const config = configOf('described', { superpeers: 6, redundancy: 2 });
    expect([0, 1, 2, 3, 4, 5].map((one) => groupOf(config, one))).toEqual([0, 0, 1, 1, 2, 2]);
    expect([groupCount(config), membersOf(config, 1)]).toEqual([3, [2, 3]]);
  });
});

describe('time-outs', () => {
  test('in turn add up, all at once do not', () => {
    const described = configOf('described', { superpeers: 4, searchTimeout: '1s' });
    expect(lookupTimeoutUs(described, 1)).toBe(SECOND);
    expect(lookupTimeoutUs(described, 2)).toBe(SECOND + 3 * SECOND);
    expect(searchAnswerTimeoutUs(described)).toBe(3 * SECOND + SECOND);
    const parallel = configOf('described', { superpeers: 4, searchTimeout: '1s', forward: 'parallel' });
    expect(lookupTimeoutUs(parallel, 3)).toBe(3 * SECOND);
    expect(lookupTimeoutUs(configOf('described', { superpeers: 50, ttl: 60 }), 60)).toBe(10 * MINUTE);
  });

  test('a deadline is shared out along the way', () => {
    const config = configOf('hardened', { ttl: 4, searchDeadline: '2s' });
    expect([4, 3, 2, 1].map((ttl) => deadlineUs(config, ttl))).toEqual([2_000_000, 1_500_000, 1_000_000, 500_000]);
    expect(lookupTimeoutUs(config, 2)).toBe(SECOND);
    expect(searchAnswerTimeoutUs(config)).toBe(3 * SECOND);
  });

  test('how long a registration may live on, and how long a peer may be without one', () => {
    const config = configOf('hardened', { strikes: 2, peerPingEvery: '2s', pingTimeout: '1s', requestTimeout: '1s' });
    expect(strikeOutUs(config)).toBe(6 * SECOND);
    // Notice 5 s, wait 6 s out for each of three groups that may be dead, the balancer's 2 s, six tries of 1.5 s.
    expect(rehomingBoundUs(config)).toBe(34 * SECOND);
    expect(rehomingBoundUs(configOf('described', { requestTimeout: '1s' }))).toBe(16 * SECOND);
  });
});

describe('membership', () => {
  const grow = (action: Action, ...more: readonly Action[]): Parts => ({
    nodes: 4,
    durationUs: MINUTE,
    actions: [at(10 * SECOND, action), ...more.map((one) => at(20 * SECOND, one))],
  });

  test('a peer that joins registers and is found', () => {
    const join: Action = { kind: 'join', count: 1, arguments: { files: ['rarity', 'rarity'] } };
    const result = run({ ...grow(join, operation('search', 'peer-1', { resource: 'rarity' })) });
    expect(result.outcomes('search')).toEqual([{ kind: 'found', peer: 9 }]);
    expect(result.simulation.world.named('peer-9')?.state).toMatchObject({ resources: ['rarity'], phase: 'home' });
  });

  test('scales up and down', () => {
    const up = run(grow({ kind: 'scale', group: 'peers', size: 6 })).simulation.world;
    expect([up.size, up.named('peer-10')?.status]).toEqual([11, 'up']);
    const down = run(grow({ kind: 'scale', group: 'peers', size: 1 }));
    expect(down.holds('indexes accurate')).toBe(true);
    expect([1, 2, 3, 4].map((i) => down.simulation.world.named(`peer-${i}`)?.status)).toEqual([
      'up',
      'gone',
      'gone',
      'gone',
    ]);
    expect(() => run(grow({ kind: 'scale', group: 'cats', size: 1 }))).toThrow(/no group "cats"/);
  });

  test('churn picks peers only, and what peers have is drawn without replacement', () => {
    const { world } = run({
      durationUs: SECOND,
      settings: { catalogue: ['a', 'b', 'c', 'a'], numFiles: 3 },
    }).simulation;
    expect([0, 4, 5].map((address) => superpeer.membership.churns?.(world.process(address)))).toEqual([
      false,
      false,
      true,
    ]);
    const { boot } = world.process(7);
    expect(boot.role === 'peer' ? boot.resources.toSorted() : []).toEqual(['a', 'b', 'c']);
  });
});
