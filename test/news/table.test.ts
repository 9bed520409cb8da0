import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  difference,
  EMPTY_TABLE,
  get,
  groups,
  keysWith,
  put,
  remove,
  removePrefix,
  scan,
  scanAfter,
  type Table,
} from '../../protocols/news/table.ts';

const key = fc
  .tuple(fc.constantFrom('a', 'b', 'ba', 'c'), fc.nat({ max: 60 }))
  .map(([area, n]) => `${area}|${String(n).padStart(3, '0')}`);
const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), key, row: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('removePrefix' as const),
      key: fc.constantFrom('a|', 'b|00', 'ba|', 'x'),
    }),
  },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

function applied(table: Table<number>, command: Command): Table<number> {
  if (command.kind === 'put') return put(table, command.key, command.row);
  return command.kind === 'remove' ? remove(table, command.key) : removePrefix(table, command.key);
}

function applyToMap(map: Map<string, number>, command: Command): void {
  if (command.kind === 'put') map.set(command.key, command.row);
  else
    for (const name of [...map.keys()])
      if (command.kind === 'remove' ? name === command.key : name.startsWith(command.key)) map.delete(name);
}

const sorted = (map: Map<string, number>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

describe('a table', () => {
  test('is a map with its keys in order, whatever was put in and taken out', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 300 }), (commands) => {
        let table: Table<number> = EMPTY_TABLE;
        const map = new Map<string, number>();
        for (const one of commands) {
          table = applied(table, one);
          applyToMap(map, one);
        }
        const entries = sorted(map);
        expect(keysWith(table)).toEqual(entries.map(([name]) => name));
        expect(scan(table)).toEqual(entries.map(([, row]) => row));
        expect(table.size).toBe(map.size);
        expect(table.chunks.every(({ keys }) => keys.length > 0 && keys.length <= 32)).toBe(true);
        for (const [name, row] of entries) expect(get(table, name)).toBe(row);
        expect(scan(table, 'b|')).toEqual(entries.filter(([name]) => name.startsWith('b|')).map(([, row]) => row));
        expect(scanAfter(table, 'b|', 'b|030')).toEqual(
          entries.filter(([name]) => name.startsWith('b|') && name > 'b|030').map(([, row]) => row),
        );
        expect(groups(table, '|')).toEqual([...new Set(entries.map(([name]) => name.slice(0, name.indexOf('|'))))]);
      }),
      { numRuns: 150 },
    );
  });

  test('tells exactly what changed between two of its states', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 150 }), fc.array(command, { maxLength: 20 }), (first, then) => {
        const before = first.reduce(applied, EMPTY_TABLE as Table<number>);
        const after = then.reduce(applied, before);
        const { removed, added } = difference(before, after);
        const changed = (one: Table<number>, other: Table<number>) =>
          keysWith(one)
            .filter((name) => get(other, name) !== get(one, name))
            .map((name) => get(one, name)!);
        expect([...removed].sort()).toEqual(changed(before, after).sort());
        expect([...added].sort()).toEqual(changed(after, before).sort());
      }),
      { numRuns: 150 },
    );
  });

  test('shares what did not change, and is the same when nothing did', () => {
    let table: Table<number> = EMPTY_TABLE;
    for (let i = 0; i < 1000; i++) table = put(table, String(i).padStart(4, '0'), i);
    const after = put(table, '0500', -1);
    const fresh = after.chunks.filter((chunk) => !table.chunks.includes(chunk));
    expect(fresh).toHaveLength(1);
    expect(put(table, '0500', 500)).toBe(table);
    expect(remove(table, 'none')).toBe(table);
    expect(removePrefix(table, 'x')).toBe(table);
  });
});
