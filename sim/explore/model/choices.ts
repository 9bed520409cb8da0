/**
 * Chance as choice: a machine that draws a number takes every value that it may draw, one after the other, by being run again with another list of
 * choices. Machines are pure, so running one again is harmless. Waiting times make no difference where time stands still, so they have one value.
 */
import type { Random } from '../../random/random.ts';

/** More values than this of one draw are not gone through, nor more ways of one step in all; the search then says so. */
export const MOST_VALUES = 24;
const MOST_WAYS = 5_000;

export class Choices implements Random {
  /** Whether some values were left out. */
  truncated = false;
  private readonly picked: readonly number[];
  private readonly sizes: number[] = [];

  /** @param picked what to draw at the first draws; 0 at all after them. */
  constructor(picked: readonly number[]) {
    this.picked = picked;
  }

  /** The next list of choices in order, or null after the last. */
  get following(): readonly number[] | null {
    const now = this.sizes.map((_, index) => this.picked[index] ?? 0);
    for (let place = now.length - 1; place >= 0; place--) {
      if (now[place] + 1 < this.sizes[place]) return [...now.slice(0, place), now[place] + 1];
    }
    return null;
  }

  int(n: number): number {
    const size = Math.min(n, MOST_VALUES);
    if (size < n) this.truncated = true;
    const choice = this.picked[this.sizes.length] ?? 0;
    this.sizes.push(size);
    return choice;
  }

  chance(probability: number): boolean {
    if (probability <= 0) return false;
    if (probability >= 1) return true;
    return this.int(2) === 1;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.int(items.length)];
  }

  shuffle<T>(items: readonly T[]): T[] {
    const rest = items.slice();
    const shuffled: T[] = [];
    while (rest.length > 0) shuffled.push(...rest.splice(rest.length === 1 ? 0 : this.int(rest.length), 1));
    return shuffled;
  }

  double(): number {
    return 0.5;
  }

  uniform(low: number, high: number): number {
    return (low + high) / 2;
  }

  exponential(mean: number): number {
    return mean;
  }

  normal(mean: number): number {
    return mean;
  }

  sampleUs(): number {
    return 1;
  }
}

/** What comes of an act for each way that chance can go. */
export function everyChoice<T>(act: (random: Choices) => T): {
  readonly results: readonly T[];
  readonly truncated: boolean;
} {
  const results: T[] = [];
  let truncated = false;
  for (let picked: readonly number[] | null = []; picked !== null; ) {
    const choices = new Choices(picked);
    results.push(act(choices));
    truncated ||= choices.truncated;
    picked = choices.following;
    if (results.length >= MOST_WAYS && picked !== null) return { results, truncated: true };
  }
  return { results, truncated };
}
