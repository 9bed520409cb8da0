import type { ZodObject, ZodType } from 'zod';
import type { Random } from '../random/random.ts';
import type { Machine } from './machine.ts';
import type { Address, ProtocolTypes } from './protocol-types.ts';
import type { Judgement, Observation, OperationRecord, ProcessView, World } from './world.ts';

/**
 * A peer-to-peer system as one value: what the engine, the scenario loader, the report and the dashboard need to know of it.
 * `P` is the system's bundle, its State, Message, … being the unions over its roles; `J` is the judge's state.
 */
export interface System<P extends ProtocolTypes = ProtocolTypes, J = unknown, Settings = unknown, View = unknown> {
  /** What a scenario's `system:` names. */
  readonly name: string;
  /** One line for `sim list` and the header. */
  readonly title: string;
  /** What a scenario's `config:` may say, with defaults and a description on every key. */
  readonly settings: ZodType<Settings>;
  /** Whole numbers among the settings on which it rests how many failures the system stands: with a smaller one it promises less. */
  readonly margins?: readonly string[];
  readonly variants: Readonly<Record<string, Variant>>;
  readonly defaultVariant: string;
  /** Joins settings, the variant's traits and single traits that the scenario overrides into the configuration that machines see. */
  configure(settings: Settings, traits: Traits, setup: ConfigureSetup): P['Config'];
  readonly roles: Readonly<Record<string, Role>>;
  readonly membership: Membership<P>;
  readonly operations: Readonly<Record<string, OperationSpec<P, J>>>;
  readonly judge: Judge<P, J>;
  readonly properties: Readonly<Record<string, Property<P, J>>>;
  /** Definitions of every name in measures, gauges and the summary. */
  readonly metrics: Readonly<Record<string, MetricDefinition>>;
  /** Numbers read off the world now and then, for time series: at least what the system's page lists under Metrics. */
  gauges?(world: World<P>, judged: J): Readonly<Record<string, number>>;
  /** Numbers for the report, from the whole run. */
  summary?(run: RunSummary<P, J>): Readonly<Record<string, number>>;
  /** Size of a message on the wire in bytes; asked only where bandwidth or bytes matter. Without it every message has 100 bytes. */
  sizeOf?(message: P['Message']): number;
  /** Texts for log, trace and stories; without them the JSON is shown. */
  readonly describe?: Describe<P>;
  /** The system's picture as plain data, without colours or coordinates of a screen. */
  view(world: World<P>, judged: J, focus: ViewFocus): View;
}

/** Named choices that a variant consists of; a trait is a behaviour, and its comment cites the flaw that it has or mends. */
export type Traits = Readonly<Record<string, boolean | number | string>>;

export interface Variant {
  readonly description: string;
  readonly traits: Traits;
}

export interface ConfigureSetup {
  readonly variant: string;
  /** The scenario's `nodes:`, or null. */
  readonly nodes: number | null;
}

export interface Role {
  readonly description: string;
  /** The roles of one system have different states; the engine never looks into them, so here, and only here, the types are let go. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly machine: Machine<any>;
}

/** A process to be. */
export interface ProcessSpec<P extends ProtocolTypes = ProtocolTypes> {
  readonly role: string;
  /** Unique in the run; null lets the engine name it by role and address (`peer-7`). */
  readonly name: string | null;
  /** Processes with the same host name share a host; null is a host of its own, named like the process. */
  readonly host: string | null;
  readonly boot: P['Boot'];
}

/** Who is there at the start, who comes and who may go. */
export interface Membership<P extends ProtocolTypes> {
  /** The processes at time 0, in order of their addresses. @throws SetupError when the configuration makes no sense. */
  populate(config: P['Config'], setup: PopulateSetup): readonly ProcessSpec<P>[];
  /** Whether churn may pick this process; default: all. */
  churns?(process: ProcessView<P>): boolean;
  /** What a scenario's `join:` may say (all optional: churn says nothing). */
  readonly joinArguments: ZodObject;
  /** A newcomer, or null if there can be none now. */
  join(world: World<P>, args: Readonly<Record<string, unknown>>, random: Random): ProcessSpec<P> | null;
  /** The boot value for a restart; default: as before. */
  reboot?(world: World<P>, process: ProcessView<P>, random: Random): P['Boot'];
  /**
   * Brings a group to a size (`scale: { commission1: 5 }`).
   * @throws SetupError if there is no such group.
   */
  scale?(
    world: World<P>,
    group: string,
    size: number,
    random: Random,
  ): { readonly join: readonly ProcessSpec<P>[]; readonly leave: readonly Address[] };
  /** The environment's failure guard: whether crashing or leaving of this process is within the protocol's assumptions. Used where a scenario says `guard: true`. */
  mayFail?(world: World<P>, address: Address): boolean;
  /** How a scenario says exactly who is there and who comes: what was drawn in one run can then be written down for another. */
  readonly written?: WrittenMembership<P>;
}

export interface WrittenMembership<P extends ProtocolTypes> {
  /** What `config:` says for a run to begin with these processes, in this order. */
  config(processes: readonly ProcessView<P>[]): Readonly<Record<string, unknown>>;
  /** What `join:` says for this one to come: first who it is, then how. */
  join(process: ProcessView<P>): Readonly<Record<string, unknown>>;
  /** The name that it has in either case. */
  name(process: ProcessView<P>): string;
}

export interface PopulateSetup {
  readonly nodes: number | null;
  /** The `setup` stream. */
  readonly random: Random;
}

/** A configuration that makes no sense, found where no schema could see it. Shown to the user as an input error. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** An operation that a scenario can ask for, by script or by rate. */
export interface OperationSpec<P extends ProtocolTypes, J = unknown> {
  /** `lookups`: names the operation's counts in the report and in `expect` (`lookups correct`). */
  readonly plural: string;
  readonly description: string;
  /**
   * What a scenario may say of it; in a workload each key is optional, and `make` draws what is not said. The keys' own schemas are
   * checked one by one; what concerns several of them together is for `make` to refuse.
   */
  readonly arguments: ZodObject;
  /** True for a single protocol step driven by a script (`step: { node: 8, do: stabilize }`): no client's operation, not judged. */
  readonly step?: boolean;
  /** Whether this process can be asked now; it is up already. Default: every process. */
  issuable?(process: ProcessView<P>): boolean;
  /**
   * The operation, or null when there is nothing to ask for now (it is counted as skipped).
   * @param args as the schemas give them out: durations in microseconds, sizes in bytes. Don't parse them again.
   * @throws SetupError for arguments that make no sense together.
   */
  make(args: Readonly<Record<string, unknown>>, draw: OperationDraw<P, J>): P['Operation'] | null;
}

export interface OperationDraw<P extends ProtocolTypes, J> {
  readonly world: World<P>;
  readonly judged: J;
  readonly issuer: Address;
  /** The workload's stream. */
  readonly random: Random;
  /** An item's index in 0 … n − 1 by the workload's `keys` (uniform, or Zipf with 0 the most popular). */
  index(n: number): number;
}

/** Sees everything and its past, and says of each operation whether its outcome was right. Its state is a plain immutable value. */
export interface Judge<P extends ProtocolTypes, J> {
  /** After all processes of time 0 were started, before anything else happened. */
  init(world: World<P>): J;
  observe(judged: J, seen: Observation<P>, world: World<P>): J;
  /** Whether the judge wants to observe `changed` for this step; must be cheap: it is asked for each step that changes a state. Default: never. */
  watches?(before: P['State'], after: P['State']): boolean;
  /** Whether the judge wants to observe that this operation `began`; must be cheap. Default: always. */
  begins?(operation: P['Operation']): boolean;
  /**
   * @param atStart the judge's state when the operation began.
   * @param record as it ended; for the length of the call, so a judge keeps what it wants of it, and not the record itself.
   */
  verdict(judged: J, atStart: J, record: OperationRecord<P>, world: World<P>): Judgement;
  /** Every verdict that it gives (the engine adds `aborted`), and whether it is a good one. */
  readonly verdicts: Readonly<Record<string, { readonly good: boolean; readonly description: string }>>;
}

/** A named statement on the world, true or false at any instant; scenarios say when it must hold. */
export interface Property<P extends ProtocolTypes, J = unknown> {
  readonly description: string;
  /** Paper and section, or the page's flaw that breaks it. */
  readonly source: string;
  /** Null where it holds. */
  check(world: World<P>, judged: J): Violation | null;
  /** Whether this step could change the answer; must be cheap. Default: any step that changes a state. Starts and stops always count. */
  touchedBy?(before: P['State'], after: P['State']): boolean;
}

export interface Violation {
  /** One sentence: what is wrong, with the names of those concerned. */
  readonly message: string;
  /** Whose states to show. */
  readonly processes: readonly Address[];
}

export interface MetricDefinition {
  /** `hops`, `us`, `1/s`, … ; `us` is shown as a duration, `ratio` in percent. */
  readonly unit: string;
  readonly description: string;
}

/** The run as a whole, for the summary. */
export interface RunSummary<P extends ProtocolTypes, J> {
  readonly world: World<P>;
  readonly judged: J;
  /** All operations, by id, made one by one: a large run has more of them than would be good to have at once. */
  readonly history: Iterable<OperationRecord<P>>;
  /** Messages sent, by message kind (each multicast copy counts, retransmissions do not). */
  readonly sentByKind: Readonly<Record<string, number>>;
  /** For each property watched in this run: when it last became true, or null if it is false now. */
  readonly holdsSinceUs: Readonly<Record<string, number | null>>;
  /** When the last fault or membership change by the environment took place (the end of a partition counts), or null. */
  readonly lastDisturbanceUs: number | null;
  /** The sum over processes of the virtual time that each was up. */
  readonly processUpUs: number;
}

export interface Describe<P extends ProtocolTypes> {
  message?(message: P['Message']): string;
  timer?(timer: P['Timer']): string;
  operation?(operation: P['Operation']): string;
  outcome?(outcome: P['Outcome']): string;
  note?(note: P['Note']): string;
  /** The state as people are to read it, without fields that only say others once more. Default: as it is. */
  state?(state: P['State']): unknown;
}

export interface ViewFocus {
  /** The process that the user selected, or null. */
  readonly selected: Address | null;
}
