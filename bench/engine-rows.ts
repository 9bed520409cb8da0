/** The engine by itself: events that schedule events, and timers. */
import { SECOND } from '../sim/index.ts';
import { inTurn, median, paired } from './measure.ts';
import { pholdRun } from './phold.ts';
import { asMillions, asRatio, held, type Row } from './row.ts';
import { ANSWERS_PER_SECOND, ringRun, type TimerUse } from './timers.ts';

export const pholdRow: Row = {
  name: 'PHOLD, 10,000 pending',
  run() {
    const simulation = pholdRun(10_000);
    simulation.runUntil(Infinity, 500_000);
    const { rate, ratio, least, greatest } = paired(7, () => simulation.runUntil(Infinity, 1_000_000));
    const more = `${asMillions(rate)} events; ${asRatio(least)} to ${asRatio(greatest)}`;
    return held(ratio, { better: 'more', mark: 0.25, goal: 0.55, write: asRatio }, more);
  },
};

const PROCESSES = 10_000;
const SLICE_US = 5 * SECOND;

export const timerRow: Row = {
  name: 'a cancelled timer, over a fired one',
  run() {
    const uses: readonly TimerUse[] = ['none', 'cancelled', 'fired'];
    const runs = uses.map((use) => ringRun(PROCESSES, use));
    const costs = inTurn(
      7,
      runs.map((run) => () => {
        run.runUntil(run.nowUs + SLICE_US);
      }),
    );
    const timers = (PROCESSES * ANSWERS_PER_SECOND * SLICE_US) / SECOND;
    const nsBeyondNone = (i: number) => median(costs[i].map((us, round) => ((us - costs[0][round]) * 1000) / timers));
    const cancelled = nsBeyondNone(1);
    const fired = nsBeyondNone(2);
    const more = `${Math.round(cancelled)} ns to set and cancel, ${Math.round(fired)} ns to set and fire`;
    return held(cancelled / fired, { better: 'less', goal: 1 / 3, write: asRatio }, more);
  },
};
