/**
 * The dashboard's door. The command imports this file late, since Ink and React take as long to load as a short run takes in all:
 *
 *     const { dashboard } = await import('../tui/index.ts');
 *     const { simulation, ending } = await dashboard({ plan, scenario, edits, terminal, … });
 *     // The screen is as it was before. The report is of `simulation`.
 */
import { writeFileSync } from 'node:fs';
import { type Plan, parseDuration, type Simulation } from '../sim/index.ts';
import type { Recording } from '../sim/recording/recording.ts';
import type { Replay } from '../sim/recording/replay.ts';
import type { Scenario } from '../sim/scenario/load.ts';
import { nearest } from '../sim/scenario/nearest.ts';
import { castLines, settle, stoppedClock } from './cast.ts';
import { parseScript, type ScriptStep } from './keys/script.ts';
import { PANELS, type PanelName } from './model/ui.ts';
import type { RecordingDesk } from './recording/studio.ts';
import { wallClock } from './run/clock.ts';
import type { Edits } from './run/save.ts';
import { parseSpeed, REAL_TIME, type Speed } from './run/speed.ts';
import type { Size } from './screen/surface.ts';
import type { ColourDepth } from './screen/theme.ts';
import { Session } from './session.ts';
import { type Ending, onTerminal, type Terminal } from './terminal.tsx';

export type { RecordingDesk } from './recording/studio.ts';
export type { Edits } from './run/save.ts';
export type { Ending, Terminal } from './terminal.tsx';

/** What the flags say, as text; all may be left out. */
export interface DashboardFlags {
  /** `--speed`: `0.1`, `x10`, `4/s` (events a second), `max`. Default: as fast as the clock on the wall. */
  readonly speed?: string | undefined;
  /** `--paused`: stands at first. */
  readonly paused?: boolean | undefined;
  /** `--at 3m20s`: begins there, and stands. */
  readonly at?: string | undefined;
  /** `--view`: what fills the main place. */
  readonly view?: string | undefined;
  /** `--large`: large type, for projectors. */
  readonly large?: boolean | undefined;
  /** `--script`: the file's name, and what is in it. */
  readonly script?: { readonly file: string; readonly text: string } | undefined;
  /** `--cast FILE`: writes the session there as an asciicast. */
  readonly cast?: string | undefined;
}

export interface DashboardOptions {
  readonly plan: Plan;
  /** `--until`: the run ends there; default: its duration. */
  readonly limitUs?: number | undefined;
  readonly scenario: Scenario;
  /** How the run differs from its file (`--set`, `--seed`): a branch that is saved has it in its text. */
  readonly edits: Edits;
  readonly flags: DashboardFlags;
  /** Where recordings go, and which one is played; left out where there can be none. */
  readonly recordings?: RecordingDesk | undefined;
  /** Both ends must be terminals, unless only a cast is wanted. */
  readonly terminal: Terminal;
  /** False for `--no-color` and `NO_COLOR`. */
  readonly colour: boolean;
}

export interface DashboardResult {
  /** The trunk, as far as it was seen: without what was branched off. Play it on to its end, or report how far it came. */
  readonly simulation: Simulation;
  readonly ending: Ending;
  readonly made: Made | null;
  /** Why the recording could not be made to its end; null if it could, or none was wanted. */
  readonly problem: unknown;
  /** The recording that was played, as far as it was seen, checked. Null where none was. */
  readonly replay: Replay | null;
}

/** A recording that was made. */
export interface Made {
  readonly path: string;
  /** The line that is in it: `branch 1`. */
  readonly line: string;
  readonly recording: Recording;
}

/** A flag that makes no sense; the message says what it takes. */
export class DashboardError extends Error {
  override readonly name = 'DashboardError';
}

/** Opens the dashboard and comes back when it is left. @throws DashboardError for flags. Whatever happens, the screen is restored. */
export async function dashboard(options: DashboardOptions): Promise<DashboardResult> {
  const settings = settingsOf(options);
  const { terminal } = options;
  const isInteractive = terminal.stdin.isTTY === true && terminal.stdout.isTTY === true;
  if (!isInteractive) {
    if (options.flags.cast === undefined) throw new DashboardError('the dashboard needs a terminal at both ends');
    return castOnly(options, settings, options.flags.cast);
  }
  const size = sizeOf(terminal);
  const depth = options.colour ? depthOf(terminal) : ('none' as const);
  const { session, ending, keys } = await onTerminal(
    { ...sessionOptions(options, settings), recordings: options.recordings, size, depth, clock: wallClock() },
    settings,
    terminal,
  );
  const result = resultOf(session, ending);
  if (options.flags.cast !== undefined) writeCast(options, settings, options.flags.cast, size, keys);
  return result;
}

function resultOf(session: Session, ending: Ending): DashboardResult {
  const { player, studio } = session;
  const line = player.line.name;
  let made: Made | null = null;
  let problem: unknown = null;
  try {
    const recording = studio?.finish(ending === 'quit' ? 'stopped' : 'interrupted') ?? null;
    made = recording === null ? null : { path: studio?.path ?? '', line, recording };
  } catch (error) {
    problem = error;
  }
  session.backToTrunk();
  return { simulation: player.simulation, ending, made, problem, replay: studio?.replay ?? null };
}

/** One frame as text, without a terminal: what the screen shows at `flags.at`, after the keys of `flags.script`. For documents. */
export function frameText(options: Omit<DashboardOptions, 'terminal' | 'colour'>, size: Size): string {
  const settings = settingsOf(options);
  const clock = stoppedClock();
  const session = new Session({
    ...sessionOptions(options, settings),
    size,
    depth: 'none',
    playing: false,
    clock,
    draw: () => {},
    quit: () => {},
    fail: (error) => {
      throw error;
    },
    write: () => {},
  });
  if (settings.atUs !== null) session.driver.seekTime(settings.atUs);
  settle(session);
  for (const step of settings.steps ?? []) {
    if (step.kind === 'key') session.press(step.key);
    else if (step.kind === 'at') session.driver.seekTime(step.timeUs);
    settle(session);
  }
  return session.surface().plain();
}

interface Settings {
  readonly speed: Speed;
  readonly playing: boolean;
  readonly atUs: number | null;
  readonly main: PanelName;
  readonly steps: readonly ScriptStep[] | null;
}

function settingsOf({
  flags,
  plan,
  limitUs = plan.durationUs,
}: Pick<DashboardOptions, 'flags' | 'plan' | 'limitUs'>): Settings {
  const atUs = flags.at === undefined ? null : parseDuration(flags.at);
  if (flags.at !== undefined && (atUs === null || atUs > limitUs)) {
    throw new DashboardError(`--at ${flags.at}: expected a time of the run, such as 3m20s`);
  }
  const speed = flags.speed === undefined ? REAL_TIME : parseSpeed(flags.speed);
  if (speed === null)
    throw new DashboardError(`--speed ${flags.speed}: expected 0.1, x10, 4/s (events a second) or max`);
  return {
    speed,
    playing: flags.paused !== true && atUs === null,
    atUs,
    main: mainOf(flags.view),
    steps: stepsOf(flags.script),
  };
}

function mainOf(view: string | undefined): PanelName {
  if (view === undefined) return 'picture';
  const found = PANELS.find((panel) => panel === view);
  if (found !== undefined) return found;
  const meant = nearest(view, PANELS);
  throw new DashboardError(
    `--view ${view}: expected one of ${PANELS.join(', ')}${meant === null ? '' : `; did you mean ${meant}?`}`,
  );
}

function stepsOf(script: DashboardFlags['script']): readonly ScriptStep[] | null {
  if (script === undefined) return null;
  const parsed = parseScript(script.text, script.file);
  if (!parsed.ok) throw new DashboardError(parsed.problems.join('\n'));
  return parsed.steps;
}

function sessionOptions(
  { plan, limitUs, scenario, edits, flags }: Omit<DashboardOptions, 'terminal' | 'colour'>,
  settings: Settings,
) {
  return {
    plan,
    limitUs: limitUs ?? plan.durationUs,
    scenario,
    edits,
    large: flags.large ?? false,
    main: settings.main,
    speed: settings.speed,
    playing: settings.playing,
    write: (path: string, text: string) => writeFileSync(path, text),
  };
}

/** Where there is no terminal, a cast has this size. */
const CAST_SIZE: Size = { columns: 120, rows: 40 };

function sizeOf({ stdout }: Terminal): Size {
  if (stdout.isTTY !== true) return CAST_SIZE;
  return { columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 };
}

function depthOf({ stdout, env }: Terminal): ColourDepth {
  if (stdout.isTTY !== true) return '256';
  const depth = stdout.getColorDepth?.(env) ?? 4;
  if (depth >= 8) return '256';
  return depth >= 4 ? '16' : 'none';
}

function castOnly(options: DashboardOptions, settings: Settings, file: string): DashboardResult {
  const { recordings } = options;
  const session = writeCast(options, settings, file, sizeOf(options.terminal), settings.steps ?? [], recordings);
  return resultOf(session, 'quit');
}

/** Plays the session once more by the clock of the cast, and writes what it shows. */
function writeCast(
  options: DashboardOptions,
  settings: Settings,
  file: string,
  size: Size,
  steps: readonly ScriptStep[],
  recordings: RecordingDesk | undefined = options.recordings && pretended(options.recordings),
): Session {
  const started: readonly ScriptStep[] = settings.atUs === null ? [] : [{ kind: 'at', timeUs: settings.atUs }];
  const lines: string[] = [];
  const depth = options.colour ? '256' : 'none';
  const cast = castLines({
    // What was saved in the session is not saved a second time.
    session: { ...sessionOptions(options, settings), recordings, size, depth, write: () => {} },
    steps: [...started, ...steps],
    title: options.scenario.title,
  });
  let next = cast.next();
  for (; next.done !== true; next = cast.next()) lines.push(next.value);
  writeFileSync(file, lines.join(''));
  return next.value;
}

/** The same, but nothing is written. */
function pretended(desk: RecordingDesk): RecordingDesk {
  return { ...desk, open: () => ({ write: () => {} }), exists: () => false };
}
