/**
 * Recordings in a session: the one that is made of what is looked at, and the one that is played. Both are runs of their own beside the run that
 * is shown; they follow it in slices short enough that a key waits for none.
 */
import type { Plan } from '../../sim/index.ts';
import type { Lesson } from '../../sim/recording/lesson.ts';
import type { HowEnded, Origin, Recording } from '../../sim/recording/recording.ts';
import type { Clock } from '../run/clock.ts';
import type { Injection, Line } from '../run/line.ts';
import type { Player } from '../run/player.ts';
import { entryOf } from './action-entry.ts';
import { Checker } from './checker.ts';
import { type Bookmark, bookmarksOn, cuesOf, type Placed } from './cues.ts';
import { Keeper, type RecordingTarget } from './keeper.ts';

/** What a session has to do with recordings. */
export interface RecordingDesk {
  /** What of a recording is known before the run. */
  readonly origin: Origin;
  /** A file for recordings. @throws Error that says why it cannot be one. */
  open(path: string): RecordingTarget;
  /** Whether there is something at that place already. */
  exists(path: string): boolean;
  /** The file that the user wants this session in, from its beginning; null for none. */
  readonly record: string | null;
  /** What is played in place of a run of the scenario; null for that. */
  readonly replay: Replayed | null;
}

export interface Replayed {
  /** Its name, as the user wrote it. */
  readonly file: string;
  readonly recording: Recording;
  /** Null where it is only played. */
  readonly lesson: Lesson | null;
}

/** What happened beside the run. */
export type StudioNews =
  | { readonly kind: 'diverged'; readonly lines: readonly string[]; readonly event: number }
  /** All fingerprints of the recording fit. */
  | { readonly kind: 'agreed'; readonly checks: number }
  | { readonly kind: 'not written'; readonly why: string };

export interface StudioOptions {
  readonly plan: Plan;
  readonly player: Player;
  readonly clock: Clock;
  readonly bookmarks: () => readonly Placed[];
  /** Whether the run takes all the time that it gets. */
  readonly isBusy: () => boolean;
  readonly news: (news: StudioNews) => void;
  readonly fail: (error: unknown) => void;
}

/** So long may a slice take before keys are looked at. */
const SLICE_MS = 4;
/** Between two slices while the run goes on: a quarter of the time is for them. */
const BUSY_GAP_MS = 12;

export class Studio {
  readonly desk: RecordingDesk;
  /** Of the recording that is played: what was done in it. Null where none is played. */
  readonly line: Line | null;
  /** The bookmarks of the recording that is played, in its order. */
  readonly stops: readonly Bookmark[];
  private readonly options: StudioOptions;
  private readonly checker: Checker | null;
  private keeper: Keeper | null = null;
  /** Whether what came of the checks was told. */
  private isTold = false;
  private isOver = false;
  /** The next slice: when it is, and how to call it off. */
  private pending: { readonly atMs: number; readonly cancel: () => void } | null = null;

  /** @throws Error that says why the file that is wanted cannot be written. */
  constructor(desk: RecordingDesk, options: StudioOptions) {
    const { player, plan, clock } = options;
    this.desk = desk;
    this.options = options;
    const recording = desk.replay?.recording ?? null;
    this.checker = recording === null ? null : new Checker(recording, plan);
    const { injections, bookmarks } = recording === null ? NOTHING : momentsOf(recording, plan);
    const [trunk] = player.lines;
    this.stops = bookmarks;
    this.line = recording === null ? null : injections.length === 0 ? trunk : player.take('recording', injections);
    if (desk.record !== null) this.keeper = this.keeperOf(desk.record, clock.now());
  }

  get isRecording(): 'kept' | 'failing' | null {
    if (this.keeper === null) return null;
    return this.keeper.problem === null ? 'kept' : 'failing';
  }

  /** The file that is written; null for none. */
  get path(): string | null {
    return this.keeper?.path ?? null;
  }

  get differs(): boolean {
    return this.checker !== null && this.checker.divergence !== null;
  }

  /** The recording that is played, as far as it was checked. */
  get replay() {
    return this.checker?.replay ?? null;
  }

  /** A name for a recording of the line that is looked at: that of the file that is written, or one that is free. */
  freeName(scenarioFile: string): string {
    if (this.keeper !== null) return this.keeper.path;
    const { line } = this.options.player;
    const base = scenarioFile.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/, '');
    const name = line.id === 0 ? base : `${base}-${line.name.replaceAll(' ', '-')}`;
    for (let n = 1; ; n++) {
      const path = `${name}${n === 1 ? '' : `-${n}`}.recording`;
      if (!this.desk.exists(path)) return path;
    }
  }

  /**
   * From now on what is looked at is kept in that file, from the beginning of the run.
   * @param isConfirmed whether it may take the place of another file. @returns why it cannot be, or null.
   */
  record(path: string, isConfirmed: boolean): string | null {
    if (this.keeper?.path === path) return null;
    if (!isConfirmed && this.desk.exists(path)) return `${path} is there already; ⏎ once more writes over it`;
    try {
      const keeper = this.keeperOf(path, this.options.clock.now());
      this.finishRecording('stopped');
      this.keeper = keeper;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    this.tend();
    return null;
  }

  /** The run has moved, or something was done or said. */
  tend(): void {
    if (this.isOver) return;
    const { player, bookmarks } = this.options;
    if (this.line !== null) this.checker?.aim(player.frontierOf(this.line));
    if (this.keeper !== null) {
      const { line } = player;
      const seen = player.seenOf(line);
      this.keeper.aim(cuesOf(line, bookmarksOn(line, bookmarks()), seen), seen.event);
    }
    this.schedule();
  }

  /** Nobody goes on: the rest of the recording is checked too. */
  checkToTheEnd(): void {
    this.checker?.aim(Infinity);
    this.schedule();
  }

  /**
   * The session is over. What was seen is checked and written, up to the last event.
   * @returns the recording that was made, null for none. @throws Error where it cannot be written, or is not what was shown.
   */
  finish(how: HowEnded): Recording | null {
    if (this.isOver) return null;
    this.isOver = true;
    this.pending?.cancel();
    this.checker?.work(() => false);
    return this.finishRecording(how);
  }

  private finishRecording(how: HowEnded): Recording | null {
    if (this.keeper === null) return null;
    const { player, bookmarks } = this.options;
    const { line, simulation } = player;
    const seen = player.seenOf(line);
    const isWhole = how === 'stopped' && player.isSeenWhole(line);
    const cues = cuesOf(line, bookmarksOn(line, bookmarks()), seen);
    const recording = this.keeper.finish(cues, seen, isWhole ? 'complete' : how);
    const { ended } = recording;
    const isSameMoment = ended.event === simulation.events && line.injections.length === simulation.injections.length;
    if (isSameMoment && ended.fingerprint !== simulation.fingerprint) {
      throw new Error(
        `the recording comes to another run than was shown: ${ended.fingerprint} after event ${ended.event}, not ${simulation.fingerprint}`,
      );
    }
    return recording;
  }

  private keeperOf(path: string, nowMs: number): Keeper {
    const { origin } = this.desk;
    return new Keeper({ plan: this.options.plan, origin, path, target: this.desk.open(path) }, nowMs);
  }

  // --- Slices ---

  private schedule(): void {
    if (this.isOver) return;
    const { clock, isBusy } = this.options;
    const isBehind = this.keeper?.isBehind === true || this.checker?.isBehind === true;
    const waitMs = isBehind ? (isBusy() ? BUSY_GAP_MS : 1) : (this.keeper?.dueInMs(clock.now()) ?? null);
    const atMs = clock.now() + (waitMs ?? Infinity);
    if (waitMs === null || atMs >= (this.pending?.atMs ?? Infinity)) return;
    this.pending?.cancel();
    this.pending = { atMs, cancel: clock.after(waitMs, this.slice) };
  }

  private readonly slice = (): void => {
    this.pending = null;
    const { clock, fail } = this.options;
    const endMs = clock.now() + SLICE_MS;
    const isSpent = () => clock.now() >= endMs;
    try {
      this.checker?.work(isSpent);
      this.keeper?.work(isSpent);
      this.writeAndTell(clock.now());
    } catch (error) {
      this.isOver = true;
      fail(error);
      return;
    }
    this.schedule();
  };

  private writeAndTell(nowMs: number): void {
    const { news } = this.options;
    const { keeper, checker } = this;
    const before = keeper?.problem ?? null;
    keeper?.writeIfDue(nowMs);
    const why = keeper?.problem ?? null;
    if (why !== null && why !== before) news({ kind: 'not written', why });
    if (checker === null || this.isTold || !checker.replay.finished) return;
    this.isTold = true;
    const { divergence } = checker;
    if (divergence === null) news({ kind: 'agreed', checks: checker.checks });
    else news({ kind: 'diverged', lines: checker.lines(this.desk.origin.engine), event: divergence.differs });
  }
}

const NOTHING = { injections: [], bookmarks: [] };

/** What was done and said in a recording, as a line of the run has it. */
function momentsOf(
  { moments }: Recording,
  plan: Plan,
): { readonly injections: readonly Injection[]; readonly bookmarks: readonly Bookmark[] } {
  const injections: Injection[] = [];
  const bookmarks: Bookmark[] = [];
  for (const moment of moments) {
    const { event, us } = moment;
    if (moment.kind === 'injection') {
      const { action, label } = moment;
      injections.push({ afterEvent: event, atUs: us, action, label, entry: entryOf(action, plan.system) });
      continue;
    }
    const { title: label, note, ask, look } = moment;
    const place = { event, timeUs: us, injections: injections.length };
    bookmarks.push({ kind: 'bookmark', ...place, label, note, ask, look });
  }
  return { injections, bookmarks };
}
