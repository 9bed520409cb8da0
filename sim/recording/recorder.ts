/**
 * Makes a recording while a run goes on. The run is played through it (`play`), so that it can look at the fingerprint wherever the trail wants
 * a check; what is done by hand and bookmarks go through it too. `recording()` can be asked for at any time: what was
 * written last is a valid recording of the run as far as it had come.
 *
 * A dashboard, in which one moves back and forth, plays its own way. It has the list of injections and bookmarks of the branch
 * that is shown, and a `Retake` makes the recording by playing that branch once more, a piece at a time; `recordAnew` does it at once.
 */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { FaultTally } from '../engine/actions.ts';
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
  /** Where the run was before the event that is being handled. */
  private rest: Spot;

  /** @param simulation at its beginning. */
  constructor(simulation: Simulation<P>, origin: Origin) {
    this.simulation = simulation;
    this.origin = origin;
    this.rest = { event: simulation.events, us: simulation.nowUs };
    this.look();
  }

  /** Like `runUntil` of the simulation. Events go one by one: one that starts processes counts for several, and no rest may be missed. */
  play(timeUs: number, atMost = Number.POSITIVE_INFINITY): number {
    const { simulation } = this;
    let played = 0;
    while (played < atMost) {
      this.rest = { event: simulation.events, us: simulation.nowUs };
      if (simulation.runUntil(timeUs, 1) === 0) break;
      played++;
      this.look();
    }
    return played;
  }

  /** Does something to the run here, and keeps it. */
  inject(action: Action, label: string): FaultTally {
    const { event, us } = this.here();
    const tally = this.simulation.inject(action, label);
    // Who joins or starts again by it counts for an event: the place is the one before, the fingerprint the one after.
    const { fingerprint } = this.simulation;
    this.moments.push({ kind: 'injection', event, us, fingerprint, action, label });
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

  /** After a machine or the engine threw: the recording up to the event before. A replay of it can be led on into the defect. */
  untilItBroke(): Recording {
    const cues = this.moments.map((moment) =>
      moment.kind === 'injection' ? { ...moment, inject: moment.action } : { ...moment, remark: moment },
    );
    return recordAnew(this.simulation.plan, this.origin, cues, this.rest, 'broken');
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
    perform(recorder, cue);
  }
  go(until);
  return recorder.recording(how);
}

function perform(recorder: Recorder, cue: Cue): void {
  if ('inject' in cue) recorder.inject(cue.inject, cue.label);
  else recorder.bookmark(cue.remark);
}

/** In place of an event number: after all events up to that time. */
export const BY_TIME = 0;

/** Leads a run to a place that it has not passed: the event first, then the time after it. A place that the run has not is passed by. */
export function playTo(
  simulation: Simulation,
  { event, us }: Spot,
  play: (timeUs: number, atMost: number) => number,
): void {
  if (event === BY_TIME) {
    if (us > simulation.nowUs) play(us, Number.POSITIVE_INFINITY);
    return;
  }
  while (simulation.events < event && play(Number.POSITIVE_INFINITY, 1) === 1);
  // Time passes without an event only if none lies before the goal; one more event would be too many.
  if (us > simulation.nowUs && simulation.nextEventUs > us) play(us, Number.POSITIVE_INFINITY);
}

/**
 * The recording of what a recording or a draft says, made by this program: moments stay at their events as far as the run is still the one that was recorded,
 * and go by their time from there on.
 * @param agreed the last event at which it is (`Replay` tells); 0 if nothing is known.
 */
export function rewritten<P extends ProtocolTypes>(
  { seed, overrides, scenario, moments, ended }: Recording,
  plan: Plan<P>,
  engine: string,
  agreed: number,
): Recording {
  const spot = ({ event, us }: Spot): Spot => ({ event: event <= agreed ? event : BY_TIME, us });
  const cues = moments.map((moment) =>
    moment.kind === 'injection'
      ? { ...spot(moment), inject: moment.action, label: moment.label }
      : { ...spot(moment), remark: moment },
  );
  const until = ended.how === 'complete' ? { event: BY_TIME, us: plan.durationUs } : spot(ended);
  return recordAnew(plan, { engine, scenario, seed, overrides }, cues, until, ended.how);
}
