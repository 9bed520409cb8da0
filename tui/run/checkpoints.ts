/**
 * The checkpoints of one line, in order. They are kept at a spacing that doubles whenever there are too many, so memory is bounded
 * and going back executes at most one spacing; a few more stand close together where one has just gone back, so that the next steps
 * back are cheap.
 */
import type { Checkpoint } from '../../sim/index.ts';
import { comparePositions, type Position } from './line.ts';

/** How many lie close together. */
const NEAR = 24;

export class Checkpoints {
  private kept: Checkpoint[] = [];
  private near: Checkpoint[] = [];
  private spacing: number;
  private readonly most: number;

  /** @param weight what a checkpoint copies: processes and pending events. Heavy ones are kept further apart, and fewer. */
  constructor(weight: number) {
    this.spacing = Math.min(16_384, Math.max(128, weight >> 1));
    this.most = Math.min(400, Math.max(16, Math.floor(4_000_000 / Math.max(1, weight))));
  }

  /** The event after which the next one is due. */
  get dueAt(): number {
    const last = this.kept.at(-1);
    return last === undefined ? 0 : last.events + this.spacing;
  }

  keep(checkpoint: Checkpoint): void {
    const last = this.kept.at(-1);
    if (last !== undefined && comparePositions(positionOf(checkpoint), positionOf(last)) <= 0) return;
    this.kept.push(checkpoint);
    if (this.kept.length <= this.most) return;
    this.spacing *= 2;
    const thinned = [this.kept[0]];
    for (const each of this.kept)
      if (each.events >= thinned[thinned.length - 1].events + this.spacing) thinned.push(each);
    this.kept = thinned;
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
    const far = this.kept.findLast(fits) ?? null;
    let best = far;
    for (const each of this.near) if (fits(each) && (best === null || each.events > best.events)) best = each;
    return best;
  }
}

export function positionOf(at: Checkpoint): Position {
  return { event: at.events, injections: at.injections.length };
}
