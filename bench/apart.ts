/**
 * Runs that take turns, each in a process of its own: in one process they would share a collector, which works for the one when the other has made the garbage.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ApartRun, Told, Wish } from './apart-run.ts';

/** What became of a run. */
export interface Ran {
  /** Processor time of each slice but the first, in microseconds. */
  readonly costs: readonly number[];
  readonly events: number;
  readonly fingerprint: string;
}

/** Lets each do a slice in turn, so many times and once before; all meet the same weather. */
export async function inTurnApart(rounds: number, runs: readonly ApartRun[]): Promise<Ran[]> {
  const children = runs.map((run) =>
    fork(fileURLToPath(new URL('./apart-run.ts', import.meta.url)), [JSON.stringify(run)]),
  );
  try {
    const costs: number[][] = runs.map(() => []);
    for (let round = 0; round <= rounds; round++) {
      for (const [i, child] of children.entries()) {
        const { spentUs } = await ask(child, 'slice');
        if (round > 0) costs[i].push(spentUs);
      }
    }
    const ends = [];
    for (const child of children) ends.push(await ask(child, 'end'));
    return ends.map(({ events, fingerprint }, i) => ({ costs: costs[i], events, fingerprint }));
  } finally {
    for (const child of children) child.kill();
  }
}

function ask(child: ChildProcess, wish: Wish): Promise<Told> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a run ended with exit code ${code}`));
    child.once('exit', ended);
    child.once('message', (told) => {
      child.off('exit', ended);
      resolve(told as Told);
    });
    child.send(wish);
  });
}
