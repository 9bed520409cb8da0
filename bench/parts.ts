/**
 * `npm run bench -- parts`: where an event's time goes. Linux perf samples the thread of the run; each sample counts for the part of the program whose code was
 * executed, whatever function the compiler had put it into. The compiler moves single instructions about, so the borders are not sharp.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, inFolder } from './bundles.ts';
import { JitDump } from './jitdump.ts';
import { LOADS, type Stretch } from './part-loads.ts';

/** Parts in the order in which they are shown, by the file that code comes from; the first that fits has it. */
const PARTS: readonly (readonly [part: string, file: RegExp])[] = [
  ['event list', /engine\/(event-(queue|order|records)|lane|promise-lane)\.ts/],
  // The fingerprint's arithmetic is woven into the loop: what it costs by itself is a row of its own, by leaving it out.
  ['loop, effects, fingerprint', /engine\/(core|inputs|context|process-record|simulation|fingerprint|counters)\.ts/],
  ['network, timers, requests', /engine\/(network|transport|timers|time-outs|request-table)\.ts/],
  ['randomness', /sim\/random\/|seedrandom|stdlib/],
  ['workload', /engine\/(workloads|environment|selection|zipf)\.ts|chord\/operations\.ts/],
  ['history and judge', /engine\/(history|bytes|packing|shape-writer)\.ts|chord\/(judge|timeline)\.ts/],
  ['machine', /protocols\/|bench\/phold\.ts|sim\/contract\//],
];
const COLLECTOR = 'garbage collection';
const OTHER = 'built-ins, kernel, rest';
const PART_NAMES: readonly string[] = [...PARTS.map(([part]) => part), COLLECTOR, OTHER];

/** Prints a column for each load. @returns the exit code. */
export async function measureParts(): Promise<number> {
  if (spawnSync('perf', ['--version']).status !== 0) {
    console.error('This samples with Linux perf, which cannot be started here. node --cpu-prof tells functions apart.');
    return 2;
  }
  const columns = await inFolder(async (folder) => {
    const program = new Program(await bundle(folder, ENTRY, { whole: true }));
    return LOADS.map(({ name }, index) => ({ name, nsByPart: nsByPart(program, index, join(folder, `${index}`)) }));
  });
  console.log(tableOf(columns).join('\n'));
  return 0;
}

const ENTRY = "import { runLoad } from './bench/part-loads.ts'; runLoad(Number(process.argv[2]), process.argv[3]);";

/**
 * The loads and all that they run, in one file: V8 writes down on which line an instruction comes from, and names the file of the function that it was compiled with, which is
 * another one where functions were put into others.
 */
class Program {
  readonly file: string;
  /** By line, from 0: the module that it was in. */
  private readonly modules: readonly string[];

  constructor(file: string) {
    this.file = file;
    let module = '';
    this.modules = readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => {
        // The bundler says where each module begins.
        module = /^\/\/ (\S+\.[cm]?[jt]sx?)$/.exec(line)?.[1] ?? module;
        return module;
      });
  }

  moduleAt(line: number): string {
    // Writers that are compiled while a run goes on have lines of their own; on those of the bundle stands nothing that is executed often.
    const module = this.modules[line - 1] ?? '';
    return module === '' ? 'sim/engine/shape-writer.ts' : module;
  }
}

function nsByPart(program: Program, index: number, folder: string): ReadonlyMap<string, number> {
  const data = `${folder}.data`;
  const said = `${folder}.json`;
  const dumps = mkdtempSync(join(tmpdir(), 'peerscope-parts-'));
  const node = [process.execPath, '--perf-prof', `--perf-prof-path=${dumps}`, program.file, String(index), said];
  // The same clock as Node's and the dump's.
  const recorded = spawnSync(
    'perf',
    ['record', '-q', '-e', 'cpu-clock', '-F', '4999', '-k', 'mono', '-o', data, '--', ...node],
    { encoding: 'utf8' },
  );
  if (recorded.status !== 0) throw new Error(`perf record failed: ${recorded.stderr}`);
  const script = spawnSync('perf', ['script', '-i', data, '-F', 'pid,tid,time,ip,sym', '--ns'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const stretch = JSON.parse(readFileSync(said, 'utf8')) as Stretch;
  const samples = [...samplesIn(script.stdout, stretch)];
  const dump = new JitDump(readFileSync(join(dumps, `jit-${samples[0]?.pid}.dump`)));
  rmSync(dumps, { recursive: true });
  const counts = new Map<string, number>();
  for (const { address, timeNs, symbol } of samples) {
    const line = dump.lineAt(address, timeNs);
    const part = partOf(line === null ? null : program.moduleAt(line), symbol);
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
