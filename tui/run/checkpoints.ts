/**
 * The checkpoints of one line. They are made so far apart that it takes a few percent of a run at full speed, and so close that a step back takes no
 * longer than one notices. The latest are all there; of those of the whole line every other one is given up where there are too many, so memory is
 * bounded. Where one has just gone back, a few more stand close together, so that the next steps back are cheap.
 */
import type { Checkpoint } from '../../sim/index.ts';
import { comparePositions, type Position } from './line.ts';

/** How many lie close together. */
const NEAR = 24;
/** So much work lies between two of them. */
const FIRST_INTERVAL_MS = 25;
/** Making them may take a thirtieth of the time, but not at the price of more work than this between two. */
const WORK_FOR_COST = 30;
const LONGEST_FOR_COST_MS = 200;

export class Checkpoints {
  /** Through the whole line. */
  private kept: Checkpoint[] = [];
  /** The latest that were made, wherever they lie. */
  private near: Checkpoint[] = [];
  /** So much work lies between two of the whole line. */
  private intervalMs = FIRST_INTERVAL_MS;
  private readonly most: number;
  /** Work done since the last one was made, since the last that was kept for good, and what the last one cost. */
  private sinceMadeMs = 0;
  private sinceKeptMs = 0;
  private costMs = 0;

  /** @param weight what a checkpoint copies: processes and pending events. Of heavy ones fewer are kept: the collector goes through them again and again. */
  constructor(weight: number) {
    this.most = Math.min(200, Math.max(24, Math.floor(200_000 / Math.max(1, weight))));
  }

  /** Whether another one is due, after so much more work. */
  isDue(workedMs: number): boolean {
    this.sinceMadeMs += workedMs;
    this.sinceKeptMs += workedMs;
    const dearest = Math.min(Math.max(LONGEST_FOR_COST_MS, this.intervalMs), WORK_FOR_COST * this.costMs);
    return this.sinceMadeMs >= Math.max(FIRST_INTERVAL_MS, dearest);
  }

  /** @param costMs how long it took to make. */
  keep(checkpoint: Checkpoint, costMs = 0): void {
    this.sinceMadeMs = 0;
    // One that took unusually long was held up by something else.
    this.costMs = this.costMs === 0 ? costMs : Math.min(costMs, 1.5 * this.costMs);
    this.keepNear(checkpoint);
    const last = this.kept.at(-1);
    // What is executed once more was remembered the first time.
    if (last !== undefined && comparePositions(positionOf(checkpoint), positionOf(last)) <= 0) return;
    if (last !== undefined && this.sinceKeptMs < this.intervalMs) return;
    this.sinceKeptMs = 0;
    this.kept.push(checkpoint);
    if (this.kept.length <= this.most) return;
    this.intervalMs *= 2;
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
  }

  /** Keeps one beside the others, for the next steps back. */
  keepNear(checkpoint: Checkpoint): void {
    this.near.push(checkpoint);
    if (this.near.length > NEAR) this.near.shift();
  }

  /** The latest that is not after that moment and is accepted. */
  before(position: Position, accepts: (checkpoint: Checkpoint) => boolean = () => true): Checkpoint | null {
    const fits = (checkpoint: Checkpoint) =>
      comparePositions(positionOf(checkpoint), position) <= 0 && accepts(checkpoint);
    let best = this.kept.findLast(fits) ?? null;
    for (const each of this.near) {
      if (fits(each) && (best === null || comparePositions(positionOf(each), positionOf(best)) > 0)) best = each;
    }
    return best;
  }
}

export function positionOf(at: Checkpoint): Position {
  return { event: at.events, injections: at.injections.length };
}
