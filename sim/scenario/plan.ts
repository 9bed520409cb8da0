/**
 * A scenario as the engine runs it: validated, with every duration in microseconds and every name known.
 * The loader makes it from a file; tests make it with `planOf` from a few fields.
 */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { System } from '../contract/system.ts';
import type { Distribution } from '../random/distributions.ts';

export interface Plan<P extends ProtocolTypes = ProtocolTypes> {
  readonly system: System<P>;
  readonly variant: string;
  readonly config: P['Config'];
  readonly nodes: number | null;
  /** The run's seed as text: `seed: 42` and `seed: "42"` are the same run. */
  readonly seed: string;
  readonly durationUs: number;
  readonly network: NetworkPlan;
  readonly churn: readonly ChurnPlan[];
  readonly workload: readonly WorkloadPlan[];
  /** From `faults:` and `script:`, in the order of the file (faults first); the engine orders them by time, stably. */
  readonly actions: readonly TimedAction[];
  /** Faults drawn from rates. */
  readonly faultRates: readonly FaultRate[];
  /** Service managers: who is restarted after a crash, and how long that takes. */
  readonly supervise: readonly SupervisePlan[];
  readonly expect: readonly Expectation[];
  /** When properties are checked: after each event that can matter, every so many microseconds, or `auto` (each event up to 128 processes, else every 1 % of the run). */
  readonly check: 'event' | 'auto' | number;
  /** Period of the time series. */
  readonly sampleUs: number;
}

export interface NetworkPlan {
  /** One way. */
  readonly latency: Distribution;
  /** Probability that one copy of a packet is lost. */
  readonly loss: number;
  /** Probability that a datagram arrives twice. */
  readonly duplicate: number;
  /** Bits per second of each link, null for no limit. A link serialises: packets queue behind each other. */
  readonly bandwidth: number | null;
  /** One way between processes on the same host; loss and bandwidth don't apply there. */
  readonly localLatency: Distribution;
  readonly requests: RequestsPlan;
  readonly regions: RegionsPlan | null;
  /** Exceptions for some pairs; the last that matches wins, field by field. */
  readonly links: readonly LinkRule[];
  /** Lock-step rounds of this length: timers fire at its multiples (rounded up), messages take no time; null for continuous time. */
  readonly roundUs: number | null;
}

export interface RequestsPlan {
  /**
   * - `tcp`: connection set-up, then request and response; a lost segment is retransmitted after `rtoUs`, doubled each time.
   * - `udp`: one packet each way, as in the RPCs of the papers; a lost packet is a time-out. Nobody answers `refused` or `reset`: a dead peer is a time-out.
   */
  readonly transport: 'tcp' | 'udp';
  /** First retransmission time-out. */
  readonly rtoUs: number;
  /** How often a segment is sent again before the connection is given up (the request then ends by its own time-out). */
  readonly retries: number;
}

export interface RegionsPlan {
  readonly names: readonly string[];
  /** Who is where; processes that are not named are in region 0. The last that matches wins. */
  readonly placement: readonly { readonly region: number; readonly who: Selector }[];
  /** `latency[from][to]`, one way. */
  readonly latency: readonly (readonly Distribution[])[];
}

export interface LinkRule {
  readonly from: Selector;
  readonly to: Selector;
  readonly bothWays: boolean;
  readonly latency?: Distribution;
  readonly loss?: number;
  readonly duplicate?: number;
  readonly bandwidth?: number;
}

/** Whom a fault or an operation concerns; the union of its terms, resolved when it strikes. */
export type Selector = readonly SelectorTerm[];

export type SelectorTerm =
  /** A process or a host of that name, or all processes of that role, or (if it is all digits) the process of that address, in this order of preference. */
  | { readonly kind: 'name'; readonly name: string }
  /** Addresses from … to, both included. */
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'all' }
  /** All that the other side does not name (in `partition: { between: [ '0-9', rest ] }`, and between the ends of links). */
  | { readonly kind: 'rest' }
  /** So many live processes, drawn when it strikes; in what lasts the whole run (issuers, links, regions, supervision), once at the start. */
  | { readonly kind: 'any'; readonly count: number };

/** Where in the scenario something stands, for reports: 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface TimedAction {
  readonly atUs: number;
  /** Set for what was injected by hand: it strikes right after the event of this number (the n-th of the run, from 1), or at `atUs` if that is later. */
  readonly afterEvent: number | null;
  readonly action: Action;
  /** As people read it: `partition 0-9 from rest for 20s`. */
  readonly label: string;
  readonly place: Place | null;
}

export type Action =
  | { readonly kind: 'crash'; readonly who: Selector; readonly restartAfterUs: number | null; readonly guard: boolean }
  | { readonly kind: 'restart'; readonly who: Selector }
  /** Host and all that runs on it; nothing answers from it, not even a refusal. */
  | { readonly kind: 'crashHost'; readonly who: Selector; readonly restartAfterUs: number | null }
  | { readonly kind: 'restartHost'; readonly who: Selector }
  | { readonly kind: 'pause'; readonly who: Selector; readonly forUs: number | null }
  | { readonly kind: 'resume'; readonly who: Selector }
  | {
      readonly kind: 'partition';
      /** Nothing passes between different sides. Processes on no side are not concerned. */
      readonly sides: readonly Selector[];
      /** True: only what goes from the first side to the others is cut. */
      readonly oneWay: boolean;
      /** Whether routers answer `unreachable`, or packets just vanish. */
      readonly answers: boolean;
      readonly forUs: number | null;
    }
  | { readonly kind: 'isolate'; readonly who: Selector; readonly answers: boolean; readonly forUs: number | null }
  | {
      readonly kind: 'degrade';
      readonly from: Selector;
      readonly to: Selector;
      readonly bothWays: boolean;
      /** Added to each packet's delay; independent draws, so packets are reordered too. */
      readonly extraLatency: Distribution | null;
      /** Probabilities, combined with the link's own. */
      readonly loss: number;
      readonly duplicate: number;
      readonly forUs: number | null;
    }
  /** Ends every partition, isolation and degradation. */
  | { readonly kind: 'heal' }
  /** Sets a host's clock off by so much, and makes it run fast (positive) or slow by so many parts per million. */
  | {
      readonly kind: 'skew';
      readonly who: Selector;
      readonly offsetUs: number;
      readonly driftPpm: number;
      readonly forUs: number | null;
    }
  | { readonly kind: 'join'; readonly arguments: Readonly<Record<string, unknown>>; readonly count: number }
  | { readonly kind: 'leave'; readonly who: Selector; readonly guard: boolean }
  | { readonly kind: 'scale'; readonly group: string; readonly size: number }
  | {
      readonly kind: 'operation';
      readonly name: string;
      readonly node: Selector;
      readonly arguments: Readonly<Record<string, unknown>>;
    }
  /** Loses one message in flight, by the sequence number of its arrival. */
  | { readonly kind: 'lose'; readonly sequence: number };

/** The action strikes at random instants (Poisson). */
export interface FaultRate {
  readonly perSecond: number;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly action: Action;
  readonly label: string;
  readonly place: Place | null;
}

/** Processes come and go: by rates in total, or each by its own session times. */
export interface ChurnPlan {
  readonly joinsPerSecond: number;
  readonly leavesPerSecond: number;
  readonly crashesPerSecond: number;
  /** Each process leaves (or crashes, with this probability) after a session time; null for none. A newcomer takes its place after a down time. */
  readonly sessions: {
    readonly length: Distribution;
    readonly downtime: Distribution;
    readonly crashes: number;
  } | null;
  readonly fromUs: number;
  readonly untilUs: number;
  /** No leave or crash takes the number of live processes that churn may pick below this. */
  readonly keep: number;
  /** Whether leaves and crashes ask the system's failure guard. */
  readonly guard: boolean;
  readonly place: Place | null;
}

export type KeyChoice = { readonly kind: 'uniform' } | { readonly kind: 'zipf'; readonly exponent: number };

export interface WorkloadPlan {
  /** Key of the system's `operations`. */
  readonly operation: string;
  readonly arrivals: /** Poisson. */
    | { readonly kind: 'rate'; readonly perSecond: number }
    /** Regular, from a random phase. */
    | { readonly kind: 'every'; readonly us: number };
  /** Whether the arrivals are those of each issuer by itself, or of all together. */
  readonly perNode: boolean;
  readonly issuers: Selector;
  readonly keys: KeyChoice;
  readonly fromUs: number;
  readonly untilUs: number;
  /** At most so many, null for no bound. */
  readonly count: number | null;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly place: Place | null;
}

export interface SupervisePlan {
  readonly who: Selector;
  readonly afterUs: number;
}

/** From when a deadline counts. */
export type Since = { readonly kind: 'last fault' } | { readonly kind: 'instant'; readonly us: number };

/** What a scenario says must come true. */
export interface Expectation {
  /** As the scenario writes it, for reports. */
  readonly text: string;
  readonly place: Place | null;
  readonly subject:
    | { readonly kind: 'property'; readonly name: string }
    | { readonly kind: 'metric'; readonly name: string; readonly statistic: Statistic | null };
  readonly requirement: Requirement;
}

export type Statistic = 'mean' | 'p1' | 'p50' | 'p90' | 'p99' | 'max' | 'min' | 'count';

export type Requirement =
  /** True whenever checked within the window. */
  | { readonly kind: 'always'; readonly fromUs: number; readonly untilUs: number }
  /** False whenever checked. */
  | { readonly kind: 'never' }
  /** True at least once. */
  | { readonly kind: 'sometimes' }
  /** False at least once: the scenario shows a flaw, and passes when the flaw shows. */
  | { readonly kind: 'violated' }
  /** True at some instant from `since` to `since` + `withinUs`. */
  | { readonly kind: 'eventually'; readonly withinUs: number; readonly since: Since }
  /** From some instant no later than `since` + `withinUs` on, true to the end of the run. */
  | { readonly kind: 'stable'; readonly withinUs: number; readonly since: Since }
  /** A metric's value at the end, both bounds included, null for none. */
  | { readonly kind: 'bounds'; readonly min: number | null; readonly max: number | null };
