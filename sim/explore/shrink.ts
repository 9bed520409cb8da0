/**
 * Makes a failing scenario smaller, with the same key of failure. Greedy on each way: of the steps that are known (`shrink-steps.ts`) one after the other is tried, and
 * what still fails and costs less is kept; until no step helps, or the time is over. Each candidate is run anew, by its own
 * seed and, because a cut moves every later draw, by a few others.
 *
 * fast-check shrinks values of its own making, by replaying its own generators. Here the value is a scenario that somebody wrote, whose parts hang
 * together (instants and durations, names and numbers of nodes), so the steps are our own; its idea of a shrinking order is the same:
 * whole parts first, then halves, then single ones.
 */
import type { System } from '../contract/system.ts';
import type { Candidate } from './candidate.ts';
import type { Failing } from './failing.ts';
import type { Failure } from './failure.ts';
import { onlyFailing } from './finding-scenario.ts';
import { entriesOf, isDistribution, isPlainMap, type Plain, withKey } from './plain.ts';
import { Bounds } from './shrink-bounds.ts';
import { stepsFor } from './shrink-steps.ts';
import { planFromPlain, ScenarioError, type Trial, triedPlan } from './trial.ts';

export interface ShrinkOptions {
  readonly systems: ReadonlyMap<string, System>;
  /** Asked before each run. */
  readonly goesOn: () => boolean;
  /** How long a reader has to read, and how long is short enough. Without it the first way is gone to its end, and no other. */
  readonly aim?: { measure(failing: Failing): number; readonly enough: number };
  /** Told of each better one. */
  readonly onBetter?: (better: Failing, step: string) => void;
  /** Lets others have their turn now and then. */
  readonly turn?: () => Promise<void>;
}

export class Shrinker {
  runs = 0;
  best: Failing;
  private readonly options: ShrinkOptions;
  private readonly known = new Set<string>();
  private readonly original: Plain;
  private readonly bounds: Bounds;

  constructor(failing: Failing, options: ShrinkOptions) {
    this.best = failing;
    this.original = failing.said;
    this.bounds = new Bounds(failing.said, planFromPlain(failing.said, options.systems));
    this.options = options;
  }

  /**
   * Goes on to a scenario that no step makes better, or until the time is over. One that is still long may be a dead end: then it begins again from the
   * original, which leads other ways, since no candidate is tried twice; and after some ways it tries the shortest with more patience.
   */
  async run(): Promise<Failing> {
    const { measure, enough } = this.options.aim ?? NO_AIM;
    const original = this.best;
    let shortest = { failing: original, length: Number.POSITIVE_INFINITY };
    const goDown = async (from: Failing, patience: number): Promise<boolean> => {
      this.best = from;
      while (this.options.goesOn() && (await this.round(patience)));
      const isNew = this.best !== original || shortest.failing === original;
      const length = isNew && isReadable(this.best) ? measure(this.best) : Number.MAX_SAFE_INTEGER;
      if (length < shortest.length) shortest = { failing: this.best, length };
      return this.best !== from;
    };
    for (let goesOn = true; goesOn && shortest.length > enough && this.options.goesOn(); ) {
      for (let way = 0; way < WAYS && goesOn && shortest.length > enough; way++) goesOn = await goDown(original, 1);
      if (shortest.length > enough) goesOn = (await goDown(shortest.failing, PATIENT)) || goesOn;
    }
    this.best = shortest.failing;
    return this.best;
  }

  /** All steps once, each as often as it helps. Returns whether any did. */
  private async round(patience: number): Promise<boolean> {
    const { best, original, options } = this;
    let improved = false;
    for (const step of stepsFor(best, { systems: options.systems, original, patience })) {
      for (let again = true; again && options.goesOn(); ) {
        again = await this.tryStep(step.name, step.candidates);
        improved ||= again;
      }
    }
    return improved;
  }

  /** Tries the candidates of one step in order; at the first that is better it stops, since the others were made of another scenario. */
  private async tryStep(name: string, candidates: (failing: Failing) => Iterable<Candidate>): Promise<boolean> {
    for (const candidate of candidates(this.best)) {
      if (!this.options.goesOn()) return false;
      await this.options.turn?.();
      const better = this.better(candidate);
      if (better === null) continue;
      this.best = better;
      this.options.onBetter?.(better, name);
      return true;
    }
    return false;
  }

  private better({ said, seeds: { from, count } }: Candidate): Failing | null {
    if (!this.bounds.allows(said)) return null;
    const own = String(said.seed ?? 1);
    const seeds = [own, ...Array.from({ length: count }, (_, i) => String(from + i))];
    for (const seed of new Set(seeds)) {
      const candidate = withKey(said, 'seed', seed);
      const text = JSON.stringify(candidate);
      if (this.known.has(text)) continue;
      this.known.add(text);
      this.runs++;
      const failing = failingFrom(candidate, this.best.failure, this.options.systems, this.best.cost);
      if (failing === 'wrong') return null;
      if (failing !== null && failing.cost < this.best.cost && this.isNoWorse(failing)) return failing;
      if (!this.options.goesOn()) return null;
    }
    return null;
  }

  private isNoWorse({ said, failure }: Failing): boolean {
    return this.bounds.allowsRun(planFromPlain(said, this.options.systems), failure.us);
  }
}

/** How many ways are gone before the shortest is tried with more patience, and by how much more seeds that tries. */
const WAYS = 4;
const PATIENT = 4;

/** Whether to read it is worth the trouble at all. */
function isReadable({ said, failure }: Failing): boolean {
  return drawnIn(said) === 0 || failure.event < 1500;
}

const NO_AIM = { measure: () => 0, enough: 0 };

/** Entries that say only how often something happens. */
function drawnIn(said: Plain): number {
  const rated = entriesOf(said, 'faults').filter((entry) => entry.rate !== undefined);
  return entriesOf(said, 'churn').length + entriesOf(said, 'workload').length + rated.length;
}

/** The first failure of a scenario, or the one of a given key. Null if it does not fail (so). @throws ScenarioError */
export function firstFailure(said: Plain, systems: ReadonlyMap<string, System>, key: string | null): Failing | null {
  const trial = triedPlan(planFromPlain(said, systems), {});
  const failure = trial.failures.find((each) => key === null || each.key === key);
  if (failure === undefined) return null;
  // Without the other expectations it may go on longer until it fails, and so is tried once more.
  const alone = onlyFailing(said, failure);
  return failingFrom(alone, failure, systems, Number.POSITIVE_INFINITY) as Failing | null;
}

/** @param most cost from which on nobody wants it; a run that takes more events is cut short. */
function failingFrom(
  said: Plain,
  { key }: Failure,
  systems: ReadonlyMap<string, System>,
  most: number,
): Failing | 'wrong' | null {
  let trial: Trial;
  try {
    const room = most - costOf(said, 0);
    if (room <= 0) return null;
    trial = triedPlan(planFromPlain(said, systems), {
      atMost: Number.isFinite(room) ? Math.ceil(room) + 1 : 20_000_000,
    });
  } catch (error) {
    if (error instanceof ScenarioError) return 'wrong';
    throw error;
  }
  const failure = trial.failures.find((each) => each.key === key);
  if (failure === undefined || trial.cutShort) return null;
  return { said, failure, events: trial.events, cost: costOf(said, failure.event) };
}

/** What a reader has to take in: events until it fails, and everything that is written; most of all what only says how often, and not what. */
export function costOf(said: Plain, events: number): number {
  const drawn =
    DRAWN * drawnIn(said) + NAMELESS * namelessIn(said) + SPREAD * (spreadIn(said.network) + spreadIn(said.config));
  return events + 25 * leaves(said) + digits(said) + drawn;
}

/** Distributions: with each draw that goes another way all later ones do, and messages seem to matter that do not. */
function spreadIn(value: unknown): number {
  if (!isPlainMap(value)) return 0;
  if (isDistribution(value)) return 1;
  return Object.values(value).reduce((sum: number, each) => sum + spreadIn(each), 0);
}

const SPREAD = 100;

/** Newcomers of whom it is not said who they are: they are others as soon as somebody before them is left out. */
function namelessIn(said: Plain): number {
  return entriesOf(said, 'faults').filter(({ join }) => typeof join === 'number').length;
}

const NAMELESS = 100;

/** More than all that one of them brings about costs when it is written out: from there it can be cut down. */
const DRAWN = 20_000;

/** Values that are written. A line of the script costs as much as a setting. */
function leaves(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + leaves(each), 0);
  if (isPlainMap(value)) return Object.values(value).reduce((sum: number, each) => sum + leaves(each), 0);
  return 1;
}

/** Round values are read more easily. */
function digits(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + digits(each), 0);
  if (isPlainMap(value)) return Object.values(value).reduce((sum: number, each) => sum + digits(each), 0);
  return String(value).replace(/[^0-9]/g, '').length;
}
