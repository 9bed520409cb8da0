/** The Chord workload: its speed by the number of nodes, its memory, and runs of a million nodes and more. */
import { SECOND } from '../sim/index.ts';
import { CHORD_DURATION_US, chordRun } from './chord.ts';
import { paired, peakBytes, reachableBytes, spentUs } from './measure.ts';
import { asCount, asGiB, asKiB, asMillions, asRatio, asSeconds, type Bars, held, type Row } from './row.ts';

interface Speed {
  readonly nodes: number;
  /** How much virtual time is timed in one piece. */
  readonly sliceUs: number;
  readonly bars?: Pick<Bars, 'mark' | 'goal'>;
  readonly heavy?: Pick<Row, 'onRequest' | 'flags'>;
}

/** V8 takes a quarter or half of the machine's memory otherwise, and at most 4 GiB. */
const heapOf = (gib: number): string => `--max-old-space-size=${Math.round(gib * 1024)}`;

/** Messages per second over heap operations per second. */
function speedRow({ nodes, sliceUs, bars, heavy }: Speed): Row {
  return {
    name: `Chord, ${asCount(nodes)} nodes`,
    ...heavy,
    run() {
      const simulation = chordRun(nodes);
      // The compiler has settled, and every routine has come round once, after so long.
      simulation.runUntil((nodes > 10_000 ? 30 : 200) * SECOND);
      const { rate, ratio, least, greatest } = paired(5, () => {
        const before = simulation.counters.sent;
        simulation.runUntil(simulation.nowUs + sliceUs);
        return simulation.counters.sent - before;
      });
      const more = `${asMillions(rate)} messages; ${asRatio(least)} to ${asRatio(greatest)}`;
      return { ...held(ratio, { better: 'more', write: asRatio, ...bars }, more), nsEach: 1e9 / rate };
    },
  };
}

/** Speeds by the number of nodes, from few to many. */
export const speedRows: readonly Row[] = [
  speedRow({ nodes: 1_000, sliceUs: 150 * SECOND }),
  speedRow({ nodes: 10_000, sliceUs: 80 * SECOND, bars: { mark: 0.15, goal: 0.5 } }),
  speedRow({ nodes: 100_000, sliceUs: 8 * SECOND, bars: { goal: 0.18 } }),
  speedRow({ nodes: 1_000_000, sliceUs: 2 * SECOND, heavy: { onRequest: true, flags: [heapOf(8)] } }),
];

const messagesRow: Row = {
  name: 'Chord, 1,000 nodes, messages in 1,000 s',
  run() {
    const simulation = chordRun(1_000);
    simulation.runUntil(CHORD_DURATION_US);
    const { sent } = simulation.counters;
    const reached = Math.abs(sent / 748_000 - 1) < 0.03;
    return { figure: asCount(sent), mark: '748,000', reached, more: 'within 3 %: the load is the one that others run' };
  },
};

const memoryRow: Row = {
  name: 'Chord, 100,000 nodes, memory a node',
  run() {
    const before = reachableBytes();
    const simulation = chordRun(100_000);
    // Twenty seconds: every node has looked something up, stabilized, and has its timers and messages under way.
    simulation.runUntil(20 * SECOND);
    const bytes = (reachableBytes() - before) / 100_000;
    // The run is still wanted here; otherwise it might be collected before it is measured.
    if (simulation.events === 0) throw new Error('nothing happened');
    return held(bytes, { better: 'less', mark: 6 * 1024, goal: 3 * 1024, write: asKiB }, 'all in, history included');
  },
};

/**
 * How much memory a large run takes at most, and how long it is.
 * @param heapGiB as much as the goal leaves beside buffers and the program itself: with more room the collector would take it.
 */
function largeRow(name: string, nodes: number, seconds: number, goalGiB: number, heapGiB: number): Row {
  return {
    name: `Chord, ${name} nodes, ${seconds} s`,
    onRequest: true,
    flags: [heapOf(heapGiB)],
    run() {
      const started = spentUs();
      const simulation = chordRun(nodes);
      const startUs = spentUs() - started;
      simulation.runUntil(seconds * SECOND);
      const runUs = spentUs() - started - startUs;
      const { sent } = simulation.counters;
      const more = `start ${asSeconds(startUs / 1e6)}, run ${asSeconds(runUs / 1e6)}, ${asCount(sent)} messages, ${Math.round((runUs * 1000) / sent)} ns each`;
      return held(peakBytes(), { better: 'less', goal: goalGiB * 1024 ** 3, write: asGiB }, more);
    },
  };
}

export const chordRows: readonly Row[] = [
  ...speedRows,
  messagesRow,
  memoryRow,
  largeRow('a million', 1_000_000, 100, 4, 3.2),
  largeRow('four million', 4_000_000, 10, 16, 14),
];
