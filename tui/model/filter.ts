/** Which lines of the log are shown: `node:n3 kind:loss,fault time-out`. */
import { ENTRY_KINDS, type Entry, type EntryKind } from '../run/recorder.ts';
import type { Texts } from '../run/texts.ts';

export interface Filter {
  /** Parts of names; any of them. */
  readonly nodes: readonly string[];
  /** Empty: all. */
  readonly kinds: readonly EntryKind[];
  /** All of these words, wherever in the line. */
  readonly words: readonly string[];
}

export const NO_FILTER: Filter = { nodes: [], kinds: [], words: [] };

export function isFiltering({ nodes, kinds, words }: Filter): boolean {
  return nodes.length + kinds.length + words.length > 0;
}

export function filterText({ nodes, kinds, words }: Filter): string {
  const said = [
    nodes.length === 0 ? '' : `node:${nodes.join(',')}`,
    kinds.length === 0 ? '' : `kind:${kinds.join(',')}`,
    ...words,
  ];
  return said.filter((part) => part !== '').join(' ');
}

/** The filter that a text says, or what is wrong with it. */
export function parseFilter(text: string): Filter | { readonly error: string } {
  const nodes: string[] = [];
  const kinds: EntryKind[] = [];
  const words: string[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    if (word.startsWith('node:')) nodes.push(...listed(word.slice(5)));
    else if (word.startsWith('kind:')) {
      for (const kind of listed(word.slice(5))) {
        const meant =
          ENTRY_KINDS.find((known) => known === kind) ?? ENTRY_KINDS.find((known) => known.startsWith(kind));
        if (meant === undefined) return { error: `no kind "${kind}"; there are ${ENTRY_KINDS.join(', ')}` };
        kinds.push(meant);
      }
    } else words.push(word);
  }
  return { nodes, kinds, words };
}

function listed(text: string): readonly string[] {
  return text.split(',').filter((each) => each !== '');
}

export function passes(filter: Filter, entry: Entry, texts: Texts): boolean {
  const { nodes, kinds, words } = filter;
  if (kinds.length > 0 && !kinds.includes(entry.kind)) return false;
  if (nodes.length > 0) {
    const names = [texts.name(entry.process), texts.name(entry.peer)];
    if (!nodes.some((node) => names.includes(node))) return false;
  }
  if (words.length === 0) return true;
  const line =
    `${texts.name(entry.process)} ${texts.name(entry.peer)} ${entry.kind} ${texts.entry(entry)}`.toLowerCase();
  return words.every((word) => line.includes(word.toLowerCase()));
}

/** The last entries that pass, oldest first, at most so many. */
export function lastPassing(filter: Filter, entries: readonly Entry[], texts: Texts, count: number): readonly Entry[] {
  if (!isFiltering(filter)) return count >= entries.length ? entries : entries.slice(entries.length - count);
  const found: Entry[] = [];
  for (let i = entries.length - 1; i >= 0 && found.length < count; i--) {
    if (passes(filter, entries[i], texts)) found.push(entries[i]);
  }
  return found.reverse();
}
