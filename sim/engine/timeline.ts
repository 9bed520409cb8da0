import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Simulation } from './simulation.ts';

/**
 * A run that one can move about in: it keeps checkpoints, and seeking back restores the one before and executes forward. Where one comes from
 * makes no difference: the same event number is the same moment, fingerprint included.
 *
 * Checkpoints are kept at a spacing that doubles whenever there are too many, so memory is bounded and a seek executes at most one spacing.
 *
 * An injection makes the future another one, and going back before it undoes it.
 */
export class Timeline<P extends ProtocolTypes = ProtocolTypes> {
  readonly simulation: Simulation<P>;
  private checkpoints: Checkpoint[] = [];
  private spacing: number;
  private readonly most: number;
  /** How many injections were done when the timeline last looked. */
  private injections: number;

  /** @param spacing events between checkpoints at first. @param most how many checkpoints are kept at the most; at least 2. */
  constructor(simulation: Simulation<P>, spacing = 256, most = 400) {
    this.simulation = simulation;
    this.spacing = spacing;
    this.most = most;
    this.checkpoints.push(simulation.snapshot());
    this.injections = simulation.injections.length;
  }

  /** The first event number that can be gone to: the one after the starts of time 0. */
  get firstEvent(): number {
    return this.checkpoints[0].events;
  }

  /** Plays on to this virtual time, at most so many events; returns how many there were. */
  playUntil(timeUs: number, atMost = Infinity): number {
    this.noticeInjections();
    const { simulation } = this;
    let played = 0;
    while (played < atMost) {
      const untilNext = this.nextCheckpointEvent() - simulation.events;
      const batch = Math.min(atMost - played, Math.max(untilNext, 1));
      const done = simulation.runUntil(timeUs, batch);
      played += done;
      // The clock now shows that time: no moment that an event number could name.
      if (done < batch) break;
      this.keepCheckpoint();
    }
    return played;
  }

  /** Goes to the moment right after that event, back or forth; to the nearest there is, beyond the ends. */
  seekEvent(event: number): void {
    this.noticeInjections();
    const { simulation } = this;
    // Back even from the event itself: time may have gone on since.
    if (event <= simulation.events) this.goBack((checkpoint) => checkpoint.events <= event);
    while (simulation.events < event && this.playUntil(Infinity, 1) === 1) {
      // One by one: one event may start many processes, each of which counts.
    }
  }

  /** Goes to that virtual time, after all events of it. */
  seekTime(timeUs: number): void {
    this.noticeInjections();
    // A checkpoint of that very time may lie before other events of it, which playing on then adds.
    if (timeUs < this.simulation.nowUs) this.goBack((checkpoint) => checkpoint.nowUs <= timeUs);
    this.playUntil(Math.max(timeUs, this.simulation.nowUs));
  }

  /** Forgets checkpoints after the present: the future is to be another one. */
  forgetFuture(): void {
    const { events, injections } = this.simulation;
    this.checkpoints = this.checkpoints.filter((checkpoint) => checkpoint.events <= events);
    this.injections = injections.length;
  }

  private noticeInjections(): void {
    if (this.simulation.injections.length !== this.injections) this.forgetFuture();
  }

  private goBack(wanted: (checkpoint: Checkpoint) => boolean): void {
    const checkpoint = this.checkpoints.findLast(wanted) ?? this.checkpoints[0];
    const done = checkpoint.injections.length;
    if (done < this.injections) this.checkpoints = this.checkpoints.filter((each) => each.injections.length <= done);
    this.injections = done;
    this.simulation.restore(checkpoint);
  }

  private nextCheckpointEvent(): number {
    return this.checkpoints[this.checkpoints.length - 1].events + this.spacing;
  }

  private keepCheckpoint(): void {
    if (this.simulation.events < this.nextCheckpointEvent()) return;
    this.checkpoints.push(this.simulation.snapshot());
    if (this.checkpoints.length <= this.most) return;
    this.spacing *= 2;
    const first = this.checkpoints[0];
    const kept = [first];
    for (const checkpoint of this.checkpoints) {
      if (checkpoint.events >= kept[kept.length - 1].events + this.spacing) kept.push(checkpoint);
    }
    this.checkpoints = kept;
  }
}
