/** The loads of which `npm run bench -- parts` says where their time goes; each runs in a process of its own, under perf. */
import { writeFileSync } from 'node:fs';
import { SECOND, type Simulation } from '../sim/index.ts';
import { chordRun } from './chord.ts';
import { rateOf } from './measure.ts';
import { pholdRun } from './phold.ts';
import { asCount } from './row.ts';

interface Load {
  readonly name: string;
  make(): Simulation;
  /** Goes on for a few seconds of processor time; returns the number of events. */
  advance(run: Simulation): number;
}

function chordLoad(nodes: number, warmUpSeconds: number, seconds: number): Load {
  return {
    name: `Chord ${asCount(nodes)}`,
    make() {
      const run = chordRun(nodes);
      run.runUntil(warmUpSeconds * SECOND);
      return run;
    },
    advance: (run) => run.runUntil(run.nowUs + seconds * SECOND),
  };
}

export const LOADS: readonly Load[] = [
  {
    name: 'PHOLD 10,000',
    make() {
      const run = pholdRun(10_000) as unknown as Simulation;
      run.runUntil(Infinity, 1_000_000);
      return run;
    },
    advance: (run) => run.runUntil(Infinity, 10_000_000),
  },
  chordLoad(1_000, 100, 890),
  chordLoad(10_000, 100, 300),
  chordLoad(100_000, 30, 30),
];

/** What the process under perf says of itself. */
export interface Stretch {
  readonly fromNs: string;
  readonly untilNs: string;
  readonly nsEach: number;
}

/** In the process under perf: runs the load, and writes down when it did so. */
export function runLoad(index: number, file: string): void {
  const load = LOADS[index];
  const run = load.make();
  const fromNs = process.hrtime.bigint();
  const nsEach = 1e9 / rateOf(() => load.advance(run));
  const stretch: Stretch = { fromNs: String(fromNs), untilNs: String(process.hrtime.bigint()), nsEach };
  writeFileSync(file, JSON.stringify(stretch));
}
