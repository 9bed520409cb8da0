/** Who among the superpeers knows whom. Pure: a graph as a list of edges between indices 0 … n − 1, smaller index first. */
import type { Random } from '../../sim/protocol.ts';

export type Edge = readonly [number, number];

export type Shape = 'mesh' | 'ring' | 'line' | 'star' | 'random';

/**
 * The edges of a graph of that shape, in a fixed order.
 * @param degree of a random graph: its mean degree, from 2 (about a tree) up; the graph is connected whatever it is.
 */
export function edgesOf(shape: Shape, size: number, degree: number, random: Random): readonly Edge[] {
  switch (shape) {
    case 'mesh':
      return pairs(size);
    case 'ring':
      return size > 2 ? [...line(size), [0, size - 1]] : line(size);
    case 'line':
      return line(size);
    case 'star':
      return Array.from({ length: Math.max(0, size - 1) }, (_, i): Edge => [0, i + 1]);
    case 'random':
      return connected(size, degree, random);
  }
}

/** The neighbours of one in ascending order. */
export function neighboursOf(edges: readonly Edge[], index: number): number[] {
  const neighbours = edges.flatMap(([a, b]) => (a === index ? [b] : b === index ? [a] : []));
  return neighbours.sort((a, b) => a - b);
}

function line(size: number): Edge[] {
  return Array.from({ length: Math.max(0, size - 1) }, (_, i): Edge => [i, i + 1]);
}

function pairs(size: number): Edge[] {
  const edges: Edge[] = [];
  for (let a = 0; a < size; a++) for (let b = a + 1; b < size; b++) edges.push([a, b]);
  return edges;
}

/** A random tree (each vertex hangs on an earlier one), then edges drawn from what is left. */
function connected(size: number, degree: number, random: Random): readonly Edge[] {
  const edges: Edge[] = [];
  for (let vertex = 1; vertex < size; vertex++) edges.push([random.int(vertex), vertex]);
  const taken = new Set(edges.map(([a, b]) => `${a}-${b}`));
  const left = random.shuffle(pairs(size).filter(([a, b]) => !taken.has(`${a}-${b}`)));
  const wanted = Math.round((size * degree) / 2);
  return [...edges, ...left.slice(0, Math.max(0, wanted - edges.length))];
}
