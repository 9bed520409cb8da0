/**
 * Keeps the recording of what is looked at in a file, while the session goes on. Beside the run that is played stands a retake of it, which
 * follows in small pieces of work and is written now and then, and at once when something was done or said; so that
 * whatever ends the session, a valid recording is left of nearly all that happened.
 */
import type { Plan } from '../../sim/index.ts';
import type { Cue } from '../../sim/recording/recorder.ts';
import type { HowEnded, Origin, Recording, Spot } from '../../sim/recording/recording.ts';
import { Retake } from '../../sim/recording/retake.ts';

/** A file that recordings go to. */
export interface RecordingTarget {
  /** Puts it in place of what was there. @throws Error that says what is in the way. */
  write(recording: Recording): void;
}

export interface KeeperOptions {
  readonly plan: Plan;
  readonly origin: Origin;
  /** As the user wrote it. */
  readonly path: string;
  readonly target: RecordingTarget;
}

/** So long may what happened be lost when the process is killed. */
const FLUSH_MS = 2_000;
/** Events between two looks at the clock. */
const PIECE = 64;
/** A run that broke did so within so many events: no more are handled without a note of how far it is. */
const BREAKS_WITHIN = 10_000;

export class Keeper {
  readonly path: string;
  /** Why it could not be written the last time; null if it could. */
  problem: string | null = null;
  private readonly options: KeeperOptions;
  private retake: Retake;
  /** The retake has come as far as what is in the file, at the least: to write it loses nothing. */
  private isAhead = true;
  private isChanged = false;
  /** Something was done or said that is not in the file. */
  private isUrgent = false;
  private aimed: { readonly cues: readonly Cue[]; readonly event: number } = { cues: [], event: 0 };
  private nextMs: number;

  /** Writes the file, to know at once if that cannot be done. @throws Error that says why. */
  constructor(options: KeeperOptions, nowMs: number) {
    this.options = options;
    this.path = options.path;
    this.retake = new Retake(options.plan, options.origin);
    this.nextMs = nowMs + FLUSH_MS;
    options.target.write(this.retake.recording('unfinished'));
  }

  /** What is to be recorded by now: a line up to its last event that was seen. */
  aim(cues: readonly Cue[], event: number): void {
    if (event === this.aimed.event && isSameList(cues, this.aimed.cues)) return;
    if (!isSameList(cues, this.aimed.cues)) this.isUrgent = true;
    this.isChanged = true;
    this.aimed = { cues, event };
    this.take(cues, { event, us: 0 });
  }

  get isBehind(): boolean {
    return !this.retake.isThere;
  }

  /** Follows the run until the budget is spent. */
  work(isSpent: () => boolean): void {
    while (this.isBehind && !isSpent()) this.retake.play(PIECE);
    if (!this.isBehind) this.isAhead = true;
  }

  /** After how many milliseconds there is something to write; null for nothing, or as long as the retake has not come up to it. */
  dueInMs(nowMs: number): number | null {
    if (!this.isChanged || !this.isAhead) return null;
    return this.isUrgent && !this.isBehind ? 1 : Math.max(1, this.nextMs - nowMs);
  }

  /** Writes if it is time to. */
  writeIfDue(nowMs: number): void {
    const isNow = nowMs >= this.nextMs || (this.isUrgent && !this.isBehind);
    if (!this.isChanged || !this.isAhead || !isNow) return;
    this.nextMs = nowMs + FLUSH_MS;
    // What could not be written is tried again, without hurry.
    this.isUrgent &&= this.isBehind;
    this.write(this.retake.recording('unfinished'));
    this.isChanged = this.isBehind || this.problem !== null;
  }

  /**
   * The last word: all of it, up to that place.
   * @throws SimulationError where the run breaks before that, Error where the file cannot be written.
   */
  finish(cues: readonly Cue[], until: Spot, how: HowEnded): Recording {
    this.take(cues, until);
    this.retake.play(Number.POSITIVE_INFINITY);
    const upToNow = this.retake.recording(how);
    const recording = how === 'broken' ? (this.retake.untilItBroke(BREAKS_WITHIN) ?? upToNow) : upToNow;
    this.options.target.write(recording);
    return recording;
  }

  private take(cues: readonly Cue[], until: Spot): void {
    if (this.retake.aim(cues, until)) return;
    this.retake = new Retake(this.options.plan, this.options.origin);
    this.retake.aim(cues, until);
    this.isAhead = false;
  }

  private write(recording: Recording): void {
    try {
      this.options.target.write(recording);
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }
}

function isSameList(a: readonly Cue[], b: readonly Cue[]): boolean {
  return a.length === b.length && a.every((cue, index) => isSame(cue, b[index]));
}

function isSame(a: Cue, b: Cue): boolean {
  if ('inject' in a) return 'inject' in b && a.inject === b.inject && a.event === b.event;
  return 'remark' in b && a.remark === b.remark && a.us === b.us;
}
