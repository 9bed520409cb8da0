/** Two runs up to the first event at which they differ, and what is different there: events, what was done, states. */

import { differences } from '../../sim/explore/differences.ts';
import { Lockstep, type MakePlayable, ofPlan, ofRecording, type Side } from '../../sim/explore/lockstep.ts';
import { eventLine, kindedText, nameOf, readableState, type Speaker } from '../../sim/explore/words.ts';
import type { Effect, Kinded } from '../../sim/index.ts';
import { formatDuration } from '../../sim/index.ts';
import { formatNumber } from '../../sim/report/format.ts';
import { type Palette, paletteFor } from '../colour.ts';
import { guarded } from '../drive.ts';
import { InputError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { loadSource } from '../load.ts';
import { isRecording, loadRecording } from '../recording-file.ts';
import { planOfRecording } from '../replay/plan.ts';
import type { EndSignal, Shell } from '../shell.ts';
import { flow } from '../text/flow.ts';
import { sideBySide } from './columns.ts';

export interface DiffOptions {
  readonly set?: readonly string[] | undefined;
  readonly seed?: string | undefined;
  readonly until?: string | undefined;
  readonly color: boolean;
}

/** Something that can be run, and what to call it. */
interface Candidate {
  readonly name: string;
  readonly seed: string;
  readonly make: MakePlayable;
  readonly limitUs: number;
}

export async function diff(a: string, b: string, options: DiffOptions, shell: Shell): Promise<ExitCode> {
  const left = await candidateOf(a, { until: options.until }, shell);
  const right = await candidateOf(b, options, shell);
  const untilUs = Math.min(left.limitUs, right.limitUs);
  const lockstep = guarded({ seed: left.seed }, a, () => new Lockstep(left.make, right.make, untilUs));
  const { state, signal } = await play(lockstep, a, shell);
  const palette = paletteFor(shell.out, options.color, shell.env);
  const width = shell.out.isTerminal ? Math.max(60, shell.out.columns) : 100;
  const page = { palette, width };
  const { simulation } = lockstep.left;
  if (!lockstep.parted) {
    if (state !== null) shell.out.write(`${stateLines(state, page).join('\n')}\n`);
    const { events, nowUs, fingerprint } = simulation;
    shell.out.write(
      `No different event: ${formatNumber(events)} events to ${formatDuration(nowUs)}, fingerprint ${fingerprint}.\n`,
    );
    if (signal !== null) return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    return state === null ? EXIT.ok : EXIT.expectationFailed;
  }
  const lines = [
    ...sideBySide(left.name, right.name, width).map(palette.heading),
    '',
    ...(state === null || state.event > lockstep.agreed ? [] : [...stateLines(state, page), '']),
    ...partingLines(lockstep, page),
  ];
  shell.out.write(`${lines.join('\n')}\n`);
  return EXIT.expectationFailed;
}

async function candidateOf(file: string, options: Omit<DiffOptions, 'color'>, shell: Shell): Promise<Candidate> {
  const { set = [], seed, until } = options;
  const said = [...set.map((edit) => ` --set ${edit}`), ...(seed === undefined ? [] : [` --seed ${seed}`])].join('');
  if (isRecording(file, shell.env)) {
    if (said !== '') throw new InputError(`${file}: a recording is what it is;${said} is for scenarios`);
    const recording = loadRecording(file, shell.env);
    const { plan } = await planOfRecording(recording, file, shell);
    return { name: file, seed: plan.seed, make: ofRecording(recording, plan), limitUs: plan.durationUs };
  }
  const { plan, limitUs } = await loadSource({ file, set, seed, until }, shell);
  return { name: `${file}${said}`, seed: plan.seed, make: ofPlan(plan), limitUs };
}

/** A state that differs although all events so far were the same. */
interface StateDifference {
  readonly event: number;
  readonly us: number;
  readonly process: string;
  readonly left: unknown;
  readonly right: unknown;
}

const BATCH = 2_000;

async function play(
  lockstep: Lockstep,
  file: string,
  shell: Shell,
): Promise<{ state: StateDifference | null; signal: EndSignal | null }> {
  let signal: EndSignal | null = null;
  const stopListening = shell.onSignal((received) => {
    signal = received;
  });
  let state = everyState(lockstep);
  while (!lockstep.finished && signal === null) {
    guarded(lockstep.left.simulation, file, () => {
      for (let i = 0; i < BATCH && !lockstep.finished; i++) {
        lockstep.play(1);
        if (!lockstep.parted) state ??= touchedStates(lockstep);
      }
    });
    await shell.turn();
  }
  stopListening();
  return { state, signal };
}

function everyState(lockstep: Lockstep): StateDifference | null {
  const { size } = lockstep.left.simulation.world;
  if (lockstep.parted) return null;
  for (let address = 0; address < size; address++) {
    const found = stateAt(lockstep, address);
    if (found !== null) return found;
  }
  return null;
}

function touchedStates(lockstep: Lockstep): StateDifference | null {
  for (const { process } of lockstep.left.last) {
    const found = process < 0 ? null : stateAt(lockstep, process);
    if (found !== null) return found;
  }
  return null;
}

function stateAt({ left, right, agreed }: Lockstep, address: number): StateDifference | null {
  const process = left.simulation.world.process(address);
  const other = right.simulation.world.process(address);
  // As they are, not as they are shown: nothing may be left out that could make runs part.
  if (differences(process.state, other.state, 1).length === 0) return null;
  const { nowUs: us } = left.simulation;
  const [mine, its] = [
    readableState(process.state, left.simulation.plan),
    readableState(other.state, right.simulation.plan),
  ];
  return { event: agreed, us, process: process.name, left: mine, right: its };
}

// --- What is shown ---

interface Page {
  readonly palette: Palette;
  readonly width: number;
}

const SHOWN_DIFFERENCES = 12;
const SHOWN_PROCESSES = 6;

function stateLines({ event, us, process, left, right }: StateDifference, { palette, width }: Page): readonly string[] {
  return [
    palette.heading(`The first state that differs: ${process}, after event ${event}, at ${formatDuration(us)}`),
    ...leafLines(left, right, width),
  ];
}

function leafLines(left: unknown, right: unknown, width: number): readonly string[] {
  const found = differences(left, right, SHOWN_DIFFERENCES + 1);
  const shown = found.slice(0, SHOWN_DIFFERENCES);
  return [
    ...shown.flatMap((leaf) => {
      const name = leaf.path === '' ? '' : `${leaf.path}: `;
      return sideBySide(`${name}${leafText(leaf.left)}`, `${name}${leafText(leaf.right)}`, width);
    }),
    ...(found.length > shown.length ? ['  and more'] : []),
  ];
}

const LEAF_CHARACTERS = 200;

function leafText(value: unknown): string {
  if (value === undefined) return '(nothing)';
  const text = flow(value);
  return text.length <= LEAF_CHARACTERS ? text : `${text.slice(0, LEAF_CHARACTERS)}…`;
}

function partingLines({ agreed, left, right }: Lockstep, { palette, width }: Page): readonly string[] {
  const [one, other] = [speakerOf(left), speakerOf(right)];
  const before =
    agreed === 0 ? 'They differ from the beginning.' : `The events are the same up to event ${formatNumber(agreed)}.`;
  return [
    palette.heading(before),
    ...pairs(eventsText(left, one), eventsText(right, other), width),
    ...subjectLines(left, right, width),
    ...section('What was done', pairs(effectsText(left, one), effectsText(right, other), width), palette),
    ...section('States that differ', statesLines(left, right, width), palette),
  ];
}

function section(title: string, lines: readonly string[], palette: Palette): readonly string[] {
  return lines.length === 0 ? [] : ['', palette.heading(title), ...lines];
}

function speakerOf({ simulation }: Side): Speaker {
  return { system: simulation.plan.system, world: simulation.world };
}

/** Lines that are the same on both sides come first to where they differ. */
function pairs(left: readonly string[], right: readonly string[], width: number): readonly string[] {
  const rows = Math.max(left.length, right.length);
  return Array.from({ length: rows }, (_, i) =>
    sideBySide(left[i] ?? '(nothing)', right[i] ?? '(nothing)', width),
  ).flat();
}

function eventsText({ last, simulation }: Side, speaker: Speaker): readonly string[] {
  if (last.length > 0) return last.map((event) => eventLine(event, speaker));
  return [`nothing more, at ${formatDuration(simulation.nowUs)}`];
}

/** The same message with another content. */
function subjectLines(left: Side, right: Side, width: number): readonly string[] {
  const [one, other] = [left.last[0]?.subject ?? null, right.last[0]?.subject ?? null];
  if (one === null || other === null || one.kind !== other.kind) return [];
  return leafLines(one, other, width);
}

function effectsText({ effects }: Side, speaker: Speaker): readonly string[] {
  return effects.map(({ process, effect }) => `${nameOf(process, speaker)}: ${effectText(effect, speaker)}`);
}

function effectText({ kind, target, value, us, name }: Effect, speaker: Speaker): string {
  const said = (what: 'message' | 'timer' | 'outcome' | 'note') => kindedText(what, value as Kinded, speaker);
  switch (kind) {
    case 'send':
      return `sends ${nameOf(target, speaker)} ${said('message')}`;
    case 'request':
      return `asks ${nameOf(target, speaker)} ${said('message')}`;
    case 'multicast':
      return `tells the group ${name} ${said('message')}`;
    case 'reply':
      return `answers ${said('message')}`;
    case 'setTimer':
      return `sets the timer ${said('timer')} to ${formatDuration(us)}`;
    case 'complete':
      return `ends the operation ${target}: ${said('outcome')}`;
    case 'note':
      return `notes ${said('note')}`;
    case 'save':
      return 'saves its state';
    default:
      return [kind, name].filter((part) => part !== '').join(' ');
  }
}

function statesLines(left: Side, right: Side, width: number): readonly string[] {
  const [one, other] = [left.simulation.world, right.simulation.world];
  const lines: string[] = [];
  let shown = 0;
  for (let address = 0; address < Math.max(one.size, other.size) && shown < SHOWN_PROCESSES; address++) {
    const before = address < one.size ? one.process(address) : undefined;
    const after = address < other.size ? other.process(address) : undefined;
    if (before?.status === after?.status && differences(before?.state, after?.state, 1).length === 0) continue;
    shown++;
    lines.push(
      ...sideBySide(titleOf(before), titleOf(after), width),
      ...leafLines(
        readableState(before?.state, left.simulation.plan),
        readableState(after?.state, right.simulation.plan),
        width,
      ),
    );
  }
  return lines;
}

function titleOf(process: { readonly name: string; readonly status: string } | undefined): string {
  return process === undefined ? '(no such process)' : `${process.name}, ${process.status}`;
}
