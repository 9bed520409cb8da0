/** Makes a failing scenario small, and tells how it comes to fail. */
import { writeFileSync } from 'node:fs';
import type { Failing } from '../../sim/explore/failing.ts';
import { findingYaml } from '../../sim/explore/finding-scenario.ts';
import { entriesOf, type Plain, withKey } from '../../sim/explore/plain.ts';
import { firstFailure, Shrinker } from '../../sim/explore/shrink.ts';
import { type Story, storyOf, storyText } from '../../sim/explore/story.ts';
import { planFromPlain, ScenarioError, triedPlan } from '../../sim/explore/trial.ts';
import { formatDuration, type System } from '../../sim/index.ts';
import { counted, formatNumber } from '../../sim/report/format.ts';
import { formatProblems, plainScenario } from '../../sim/scenario/load.ts';
import { type Palette, paletteFor } from '../colour.ts';
import { Defect, InputError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { fromUser } from '../files.ts';
import { loadSource } from '../load.ts';
import { wholeNumber } from '../numbers.ts';
import { reasonOf } from '../reasons.ts';
import type { EndSignal, Shell } from '../shell.ts';
import { hanging, paragraph } from '../text/layout.ts';

export interface ShrinkOptions {
  readonly seed?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly property?: string | undefined;
  readonly seconds: string;
  readonly out?: string | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: boolean;
}

/** Of the time, so much is kept for the story. */
const FOR_THE_STORY = 0.2;

/** Lines of a story that is short enough: fifteen with the one that begins it and the one that ends it. */
const SHORT = 13;

export async function shrink(file: string, options: ShrinkOptions, shell: Shell): Promise<ExitCode> {
  const budgetMs = wholeNumber('--seconds', options.seconds, 1) * 1000;
  const startedMs = shell.nowMs();
  const systems = await shell.systems();
  const said = await saidBy(file, options, shell);
  const failing = failureIn(said, systems, options.property ?? null);
  if (failing === null) {
    const what = options.property === undefined ? 'does not fail' : `does not fail in "${options.property}"`;
    shell.err.write(
      `${file} ${what}: there is nothing to shrink\n  hint: npm run sim -- hunt ${file} looks for a seed with which it does\n`,
    );
    return EXIT.expectationFailed;
  }
  let signal: EndSignal | null = null;
  const stopListening = shell.onSignal((received) => {
    signal = received;
  });
  const within = (share: number) => signal === null && shell.nowMs() - startedMs < budgetMs * share;
  const progress = new ShrinkProgress(shell, options.quiet !== true, failing);
  const shrinker = new Shrinker(failing, {
    systems,
    goesOn: () => within(1 - FOR_THE_STORY),
    aim: {
      measure: ({ said: smaller, failure }) =>
        storyOf(planFromPlain(smaller, systems), failure, () => within(1)).lines.length,
      enough: SHORT,
    },
    onBetter: (better, step) => progress.better(better, step, shrinker.runs),
    turn: shell.turn,
  });
  const best = await shrinker.run();
  stopListening();
  progress.end();
  twice(best, systems);
  const plan = planFromPlain(best.said, systems);
  const story = storyOf(plan, best.failure, () => within(1));
  const out = options.out ?? file.replace(/(\.ya?ml)?$/, (ending) => `-small${ending === '' ? '.yaml' : ending}`);
  const origin = `Found: by shrinking ${file} (${formatNumber(failing.failure.event)} events before it fails, here ${formatNumber(best.failure.event)}).`;
  write(out, `${findingYaml(best.said, best.failure, origin)}${commented(storyText(story))}`, shell);
  print(file, out, failing, best, story, shrinker.runs, options, shell);
  return signal === null ? EXIT.ok : signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}

async function saidBy(file: string, { seed, set = [] }: ShrinkOptions, shell: Shell): Promise<Plain> {
  const { text } = await loadSource({ file, seed, set }, shell);
  const plain = plainScenario(text, { file, overrides: set });
  if (!plain.ok) throw new InputError(formatProblems(plain.problems, text));
  const said = withKey(plain.said as Plain, 'hunt', undefined);
  return seed === undefined ? said : withKey(said, 'seed', seed);
}

/** The failure of the property that is meant, or the first. */
function failureIn(said: Plain, systems: ReadonlyMap<string, System>, property: string | null): Failing | null {
  const wanted = property === null ? said : withKey(said, 'expect', onlyOf(said, property));
  try {
    return firstFailure(wanted, systems, null);
  } catch (error) {
    if (error instanceof ScenarioError) throw new InputError(error.message);
    throw error;
  }
}

function onlyOf(said: Plain, property: string): readonly Plain[] {
  const entries = entriesOf(said, 'expect').filter((entry) => Object.hasOwn(entry, property));
  if (entries.length === 0) throw new InputError(`--property ${property}: the scenario expects nothing of it`);
  return entries;
}

/** What is shown was seen to fail twice, in the same way, by the same events. */
function twice({ said, failure }: Failing, systems: ReadonlyMap<string, System>): void {
  const runs = [0, 1].map(() => triedPlan(planFromPlain(said, systems), {}));
  const isSame = runs.every(
    ({ failures, fingerprint }) =>
      fingerprint === runs[0].fingerprint && failures.some(({ key }) => key === failure.key),
  );
  if (!isSame)
    throw new Defect('the shrunk scenario fails at one time and not at another: npm run sim -- verify finds the event');
}

function write(path: string, text: string, { env }: Shell): void {
  try {
    writeFileSync(fromUser(path, env), text);
  } catch (error) {
    throw new InputError(`--out ${path}: ${reasonOf(error)}`);
  }
}

function commented(lines: readonly string[]): string {
  return `# What leads to it:\n${lines.map((line) => `#   ${line}`.trimEnd()).join('\n')}\n`;
}

function print(
  file: string,
  out: string,
  from: Failing,
  best: Failing,
  story: Story,
  runs: number,
  { json, color }: ShrinkOptions,
  shell: Shell,
): void {
  if (json === true) {
    const { key, property, message } = best.failure;
    const result = {
      file,
      out,
      key,
      property,
      message,
      events: { before: from.failure.event, after: best.failure.event },
      runs,
      scenario: best.said,
      story,
    };
    shell.out.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const palette = paletteFor(shell.out, color, shell.env);
  const width = shell.out.isTerminal ? Math.max(60, Math.min(shell.out.columns, 120)) : 80;
  const size = `From ${counted(from.failure.event, 'event')} to ${formatNumber(best.failure.event)} before it fails, in ${counted(runs, 'run')}.`;
  const lines = [
    palette.heading(`${best.failure.property}`),
    ...paragraph(best.failure.message.split('\n')[0], 2, width).map(palette.bad),
    ...paragraph(size, 2, width),
    '',
    palette.heading('What leads to it'),
    ...storyLines(story, palette, width),
    '',
    `${out}: the scenario`,
  ];
  shell.out.write(`${lines.join('\n')}\n`);
}

function storyLines(story: Story, palette: Palette, width: number): readonly string[] {
  const lines = storyText(story);
  return lines.flatMap((line, index) => {
    const [, time, text] = /^( *\S+ {2})(.*)$/.exec(line) ?? ['', '', line];
    const shown = hanging(time, text, 2, width);
    return index === lines.length - 1 ? shown.map(palette.bad) : shown;
  });
}

const REDRAW_MS = 100;

class ShrinkProgress {
  private readonly shell: Shell;
  private readonly tells: boolean;
  private readonly startedMs: number;
  private nextMs = 0;
  private line = '';

  constructor(shell: Shell, tells: boolean, { failure }: Failing) {
    this.shell = shell;
    this.tells = tells;
    this.startedMs = shell.nowMs();
    this.show(`${formatNumber(failure.event)} events: ${failure.key}`);
  }

  better({ failure, said }: Failing, step: string, runs: number): void {
    const seconds = ((this.shell.nowMs() - this.startedMs) / 1000).toFixed(1);
    this.show(
      `${seconds} s, ${formatNumber(runs)} runs, ${formatNumber(failure.event)} events to ${formatDuration(failure.us)}, ${String(said.nodes ?? '')} ${step}`,
    );
  }

  end(): void {
    const { err } = this.shell;
    if (this.tells) err.write(`${err.isTerminal ? '\r\u001b[K' : ''}${this.line}\n`);
  }

  private show(line: string): void {
    this.line = line;
    const { err } = this.shell;
    const nowMs = this.shell.nowMs();
    if (!this.tells || !err.isTerminal || nowMs < this.nextMs) return;
    this.nextMs = nowMs + REDRAW_MS;
    err.write(`\r${line.slice(0, err.columns - 1)}\u001b[K`);
  }
}
