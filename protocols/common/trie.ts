/**
 * A persistent map in plain data: a hash trie, sixteen ways a level.
 *
 * A peer's index may hold thousands of entries, and a pure machine that copied it for every registration would do work
 * that grows with the index. Here an update copies the path to one leaf and shares the rest, so that old states stay as
 * they were at little cost, and two versions can be compared by walking only where they differ.
 *
 * The form is canonical: equal contents make equal tries, whatever the order of the updates, so states can be compared
 * and hashed. Iteration goes by the hash of the keys: the same in every run, but no order that means anything.
 */
export type Key = string | number;

/** Null is the empty map. */
export type Trie<V> = Leaf<V> | Branch<V> | null;

/** The entries of one 32-bit hash: one, save for the rare collision; then in the order of `comesBefore`. */
interface Leaf<V> {
  readonly hash: number;
  readonly entries: readonly (readonly [Key, V])[];
}

/** Children by the next four bits of the hash. Holds at least two entries, else it would be a leaf. */
interface Branch<V> {
  readonly children: readonly Trie<V>[];
}

const BITS = 4;
const WAYS = 16;
const NO_CHILDREN: readonly null[] = Array.from({ length: WAYS }, () => null);

/** The value under a key, or undefined. */
export function get<V>(trie: Trie<V>, key: Key): V | undefined {
  const hash = hashOf(key);
  let node = trie;
  for (let shift = 0; node !== null && 'children' in node; shift += BITS) node = node.children[slot(hash, shift)];
  if (node === null || node.hash !== hash) return undefined;
  for (const entry of node.entries) if (entry[0] === key) return entry[1];
  return undefined;
}

export function has<V>(trie: Trie<V>, key: Key): boolean {
  return get(trie, key) !== undefined;
}

/** The trie with this value under the key; the same object if that very value was there. */
export function set<V>(trie: Trie<V>, key: Key, value: V): Trie<V> {
  return put(trie, hashOf(key), 0, key, value);
}

/** The trie without the key; the same object if it was not there. */
export function remove<V>(trie: Trie<V>, key: Key): Trie<V> {
  return take(trie, hashOf(key), 0, key);
}

/** Calls `visit` for each entry, in the order of the hashes. */
export function forEach<V>(trie: Trie<V>, visit: (value: V, key: Key) => void): void {
  if (trie === null) return;
  if ('children' in trie) for (const child of trie.children) forEach(child, visit);
  else for (const [key, value] of trie.entries) visit(value, key);
}

/** All entries, in the order of the hashes. */
export function entriesOf<V>(trie: Trie<V>): (readonly [Key, V])[] {
  const entries: (readonly [Key, V])[] = [];
  forEach(trie, (value, key) => entries.push([key, value]));
  return entries;
}

/** How many entries there are. Walks them. */
export function sizeOf<V>(trie: Trie<V>): number {
  let size = 0;
  forEach(trie, () => {
    size += 1;
  });
  return size;
}

/** The numeric keys in ascending order. */
export function addressesIn<V>(trie: Trie<V>): number[] {
  const addresses: number[] = [];
  forEach(trie, (_, key) => addresses.push(Number(key)));
  return addresses.sort((a, b) => a - b);
}

/**
 * Calls `visit` for each key whose value is not the same object in both, undefined standing for "not there".
 * Costs what differs, not what is there, since versions of one trie share what did not change.
 */
export function forEachDifference<V>(
  before: Trie<V>,
  after: Trie<V>,
  visit: (key: Key, before: V | undefined, after: V | undefined) => void,
): void {
  if (before === after) return;
  if (before !== null && after !== null && 'children' in before && 'children' in after) {
    for (let i = 0; i < WAYS; i++) forEachDifference(before.children[i], after.children[i], visit);
    return;
  }
  const gone = new Map(entriesOf(before));
  forEach(after, (value, key) => {
    const was = gone.get(key);
    gone.delete(key);
    if (was !== value) visit(key, was, value);
  });
  for (const [key, was] of gone) visit(key, was, undefined);
}

function put<V>(node: Trie<V>, hash: number, shift: number, key: Key, value: V): Trie<V> {
  if (node === null) return { hash, entries: [[key, value]] };
  if ('children' in node) {
    const at = slot(hash, shift);
    const child = put(node.children[at], hash, shift + BITS, key, value);
    return child === node.children[at] ? node : { children: node.children.with(at, child) };
  }
  if (node.hash === hash) return putIntoLeaf(node, key, value);
  return put(branchOver(node, shift), hash, shift, key, value);
}

function putIntoLeaf<V>(leaf: Leaf<V>, key: Key, value: V): Leaf<V> {
  const at = leaf.entries.findIndex((entry) => entry[0] === key);
  if (at >= 0 && leaf.entries[at][1] === value) return leaf;
  const others = leaf.entries.filter((entry) => entry[0] !== key);
  const place = others.findIndex((entry) => comesBefore(key, entry[0]));
  return { hash: leaf.hash, entries: others.toSpliced(place < 0 ? others.length : place, 0, [key, value]) };
}

function take<V>(node: Trie<V>, hash: number, shift: number, key: Key): Trie<V> {
  if (node === null) return null;
  if (!('children' in node)) {
    const left = node.entries.filter((entry) => entry[0] !== key);
    if (left.length === node.entries.length) return node;
    return left.length === 0 ? null : { hash: node.hash, entries: left };
  }
  const at = slot(hash, shift);
  const child = take(node.children[at], hash, shift + BITS, key);
  return child === node.children[at] ? node : branchOrLeaf(node.children.with(at, child));
}

/** A branch with these children, or what is simpler and holds the same. */
function branchOrLeaf<V>(children: readonly Trie<V>[]): Trie<V> {
  let only: Trie<V> = null;
  for (const child of children) {
    if (child === null) continue;
    if (only !== null || 'children' in child) return { children };
    only = child;
  }
  return only;
}

function branchOver<V>(leaf: Leaf<V>, shift: number): Branch<V> {
  return { children: (NO_CHILDREN as readonly Trie<V>[]).with(slot(leaf.hash, shift), leaf) };
}

function slot(hash: number, shift: number): number {
  return (hash >>> shift) & (WAYS - 1);
}

function comesBefore(a: Key, b: Key): boolean {
  if (typeof a !== typeof b) return typeof a === 'number';
  return a < b;
}

/** FNV-1a over the characters of a text, or the number itself, then a mixer so that all bits matter. */
export function hashOf(key: Key): number {
  let hash = typeof key === 'number' ? key | 0 : 0x811c9dc5;
  if (typeof key === 'string') {
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
