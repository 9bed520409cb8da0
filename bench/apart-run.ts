/** The process of a run that takes turns with others: see `apart.ts`. */
import { pathToFileURL } from 'node:url';
import { inlineForLargeRuns } from '../cli/inlining.ts';
import type * as Index from '../sim/index.ts';
import type * as Chord from './chord.ts';
import { spentUs } from './measure.ts';

/** What a run is made of; the bundle exports the Chord workload's plan and the simulation. */
export interface ApartRun {
  readonly bundle: string;
  readonly nodes: number;
  readonly sampleUs: number;
  readonly warmUpUs: number;
  readonly sliceUs: number;
}

export type Wish = 'slice' | 'end';

/** What the run says when it has done what was wished for. */
export interface Told {
  /** Processor time of the slice. */
  readonly spentUs: number;
  readonly events: number;
  readonly fingerprint: string;
}

const { bundle, nodes, sampleUs, warmUpUs, sliceUs } = JSON.parse(process.argv[2]) as ApartRun;
const made = (await import(pathToFileURL(bundle).href)) as Pick<typeof Chord, 'chordPlan'> &
  Pick<typeof Index, 'Simulation'>;
inlineForLargeRuns(nodes);
const run = new made.Simulation(made.chordPlan(nodes, sampleUs));
run.runUntil(warmUpUs);

process.on('message', (wish: Wish) => {
  const before = spentUs();
  if (wish === 'slice') run.runUntil(run.nowUs + sliceUs);
  const told: Told = { spentUs: spentUs() - before, events: run.events, fingerprint: run.fingerprint };
  process.send?.(told);
});
