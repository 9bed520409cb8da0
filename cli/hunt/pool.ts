/**
 * Seeds over worker threads. A thread that dies is replaced, and its seed is tried again by another; one at which every
 * thread dies is a finding. What comes out does not depend on how many threads there are or which was first.
 */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { DEFECT } from '../../sim/explore/failure.ts';
import type { SeedResult } from '../../sim/explore/tally.ts';
import type { WorkerData } from './messages.ts';

/** So often is a seed tried whose thread dies. */
const TRIES = 3;

export interface PoolOptions {
  readonly workers: number;
  readonly data: WorkerData;
  /** Another worker, for tests. */
  readonly worker?: string;
}

export class Pool {
  /** Threads that died and were replaced. */
  deaths = 0;
  private readonly piscina: Piscina<number, SeedResult>;
  private readonly workers: number;

  constructor({ workers, data, worker }: PoolOptions) {
    this.workers = workers;
    this.piscina = new Piscina({
      filename: worker ?? fileURLToPath(new URL('./worker.ts', import.meta.url)),
      minThreads: workers,
      maxThreads: workers,
      execArgv: ['--import', 'tsx'],
      workerData: data,
    });
  }

  /** Does seeds until there are no more, or `goesOn` says no; those under way are finished. */
  async run(seeds: Iterable<number>, goesOn: () => boolean, done: (result: SeedResult) => void): Promise<void> {
    const iterator = seeds[Symbol.iterator]();
    // Each lane has one seed under way, and one more so that no thread waits.
    const lane = async () => {
      for (let next = iterator.next(); !next.done && goesOn(); next = iterator.next())
        done(await this.seed(next.value));
    };
    await Promise.all(Array.from({ length: this.workers * 2 }, lane));
  }

  async close(): Promise<void> {
    await this.piscina.destroy();
  }

  private async seed(seed: number): Promise<SeedResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.piscina.run(seed);
      } catch (error) {
        if (!isDeath(error)) throw error;
        this.deaths++;
        if (attempt === TRIES) return fatal(seed, error);
      }
    }
  }
}

/** A scenario that is wrong comes back as an error of its own; everything else that a thread says nothing about is its end. */
function isDeath(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name !== 'ScenarioError' &&
    /worker exited|out of memory|ERR_WORKER/i.test(`${message} ${String((error as { code?: string }).code)}`)
  );
}

function fatal(seed: number, error: unknown): SeedResult {
  const message = `the thread that runs it dies: ${(error as Error).message}`;
  const failure = {
    property: DEFECT,
    message,
    text: 'nothing throws',
    us: 0,
    event: 0,
    sinceUs: 0,
    kind: 'safety',
  } as const;
  return { seed, failures: [{ ...failure, key: `${DEFECT}: the thread dies` }], events: 0, cutShort: false };
}
