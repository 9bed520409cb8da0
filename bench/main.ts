/**
 * `npm run bench`: how fast the engine is, as ratios to a bare binary heap over typed arrays that runs in the same process and minute.
 * `npm run bench -- phold` runs the rows whose name contains the word. Each row has a process of its own: what the compiler learned from
 * one load is no help, and no hindrance, to the next.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { SECOND } from '../sim/index.ts';
import { CHORD_DURATION_US, chordRun } from './chord.ts';
import { dashboardRows } from './dashboard.ts';
import { hourRows } from './hour.ts';
import { BARE_PENDING, bareRate, paired, type Row, reachableBytes } from './measure.ts';
import { pholdRun } from './phold.ts';

const millions = (rate: number): string => `${(rate / 1e6).toFixed(2)} M/s`;

const rows: readonly Row[] = [
  {
    name: 'PHOLD, 10,000 pending',
    run() {
      const simulation = pholdRun(10_000);
      simulation.runUntil(Infinity, 500_000);
      const { rate, ratio, least, greatest } = paired(7, () => simulation.runUntil(Infinity, 1_000_000));
      return {
        figure: ratio.toFixed(3),
        mark: '0.25',
        reached: ratio >= 0.25,
        more: spread(rate, least, greatest, 'events'),
      };
    },
  },
  chordRow(1_000, 150, null),
  chordRow(10_000, 80, 0.15),
  chordRow(100_000, 8, null),
  {
    name: 'Chord, 1,000 nodes, messages in 1,000 s',
    run() {
      const simulation = chordRun(1_000);
      simulation.runUntil(CHORD_DURATION_US);
      const { sent } = simulation.counters;
      return {
        figure: sent.toLocaleString('en'),
        mark: '748,000',
        reached: Math.abs(sent / 748_000 - 1) < 0.03,
        more: 'within 3 %',
      };
    },
  },
  {
    name: 'Chord, 100,000 nodes, bytes a node',
    run() {
      const before = reachableBytes();
      const simulation = chordRun(100_000);
      // Twenty seconds: every node has looked something up, stabilized, and has its timers and messages under way.
      simulation.runUntil(20 * SECOND);
      const bytes = (reachableBytes() - before) / 100_000;
      return {
        figure: `${(bytes / 1024).toFixed(2)} KiB`,
        mark: '6 KiB',
        reached: bytes <= 6 * 1024 && simulation.events > 0,
        more: 'all in, history included',
      };
    },
  },
  ...hourRows,
  ...dashboardRows,
];

/** Messages per second over heap operations per second. */
function chordRow(nodes: number, sliceSeconds: number, mark: number | null): Row {
  return {
    name: `Chord, ${nodes.toLocaleString('en')} nodes`,
    run() {
      const simulation = chordRun(nodes);
      // The compiler has settled, and every routine has come round once, after so long.
      simulation.runUntil((nodes > 10_000 ? 30 : 200) * SECOND);
      const { rate, ratio, least, greatest } = paired(5, () => {
        const before = simulation.counters.sent;
        simulation.runUntil(simulation.nowUs + sliceSeconds * SECOND);
        return simulation.counters.sent - before;
      });
      return {
        figure: ratio.toFixed(3),
        mark: mark === null ? '' : mark.toFixed(2),
        reached: mark === null || ratio >= mark,
        more: spread(rate, least, greatest, 'messages'),
      };
    },
  };
}

function spread(rate: number, least: number, greatest: number, what: string): string {
  return `${millions(rate)} ${what}; from ${least.toFixed(3)} to ${greatest.toFixed(3)}`;
}

/** Set in the process that runs one row. */
const only = process.env.PEERSCOPE_BENCH_ROW;
const wanted = process.argv.slice(2).join(' ').toLowerCase();
const chosen = rows.filter((row) => row.name.toLowerCase().includes(wanted));
if (only !== undefined) {
  const { name, run } = rows[Number(only)];
  const { figure, mark, reached, more } = await run();
  console.log(`${name.padEnd(42)} ${figure.padStart(10)} ${mark.padStart(9)} ${reached ? ' ' : '!'} ${more}`);
  if (!reached) process.exitCode = 1;
} else if (chosen.length === 0) {
  console.error(`No row's name contains "${wanted}". The rows: ${rows.map((row) => row.name).join('; ')}`);
  process.exitCode = 2;
} else {
  console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`);
  const bare = `Bare loop, ${BARE_PENDING.toLocaleString('en')} pending: ${millions(bareRate())} heap operations.`;
  console.log(`${bare} Rates are per second of processor time, ratios to that loop.\n`);
  console.log(`${'what'.padEnd(42)} ${'measured'.padStart(10)} ${'mark'.padStart(9)}`);
  for (const row of chosen) {
    const env = { ...process.env, PEERSCOPE_BENCH_ROW: String(rows.indexOf(row)) };
    const { status } = spawnSync(process.execPath, [...process.execArgv, process.argv[1]], { env, stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
