/** `npm run bench -- scaling`: what a message of the Chord workload costs with more and more nodes. */
import type { Outcome } from './row.ts';

const BAR_COLUMNS = 40;
/** Parts of a block of the bar, from an eighth to the whole. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/**
 * @param measured by number of nodes, from few to many.
 * @returns a line each: the cost, what it would be if it grew like log N from the first, and a bar.
 */
export function scalingLines(measured: readonly { readonly nodes: number; readonly outcome: Outcome }[]): string[] {
  const known = measured.flatMap(({ nodes, outcome }) =>
    outcome.nsEach === undefined ? [] : [{ nodes, ns: outcome.nsEach, figure: outcome.figure }],
  );
  if (known.length === 0) return [];
  const [first] = known;
  const longest = Math.max(...known.map(({ ns }) => ns));
  const head = `${'nodes'.padStart(9)} ${'of bare'.padStart(8)} ${'ns a message'.padStart(13)} ${'like log N'.padStart(11)}`;
  const lines = known.map(({ nodes, ns, figure }) => {
    const likeLog = (first.ns * Math.log(nodes)) / Math.log(first.nodes);
    const numbers = [
      nodes.toLocaleString('en').padStart(9),
      figure.padStart(8),
      ns.toFixed(0).padStart(13),
      likeLog.toFixed(0).padStart(11),
    ];
    return `${numbers.join(' ')}  ${bar(ns / longest)}`;
  });
  return [head, ...lines];
}

function bar(part: number): string {
  const eighths = Math.round(part * BAR_COLUMNS * 8);
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7];
}
