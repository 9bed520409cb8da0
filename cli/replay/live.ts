/** A recording, or a lesson, in the dashboard. What came of the checks is told on the screen, and once more when it is left. */
import type { RecordingDesk } from '../../tui/index.ts';
import { isColoured } from '../colour.ts';
import { deskOf, tellRecorded } from '../desk.ts';
import { InputError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readText } from '../files.ts';
import type { Shell } from '../shell.ts';
import type { planOfRecording } from './plan.ts';
import { type ReplayOptions, sameText, tellDivergence } from './tell.ts';

export async function replayLive(
  replayed: NonNullable<RecordingDesk['replay']>,
  { plan, title, scenario }: Awaited<ReturnType<typeof planOfRecording>>,
  options: ReplayOptions,
  shell: Shell,
): Promise<ExitCode> {
  const { dashboard, DashboardError } = await import('../../tui/index.ts');
  const { file, recording } = replayed;
  const { speed, paused, at, view, large } = options;
  const script =
    options.script === undefined ? undefined : { file: options.script, text: readText(options.script, shell.env) };
  const { stdin, stdout } = shell.terminal ?? process;
  const { seed, overrides } = recording;
  try {
    const result = await dashboard({
      plan,
      scenario,
      edits: { overrides, seed: seed ?? undefined },
      flags: { speed, paused, at, view, large, script },
      recordings: deskOf({ scenario: recording.scenario, seed, overrides }, options.record, replayed, shell),
      terminal: { stdin, stdout, env: shell.env },
      colour: isColoured(shell.out, options.color, shell.env),
    });
    const { replay, ending } = result;
    if (replay === null) throw new RangeError('the dashboard has played no recording');
    const isSame = replay.divergence === null;
    if (!isSame) tellDivergence(file, replay, shell);
    else if (replay.finished) shell.out.write(`${sameText(recording, title, replay, options, shell)}\n`);
    else shell.out.write(`${file}: left at event ${replay.simulation.events}; the same so far\n`);
    tellRecorded(result, shell);
    if (!isSame) return EXIT.diverged;
    if (ending === 'quit') return EXIT.ok;
    return ending === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  } catch (error) {
    if (error instanceof DashboardError) throw new InputError(error.message);
    throw error;
  }
}
