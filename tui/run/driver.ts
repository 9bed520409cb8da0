/**
 * From the clock on the wall to virtual time. It plays the run in slices short enough that a key waits for none, asks for a frame at a
 * fixed rate whatever the rate of events, and does nothing at all while nothing moves.
 */
import type { Clock } from './clock.ts';
import { comparePositions, type Line } from './line.ts';
import type { Marker } from './marker.ts';
import type { Player } from './player.ts';
import type { Speed } from './speed.ts';

export interface Pace {
  readonly playing: boolean;
  /** 1 is forward, −1 back. */
  readonly direction: 1 | -1;
  readonly speed: Speed;
}

/** What the driver tells of its own accord. */
export type Report =
  /** It reached the end (or, going back, the beginning) and stands. */
  | { readonly kind: 'stopped'; readonly at: 'end' | 'beginning' }
  | { readonly kind: 'found'; readonly marker: Marker }
  | { readonly kind: 'nothing found'; readonly direction: 1 | -1 };

export interface DriverOptions {
  readonly player: Player;
  readonly clock: Clock;
  readonly pace: Pace;
  /** Draws a frame; its cost is measured and limits their rate. */
  readonly draw: () => void;
  readonly report: (report: Report) => void;
  /** A machine or the engine broke down. */
  readonly fail: (error: unknown) => void;
}

interface Search {
  readonly direction: 1 | -1;
  readonly chaptersOnly: boolean;
  readonly from: number;
  /** Other moments to stop at, in order. */
  readonly bookmarks: readonly Marker[];
}

/** So long may a slice take before keys are looked at. */
const SLICE_MS = 8;
/** Between frames, at least. */
const FRAME_MS = 33;
const LONGEST_FRAME_MS = 250;
/** The share of the time that drawing may take while the run goes as fast as it can. */
const DRAWING_SHARE = 0.01;
/** A pause of the process longer than this is not made up for. */
const LONGEST_STEP_MS = 200;
/** At full speed these many events before a frame are heard, so that the log has something to say. */
const HEARD_BEFORE_FRAME = 250;

export class Driver {
  pace: Pace;
  private readonly player: Player;
  private readonly clock: Clock;
  private readonly options: DriverOptions;
  private search: Search | null = null;
  private lastMs: number;
  private lastFrameMs = -Infinity;
  private frameCostMs = 0;
  private pending: (() => void) | null = null;
  private isFrameDue = false;
  /** Whether somebody waits for the next frame, so that it keeps to no share of the time. */
  private isFrameAwaited = false;
  /** Virtual time, or events, that are due but not played yet; fractions add up. */
  private dueUs = 0;
  private dueEvents = 0;
  /** Events that take about two milliseconds. */
  private chunk = 256;
  private stopped = false;
  private lag = 0;

  constructor(options: DriverOptions) {
    this.options = options;
    this.player = options.player;
    this.clock = options.clock;
    this.pace = options.pace;
    this.lastMs = options.clock.now();
  }

  /** Whether the run goes slower than it was asked to. */
  get isLagging(): boolean {
    return this.lag > 3;
  }

  get isSearching(): boolean {
    return this.search !== null;
  }

  /** Whether something moves. */
  get isBusy(): boolean {
    return this.pace.playing || this.player.isTravelling || this.search !== null;
  }

  /** The event that the keys so far lead to: the next key counts from there, even if the run has not come there yet. */
  private get whereTo(): number {
    return this.player.destination ?? this.player.simulation.events;
  }

  /** Whether there is always more to do than there is time. */
  private get isFlatOut(): boolean {
    const isOutrun = this.pace.playing && (this.pace.speed.kind === 'max' || this.isLagging);
    return this.search !== null || this.player.isTravelling || isOutrun;
  }

  /** Whether the run is played so fast that only what comes right before a frame is heard. */
  private get isAtFullSpeed(): boolean {
    const { playing, direction, speed } = this.pace;
    const isElsewhere = this.player.isTravelling || this.search !== null || this.player.isAtEnd;
    return playing && direction === 1 && speed.kind === 'max' && !isElsewhere;
  }

  // --- Commands ---

  setPace(pace: Pace): void {
    if (pace.playing && !this.pace.playing) this.lastMs = this.clock.now();
    // Where exactly a run at full speed stands when it is paused, nobody can have meant: it stops where the log and a step back are at hand.
    if (this.isAtFullSpeed && !pace.playing) this.player.comeToRest();
    this.pace = pace;
    this.dueUs = 0;
    this.dueEvents = 0;
    this.lag = 0;
    if (!pace.playing) this.player.rehear();
    this.wake();
  }

  /** Events forward (positive) or back. */
  step(count: number): void {
    const from = this.whereTo;
    this.halt();
    this.player.goToEvent(Math.max(this.player.firstEvent, from + count));
    this.wake();
  }

  seekEvent(event: number): void {
    this.halt();
    this.player.goToEvent(event);
    this.wake();
  }

  seekTime(timeUs: number): void {
    this.halt();
    this.player.goToTime(timeUs);
    this.wake();
  }

  switchTo(line: Line): void {
    this.halt();
    this.player.switchTo(line);
    this.wake();
  }

  /** Goes to the next marker, or the one before. */
  seekMarker(direction: 1 | -1, chaptersOnly: boolean, bookmarks: readonly Marker[]): void {
    const events = this.whereTo;
    this.halt();
    if (direction === 1) {
      this.search = { direction, chaptersOnly, from: events, bookmarks };
      // What was seen already has been looked through: the search goes on where that ends.
      const isKnown = this.nextKnown(this.search) !== null;
      const frontier = this.player.frontierOf(this.player.line);
      if (!isKnown && frontier > events) this.player.goToEvent(frontier);
    } else {
      const marker = latest(
        this.player.recorder.markers.before(events, chaptersOnly),
        bookmarks.findLast((b) => b.event < events),
      );
      if (marker === null) {
        this.options.report({ kind: 'nothing found', direction });
      } else {
        this.player.goToMarker(marker);
        this.options.report({ kind: 'found', marker });
      }
    }
    this.wake();
  }

  /** Ends a search or a way under way, where it is. */
  halt(): void {
    this.search = null;
    this.player.stop();
    this.hearAll();
  }

  /** Somebody waits for a frame: the answer to a key. */
  redraw(): void {
    this.isFrameAwaited = true;
    this.wake();
  }

  /** A frame is wanted when its turn has come. */
  redrawInTurn(): void {
    this.wake();
  }

  /** Does no more. */
  stop(): void {
    this.stopped = true;
    this.pending?.();
    this.pending = null;
  }

  // --- The loop ---

  private wake(): void {
    if (this.stopped) return;
    this.isFrameDue = true;
    this.pending?.();
    this.pending = this.clock.soon(this.tick);
  }

  private readonly tick = (): void => {
    this.pending = null;
    if (this.stopped) return;
    const now = this.clock.now();
    const elapsedMs = Math.min(now - this.lastMs, LONGEST_STEP_MS);
    this.lastMs = now;
    const end = now + SLICE_MS;
    // Whatever moves is drawn at least once more when it has come to rest.
    if (this.isBusy) this.isFrameDue = true;
    try {
      this.elapse(elapsedMs, () => this.clock.now() >= end);
    } catch (error) {
      this.stop();
      this.options.fail(error);
      return;
    }
    this.frameIfDue();
    this.schedule();
  };

  /** Plays for so much time on the wall, until the budget is spent. */
  elapse(elapsedMs: number, isSpent: () => boolean): void {
    if (this.player.isTravelling) this.travel(isSpent);
    else if (this.search !== null) this.goOnSearching(isSpent);
    else if (this.pace.playing) this.play(elapsedMs, isSpent);
  }

  private frameIfDue(): void {
    if (!this.isFrameDue) return;
    const now = this.clock.now();
    if (now - this.lastFrameMs < this.frameInterval()) return;
    this.isFrameDue = false;
    this.isFrameAwaited = false;
    this.hearBeforeFrame();
    this.options.draw();
    this.lastFrameMs = now;
    // Smoothed, since now and then a frame meets the collector.
    this.frameCostMs = 0.7 * this.frameCostMs + 0.3 * (this.clock.now() - now);
  }

  private frameInterval(): number {
    if (!this.isBusy || this.isFrameAwaited) return FRAME_MS / 2;
    if (!this.isFlatOut) return FRAME_MS;
    return Math.min(LONGEST_FRAME_MS, Math.max(FRAME_MS, this.frameCostMs / DRAWING_SHARE));
  }

  private schedule(): void {
    if (this.stopped) return;
    if (!this.isBusy && !this.isFrameDue) return;
    const untilFrameMs = this.lastFrameMs + this.frameInterval() - this.clock.now();
    this.pending?.();
    this.pending =
      this.isFlatOut || untilFrameMs <= 0 ? this.clock.soon(this.tick) : this.clock.after(untilFrameMs, this.tick);
  }

  // --- Moving ---

  private travel(isSpent: () => boolean): void {
    do {
      if (this.timed(() => this.player.travel(this.chunk))) return;
    } while (!isSpent());
  }

  private play(elapsedMs: number, isSpent: () => boolean): void {
    const { speed, direction } = this.pace;
    if (direction === -1) this.playBack(elapsedMs, isSpent);
    else if (speed.kind === 'max') this.playFlatOut(isSpent);
    else if (speed.kind === 'events') this.playEvents(elapsedMs, speed.perSecond);
    else this.playTime(elapsedMs * 1000 * speed.factor, isSpent);
    if (direction === 1 && this.player.isAtEnd && !this.player.isTravelling) this.stand('end');
  }

  private playTime(elapsedUs: number, isSpent: () => boolean): void {
    const { simulation } = this.player;
    this.dueUs += elapsedUs;
    const whole = Math.floor(this.dueUs);
    this.dueUs -= whole;
    const untilUs = simulation.nowUs + whole;
    do {
      const isThere = this.timed(() => this.player.forward(untilUs, this.chunk) < this.chunk);
      if (isThere) {
        this.lag = Math.max(0, this.lag - 1);
        return;
      }
    } while (!isSpent());
    // What was not managed is let go, or it would never catch up.
    this.lag++;
  }

  private playEvents(elapsedMs: number, perSecond: number): void {
    this.dueEvents += (elapsedMs / 1000) * perSecond;
    const whole = Math.floor(this.dueEvents);
    this.dueEvents -= whole;
    if (whole > 0) this.player.forward(Infinity, whole);
  }

  private playFlatOut(isSpent: () => boolean): void {
    this.player.recorder.mute(true);
    do {
      if (this.timed(() => this.player.forward(Infinity, this.chunk) < this.chunk)) return;
    } while (!isSpent());
  }

  private playBack(elapsedMs: number, isSpent: () => boolean): void {
    const { speed } = this.pace;
    const { simulation, firstEvent } = this.player;
    if (simulation.events <= firstEvent && simulation.nowUs === 0) {
      this.stand('beginning');
      return;
    }
    if (speed.kind === 'events') {
      this.dueEvents += (elapsedMs / 1000) * speed.perSecond;
      const whole = Math.floor(this.dueEvents);
      this.dueEvents -= whole;
      if (whole === 0) return;
      this.player.goToEvent(simulation.events - whole);
    } else {
      const factor = speed.kind === 'time' ? speed.factor : this.player.limitUs / BACK_AT_MOST_US;
      this.dueUs += elapsedMs * 1000 * factor;
      const whole = Math.floor(this.dueUs);
      this.dueUs -= whole;
      this.player.goToTime(simulation.nowUs - whole);
    }
    this.travel(isSpent);
  }

  private goOnSearching(isSpent: () => boolean): void {
    const { search, player } = this;
    if (search === null) return;
    do {
      const marker = this.nextKnown(search);
      if (marker !== null) {
        this.search = null;
        player.goToMarker(marker);
        this.options.report({ kind: 'found', marker });
        this.travel(isSpent);
        return;
      }
      const isOver = this.timed(() => player.forward(Infinity, this.chunk) < this.chunk);
      if (isOver && this.nextKnown(search) === null) {
        this.search = null;
        this.options.report({ kind: 'nothing found', direction: 1 });
        return;
      }
    } while (!isSpent());
  }

  /** The first marker after the search's beginning that the run has come by. */
  private nextKnown({ from, chaptersOnly, bookmarks }: Search): Marker | null {
    const frontier = this.player.frontierOf(this.player.line);
    const bookmark = bookmarks.find(({ event }) => event > from && event <= frontier);
    return earliest(this.player.recorder.markers.after(from, chaptersOnly), bookmark);
  }

  private stand(at: 'end' | 'beginning'): void {
    this.pace = { ...this.pace, playing: false };
    this.player.rehear();
    this.options.report({ kind: 'stopped', at });
  }

  private hearAll(): void {
    this.player.recorder.mute(false);
  }

  private hearBeforeFrame(): void {
    if (!this.isAtFullSpeed) return;
    this.hearAll();
    this.player.forward(Infinity, HEARD_BEFORE_FRAME);
  }

  /** Does a chunk of work and fits the size of the next to the time that it took. */
  private timed<T>(work: () => T): T {
    const started = this.clock.now();
    const result = work();
    const tookMs = this.clock.now() - started;
    if (tookMs > 4) this.chunk = Math.max(16, this.chunk >> 1);
    else if (tookMs < 1) this.chunk = Math.min(65_536, this.chunk << 1);
    return result;
  }
}

/** Back at full speed goes through the whole run in so long. */
const BACK_AT_MOST_US = 20_000_000;

function earliest(a: Marker | null, b: Marker | undefined): Marker | null {
  if (b === undefined) return a;
  return a === null || comparePositions(b, a) <= 0 ? b : a;
}

function latest(a: Marker | null, b: Marker | undefined): Marker | null {
  if (b === undefined) return a;
  return a === null || comparePositions(b, a) >= 0 ? b : a;
}
