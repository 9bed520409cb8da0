// The leaves: orders, bounds, tables, sizes, partners.

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { ceilLog2, lnAtMost, spreadByCyclesUs, spreadByForwardingUs } from '../../protocols/gossip/bounds.ts';
import { find, keep, put, without } from '../../protocols/gossip/by-origin.ts';
import { otherPeer, otherPeers } from '../../protocols/gossip/partners.ts';
import { append, EMPTY_SEQUENCE, last, replace, type Sequence, toArray } from '../../protocols/gossip/sequence.ts';
import { isNewer, isSame, sameNames } from '../../protocols/gossip/stamps.ts';
import { sizeOf } from '../../protocols/gossip/wire.ts';
import { deepFreeze } from '../../sim/engine/freeze.ts';
import { NOBODY, SECOND } from '../../sim/protocol.ts';
import { Stream } from '../../sim/random/stream.ts';
import { configOf, contextOf } from './setting.ts';

describe('the order of versions', () => {
  test.each([
    { a: [0, 1], b: [0, 0], newer: true },
    { a: [0, 0], b: [0, 0], newer: false },
    { a: [0, 0], b: [0, -1], newer: true },
    // A new life ranks above whatever the last one counted up to.
    { a: [2, 0], b: [1, 99], newer: true },
    { a: [1, 99], b: [2, 0], newer: false },
  ])('$a against $b', ({ a, b, newer }) => {
    const rank = ([incarnation, version]: readonly number[]) => ({ incarnation, version });
    expect(isNewer(rank(a), rank(b))).toBe(newer);
  });

  const rank = fc.record({ incarnation: fc.nat(3), version: fc.integer({ min: -1, max: 3 }) });
  property.prop([rank, rank])('is total', (a, b) => {
    expect([isNewer(a, b), isNewer(b, a), isSame(a, b)].filter(Boolean)).toHaveLength(1);
  });
});

property.prop([fc.array(fc.string(), { maxLength: 3 }), fc.array(fc.string(), { maxLength: 3 })])(
  'names are the same if written the same',
  (a, b) => {
    expect(sameNames(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    expect(sameNames(a, [...a])).toBe(true);
  },
);

describe('bounds', () => {
  test.each([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 2],
    [5, 3],
    [1000, 10],
    [1024, 10],
    [1025, 11],
  ])('ceilLog2(%i) = %i', (n, log) => {
    expect(ceilLog2(n)).toBe(log);
    expect(lnAtMost(n)).toBeGreaterThanOrEqual(Math.log(n));
  });

  const base = { peers: 16, t2Us: 2 * SECOND, t3Us: 2 * SECOND, fanout: 1, loss: 0 };
  // (n − 1) (t2 ln 2 + (2 ln n + ln 10⁶)/(1/t2 + 1/(2 t3))) with ln 16 = 4 · 0.6932: 15 · (1.3864 + 19.3612 / 0.75) s.
  test('of forwarding, by hand', () => {
    expect(spreadByForwardingUs(base) / SECOND).toBeCloseTo(408.02, 1);
  });

  // t2 (log2 n + ln n + 2 (ln n + ln 10⁶)) = 2 · (4 + 2.7728 + 2 · (2.7728 + 13.8156)) s.
  test('of cycles, by hand', () => {
    expect(spreadByCyclesUs(base, 1) / SECOND).toBeCloseTo(79.9, 1);
  });

  test('grow with peers, periods and loss, and shrink with the fanout', () => {
    for (const bound of [spreadByForwardingUs, (setting: typeof base) => spreadByCyclesUs(setting, 3)]) {
      expect(bound({ ...base, peers: 64 })).toBeGreaterThan(bound(base));
      expect(bound({ ...base, t2Us: 3 * SECOND })).toBeGreaterThan(bound(base));
      expect(bound({ ...base, loss: 0.3 })).toBeGreaterThan(bound(base));
    }
    expect(spreadByForwardingUs({ ...base, t3Us: 3 * SECOND })).toBeGreaterThan(spreadByForwardingUs(base));
    expect(spreadByForwardingUs({ ...base, fanout: 2 })).toBeLessThan(spreadByForwardingUs(base));
  });
});

const operation = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), origin: fc.nat(8), value: fc.nat() }),
  fc.record({ kind: fc.constant('without' as const), origin: fc.nat(8) }),
  fc.record({ kind: fc.constant('keep' as const), origin: fc.nat(8) }),
);

property.prop([fc.array(operation, { maxLength: 40 })])('a table by origin is a sorted map', (operations) => {
  interface Row {
    readonly origin: number;
    readonly value: number;
  }
  let table: readonly Row[] = [];
  const model = new Map<number, Row>();
  for (const one of operations) {
    const before = deepFreeze(table);
    if (one.kind === 'put') {
      const row = { origin: one.origin, value: one.value };
      table = put(table, row);
      model.set(one.origin, row);
    } else if (one.kind === 'without') {
      table = without(table, one.origin);
      if (!model.delete(one.origin)) expect(table).toBe(before);
    } else {
      table = keep(table, ({ origin }) => origin < one.origin);
      for (const origin of [...model.keys()]) if (origin >= one.origin) model.delete(origin);
      if (table.length === before.length) expect(table).toBe(before);
    }
    expect(table).toEqual([...model.values()].sort((a, b) => a.origin - b.origin));
    for (let origin = 0; origin <= 8; origin++) expect(find(table, origin)).toBe(model.get(origin));
  }
});

const growth = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('append' as const), times: fc.integer({ min: 1, max: 400 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('replace' as const),
      where: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
  },
);

property.prop([fc.array(growth, { maxLength: 8 })])(
  'a sequence is a list that shares what did not change',
  (growths) => {
    let sequence: Sequence<number> = EMPTY_SEQUENCE;
    let model: readonly number[] = [];
    let next = 0;
    for (const one of growths) {
      const before = deepFreeze(sequence);
      const copy = model;
      if (one.kind === 'append') {
        for (let i = 0; i < one.times; i++) {
          sequence = append(sequence, next);
          model = [...model, next++];
        }
      } else if (model.length > 0) {
        const index = Math.floor(one.where * model.length);
        sequence = replace(sequence, index, -1);
        model = model.with(index, -1);
      }
      expect(toArray(sequence)).toEqual(model);
      expect(last(sequence)).toBe(model.at(-1));
      expect(toArray(before)).toEqual(copy);
    }
  },
);

describe('partners', () => {
  const config = configOf({ nodes: 5 });

  test('are all others alike, never oneself nor the one excepted', () => {
    const random = new Stream(7);
    for (const except of [NOBODY, 0, 2, 4]) {
      const ctx = contextOf(config, 2, 0, random);
      const counts = [0, 0, 0, 0, 0];
      const draws = 4000;
      for (let i = 0; i < draws; i++) counts[otherPeer(ctx, except)]++;
      const eligible = [0, 1, 3, 4].filter((address) => address !== except);
      for (const address of [0, 1, 2, 3, 4]) {
        const share = counts[address] / draws;
        if (eligible.includes(address)) expect(share).toBeCloseTo(1 / eligible.length, 1);
        else expect(share).toBe(0);
      }
    }
  });

  test('a peer that the file does not list calls those that it lists', () => {
    const ctx = contextOf(config, 9, 0, new Stream(7));
    for (let i = 0; i < 50; i++) expect(otherPeer(ctx)).toBeLessThan(5);
  });

  test('of two there is one, and no third', () => {
    const ctx = contextOf(configOf({ nodes: 2 }), 1, 0, new Stream(7));
    expect(otherPeer(ctx)).toBe(0);
    expect(otherPeer(ctx, 0)).toBe(NOBODY);
    expect(otherPeers(ctx, 3)).toEqual([0]);
    expect(otherPeers(ctx, 1, 0)).toEqual([]);
  });

  property.prop([fc.nat(9), fc.integer({ min: -1, max: 9 }), fc.integer({ min: 1, max: 12 }), fc.nat()])(
    'several are different ones',
    (self, except, count, seed) => {
      const ctx = contextOf(configOf({ nodes: 10 }), self, 0, new Stream(seed));
      const drawn = otherPeers(ctx, count, except);
      const eligible = 10 - 1 - (except >= 0 && except !== self ? 1 : 0);
      expect(drawn).toHaveLength(Math.min(count, eligible));
      expect(new Set(drawn).size).toBe(drawn.length);
      expect(drawn).not.toContain(self);
      expect(drawn).not.toContain(except);
    },
  );
});

describe('sizes on the wire', () => {
  const metadata = { origin: 1, incarnation: 0, version: 3, files: ['a', 'bcd'] };

  // 29 bytes of headers, 4 + 4 of stamp, 2 of count, 2 + 4 of names.
  test('as described: no incarnation, no age', () => {
    expect(sizeOf({ kind: 'metadata', carried: { metadata, ageUs: null } })).toBe(45);
  });

  test('hardened: four bytes for each', () => {
    expect(sizeOf({ kind: 'metadata', carried: { metadata: { ...metadata, incarnation: 1 }, ageUs: 5 } })).toBe(53);
  });

  test('a digest costs no names', () => {
    const stamp = { origin: 1, incarnation: 1, version: 3 };
    expect(sizeOf({ kind: 'digest', exchange: 'pull', stamps: [stamp, stamp] })).toBe(29 + 3 + 24);
    expect(sizeOf({ kind: 'pull' })).toBe(29);
    expect(sizeOf({ kind: 'want', origins: [1, 2] })).toBe(39);
    expect(sizeOf({ kind: 'feedback', replies: [{ ...stamp, needed: true }] })).toBe(44);
    expect(sizeOf({ kind: 'entries', carried: [] })).toBe(31);
    expect(sizeOf({ kind: 'rumors', carried: [], pull: true })).toBe(32);
  });
});
