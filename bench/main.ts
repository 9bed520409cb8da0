/**
 * `npm run bench`: how fast the simulator is, as ratios to a bare binary heap over typed arrays that runs in the same process and minute. Each row has a process
 * of its own: what the compiler learned from one load is no help, and no hindrance, to the next. `npm run bench -- --help` says what else there is.
 */
import { fork } from 'node:child_process';
import { accountRows } from './ablation.ts';
import { chordRows, speedRows } from './chord-rows.ts';
import { dashboardRows } from './dashboard.ts';
import { pholdRow, timeOutRow, timerRow } from './engine-rows.ts';
import { rumorRow } from './gossip-rows.ts';
import { hourRows } from './hour.ts';
import { invariantRows } from './invariants.ts';
import { BARE_PENDING, bareRate } from './measure.ts';
import { measureParts } from './parts.ts';
import { asCount, asMillions, type Outcome, type Row } from './row.ts';
import { scalingLines } from './scaling.ts';
import { closingLines, failureLine, headLine, machineLines, outcomeLine } from './table.ts';

const HELP = `npm run bench                 every row but the large ones
npm run bench -- --all        the large ones too: minutes each, and up to 16 GiB
npm run bench -- WORDS        rows whose name contains the words; large ones if no other does (million nodes)
npm run bench -- scaling      what a message costs with 1,000 to 1,000,000 nodes
npm run bench -- parts        where an event's time goes (needs Linux perf)
npm run bench -- --list       the names of all rows
Exit code 1 if a first mark is missed or a row fails, 2 for words that fit no row. A goal that is not reached is said, and no failure.`;

const rows: readonly Row[] = [
  pholdRow,
  ...chordRows,
  rumorRow,
  timeOutRow,
  timerRow,
  ...accountRows,
  ...invariantRows,
  ...hourRows,
  ...dashboardRows,
];
interface Measured {
  readonly name: string;
  readonly outcome: Outcome;
}

/** Set in the process that runs one row. */
const only = process.env.PEERSCOPE_BENCH_ROW;
if (only !== undefined) {
  process.send?.(await rows[Number(only)].run());
} else {
  process.exitCode = await command(process.argv.slice(2));
}

async function command(words: readonly string[]): Promise<number> {
  const wanted = words
    .filter((word) => !word.startsWith('-'))
    .join(' ')
    .toLowerCase();
  const unknown = words.find((word) => word.startsWith('-') && !['--all', '--list', '--help'].includes(word));
  if (unknown !== undefined) {
    console.error(`There is no option ${unknown}.\n\n${HELP}`);
    return 2;
  }
  if (words.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  if (words.includes('--list')) {
    for (const { name, onRequest } of rows) console.log(onRequest === true ? `${name} (only on request)` : name);
    return 0;
  }
  if (wanted === 'scaling') return measureScaling();
  if (wanted === 'parts') {
    console.log([...machineLines(), ''].join('\n'));
    return measureParts();
  }
  const chosen = chosenRows(wanted, words.includes('--all'));
  if (chosen.length === 0) {
    console.error(`No row's name contains "${wanted}". npm run bench -- --list shows them.`);
    return 2;
  }
  console.log([...machineLines(), bareLine(), '', headLine()].join('\n'));
  const measured = await measureAll(chosen);
  const closing = closingLines(measured);
  const left = rows.filter((row) => row.onRequest === true && !chosen.includes(row));
  if (wanted === '' && left.length > 0)
    closing.push(`Not measured, because they take long or much: ${left.map(({ name }) => name).join('; ')}.`);
  if (closing.length > 0) console.log(['', ...closing].join('\n'));
  return measured.length === chosen.length && measured.every(({ outcome }) => outcome.reached) ? 0 : 1;
}

function chosenRows(wanted: string, all: boolean): readonly Row[] {
  const named = rows.filter((row) => row.name.toLowerCase().includes(wanted));
  const light = named.filter((row) => row.onRequest !== true);
  return all || light.length === 0 ? named : light;
}

function bareLine(): string {
  const operations = `${asMillions(bareRate())} heap operations`;
  return `Bare loop, ${asCount(BARE_PENDING)} pending: ${operations}. Rates are per second of processor time, ratios to that loop.`;
}

/** Prints a line for each; those that failed are not in the result. */
async function measureAll(chosen: readonly Row[]): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const row of chosen) {
    const outcome = await measure(row);
    if (typeof outcome === 'string') {
      console.log(failureLine(row.name, outcome));
    } else {
      console.log(outcomeLine(row.name, outcome, process.stdout.isTTY ? process.stdout.columns : Infinity));
      measured.push({ name: row.name, outcome });
    }
  }
  return measured;
}

/** What came out, or why nothing did. */
function measure(row: Row): Promise<Outcome | string> {
  const execArgv = [...process.execArgv, ...(row.flags ?? [])];
  const env = { ...process.env, PEERSCOPE_BENCH_ROW: String(rows.indexOf(row)) };
  const child = fork(process.argv[1], [], { execArgv, env, serialization: 'advanced' });
  return new Promise((resolve) => {
    let outcome: Outcome | null = null;
    child.on('message', (message) => {
      outcome = message as Outcome;
    });
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      resolve(outcome ?? (signal === null ? `ended with exit code ${code}` : `ended by ${signal}: out of memory?`));
    });
  });
}

async function measureScaling(): Promise<number> {
  console.log([...machineLines(), bareLine(), '', headLine()].join('\n'));
  const measured = await measureAll(speedRows);
  const points = measured.map(({ name, outcome }) => ({ nodes: Number(name.replace(/\D/g, '')), outcome }));
  console.log(['', 'The Chord workload', ...scalingLines(points)].join('\n'));
  return measured.length === speedRows.length ? 0 : 1;
}
