// The persistent map against the language's own.

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  addressesIn,
  entriesOf,
  forEachDifference,
  get,
  has,
  hashOf,
  type Key,
  remove,
  set,
  sizeOf,
  type Trie,
} from '../../protocols/common/trie.ts';
import { frozen } from './runs.ts';

const key: fc.Arbitrary<Key> = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.string({ maxLength: 3 }));
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value: fc.integer() }),
  fc.record({ kind: fc.constant('remove' as const), key }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function built(changes: readonly Change[]): { readonly trie: Trie<number>; readonly map: Map<Key, number> } {
  let trie: Trie<number> = null;
  const map = new Map<Key, number>();
  for (const one of changes) {
    if (one.kind === 'set') {
      trie = set(frozen(trie), one.key, one.value);
      map.set(one.key, one.value);
    } else {
      trie = remove(frozen(trie), one.key);
      map.delete(one.key);
    }
  }
  return { trie, map };
}

/** Two texts with the same 32-bit hash, found by search. */
const TWINS = twins();

function twins(): readonly [string, string] {
  const seen = new Map<number, string>();
  for (let i = 0; ; i++) {
    const text = `twin-${i}`;
    const other = seen.get(hashOf(text));
    if (other !== undefined) return [other, text];
    seen.set(hashOf(text), text);
  }
}

describe('a trie', () => {
  property.prop([fc.array(change, { maxLength: 300 })])('holds what a map holds', (changes) => {
    const { trie, map } = built(changes);
    expect(new Map(entriesOf(trie))).toEqual(map);
    expect(sizeOf(trie)).toBe(map.size);
    for (const one of changes) {
      expect(get(trie, one.key)).toBe(map.get(one.key));
      expect(has(trie, one.key)).toBe(map.has(one.key));
    }
  });

  property.prop([fc.array(change, { maxLength: 200 }), fc.integer()])(
    'has one form for each content, whatever the order of the updates',
    (changes, seed) => {
      const { trie, map } = built(changes);
      const entries = [...map];
      const turned = entries.slice(seed % (entries.length + 1)).concat(entries.slice(0, seed % (entries.length + 1)));
      let again: Trie<number> = null;
      for (const [one, value] of turned) again = set(again, one, value);
      expect(again).toEqual(trie);
    },
  );

  property.prop([fc.array(change, { maxLength: 200 }), fc.array(change, { maxLength: 20 })])(
    'tells exactly what differs between two versions',
    (before, then) => {
      const old = built(before);
      const young = built([...before, ...then]);
      let trie = old.trie;
      for (const one of then) trie = one.kind === 'set' ? set(trie, one.key, one.value) : remove(trie, one.key);
      const told = new Map<Key, readonly [number | undefined, number | undefined]>();
      forEachDifference(old.trie, trie, (one, was, is) => told.set(one, [was, is]));
      const keys = new Set([...old.map.keys(), ...young.map.keys()]);
      const wanted = [...keys].filter((one) => old.map.get(one) !== young.map.get(one));
      expect(new Set(told.keys())).toEqual(new Set(wanted));
      for (const [one, [was, is]] of told) {
        expect(was).toBe(old.map.get(one));
        expect(is).toBe(young.map.get(one));
      }
    },
  );

  test('is the same object when nothing changes', () => {
    const trie = set(set<string>(null, 1, 'a'), 'x', 'b');
    expect(set(trie, 1, 'a')).toBe(trie);
    expect(remove(trie, 2)).toBe(trie);
  });

  test('keeps keys with the same hash apart', () => {
    const [a, b] = TWINS;
    expect(a).not.toBe(b);
    const both = set(set<number>(null, a, 1), b, 2);
    expect([get(both, a), get(both, b)]).toEqual([1, 2]);
    expect(both).toEqual(set(set<number>(null, b, 2), a, 1));
    expect(remove(both, a)).toEqual(set<number>(null, b, 2));
  });

  test('gives addresses in ascending order, and numbers and texts are different keys', () => {
    let trie: Trie<boolean> = null;
    for (const one of [30, 2, 11, 1000]) trie = set(trie, one, true);
    expect(addressesIn(trie)).toEqual([2, 11, 30, 1000]);
    expect(has(trie, '2')).toBe(false);
  });

  test('is plain data', () => {
    const { trie } = built(Array.from({ length: 100 }, (_, i) => ({ kind: 'set' as const, key: `k${i}`, value: i })));
    expect(JSON.parse(JSON.stringify(trie))).toEqual(trie);
  });
});
