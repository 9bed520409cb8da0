/**
 * Two runs side by side, event by event, up to the first at which their fingerprints differ. There both are at hand as they are: the last
 * event of each, its world, and what it was before.
 *
 * Playing them in turns, and not one after the other, makes no difference to runs that depend on their plan alone; those that share something
 * hidden (a counter of a module, a cache) part all the sooner.
 */
import type { Effect } from '../contract/effect.ts';
import type { Address } from '../contract/protocol-types.ts';
import type { ObservedEvent, Observer } from '../engine/observer.ts';
import { Simulation } from '../engine/simulation.ts';
import type { Recording } from '../recording/recording.ts';
import { Replay } from '../recording/replay.ts';
import { type Trail, TrailMaker } from '../recording/trail.ts';
import type { Plan } from '../scenario/plan.ts';

/** A run that can be led from event to event: a plan alone, or with what a presenter did to it. */
export interface Playable {
  readonly simulation: Simulation;
  /** Handles the next event up to that time; false if there is none. */
  step(untilUs: number): boolean;
}

export type MakePlayable = (observer: Observer) => Playable;

export function ofPlan(plan: Plan): MakePlayable {
  return (observer) => {
    const simulation = new Simulation(plan, { observer });
    return { simulation, step: (untilUs) => simulation.runUntil(untilUs, 1) === 1 };
  };
}

/** The recorded session: its injections at their places, and no further than it was recorded. */
export function ofRecording(recording: Recording, plan: Plan): MakePlayable {
  return (observer) => {
    const replay = new Replay(recording, plan, observer);
    return { simulation: replay.simulation, step: () => replay.play(1) === 1 };
  };
}

/** One of the two runs. */
export interface Side {
  readonly simulation: Simulation;
  /** The events of its last step: one, and those of the processes that it started. */
  readonly last: readonly ObservedEvent[];
  /** What processes did in it. */
  readonly effects: readonly { readonly process: Address; readonly effect: Effect }[];
}

export class Lockstep {
  /** The event number up to which both agree. */
  agreed = 0;
  /** Whether the fingerprints differ now. */
  parted = false;
  private readonly sides: readonly [OneSide, OneSide];
  private over = false;
  private readonly untilUs: number;
  private readonly trail = new TrailMaker(CHECKS);

  /** @param untilUs virtual time to stop at. */
  constructor(left: MakePlayable, right: MakePlayable, untilUs = Number.POSITIVE_INFINITY) {
    this.untilUs = untilUs;
    this.sides = [new OneSide(left), new OneSide(right)];
    this.compare();
  }

  get left(): Side {
    return this.sides[0];
  }

  get right(): Side {
    return this.sides[1];
  }

  /** Whether there is nothing more to compare. */
  get finished(): boolean {
    return this.over || this.parted;
  }

  /** The left run's fingerprints along the way, to be held against a run elsewhere. */
  get checks(): Trail {
    return this.trail.trail;
  }

  /** Plays on, at most so many events of each. */
  play(atMost = Number.POSITIVE_INFINITY): void {
    const [left, right] = this.sides;
    for (let played = 0; played < atMost && !this.finished; played++) {
      const went = left.step(this.untilUs);
      if (went !== right.step(this.untilUs)) this.parted = true;
      else {
        this.over = !went;
        this.compare();
      }
    }
  }

  private compare(): void {
    const [left, right] = this.sides;
    const { fingerprint, events } = left.simulation;
    if (events >= this.trail.next) this.trail.show(events, fingerprint);
    if (fingerprint === right.simulation.fingerprint && events === right.simulation.events) this.agreed = events;
    else this.parted = true;
  }
}

/** So many checks are a megabyte, and runs up to that length are compared event by event. */
export const CHECKS = 1 << 18;

class OneSide implements Side {
  readonly simulation: Simulation;
  last: ObservedEvent[] = [];
  effects: { process: Address; effect: Effect }[] = [];
  private readonly playable: Playable;

  constructor(make: MakePlayable) {
    this.playable = make({
      event: (event) => this.last.push(event),
      effect: (process, effect) => this.effects.push({ process, effect }),
    });
    this.simulation = this.playable.simulation;
  }

  step(untilUs: number): boolean {
    this.last = [];
    this.effects = [];
    return this.playable.step(untilUs);
  }
}
