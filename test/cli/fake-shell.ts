/** The command in this process: its output in strings, a clock that ticks when it is looked at, the greeters as its systems. */

import { runProgram } from '../../cli/program.ts';
import type { EndSignal, Shell, Sink } from '../../cli/shell.ts';
import type { System } from '../../sim/index.ts';
import { systems } from '../report/greeters.ts';

export const FOLDER = new URL('./scenarios', import.meta.url).pathname;

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether both outputs are terminals. */
  readonly isTerminal?: boolean;
  readonly columns?: number;
  /** Ends the run by this signal when it has been given so many turns. */
  readonly signal?: { readonly name: EndSignal; readonly afterTurns: number };
  /** Default: the greeters alone. */
  readonly systems?: ReadonlyMap<string, System>;
  /** By how much the clock advances whenever somebody looks. */
  readonly tickMs?: number;
}

/** Runs the command as if npm had started it in the folder of scenarios. */
export async function sim(args: readonly string[], setting: Setting = {}): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (texts: string[]): Sink => ({
    write: (text) => {
      texts.push(text);
    },
    isTerminal: setting.isTerminal ?? false,
    columns: setting.columns ?? 80,
  });
  let nowMs = 0;
  let turns = 0;
  let handler: ((signal: EndSignal) => void) | null = null;
  const shell: Shell = {
    out: sink(out),
    err: sink(err),
    env: { npm_lifecycle_event: 'sim', INIT_CWD: FOLDER, ...setting.env },
    systems: async () => setting.systems ?? systems,
    nowMs: () => {
      nowMs += setting.tickMs ?? 1;
      return nowMs;
    },
    turn: async () => {
      turns++;
      if (setting.signal !== undefined && turns === setting.signal.afterTurns) handler?.(setting.signal.name);
    },
    terminal: null,
    onSignal: (listener) => {
      handler = listener;
      return () => {
        handler = null;
      };
    },
  };
  const code = await runProgram(args, shell);
  return { code, out: out.join(''), err: err.join('') };
}
