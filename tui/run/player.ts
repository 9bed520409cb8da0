/**
 * A run that one can move about in, on any of its lines. It owns the simulation, keeps the checkpoints, and does again what a presenter did
 * wherever a line passes that moment, so that the same event of the same line is the same moment, fingerprint included, however one got there.
 *
 * Long ways are travelled in pieces (`travel`), so that whoever drives it can look after the keys in between.
 */
import { type Action, type Checkpoint, type FaultTally, type Plan, Simulation } from '../../sim/index.ts';
import { Checkpoints, positionOf } from './checkpoints.ts';
import { comparePositions, earlier, type Injection, type Line, lastCommon, type Position, TRUNK } from './line.ts';
import type { Marker, Markers } from './marker.ts';
import { Recorder } from './recorder.ts';

/** Where to go: to right after an event, or to a virtual time after all its events. */
export type Target =
  | {
      readonly line: Line;
      readonly event: number;
      readonly timeUs: null;
      /** Stands where only so many of the line's injections are done, though more strike after this event; default: after all. */
      readonly injections?: number;
      /** Lets time pass up to there, as far as no event lies between. */
      readonly thenUs?: number;
    }
  | { readonly line: Line; readonly event: null; readonly timeUs: number };

/** A time of a line beyond which it is not played until it is allowed to. */
export interface Bound {
  /** Its line's id. */
  readonly line: number;
  readonly us: number;
}

/** Events before a goal that are executed too, so that the log has something to show there. */
const BACKFILL = 400;

/** Ways shorter than this are heard from end to end. */
const HEARD_ALL = 3000;

/** So many events are handled at a time. */
const BATCH = 4096;

/** Beyond all moments. */
const ANYWHERE: Position = { event: Infinity, injections: Infinity };

/** Closer than this to a goal, events are handled one by one: a join counts for two, and may be the goal. */
const ONE_BY_ONE = 16;

export class Player {
  readonly simulation: Simulation;
  readonly recorder: Recorder;
  readonly limitUs: number;
  /** In order of making; the trunk first. */
  lines: readonly Line[] = [TRUNK];
  line: Line = TRUNK;
  bound: Bound | null = null;
  /** Injections that struck between two events: no scenario can say that. */
  readonly between = new Set<Injection>();
  private readonly checkpoints = new Map<number, Checkpoints>();
  /** The furthest moment seen of each line. */
  private readonly furthest = new Map<number, Position>();
  private readonly markers = new Map<number, Markers>();
  /** Lines that were seen to the end of the run. */
  private readonly ended = new Set<number>();
  /** Where each line was left. */
  private readonly left = new Map<number, Target>();
  private target: Target | null = null;
  /** Injections beyond so many wait, as long as the run stands after that event. */
  private held: Position | null = null;
  /** The line that was given from outside, whole: it is never made longer. */
  private given: Line | null = null;
  /** The run after the starts of time 0. */
  private readonly origin: Checkpoint;
  /** Where the present way began, for its progress. */
  private setOut = 0;
  /** Whether the clock shows the time of the last event, or runs between events. */
  private isExact = true;
  private nextLine = 1;

  /** @param limitUs where the run ends for us: its duration, or earlier. */
  constructor(plan: Plan, limitUs = plan.durationUs) {
    this.limitUs = Math.min(limitUs, plan.durationUs);
    this.recorder = new Recorder(plan);
    this.simulation = new Simulation(this.recorder.plan, { observer: this.recorder.observer });
    this.recorder.attach(this.simulation);
    this.markers.set(TRUNK.id, this.recorder.markers);
    this.origin = this.simulation.snapshot();
    this.storeOf(TRUNK).keep(this.origin);
    this.noteProgress();
  }

  get position(): Position {
    return { event: this.simulation.events, injections: this.simulation.injections.length };
  }

  /** Whether all events up to the end were handled. */
  get isAtEnd(): boolean {
    const { nowUs, nextEventUs } = this.simulation;
    return nowUs >= this.limitUs && nextEventUs > this.limitUs;
  }

  /** The first event that can be gone to: the one after the starts of time 0. */
  get firstEvent(): number {
    return this.origin.events;
  }

  /** The furthest event that was seen of a line. */
  frontierOf(line: Line): number {
    return this.furthest.get(line.id)?.event ?? 0;
  }

  // --- Forward ---

  /** Handles events up to that time, at most so many; returns how many. Unless the bound stopped it, the clock shows `untilUs` then. */
  forward(untilUs: number, atMost = Infinity): number {
    let handled = 0;
    if (this.held !== null) this.letGo();
    const endUs = Math.min(untilUs, this.limitUs, this.boundUs);
    while (handled < atMost) {
      const wanted = Math.min(atMost - handled, this.untilNextStop());
      const started = performance.now();
      const done = this.simulation.runUntil(endUs, wanted);
      const workedMs = performance.now() - started;
      this.isExact = done === wanted;
      handled += done;
      const next = this.nextInjection();
      if (next !== undefined && wanted > 1 && this.simulation.events > next.afterEvent)
        this.backOneByOne(next.afterEvent);
      if (this.isExact) this.doAgain();
      this.keepCheckpoint(workedMs);
      this.noteProgress();
      if (done < wanted) break;
    }
    return handled;
  }

  private get boundUs(): number {
    return this.bound?.line === this.line.id ? this.bound.us : Infinity;
  }

  /** Does what was held back, where the run goes on from there. */
  private letGo(): void {
    if (this.held === null || this.simulation.events < this.held.event) return;
    this.held = null;
    this.doAgain();
  }

  /** How many events may be handled before an injection strikes, or it is time to see whether a checkpoint is due. */
  private untilNextStop(): number {
    const next = this.nextInjection();
    return next === undefined ? BATCH : Math.min(BATCH, batchTowards(this.simulation.events, next.afterEvent));
  }

  private keepCheckpoint(workedMs: number): void {
    // What lies before the last injection, the parent or the line itself has remembered when it was there first.
    const isRemembered = this.nextInjection() !== undefined && this.line !== this.given;
    if (!this.isExact || isRemembered) return;
    const store = this.storeOf(this.line);
    if (!store.isDue(workedMs)) return;
    const started = performance.now();
    const checkpoint = this.simulation.snapshot();
    store.keep(checkpoint, performance.now() - started);
  }

  /** Does what the presenter did at this moment of this line. */
  private doAgain(): void {
    const { simulation, held } = this;
    for (let next = this.nextInjection(); next !== undefined; next = this.nextInjection()) {
      if (simulation.events < next.afterEvent) return;
      if (held?.event === simulation.events && simulation.injections.length >= held.injections) return;
      if (this.letPass(next.atUs ?? 0)) this.between.add(next);
      simulation.inject(next.action, next.label);
      this.isExact = true;
    }
  }

  /** Lets time pass without an event; not at all if one lies between. */
  private letPass(timeUs: number): boolean {
    const { simulation } = this;
    if (timeUs <= simulation.nowUs || timeUs > this.limitUs || simulation.nextEventUs <= timeUs) return false;
    simulation.runUntil(timeUs);
    this.isExact = false;
    return true;
  }

  private nextInjection(): Injection | undefined {
    return this.line.injections[this.simulation.injections.length];
  }

  private noteProgress(): void {
    const now = this.position;
    const furthest = this.furthest.get(this.line.id);
    if (furthest === undefined || comparePositions(now, furthest) > 0) this.furthest.set(this.line.id, now);
    this.recorder.markers.heard(now);
    if (this.isAtEnd) this.ended.add(this.line.id);
  }

  // --- To anywhere ---

  /** Sets out for an event of the present line. */
  goToEvent(event: number): void {
    this.goTo({ line: this.line, event: Math.max(event, this.firstEvent), timeUs: null });
  }

  /** Sets out for a virtual time of the present line, after all its events. */
  goToTime(timeUs: number): void {
    const within = Math.min(Math.max(timeUs, 0), this.limitUs);
    this.goTo({ line: this.line, event: null, timeUs: Math.floor(within) });
  }

  /** Sets out for a moment of a line that someone has marked there, injections and time between two events included. */
  goToMoment(line: Line, { event, injections }: Position, timeUs: number): void {
    if (line !== this.line) this.left.set(this.line.id, this.here());
    this.goTo({ line, event: Math.max(event, this.firstEvent), timeUs: null, injections, thenUs: timeUs });
  }

  /** Sets out for a marker of the present line. Someone has set a bookmark at a moment of it; all else is found where its event is over. */
  goToMarker(marker: Marker): void {
    if (marker.kind === 'bookmark') this.goToMoment(this.line, marker, marker.timeUs);
    else this.goToEvent(marker.event);
  }

  /** Leaves the present line and sets out for where the other one was left, or for where it branched off. */
  switchTo(line: Line): void {
    if (line === this.line) return;
    this.left.set(this.line.id, this.here());
    const common = lastCommon(this.line, line);
    const start: Target = { line, event: Math.min(common.event, this.frontierOf(line)), timeUs: null };
    // The line may have grown since.
    this.goTo({ ...(this.left.get(line.id) ?? start), line });
  }

  /** The present moment as a target. */
  here(): Target {
    const { simulation, line, held } = this;
    const { events, nowUs } = simulation;
    if (held?.event === events)
      return { line, event: events, timeUs: null, injections: held.injections, thenUs: nowUs };
    return this.isExact ? { line, event: events, timeUs: null } : { line, event: null, timeUs: nowUs };
  }

  goTo(target: Target): void {
    this.held =
      target.timeUs === null && target.injections !== undefined
        ? { event: target.event, injections: target.injections }
        : null;
    const now = this.position;
    const shared = earlier(lastCommon(this.line, target.line), now);
    this.line = target.line;
    this.recorder.markers = this.markersOf(target.line);
    this.target = target;
    const isOnTheWay = comparePositions(now, shared) === 0 && !this.hasMissedInjection() && !this.isBehind(target);
    const from = this.startFor(target, shared);
    // Going on from here is as good as from a checkpoint that is not far ahead.
    if (!isOnTheWay || from.events > now.event + BACKFILL) {
      this.restore(from, shared);
      this.doAgain();
      if (target.line.id === this.line.id) this.keepSomeNear(now.event - from.events, target);
    }
    this.setOut = this.simulation.events;
    if (this.isExact) this.doAgain();
  }

  get isTravelling(): boolean {
    return this.target !== null;
  }

  /** The event that it is on its way to; null if it stands, or goes to a time. */
  get destination(): number | null {
    return this.target?.event ?? null;
  }

  /** How much of the way is done, from 0 to 1. */
  get progress(): number {
    if (this.target === null) return 1;
    const { events, nowUs } = this.simulation;
    const { event, timeUs } = this.target;
    if (timeUs !== null) return timeUs === 0 ? 1 : Math.min(1, nowUs / timeUs);
    return event <= this.setOut ? 1 : Math.min(1, (events - this.setOut) / (event - this.setOut));
  }

  /** Goes on towards the target, at most so many events; true once it is reached, or the run is over. */
  travel(atMost: number): boolean {
    const { target } = this;
    if (target === null) return true;
    const isThere =
      target.timeUs !== null ? this.travelToTime(target.timeUs, atMost) : this.travelToEvent(target.event, atMost);
    if (isThere) {
      this.target = null;
      if (target.timeUs === null && this.simulation.events === target.event) this.letPass(target.thenUs ?? 0);
      // The run ended before the goal, and before the stretch that was to be heard.
      if (this.recorder.isMuted) this.rehear();
    }
    return isThere;
  }

  /** Goes all the way at once. */
  arrive(): void {
    while (!this.travel(100_000)) {
      // On and on.
    }
  }

  /** Stays where it is. */
  stop(): void {
    this.target = null;
    this.recorder.mute(false);
  }

  private travelToTime(timeUs: number, atMost: number): boolean {
    return this.forward(timeUs, atMost) < atMost;
  }

  private travelToEvent(event: number, atMost: number): boolean {
    let handled = 0;
    while (this.simulation.events < event) {
      if (handled >= atMost) return false;
      const wanted = Math.min(atMost - handled, this.batchOnTheWayTo(event));
      const done = this.forward(Infinity, wanted);
      handled += done;
      if (done < wanted) return true;
      if (this.simulation.events > event && wanted > 1) this.backOneByOne(event);
    }
    return true;
  }

  /** So many events at a time towards a goal. On a long way only the last stretch is heard, which is what the log will show. */
  private batchOnTheWayTo(event: number): number {
    const distance = event - this.simulation.events;
    const toBeHeard = distance - 2 * BACKFILL;
    if (toBeHeard > HEARD_ALL) this.recorder.mute(true);
    else if (toBeHeard <= 0) this.recorder.mute(false);
    const batch = batchTowards(this.simulation.events, event);
    return this.recorder.isMuted && toBeHeard > 0 ? Math.min(batch, toBeHeard) : batch;
  }

  /** Many joined at once and were counted past an event: goes back and there one by one. */
  private backOneByOne(event: number): void {
    this.noteProgress();
    this.restore(this.checkpointBefore(this.line, { event, injections: this.position.injections }));
    while (this.simulation.events < event && this.forward(Infinity, 1) === 1) {
      // One by one.
    }
  }

  /** Whether the clock has run past the moment at which this line does something. */
  private hasMissedInjection(): boolean {
    const next = this.nextInjection();
    return !this.isExact && next !== undefined && next.afterEvent <= this.simulation.events;
  }

  private isBehind(target: Target): boolean {
    const { events, nowUs, injections } = this.simulation;
    if (target.timeUs !== null) return target.timeUs < nowUs;
    if (target.event !== events) return target.event < events;
    return !this.isExact || injections.length > (target.injections ?? Infinity);
  }

  /**
   * The checkpoint from which to execute towards a target: the last before it, or one further back where the log would not reach back far enough.
   * @param shared until when the log of the present is also that of the target's line.
   */
  private startFor(target: Target, shared: Position): Checkpoint {
    const accepts = (checkpoint: Checkpoint) =>
      target.timeUs === null
        ? comparePositions(positionOf(checkpoint), {
            event: target.event,
            injections: target.injections ?? Infinity,
          }) <= 0
        : checkpoint.nowUs <= target.timeUs;
    const near = this.checkpointBefore(target.line, ANYWHERE, accepts);
    const reach = Math.max(this.firstEvent, (target.event ?? near.events) - BACKFILL);
    const isHeard = comparePositions(positionOf(near), shared) <= 0 && this.recorder.coversFrom(reach);
    return isHeard || near.events <= reach
      ? near
      : this.checkpointBefore(target.line, { event: reach, injections: Infinity }, accepts);
  }

  /** Leaves checkpoints on the way to a goal in the past, the closer together the nearer the goal, for the next steps back. */
  private keepSomeNear(distance: number, { event, timeUs }: Target): void {
    if (distance < 64) return;
    const store = this.storeOf(this.line);
    const end = event ?? this.simulation.events + distance;
    for (let left = end - this.simulation.events; left > 32; left = end - this.simulation.events) {
      if (event !== null) this.batchOnTheWayTo(event);
      if (this.forward(timeUs ?? Infinity, left >> 1) < left >> 1 || this.simulation.events > end) break;
      store.keepNear(this.simulation.snapshot());
    }
    if (event !== null && this.simulation.events > event) this.backOneByOne(event);
  }

  private checkpointBefore(
    line: Line,
    position: Position,
    accepts: (checkpoint: Checkpoint) => boolean = () => true,
  ): Checkpoint {
    for (let owner: Line | undefined = line; owner !== undefined; owner = this.parentOf(owner)) {
      const limit = owner === line ? position : earlier(position, lastCommon(owner, line));
      const found = this.storeOf(owner).before(limit, accepts);
      if (found !== null) return found;
    }
    return this.origin;
  }

  private parentOf(line: Line): Line | undefined {
    return this.lines.find((candidate) => candidate.id === line.parent);
  }

  /** @param shared until when what the log has heard holds for the checkpoint's line. */
  private restore(checkpoint: Checkpoint, shared: Position = this.position): void {
    this.simulation.restore(checkpoint);
    this.recorder.moveTo(positionOf(checkpoint), shared);
    this.isExact = true;
  }

  private markersOf(line: Line): Markers {
    const known = this.markers.get(line.id);
    if (known === undefined) throw new RangeError(`the line ${line.name} has no markers`);
    return known;
  }

  private storeOf(line: Line): Checkpoints {
    let store = this.checkpoints.get(line.id);
    if (store === undefined) {
      store = new Checkpoints(this.simulation.world.size + this.simulation.pendingEvents);
      this.checkpoints.set(line.id, store);
    }
    return store;
  }

  /**
   * After a stretch that was played too fast for the log to hear: goes on so far that the log has something to show, and that the first steps back need
   * go no further back than where this began.
   */
  comeToRest(): void {
    if (!this.recorder.isMuted) return;
    if (this.isExact) this.storeOf(this.line).keepNear(this.simulation.snapshot());
    this.recorder.mute(false);
    this.forward(Infinity, 2 * BACKFILL);
  }

  /** Executes the last stretch once more if it was played too fast for the log to hear. */
  rehear(): void {
    this.recorder.mute(false);
    if (this.isTravelling || this.recorder.coversFrom(Math.max(this.firstEvent, this.position.event - BACKFILL)))
      return;
    const here = this.here();
    const { event } = this.position;
    this.restore(this.startFor(here, this.position));
    this.doAgain();
    while (this.simulation.events < event && !this.travelToEvent(event, Infinity)) {
      // The last stretch is heard.
    }
    this.target = here;
    this.arrive();
  }

  // --- What was recorded ---

  /** Takes in a line that is known from its beginning to its end, off the trunk, and goes to its start. Before anything is played. */
  take(name: string, injections: readonly Injection[]): Line {
    const line: Line = { id: this.nextLine++, name, parent: TRUNK.id, injections };
    this.given = line;
    this.lines = [...this.lines, line];
    this.markers.set(line.id, this.recorder.markers.upTo(positionOf(this.origin)));
    this.switchTo(line);
    this.arrive();
    this.noteProgress();
    return line;
  }

  /** How far a line was seen: the last moment, and the time up to which it was looked at after that. */
  seenOf(line: Line): Position & { readonly us: number } {
    const seen = this.furthest.get(line.id) ?? { event: 0, injections: 0 };
    if (this.ended.has(line.id)) return { ...seen, us: this.limitUs };
    const isHere = line.id === this.line.id && comparePositions(seen, this.position) === 0;
    return { ...seen, us: isHere ? this.simulation.nowUs : 0 };
  }

  /** Whether a line was seen to the end of the scenario's duration. */
  isSeenWhole(line: Line): boolean {
    return this.ended.has(line.id) && this.limitUs === this.simulation.plan.durationUs;
  }

  // --- What if ---

  /**
   * Does something to the world right after the last event. On the trunk, and where a line has been further already, this makes a new line;
   * at the end of a branch it makes that branch longer. What changes nothing is taken back.
   * @returns what it came to, and whether it stands.
   */
  inject(
    action: Action,
    label: string,
    entry: Injection['entry'],
  ): { readonly tally: FaultTally; readonly stands: boolean } {
    this.settle();
    const { simulation, line } = this;
    if (action.kind === 'operation') this.recorder.knowOperation(label);
    const before = simulation.snapshot();
    const injection: Injection = { afterEvent: simulation.events, action, label, entry };
    const injections = [...line.injections.slice(0, simulation.injections.length), injection];
    const isLonger = line !== TRUNK && line !== this.given && simulation.events >= this.frontierOf(line);
    const made: Line = isLonger
      ? { ...line, injections }
      : { id: this.nextLine, name: `branch ${this.nextLine}`, parent: line.id, injections };
    const tally = this.injected(action, label, before);
    if (tally.changed === 0 && !lasts(action)) {
      this.undo(before);
      return { tally, stands: false };
    }
    this.held = null;
    this.storeOf(line).keepNear(before);
    this.markers.set(made.id, this.recorder.markers);
    if (isLonger) {
      this.lines = this.lines.map((each) => (each === line ? made : each));
      this.ended.delete(line.id);
    } else {
      this.left.set(line.id, { line, event: before.events, timeUs: null });
      this.nextLine++;
      this.lines = [...this.lines, made];
    }
    this.line = made;
    this.storeOf(made).keep(simulation.snapshot());
    this.noteProgress();
    return { tally, stands: true };
  }

  private injected(action: Action, label: string, before: Checkpoint): FaultTally {
    this.recorder.markers = this.recorder.markers.upTo(positionOf(before));
    try {
      return this.simulation.inject(action, label);
    } catch (error) {
      this.undo(before);
      throw error;
    }
  }

  private undo(before: Checkpoint): void {
    this.recorder.markers = this.markersOf(this.line);
    this.restore(before);
  }

  /** Goes to the furthest moment seen of a line. */
  goToFrontier(line: Line): void {
    if (this.ended.has(line.id)) this.goTo({ line, event: null, timeUs: this.limitUs });
    else this.goTo({ line, event: this.frontierOf(line), timeUs: null });
  }

  /** Takes the clock back to the time of the last event: a scenario can say "after event 17", not "a little after it". */
  private settle(): void {
    if (this.isExact) return;
    this.goToEvent(this.simulation.events);
    this.arrive();
  }
}

/** So many events may be handled without passing by the goal, as long as few processes join among them. */
function batchTowards(event: number, goal: number): number {
  const distance = goal - event;
  return distance <= ONE_BY_ONE ? 1 : distance >> 1;
}

/** A fault of the network shows only when a message meets it. */
function lasts({ kind }: Action): boolean {
  return kind === 'partition' || kind === 'isolate' || kind === 'degrade';
}
