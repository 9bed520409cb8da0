/**
 * Plays a recording: the run is made again from the scenario's text, what was done by hand is done again at its place, and every fingerprint
 * that the recording has is checked on the way. Where one does not fit, the replay stops: what would follow is another run.
 */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { ObservedEvent, Observer } from '../engine/observer.ts';
import { Simulation } from '../engine/simulation.ts';
import type { Plan } from '../scenario/plan.ts';
import type { Injection, Moment, Recording, Spot } from './recording.ts';
import { type Parting, TrailChecker } from './trail.ts';

/** Where a replay parts from its recording. */
export interface Divergence extends Parting {
  /** What was being checked. */
  readonly at: 'trail' | 'moment' | 'end';
  /** The events of the replay after `agreed` up to `differs`, as many as are kept: the first one that differs is among them. */
  readonly events: readonly ObservedEvent[];
  /** What happened instead, where it was no event: the run ended early, the engine threw. */
  readonly instead: string | null;
}

/** Events that are kept since the last check. */
const KEPT = 64;

export class Replay<P extends ProtocolTypes = ProtocolTypes> {
  readonly recording: Recording;
  readonly simulation: Simulation<P>;
  divergence: Divergence | null = null;
  private readonly checker: TrailChecker;
  private readonly since: ObservedEvent[] = [];
  private nextMoment = 0;
  private over = false;

  /** @param plan of the recording's scenario, seed and overrides. @param observer who else wants to hear. */
  constructor(recording: Recording, plan: Plan<P>, observer: Observer | null = null) {
    this.recording = recording;
    this.checker = new TrailChecker(recording.trail);
    this.simulation = new Simulation(plan, { observer: withEvents(observer, (event) => this.hear(event)) });
    this.look();
  }

  /** Whether all that was recorded is played, or the replay has parted from it. */
  get finished(): boolean {
    return this.over || this.divergence !== null;
  }

  /** How many moments have been passed. */
  get passed(): number {
    return this.nextMoment;
  }

  /**
   * Plays on, at most so many events; stops after each bookmark if `stops`, and does not begin another event from number `until` on.
   * @returns how many there were.
   */
  play(atMost = Number.POSITIVE_INFINITY, stops = false, until = Number.POSITIVE_INFINITY): number {
    let played = 0;
    while (played < atMost && !this.finished) {
      const before = this.nextMoment;
      if (this.isDue(this.goal)) {
        this.pass();
        if (stops && this.recording.moments[before]?.kind === 'bookmark') return played;
        continue;
      }
      const { events } = this.simulation;
      if (events >= until || events >= this.goal.event || !this.step()) break;
      played++;
    }
    return played;
  }

  /** The next moment, or the end. */
  private get goal(): Spot {
    return this.recording.moments[this.nextMoment] ?? this.recording.ended;
  }

  private isDue({ event, us }: Spot): boolean {
    const { simulation } = this;
    if (simulation.events < event) return false;
    // Between two events time may pass: the presenter's clock stood somewhere there.
    if (us > simulation.nowUs && simulation.nextEventUs > us) simulation.runUntil(us);
    return true;
  }

  private step(): boolean {
    let stepped: boolean;
    try {
      stepped = this.simulation.step();
    } catch (error) {
      const { events } = this.simulation;
      // That the recorded run broke here too would be no difference; but then it would have been recorded only up to here.
      this.part(
        { agreed: this.checker.agreedUntil, differs: events, expected: 'an event', found: 'an error' },
        'trail',
        String(error),
      );
      return false;
    }
    if (!stepped) {
      const { events } = this.simulation;
      const { event } = this.goal;
      const instead = `the run ends after event ${events}, the recorded one had ${event} and more`;
      this.part(
        { agreed: this.checker.agreedUntil, differs: event, expected: 'an event', found: 'the end' },
        'end',
        instead,
      );
      return false;
    }
    this.look();
    return !this.finished;
  }

  private look(): void {
    const { events } = this.simulation;
    if (events < this.checker.next) return;
    const parting = this.checker.show(events, this.simulation.fingerprint);
    if (parting !== null) this.part(parting, 'trail', null);
    else this.since.length = 0;
  }

  /** At a moment or at the end. */
  private pass(): void {
    const moment = this.recording.moments[this.nextMoment];
    if (moment === undefined) {
      this.over = true;
      this.compare(this.recording.ended, 'end');
      return;
    }
    const spot = this.spot();
    if (moment.kind === 'injection' && !this.inject(moment)) return;
    this.compare(moment, 'moment', spot);
    this.nextMoment++;
  }

  /** False where this cannot be done to this run: then it is another one. */
  private inject({ action, label }: Injection): boolean {
    try {
      this.simulation.inject(action, label);
      return true;
    } catch (error) {
      const { events } = this.simulation;
      const why = error instanceof Error ? error.message : String(error);
      const parting = { agreed: this.checker.agreedUntil, differs: events, expected: label, found: 'an error' };
      this.part(parting, 'moment', `"${label}" cannot be done: ${why}`);
      return false;
    }
  }

  private spot(): Spot {
    const { events, nowUs } = this.simulation;
    return { event: events, us: nowUs };
  }

  /** @param spot where the run is; for an injection, where it was before. */
  private compare(place: Moment | Recording['ended'], at: 'moment' | 'end', spot = this.spot()): void {
    const { events, fingerprint } = this.simulation;
    const isThere = spot.event === place.event && spot.us === place.us;
    if (isThere && fingerprint === place.fingerprint) {
      this.checker.agree(events);
      this.since.length = 0;
      return;
    }
    const expected = isThere ? place.fingerprint : `event ${place.event} at ${place.us} us`;
    const found = isThere ? fingerprint : `event ${spot.event} at ${spot.us} us`;
    this.part({ agreed: this.checker.agreedUntil, differs: events, expected, found }, at, null);
  }

  private part(parting: Parting, at: Divergence['at'], instead: string | null): void {
    this.divergence ??= { ...parting, at, events: this.since.slice(), instead };
  }

  private hear(event: ObservedEvent): void {
    if (this.since.length < KEPT) this.since.push(event);
  }
}

/** An observer that also tells of each event to a second listener. */
function withEvents(observer: Observer | null, hear: (event: ObservedEvent) => void): Observer {
  const event = (seen: ObservedEvent) => {
    hear(seen);
    observer?.event?.(seen);
  };
  if (observer === null) return { event };
  return {
    event,
    input: (process, input) => observer.input?.(process, input),
    effect: (process, effect) => observer.effect?.(process, effect),
    dropped: (drop) => observer.dropped?.(drop),
    ended: (record) => observer.ended?.(record),
    action: (label, changed) => observer.action?.(label, changed),
    property: (name, holds, message) => observer.property?.(name, holds, message),
  };
}
