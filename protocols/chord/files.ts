/** A peer's files as a sorted list: by key, then by name. Formulas, without messages. */
import type { SharedFile } from './values.ts';

export function comesBefore(a: SharedFile, b: SharedFile): boolean {
  return a.key === b.key ? a.name < b.name : a.key < b.key;
}

/** For sorting. */
export function byKey(a: SharedFile, b: SharedFile): number {
  if (a === b) return 0;
  return comesBefore(a, b) ? -1 : comesBefore(b, a) ? 1 : 0;
}

/** The position of the first file at or after this one. */
function place(store: readonly SharedFile[], key: number, name: string): number {
  let low = 0;
  let high = store.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const file = store[middle];
    if (file.key === key ? file.name < name : file.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function fileIn(store: readonly SharedFile[], key: number, name: string): SharedFile | null {
  const file = store[place(store, key, name)];
  return file !== undefined && file.name === name ? file : null;
}

/** The store with these files too; the same object if it had them all. */
export function withFiles(store: readonly SharedFile[], files: readonly SharedFile[]): readonly SharedFile[] {
  const added = files.filter((file) => fileIn(store, file.key, file.name) === null);
  if (added.length === 0) return store;
  return [...store, ...added].sort(byKey);
}

/** The store without those that `leave` picks; the same object if there are none. */
export function withoutFiles(
  store: readonly SharedFile[],
  leave: (file: SharedFile) => boolean,
): readonly SharedFile[] {
  const kept = store.filter((file) => !leave(file));
  return kept.length === store.length ? store : kept;
}

export function bytesOf(files: readonly SharedFile[]): number {
  let bytes = 0;
  for (const file of files) bytes += file.bytes;
  return bytes;
}
