/** A run without a dashboard: progress on standard error, then a report on standard output. */
import packageJson from '../package.json' with { type: 'json' };
import { Simulation } from '../sim/index.ts';
import type { Recorder } from '../sim/recording/recorder.ts';
import type { HowEnded } from '../sim/recording/recording.ts';
import type { About, Report } from '../sim/report/report.ts';
import type { TraceWriter } from '../sim/trace/writer.ts';
import { paletteFor } from './colour.ts';
import { drive, guarded } from './drive.ts';
import { Defect, InputError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { fromUser } from './files.ts';
import type { Source } from './load.ts';
import { Progress } from './progress.ts';
import type { EndSignal, Shell } from './shell.ts';
import { TraceFile } from './trace-file.ts';

export interface HeadlessOptions {
  readonly trace?: string | undefined;
  readonly record?: string | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly definitions?: true | undefined;
  readonly color: boolean;
}

export async function headless(source: Source, options: HeadlessOptions, shell: Shell): Promise<ExitCode> {
  const trace = options.trace === undefined ? null : await openTrace(options.trace, source, shell);
  const { simulation, signal } = await play(source, options, trace?.writer ?? null, shell).finally(() => {
    // Also when the run broke: the last line shows the event that did it.
    trace?.writer.flush();
    trace?.file.flush();
  });
  trace?.writer.end(simulation);
  trace?.file.close();
  const { reportOf } = await import('../sim/report/report.ts');
  const about: About = { ...source, cutShort: signal === null ? 'stopped' : 'interrupted' };
  const report = guarded(simulation, source.file, () => reportOf(simulation, about));
  await print(report, options, shell);
  if (signal !== null) return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  return report.result === 'passed' ? EXIT.ok : EXIT.expectationFailed;
}

async function play(
  source: Source,
  { quiet, record }: HeadlessOptions,
  writer: TraceWriter | null,
  shell: Shell,
): Promise<{ simulation: Simulation; signal: EndSignal | null }> {
  const { plan, file, limitUs } = source;
  const progress = quiet === true ? null : new Progress(shell, limitUs);
  let session: RecordingSession | null = null;
  try {
    const simulation = guarded({ seed: plan.seed }, file, () => new Simulation(plan, { observer: writer }));
    writer?.follow(simulation);
    session = record === undefined ? null : await openRecording(record, source, simulation, shell);
    const onTick = () => {
      progress?.tick(simulation);
      session?.tick();
    };
    const signal = await drive(simulation, { limitUs, onTick, file, player: session?.recorder ?? null }, shell);
    progress?.finish(simulation);
    session?.end(signal === null ? (simulation.finished ? 'complete' : 'stopped') : 'interrupted');
    return { simulation, signal };
  } catch (error) {
    progress?.clear();
    if (error instanceof Defect) session?.end('broken');
    if (error instanceof Defect) throw await withCommand(error, source);
    throw error;
  }
}

interface RecordingSession {
  readonly recorder: Recorder;
  tick(): void;
  end(how: HowEnded): void;
}

async function openRecording(
  path: string,
  source: Source,
  simulation: Simulation,
  shell: Shell,
): Promise<RecordingSession> {
  const place = fromUser(path, shell.env);
  if (place === fromUser(source.file, shell.env)) throw new InputError(`--record: ${path} is the scenario itself`);
  const [{ Recorder }, { RecordingFile }] = await Promise.all([
    import('../sim/recording/recorder.ts'),
    import('./recording-file.ts'),
  ]);
  const { file, text, overrides } = source;
  const { seed } = simulation.plan;
  const recorder = new Recorder(simulation, { engine: packageJson.version, scenario: { file, text }, seed, overrides });
  const recordingFile = new RecordingFile(path, shell);
  // At once: a path that cannot be written is told before the run, not after it.
  recordingFile.write(recorder.recording('unfinished'));
  return {
    recorder,
    tick: () => recordingFile.writeNowAndThen(() => recorder.recording('unfinished')),
    end: (how) => recordingFile.write(how === 'broken' ? recorder.untilItBroke() : recorder.recording(how)),
  };
}

/** What to send to us. */
async function withCommand(defect: Defect, { file, plan, overrides, limitUs }: Source): Promise<Defect> {
  const { commandTo } = await import('../sim/report/violations.ts');
  const command = commandTo(limitUs < plan.durationUs ? limitUs : null, { file, seed: plan.seed, overrides });
  return new Defect(`${defect.message}\n  with: ${command}`, { cause: defect.cause });
}

async function openTrace(
  path: string,
  source: Source,
  { env }: Shell,
): Promise<{ file: TraceFile; writer: TraceWriter }> {
  const place = fromUser(path, env);
  if (place === fromUser(source.file, env)) throw new InputError(`--trace: ${path} is the scenario itself`);
  const { manifestOf, TraceWriter } = await import('../sim/trace/writer.ts');
  const file = new TraceFile(path, place);
  const manifest = manifestOf({ ...source, engine: packageJson.version });
  return { file, writer: new TraceWriter(manifest, (line) => file.writeLine(line)) };
}

/** The report, as text or as JSON. */
export async function print(
  report: Report,
  { json, definitions, color }: Pick<HeadlessOptions, 'json' | 'definitions' | 'color'>,
  { out, env }: Shell,
): Promise<void> {
  if (json === true) {
    out.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const { reportText } = await import('./text/report.ts');
  const width = out.isTerminal ? Math.max(60, Math.min(out.columns, 120)) : 80;
  out.write(reportText(report, { palette: paletteFor(out, color, env), width, definitions: definitions === true }));
}
