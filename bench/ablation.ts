/**
 * What the engine's accounts cost: the fingerprint, the history of operations with its judge, the metrics. The engine is bundled anew with empty
 * twins (`bench/twins/`) in their place, and runs the same load in turn with a bundle that has them all: no switch in the engine, no guess.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { inlineForLargeRuns } from '../cli/inlining.ts';
import type * as Index from '../sim/index.ts';
import { SECOND, type Simulation } from '../sim/index.ts';
import type * as Chord from './chord.ts';
import { extraCost, inTurn } from './measure.ts';
import { asPercent, held, type Row } from './row.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ACCOUNTS = ['fingerprint', 'history', 'counters'] as const;
type Account = (typeof ACCOUNTS)[number];

/** Puts the twins in place of these modules of the engine, but for the twins themselves. */
function replacing(accounts: readonly Account[]): Plugin {
  return {
    name: 'twins',
    setup({ onResolve }) {
      onResolve({ filter: /\.ts$/ }, ({ path, importer }) => {
        const account = accounts.find((name) => basename(path) === `${name}.ts`);
        const isEngines = importer.includes(join('sim', 'engine')) || path.includes('sim/engine');
        if (account === undefined || !isEngines || importer.includes(join('bench', 'twins'))) return null;
        return { path: join(ROOT, 'bench', 'twins', `${account}.ts`) };
      });
    },
  };
}

type Bundled = Pick<typeof Chord, 'chordPlan'> & Pick<typeof Index, 'Simulation'>;

async function bundled(folder: string, without: readonly Account[]): Promise<Bundled> {
  const outfile = join(folder, `without-${without.join('-') || 'nothing'}.mjs`);
  await build({
    stdin: {
      contents: "export { chordPlan } from './bench/chord.ts'; export { Simulation } from './sim/index.ts';",
      resolveDir: ROOT,
      sourcefile: 'ablation.ts',
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    // As the commands run it.
    keepNames: true,
    plugins: [replacing(without)],
    logLevel: 'error',
  });
  return (await import(pathToFileURL(outfile).href)) as Bundled;
}

/** Inside the project, where a bundle finds the packages. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const out = join(ROOT, 'out');
  await mkdir(out, { recursive: true });
  const folder = await mkdtemp(join(out, 'ablation-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const NODES = 10_000;
const WARM_UP_US = 100 * SECOND;
const SLICE_US = 40 * SECOND;
/** Gauges in the run that has metrics: by default a run has two hundred of them. */
const SAMPLE_US = 5 * SECOND;
const NEVER_US = 1_000_000 * SECOND;

interface LeftOut {
  readonly twins: readonly Account[];
  /** Whether the run without them reads no gauges either. */
  readonly gauges: boolean;
}

/** What these accounts cost together, as a part of the run without them. */
function costOf({ twins, gauges }: LeftOut): Promise<number> {
  return inFolder(async (folder) => {
    const [all, bare] = await Promise.all([bundled(folder, []), bundled(folder, twins)]);
    inlineForLargeRuns(NODES);
    const runs: readonly Simulation[] = [
      new all.Simulation(all.chordPlan(NODES, gauges ? SAMPLE_US : NEVER_US)),
      new bare.Simulation(bare.chordPlan(NODES, NEVER_US)),
    ];
    for (const run of runs) run.runUntil(WARM_UP_US);
    const [dearer, cheaper] = inTurn(
      9,
      runs.map((run) => () => {
        run.runUntil(run.nowUs + SLICE_US);
      }),
    );
    // Whatever was left out, the same things happened.
    if (runs[0].events !== runs[1].events) throw new Error('without its accounts the run is another one');
    if (twins.includes('fingerprint') && runs[1].fingerprint !== '') throw new Error('the twin is not in its place');
    return extraCost(dearer, cheaper);
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
