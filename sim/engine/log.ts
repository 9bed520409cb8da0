const SHIFT = 8;

/**
 * A list that grows at its end and changes now and then, of which many copies can be kept: what did not change between two copies they share,
 * in chunks of 256. So histories and series can be put back to any moment, also of another branch, without a copy of all of them for each.
 */
export class Log<T> {
  /** The list itself; read it, but let `push` and `set` change it. */
  readonly items: T[] = [];
  /** Copies of the chunks, null where one has changed since. */
  private chunks: (readonly T[] | null)[] = [];

  push(item: T): void {
    this.chunks[this.items.length >> SHIFT] = null;
    this.items.push(item);
  }

  set(index: number, item: T): void {
    this.chunks[index >> SHIFT] = null;
    this.items[index] = item;
  }

  snapshot(): LogState<T> {
    return this.chunks.map((known, i) => {
      const chunk = known ?? this.items.slice(i << SHIFT, (i + 1) << SHIFT);
      this.chunks[i] = chunk;
      return chunk;
    });
  }

  restore(state: LogState<T>): void {
    const { items } = this;
    state.forEach((chunk, i) => {
      if (this.chunks[i] === chunk) return;
      chunk.forEach((item, place) => {
        items[(i << SHIFT) + place] = item;
      });
    });
    const last = state.length - 1;
    items.length = last < 0 ? 0 : (last << SHIFT) + state[last].length;
    this.chunks = state.slice();
  }
}

/** A copy of a log, in chunks. */
export type LogState<T> = readonly (readonly T[])[];
