import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Track } from '../../sim/explore/track.ts';
import { Defect } from '../errors.ts';
import type { TrackAnswer, TrackRequest } from './messages.ts';

/** The module that has the systems, for processes and workers that load it themselves. */
export const REGISTRY = fileURLToPath(new URL('../../protocols/registry.ts', import.meta.url));

/** A process of its own, that has run nothing before. */
export class FreshProcess {
  private readonly child: ChildProcess;
  private readonly ready: Promise<void>;
  private answered: ((answer: TrackAnswer) => void) | null = null;

  constructor(registry = REGISTRY) {
    this.child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), [registry], {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
      // A Ctrl-C is for us: we say what was found, and then end it.
      detached: true,
    });
    this.ready = new Promise((resolve) => this.child.once('message', () => resolve()));
    this.child.on('exit', (code) => this.answered?.({ error: `the fresh process ended with code ${code}` }));
    void this.ready.then(() =>
      this.child.on('message', (answer) => {
        this.answered?.(answer as TrackAnswer);
      }),
    );
  }

  /** @throws Defect if the run broke there. */
  async track(request: TrackRequest): Promise<Track> {
    const exited = new Promise<TrackAnswer>((resolve) => {
      this.answered = resolve;
    });
    await Promise.race([this.ready, exited]);
    this.child.send(request);
    const answer = await exited;
    if ('error' in answer) throw new Defect(`in a fresh process: ${answer.error}`);
    return answer.track;
  }

  close(): void {
    this.answered = null;
    this.child.kill();
  }
}
