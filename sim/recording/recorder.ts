/**
 * Makes a recording while a run goes on. The run is played through it (`play`), so that it can look at the fingerprint wherever the trail wants
 * a check; what is done by hand and bookmarks go through it too. `recording()` can be asked for at any time: what was
 * written last is a valid recording of the run as far as it had come.
 *
 * A dashboard, in which one moves back and forth, plays its own way. At the end it has the list of injections and bookmarks of the branch
 * that is shown, and `recordAnew` makes the recording by playing that branch once more.
 */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { FaultTally } from '../engine/environment.ts';
import { Simulation } from '../engine/simulation.ts';
import type { Action, Plan } from '../scenario/plan.ts';
import type { Bookmark, HowEnded, Moment, Origin, Recording, Spot } from './recording.ts';
import { TrailMaker } from './trail.ts';

/** What a bookmark says. */
export type Remark = Pick<Bookmark, 'title'> & Partial<Pick<Bookmark, 'note' | 'ask' | 'look'>>;

export class Recorder<P extends ProtocolTypes = ProtocolTypes> {
  readonly simulation: Simulation<P>;
  private readonly origin: Origin;
  private readonly trail = new TrailMaker();
  private readonly moments: Moment[] = [];

  /** @param simulation at its beginning. */
  constructor(simulation: Simulation<P>, origin: Origin) {
    this.simulation = simulation;
    this.origin = origin;
    this.look();
  }

  /** Like `runUntil` of the simulation. Events go one by one: one that starts processes counts for several, and no rest may be missed. */
  play(timeUs: number, atMost = Number.POSITIVE_INFINITY): number {
    const { simulation } = this;
    let played = 0;
    while (played < atMost && simulation.runUntil(timeUs, 1) === 1) {
      played++;
      this.look();
    }
    return played;
  }

  /** Does something to the run here, and keeps it. */
  inject(action: Action, label: string): FaultTally {
    const tally = this.simulation.inject(action, label);
    this.moments.push({ kind: 'injection', ...this.here(), action, label });
    return tally;
  }

  /** Sets a bookmark here. */
  bookmark({ title, note = '', ask = null, look = null }: Remark): void {
    this.moments.push({ kind: 'bookmark', ...this.here(), title, note, ask, look });
  }

  /** The recording as far as the run has come. */
  recording(how: HowEnded): Recording {
    return {
      ...this.origin,
      moments: this.moments.slice(),
      ended: { ...this.here(), how },
      trail: this.trail.trail,
    };
  }

  private here(): Spot & { readonly fingerprint: string } {
    const { events, nowUs, fingerprint } = this.simulation;
    return { event: events, us: nowUs, fingerprint };
  }

  private look(): void {
    const { events } = this.simulation;
    if (events >= this.trail.next) this.trail.show(events, this.simulation.fingerprint);
  }
}

/** Something to be done or said at a place of a run, of which the fingerprint is not known yet. */
export type Cue = (Spot & { readonly inject: Action; readonly label: string }) | (Spot & { readonly remark: Remark });

/**
 * Plays a run from its beginning, doing and saying what the cues want, and records it.
 * @param cues in the order of the run.
 * @param until where to stop: the last event, and the time at which it was looked at.
 * @throws SimulationError when a machine throws.
 */
export function recordAnew<P extends ProtocolTypes>(
  plan: Plan<P>,
  origin: Origin,
  cues: readonly Cue[],
  until: Spot,
  how: HowEnded,
): Recording {
  const recorder = new Recorder(new Simulation(plan), origin);
  const go = (place: Spot) => playTo(recorder.simulation, place, (timeUs, atMost) => recorder.play(timeUs, atMost));
  for (const cue of cues) {
    go(cue);
    if ('inject' in cue) recorder.inject(cue.inject, cue.label);
    else recorder.bookmark(cue.remark);
  }
  go(until);
  return recorder.recording(how);
}

/** Leads a run to a place that it has not passed: the event first, then the time after it. A place that the run has not is passed by. */
export function playTo(
  simulation: Simulation,
  { event, us }: Spot,
  play: (timeUs: number, atMost: number) => number,
): void {
  while (simulation.events < event && play(Number.POSITIVE_INFINITY, 1) === 1);
  // Time passes without an event only if none lies before the goal; one more event would be too many.
  if (us > simulation.nowUs && simulation.nextEventUs > us) play(us, Number.POSITIVE_INFINITY);
}
