/** A plain value as a tree of lines, with what changed since another value marked. */

export interface TreeLine {
  readonly depth: number;
  /** `successors.0.id`. */
  readonly path: string;
  readonly name: string;
  /** Of a leaf, or a branch in short. */
  readonly value: string;
  /** Whether it has parts, and whether they are shown. */
  readonly branch: 'open' | 'shut' | null;
  /** It, or something in it, is not what it was. */
  readonly changed: boolean;
}

export interface TreeOptions {
  /** Paths of branches that are shown the other way than by default: by default the first level is open. */
  readonly toggled: readonly string[];
  /** What to compare with; undefined for nothing. */
  readonly before: unknown;
}

/** A map with more entries than this is only counted in a line. */
const MOST_IN_SHORT = 24;

/** Lists longer than this are cut. */
const MOST_PARTS = 200;

export function treeLines(value: unknown, options: TreeOptions): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  const compares = options.before !== undefined;
  const visit = (name: string, path: string, node: unknown, before: unknown, depth: number): void => {
    const parts = partsOf(node);
    const changed = compares && !sameValue(node, before);
    const isShut = options.toggled.includes(path) ? depth < 0 : depth >= 0;
    const branch = parts === null || parts.length === 0 ? null : isShut ? 'shut' : 'open';
    if (depth >= 0) lines.push({ depth, path, name, value: shortly(node), branch, changed });
    if (branch !== 'open' && depth >= 0) return;
    parts?.slice(0, MOST_PARTS).forEach(([key, part]) => {
      visit(key, path === '' ? key : `${path}.${key}`, part, partOf(before, key), depth + 1);
    });
    if (parts !== null && parts.length > MOST_PARTS) {
      const rest = `${parts.length - MOST_PARTS} more`;
      lines.push({ depth: depth + 1, path: `${path}.…`, name: '…', value: rest, branch: null, changed: false });
    }
  };
  visit('', '', value, options.before, -1);
  if (lines.length === 0) {
    const changed = compares && !sameValue(value, options.before);
    return [{ depth: 0, path: '', name: 'value', value: shortly(value), branch: null, changed }];
  }
  return lines;
}

export interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** What differs between two values, part by part, as deep as both have the same shape; at most so many. */
export function changesBetween(before: unknown, after: unknown, most = 12): readonly Change[] {
  const changes: Change[] = [];
  const visit = (a: unknown, b: unknown, path: string): void => {
    if (changes.length >= most || sameValue(a, b)) return;
    const [partsA, partsB] = [partsOf(a), partsOf(b)];
    const isList = Array.isArray(a) || Array.isArray(b);
    if (partsA === null || partsB === null || isList !== (Array.isArray(a) && Array.isArray(b))) {
      changes.push({ path, before: shortly(a), after: shortly(b) });
      return;
    }
    // A list that grew or shrank is read as a whole.
    if (isList && partsA.length !== partsB.length) {
      changes.push({ path, before: shortly(a), after: shortly(b) });
      return;
    }
    const keys = new Set([...partsA, ...partsB].map(([key]) => key));
    for (const key of keys) visit(partOf(a, key), partOf(b, key), path === '' ? key : `${path}.${key}`);
  };
  visit(before, after, '');
  return changes;
}

type Part = readonly [key: string, value: unknown];

function partsOf(value: unknown): readonly Part[] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map((part, index) => [String(index), part] as const);
  return tableParts(value) ?? Object.entries(value);
}

function partOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const table = tableParts(value);
  if (table !== null) return table.find(([name]) => name === key)?.[1];
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** A large map in a state is a hash trie of plain data (its leaves have entries, its branches sixteen children); one wants to see what is in it. */
interface TableLeaf {
  readonly hash: number;
  readonly entries: readonly (readonly [string | number, unknown])[];
}

interface TableBranch {
  readonly children: readonly (TableLeaf | TableBranch | null)[];
}

const known = new WeakMap<object, readonly Part[] | null>();

/** The entries of such a map, by key; null for what is none. */
function tableParts(value: object): readonly Part[] | null {
  let parts = known.get(value);
  if (parts === undefined) {
    parts = isTable(value)
      ? tableEntries(value)
          .sort(byKey)
          .map(([key, part]) => [String(key), part] as const)
      : null;
    known.set(value, parts);
  }
  return parts;
}

function isTable(value: object): value is TableLeaf | TableBranch {
  const keys = Object.keys(value);
  if (keys.length === 1 && 'children' in value) return Array.isArray(value.children) && value.children.length === 16;
  return keys.length === 2 && 'hash' in value && 'entries' in value && Array.isArray(value.entries);
}

function tableEntries(node: TableLeaf | TableBranch): (readonly [string | number, unknown])[] {
  if ('entries' in node) return [...node.entries];
  return node.children.flatMap((child) => (child === null ? [] : tableEntries(child)));
}

function byKey([a]: readonly [string | number, unknown], [b]: readonly [string | number, unknown]): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}

/** States share their parts, so most comparisons end at the first one. */
function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [partsA, partsB] = [partsOf(a), partsOf(b)];
  if (partsA === null || partsB === null) return Number.isNaN(a) && Number.isNaN(b);
  if (Array.isArray(a) !== Array.isArray(b) || partsA.length !== partsB.length) return false;
  return partsA.every(([key, part]) => sameValue(part, partOf(b, key)));
}

/** The value in one line, as short as it can be read. */
export function shortly(value: unknown, most = 160): string {
  const text = written(value, 3, most);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function written(value: unknown, depth: number, most: number): string {
  if (value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (depth === 0) return `[${value.length}]`;
    let text = '';
    for (let i = 0; i < value.length && text.length < most; i++) {
      text += `${i === 0 ? '' : ' '}${written(value[i], depth - 1, most)}`;
    }
    return `[${text}]`;
  }
  const entries = partsOf(value) ?? [];
  if (entries.length === 0) return '{}';
  if (depth === 0) return '{…}';
  if (entries.length > MOST_IN_SHORT) return `{${entries.length} entries}`;
  return `{${entries.map(([key, part]) => `${key} ${written(part, depth - 1, most)}`).join(', ')}}`;
}
