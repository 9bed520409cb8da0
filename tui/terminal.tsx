/**
 * A session on a real terminal. Ink holds the terminal: it enters the other screen, reads the keys, and leaves everything as it was on every way
 * out. The frames are painted beside it (`screen/painter.ts`).
 */
import { type Instance, render } from 'ink';
import type { HowEnded } from '../sim/recording/recording.ts';
import { App } from './app.tsx';
import type { ScriptStep } from './keys/script.ts';
import { atOnce, Painter } from './screen/painter.ts';
import type { Size } from './screen/surface.ts';
import { ScriptRunner } from './script-runner.ts';
import { Session, type SessionOptions } from './session.ts';

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How it was left: by a key, or by a signal from outside. */
export type Ending = 'quit' | 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Sitting {
  readonly session: Session;
  readonly ending: Ending;
  /** The keys that were pressed, as a script: played again it shows the same. */
  readonly keys: readonly ScriptStep[];
}

interface Start {
  readonly atUs: number | null;
  readonly steps: readonly ScriptStep[] | null;
}

const SIGNALS: readonly Exclude<Ending, 'quit'>[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** How often a script looks whether something is due. */
const SCRIPT_MS = 15;

export async function onTerminal(
  options: Omit<SessionOptions, 'draw' | 'quit' | 'fail'>,
  start: Start,
  terminal: Terminal,
): Promise<Sitting> {
  const { stdin, stdout } = terminal;
  const painter = new Painter();
  let isBlocked = false;
  let leave: (ending: Ending) => void = () => {};
  let breakOff: (error: unknown) => void = () => {};
  const left = new Promise<Ending>((resolve, reject) => {
    leave = resolve;
    breakOff = reject;
  });
  const session = new Session({
    ...options,
    draw: () => {
      // A slow line is not given more than it can carry: what came in between is never sent.
      if (isBlocked) return;
      stdout.write(atOnce(painter.paint(session.surface(), session.theme)));
      isBlocked = stdout.writableNeedDrain;
      if (!isBlocked) return;
      stdout.once('drain', () => {
        isBlocked = false;
        session.driver.redrawInTurn();
      });
    },
    repaint: () => painter.forget(),
    quit: () => leave('quit'),
    fail: breakOff,
  });
  const diary = new Diary(session, options.clock.now);
  const onKey = (key: string) => {
    diary.note(key);
    session.press(key);
  };
  const onResize = () => session.resize(sizeOf(stdout));
  // The window was closed, or the connection to it is gone. It stays: the last writes may fail after we have left.
  const onHangUp = () => leave('SIGHUP');
  const handlers = SIGNALS.map((signal) => [signal, () => leave(signal)] as const);
  // Whatever ends the process, what is recorded is written.
  const onExit = () => finishQuietly(session, 'unfinished');
  let ink: Instance | null = null;
  let stopScript = () => {};
  try {
    ink = render(<App onKey={guarded(onKey, breakOff)} />, {
      stdin,
      stdout,
      interactive: true,
      alternateScreen: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
    stdout.on('resize', onResize);
    for (const stream of [stdout, stdin]) stream.on('error', onHangUp);
    for (const [signal, handler] of handlers) process.on(signal, handler);
    process.on('exit', onExit);
    ink.waitUntilExit().then(() => leave('quit'), breakOff);
    if (start.atUs !== null) session.driver.seekTime(start.atUs);
    if (start.steps !== null) stopScript = runScript(new ScriptRunner(start.steps, session), options, breakOff);
    session.driver.redraw();
    const ending = await left;
    return { session, ending, keys: start.steps ?? diary.steps };
  } catch (error) {
    finishQuietly(session, 'broken');
    throw error;
  } finally {
    stopScript();
    session.driver.stop();
    stdout.off('resize', onResize);
    for (const [signal, handler] of handlers) process.off(signal, handler);
    process.off('exit', onExit);
    ink?.unmount();
    await ink?.waitUntilExit().catch(() => {});
  }
}

/** Where there is something worse to tell than that a recording could not be written. */
function finishQuietly({ studio }: Session, how: HowEnded): void {
  try {
    studio?.finish(how);
  } catch {
    // What was written last is what there is.
  }
}

/** An error in a key's handler would vanish in the stream's event; it ends the session like any other. */
function guarded<T extends readonly unknown[]>(
  act: (...args: T) => void,
  fail: (error: unknown) => void,
): (...args: T) => void {
  return (...args) => {
    try {
      act(...args);
    } catch (error) {
      fail(error);
    }
  };
}

function runScript(
  runner: ScriptRunner,
  { clock }: Pick<SessionOptions, 'clock'>,
  fail: (error: unknown) => void,
): () => void {
  let stop = () => {};
  const go = () => {
    runner.go(clock.now());
    if (!runner.isOver) stop = clock.after(SCRIPT_MS, guarded(go, fail));
  };
  stop = clock.after(SCRIPT_MS, guarded(go, fail));
  return () => stop();
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns ?? 80, rows: rows ?? 24 };
}

/** No wait in a diary is longer: a presenter talks, a cast goes on. */
const LONGEST_WAIT_MS = 2000;

/** Writes down which keys were pressed when: at which virtual time while the run plays, after how long while it stands. */
class Diary {
  readonly steps: ScriptStep[] = [];
  private readonly session: Session;
  private readonly now: () => number;
  private lastMs: number;

  constructor(session: Session, now: () => number) {
    this.session = session;
    this.now = now;
    this.lastMs = now();
  }

  readonly note = (key: string): void => {
    const { pace } = this.session.ui;
    const nowMs = this.now();
    if (pace.playing && pace.direction === 1) {
      this.steps.push({ kind: 'at', timeUs: this.session.player.simulation.nowUs });
    } else {
      const waitedMs = Math.min(LONGEST_WAIT_MS, Math.round((nowMs - this.lastMs) / 100) * 100);
      if (waitedMs > 0) this.steps.push({ kind: 'wait', ms: waitedMs });
    }
    this.lastMs = nowMs;
    this.steps.push({ kind: 'key', key });
  };
}
