import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Simulation } from './simulation.ts';

/**
 * A run that one can move about in: it keeps checkpoints, and seeking back restores the one before and executes forward. Where one comes from
 * makes no difference: the same event number is the same moment, fingerprint included.
 *
 * Checkpoints are kept at a spacing that doubles whenever there are too many, so memory is bounded and a seek executes at most one spacing.
 */
export class Timeline<P extends ProtocolTypes = ProtocolTypes> {
  readonly simulation: Simulation<P>;
  private checkpoints: Checkpoint[] = [];
  private spacing: number;
  private readonly most: number;

  /** @param spacing events between checkpoints at first. @param most how many checkpoints are kept at the most; at least 2. */
  constructor(simulation: Simulation<P>, spacing = 256, most = 400) {
    this.simulation = simulation;
    this.spacing = spacing;
    this.most = most;
    this.checkpoints.push(simulation.snapshot());
  }

  /** The first event number that can be gone to: the one after the starts of time 0. */
  get firstEvent(): number {
    return this.checkpoints[0].events;
  }

  /** Plays on to this virtual time, at most so many events; returns how many there were. */
  playUntil(timeUs: number, atMost = Infinity): number {
    const { simulation } = this;
    let played = 0;
    while (played < atMost) {
      const untilNext = this.nextCheckpointEvent() - simulation.events;
      const batch = Math.min(atMost - played, Math.max(untilNext, 1));
      const done = simulation.runUntil(timeUs, batch);
      played += done;
      this.keepCheckpoint();
      if (done < batch) break;
    }
    return played;
  }

  /** Goes to the moment right after that event, back or forth; to the nearest there is, beyond the ends. */
  seekEvent(event: number): void {
    const { simulation } = this;
    if (event < simulation.events) simulation.restore(this.before((checkpoint) => checkpoint.events <= event));
    if (event > simulation.events) this.playUntil(Infinity, event - simulation.events);
  }

  /** Goes to that virtual time, after all events of it. */
  seekTime(timeUs: number): void {
    const { simulation } = this;
    // A checkpoint of that very time may lie before other events of it, which playing on then adds.
    if (timeUs < simulation.nowUs) simulation.restore(this.before((checkpoint) => checkpoint.nowUs <= timeUs));
    this.playUntil(timeUs);
  }

  /** Forgets checkpoints after the present: the future is to be another one. */
  forgetFuture(): void {
    this.checkpoints = this.checkpoints.filter((checkpoint) => checkpoint.events <= this.simulation.events);
    // The present itself may since have been changed by an injection.
    const last = this.checkpoints[this.checkpoints.length - 1];
    if (last.events === this.simulation.events && this.checkpoints.length > 1) this.checkpoints.pop();
  }

  private before(wanted: (checkpoint: Checkpoint) => boolean): Checkpoint {
    return this.checkpoints.findLast(wanted) ?? this.checkpoints[0];
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
