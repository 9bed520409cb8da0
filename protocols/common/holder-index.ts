/**
 * The index of a supernode or a superpeer: who holds what, looked up from both sides. A holder enters with its whole
 * list, which replaces the one it entered before, so that after each registration the index holds exactly what was
 * registered, and dropping a holder leaves nothing of it behind.
 */
import type { Address } from '../../sim/protocol.ts';
import { get, remove, set, type Trie } from './trie.ts';

/** Something that is looked up by its key. Further fields (a location, say) are handed back as they are. */
export interface Item {
  readonly key: string;
}

export interface Held<I extends Item> {
  readonly holder: Address;
  readonly item: I;
}

/** Invariant: `byKey` holds (holder, item) under the item's key exactly if `byHolder` holds the item under the holder. */
export interface HolderIndex<I extends Item> {
  readonly byHolder: Trie<readonly I[]>;
  /** For each key its holders, the one that has been there longest first. No key has an empty list. */
  readonly byKey: Trie<readonly Held<I>[]>;
}

export const EMPTY_INDEX: HolderIndex<never> = { byHolder: null, byKey: null };

/** Who holds the key, the one that has been there longest first. */
export function holdersOf<I extends Item>(index: HolderIndex<I>, key: string): readonly Held<I>[] {
  return get(index.byKey, key) ?? [];
}

/** What a holder entered with, or undefined if it is not there. */
export function itemsOf<I extends Item>(index: HolderIndex<I>, holder: Address): readonly I[] | undefined {
  return get(index.byHolder, holder);
}

/**
 * Enters a holder with its list, in place of any that it entered before. What stays keeps its place in the line of
 * holders. The same object if the list is the same.
 */
export function enter<I extends Item>(index: HolderIndex<I>, holder: Address, items: readonly I[]): HolderIndex<I> {
  const before = get(index.byHolder, holder);
  if (before !== undefined && sameList(before, items)) return index;
  let byKey = index.byKey;
  for (const item of before ?? []) if (!includes(items, item)) byKey = strike(byKey, holder, item);
  for (const item of items) if (!includes(before ?? [], item)) byKey = append(byKey, holder, item);
  return { byHolder: set(index.byHolder, holder, items), byKey };
}

/** Drops a holder and all that it entered; the same object if it is not there. */
export function drop<I extends Item>(index: HolderIndex<I>, holder: Address): HolderIndex<I> {
  const items = get(index.byHolder, holder);
  if (items === undefined) return index;
  let byKey = index.byKey;
  for (const item of items) byKey = strike(byKey, holder, item);
  return { byHolder: remove(index.byHolder, holder), byKey };
}

function append<I extends Item>(byKey: Trie<readonly Held<I>[]>, holder: Address, item: I): Trie<readonly Held<I>[]> {
  const held = get(byKey, item.key) ?? [];
  const there = held.some((one) => one.holder === holder && sameItem(one.item, item));
  return there ? byKey : set(byKey, item.key, [...held, { holder, item }]);
}

function strike<I extends Item>(byKey: Trie<readonly Held<I>[]>, holder: Address, item: I): Trie<readonly Held<I>[]> {
  const held = get(byKey, item.key) ?? [];
  const left = held.filter((one) => one.holder !== holder || !sameItem(one.item, item));
  return left.length === 0 ? remove(byKey, item.key) : set(byKey, item.key, left);
}

function sameList<I extends Item>(a: readonly I[], b: readonly I[]): boolean {
  return a.length === b.length && a.every((item, i) => sameItem(item, b[i]));
}

function includes<I extends Item>(items: readonly I[], item: I): boolean {
  return items.some((one) => sameItem(one, item));
}

/** Items are flat records: equal if their fields are. */
function sameItem<I extends Item>(a: I, b: I): boolean {
  if (a === b) return true;
  if (a.key !== b.key) return false;
  const names = Object.keys(a) as (keyof I)[];
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
