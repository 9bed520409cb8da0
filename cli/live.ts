/** A run in the dashboard; when it is left, the report of what was seen goes to the screen that was there before. */
import type { DashboardFlags } from '../tui/index.ts';
import { isColoured } from './colour.ts';
import { deskOf, tellRecorded } from './desk.ts';
import { InputError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { readText } from './files.ts';
import { print } from './headless.ts';
import type { Source } from './load.ts';
import type { Shell } from './shell.ts';

export interface LiveOptions extends Omit<DashboardFlags, 'script'> {
  /** A file of keys. */
  readonly script?: string | undefined;
  readonly tui: boolean;
  readonly trace?: string | undefined;
  readonly record?: string | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly definitions?: true | undefined;
  readonly color: boolean;
}

/** Whether the run is to be seen in the dashboard: on a terminal, unless something was asked for that wants the run by itself. */
export function wantsDashboard(
  options: Pick<LiveOptions, 'tui' | 'trace' | 'json' | 'quiet' | 'cast'>,
  shell: Shell,
): boolean {
  const byItself = [options.trace, options.json, options.quiet].some((asked) => asked !== undefined);
  if (!options.tui || byItself) return false;
  return shell.terminal !== null || options.cast !== undefined;
}

export async function live(source: Source, options: LiveOptions, shell: Shell): Promise<ExitCode> {
  const { dashboard, DashboardError } = await import('../tui/index.ts');
  const { plan, title, head, file, text, overrides, seed, limitUs } = source;
  const { speed, paused, at, view, large, cast } = options;
  const script =
    options.script === undefined ? undefined : { file: options.script, text: readText(options.script, shell.env) };
  const { stdin, stdout } = shell.terminal ?? process;
  try {
    const result = await dashboard({
      plan,
      limitUs,
      scenario: { title, head, file, text },
      edits: { overrides, seed },
      flags: { speed, paused, at, view, large, cast, script },
      recordings: deskOf({ scenario: { file, text }, seed: plan.seed, overrides }, options.record, null, shell),
      terminal: { stdin, stdout, env: shell.env },
      colour: isColoured(shell.out, options.color, shell.env),
    });
    const { simulation, ending } = result;
    const { reportOf } = await import('../sim/report/report.ts');
    const report = reportOf(simulation, { ...source, cutShort: ending === 'quit' ? 'stopped' : 'interrupted' });
    await print(report, options, shell);
    tellRecorded(result, shell);
    if (ending === 'SIGINT') return EXIT.interrupted;
    if (ending !== 'quit') return EXIT.terminated;
    // Whoever leaves early knows that not everything was decided; only what did fail is worth an exit code.
    return report.expectations.some(({ result }) => result === 'failed') ? EXIT.expectationFailed : EXIT.ok;
  } catch (error) {
    if (error instanceof DashboardError) throw new InputError(error.message);
    throw error;
  }
}
