import type { Address, Context, Machine, OperationId, ProtocolTypes, RequestId, Step } from '../../sim/protocol.ts';
import type { HolderIndex } from '../common/holder-index.ts';
import type { Trie } from '../common/trie.ts';
import type { SupernodeConfig } from './config.ts';
import type {
  Answer,
  Quest,
  SupernodeMessage,
  SupernodeNote,
  SupernodeOperation,
  SupernodeOutcome,
  SupernodeTag,
  SupernodeTimer,
} from './messages.ts';
import type { Entry, File, Resource } from './resources.ts';

export interface NodeBoot {
  readonly role: 'node';
  /** The process's name, under which it registers. */
  readonly name: string;
  /** `host:port`. */
  readonly endpoint: string;
  /** What is on its disk when it is started for the first time. */
  readonly files: readonly File[];
  /** Its own first. Without fail-over it knows only that one. */
  readonly supernodes: readonly Address[];
}

export interface SupernodeBoot {
  readonly role: 'supernode';
  /** The process's name, which is also its name on the wire. */
  readonly name: string;
}

/** A node's disk. */
export interface NodeDisk {
  readonly files: readonly File[];
  /** How often it was started: makes the versions of its registrations grow across restarts. */
  readonly starts: number;
}

export interface NodeState {
  readonly role: 'node';

  // Who it is.
  readonly name: string;
  readonly endpoint: string;
  readonly supernodes: readonly Address[];
  readonly starts: number;

  // What it has. Names are unique.
  readonly resources: readonly Resource[];

  // Its registration.
  /** The supernode that it is registered with, or tries to be: an index into `supernodes`. */
  readonly home: number;
  /** Whether that supernode has confirmed a registration since the node went to it. */
  readonly registered: boolean;
  /** Version of the last registration sent; it grows, across restarts too. */
  readonly version: number;
  /** The registration that is on its way, or null. Never two at once, since they could overtake each other. */
  readonly registering: Registering | null;
  /** Who waits for a registration that starts after the one on its way, or null if none is wanted. */
  readonly wanted: readonly Waiter[] | null;

  /** Searches that go on when the registration has succeeded. */
  readonly parked: readonly Quest[];
  /** Clients' searches answered. */
  readonly answered: number;
}

/** An operation that a registration completes. */
export interface Waiter {
  readonly operation: OperationId;
  readonly outcome: SupernodeOutcome;
}

export interface Registering {
  readonly waiters: readonly Waiter[];
  /** How many supernodes were asked so far, this one counted. */
  readonly attempt: number;
}

export interface Registration {
  readonly name: string;
  /** Of the node, or null where registrations are not ordered. */
  readonly version: number | null;
  /** The supernode's own count, so that what comes late of an earlier registration is known for that. */
  readonly number: number;
  /** On the supernode's clock. */
  readonly atUs: number;
}

/** A search that waits for the group. */
export interface Search {
  readonly number: number;
  /** Whom to answer. */
  readonly request: RequestId;
  readonly parts: readonly Part[];
  /** Locations that the asker has found dead. */
  readonly except: readonly string[];
  /** How often its queries were sent. */
  readonly tries: number;
}

/** One id of a search. */
export interface Part {
  readonly id: string;
  /** Null while it waits for the group. */
  readonly answer: Answer | null;
  /** Names of the supernodes that said "not found". */
  readonly denials: readonly string[];
}

/** An evaluation that an operation asked for. */
export interface Run {
  readonly operation: OperationId;
  /** Checks that are not decided yet. */
  readonly open: number;
}

export interface SupernodeState {
  readonly role: 'supernode';
  readonly name: string;

  /** The nodes thought alive, by address. Exactly those that `index` has as holders. */
  readonly registrations: Trie<Registration>;
  readonly index: HolderIndex<Entry>;
  /** Counts registrations. */
  readonly lastRegistration: number;

  // Liveness. Only registered nodes are in any of these.
  /** Checks missed in a row, where any were. */
  readonly strikes: Trie<number>;
  /** Checks missed since the last evaluation, where misses count at the next one. */
  readonly missed: readonly Address[];
  /** Nodes that are being checked because a client found their location dead: one check at a time. */
  readonly suspects: readonly Address[];
  readonly runs: readonly Run[];

  /** In the order in which they began. Each has a part that waits. */
  readonly searches: readonly Search[];
  readonly lastSearch: number;

  // Datagrams that changed nothing else.
  readonly malformed: number;
  /** Its own multicasts that it heard. */
  readonly loopbacks: number;
}

export type State = NodeState | SupernodeState;

/** The system's bundle: what is common to its roles. */
export interface SupernodeTypes extends ProtocolTypes {
  Config: SupernodeConfig;
  Boot: NodeBoot | SupernodeBoot;
  Durable: NodeDisk;
  State: State;
  Message: SupernodeMessage;
  Timer: SupernodeTimer;
  Operation: SupernodeOperation;
  Outcome: SupernodeOutcome;
  Note: SupernodeNote;
  Tag: SupernodeTag;
}

export interface NodeRole extends SupernodeTypes {
  Boot: NodeBoot;
  State: NodeState;
}

export interface SupernodeRole extends SupernodeTypes {
  Boot: SupernodeBoot;
  State: SupernodeState;
}

export type NodeStep = Step<NodeRole>;
export type NodeContext = Context<NodeRole>;
export type NodeMachine = Machine<NodeRole>;
export type SupernodeStep = Step<SupernodeRole>;
export type SupernodeContext = Context<SupernodeRole>;
export type SupernodeMachine = Machine<SupernodeRole>;

/** The multicast group of the supernodes. */
export const GROUP = 'supernodes';
