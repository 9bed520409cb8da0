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

/** The mark is for the worst: it is that which one notices. */
function worstOf(waits: readonly number[], mark: number) {
  const worst = Math.max(...waits);
  return {
    figure: `${worst.toFixed(1)} ms`,
    mark: `${mark} ms`,
    reached: worst <= mark,
    more: `worst of ${waits.length}, median ${median(waits).toFixed(1)} ms`,
  };
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
    name: 'from a key to the screen at full speed',
    async run() {
      // It is waited for, so the clock on the wall counts; the worst is as much the machine's as ours.
      return medianAndWorst(await waitsAtFullSpeed(), 50);
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
      // The first step back after running on is the dear one: the next ones find a checkpoint close by.
      const costs = Array.from({ length: 25 }, () => {
        run(71_000);
        return costOf(() => {
          player.goToEvent(player.simulation.events - 1);
          player.arrive();
        });
      });
      return worstOf(costs, 100);
    },
  },
  {
    name: 'full speed with it, over that without',
    async run() {
      const plan = chordPlan(200, 100_000 * SECOND);
      const bare = new Simulation(plan);
      const played = new Played(plan);
      const ratios: Speed[] = [];
      let before = speedOf(() => bare.runUntil(SLICE_US));
      for (let untilUs = SLICE_US; untilUs <= 30 * SLICE_US; untilUs += SLICE_US) {
        const own = await played.speedUntil(untilUs);
        const after = played.whileAway(() => speedOf(() => bare.runUntil(untilUs + SLICE_US)));
        ratios.push({
          thread: (2 * own.thread) / (before.thread + after.thread),
          process: (2 * own.process) / (before.process + after.process),
        });
        before = after;
      }
      // The first slices are compiled on the way.
      ratios.splice(0, 5);
      const ratio = median(ratios.map(({ thread }) => thread));
      const all = median(ratios.map((each) => each.process));
      const more = `frames included; ${all.toFixed(3)} with what the collector does on other cores`;
      return { figure: ratio.toFixed(3), mark: '0.90', reached: ratio >= 0.9, more };
    },
  },
];

/** Virtual time per processor time: of the thread that runs the simulation, and of the whole process. */
interface Speed {
  readonly thread: number;
  readonly process: number;
}

/** Bare and played runs take turns, so that both meet the same weather. Half a second each, about. */
const SLICE_US = 600 * SECOND;

/** @param work takes the run through one slice. */
function speedOf(work: () => void): Speed {
  const stop = stopwatch();
  work();
  return stop(SLICE_US);
}

/** @returns a function that says how fast so much virtual time went by since. */
function stopwatch(): (us: number) => Speed {
  const spent = () => {
    const all = process.cpuUsage();
    // Node 20 knows only the whole process.
    const own = process.threadCpuUsage === undefined ? all : process.threadCpuUsage();
    return { thread: own.user + own.system, process: all.user + all.system };
  };
  const before = spent();
  return (us) => {
    const after = spent();
    return { thread: us / (after.thread - before.thread), process: us / (after.process - before.process) };
  };
}

/** A session at full speed, as on a terminal but for the terminal, that goes on only while it is asked to; in between its clock stands. */
class Played {
  private readonly session: Session;
  private awayMs = 0;
  private due: (() => void) | null = null;

  constructor(plan: Plan) {
    const painter = new Painter();
    this.session = sessionOf(plan, {
      clock: {
        now: () => performance.now() - this.awayMs,
        after: wallClock().after,
        soon: (call) => {
          this.due = call;
          return () => {
            if (this.due === call) this.due = null;
          };
        },
      },
      playing: true,
      draw: () => {
        painter.paint(this.session.surface(), this.session.theme);
      },
    });
    this.session.driver.redraw();
  }

  async speedUntil(untilUs: number): Promise<Speed> {
    const { simulation } = this.session.player;
    const from = simulation.nowUs;
    const stop = stopwatch();
    while (simulation.nowUs < untilUs) {
      const { due } = this;
      this.due = null;
      if (due === null) throw new Error('the run at full speed stands');
      due();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return stop(simulation.nowUs - from);
  }

  whileAway<T>(work: () => T): T {
    const started = performance.now();
    const result = work();
    this.awayMs += performance.now() - started;
    return result;
  }
}

/** How long after a key, pressed at any moment of a run at full speed, the frame that shows what it did was painted. */
function waitsAtFullSpeed(): Promise<readonly number[]> {
  const painter = new Painter();
  const waits: number[] = [];
  let pressedMs: number | null = null;
  return new Promise((resolve, reject) => {
    const session: Session = sessionOf(chordPlan(200, 100_000 * SECOND), {
      clock: wallClock(),
      playing: true,
      draw() {
        painter.paint(session.surface(), session.theme);
        if (pressedMs === null) return;
        waits.push(performance.now() - pressedMs);
        pressedMs = null;
        if (waits.length === 60) {
          session.driver.stop();
          // The first ones are compiled while they are drawn.
          resolve(waits.slice(20));
        } else {
          pressAfter(30 + ((waits.length * 37) % 90));
        }
      },
      fail: reject,
    });
    const pressAfter = (ms: number) => {
      // The key comes when the timer is due; until it is heard, a slice of the run may go by.
      const dueMs = performance.now() + ms;
      setTimeout(() => {
        pressedMs = dueMs;
        session.press('n');
      }, ms);
    };
    session.driver.redraw();
    pressAfter(500);
  });
}
