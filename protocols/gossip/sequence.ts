/**
 * A list that only grows, as an immutable value in plain data: a radix tree, thirty-two ways a level. To append or to
 * replace an element copies the path to it and shares the rest, so that a judge can remember every version of a run
 * of weeks without copying them all for each new one.
 */
const BITS = 5;
const WAYS = 1 << BITS;

/** `root` has leaves `levels` steps down; elements stand in order. */
export interface Sequence<T> {
  readonly length: number;
  readonly levels: number;
  readonly root: Node<T>;
}

type Node<T> = readonly T[] | readonly Node<T>[];

export const EMPTY_SEQUENCE: Sequence<never> = { length: 0, levels: 0, root: [] };

/** @param index from 0 to length − 1. */
export function at<T>({ levels, root }: Sequence<T>, index: number): T {
  let node = root;
  for (let level = levels; level > 0; level--) node = node[slot(index, level)] as Node<T>;
  return node[slot(index, 0)] as T;
}

/** The last element, or undefined. */
export function last<T>(sequence: Sequence<T>): T | undefined {
  return sequence.length === 0 ? undefined : at(sequence, sequence.length - 1);
}

export function append<T>({ length, levels, root }: Sequence<T>, element: T): Sequence<T> {
  const isFull = length === capacity(levels);
  const grown = isFull ? { levels: levels + 1, root: [root] as Node<T> } : { levels, root };
  return { length: length + 1, levels: grown.levels, root: put(grown.root, grown.levels, length, element) };
}

/** @param index from 0 to length − 1. */
export function replace<T>({ length, levels, root }: Sequence<T>, index: number, element: T): Sequence<T> {
  return { length, levels, root: put(root, levels, index, element) };
}

export function toArray<T>(sequence: Sequence<T>): readonly T[] {
  return Array.from({ length: sequence.length }, (_, index) => at(sequence, index));
}

function put<T>(node: Node<T>, level: number, index: number, element: T): Node<T> {
  const copy = node.slice() as unknown[];
  const place = slot(index, level);
  copy[place] = level === 0 ? element : put((node[place] as Node<T> | undefined) ?? [], level - 1, index, element);
  return copy as unknown as Node<T>;
}

function slot(index: number, level: number): number {
  return (index >>> (level * BITS)) & (WAYS - 1);
}

function capacity(levels: number): number {
  return 1 << ((levels + 1) * BITS);
}
