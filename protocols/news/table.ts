/**
 * Tables of the database: rows by key, in order of keys, as immutable plain data. A row is put in or taken out by copying one
 * chunk of rows and the list of chunks; all else is shared with the table before. So a state that was kept costs little, saving is a
 * matter of a reference, and two tables are compared by looking only at the chunks that they don't share.
 */
export interface Table<Row> {
  readonly size: number;
  /** None is empty; keys ascend within a chunk and from each chunk to the next. */
  readonly chunks: readonly Chunk<Row>[];
}

export interface Chunk<Row> {
  readonly keys: readonly string[];
  readonly rows: readonly Row[];
}

/** A chunk with more rows is split, two neighbours with at most half as many in all are joined. */
const FULL = 32;

export const EMPTY_TABLE: Table<never> = { size: 0, chunks: [] };

export function get<Row>(table: Table<Row>, key: string): Row | undefined {
  const chunk = table.chunks[chunkFor(table, key)];
  if (chunk === undefined) return undefined;
  const index = lowerBound(chunk.keys, key);
  return chunk.keys[index] === key ? chunk.rows[index] : undefined;
}

export function has<Row>(table: Table<Row>, key: string): boolean {
  return get(table, key) !== undefined;
}

/** The table with this row at this key; the same table if it is there already. */
export function put<Row>(table: Table<Row>, key: string, row: Row): Table<Row> {
  const at = chunkFor(table, key);
  const chunk = table.chunks[at];
  if (chunk === undefined) return { size: 1, chunks: [{ keys: [key], rows: [row] }] };
  const index = lowerBound(chunk.keys, key);
  const replaces = chunk.keys[index] === key;
  if (replaces && chunk.rows[index] === row) return table;
  const keys = replaces ? chunk.keys : insertAt(chunk.keys, index, key);
  const rows = replaces ? replaceAt(chunk.rows, index, row) : insertAt(chunk.rows, index, row);
  const chunks = table.chunks.slice();
  chunks.splice(at, 1, ...split({ keys, rows }));
  return { size: table.size + (replaces ? 0 : 1), chunks };
}

/** The table without this key; the same table if it is not there. */
export function remove<Row>(table: Table<Row>, key: string): Table<Row> {
  const at = chunkFor(table, key);
  const chunk = table.chunks[at];
  if (chunk === undefined) return table;
  const index = lowerBound(chunk.keys, key);
  if (chunk.keys[index] !== key) return table;
  const rest = { keys: removeAt(chunk.keys, index), rows: removeAt(chunk.rows, index) };
  const chunks = table.chunks.slice();
  const next = chunks[at + 1];
  if (rest.keys.length === 0) chunks.splice(at, 1);
  else if (next !== undefined && rest.keys.length + next.keys.length <= FULL / 2) {
    chunks.splice(at, 2, { keys: [...rest.keys, ...next.keys], rows: [...rest.rows, ...next.rows] });
  } else chunks[at] = rest;
  return { size: table.size - 1, chunks };
}

/** The table without the keys that begin so; the same table if there are none. */
export function removePrefix<Row>(table: Table<Row>, prefix: string): Table<Row> {
  let rest = table;
  for (const key of keysWith(table, prefix)) rest = remove(rest, key);
  return rest;
}

/** Rows whose keys begin so, in order of keys. */
export function scan<Row>(table: Table<Row>, prefix = ''): Row[] {
  const found: Row[] = [];
  walk(table, prefix, (key, row) => {
    if (!key.startsWith(prefix)) return false;
    found.push(row);
    return true;
  });
  return found;
}

/** Rows whose keys begin so and are greater than `after`, in order of keys. */
export function scanAfter<Row>(table: Table<Row>, prefix: string, after: string): Row[] {
  const found: Row[] = [];
  walk(table, after, (key, row) => {
    if (!key.startsWith(prefix)) return key < prefix;
    if (key > after) found.push(row);
    return true;
  });
  return found;
}

export function keysWith<Row>(table: Table<Row>, prefix = ''): string[] {
  const found: string[] = [];
  walk(table, prefix, (key) => {
    if (!key.startsWith(prefix)) return false;
    found.push(key);
    return true;
  });
  return found;
}

/** What the keys begin with up to the separator, each once, in order: it costs a look for each, not for each row. */
export function groups<Row>(table: Table<Row>, separator: string): string[] {
  const found: string[] = [];
  let from = '';
  for (;;) {
    let key: string | null = null;
    walk(table, from, (first) => {
      key = first;
      return false;
    });
    if (key === null) return found;
    const group: string = (key as string).slice(0, (key as string).indexOf(separator));
    found.push(group);
    from = `${group}${separator}\uffff`;
  }
}

export interface Difference<Row> {
  readonly removed: readonly Row[];
  readonly added: readonly Row[];
}

/** What is in one table and not in the other; a row that was replaced is in both lists. It costs what changed, not what there is. */
export function difference<Row>(before: Table<Row>, after: Table<Row>): Difference<Row> {
  if (before === after) return { removed: [], added: [] };
  const old = before.chunks;
  const young = after.chunks;
  let head = 0;
  while (head < old.length && head < young.length && old[head] === young[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < young.length - head &&
    old[old.length - 1 - tail] === young[young.length - 1 - tail]
  )
    tail++;
  const gone = new Map<string, Row>();
  for (const { keys, rows } of old.slice(head, old.length - tail)) {
    for (let i = 0; i < keys.length; i++) gone.set(keys[i], rows[i]);
  }
  const added: Row[] = [];
  for (const { keys, rows } of young.slice(head, young.length - tail)) {
    for (let i = 0; i < keys.length; i++) {
      if (gone.get(keys[i]) === rows[i]) gone.delete(keys[i]);
      else added.push(rows[i]);
    }
  }
  return { removed: [...gone.values()], added };
}

/** Visits rows from the first key that is at least `from`, until told to stop. */
function walk<Row>(table: Table<Row>, from: string, visit: (key: string, row: Row) => boolean): void {
  for (let at = Math.max(0, chunkFor(table, from)); at < table.chunks.length; at++) {
    const { keys, rows } = table.chunks[at];
    for (let i = lowerBound(keys, from); i < keys.length; i++) {
      if (!visit(keys[i], rows[i])) return;
    }
  }
}

/** The last chunk that begins at or before the key, the first one if none does; 0 in an empty table. */
function chunkFor<Row>({ chunks }: Table<Row>, key: string): number {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (chunks[middle].keys[0] <= key) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The index of the first key that is not less. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function split<Row>(chunk: Chunk<Row>): Chunk<Row>[] {
  const { keys, rows } = chunk;
  if (keys.length <= FULL) return [chunk];
  const half = keys.length >> 1;
  return [
    { keys: keys.slice(0, half), rows: rows.slice(0, half) },
    { keys: keys.slice(half), rows: rows.slice(half) },
  ];
}

function insertAt<T>(items: readonly T[], index: number, item: T): T[] {
  return [...items.slice(0, index), item, ...items.slice(index)];
}

function removeAt<T>(items: readonly T[], index: number): T[] {
  return [...items.slice(0, index), ...items.slice(index + 1)];
}

function replaceAt<T>(items: readonly T[], index: number, item: T): T[] {
  const copy = items.slice();
  copy[index] = item;
  return copy;
}
