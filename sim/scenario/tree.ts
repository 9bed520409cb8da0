/**
 * A scenario between its text and its meaning: plain values of which each still knows where it stands.
 * Trees are immutable; an alias shares the tree of its anchor.
 */

/** Where something stands: in the file (1-based), or in an option of the command (`--set config.stabilize`). */
export type Spot =
  | { readonly kind: 'file'; readonly line: number; readonly column: number }
  | { readonly kind: 'option'; readonly option: string };

export type Scalar = string | number | boolean | null;

export type Tree = ScalarTree | ListTree | MapTree;

interface TreeBase {
  readonly spot: Spot;
  /** How many nodes it has, those of aliases each time that they are used. */
  readonly size: number;
  /** How deep it nests; 1 for a scalar. */
  readonly height: number;
}

export interface ScalarTree extends TreeBase {
  readonly kind: 'scalar';
  readonly value: Scalar;
}

export interface ListTree extends TreeBase {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

export interface MapTree extends TreeBase {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  readonly keySpot: Spot;
  readonly tree: Tree;
}

export type Path = readonly PropertyKey[];

export function scalarTree(spot: Spot, value: Scalar): ScalarTree {
  return { kind: 'scalar', spot, value, size: 1, height: 1 };
}

export function listTree(spot: Spot, items: readonly Tree[]): ListTree {
  return { kind: 'list', spot, items, ...measured(items) };
}

export function mapTree(spot: Spot, entries: ReadonlyMap<string, MapEntry>): MapTree {
  return { kind: 'map', spot, entries, ...measured([...entries.values()].map((entry) => entry.tree)) };
}

function measured(children: readonly Tree[]): { readonly size: number; readonly height: number } {
  let size = 1;
  let height = 0;
  for (const child of children) {
    size += child.size;
    height = Math.max(height, child.height);
  }
  return { size, height: height + 1 };
}

/** The plain value, as JSON would have it. */
export function plainOf(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(plainOf);
    case 'map':
      return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plainOf(entry.tree)]));
  }
}

/** A tree of what stands in no file: its spots say nothing. */
export function plainTree(value: unknown): Tree {
  if (Array.isArray(value)) return listTree(NOWHERE, value.map(plainTree));
  if (typeof value !== 'object' || value === null) return scalarTree(NOWHERE, value as Scalar);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return mapTree(NOWHERE, new Map(entries.map(([key, entry]) => [key, { keySpot: NOWHERE, tree: plainTree(entry) }])));
}

const NOWHERE: Spot = { kind: 'option', option: 'the scenario' };

/** What stands below a key or an index, or undefined. */
export function childOf(tree: Tree, key: PropertyKey): Tree | undefined {
  if (tree.kind === 'list') return tree.items[Number(key)];
  if (tree.kind === 'map') return tree.entries.get(String(key))?.tree;
  return undefined;
}

/** The tree at a path, or undefined. */
export function treeAt(root: Tree, path: Path): Tree | undefined {
  let tree: Tree | undefined = root;
  for (const key of path) {
    if (tree === undefined) return undefined;
    tree = childOf(tree, key);
  }
  return tree;
}

/** Where the value at a path stands; if there is none, where the nearest thing around it does. */
export function spotOf(root: Tree, path: Path): Spot {
  let tree = root;
  for (const key of path) {
    const child = childOf(tree, key);
    if (child === undefined) break;
    tree = child;
  }
  return tree.spot;
}

/** Where the last key of a path stands; like `spotOf` if it is no key of a map. */
export function keySpotOf(root: Tree, path: Path): Spot {
  const parent = treeAt(root, path.slice(0, -1));
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry === undefined ? spotOf(root, path) : entry.keySpot;
}

/** `workload.0.lookup.rate`, as `--set` addresses it. */
export function pathText(path: Path): string {
  return path.map(String).join('.');
}
