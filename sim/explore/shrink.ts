/**
 * Makes a failing scenario smaller, with the same key of failure. Greedy: of the steps that are known (`shrink-steps.ts`) one after the other is tried, and
 * what still fails and costs less is kept; until no step helps, or the time is over. Each candidate is run anew, by its own
 * seed and, because a cut moves every later draw, by a few others.
 *
 * fast-check shrinks values of its own making, by replaying its own generators. Here the value is a scenario that somebody wrote, whose parts hang
 * together (instants and durations, names and numbers of nodes), so the steps are our own; its idea of a shrinking order is the same:
 * whole parts first, then halves, then single ones.
 */
import type { System } from '../contract/system.ts';
import type { Failing } from './failing.ts';
import type { Failure } from './failure.ts';
import { onlyFailing } from './finding-scenario.ts';
import { entriesOf, isPlainMap, type Plain, withKey } from './plain.ts';
import { type Candidate, stepsFor } from './shrink-steps.ts';
import { planFromPlain, ScenarioError, type Trial, triedPlan } from './trial.ts';

export interface ShrinkOptions {
  readonly systems: ReadonlyMap<string, System>;
  /** Asked before each run. */
  readonly goesOn: () => boolean;
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

  constructor(failing: Failing, options: ShrinkOptions) {
    this.best = failing;
    this.options = options;
  }

  /** Goes on to a scenario that no step makes better, or until the time is over. */
  async run(): Promise<Failing> {
    for (let improved = true; improved && this.options.goesOn(); ) {
      improved = false;
      for (const step of stepsFor(this.best.said, this.options.systems)) {
        for (let again = true; again && this.options.goesOn(); ) {
          again = await this.tryStep(step.name, step.candidates);
          improved ||= again;
        }
      }
    }
    return this.best;
  }

  /** Tries the candidates of one step in order; at the first that is better it stops, since the others were made of another scenario. */
  private async tryStep(name: string, candidates: (failing: Failing) => Iterable<Candidate>): Promise<boolean> {
    for (const { said, otherSeeds } of candidates(this.best)) {
      if (!this.options.goesOn()) return false;
      await this.options.turn?.();
      const better = this.better(said, otherSeeds);
      if (better === null) continue;
      this.best = better;
      this.options.onBetter?.(better, name);
      return true;
    }
    return false;
  }

  private better(said: Plain, otherSeeds: number): Failing | null {
    const own = String(said.seed ?? 1);
    const seeds = [own, ...Array.from({ length: otherSeeds }, (_, i) => String(i + 1))];
    for (const seed of new Set(seeds)) {
      const candidate = withKey(said, 'seed', seed);
      const text = JSON.stringify(candidate);
      if (this.known.has(text)) continue;
      this.known.add(text);
      this.runs++;
      const failing = failingFrom(candidate, this.best.failure, this.options.systems, this.best.cost);
      if (failing === 'wrong') return null;
      if (failing !== null && failing.cost < this.best.cost) return failing;
      if (!this.options.goesOn()) return null;
    }
    return null;
  }
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
  const rated = entriesOf(said, 'faults').filter((entry) => entry.rate !== undefined);
  const drawn = entriesOf(said, 'churn').length + entriesOf(said, 'workload').length + rated.length;
  return events + 25 * leaves(said) + digits(said) + 2000 * drawn;
}

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
