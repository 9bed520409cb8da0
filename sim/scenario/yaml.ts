/**
 * YAML text into a tree with places. Stricter than YAML itself: one document, plain keys, no tags beyond the core
 * schema's, and bounds on size, depth and expanded aliases, so that no file can exhaust the machine.
 */
import { isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLError, type YAMLMap } from 'yaml';
import type { Problems } from './problem.ts';
import { listTree, type MapEntry, mapTree, type Path, type Scalar, type Spot, scalarTree, type Tree } from './tree.ts';

export const MAX_TEXT_LENGTH = 1_048_576;
export const MAX_NODES = 100_000;
export const MAX_DEPTH = 48;

/** Gives the place for an offset into the text. */
type Locate = (offset: number) => Spot;

/** @returns the tree, or null when problems were added. */
export function treeFromYaml(text: string, problems: Problems): Tree | null {
  if (text.length > MAX_TEXT_LENGTH) {
    problems.value([], null, `a scenario has at most 1 MiB of text, this one has ${text.length} characters`);
    return null;
  }
  return parsed(text, problems, locator(text));
}

/** Places by offset. The parser's own line counter misses line breaks within some quoted texts that are not closed. */
function locator(text: string): Locate {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { kind: 'file', line: low + 1, column: offset - starts[low] + 1 };
  };
}

/** The value of `--set path=value`, which stands nowhere but in the override. */
export function treeFromOverride(text: string, path: string, problems: Problems): Tree | null {
  const spot: Spot = { kind: 'option', option: `--set ${path}` };
  return parsed(text, problems, () => spot);
}

function parsed(text: string, problems: Problems, locate: Locate): Tree | null {
  const document = parseDocument(text, {
    prettyErrors: false,
    version: '1.2',
    schema: 'core',
    merge: false,
  });
  const complaints = [...document.errors, ...document.warnings];
  for (const error of complaints) problems.at(locate(error.pos[0]), [], null, complaint(error));
  if (complaints.length > 0) return null;
  const start = locate(0);
  if (document.contents === null) return scalarTree(start, null);
  const converter = new Converter(locate, problems);
  const tree = converter.tree(document.contents, [], start, 1);
  return converter.failed ? null : tree;
}

function complaint(error: YAMLError): string {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return TWICE;
    case 'MULTIPLE_DOCS':
      return 'a scenario is one YAML document, and here a second one begins';
    case 'RESOURCE_EXHAUSTION':
      return TOO_DEEP;
    default:
      return `not YAML: ${error.message}`;
  }
}

const TWICE = 'this key stands twice in one map';
const TOO_DEEP = `nested deeper than ${MAX_DEPTH} levels`;
const CORE_TAGS = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

class Converter {
  failed = false;
  private nodes = 0;
  /** What each anchor stands for; null while its own node is being converted. */
  private readonly anchors = new Map<string, Tree | null>();
  private readonly locate: Locate;
  private readonly problems: Problems;

  constructor(locate: Locate, problems: Problems) {
    this.locate = locate;
    this.problems = problems;
  }

  /** @param fallback the place of a node that has no text, as the value of a bare `key:`. */
  tree(node: unknown, path: Path, fallback: Spot, depth: number): Tree {
    const spot = this.spotOf(node, fallback);
    if (this.failed) return scalarTree(spot, null);
    if (depth > MAX_DEPTH) return this.refuse(spot, path, TOO_DEEP);
    if (isAlias(node)) return this.aliased(node.source, spot, path, depth);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined) this.anchors.set(anchor, null);
    const tree = this.plain(node, spot, path, depth);
    if (anchor !== undefined) this.anchors.set(anchor, tree);
    return tree;
  }

  private plain(node: unknown, spot: Spot, path: Path, depth: number): Tree {
    if (!this.count(1, spot, path)) return scalarTree(spot, null);
    const tag = (node as { tag?: string } | null)?.tag;
    if (tag !== undefined && !CORE_TAGS.has(tag))
      return this.refuse(spot, path, `the tag ${tag} means nothing in a scenario`);
    if (isMap(node)) return this.map(node, spot, path, depth);
    if (isSeq(node)) {
      return listTree(
        spot,
        node.items.map((item, index) => this.tree(item, [...path, index], spot, depth + 1)),
      );
    }
    if (node === null) return scalarTree(spot, null);
    const value: unknown = isScalar(node) ? node.value : undefined;
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') {
      return scalarTree(spot, value satisfies Scalar);
    }
    return this.refuse(spot, path, 'a scenario is made of maps, lists, texts, numbers, true and false');
  }

  private map(node: YAMLMap, spot: Spot, path: Path, depth: number): Tree {
    const entries = new Map<string, MapEntry>();
    for (const pair of node.items) {
      const keySpot = this.spotOf(pair.key, spot);
      const key = this.key(pair, keySpot, path);
      if (key === null) continue;
      // `8: a` and `"8": b` are different keys to YAML, and one to us.
      if (entries.has(key)) this.refuse(keySpot, [...path, key], TWICE);
      entries.set(key, { keySpot, tree: this.tree(pair.value, [...path, key], keySpot, depth + 1) });
    }
    return mapTree(spot, entries);
  }

  private key(pair: Pair, spot: Spot, path: Path): string | null {
    const key = isScalar(pair.key) ? pair.key.value : pair.key;
    if (typeof key === 'string' && key !== '__proto__') return key;
    if (typeof key === 'number' || typeof key === 'boolean') return String(key);
    this.refuse(spot, path, 'a key is a text or a number');
    return null;
  }

  private aliased(name: string, spot: Spot, path: Path, depth: number): Tree {
    const tree = this.anchors.get(name);
    if (tree === undefined) return this.refuse(spot, path, `nothing before is marked &${name}`);
    if (tree === null) return this.refuse(spot, path, `*${name} stands within what it is a name of`);
    if (depth + tree.height - 1 > MAX_DEPTH) return this.refuse(spot, path, TOO_DEEP);
    return this.count(tree.size, spot, path) ? { ...tree, spot } : scalarTree(spot, null);
  }

  private count(nodes: number, spot: Spot, path: Path): boolean {
    this.nodes += nodes;
    if (this.nodes <= MAX_NODES) return true;
    this.refuse(spot, path, `with its aliases expanded the scenario has more than ${MAX_NODES} values`);
    return false;
  }

  /** One complaint is enough here: what follows from it would only confuse. */
  private refuse(spot: Spot, path: Path, why: string): Tree {
    if (!this.failed) this.problems.at(spot, path, null, why);
    this.failed = true;
    return scalarTree(spot, null);
  }

  private spotOf(node: unknown, fallback: Spot): Spot {
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    return range === undefined || range === null ? fallback : this.locate(range[0]);
  }
}
