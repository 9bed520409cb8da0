/**
 * A session as an asciicast (version 2, https://docs.asciinema.org/manual/asciicast/v2/): played by the clock of the cast, which goes on by the same
 * step for each frame, so that the same scenario and the same keys give the same bytes on every machine. Chapters are the run's markers.
 */
import type { ScriptStep } from './keys/script.ts';
import type { Clock } from './run/clock.ts';
import { isChapter } from './run/marker.ts';
import { Painter } from './screen/painter.ts';
import { ScriptRunner } from './script-runner.ts';
import { Session, type SessionOptions } from './session.ts';

const FRAMES_PER_SECOND = 12;
/** How long the last picture stays. */
const AFTERMATH_S = 2;
/** A run at full speed is over in so many seconds of a cast. */
const FULL_SPEED_S = 20;

export interface CastOptions {
  readonly session: Omit<SessionOptions, 'clock' | 'draw' | 'quit' | 'fail'>;
  readonly steps: readonly ScriptStep[];
  readonly title: string;
}

/** A clock that only its owner moves. */
class CastClock implements Clock {
  ms = 0;

  now(): number {
    return this.ms;
  }

  after(): () => void {
    return () => {};
  }

  soon(): () => void {
    return () => {};
  }
}

/** A clock that stands. */
export function stoppedClock(): Clock {
  return new CastClock();
}

/** The lines of the cast, in order, each with its line end; at last the session that they show. */
export function* castLines({ session: options, steps, title }: CastOptions): Generator<string, Session> {
  const clock = new CastClock();
  let failure: unknown = null;
  const session = new Session({
    ...options,
    clock,
    draw: () => {},
    quit: () => {},
    fail: (error) => {
      failure = error;
    },
  });
  const runner = new ScriptRunner(steps, session);
  const painter = new Painter();
  yield line({
    version: 2,
    width: options.size.columns,
    height: options.size.rows,
    title,
    env: { TERM: 'xterm-256color' },
  });
  let chapters = 0;
  for (let frame = 0; ; frame++) {
    clock.ms = (frame * 1000) / FRAMES_PER_SECOND;
    const seconds = Math.round((frame * 1e6) / FRAMES_PER_SECOND) / 1e6;
    if (frame > 0) advance(session, runner);
    runner.go(clock.ms);
    settle(session);
    if (failure !== null) throw failure;
    const output = painter.paint(session.surface(), session.theme);
    if (output !== '') yield line([seconds, 'o', frame === 0 ? HIDE_CURSOR + output : output]);
    const { chapters: all, events } = session.moment();
    const known = all.filter((marker) => isChapter(marker) && marker.event <= events);
    for (const marker of known.slice(chapters)) yield line([seconds, 'm', session.moment().texts.marker(marker)]);
    chapters = Math.max(chapters, known.length);
    const isIdle = !session.driver.isBusy && runner.isOver;
    if (session.ui.isQuitting || isIdle) {
      yield line([seconds + AFTERMATH_S, 'o', LEAVE]);
      return session;
    }
  }
}

/** One frame's worth of the run; exactly to the moment that the script waits for. */
function advance(session: Session, runner: ScriptRunner): void {
  const { driver, player, ui } = session;
  const { simulation } = player;
  if (!ui.pace.playing) return;
  const before = simulation.nowUs;
  if (ui.pace.speed.kind === 'max' && ui.pace.direction === 1) {
    const share = player.limitUs / (FULL_SPEED_S * FRAMES_PER_SECOND);
    player.forward(Math.ceil(before + share));
    if (player.isAtEnd) session.press('space');
  } else {
    driver.elapse(1000 / FRAMES_PER_SECOND, () => false);
  }
  const awaited = runner.awaitedUs;
  if (awaited !== null && before < awaited && simulation.nowUs > awaited && ui.pace.direction === 1) {
    player.goToTime(awaited);
    player.arrive();
  }
}

/** What a key set off is over before the next frame: a cast has no reason to show waiting. */
export function settle(session: Session): void {
  while (session.player.isTravelling || session.driver.isSearching) session.driver.elapse(0, () => false);
}

const HIDE_CURSOR = '\u001b[?25l';
const LEAVE = '\u001b[0m\u001b[?25h\r\n';

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
