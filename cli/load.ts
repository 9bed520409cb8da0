/** From what stands on the command line to a plan. */
import { formatDuration, type Plan, parseDuration } from '../sim/index.ts';
import { InputError } from './errors.ts';
import { readScenario } from './files.ts';
import type { Shell } from './shell.ts';

export interface LoadRequest {
  readonly file: string;
  readonly seed?: string | undefined;
  /** Edits of the scenario, `path=value`. */
  readonly set: readonly string[];
  readonly until?: string | undefined;
}

/** A scenario that can be run. */
export interface Source {
  readonly plan: Plan;
  readonly title: string;
  /** The comments at the head of the file. */
  readonly head: string;
  /** `--seed`, if it was given. */
  readonly seed: string | undefined;
  /** As the user wrote it. */
  readonly file: string;
  readonly text: string;
  readonly overrides: readonly string[];
  /** Virtual time to stop at: the duration, or `--until`. The plan is the same with and without, so that what is seen is the beginning of the whole run. */
  readonly limitUs: number;
}

/** Names that a user may have meant instead of a file. */
const COMMANDS = ['run', 'list', 'replay', 'verify', 'diff', 'hunt', 'shrink', 'check', 'schema', 'help'];

/** @throws InputError with everything that is wrong. */
export async function loadSource({ file, seed, set, until }: LoadRequest, shell: Shell): Promise<Source> {
  const text = readScenario(file, shell.env, COMMANDS);
  const [{ loadScenario, formatProblems }, systems] = await Promise.all([
    import('../sim/scenario/load.ts'),
    shell.systems(),
  ]);
  const loaded = loadScenario(text, { file, systems, overrides: set, ...(seed === undefined ? {} : { seed }) });
  if (!loaded.ok) throw new InputError(formatProblems(loaded.problems, text));
  const { plan, scenario } = loaded;
  const { title, head } = scenario;
  return { plan, title, head, seed, file, text, overrides: set, limitUs: limitOf(until, plan.durationUs) };
}

function limitOf(until: string | undefined, durationUs: number): number {
  if (until === undefined) return durationUs;
  const us = parseDuration(until);
  if (us === null || us === 0) {
    throw new InputError(
      `--until: found ${JSON.stringify(until)}, expected a duration of more than 0, such as 2m or 1.5s`,
    );
  }
  if (us <= durationUs) return us;
  throw new InputError(
    `--until: found ${until}, expected at most the scenario's duration, ${formatDuration(durationUs)}\n  hint: --set duration=${until} makes it longer`,
  );
}
