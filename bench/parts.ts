/**
 * `npm run bench -- parts`: where an event's time goes. Linux perf samples the thread of the run; each sample counts for the part of the program whose code was
 * executed, whatever function the compiler had put it into. The compiler moves single instructions about, so the borders are not sharp.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECOND, type Simulation } from '../sim/index.ts';
import { chordRun } from './chord.ts';
import { JitDump } from './jitdump.ts';
import { rateOf } from './measure.ts';
import { pholdRun } from './phold.ts';
import { asCount } from './row.ts';

/** Parts in the order in which they are shown, by the file that code comes from; the first that fits has it. */
const PARTS: readonly (readonly [part: string, file: RegExp])[] = [
  ['event list', /engine\/event-(queue|order)\.ts/],
  // The fingerprint's arithmetic is woven into the loop: what it costs by itself is a row of its own, by leaving it out.
  ['loop, effects, fingerprint', /engine\/(core|inputs|context|process-record|simulation|fingerprint|counters)\.ts/],
  ['network, timers, requests', /engine\/(network|transport|timers|request-table)\.ts/],
  ['randomness', /sim\/random\/|seedrandom|stdlib/],
  ['workload', /engine\/(workloads|environment|selection|zipf)\.ts|chord\/operations\.ts/],
  ['history and judge', /engine\/history\.ts|chord\/(judge|timeline)\.ts/],
  ['machine', /protocols\/|bench\/phold\.ts|sim\/contract\//],
];
const COLLECTOR = 'garbage collection';
const OTHER = 'built-ins, kernel, rest';
const PART_NAMES: readonly string[] = [...PARTS.map(([part]) => part), COLLECTOR, OTHER];

interface Load {
  readonly name: string;
  make(): Simulation;
  /** Goes on for a few seconds of processor time; returns the number of events. */
  advance(run: Simulation): number;
}

function chordLoad(nodes: number, warmUpSeconds: number, seconds: number): Load {
  return {
    name: `Chord ${asCount(nodes)}`,
    make() {
      const run = chordRun(nodes);
      run.runUntil(warmUpSeconds * SECOND);
      return run;
    },
    advance: (run) => run.runUntil(run.nowUs + seconds * SECOND),
  };
}

const LOADS: readonly Load[] = [
  {
    name: 'PHOLD 10,000',
    make() {
      const run = pholdRun(10_000) as unknown as Simulation;
      run.runUntil(Infinity, 1_000_000);
      return run;
    },
    advance: (run) => run.runUntil(Infinity, 10_000_000),
  },
  chordLoad(1_000, 100, 890),
  chordLoad(10_000, 100, 300),
  chordLoad(100_000, 30, 30),
];

/** What the process under perf says of itself. */
interface Stretch {
  readonly fromNs: string;
  readonly untilNs: string;
  readonly nsEach: number;
}

/** In the process under perf: runs the load, and writes down when it did so. */
export function runLoad(task: string): void {
  const [index, file] = task.split(' ', 2);
  const load = LOADS[Number(index)];
  const run = load.make();
  const fromNs = process.hrtime.bigint();
  const nsEach = 1e9 / rateOf(() => load.advance(run));
  const stretch: Stretch = { fromNs: String(fromNs), untilNs: String(process.hrtime.bigint()), nsEach };
  writeFileSync(file, JSON.stringify(stretch));
}

/** Prints a column for each load. @returns the exit code. */
export function measureParts(): number {
  if (spawnSync('perf', ['--version']).status !== 0) {
    console.error('This samples with Linux perf, which cannot be started here. node --cpu-prof tells functions apart.');
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'peerscope-parts-'));
  try {
    const columns = LOADS.map((load, index) => ({
      name: load.name,
      nsByPart: nsByPart(index, join(folder, `${index}`)),
    }));
    console.log(tableOf(columns).join('\n'));
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function nsByPart(index: number, folder: string): ReadonlyMap<string, number> {
  const data = `${folder}.data`;
  const said = `${folder}.json`;
  const node = [process.execPath, '--perf-prof', `--perf-prof-path=${tmpdir()}`, ...process.execArgv, process.argv[1]];
  // The same clock as Node's and the dump's.
  const recorded = spawnSync(
    'perf',
    ['record', '-q', '-e', 'cpu-clock', '-F', '4999', '-k', 'mono', '-o', data, '--', ...node],
    {
      env: { ...process.env, PEERSCOPE_BENCH_PARTS: `${index} ${said}` },
      encoding: 'utf8',
    },
  );
  if (recorded.status !== 0) throw new Error(`perf record failed: ${recorded.stderr}`);
  const script = spawnSync('perf', ['script', '-i', data, '-F', 'pid,tid,time,ip,sym', '--ns'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const stretch = JSON.parse(readFileSync(said, 'utf8')) as Stretch;
  const samples = [...samplesIn(script.stdout, stretch)];
  const dumpFile = join(tmpdir(), `jit-${samples[0]?.pid}.dump`);
  const dump = new JitDump(readFileSync(dumpFile));
  rmSync(dumpFile);
  const counts = new Map<string, number>();
  for (const { address, timeNs, symbol } of samples) {
    const part = partOf(dump.fileAt(address, timeNs), symbol);
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return new Map([...counts].map(([part, count]) => [part, (stretch.nsEach * count) / samples.length]));
}

interface Sample {
  readonly pid: string;
  readonly timeNs: bigint;
  readonly address: bigint;
  readonly symbol: string;
}

/** Samples of the main thread during the stretch. A line: `pid/tid seconds.nanoseconds: address symbol`. */
function* samplesIn(script: string, { fromNs, untilNs }: Stretch): Iterable<Sample> {
  for (const text of script.split('\n')) {
    const match = /^\s*(\d+)\/(\d+)\s+(\d+)\.(\d{9}):\s+([0-9a-f]+)\s*(.*)$/.exec(text);
    if (match === null) continue;
    const [, pid, tid, seconds, nanoseconds, address, symbol] = match;
    const timeNs = BigInt(seconds + nanoseconds);
    if (pid !== tid || timeNs < BigInt(fromNs) || timeNs > BigInt(untilNs)) continue;
    yield { pid, timeNs, address: BigInt(`0x${address}`), symbol };
  }
}

function partOf(file: string | null, symbol: string): string {
  if (file !== null) return PARTS.find(([, files]) => files.test(file))?.[0] ?? OTHER;
  return /Scaveng|MarkCompact|Marking|Sweep|Evacuat|Heap|GarbageCollect/i.test(symbol) ? COLLECTOR : OTHER;
}

function tableOf(
  loads: readonly { readonly name: string; readonly nsByPart: ReadonlyMap<string, number> }[],
): string[] {
  const first = 'ns an event';
  const width = Math.max(first.length, ...PART_NAMES.map((part) => part.length));
  const line = (head: string, cells: readonly string[]) =>
    `${head.padEnd(width)}${cells.map((cell, i) => `  ${cell.padStart(loads[i].name.length)}`).join('')}`;
  const names = loads.map(({ name }) => name);
  const rows = PART_NAMES.map((part) =>
    line(
      part,
      loads.map(({ nsByPart }) => (nsByPart.get(part) ?? 0).toFixed(0)),
    ),
  );
  const sums = loads.map(({ nsByPart }) => [...nsByPart.values()].reduce((sum, ns) => sum + ns, 0).toFixed(0));
  return [line(first, names), ...rows, line('together', sums)];
}
