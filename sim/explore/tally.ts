/** What a hunt has found: by key, the first seed and how often. The same whatever the order in which seeds are done. */
import type { Failure } from './failure.ts';

/** What one seed came to. */
export interface SeedResult {
  readonly seed: number;
  readonly failures: readonly Failure[];
  readonly events: number;
  readonly cutShort: boolean;
}

export interface Finding {
  readonly key: string;
  /** As it was with the first seed. */
  readonly failure: Failure;
  readonly firstSeed: number;
  readonly times: number;
}

export class Tally {
  seeds = 0;
  events = 0;
  cutShort = 0;
  private readonly byKey = new Map<string, Finding>();

  add({ seed, failures, events, cutShort }: SeedResult): void {
    this.seeds++;
    this.events += events;
    if (cutShort) this.cutShort++;
    for (const failure of failures) {
      const known = this.byKey.get(failure.key);
      const isFirst = known === undefined || seed < known.firstSeed;
      this.byKey.set(failure.key, {
        key: failure.key,
        failure: isFirst ? failure : known.failure,
        firstSeed: isFirst ? seed : known.firstSeed,
        times: (known?.times ?? 0) + 1,
      });
    }
  }

  /** In the order of their first seeds. */
  get findings(): readonly Finding[] {
    return [...this.byKey.values()].sort((a, b) => a.firstSeed - b.firstSeed || (a.key < b.key ? -1 : 1));
  }

  get times(): number {
    return this.findings.reduce((sum, finding) => sum + finding.times, 0);
  }
}
