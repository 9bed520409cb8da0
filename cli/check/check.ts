/** Explores a small scenario exhaustively, and tells the shortest way to a violation. */

import type { Model } from '../../sim/explore/model/moves.ts';
import { demandsOf, Search, type SearchResult } from '../../sim/explore/model/search.ts';
import { CheckError, type CheckOptions as Explored, modelOf } from '../../sim/explore/model/start.ts';
import { moveText } from '../../sim/explore/model/words.ts';
import { formatDuration, parseDuration, SetupError } from '../../sim/index.ts';
import { counted, formatNumber } from '../../sim/report/format.ts';
import { type Palette, paletteFor } from '../colour.ts';
import { InputError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { loadSource } from '../load.ts';
import { wholeNumber } from '../numbers.ts';
import type { EndSignal, Shell } from '../shell.ts';
import { flow } from '../text/flow.ts';
import { hanging, paragraph } from '../text/layout.ts';

export interface CheckOptions {
  readonly depth: string;
  readonly rounds: string;
  readonly losses: string;
  readonly duplicates: string;
  readonly timeouts: string;
  readonly after: string;
  readonly states: string;
  readonly set?: readonly string[] | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: boolean;
}

export async function check(file: string, options: CheckOptions, shell: Shell): Promise<ExitCode> {
  const { plan } = await loadSource({ file, set: options.set ?? [] }, shell);
  if (demandsOf(plan).length === 0) {
    throw new InputError(
      `${file}: nothing is expected to hold always, so no state could be wrong\n  hint: expect: [ <property>: always ]`,
    );
  }
  const bounds = {
    depth: wholeNumber('--depth', options.depth, 1),
    states: wholeNumber('--states', options.states, 1),
  };
  const { model, search } = prepared(file, () => {
    const made = modelOf(plan, exploredBy(options));
    return { model: made.model, search: new Search(made.model, made.start, bounds) };
  });
  const signal = await explore(search, options, shell);
  const result = search.result();
  print(file, result, model, options, shell);
  if (result.found !== null) return EXIT.expectationFailed;
  if (signal !== null) return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  return EXIT.ok;
}

function exploredBy({ rounds, losses, duplicates, timeouts, after }: CheckOptions): Explored {
  const afterUs = after === '0' ? 0 : parseDuration(after);
  if (afterUs === null) throw new InputError(`--after: found ${JSON.stringify(after)}, expected a time such as 2s`);
  return {
    rounds: wholeNumber('--rounds', rounds, 0),
    losses: wholeNumber('--losses', losses, 0),
    duplicates: wholeNumber('--duplicates', duplicates, 0),
    timeouts: wholeNumber('--timeouts', timeouts, 0),
    afterUs,
  };
}

function prepared<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof CheckError || error instanceof SetupError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}

const BATCH = 200;
const REDRAW_MS = 100;

async function explore(search: Search, { quiet }: CheckOptions, shell: Shell): Promise<EndSignal | null> {
  let signal: EndSignal | null = null;
  const stopListening = shell.onSignal((received) => {
    signal = received;
  });
  const startedMs = shell.nowMs();
  const draws = quiet !== true && shell.err.isTerminal;
  let nextMs = startedMs;
  while (!search.finished && signal === null) {
    search.run(BATCH);
    await shell.turn();
    const nowMs = shell.nowMs();
    if (!draws || nowMs < nextMs) continue;
    nextMs = nowMs + REDRAW_MS;
    shell.err.write(`\r${progressText(search, nowMs - startedMs)}\u001b[K`);
  }
  stopListening();
  if (quiet !== true)
    shell.err.write(`${draws ? '\r\u001b[K' : ''}${progressText(search, shell.nowMs() - startedMs)}\n`);
  return signal;
}

function progressText({ states, moves, depth }: Search, elapsedMs: number): string {
  const rate = Number(((states * 1000) / Math.max(1, elapsedMs)).toPrecision(2));
  return `depth ${depth}, ${formatNumber(states)} states, ${formatNumber(moves)} moves, ${formatNumber(rate)} states/s`;
}

const ENDINGS = {
  covered: 'every state that can be reached was seen',
  depth: 'every state up to that depth was seen; deeper ones were not (--depth)',
  states: 'as many states as allowed were seen; others were not (--states)',
  stopped: 'it was stopped',
  violated: 'a violation was found, by a path that no other is shorter than',
} as const;

function print(file: string, result: SearchResult, model: Model, { json, color }: CheckOptions, shell: Shell): void {
  const { states, moves, depth, ending, found, truncated, struck } = result;
  const idle = model.acts.filter((_, act) => struck[act] === 0).map(({ label }) => label);
  const path = found === null ? [] : found.path.map((step) => moveText(step, model));
  if (json === true) {
    const violation = found === null ? null : { property: found.property, message: found.violation.message, path };
    shell.out.write(`${JSON.stringify({ file, states, moves, depth, ending, truncated, idle, violation }, null, 2)}\n`);
    return;
  }
  const palette = paletteFor(shell.out, color, shell.env);
  const width = shell.out.isTerminal ? Math.max(60, Math.min(shell.out.columns, 120)) : 80;
  const lines = [
    palette.heading(
      `${file}: ${counted(states, 'state')}, ${counted(moves, 'move')}, depth ${depth}: ${ENDINGS[ending]}`,
    ),
    ...(truncated ? [palette.doubt('  some draws have too many values; not all of them were gone through')] : []),
    ...idle.map((label) => palette.doubt(`  "${label}" was not possible in any state that was seen`)),
    ...(found === null ? [palette.good(`  ${demandsText(model)}: never violated`)] : []),
    ...(found === null ? [] : foundLines(found, path, model, palette, width)),
  ];
  shell.out.write(`${lines.join('\n')}\n`);
}

function demandsText({ plan }: Model): string {
  return demandsOf(plan)
    .map(({ property }) => property)
    .join(', ');
}

const STATE_CHARACTERS = 300;

function foundLines(
  { property, violation, at }: NonNullable<SearchResult['found']>,
  path: readonly string[],
  { nowUs }: Model,
  palette: Palette,
  width: number,
): readonly string[] {
  const steps = path.flatMap((text, index) => hanging(`${String(index + 1).padStart(3)}. `, text, 2, width));
  const states = violation.processes.flatMap((address) => {
    const { name, state } = at.processes[address];
    const text = flow(state);
    return hanging(
      `${name}: `,
      text.length <= STATE_CHARACTERS ? text : `${text.slice(0, STATE_CHARACTERS)}…`,
      4,
      width,
    );
  });
  return [
    ...paragraph(`${property}: ${violation.message}`, 2, width).map(palette.bad),
    '',
    palette.heading(`  ${counted(path.length, 'move')} from the state at ${formatDuration(nowUs)}`),
    ...steps,
    ...(states.length === 0 ? [] : ['', palette.heading('  States then'), ...states]),
  ];
}
