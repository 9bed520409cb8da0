import { describe, expect, it } from 'vitest';
import { set, type Trie } from '../../protocols/common/trie.ts';
import { changesBetween, shortly, treeLines } from '../../tui/panels/tree.ts';

/** As a person reads it: depth, name, value, and what can be opened or has changed. */
function lines(value: unknown, options: { toggled?: readonly string[]; before?: unknown } = {}): readonly string[] {
  return treeLines(value, { toggled: options.toggled ?? [], before: options.before }).map(
    ({ depth, name, value: text, branch, changed }) =>
      `${'  '.repeat(depth)}${branch === 'open' ? '▾ ' : branch === 'shut' ? '▸ ' : ''}${name} ${text}${changed ? ' Δ' : ''}`,
  );
}

const table = (...names: readonly string[]): Trie<number> =>
  names.reduce<Trie<number>>((trie, name, index) => set(trie, name, index), null);

describe('a state as a tree', () => {
  it('has its first level open, and opens what is toggled', () => {
    const state = { id: 7, peer: { id: 8, address: 1 }, list: [1, 2], none: [] };
    expect(lines(state)).toEqual(['id 7', '▸ peer {id 8, address 1}', '▸ list [1 2]', 'none []']);
    expect(lines(state, { toggled: ['peer'] })).toEqual([
      'id 7',
      '▾ peer {id 8, address 1}',
      '  id 8',
      '  address 1',
      '▸ list [1 2]',
      'none []',
    ]);
  });

  it('marks what is not what it was', () => {
    const before = { id: 7, peer: { id: 8 }, gone: 1 };
    expect(lines({ id: 7, peer: { id: 9 }, gone: 1 }, { before })).toEqual(['id 7', '▸ peer {id 9} Δ', 'gone 1']);
  });

  it('shows a value that has no parts', () => {
    expect(lines(5)).toEqual(['value 5']);
    expect(lines(null)).toEqual(['value null']);
  });

  it('shows a large map by its entries, not by how it is kept', () => {
    const trie = table('song', 'film', 'book');
    expect(lines({ index: trie }, { toggled: ['index'] })).toEqual([
      '▾ index {book 2, film 1, song 0}',
      '  book 2',
      '  film 1',
      '  song 0',
    ]);
    expect(shortly(table(...Array.from({ length: 40 }, (_, i) => `f${i}`)))).toBe('{40 entries}');
  });
});

describe('what an event changed', () => {
  it('is told part by part, as deep as both are alike', () => {
    const before = { value: 1, heard: { count: 2, from: 3 }, list: [1, 2] };
    const after = { value: 1, heard: { count: 3, from: 3 }, list: [1, 2, 3] };
    expect(changesBetween(before, after)).toEqual([
      { path: 'heard.count', before: '2', after: '3' },
      { path: 'list', before: '[1 2]', after: '[1 2 3]' },
    ]);
  });

  it('is nothing where nothing changed, and the whole where the shape did', () => {
    expect(changesBetween({ a: [1] }, { a: [1] })).toEqual([]);
    expect(changesBetween(null, { a: 1 })).toEqual([{ path: '', before: 'null', after: '{a 1}' }]);
  });

  it('names the entry of a large map', () => {
    const before = { index: table('song', 'film') };
    const after = { index: set(table('song', 'film'), 'book', 9) };
    expect(changesBetween(before, after)).toEqual([{ path: 'index.book', before: '–', after: '9' }]);
  });
});
