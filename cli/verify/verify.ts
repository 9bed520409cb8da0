/** Proves by trial that a scenario and a seed are one run: side by side in this process, and against a fresh one. */

import { eventsBetween } from '../../sim/explore/events.ts';
import { Lockstep, ofPlan } from '../../sim/explore/lockstep.ts';
import { type Track, trackParting } from '../../sim/explore/track.ts';
import { eventLine } from '../../sim/explore/words.ts';
import type { Plan } from '../../sim/index.ts';
import { counted, formatNumber } from '../../sim/report/format.ts';
import { paletteFor } from '../colour.ts';
import { guarded } from '../drive.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { loadSource, type Source } from '../load.ts';
import { wholeNumber } from '../numbers.ts';
import type { EndSignal, Shell } from '../shell.ts';
import { FreshProcess } from './fresh.ts';

export interface VerifyOptions {
  readonly seeds: string;
  readonly set?: readonly string[] | undefined;
  readonly until?: string | undefined;
  readonly events?: string | undefined;
  readonly quiet?: true | undefined;
  readonly color: boolean;
}

/** How two runs that should be one came to differ. */
interface Difference {
  readonly seed: string;
  readonly lines: readonly string[];
}

interface Verdict {
  readonly runs: number;
  readonly events: number;
  readonly difference: Difference | null;
}

/** @param registry a module with the systems, for the fresh process. */
export async function verify(
  files: readonly string[],
  options: VerifyOptions,
  shell: Shell,
  registry?: string,
): Promise<ExitCode> {
  const seeds = wholeNumber('--seeds', options.seeds, 1);
  const atMost = options.events === undefined ? Number.POSITIVE_INFINITY : wholeNumber('--events', options.events, 1);
  const { set = [], until } = options;
  const sources: Source[] = [];
  for (const file of files) sources.push(await loadSource({ file, set, until }, shell));
  const palette = paletteFor(shell.out, options.color, shell.env);
  const verifier = new Verifier(shell, options.quiet !== true, atMost, registry);
  const width = Math.max(...files.map((file) => file.length));
  let total = 0;
  let differences = 0;
  for (const source of sources) {
    const { runs, events, difference } = await verifier.scenario(source, seeds);
    total += runs;
    if (difference !== null) differences++;
    const what = difference === null ? palette.good('same') : palette.bad(`DIFFERENT with seed ${difference.seed}`);
    const count = `${counted(runs, 'seed')}, ${formatNumber(events)} events`;
    shell.out.write(`${source.file.padEnd(width)}  ${count}: ${what}\n`);
    if (difference !== null) shell.out.write(`${difference.lines.join('\n')}\n`);
    if (verifier.signal !== null) break;
  }
  verifier.close();
  if (verifier.signal !== null) return verifier.signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  const whole = `${counted(sources.length, 'scenario')}, ${counted(total, 'seed')}, three runs of each`;
  shell.out.write(
    differences === 0 ? `${whole}: no difference.\n` : `${whole}: ${counted(differences, 'difference')}.\n`,
  );
  return differences === 0 ? EXIT.ok : EXIT.diverged;
}

const BATCH = 5_000;
const REDRAW_MS = 200;

class Verifier {
  signal: EndSignal | null = null;
  private readonly shell: Shell;
  private readonly tells: boolean;
  private readonly atMost: number;
  private readonly registry: string | undefined;
  private readonly stopListening: () => void;
  private nextMs = 0;

  constructor(shell: Shell, tells: boolean, atMost: number, registry: string | undefined) {
    this.shell = shell;
    this.tells = tells && shell.err.isTerminal;
    this.atMost = atMost;
    this.registry = registry;
    this.stopListening = shell.onSignal((signal) => {
      this.signal = signal;
    });
  }

  close(): void {
    this.stopListening();
  }

  /** All seeds of a scenario, with one fresh process for it. Stops at the first difference. */
  async scenario(source: Source, seeds: number): Promise<Verdict> {
    const fresh = new FreshProcess(this.registry);
    let events = 0;
    let runs = 0;
    try {
      for (const seed of seedsOf(source.plan.seed, seeds)) {
        if (this.signal !== null) break;
        const { difference, track } = await this.seed(source, seed, fresh);
        runs++;
        events += track.events;
        this.progress(`${source.file}: seed ${runs} of ${seeds}, ${formatNumber(events)} events`);
        if (difference !== null) return { runs, events, difference: { seed, lines: difference } };
      }
      return { runs, events, difference: null };
    } finally {
      fresh.close();
      this.progress('');
    }
  }

  private async seed(source: Source, seed: string, fresh: FreshProcess) {
    const { file, text, overrides, limitUs } = source;
    const plan: Plan = { ...source.plan, seed };
    const untilUs = limitUs < plan.durationUs ? limitUs : null;
    const atMost = Number.isFinite(this.atMost) ? this.atMost : null;
    const elsewhere = fresh.track({ file, text, overrides, seed, untilUs, atMost });
    // Told below, unless the runs here differ already.
    elsewhere.catch(() => {});
    const lockstep = guarded({ seed }, file, () => new Lockstep(ofPlan(plan), ofPlan(plan), limitUs));
    for (let played = 0; played < this.atMost && !lockstep.finished && this.signal === null; played += BATCH) {
      guarded(lockstep.left.simulation, file, () => lockstep.play(Math.min(BATCH, this.atMost - played)));
      await this.shell.turn();
    }
    const { events, nowUs: us, fingerprint } = lockstep.left.simulation;
    const track: Track = { events, us, fingerprint, trail: lockstep.checks };
    if (lockstep.parted) return { track, difference: partedHere(lockstep) };
    if (this.signal !== null) return { track, difference: null };
    const parting = trackParting(track, await elsewhere);
    return { track, difference: parting === null ? null : partedElsewhere(plan, parting) };
  }

  private progress(text: string): void {
    if (!this.tells) return;
    const nowMs = this.shell.nowMs();
    if (nowMs < this.nextMs && text !== '') return;
    this.nextMs = nowMs + REDRAW_MS;
    this.shell.err.write(`\r${text.slice(0, this.shell.err.columns - 1)}\u001b[K`);
  }
}

/** The scenario's own first, then numbers, none twice. */
function seedsOf(own: string, count: number): readonly string[] {
  const seeds = new Set([own]);
  for (let next = 1; seeds.size < count; next++) seeds.add(String(next));
  return [...seeds];
}

function partedHere({ agreed, left, right }: Lockstep): readonly string[] {
  const first = (side: Lockstep['left']) => {
    const [event] = side.last;
    const { plan, world } = side.simulation;
    if (event === undefined) return 'the end of the run';
    // Events that look alike may have been scheduled in another order, or by another event.
    const origin = `sequence ${event.sequence}, scheduled by ${event.cause < 0 ? 'the scenario' : event.cause}`;
    return `${eventLine(event, { system: plan.system, world })} (${origin})`;
  };
  return [
    '  two runs in this process, side by side, differ',
    agreed === 0 ? '  from the beginning' : `  up to event ${agreed} both agree`,
    `    one run:       ${first(left)}, fingerprint ${left.simulation.fingerprint}`,
    `    the other run: ${first(right)}, fingerprint ${right.simulation.fingerprint}`,
  ];
}

function partedElsewhere(
  plan: Plan,
  { agreed, differs }: { readonly agreed: number; readonly differs: number },
): readonly string[] {
  const { events, simulation } = eventsBetween(plan, agreed, differs);
  const [event] = events;
  const exact = differs - agreed === 1;
  const here =
    event === undefined ? 'the end of the run' : eventLine(event, { system: plan.system, world: simulation.world });
  return [
    '  a run in this process and one in a fresh process differ',
    agreed === 0 ? '  from the beginning' : `  up to event ${agreed} both agree`,
    exact
      ? `    event ${differs} is the first that differs; here it is ${here}`
      : `    the first event that differs is one of ${agreed + 1} to ${differs}; the first of these is here ${here}`,
  ];
}
