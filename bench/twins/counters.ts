/** In place of `sim/engine/counters.ts` where a benchmark asks what it costs: it counts nothing. */
import type { CountersState, KindTally, Counters as Real } from '../../sim/engine/counters.ts';

export { DROP_REASONS } from '../../sim/engine/counters.ts';

const SAME: KindTally = { kind: '', hash: 0, number: 0, sent: 0 };

/** A count that is always 0, however much is added. */
abstract class Deaf {
  get sent(): number {
    return 0;
  }
  set sent(_count: number) {}
  get duplicated(): number {
    return 0;
  }
  set duplicated(_count: number) {}
  get delivered(): number {
    return 0;
  }
  set delivered(_count: number) {}
  get dropped(): number {
    return 0;
  }
  set dropped(_count: number) {}
}

export class Counters extends Deaf implements Pick<Real, keyof Real> {
  retransmitted = 0;
  bytes = 0;
  readonly inFlight = 0;
  readonly droppedBy = { lost: 0, cut: 0, dead: 0, late: 0, nobody: 0, removed: 0, abandoned: 0 };

  tally(): KindTally {
    return SAME;
  }
  account(): number {
    return 0;
  }
  hashOf(): number {
    return 0;
  }
  drop(): void {}
  sentByKind(): Record<string, number> {
    return {};
  }
  snapshot(): CountersState {
    return { figures: [0, 0, 0, 0, 0, 0], droppedBy: this.droppedBy, sentByKind: {} };
  }
  restore(): void {}
}
