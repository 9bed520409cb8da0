/** Plays recordings: headless with every fingerprint checked, as a lesson, or to write them anew. */
import packageJson from '../../package.json' with { type: 'json' };
import type { Plan } from '../../sim/index.ts';
import { type Lesson, lessonOf } from '../../sim/recording/lesson.ts';
import type { Recording } from '../../sim/recording/recording.ts';
import { Replay } from '../../sim/recording/replay.ts';
import { paletteFor } from '../colour.ts';
import { guarded } from '../drive.ts';
import { InputError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readScenario } from '../files.ts';
import { wantsDashboard } from '../live.ts';
import { Progress } from '../progress.ts';
import { loadRecording, RecordingFile } from '../recording-file.ts';
import type { EndSignal, Shell } from '../shell.ts';
import { planOfRecording } from './plan.ts';
import { type ReplayOptions, sameText, tellDivergence } from './tell.ts';

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
