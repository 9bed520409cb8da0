import { SetupError, type System } from '../../contract/system.ts';
import { defaultSampleUs } from '../defaults.ts';
import { argumentsIn, type WorkloadSettings } from '../language/activity.ts';
import type { ScenarioSettings } from '../language/scenario.ts';
import type { ChurnPlan, Plan, SupervisePlan, WorkloadPlan } from '../plan.ts';
import type { Path } from '../tree.ts';
import { type ActionSettings, builtActions, lastDisturbanceUs } from './actions.ts';
import type { Draft } from './draft.ts';
import { expectations } from './expect.ts';
import { networkPlan } from './network.ts';

/** Joins what the schema made of a scenario into a plan; contradictions go to the draft's problems. */
export function builtPlan(system: System, said: ScenarioSettings, draft: Draft): Plan {
  const faults = draft.entries<ActionSettings>('faults', said.faults as readonly ActionSettings[] | ActionSettings);
  const script = draft.entries<ActionSettings>('script', said.script as readonly ActionSettings[] | ActionSettings);
  const built = [...faults, ...script].map(({ entry, path }) => builtActions(entry, path, system, draft));
  const actions = built.flatMap((each) => each.actions);
  const faultRates = built.flatMap((each) => each.faultRates);
  const churn = draft.entries('churn', said.churn).map(({ entry, path }) => churnPlan(entry, path, draft));
  const ends = [lastDisturbanceUs({ actions, faultRates }), ...churn.map((each) => each.untilUs)].filter(
    (us) => us !== null,
  );
  const lastFaultUs = ends.length === 0 ? null : Math.max(...ends);
  return {
    system,
    variant: said.variant,
    config: configured(system, said, draft),
    nodes: said.nodes ?? null,
    seed: String(said.seed),
    durationUs: said.duration,
    network: networkPlan(said.network, draft),
    churn,
    workload: draft
      .entries<WorkloadEntry>('workload', said.workload as readonly WorkloadEntry[] | WorkloadEntry)
      .map(({ entry, path }) => workloadPlan(entry, path, draft)),
    actions,
    faultRates,
    supervise: draft.entries('supervise', said.supervise).map(({ entry, path }) => supervisePlan(entry, path, draft)),
    expect: draft
      .entries('expect', said.expect)
      .flatMap(({ entry, path }) => expectations(entry, path, lastFaultUs, draft)),
    check: said.check,
    sampleUs: said.sample ?? defaultSampleUs(said.duration),
  };
}

function configured(system: System, said: ScenarioSettings, draft: Draft): unknown {
  const traits = { ...system.variants[said.variant].traits, ...definedIn(said.traits) };
  try {
    return system.configure(said.config, traits, { variant: said.variant, nodes: said.nodes ?? null });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    draft.problems.value(['config'], null, error.message);
    return null;
  }
}

function definedIn<T>(values: Readonly<Record<string, T | undefined>>): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

type Entry<T> = Exclude<T, readonly unknown[]>;

function churnPlan(said: Entry<ScenarioSettings['churn']>, path: Path, draft: Draft): ChurnPlan {
  const { sessions } = said;
  if (!['joins', 'leaves', 'crashes', 'sessions'].some((key) => draft.says([...path, key]))) {
    draft.contradiction(path, 'at least one of: joins, leaves, crashes, sessions');
  }
  return {
    joinsPerSecond: said.joins,
    leavesPerSecond: said.leaves,
    crashesPerSecond: said.crashes,
    sessions: sessions ?? null,
    ...draft.window(path, said.from, said.until),
    keep: said.keep,
    guard: said.guard,
    place: draft.place(path),
  };
}

/** The operation's name and what is said of it. */
type WorkloadEntry = Readonly<Record<string, WorkloadSettings>>;

function workloadPlan(entry: WorkloadEntry, path: Path, draft: Draft): WorkloadPlan {
  const [operation] = Object.keys(entry);
  const said = entry[operation];
  const here = [...path, operation];
  draft.refuseRest([...here, 'by'], said.by);
  return {
    operation,
    arrivals: arrivals(said, here, draft),
    perNode: said.per === 'node',
    issuers: said.by,
    keys: said.keys === 'uniform' ? { kind: 'uniform' } : { kind: 'zipf', exponent: said.keys.zipf },
    ...draft.window(here, said.from, said.until),
    count: said.count ?? null,
    arguments: argumentsIn(said),
    place: draft.place(path),
  };
}

function arrivals({ rate, every }: WorkloadSettings, path: Path, draft: Draft): WorkloadPlan['arrivals'] {
  if (rate !== undefined && every !== undefined)
    draft.contradiction(path, '`rate` (at random) or `every` (regular), not both');
  if (every !== undefined) return { kind: 'every', us: every };
  if (rate === undefined) draft.contradiction(path, 'how often: rate: 5/s (at random) or every: 200ms (regular)');
  return { kind: 'rate', perSecond: rate ?? 0 };
}

function supervisePlan(said: Entry<ScenarioSettings['supervise']>, path: Path, draft: Draft): SupervisePlan {
  draft.refuseRest([...path, 'nodes'], said.nodes);
  return { who: said.nodes, afterUs: said.after };
}
