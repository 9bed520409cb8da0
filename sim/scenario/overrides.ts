/** `--set path=value`: the same as editing the file there. */
import { type Problems, shown } from './problem.ts';
import { childOf, listTree, type MapEntry, mapTree, type Spot, type Tree } from './tree.ts';
import { treeFromOverride } from './yaml.ts';

/** The tree with the overrides in place, in their order; those that cannot be applied become problems. */
export function withOverrides(root: Tree, overrides: readonly string[], problems: Problems): Tree {
  return overrides.reduce((tree, text) => withOverride(tree, text, problems), root);
}

function withOverride(root: Tree, text: string, problems: Problems): Tree {
  const equals = text.indexOf('=');
  const path = (equals < 0 ? text : text.slice(0, equals)).trim();
  const spot: Spot = { kind: 'option', option: `--set ${path}` };
  const keys = path.split('.').map((key) => key.trim());
  if (equals < 0 || keys.some((key) => key === '' || key === '__proto__')) {
    problems.at(spot, [], `"${text}"`, 'path=value, such as config.stabilize=2s or workload.0.lookup.rate=10/s');
    return root;
  }
  const value = treeFromOverride(text.slice(equals + 1), path, problems);
  return value === null ? root : (placed(root, keys, 0, value, spot, problems) ?? root);
}

/** The tree with `value` at the rest of the path, or null when there is no way to that place. */
function placed(
  tree: Tree | undefined,
  keys: readonly string[],
  depth: number,
  value: Tree,
  spot: Spot,
  problems: Problems,
): Tree | null {
  if (depth === keys.length) return value;
  const key = keys[depth];
  const below = (parent: Tree | undefined) =>
    placed(parent && childOf(parent, key), keys, depth + 1, value, spot, problems);
  // A key without a value (`faults:`) is as good as an absent one.
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) {
    const child = below(undefined);
    return child && mapTree(spot, new Map([[key, { keySpot: spot, tree: child }]]));
  }
  switch (tree.kind) {
    case 'scalar':
      problems.at(
        spot,
        keys.slice(0, depth),
        shown(tree.value),
        `a map or a list with "${key}" in it`,
        'set the whole of it',
      );
      return null;
    case 'list': {
      const index = /^\d{1,6}$/.test(key) ? Number(key) : -1;
      if (index < 0 || index > tree.items.length) {
        problems.at(spot, keys.slice(0, depth), `"${key}"`, `an index from 0 to ${tree.items.length} (which appends)`);
        return null;
      }
      const child = below(tree);
      return child && listTree(tree.spot, [...tree.items.slice(0, index), child, ...tree.items.slice(index + 1)]);
    }
    case 'map': {
      const child = below(tree);
      if (child === null) return null;
      const entry: MapEntry = { keySpot: tree.entries.get(key)?.keySpot ?? spot, tree: child };
      return mapTree(tree.spot, new Map([...tree.entries, [key, entry]]));
    }
  }
}
