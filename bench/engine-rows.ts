/** The engine by itself: events that schedule events, and timers. */
import { SECOND, type Simulation } from '../sim/index.ts';
import { bundled, inFolder } from './bundles.ts';
import { inTurn, median, paired } from './measure.ts';
import { pholdRun } from './phold.ts';
import { asMillions, asRatio, held, type Row } from './row.ts';
import type * as Timers from './timers.ts';
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
/** Long, since processor time is told in steps of milliseconds; and many, since what is looked for is a tenth of what is timed. */
const SLICE_US = 8 * SECOND;
const ROUNDS = 21;
/** Questions asked in a slice. */
const QUESTIONS = (PROCESSES * ANSWERS_PER_SECOND * SLICE_US) / SECOND;

/** What each of these rings spends on a question beyond the first of them, in nanoseconds. */
function nsBeyond(rings: readonly Simulation[]): number[] {
  const costs = inTurn(
    ROUNDS,
    rings.map((ring) => () => {
      ring.runUntil(ring.nowUs + SLICE_US);
    }),
  );
  return costs.map((ring) => median(ring.map((us, round) => ((us - costs[0][round]) * 1000) / QUESTIONS)));
}

const RING_ENTRY = "export { ringRun } from './bench/timers.ts';";

/** A request against one whose time-out is left out; and a timer that fires against none. */
export const timeOutRow: Row = {
  name: 'a time-out that is cancelled, over a timer that fires',
  run: () =>
    inFolder(async (folder) => {
      const whole = await bundled<typeof Timers>(folder, RING_ENTRY);
      const without = await bundled<typeof Timers>(folder, RING_ENTRY, ['time-outs']);
      const [, cancelled] = nsBeyond([without.ringRun(PROCESSES, 'request'), whole.ringRun(PROCESSES, 'request')]);
      const [, fired] = nsBeyond([whole.ringRun(PROCESSES, 'none'), whole.ringRun(PROCESSES, 'fired')]);
      const more = `${Math.round(cancelled)} ns for a request's time-out, ${Math.round(fired)} ns to set and fire`;
      return held(cancelled / fired, { better: 'less', goal: 1 / 3, write: asRatio }, more);
    }),
};

/** The same where a machine sets and cancels a timer of its own, by two effects more. */
export const timerRow: Row = {
  name: 'a timer that a machine cancels, over one that fires',
  run() {
    const uses: readonly TimerUse[] = ['none', 'cancelled', 'fired'];
    const [, cancelled, fired] = nsBeyond(uses.map((use) => ringRun(PROCESSES, use)));
    const more = `${Math.round(cancelled)} ns to set and cancel, ${Math.round(fired)} ns to set and fire`;
    return held(cancelled / fired, { better: 'less', write: asRatio }, more);
  },
};
