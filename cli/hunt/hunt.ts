/** Hunts a scenario through with many seeds, and keeps the first of each sort of failure as a scenario that reproduces. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findingName, findingYaml } from '../../sim/explore/finding-scenario.ts';
import type { Plain } from '../../sim/explore/plain.ts';
import { type Hunted, huntedFrom, swarmOf } from '../../sim/explore/swarm.ts';
import { type Finding, Tally } from '../../sim/explore/tally.ts';
import { planFromPlain } from '../../sim/explore/trial.ts';
import { formatDuration, type System } from '../../sim/index.ts';
import { counted, formatNumber } from '../../sim/report/format.ts';
import { formatProblems, plainScenario } from '../../sim/scenario/load.ts';
import { type Palette, paletteFor } from '../colour.ts';
import { InputError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { fromUser } from '../files.ts';
import { loadSource } from '../load.ts';
import { wholeNumber } from '../numbers.ts';
import { reasonOf } from '../reasons.ts';
import type { EndSignal, Shell } from '../shell.ts';
import { hanging, paragraph } from '../text/layout.ts';
import { REGISTRY } from '../verify/fresh.ts';
import { HuntProgress } from './hunt-progress.ts';
import { Pool } from './pool.ts';

export interface HuntOptions {
  readonly seeds: string;
  readonly from: string;
  readonly minutes?: string | undefined;
  readonly workers?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly out: string;
  readonly events: string;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: boolean;
}

/** Other modules than usual, for tests. */
export interface HuntSetting {
  readonly registry?: string;
  readonly worker?: string;
}

/** A finding that lies in a file. */
export interface KeptFinding extends Finding {
  readonly file: string;
}

export async function hunt(
  file: string,
  options: HuntOptions,
  shell: Shell,
  setting: HuntSetting = {},
): Promise<ExitCode> {
  const count = wholeNumber('--seeds', options.seeds, 1);
  const from = wholeNumber('--from', options.from, 0);
  const atMost = wholeNumber('--events', options.events, 1);
  const untilMs =
    options.minutes === undefined ? Number.POSITIVE_INFINITY : shell.nowMs() + minutes(options.minutes) * 60_000;
  const workers = options.workers === undefined ? availableParallelism() : wholeNumber('--workers', options.workers, 1);
  const { hunted, system } = await prepared(file, options.set ?? [], shell);
  const pool = new Pool({
    workers,
    data: { hunted, registry: setting.registry ?? REGISTRY, atMost },
    ...(setting.worker === undefined ? {} : { worker: setting.worker }),
  });
  const tally = new Tally();
  const progress = options.quiet === true ? null : new HuntProgress(shell, count);
  let signal: EndSignal | null = null;
  const stopListening = shell.onSignal((received) => {
    signal = received;
  });
  try {
    await pool.run(
      numbers(from, count),
      () => signal === null && shell.nowMs() < untilMs,
      (result) => {
        tally.add(result);
        progress?.tick(tally, pool.deaths);
      },
    );
  } finally {
    stopListening();
    progress?.finish(tally, pool.deaths);
    await pool.close();
  }
  const kept = keep(tally.findings, hunted, system, file, options.out, shell);
  print(file, count, tally, kept, options, shell);
  if (signal !== null) return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  return kept.length === 0 ? EXIT.ok : EXIT.expectationFailed;
}

function* numbers(from: number, count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield from + i;
}

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new InputError(`--minutes: found ${JSON.stringify(text)}, expected a number of more than 0`);
}

/** @throws InputError if the scenario or what it allows is wrong. */
async function prepared(
  file: string,
  set: readonly string[],
  shell: Shell,
): Promise<{ hunted: Hunted; system: System }> {
  const { plan, text } = await loadSource({ file, set }, shell);
  const plain = plainScenario(text, { file, overrides: set });
  if (!plain.ok) throw new InputError(formatProblems(plain.problems, text));
  const hunted = huntedFrom(plain.said as Plain, plan);
  try {
    // What `hunt:` says of faults shows only when they are drawn: a few seeds draw each of them.
    const systems = await shell.systems();
    for (let seed = 0; seed < 8; seed++) planFromPlain(swarmOf(hunted, `probe ${seed}`), systems);
  } catch (error) {
    if (error instanceof Error && error.name === 'ScenarioError')
      throw new InputError(`${file}: hunt makes a scenario of it that is wrong:\n${error.message}`);
    throw error;
  }
  return { hunted, system: plan.system };
}

function keep(
  findings: readonly Finding[],
  hunted: Hunted,
  system: System,
  file: string,
  out: string,
  shell: Shell,
): readonly KeptFinding[] {
  if (findings.length === 0) return [];
  const taken = new Set<string>();
  try {
    mkdirSync(fromUser(out, shell.env), { recursive: true });
    return findings.map((finding) => {
      const { failure, firstSeed, times } = finding;
      const name = findingName(system, failure, taken);
      taken.add(name);
      const path = join(out, `${name}.yaml`);
      const said = swarmOf(hunted, String(firstSeed));
      const origin = `Found: by hunting through ${file}; the first of ${times}, with seed ${firstSeed}.`;
      writeFileSync(fromUser(path, shell.env), findingYaml(said, failure, origin));
      return { ...finding, file: path };
    });
  } catch (error) {
    throw new InputError(`--out ${out}: ${reasonOf(error)}`);
  }
}

function print(
  file: string,
  count: number,
  tally: Tally,
  kept: readonly KeptFinding[],
  { json, color }: HuntOptions,
  { out, env }: Shell,
): void {
  const { seeds, events, cutShort } = tally;
  if (json === true) {
    const findings = kept.map(({ firstSeed, times, failure, file: path }) => ({
      firstSeed,
      times,
      ...failure,
      file: path,
    }));
    out.write(`${JSON.stringify({ file, asked: count, seeds, events, cutShort, findings }, null, 2)}\n`);
    return;
  }
  const palette = paletteFor(out, color, env);
  const width = out.isTerminal ? Math.max(60, Math.min(out.columns, 120)) : 80;
  const done = seeds === count ? counted(seeds, 'seed') : `${formatNumber(seeds)} of ${counted(count, 'seed')}`;
  const lines = [
    palette.heading(`${file}: ${done}, ${formatNumber(events)} events`),
    ...(cutShort === 0
      ? []
      : [palette.doubt(`  ${counted(cutShort, 'run')} had more events than --events allows and ended early`)]),
    ...(kept.length === 0
      ? [palette.good('  Nothing was found.')]
      : kept.flatMap((finding) => findingLines(finding, palette, width))),
  ];
  out.write(`${lines.join('\n')}\n`);
}

function findingLines(
  { failure, firstSeed, times, file }: KeptFinding,
  palette: Palette,
  width: number,
): readonly string[] {
  const { property, message, us, kind } = failure;
  const when = kind === 'safety' ? `at ${formatDuration(us)}` : 'in the end';
  const often = times === 1 ? 'once' : `${formatNumber(times)} times`;
  return [
    ...paragraph(`${property}: ${often}, first with seed ${firstSeed}, ${when}`, 2, width).map(palette.bad),
    ...paragraph(message.split('\n')[0], 4, width),
    ...hanging('', `npm run sim -- shrink ${file}`, 4, width).map(palette.quiet),
  ];
}
