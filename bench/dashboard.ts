/**
 * What the dashboard costs: a frame, a key, a step back late in a long run, and what it takes from a run at full speed.
 */
import { chord } from '../protocols/chord/index.ts';
import { type Plan, planOf, SECOND, Simulation } from '../sim/index.ts';
import type { Clock } from '../tui/run/clock.ts';
import { wallClock } from '../tui/run/clock.ts';
import { Painter } from '../tui/screen/painter.ts';
import { Session, type SessionOptions } from '../tui/session.ts';
import { median, type Row } from './measure.ts';

const SCENARIO = { head: '', title: 'A benchmark', text: '', file: 'bench.yaml' };
const SIZE = { columns: 120, rows: 40 };

function chordPlan(nodes: number, durationUs: number): Plan {
  return planOf(chord, {
    nodes,
    durationUs,
    network: { latency: { kind: 'exponential', meanUs: 50_000 } },
    workload: [{ operation: 'lookup', arrivals: { kind: 'rate', perSecond: 20 } }],
  }) as unknown as Plan;
}

function sessionOf(plan: Plan, changes: Partial<SessionOptions> = {}): Session {
  const nothing = () => {};
  const stopped: Clock = { now: () => performance.now(), after: () => nothing, soon: () => nothing };
  return new Session({
    plan,
    limitUs: plan.durationUs,
    scenario: SCENARIO,
    edits: { overrides: [], seed: undefined },
    clock: stopped,
    size: SIZE,
    depth: '256',
    large: false,
    main: 'picture',
    speed: { kind: 'max' },
    playing: false,
    draw: nothing,
    quit: nothing,
    fail(error) {
      throw error;
    },
    write: nothing,
    ...changes,
  });
}

/** Milliseconds of processor time. */
function costOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function medianAndWorst(costs: readonly number[], mark: number) {
  const middle = median(costs);
  return {
    figure: `${middle.toFixed(1)} ms`,
    mark: `${mark} ms`,
    reached: middle <= mark,
    more: `median of ${costs.length}, worst ${Math.max(...costs).toFixed(1)} ms`,
  };
}

export const dashboardRows: readonly Row[] = [
  {
    name: 'a frame at 120×40 with 200 nodes',
    async run() {
      const session = sessionOf(chordPlan(200, 600 * SECOND));
      const painter = new Painter();
      const costs: number[] = [];
      session.press('n');
      for (let i = 0; i < 150; i++) {
        session.player.forward(session.player.simulation.nowUs + 33_000);
        const cost = costOf(() => {
          painter.paint(session.surface(), session.theme);
        });
        // The first frames are compiled while they are drawn.
        if (i >= 50) costs.push(cost);
      }
      return medianAndWorst(costs, 16);
    },
  },
  {
    name: 'from a key to the screen, 200 nodes',
    async run() {
      const session = sessionOf(chordPlan(200, 600 * SECOND));
      const painter = new Painter();
      session.player.forward(5 * SECOND);
      const costs: number[] = [];
      for (let i = 0; i < 150; i++) {
        const cost = costOf(() => {
          session.press('n');
          painter.paint(session.surface(), session.theme);
        });
        if (i >= 50) costs.push(cost);
      }
      return medianAndWorst(costs, 50);
    },
  },
  {
    name: 'a step back after a million events',
    async run() {
      const { player } = sessionOf(chordPlan(200, 100_000 * SECOND));
      const run = (events: number) => {
        player.recorder.mute(true);
        player.forward(Infinity, events);
        player.recorder.mute(false);
      };
      run(1_000_000);
      // The first step back after running on is the dear one: the next ones find a checkpoint close by. Each is waited for, so the clock counts.
      const waits = Array.from({ length: 9 }, () => {
        run(70_000);
        const started = performance.now();
        player.goToEvent(player.simulation.events - 1);
        player.arrive();
        return performance.now() - started;
      });
      return medianAndWorst(waits, 100);
    },
  },
  {
    name: 'full speed with it, over that without',
    async run() {
      const plan = chordPlan(200, 5_000 * SECOND);
      const ratios: number[] = [];
      const untilUs = plan.durationUs * 0.9;
      for (let i = 0; i < 5; i++) {
        const bare = costOf(() => {
          new Simulation(plan).runUntil(untilUs);
        });
        const { costMs, reachedUs } = await costOfPlaying(plan, untilUs);
        ratios.push((bare * reachedUs) / (untilUs * costMs));
      }
      const ratio = median(ratios);
      return { figure: ratio.toFixed(3), mark: '0.90', reached: ratio >= 0.9, more: 'processor time, frames included' };
    },
  },
];

/** The run at full speed, as it is on a terminal but for the terminal, until it has come so far. */
function costOfPlaying(plan: Plan, untilUs: number): Promise<{ readonly costMs: number; readonly reachedUs: number }> {
  const painter = new Painter();
  const before = process.cpuUsage();
  return new Promise((resolve, reject) => {
    const session: Session = sessionOf(plan, {
      clock: wallClock(),
      playing: true,
      draw() {
        painter.paint(session.surface(), session.theme);
        const { nowUs } = session.player.simulation;
        if (nowUs < untilUs) return;
        session.driver.stop();
        const { user, system } = process.cpuUsage(before);
        resolve({ costMs: (user + system) / 1000, reachedUs: nowUs });
      },
      fail: reject,
    });
    session.driver.redraw();
  });
}
