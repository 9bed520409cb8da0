import type { System } from '../sim/index.ts';
import { EXIT } from './exit-code.ts';
import { reasonOf } from './reasons.ts';

/** All that a command has of the world around it. */
export interface Shell {
  readonly out: Sink;
  readonly err: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The systems that scenarios may name. Loaded when asked for: `--help` needs none. */
  readonly systems: () => Promise<ReadonlyMap<string, System>>;
  /** The wall clock in milliseconds, for progress only. */
  readonly nowMs: () => number;
  /** Lets signals and output through: a run is one long computation. */
  readonly turn: () => Promise<void>;
  /** Tells of the first signal to end; the second one ends the process at once. Returns how to stop listening. */
  readonly onSignal: (handler: (signal: EndSignal) => void) => () => void;
  /** Both ends of the terminal, for a program that takes the whole screen; null if one of them is none. */
  readonly terminal: { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream } | null;
}

export type EndSignal = 'SIGINT' | 'SIGTERM';

/** Where text goes. */
export interface Sink {
  write(text: string): void;
  readonly isTerminal: boolean;
  readonly columns: number;
}

export function processShell(): Shell {
  return {
    out: sinkOf(process.stdout),
    err: sinkOf(process.stderr),
    env: process.env,
    systems: async () => (await import('../protocols/registry.ts')).systems,
    nowMs: () => performance.now(),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    onSignal,
    terminal:
      process.stdin.isTTY === true && process.stdout.isTTY === true
        ? { stdin: process.stdin, stdout: process.stdout }
        : null,
  };
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`), or a window that was closed, is no error.
    if (error.code === 'EPIPE' || error.code === 'EIO') return;
    if (stream !== process.stderr) process.stderr.write(`the output cannot be written: ${reasonOf(error)}\n`);
    process.exit(EXIT.wrongInput);
  });
  return {
    write: (text) => {
      stream.write(text);
    },
    get isTerminal() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns ?? 80;
    },
  };
}

function onSignal(handler: (signal: EndSignal) => void): () => void {
  const stop = () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
  const listener = (signal: NodeJS.Signals) => {
    stop();
    handler(signal as EndSignal);
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return stop;
}
