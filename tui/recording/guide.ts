/**
 * Leads the run to where a recording wants it: from stop to stop of a lesson, playing the way there in a few seconds, and to the end of what was
 * recorded. Whoever goes elsewhere on the way leaves it.
 */
import type { Driver, Pace } from '../run/driver.ts';
import { comparePositions, type Line } from '../run/line.ts';
import type { Player } from '../run/player.ts';
import type { Bookmark } from './cues.ts';

export interface GuideOptions {
  readonly player: Player;
  readonly driver: Driver;
  /** The recording's. */
  readonly line: Line;
  readonly pace: () => Pace;
  /** The run goes on like this from now on. */
  readonly setPace: (pace: Pace) => void;
  readonly arrived: (stop: Bookmark) => void;
  readonly ended: () => void;
}

interface Way {
  readonly stop: Bookmark;
  /** At once; or else it is played. */
  readonly jumps: boolean;
  /** As it was before, and will be again. */
  readonly speed: Pace['speed'];
}

/** The way from one stop to the next is played in so long, on the clock of the wall. */
const WAY_US = 4_000_000;

export class Guide {
  private readonly options: GuideOptions;
  private way: Way | null = null;
  /** Where the recording ends, as long as the run has not come there. */
  private last: { readonly event: number; readonly us: number } | null = null;

  constructor(options: GuideOptions) {
    this.options = options;
  }

  /** Plays, if it plays, up to there and stands. */
  upTo(last: { readonly event: number; readonly us: number }): void {
    this.last = last;
    this.options.player.bound = { line: this.options.line.id, us: last.us };
  }

  /** Sets out for a stop; `plays` if the way there is to be seen, where it lies ahead. */
  to(stop: Bookmark, plays: boolean): void {
    const { player, driver, line, setPace } = this.options;
    const pace = this.options.pace();
    const speed = this.way?.speed ?? pace.speed;
    const { nowUs } = player.simulation;
    const isAhead =
      player.line === line &&
      comparePositions(player.position, stop) <= 0 &&
      nowUs < stop.timeUs &&
      !player.isTravelling;
    this.way = { stop, jumps: !(plays && isAhead), speed };
    driver.halt();
    if (this.way.jumps) {
      player.bound = null;
      setPace({ ...pace, playing: false });
      player.goToMoment(line, stop, stop.timeUs);
    } else {
      player.bound = { line: line.id, us: stop.timeUs };
      const factor = (stop.timeUs - nowUs) / WAY_US;
      setPace({ playing: true, direction: 1, speed: { kind: 'time', factor } });
    }
    driver.redraw();
  }

  /** Goes elsewhere. @returns whether it was on a way. */
  leave(): boolean {
    if (this.way === null) return false;
    const { player, pace, setPace } = this.options;
    const { speed } = this.way;
    this.way = null;
    player.bound = null;
    // The way was what was played.
    setPace({ ...pace(), playing: false, speed });
    return true;
  }

  /** Leads nowhere any more. */
  end(): void {
    this.leave();
    this.last = null;
    this.options.player.bound = null;
  }

  /** The run has moved: is it there? */
  look(): void {
    const { player } = this.options;
    if (player.isTravelling) return;
    if (this.way !== null) this.lookForStop(this.way);
    else if (this.last !== null) this.lookForEnd(this.last);
  }

  private lookForStop({ stop, jumps, speed }: Way): void {
    const { player, arrived, pace, setPace } = this.options;
    if (!jumps && !this.isAt(stop)) {
      // Other events of the same instant may lie behind the stop: exactly there, then.
      if (player.simulation.nowUs >= stop.timeUs) this.to(stop, false);
      return;
    }
    this.way = null;
    player.bound = null;
    setPace({ ...pace(), playing: false, speed });
    arrived(stop);
  }

  private isAt({ event, injections, timeUs }: Bookmark): boolean {
    const { player, line } = this.options;
    const { simulation, position } = player;
    if (player.line !== line) return false;
    const isThere = position.event === event && position.injections === injections;
    return isThere && simulation.nowUs === timeUs;
  }

  private lookForEnd({ event, us }: { readonly event: number; readonly us: number }): void {
    const { player, driver, line, ended, pace, setPace } = this.options;
    const { simulation } = player;
    if (player.line !== line || simulation.nowUs < us || simulation.events < event) return;
    this.last = null;
    player.bound = null;
    const isPlaying = pace().playing;
    setPace({ ...pace(), playing: false });
    if (simulation.events > event) {
      player.goTo({ line, event, timeUs: null, thenUs: us });
      driver.redraw();
    }
    // Whoever has gone there knows.
    if (isPlaying) ended();
  }
}
