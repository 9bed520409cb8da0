/**
 * Two runs side by side, event by event, up to the first at which their fingerprints differ. There both are at hand as they are: the last
 * event of each, its world, and what it was before.
 *
 * Playing them in turns, and not one after the other, makes no difference to runs that depend on their plan alone; those that share something
 * hidden (a counter of a module, a cache) part all the sooner.
 */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { ObservedEvent, Observer } from '../engine/observer.ts';
import { Simulation } from '../engine/simulation.ts';
import { TrailMaker } from '../recording/trail.ts';
import type { Plan } from '../scenario/plan.ts';

/** One of the two runs. */
export interface Side<P extends ProtocolTypes = ProtocolTypes> {
  readonly simulation: Simulation<P>;
  /** The events of its last step: one, and those of the processes that it started. */
  readonly last: readonly ObservedEvent[];
}

export interface LockstepOptions {
  /** Virtual time to stop at. */
  readonly untilUs?: number;
  /** Where runs are made otherwise than from a plan alone: with what was injected, say. */
  readonly make?: (plan: Plan, observer: Observer, side: 'left' | 'right') => Simulation;
}

export class Lockstep {
  readonly left: Side;
  readonly right: Side;
  /** The event number up to which both agree. */
  agreed = 0;
  /** Whether the fingerprints differ now. */
  parted = false;
  private over = false;
  private readonly untilUs: number;
  private readonly trail = new TrailMaker(CHECKS);

  constructor(left: Plan, right: Plan, { untilUs = Number.POSITIVE_INFINITY, make = plainly }: LockstepOptions = {}) {
    this.untilUs = untilUs;
    this.left = new OneSide(left, (plan, observer) => make(plan, observer, 'left'));
    this.right = new OneSide(right, (plan, observer) => make(plan, observer, 'right'));
    this.compare();
  }

  /** Whether there is nothing more to compare. */
  get finished(): boolean {
    return this.over || this.parted;
  }

  /** The left run's fingerprints along the way, to be held against a run elsewhere. */
  get checks() {
    return this.trail.trail;
  }

  /** Plays on, at most so many events of each. */
  play(atMost = Number.POSITIVE_INFINITY): void {
    for (let played = 0; played < atMost && !this.finished; played++) {
      const left = (this.left as OneSide).step(this.untilUs);
      const right = (this.right as OneSide).step(this.untilUs);
      if (left !== right) this.parted = true;
      else if (!left) this.over = true;
      else this.compare();
    }
  }

  private compare(): void {
    const { fingerprint, events } = this.left.simulation;
    if (events >= this.trail.next) this.trail.show(events, fingerprint);
    if (fingerprint === this.right.simulation.fingerprint && events === this.right.simulation.events)
      this.agreed = events;
    else this.parted = true;
  }
}

/** So many checks are a megabyte, and runs up to that length are compared event by event. */
export const CHECKS = 1 << 18;

function plainly(plan: Plan, observer: Observer): Simulation {
  return new Simulation(plan, { observer });
}

class OneSide implements Side {
  readonly simulation: Simulation;
  last: ObservedEvent[] = [];

  constructor(plan: Plan, make: (plan: Plan, observer: Observer) => Simulation) {
    this.simulation = make(plan, { event: (event) => this.last.push(event) });
  }

  /** False at the end. */
  step(untilUs: number): boolean {
    this.last = [];
    return this.simulation.runUntil(untilUs, 1) === 1;
  }
}
