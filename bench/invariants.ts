/** What it costs to check invariants while a run goes on: after each event in a small run, on the default period in a large one. */
import { readFileSync } from 'node:fs';
import { inlineForLargeRuns } from '../cli/inlining.ts';
import { systems } from '../protocols/registry.ts';
import { type Plan, SECOND, Simulation } from '../sim/index.ts';
import { formatProblems, loadScenario } from '../sim/scenario/load.ts';
import { extraCost, inTurn } from './measure.ts';
import { asCount, asPercent, held, type Outcome, type Row } from './row.ts';

const SMALL = 'scenarios/chord-churn.yaml';

/** The same in the large: peers come, leave and crash all the time. */
const LARGE = `
system: chord
variant: paper
seed: 42
duration: 10m
nodes: 10000
config: { idBits: 32, successors: 8, stabilize: 5s, fixFingers: 5s, rpcTimeout: 3s, tellOldPredecessor: true }
network: { latency: { exponential: 50ms }, loss: 1% }
churn: { joins: 20/s, leaves: 10/s, crashes: 10/s, until: 7m }
workload: [ { lookup: { rate: 1000/s } } ]
expect:
  - at least one ring: always
  - at most one ring: always
  - ordered ring: always
  - connected appendages: stable within 1m of the last fault
  - ideal ring: stable within 2m of the last fault
`;

function planOf(text: string, file: string): Plan {
  const loaded = loadScenario(text, { file, systems });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded.plan;
}

/** Runs with and without what is expected, piece by piece in turn. */
function compare(plan: Plan, rounds: number, advance: (run: Simulation) => void, renew: boolean): Outcome {
  inlineForLargeRuns(plan.nodes ?? 0);
  const plans = [plan, { ...plan, expect: [] }];
  const runs = plans.map((each) => new Simulation(each));
  const [dearer, cheaper] = inTurn(
    rounds,
    runs.map((_, i) => () => {
      if (renew) runs[i] = new Simulation(plans[i]);
      advance(runs[i]);
    }),
  );
  const [checked, bare] = runs;
  if (checked.fingerprint !== bare.fingerprint) throw new Error('checking has changed the run');
  const checks = checked.watches.reduce((sum, watch) => sum + watch.checks, 0);
  const { length } = checked.watches;
  const more = `${length} properties, ${asCount(checks)} checks in ${asCount(checked.events)} events`;
  return held(extraCost(dearer, cheaper), { better: 'less', goal: 0.2, write: asPercent }, more);
}

export const invariantRows: readonly Row[] = [
  {
    name: 'invariants at each event, 64 nodes: cost',
    run() {
      const plan: Plan = { ...planOf(readFileSync(SMALL, 'utf8'), SMALL), check: 'event' };
      return compare(plan, 5, (run) => run.run(), true);
    },
  },
  {
    name: 'invariants on a period, 10,000 nodes: cost',
    run() {
      const slice = (run: Simulation) => {
        run.runUntil(run.nowUs + 12 * SECOND);
      };
      return compare(planOf(LARGE, 'large.yaml'), 5, slice, false);
    },
  },
];
