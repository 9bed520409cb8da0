/**
 * The recording of a run that somebody else plays and may go on with: it is played once more from its beginning, in pieces, towards an
 * aim that moves on. What was done and said since the last time is added to the list of cues; as long as that lies ahead, the
 * retake goes on from where it is. Where the list has changed behind it, another retake has to begin.
 */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import { Simulation } from '../engine/simulation.ts';
import type { Plan } from '../scenario/plan.ts';
import { type Cue, Recorder } from './recorder.ts';
import type { HowEnded, Origin, Recording, Spot } from './recording.ts';

export class Retake<P extends ProtocolTypes = ProtocolTypes> {
  private readonly recorder: Recorder<P>;
  private cues: readonly Cue[] = [];
  private until: Spot = { event: 0, us: 0 };
  /** So many cues are done. */
  private done = 0;
  /** Whether the clock stands after the last event, not at it. */
  private hasPassed = false;

  constructor(plan: Plan<P>, origin: Origin) {
    this.recorder = new Recorder(new Simulation(plan), origin);
  }

  /**
   * What is to be recorded by now. A place's `us` before the time of its event means that time.
   * @param cues in the order of the run, with event numbers, none after `until`.
   * @returns false if this retake has gone past it, and can't be it any more.
   */
  aim(cues: readonly Cue[], until: Spot): boolean {
    const next = cues[this.done] ?? until;
    const isSame = this.cues.slice(0, this.done).every((cue, index) => isSameCue(cue, cues[index]));
    if (!isSame || this.isPast(next)) return false;
    this.cues = cues;
    this.until = until;
    return true;
  }

  /** Whether all that it was given to aim at is recorded. */
  get isThere(): boolean {
    return this.done === this.cues.length && this.isAt(this.until);
  }

  /** Plays on towards the aim, about so many events at most. @throws SimulationError when a machine throws. */
  play(atMost: number): void {
    let left = atMost;
    while (!this.isThere) {
      left -= this.playTo(this.cues[this.done] ?? this.until, left);
      const cue = this.cues[this.done];
      if (cue === undefined || !this.isAt(cue)) return;
      this.perform(cue);
    }
  }

  /** The recording as far as this has come. */
  recording(how: HowEnded): Recording {
    return this.recorder.recording(how);
  }

  /**
   * The run broke in the next few events: the recording up to the event before, so that a replay can be led on into the defect.
   * Null if it breaks in none of them.
   */
  untilItBroke(within: number): Recording | null {
    try {
      this.recorder.play(Number.POSITIVE_INFINITY, within);
    } catch {
      return this.recorder.untilItBroke();
    }
    return null;
  }

  private playTo({ event, us }: Spot, atMost: number): number {
    const { recorder } = this;
    const { simulation } = recorder;
    let played = 0;
    while (simulation.events < event && played < atMost) {
      // A run that ends earlier than the one that it follows is another run.
      if (recorder.play(Number.POSITIVE_INFINITY, 1) === 0) throw new RangeError(`the run has no event ${event}`);
      this.hasPassed = false;
      played++;
    }
    if (simulation.events === event && this.mayPass(us)) {
      recorder.play(us);
      this.hasPassed = true;
    }
    return played;
  }

  private perform(cue: Cue): void {
    if ('inject' in cue) this.recorder.inject(cue.inject, cue.label);
    else this.recorder.bookmark(cue.remark);
    this.done++;
  }

  private isAt({ event, us }: Spot): boolean {
    return this.recorder.simulation.events >= event && !this.mayPass(us);
  }

  private isPast({ event, us }: Spot): boolean {
    const { simulation } = this.recorder;
    return event < simulation.events || (event === simulation.events && this.hasPassed && us < simulation.nowUs);
  }

  private mayPass(us: number): boolean {
    const { simulation } = this.recorder;
    return us > simulation.nowUs && simulation.nextEventUs > us;
  }
}

function isSameCue(a: Cue, b: Cue | undefined): boolean {
  if (b === undefined || a.event !== b.event || a.us !== b.us) return false;
  if ('inject' in a) return 'inject' in b && a.inject === b.inject;
  return 'remark' in b && a.remark === b.remark;
}
