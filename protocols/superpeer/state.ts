import type { Address, Context, Machine, OperationId, ProtocolTypes, RequestId, Step } from '../../sim/protocol.ts';
import type { HolderIndex, Item } from '../common/holder-index.ts';
import type { Trie } from '../common/trie.ts';
import type { SuperpeerConfig } from './config.ts';
import type {
  Query,
  SuperpeerMessage,
  SuperpeerNote,
  SuperpeerOperation,
  SuperpeerOutcome,
  SuperpeerTag,
  SuperpeerTimer,
} from './messages.ts';

export interface PeerBoot {
  readonly role: 'peer';
  readonly name: string;
  /** What is on its disk when it is started for the first time. */
  readonly resources: readonly string[];
  /** The group that is first in its list. */
  readonly group: number;
}

export interface SuperpeerBoot {
  readonly role: 'superpeer';
  readonly name: string;
  /** The other superpeers that it knows from its configuration, in ascending order. */
  readonly neighbours: readonly Address[];
}

export interface BalancerBoot {
  readonly role: 'balancer';
}

/** A peer's disk. */
export interface PeerDisk {
  readonly resources: readonly string[];
  /** How often it was started: makes the versions of its registrations grow across restarts. */
  readonly starts: number;
  /** The superpeers that it last belonged to; empty if none. */
  readonly home: readonly Address[];
}

/**
 * - `seeking`: it has asked the balancer for a superpeer.
 * - `waiting`: it has none; the timer `seek` will make it look for one.
 * - `home`: it belongs to `partners`, registered or about to be.
 * - `leaving`: it says goodbye to `farewells`.
 */
export type Phase = 'seeking' | 'waiting' | 'home' | 'leaving';

/** A superpeer that a peer belongs to. */
export interface Partner {
  readonly superpeer: Address;
  /** Version of the registration that is on its way, or null. Never two at once, since they could overtake each other. */
  readonly sending: number | null;
  /** Version of the last registration that it confirmed, or null. */
  readonly confirmed: number | null;
  /** Counts the registrations sent to it. */
  readonly epoch: number;
  /** Requests that it did not answer, in a row. */
  readonly misses: number;
  /** Taken for dead. A partner of a live one is tried again at each keep-alive. */
  readonly lost: boolean;
  /** Dead for certain: it refused, or cut, a connection, or said goodbye. Its index is gone. */
  readonly gone: boolean;
  /** The last time, on the peer's clock, at which it may have learned that the peer is there. */
  readonly heardOfUs: number;
}

/** An operation that a registration of this version (or a later one) completes. */
export interface Waiter {
  readonly operation: OperationId;
  readonly version: number;
}

export interface PeerState {
  readonly role: 'peer';
  readonly name: string;
  readonly starts: number;

  /** What it has; no name twice. */
  readonly resources: readonly string[];
  /** Grows with each change of `resources`, across restarts too. */
  readonly version: number;

  // Where it belongs.
  readonly phase: Phase;
  /** Of its home while `home` or `leaving`; those that it waits out while `waiting`; else empty. */
  readonly partners: readonly Partner[];
  /** Whether a partner has confirmed a registration since it came to this home. */
  readonly settled: boolean;
  /** The group that is next in its list. */
  readonly nextGroup: number;
  /** Partners that have not yet answered its goodbye. */
  readonly farewells: readonly Address[];

  readonly waiters: readonly Waiter[];
  /** Searches and downloads that the superpeers have answered. */
  readonly answered: number;
}

export interface Registration {
  readonly name: string;
  readonly version: number | null;
  /** The superpeer's own count, so that what comes late of an earlier registration is known for that. */
  readonly number: number;
  readonly atUs: number;
}

/** Another superpeer, as a superpeer or the balancer sees it. */
export interface Other {
  readonly superpeer: Address;
  readonly active: boolean;
  /** On the observer's clock; null if it never answered. */
  readonly lastAnsweredUs: number | null;
  /** How many peers it has registered, by its last answer, and those that were handed to it since. */
  readonly peers: number;
}

/** A search that others were asked about. */
export interface Search {
  readonly number: number;
  /** Whom to answer. */
  readonly request: RequestId;
  readonly name: string;
  readonly query: Query;
  /** What those who are asked get. */
  readonly ttl: number;
  /** Groups that were asked and have not answered: who was asked, and who of the group is left. */
  readonly asked: readonly Target[];
  /** Groups that are still to be asked (in turn). */
  readonly left: readonly Target[];
  /** Whether somebody who should have been asked was not, or has not answered. */
  readonly incomplete: boolean;
}

/** A group of superpeers with the same index; the first that answers speaks for it. */
export interface Target {
  readonly group: number;
  /** Not empty; the first is the one that is asked. */
  readonly members: readonly Address[];
}

export interface SuperpeerState {
  readonly role: 'superpeer';
  readonly name: string;
  /** On its own clock. */
  readonly startedAtUs: number;

  // Its peers. The holders of the index are exactly those registered.
  readonly registrations: Trie<Registration>;
  readonly index: HolderIndex<Item>;
  readonly lastRegistration: number;
  /** Pings missed in a row, where any were. */
  readonly strikes: Trie<number>;
  /** Whether it has what its partner knew when it started. */
  readonly ready: boolean;

  /** The superpeers of its configuration, in ascending order. */
  readonly others: readonly Other[];

  // Searches.
  readonly searches: readonly Search[];
  readonly lastSearch: number;
  /** Queries that it has seen and may see again, where they are forwarded beyond one hop. */
  readonly seen: readonly { readonly query: Query; readonly untilUs: number }[];
  /** Searches and lookups that it has answered or forwarded: its load. */
  readonly handled: number;
}

export interface BalancerState {
  readonly role: 'balancer';
  /** All superpeers, in ascending order. */
  readonly others: readonly Other[];
  /** The group whose turn it is. */
  readonly next: number;
  readonly handed: number;
}

export type State = PeerState | SuperpeerState | BalancerState;

/** The system's bundle: what is common to its roles. */
export interface SuperpeerTypes extends ProtocolTypes {
  Config: SuperpeerConfig;
  Boot: PeerBoot | SuperpeerBoot | BalancerBoot;
  Durable: PeerDisk;
  State: State;
  Message: SuperpeerMessage;
  Timer: SuperpeerTimer;
  Operation: SuperpeerOperation;
  Outcome: SuperpeerOutcome;
  Note: SuperpeerNote;
  Tag: SuperpeerTag;
}

export interface PeerRole extends SuperpeerTypes {
  Boot: PeerBoot;
  State: PeerState;
}

export interface SuperpeerRole extends SuperpeerTypes {
  Boot: SuperpeerBoot;
  State: SuperpeerState;
}

export interface BalancerRole extends SuperpeerTypes {
  Boot: BalancerBoot;
  State: BalancerState;
}

export type PeerStep = Step<PeerRole>;
export type PeerContext = Context<PeerRole>;
export type PeerMachine = Machine<PeerRole>;
export type SuperpeerStep = Step<SuperpeerRole>;
export type SuperpeerContext = Context<SuperpeerRole>;
export type SuperpeerMachine = Machine<SuperpeerRole>;
export type BalancerStep = Step<BalancerRole>;
export type BalancerContext = Context<BalancerRole>;
export type BalancerMachine = Machine<BalancerRole>;
