/** Plays recordings: headless with every fingerprint checked, as a lesson, or to write them anew. */
import packageJson from '../../package.json' with { type: 'json' };
import { formatDuration, type Plan } from '../../sim/index.ts';
import { type Lesson, lessonOf } from '../../sim/recording/lesson.ts';
import { bookmarksOf, injectionsOf, type Recording } from '../../sim/recording/recording.ts';
import { Replay } from '../../sim/recording/replay.ts';
import { divergenceLines } from '../../sim/recording/tell.ts';
import { counted, formatNumber } from '../../sim/report/format.ts';
import type { DashboardFlags } from '../../tui/index.ts';
import { paletteFor } from '../colour.ts';
import { guarded } from '../drive.ts';
import { InputError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readScenario } from '../files.ts';
import { wantsDashboard } from '../live.ts';
import { Progress } from '../progress.ts';
import { loadRecording, RecordingFile } from '../recording-file.ts';
import type { EndSignal, Shell } from '../shell.ts';
import { hanging } from '../text/layout.ts';
import { planOfRecording } from './plan.ts';

export interface ReplayOptions extends Omit<DashboardFlags, 'script' | 'cast'> {
  readonly lesson?: true | undefined;
  readonly rewrite?: true | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly tui: boolean;
  /** A file for a recording of the session. */
  readonly record?: string | undefined;
  /** A file of keys. */
  readonly script?: string | undefined;
  readonly color: boolean;
}

export async function replay(file: string, options: ReplayOptions, shell: Shell): Promise<ExitCode> {
  if (options.rewrite === true) return rewrite(file, shell);
  const recording = loadRecording(file, shell.env);
  const loaded = await planOfRecording(recording, file, shell);
  const { plan, title } = loaded;
  const lesson = options.lesson === true ? lessonIn(file, recording, title) : null;
  if (wantsDashboard(options, shell)) {
    const { replayLive } = await import('./live.ts');
    return replayLive({ file, recording, lesson }, loaded, options, shell);
  }
  if (options.record !== undefined) {
    throw new InputError('--record: a replay that is not looked at has nothing to record that is not recorded already');
  }
  if (lesson !== null) return teach(file, recording, plan, lesson, options, shell);
  const { played, signal } = await play(recording, plan, file, options, shell);
  if (signal !== null) {
    shell.err.write(`${file}: stopped at event ${played.simulation.events}; the same so far\n`);
    return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  }
  if (options.json === true) shell.out.write(`${JSON.stringify(outcome(file, recording, played), null, 2)}\n`);
  else if (played.divergence === null) shell.out.write(`${sameText(recording, title, played, options, shell)}\n`);
  if (played.divergence === null) return EXIT.ok;
  tellDivergence(file, played, shell);
  return EXIT.diverged;
}

const BATCH = 20_000;

async function play(
  recording: Recording,
  plan: Plan,
  file: string,
  { quiet }: ReplayOptions,
  shell: Shell,
): Promise<{ played: Replay; signal: EndSignal | null }> {
  let signal: EndSignal | null = null;
  const stopListening = shell.onSignal((received) => {
    signal = received;
  });
  const progress = quiet === true ? null : new Progress(shell, recording.ended.us);
  try {
    const played = guarded({ seed: plan.seed }, file, () => new Replay(recording, plan));
    while (!played.finished && signal === null) {
      played.play(BATCH);
      await shell.turn();
      progress?.tick(played.simulation);
    }
    progress?.finish(played.simulation);
    return { played, signal: played.finished ? null : signal };
  } finally {
    stopListening();
    progress?.clear();
  }
}

export function tellDivergence(file: string, { divergence, recording, simulation }: Replay, { err }: Shell): void {
  if (divergence === null) return;
  const { plan, world } = simulation;
  const lines = divergenceLines(divergence, recording, packageJson.version, { system: plan.system, world });
  err.write(`${file}: the run differs from what was recorded\n${lines.join('\n')}\n`);
}

export function sameText(
  recording: Recording,
  title: string,
  { simulation }: Replay,
  options: Pick<ReplayOptions, 'color'>,
  shell: Shell,
): string {
  const palette = paletteFor(shell.out, options.color, shell.env);
  const width = shell.out.isTerminal ? Math.max(60, Math.min(shell.out.columns, 120)) : 80;
  const { ended, trail, engine } = recording;
  const parts = [
    `recorded by ${engine}`,
    `${simulation.plan.system.name} ${simulation.plan.variant}`,
    `seed ${simulation.plan.seed}`,
    ...recording.overrides.map((override) => `--set ${override}`),
    counted(injectionsOf(recording).length, 'injection'),
    counted(bookmarksOf(recording).length, 'bookmark'),
    ended.how,
  ];
  const moments = recording.moments.flatMap((moment) =>
    hanging(
      `${formatDuration(moment.us)}  `,
      moment.kind === 'injection' ? moment.label : `[${moment.title}]`,
      2,
      width,
    ),
  );
  const checks = trail.checks.length + recording.moments.length + 1;
  const same = `The same run: ${formatNumber(simulation.events)} events to ${formatDuration(simulation.nowUs)}, fingerprint ${simulation.fingerprint}, ${counted(checks, 'check')}.`;
  return [palette.heading(title), ...hanging('', parts.join(', '), 0, width), ...moments, palette.good(same)].join(
    '\n',
  );
}

function outcome(file: string, recording: Recording, { simulation, divergence }: Replay): unknown {
  return {
    file,
    same: divergence === null,
    events: simulation.events,
    us: simulation.nowUs,
    fingerprint: simulation.fingerprint,
    recordedBy: recording.engine,
    playedBy: packageJson.version,
    divergence,
  };
}

function lessonIn(file: string, recording: Recording, title: string): Lesson {
  const lesson = lessonOf(recording, title);
  if (lesson.stops.length > 0) return lesson;
  throw new InputError(
    `${file}: the recording has no bookmarks, so there are no stops\n  hint: npm run sim -- replay ${file}`,
  );
}

async function teach(
  file: string,
  recording: Recording,
  plan: Plan,
  lesson: Lesson,
  options: ReplayOptions,
  shell: Shell,
): Promise<ExitCode> {
  const [{ playLesson }, { keysOf }] = await Promise.all([import('./lesson.ts'), import('./keys.ts')]);
  const keys = keysOf(shell);
  const page = {
    write: (text: string) => shell.out.write(text),
    palette: paletteFor(shell.out, options.color, shell.env),
    width: shell.out.isTerminal ? Math.max(60, Math.min(shell.out.columns, 100)) : 80,
  };
  try {
    const played = await playLesson(lesson, recording, plan, keys, page);
    if (played.divergence === null) return EXIT.ok;
    tellDivergence(file, played, shell);
    return EXIT.diverged;
  } finally {
    keys.close();
  }
}

/** Plays what the file says, and writes what came of it in its place. */
async function rewrite(file: string, shell: Shell): Promise<ExitCode> {
  const draft = loadRecording(file, shell.env, { draft: true });
  const text = draft.scenario.text === '' ? readScenario(draft.scenario.file, shell.env, []) : draft.scenario.text;
  const given: Recording = { ...draft, scenario: { ...draft.scenario, text } };
  const { plan } = await planOfRecording(given, file, shell);
  const { rewritten } = await import('../../sim/recording/recorder.ts');
  const anew = guarded({ seed: plan.seed }, file, () => {
    const before = new Replay(given, plan);
    while (!before.finished) before.play();
    const agreed = before.divergence === null ? given.ended.event : before.divergence.agreed;
    return rewritten(given, plan, packageJson.version, agreed);
  });
  new RecordingFile(file, shell).write(anew);
  const same = anew.ended.fingerprint === given.ended.fingerprint;
  shell.out.write(
    `${file}: written anew, ${same ? 'the same run as before' : 'another run than before'}, fingerprint ${anew.ended.fingerprint}\n`,
  );
  return EXIT.ok;
}
