// The index of supernodes and superpeers against a plain map from holders to their lists.

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { drop, EMPTY_INDEX, enter, type HolderIndex, holdersOf, itemsOf } from '../../protocols/common/holder-index.ts';
import { entriesOf } from '../../protocols/common/trie.ts';
import { frozen } from './runs.ts';

interface Thing {
  readonly key: string;
  readonly place: string;
}

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const holder = fc.integer({ min: 0, max: 6 });
const thing = fc.record({ key: fc.constantFrom(...KEYS), place: fc.constantFrom('x', 'y') });
const things = fc.uniqueArray(thing, { maxLength: 6, selector: ({ key, place }) => `${key}${place}` });
const command = fc.oneof(
  fc.record({ kind: fc.constant('enter' as const), holder, things }),
  fc.record({ kind: fc.constant('drop' as const), holder }),
);

describe('an index', () => {
  property.prop([fc.array(command, { maxLength: 60 })])('is what a map of the last lists says', (commands) => {
    let index: HolderIndex<Thing> = EMPTY_INDEX;
    const model = new Map<number, readonly Thing[]>();
    for (const one of commands) {
      if (one.kind === 'enter') {
        index = enter(frozen(index), one.holder, one.things);
        model.set(one.holder, one.things);
      } else {
        index = drop(frozen(index), one.holder);
        model.delete(one.holder);
      }
      for (const key of KEYS) {
        const wanted = [...model].flatMap(([who, list]) =>
          list.filter((item) => item.key === key).map((item) => `${who}/${item.place}`),
        );
        const held = holdersOf(index, key).map((one) => `${one.holder}/${one.item.place}`);
        expect(held.toSorted()).toEqual(wanted.toSorted());
      }
      for (let who = 0; who <= 6; who++) expect(itemsOf(index, who)).toEqual(model.get(who));
    }
    // Nothing is left behind: not even an empty list.
    expect(entriesOf(index.byKey).every(([, held]) => held.length > 0)).toBe(true);
    if (model.size === 0) expect(index).toEqual(EMPTY_INDEX);
  });

  test('names the one that has been there longest first, and a new list does not cost it its place', () => {
    const one = { key: 'a', place: 'x' };
    let index: HolderIndex<Thing> = enter(enter<Thing>(EMPTY_INDEX, 7, [one]), 3, [one]);
    index = enter(index, 7, [{ key: 'b', place: 'x' }, one]);
    expect(holdersOf(index, 'a').map((held) => held.holder)).toEqual([7, 3]);
    index = enter(enter(index, 7, []), 7, [one]);
    expect(holdersOf(index, 'a').map((held) => held.holder)).toEqual([3, 7]);
  });

  test('is the same object when a holder says the same again', () => {
    const index = enter<Thing>(EMPTY_INDEX, 1, [{ key: 'a', place: 'x' }]);
    expect(enter(index, 1, [{ key: 'a', place: 'x' }])).toBe(index);
    expect(drop(index, 2)).toBe(index);
  });
});
