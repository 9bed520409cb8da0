/** One run of a scenario to see whether it fails, and how: the unit of work of hunts and shrinkers. */
import { SetupError, type System } from '../contract/system.ts';
import { Simulation } from '../engine/simulation.ts';
import { loadPlain } from '../scenario/load.ts';
import type { Plan } from '../scenario/plan.ts';
import { type Problem, problemText } from '../scenario/problem.ts';
import { defectOf, type Failure, failuresOf } from './failure.ts';
import type { Plain } from './plain.ts';

export interface Trial {
  readonly failures: readonly Failure[];
  readonly events: number;
  readonly us: number;
  readonly fingerprint: string;
  /** Whether the bound on events ended it: then what should have come true in the end is not known. */
  readonly cutShort: boolean;
}

export interface TrialOptions {
  readonly systems: ReadonlyMap<string, System>;
  /** At most so many events; a run that wants more is cut short. */
  readonly atMost?: number;
  /** Goes on after a violation, to the end of the run. */
  readonly toTheEnd?: boolean;
}

/** A scenario that cannot be run; a hunt or a shrinker has made a wrong one, or was given one. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join('\n'));
    this.problems = problems;
  }
}

function wrongSetup({ message }: SetupError): Problem {
  return { file: 'scenario', line: null, column: null, path: 'config', found: null, expected: message, hint: null };
}

/** @throws ScenarioError */
export function planFromPlain(said: Plain, systems: ReadonlyMap<string, System>): Plan {
  const loaded = loadPlain(said, { file: 'scenario', systems });
  if (!loaded.ok) throw new ScenarioError(loaded.problems);
  return loaded.plan;
}

/** @throws ScenarioError */
export function tried(said: Plain, options: TrialOptions): Trial {
  return triedPlan(planFromPlain(said, options.systems), options);
}

/** Looks at what is expected so many times a run: after a violation nothing is left to be learned. */
const LOOKS = 40;

export function triedPlan(plan: Plan, { atMost = 20_000_000, toTheEnd = false }: Omit<TrialOptions, 'systems'>): Trial {
  let simulation: Simulation | null = null;
  try {
    simulation = new Simulation(plan);
    for (let look = 1; look <= LOOKS; look++) {
      const untilUs = look === LOOKS ? plan.durationUs : Math.floor((plan.durationUs / LOOKS) * look);
      const room = atMost - simulation.events;
      if (room <= 0 || simulation.runUntil(untilUs, room) >= room)
        return ended(simulation, failuresOf(simulation), true);
      const failures = failuresOf(simulation);
      if (failures.length > 0 && !toTheEnd) return ended(simulation, failures, false);
    }
    return ended(simulation, failuresOf(simulation), false);
  } catch (error) {
    if (error instanceof SetupError) throw new ScenarioError([wrongSetup(error)]);
    const failure = defectOf(error, simulation);
    return { failures: [failure], events: failure.event, us: failure.us, fingerprint: '', cutShort: false };
  }
}

function ended({ events, nowUs, fingerprint }: Simulation, failures: readonly Failure[], cutShort: boolean): Trial {
  return { failures, events, us: nowUs, fingerprint, cutShort };
}
