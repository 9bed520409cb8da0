/** Holds what is played against its recording: a replay beside the run, never ahead of what was seen of it. */
import type { Plan } from '../../sim/index.ts';
import type { Recording } from '../../sim/recording/recording.ts';
import { type Divergence, Replay } from '../../sim/recording/replay.ts';
import { divergenceLines } from '../../sim/recording/tell.ts';

/** Events between two looks at the clock. */
const PIECE = 64;

export class Checker {
  readonly replay: Replay;
  private seen = 0;
  /** Whether all that was seen so far is checked. */
  private isDone = false;

  constructor(recording: Recording, plan: Plan) {
    this.replay = new Replay(recording, plan);
  }

  /** So far the recording's line was seen; Infinity for its end. */
  aim(event: number): void {
    if (event <= this.seen) return;
    this.seen = event;
    this.isDone = false;
  }

  get isBehind(): boolean {
    return !this.isDone && !this.replay.finished;
  }

  get divergence(): Divergence | null {
    return this.replay.divergence;
  }

  work(isSpent: () => boolean): void {
    while (this.isBehind && !isSpent()) {
      if (this.replay.play(PIECE, false, this.seen) < PIECE) this.isDone = true;
    }
  }

  /** Says where they part. @param engine the version of this program. */
  lines(engine: string): readonly string[] {
    const { divergence, recording, simulation } = this.replay;
    if (divergence === null) return [];
    const { plan, world } = simulation;
    return divergenceLines(divergence, recording, engine, { system: plan.system, world });
  }

  /** How many fingerprints the recording has. */
  get checks(): number {
    const { trail, moments } = this.replay.recording;
    return trail.checks.length + moments.length + 1;
  }
}
