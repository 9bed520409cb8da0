import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bareHeapLoop } from './bare-heap.ts';

export type { Row } from './row.ts';

/** The bare loop that every rate is held against: this many pending events. */
export const BARE_PENDING = 10_000;
const BARE_STEPS = 1_000_000;

/** Heap operations (a take and a put back) of the bare loop, per second of processor time. */
export function bareRate(): number {
  return rateOf(() => {
    bareHeapLoop(BARE_PENDING, BARE_STEPS);
    return BARE_STEPS;
  });
}

/**
 * What `work` says it did, per second of processor time of the thread that did it: other processes on the machine take none of it, and neither does what V8
 * does on other cores meanwhile (compiling, marking).
 */
export function rateOf(work: () => number): number {
  const before = spentUs();
  const done = work();
  return (done * 1e6) / (spentUs() - before);
}

/** Processor time of this thread so far. */
export function spentUs(): number {
  // Node 20 knows only the whole process.
  const usage = process.threadCpuUsage === undefined ? process.cpuUsage() : process.threadCpuUsage();
  return usage.user + usage.system;
}

export interface Paired {
  /** Units of work per second, median. */
  readonly rate: number;
  /** The rate over that of the bare loop, timed right before and after it: median, least and greatest. */
  readonly ratio: number;
  readonly least: number;
  readonly greatest: number;
}

/** Times pieces of work in turn with the bare loop. The machine may be noisy: only ratios within a pair mean anything. */
export function paired(repetitions: number, work: () => number): Paired {
  const rates: number[] = [];
  const ratios: number[] = [];
  let bareBefore = bareRate();
  for (let i = 0; i < repetitions; i++) {
    const rate = rateOf(work);
    const bareAfter = bareRate();
    rates.push(rate);
    ratios.push(rate / ((bareBefore + bareAfter) / 2));
    bareBefore = bareAfter;
  }
  return { rate: median(rates), ratio: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Several ways of doing the same, in turn, so that all meet the same weather: what each costs, in microseconds of processor time.
 * @param works each does one piece of its way.
 * @returns by way, by round. The first round is not among them: it is compiled on the way.
 */
export function inTurn(rounds: number, works: readonly (() => void)[]): number[][] {
  const costs: number[][] = works.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, work] of works.entries()) {
      const before = spentUs();
      work();
      if (round > 0) costs[i].push(spentUs() - before);
    }
  }
  return costs;
}

/** What the first way costs beyond the second, as a part of the second: median over the rounds. */
export function extraCost(dearer: readonly number[], cheaper: readonly number[]): number {
  return median(dearer.map((cost, round) => cost / cheaper[round])) - 1;
}

/** The most memory that this process has had so far, in bytes. */
export function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Bytes that are reachable: the heap after a full collection, and array buffers. */
export function reachableBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
}
