/**
 * Fingerprints along the way, small enough for a file that people read: of the fingerprint after every so many events the last three
 * hexadecimal digits. One that differs is noticed at the next check with a probability of 4095 in 4096, else at the one after; and the
 * whole fingerprint at each moment and at the end leaves nothing to chance.
 *
 * Short runs have a check for each event, so that the event at which a replay parts is known exactly. In longer runs every second check is
 * left out whenever there are too many, and a stretch of events is known.
 */
export interface Trail {
  /** A check belongs to the first moment of rest at or after each multiple of this number of events; at least 1. */
  readonly every: number;
  /** Three hexadecimal digits each. */
  readonly checks: readonly string[];
}

export const NO_TRAIL: Trail = { every: 1, checks: [] };

/** 12 KiB of text. */
export const MOST_CHECKS = 4096;

export function checkOf(fingerprint: string): string {
  return fingerprint.slice(-3);
}

/** Collects a trail while a run goes on; only forward. */
export class TrailMaker {
  private every = 1;
  private checks: string[] = [];
  private readonly most: number;

  constructor(most = MOST_CHECKS) {
    this.most = most;
  }

  /** The event number at which it wants to be shown the run next. */
  get next(): number {
    return (this.checks.length + 1) * this.every;
  }

  /** Shows it the run at rest. An event that started processes counts for several, so one rest may stand for several checks. */
  show(events: number, fingerprint: string): void {
    while (this.next <= events) {
      this.checks.push(checkOf(fingerprint));
      if (this.checks.length < this.most) continue;
      this.checks = this.checks.filter((_, index) => index % 2 === 1);
      this.every *= 2;
    }
  }

  get trail(): Trail {
    return { every: this.every, checks: this.checks.slice() };
  }
}

/** Two runs, or a run and its recording, as far as they are known to agree, and where they do not. */
export interface Parting {
  /** The last event number at which both agreed. */
  readonly agreed: number;
  /** The first at which they do not. The first event that differs is after `agreed` and not after this. */
  readonly differs: number;
  readonly expected: string;
  readonly found: string;
}

/** Holds a run against a trail; only forward. */
export class TrailChecker {
  private readonly trail: Trail;
  private place = 0;
  private agreed = 0;

  constructor(trail: Trail) {
    this.trail = trail;
  }

  /** The event number at which it wants to be shown the run next; Infinity after the last check. */
  get next(): number {
    return this.place < this.trail.checks.length ? (this.place + 1) * this.trail.every : Number.POSITIVE_INFINITY;
  }

  /** The last event number at which the run is known to be right. */
  get agreedUntil(): number {
    return this.agreed;
  }

  /** Shows it the run at rest. @returns where it parts from the trail, or null. */
  show(events: number, fingerprint: string): Parting | null {
    const found = checkOf(fingerprint);
    while (this.next <= events) {
      const expected = this.trail.checks[this.place];
      if (expected !== found) return { agreed: this.agreed, differs: events, expected, found };
      this.place++;
      this.agreed = events;
    }
    return null;
  }

  /** The run was found right at that event number, by this trail or by a whole fingerprint. */
  agree(events: number): void {
    this.agreed = Math.max(this.agreed, events);
  }
}
