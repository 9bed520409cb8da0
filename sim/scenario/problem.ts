/** What is wrong with a scenario, as data: one entry for each thing that a person has to change. */
import { nearest } from './nearest.ts';
import { keySpotOf, type Path, pathText, type Spot, spotOf, type Tree } from './tree.ts';

export interface Problem {
  /** The file's name, or the option that says it (`--set config.stabilise`, `--until`). */
  readonly file: string;
  /** 1-based; null for an override. */
  readonly line: number | null;
  readonly column: number | null;
  /** `workload.0.lookup.rate`; '' for the file as a whole. */
  readonly path: string;
  /** What stands there, shortened (`"5"`, `a list`, `nothing`); null where the complaint is of another sort. */
  readonly found: string | null;
  /** What should stand there, as a noun phrase; or, where nothing was found, the whole complaint. */
  readonly expected: string;
  /** What was probably meant, or what to do. */
  readonly hint: string | null;
}

/** Collects the problems of one scenario and knows where its paths stand. */
export class Problems {
  private readonly list: Problem[] = [];
  private readonly file: string;
  root: Tree | null = null;

  constructor(file: string) {
    this.file = file;
  }

  get none(): boolean {
    return this.list.length === 0;
  }

  /** A value that should be another; the hint may be made from the names that are known. */
  value(path: Path, found: string | null, expected: string, hint: string | null = null): void {
    this.at(this.root === null ? START : spotOf(this.root, path), path, found, expected, hint);
  }

  /** A key that is wrong itself. */
  key(path: Path, found: string | null, expected: string, hint: string | null = null): void {
    this.at(this.root === null ? START : keySpotOf(this.root, path), path, found, expected, hint);
  }

  /** A key that is a name, and not among those known. */
  name(path: Path, what: string, found: string, known: readonly string[]): void {
    this.key(path, `unknown ${what} "${found}"`, oneOf(what, known), didYouMean(found, known));
  }

  /** A value that is a name, and not among those known. */
  unknown(path: Path, what: string, found: string, known: readonly string[]): void {
    this.value(path, `unknown ${what} "${found}"`, oneOf(what, known), didYouMean(found, known));
  }

  at(spot: Spot, path: Path, found: string | null, expected: string, hint: string | null = null): void {
    const place =
      spot.kind === 'file'
        ? { file: this.file, line: spot.line, column: spot.column }
        : { file: spot.option, line: null, column: null };
    this.list.push({ ...place, path: pathText(path), found, expected, hint });
  }

  /** In the order of the file, overrides after it; each complaint once. */
  sorted(): readonly Problem[] {
    const seen = new Set<string>();
    return this.list
      .filter((problem) => {
        const key = JSON.stringify(problem);
        return !seen.has(key) && seen.add(key);
      })
      .sort(
        (a, b) =>
          (a.line ?? Number.POSITIVE_INFINITY) - (b.line ?? Number.POSITIVE_INFINITY) ||
          (a.column ?? 0) - (b.column ?? 0) ||
          0,
      );
  }
}

const START: Spot = { kind: 'file', line: 1, column: 1 };

function oneOf(what: string, known: readonly string[]): string {
  return known.length === 0 ? `no ${what} (there are none)` : `one of: ${known.join(', ')}`;
}

export function didYouMean(found: string, known: readonly string[]): string | null {
  const meant = nearest(found, known);
  return meant === null ? null : `did you mean "${meant}"?`;
}

/** The complaint in one line, without its place: `network.loss: found 5, expected a probability …`. */
export function problemText(problem: Problem): string {
  const where = problem.path === '' || problem.file.endsWith(` ${problem.path}`) ? '' : `${problem.path}: `;
  const what = problem.found === null ? problem.expected : `found ${problem.found}, expected ${problem.expected}`;
  return where + what;
}

/**
 * Problems for people, each with its place, the line concerned and a hint.
 * @param text the scenario's text; without it no lines are shown.
 */
export function formatProblems(problems: readonly Problem[], text?: string): string {
  const lines = text?.split(/\r?\n/) ?? [];
  return problems.map((problem) => formatProblem(problem, lines)).join('\n');
}

const EXCERPT = 120;

function formatProblem(problem: Problem, lines: readonly string[]): string {
  const place = problem.line === null ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  const parts = [`${place}: ${problemText(problem)}`];
  const line = problem.line === null ? undefined : lines[problem.line - 1];
  if (line !== undefined && problem.column !== null && problem.column <= EXCERPT) {
    parts.push(`    ${line.slice(0, EXCERPT).replaceAll('\t', ' ')}`, `    ${' '.repeat(problem.column - 1)}^`);
  }
  if (problem.hint !== null) parts.push(`  hint: ${problem.hint}`);
  return parts.join('\n');
}

const SHOWN = 60;

/** A value in few characters, for "found". */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty map' : `a map with ${abridged(keys.join(', '))}`;
  }
  return abridged(JSON.stringify(value));
}

function abridged(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`;
}
