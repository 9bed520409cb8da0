/**
 * The checkpoints of one line, in order. They lie so far apart that making them takes a few percent of a run at full speed, and so close that going
 * back takes no longer than one notices; where there are too many, every other one is given up, so memory is bounded. A few more stand close
 * together where one has just gone back, so that the next steps back are cheap.
 */
import type { Checkpoint } from '../../sim/index.ts';
import { comparePositions, type Position } from './line.ts';

/** How many lie close together. */
const NEAR = 24;
/** At first, so much work lies between two of them. */
const FIRST_INTERVAL_MS = 50;
/** Making them may take a thirtieth of the time, but not at the price of more work than this between two. */
const WORK_FOR_COST = 30;
const LONGEST_FOR_COST_MS = 200;

export class Checkpoints {
  private kept: Checkpoint[] = [];
  private near: Checkpoint[] = [];
  private intervalMs = FIRST_INTERVAL_MS;
  private readonly most: number;
  /** Work done since the last one was kept, and what that one cost. */
  private workedMs = 0;
  private costMs = 0;

  /** @param weight what a checkpoint copies: processes and pending events. Of heavy ones fewer are kept: the collector goes through them again and again. */
  constructor(weight: number) {
    this.most = Math.min(200, Math.max(24, Math.floor(200_000 / Math.max(1, weight))));
  }

  /** Whether another one is due at that event, after so much more work. */
  isDue(event: number, workedMs: number): boolean {
    const last = this.kept.at(-1);
    if (last === undefined) return true;
    // What is executed once more was remembered the first time.
    if (event <= last.events) return false;
    this.workedMs += workedMs;
    return this.workedMs >= Math.max(this.intervalMs, Math.min(LONGEST_FOR_COST_MS, WORK_FOR_COST * this.costMs));
  }

  /** @param costMs how long it took to make. */
  keep(checkpoint: Checkpoint, costMs = 0): void {
    const last = this.kept.at(-1);
    if (last !== undefined && comparePositions(positionOf(checkpoint), positionOf(last)) <= 0) return;
    this.workedMs = 0;
    // One that took unusually long was held up by something else.
    this.costMs = this.costMs === 0 ? costMs : Math.min(costMs, 1.5 * this.costMs);
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
