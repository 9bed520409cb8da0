/** One rumor among a hundred thousand peers: how long until all of them have it. */
import { inlineForLargeRuns } from '../cli/inlining.ts';
import { gossip } from '../protocols/gossip/index.ts';
import { planOf, SECOND, Simulation } from '../sim/index.ts';
import { peakBytes, spentUs } from './measure.ts';
import { ONE_UPDATE } from './papers/gossip.ts';
import { asCount, asGiB, asSeconds, held, type Row } from './row.ts';

const PEERS = 100_000;
const MOST_ROUNDS = 60;

export const rumorRow: Row = {
  name: 'gossip, 100,000 peers, one rumor to all',
  run() {
    const started = spentUs();
    const durationUs = MOST_ROUNDS * SECOND;
    // Every peer compares notes with a random other once a second; n0 has news at time 0.
    const plan = planOf(gossip, {
      nodes: PEERS,
      durationUs,
      sampleUs: durationUs,
      settings: { ...ONE_UPDATE, strategy: 'push-pull' },
    });
    inlineForLargeRuns(PEERS);
    const simulation = new Simulation(plan);
    const { gauges } = plan.system;
    const coverage = () => gauges?.(simulation.world, simulation.judged).coverage ?? 0;
    while (coverage() < 1 && !simulation.finished) simulation.runUntil(simulation.nowUs + SECOND);
    const seconds = (spentUs() - started) / 1e6;
    const reached = coverage();
    if (reached < 1) throw new Error(`after ${MOST_ROUNDS} rounds only ${reached} of the peers had it`);
    const rounds = Math.round(simulation.nowUs / SECOND);
    const more = `${rounds} rounds of push-pull, ${asCount(simulation.events)} events, ${asGiB(peakBytes())} at most`;
    return held(seconds, { better: 'less', goal: 10, write: asSeconds }, more);
  },
};
