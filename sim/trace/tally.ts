import type { EndLine, EventLine } from './lines.ts';

const NO_EFFECT: ReadonlySet<string> = new Set(['input', 'drop', 'verdict', 'action', 'property']);

/** Counts what the end of a trace states; the writer and the validator count alike. */
export class TraceTally {
  events = 0;
  private readonly counts = {
    events: new Counts(),
    effects: new Counts(),
    drops: new Counts(),
    verdicts: new Counts(),
  };

  take({ kind, follows }: EventLine): void {
    this.events++;
    this.counts.events.add(kind);
    for (const happening of follows) {
      if (happening.what === 'drop') this.counts.drops.add(happening.reason);
      else if (happening.what === 'verdict') this.counts.verdicts.add(happening.verdict);
      else if (!NO_EFFECT.has(happening.what)) this.counts.effects.add(happening.what);
    }
  }

  get all(): EndLine['counts'] {
    const { events, effects, drops, verdicts } = this.counts;
    return { events: events.sorted(), effects: effects.sorted(), drops: drops.sorted(), verdicts: verdicts.sorted() };
  }
}

class Counts {
  private readonly map = new Map<string, number>();

  add(name: string): void {
    this.map.set(name, (this.map.get(name) ?? 0) + 1);
  }

  sorted(): Record<string, number> {
    return Object.fromEntries([...this.map.keys()].sort().map((name) => [name, this.map.get(name) ?? 0]));
  }
}
