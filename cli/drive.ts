/** Plays a run to its end, in batches between which signals are heard. */
import { type ProtocolTypes, SetupError, type Simulation, SimulationError } from '../sim/index.ts';
import type { Recorder } from '../sim/recording/recorder.ts';
import { Defect, InputError } from './errors.ts';
import type { Position } from './progress.ts';
import type { EndSignal, Shell } from './shell.ts';

export interface Drive {
  /** Virtual time to stop at. */
  readonly limitUs: number;
  readonly onTick: (position: Position) => void;
  /** The scenario's file, for messages. */
  readonly file: string;
  /** Whoever wants the run to be played through it, in place of the simulation's own `runUntil`. */
  readonly player?: Pick<Recorder, 'play'> | null;
}

/** So long may a batch take: a user who presses Ctrl-C is answered within that, and progress is smooth. */
const BATCH_MS = 30;
const LARGEST_BATCH = 1_000_000;

/** Plays on to the limit, or until a signal; returns that signal, or null. The batch under way is always finished. */
export async function drive<P extends ProtocolTypes>(
  simulation: Simulation<P>,
  { limitUs, onTick, file, player = null }: Drive,
  shell: Shell,
): Promise<EndSignal | null> {
  let signal: EndSignal | null = null;
  const stopListening = shell.onSignal((received) => {
    signal = received;
  });
  const play = (batch: number) => (player === null ? simulation.runUntil(limitUs, batch) : player.play(limitUs, batch));
  try {
    let batch = 1_000;
    for (;;) {
      const startedMs = shell.nowMs();
      const isOver = guarded(simulation, file, () => play(batch)) < batch;
      await shell.turn();
      if (isOver || signal !== null) return isOver ? null : signal;
      onTick(simulation);
      const tookMs = shell.nowMs() - startedMs;
      batch = Math.min(LARGEST_BATCH, Math.max(1, Math.round(batch * Math.min(4, BATCH_MS / Math.max(tookMs, 1)))));
    }
  } finally {
    stopListening();
  }
}

/** Does something with the run; what it throws is told apart: the scenario's mistake, or ours and where. */
export function guarded<T>(
  run: Pick<Simulation, 'nowUs' | 'events' | 'plan'> | { seed: string },
  file: string,
  act: () => T,
): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof SetupError) throw new InputError(`${file}: ${error.message}`);
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof SimulationError) throw new Defect(message, { cause: error });
    const place = 'plan' in run ? `event ${run.events}, at ${run.nowUs} us, seed ${run.plan.seed}` : `seed ${run.seed}`;
    throw new Defect(`${message} (${place})`, { cause: error });
  }
}
