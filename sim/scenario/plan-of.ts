import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { System, Traits } from '../contract/system.ts';
import { MINUTE } from '../time.ts';
import { defaultSampleUs, QUIET_NETWORK } from './defaults.ts';
import { labelOf } from './label.ts';
import type {
  Action,
  ChurnPlan,
  Expectation,
  FaultRate,
  NetworkPlan,
  Plan,
  SupervisePlan,
  TimedAction,
  WorkloadPlan,
} from './plan.ts';

/** What of a plan a test or a benchmark cares about. */
export interface PlanParts {
  readonly variant?: string;
  /** Single traits in place of the variant's. */
  readonly traits?: Traits;
  /** As a scenario's `config:` writes it (`{ stabilize: '5s' }`). */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly nodes?: number | null;
  readonly seed?: string | number;
  /** Default: a minute. */
  readonly durationUs?: number;
  readonly network?: Partial<NetworkPlan>;
  readonly churn?: readonly Partial<ChurnPlan>[];
  readonly workload?: readonly (Pick<WorkloadPlan, 'operation' | 'arrivals'> & Partial<WorkloadPlan>)[];
  readonly actions?: readonly (Pick<TimedAction, 'action'> & Partial<TimedAction>)[];
  readonly faultRates?: readonly (Pick<FaultRate, 'action' | 'perSecond'> & Partial<FaultRate>)[];
  readonly supervise?: readonly SupervisePlan[];
  readonly expect?: readonly Expectation[];
  readonly check?: Plan['check'];
  readonly sampleUs?: number;
}

/**
 * A complete plan from a few fields, with the defaults of the scenario language for the rest.
 * @throws ZodError for settings that the system's schema refuses. @throws SetupError for those that make no sense together.
 */
// biome-ignore lint/suspicious/noExplicitAny: a plan does not depend on what the judge, the settings and the view are made of
export function planOf<P extends ProtocolTypes>(system: System<P, any, any, any>, parts: PlanParts = {}): Plan<P> {
  const variant = parts.variant ?? system.defaultVariant;
  const nodes = parts.nodes ?? null;
  const durationUs = parts.durationUs ?? MINUTE;
  const window = { fromUs: 0, untilUs: durationUs };
  return {
    system,
    variant,
    config: configured(system, variant, parts.settings ?? {}, parts.traits ?? {}, nodes),
    nodes,
    seed: String(parts.seed ?? 1),
    durationUs,
    network: { ...QUIET_NETWORK, ...parts.network },
    churn: (parts.churn ?? []).map((churn) => ({ ...NO_CHURN, ...window, ...churn })),
    workload: (parts.workload ?? []).map((entry) => ({ ...ANY_WORKLOAD, ...window, ...entry })),
    actions: (parts.actions ?? []).map((timed) => ({ ...unplaced(timed.action), atUs: 0, afterEvent: null, ...timed })),
    faultRates: (parts.faultRates ?? []).map((rate) => ({ ...unplaced(rate.action), ...window, ...rate })),
    supervise: parts.supervise ?? [],
    expect: parts.expect ?? [],
    check: parts.check ?? 'auto',
    sampleUs: parts.sampleUs ?? defaultSampleUs(durationUs),
  };
}

const NO_CHURN: Omit<ChurnPlan, 'fromUs' | 'untilUs'> = {
  joinsPerSecond: 0,
  leavesPerSecond: 0,
  crashesPerSecond: 0,
  sessions: null,
  keep: 1,
  guard: false,
  place: null,
};

const ANY_WORKLOAD: Omit<WorkloadPlan, 'operation' | 'arrivals' | 'fromUs' | 'untilUs'> = {
  perNode: false,
  issuers: [{ kind: 'all' }],
  keys: { kind: 'uniform' },
  count: null,
  arguments: {},
  place: null,
};

function unplaced(action: Action): { readonly label: string; readonly place: null } {
  return { label: labelOf(action), place: null };
}

function configured<P extends ProtocolTypes>(
  // biome-ignore lint/suspicious/noExplicitAny: as above
  system: System<P, any, any, any>,
  variant: string,
  settings: Readonly<Record<string, unknown>>,
  traits: Traits,
  nodes: number | null,
): P['Config'] {
  const chosen = system.variants[variant];
  if (chosen === undefined) throw new RangeError(`${system.name} has no variant "${variant}"`);
  return system.configure(system.settings.parse(settings), { ...chosen.traits, ...traits }, { variant, nodes });
}
