/** How the benchmark is printed. */
import { arch, cpus, freemem, loadavg, platform, totalmem } from 'node:os';
import { asGiB, type Outcome } from './row.ts';

const NAME = 42;
const FIGURE = 10;
const BAR = 13;

/** What figures depend on beside the program. */
export function machineLines(): string[] {
  const cores = cpus();
  const lines = [
    `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores, ${asGiB(totalmem())}, ${platform()} ${arch()}; Node ${process.version}, V8 ${process.versions.v8}`,
  ];
  const [load] = loadavg();
  // Rates count the processor time of one thread, but others' work takes caches and memory from it.
  if (load > 1)
    lines.push(
      `The machine is busy (load ${load.toFixed(1)}, ${asGiB(freemem())} free): figures will be worse than they are on a quiet one.`,
    );
  return lines;
}

export function headLine(): string {
  return line('', 'measured', 'first mark', 'goal', '');
}

/** One line, or two where the second part has no room on the first. */
export function outcomeLine(name: string, outcome: Outcome, columns: number): string {
  const { figure, mark, reached, goal = '', goalReached = true, more } = outcome;
  const start = line(name, figure, barOf(mark, reached), barOf(goal, goalReached), '');
  const long = `${start}  ${more}`;
  return long.length <= columns || more === '' ? long.trimEnd() : `${start.trimEnd()}\n    ${more}`;
}

export function failureLine(name: string, reason: string): string {
  return `${name.padEnd(NAME)} ${'failed'.padStart(FIGURE)}  ${reason}`;
}

function barOf(bar: string, reached: boolean): string {
  return bar === '' ? '' : `${bar} ${reached ? '✓' : '✗'}`;
}

function line(name: string, figure: string, mark: string, goal: string, more: string): string {
  return `${name.padEnd(NAME)} ${figure.padStart(FIGURE)} ${mark.padStart(BAR)} ${goal.padStart(BAR)}${more}`;
}

/** What is to be said at the end: plainly what was missed. */
export function closingLines(outcomes: readonly { readonly name: string; readonly outcome: Outcome }[]): string[] {
  const missed = outcomes.filter(({ outcome }) => !outcome.reached);
  const short = outcomes.filter(({ outcome }) => outcome.goalReached === false);
  const list = (some: typeof outcomes, bar: (outcome: Outcome) => string | undefined) =>
    some.map(({ name, outcome }) => `  ${name}: ${outcome.figure}, not ${bar(outcome)}`);
  const lines: string[] = [];
  if (missed.length > 0) lines.push('First marks missed:', ...list(missed, ({ mark }) => mark));
  if (short.length > 0) lines.push('Goals not reached:', ...list(short, ({ goal }) => goal));
  return lines;
}
