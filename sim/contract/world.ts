import type { Address, OperationId, ProtocolTypes } from './protocol-types.ts';

/**
 * - `up`: it runs.
 * - `paused`: it is stopped and notices nothing; what arrives waits (as after SIGSTOP).
 * - `down`: it crashed, or its host did; it may be restarted.
 * - `gone`: it exited in good order, for good.
 */
export type ProcessStatus = 'up' | 'paused' | 'down' | 'gone';

/** A process as an observer with a view of everything sees it. */
export interface ProcessView<P extends ProtocolTypes = ProtocolTypes> {
  readonly address: Address;
  /** Unique in the run; what scenarios call it by. */
  readonly name: string;
  /** Key of the system's `roles`. */
  readonly role: string;
  /** Name of the host that it runs on. */
  readonly host: string;
  readonly status: ProcessStatus;
  /** How many times it was started, counted from 1. */
  readonly incarnation: number;
  /** The state at its last event; for a process that is down or gone, the state in which it ended. */
  readonly state: P['State'];
  readonly boot: P['Boot'];
  /** When it was last started, in virtual microseconds. */
  readonly startedAtUs: number;
}

/** A message on its way. */
export interface InFlight<P extends ProtocolTypes = ProtocolTypes> {
  /** The sequence number of its arrival event: names it in the dashboard and in faults. */
  readonly sequence: number;
  readonly transport: 'datagram' | 'request' | 'reply';
  readonly from: Address;
  readonly to: Address;
  readonly sentAtUs: number;
  readonly arrivesAtUs: number;
  readonly message: P['Message'];
}

/** The whole simulated world, read-only, for judges, properties, gauges and views. */
export interface World<P extends ProtocolTypes = ProtocolTypes> {
  /** Virtual time in microseconds. */
  readonly nowUs: number;
  readonly config: P['Config'];
  /** How many processes were ever created: addresses run from 0 to size − 1. */
  readonly size: number;
  /** @throws RangeError if there never was such a process. */
  process(address: Address): ProcessView<P>;
  /**
   * By address, the states of all processes as `process(address).state` gives them, and nothing else of them: for those who look at every process again and
   * again. A window on the present moment, not a copy.
   */
  readonly states: readonly P['State'][];
  /** The process of that name, or undefined. */
  named(name: string): ProcessView<P> | undefined;
  /** True if the process is up or paused. */
  alive(address: Address): boolean;
  /** Whether the network would now carry a message from one to the other (partitions and hosts that are down considered, loss not). */
  reachable(from: Address, to: Address): boolean;
  /** Messages on their way now, in order of arrival. Costs the length of the event list: for views, not for each event. */
  inFlight(): readonly InFlight<P>[];
  /** Operations that have begun and not ended, in order of id. */
  pending(): readonly OperationRecord<P>[];
}

/**
 * - `pending`: begun, no outcome yet.
 * - `completed`: the process gave an outcome.
 * - `aborted`: the process that ran it ended first; nobody is left to be told.
 */
export type OperationStatus = 'pending' | 'completed' | 'aborted';

/** A client's operation as a pair of invocation and return. */
export interface OperationRecord<P extends ProtocolTypes = ProtocolTypes> {
  readonly id: OperationId;
  /** The process that it was issued at. */
  readonly issuer: Address;
  readonly operation: P['Operation'];
  readonly startUs: number;
  /** Null while pending. */
  readonly endUs: number | null;
  readonly status: OperationStatus;
  readonly outcome: P['Outcome'] | null;
  /** Null until it has ended. */
  readonly judgement: Judgement | null;
  /** Sequence number of the event that began it, for "show me". */
  readonly startSequence: number;
}

/** What the judge says of an operation that has ended. */
export interface Judgement {
  /** The field's words: correct, stale, wrong, false negative, lost, failed, aborted, …; one of the system's `verdicts`. */
  readonly verdict: string;
  /** Numbers to be gathered into distributions, by metric name (`path length`, `time-outs`). */
  readonly measures?: Readonly<Record<string, number>>;
  /** One sentence for people, when the verdict is not a good one: what was expected, what was found. */
  readonly why?: string;
}

/** Something that a judge's state may depend on. */
export type Observation<P extends ProtocolTypes = ProtocolTypes> =
  /** Started, or started again; the process's state is already that of its start. */
  | { readonly kind: 'started'; readonly address: Address }
  /** Crashed (`down`) or exited (`gone`). */
  | { readonly kind: 'stopped'; readonly address: Address; readonly status: 'down' | 'gone' }
  /** A step changed a state in a way that the judge's `watches` asked for. */
  | { readonly kind: 'changed'; readonly address: Address; readonly before: P['State']; readonly after: P['State'] }
  | { readonly kind: 'noted'; readonly address: Address; readonly note: P['Note'] }
  | { readonly kind: 'began'; readonly record: OperationRecord<P> };
