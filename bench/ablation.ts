/**
 * What the engine's accounts cost: the fingerprint, the history of operations with its judge, the metrics. The engine with empty
 * twins in their place runs the same load in turn with one that has them all: no switch in the engine, no guess.
 */
import { SECOND } from '../sim/index.ts';
import { inTurnApart } from './apart.ts';
import type { ApartRun } from './apart-run.ts';
import { bundle, inFolder, type Twin } from './bundles.ts';
import { extraCost } from './measure.ts';
import { asPercent, held, type Row } from './row.ts';

const ACCOUNTS = ['fingerprint', 'history', 'counters'] as const satisfies readonly Twin[];

const ENTRY = "export { chordPlan } from './bench/chord.ts'; export { Simulation } from './sim/index.ts';";

const NODES = 10_000;
const WARM_UP_US = 100 * SECOND;
const SLICE_US = 20 * SECOND;
const ROUNDS = 25;
/** Gauges in the run that has metrics: by default a run has two hundred of them. */
const SAMPLE_US = 5 * SECOND;
const NEVER_US = 1_000_000 * SECOND;

interface LeftOut {
  readonly twins: readonly Twin[];
  /** Whether the run without them reads no gauges either. */
  readonly gauges: boolean;
}

/** What these accounts cost together, as a part of the run without them. */
function costOf({ twins, gauges }: LeftOut): Promise<number> {
  return inFolder(async (folder) => {
    const run = async (without: readonly Twin[], sampleUs: number): Promise<ApartRun> => ({
      bundle: await bundle(folder, ENTRY, { twins: without }),
      nodes: NODES,
      sampleUs,
      warmUpUs: WARM_UP_US,
      sliceUs: SLICE_US,
    });
    const [dearer, cheaper] = await inTurnApart(ROUNDS, [
      await run([], gauges ? SAMPLE_US : NEVER_US),
      await run(twins, NEVER_US),
    ]);
    // Whatever was left out, the same things happened.
    if (dearer.events !== cheaper.events) throw new Error('without its accounts the run is another one');
    if (twins.includes('fingerprint') && cheaper.fingerprint !== '') throw new Error('the twin is not in its place');
    return extraCost(dearer.costs, cheaper.costs);
  });
}

function accountRow(name: string, leftOut: LeftOut, of: Pick<Row, 'onRequest'> & { readonly goal?: number }): Row {
  const { goal, ...request } = of;
  return {
    name,
    ...request,
    async run() {
      const bars = { better: 'less', write: asPercent, ...(goal === undefined ? {} : { goal }) } as const;
      return held(await costOf(leftOut), bars, 'of Chord at 10,000 nodes without');
    },
  };
}

const onRequest = { onRequest: true } as const;

export const accountRows: readonly Row[] = [
  accountRow('fingerprint, history and metrics: cost', { twins: ACCOUNTS, gauges: true }, { goal: 0.15 }),
  accountRow('cost of the fingerprint alone', { twins: ['fingerprint'], gauges: false }, onRequest),
  accountRow('cost of the history alone', { twins: ['history'], gauges: false }, onRequest),
  accountRow('cost of the counts of messages alone', { twins: ['counters'], gauges: false }, onRequest),
  accountRow('cost of the gauges alone', { twins: [], gauges: true }, onRequest),
];
