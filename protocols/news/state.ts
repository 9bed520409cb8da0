/** What each role remembers, what it saves, what it is told at its start, and what its requests carry through the engine. */
import type { Address, OperationId, ProtocolTypes, RequestId } from '../../sim/protocol.ts';
import type { NewsConfig } from './config.ts';
import type { Log } from './log.ts';
import type {
  Answer,
  AreaOperation,
  Configuration,
  Message,
  Operation,
  Outcome,
  Overview,
  Transaction,
  UserRequest,
} from './messages.ts';
import type { Tables } from './tables.ts';

// ── Client ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ClientBoot {
  readonly role: 'client';
  readonly user: string;
  /** Whether the user is known to the database from the start; others register. */
  readonly known: boolean;
  readonly agents: readonly Address[];
}

/** The client's incarnation, so that the requests of one life are never taken for those of another. */
export interface ClientDurable {
  readonly incarnation: number;
}

export interface ClientState {
  readonly role: 'client';
  readonly user: string;
  /** Null while not logged in. */
  readonly token: number | null;
  readonly agents: readonly Address[];
  /** Index of the agent that it turns to. */
  readonly agent: number;
  readonly incarnation: number;
  readonly nextNumber: number;
  /** Numbers of the requests that have not come to an end, ascending. */
  readonly open: readonly number[];
  /** How many operations have ended here. */
  readonly ended: number;
}

/** One operation under way at a client: all that it needs to go on with it. */
export interface Attempt {
  readonly id: OperationId;
  readonly operation: Operation;
  /** The request's number among the client's; null for the login that a client does by itself. */
  readonly number: number;
  readonly sinceUs: number;
  readonly retries: number;
  /** What the agent offered. */
  readonly offer: Offer | null;
  /** The offer that came to nothing, so that the agent makes another. */
  readonly avoid: Offer | null;
  /** Whether some try may have been executed without an answer. */
  readonly unsure: boolean;
  /** The token of the session that it began in. */
  readonly token: number | null;
}

export interface Offer {
  readonly commission: string;
  readonly node: Address;
}

export type ClientTag = { readonly kind: 'ask' | 'perform'; readonly attempt: Attempt };

// ── Gateway: the one address of a commission's replicas ───────────────────────────────────────────────────────────

export interface GatewayBoot {
  readonly role: 'gateway';
  readonly commission: string;
  readonly agents: readonly Address[];
}

export interface GatewayState {
  readonly role: 'gateway';
  readonly commission: string;
  readonly agents: readonly Address[];
  readonly agent: number;
  /** Whether an agent has confirmed the registration. */
  readonly registered: boolean;
  /** In rotation, in order of their coming; one that fails is taken out until it enrols again. */
  readonly replicas: readonly Address[];
  /** Index of the one whose turn it is. */
  readonly turn: number;
  /** Requests handed to a replica and not answered. */
  readonly forwarding: number;
}

export type GatewayTag =
  | { readonly kind: 'register' }
  | {
      readonly kind: 'forward';
      readonly id: RequestId;
      readonly message: Extract<Message, { readonly kind: 'perform' | 'checkHealth' }>;
      /** How many replicas may still be tried. */
      readonly left: number;
      readonly unsure: boolean;
    };

// ── Node: a replica of a commission ───────────────────────────────────────────────────────────────────────────────

export interface NodeBoot {
  readonly role: 'node';
  readonly commission: string;
  readonly gateway: Address;
  readonly databases: readonly Address[];
}

export interface Job {
  readonly id: RequestId;
  readonly request: UserRequest & { readonly operation: AreaOperation };
}

export interface NodeState {
  readonly role: 'node';
  readonly commission: string;
  readonly gateway: Address;
  readonly databases: readonly Address[];
  /** The database that was primary when last heard. */
  readonly primary: Address;
  /** Requests that wait; the first one is being worked on. */
  readonly queue: readonly Job[];
  /** Requests that wait for the database. */
  readonly atDatabase: number;
  /** Requests taken on since the start. */
  readonly requests: number;
  readonly leaving: boolean;
}

export type NodeTag =
  | { readonly kind: 'enrol' }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'serve'; readonly call: Call; readonly serving: Serving };

/** How far a user's request has come at the node or agent that serves it. */
export interface Serving {
  readonly id: RequestId;
  readonly request: UserRequest;
  /** Index of the statement under way. */
  readonly stage: number;
  /** The answer kept for the end while a later statement is under way. */
  readonly held: Answer | null;
}

/** A transaction on its way to a database. */
export interface Call {
  readonly transaction: Transaction;
  /** How many more databases may be tried. */
  readonly left: number;
  readonly unsure: boolean;
}

// ── Agent ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface AgentBoot {
  readonly role: 'agent';
  readonly databases: readonly Address[];
}

export interface AgentState {
  readonly role: 'agent';
  readonly databases: readonly Address[];
  readonly primary: Address;
  /** What it last learned from the database and has done since. Without the trait `comparesAndSets` it answers from this. */
  readonly view: Overview | null;
  /** Commissions whose health is being checked. */
  readonly checking: readonly string[];
}

export type AgentTag =
  | { readonly kind: 'check'; readonly commission: string }
  | { readonly kind: 'refresh'; readonly call: Call }
  | { readonly kind: 'setAlive'; readonly call: Call }
  | { readonly kind: 'assign'; readonly call: Call; readonly area: string }
  | { readonly kind: 'register'; readonly call: Call; readonly id: RequestId }
  | {
      readonly kind: 'locate';
      readonly call: Call;
      readonly id: RequestId;
      readonly area: string;
      readonly avoid: string | null;
    }
  | { readonly kind: 'serve'; readonly call: Call; readonly serving: Serving };

// ── Database ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface DatabaseBoot {
  readonly role: 'database';
  /** Null without a standby. */
  readonly arbiter: Address | null;
  /** All databases, the first primary first. */
  readonly databases: readonly Address[];
  /** What the tables hold before anything happens. */
  readonly seed: Tables;
}

export interface DatabaseDurable {
  readonly log: Log;
  /** The latest configuration that it heard of; it follows none with a lower epoch. */
  readonly configuration: Configuration;
  /** The term of the primary with whose log its own was last made one; −1 for never. */
  readonly joined: number;
}

export interface DatabaseState {
  readonly role: 'database';
  readonly arbiter: Address | null;
  readonly databases: readonly Address[];
  /** As it was saved last. */
  readonly durable: DatabaseDurable;
  /** `asking` until the arbiter has told who is primary. */
  readonly duty: 'primary' | 'standby' | 'asking';
  /** What the log leads to. */
  readonly tables: Tables;
  /** What is acknowledged, or may be: the tables up to `committedUpTo`. At a standby, what it knows of that. */
  readonly committed: Tables;
  /** Number of the last log entry in `committed`; −1 while a primary does not know it. */
  readonly committedUpTo: number;
  /** Transactions that wait; the first one is being executed. */
  readonly queue: readonly { readonly id: RequestId; readonly transaction: Transaction }[];
  /** Executed and logged here, and to be answered when the standby has logged it too. */
  readonly executed: readonly { readonly id: RequestId; readonly answer: Answer }[];
  /** Transactions answered since the start. */
  readonly answered: number;
  readonly replication: Replication;
}

/** A primary's dealings with its standby. */
export interface Replication {
  /** Whom it ships to; null for nobody. */
  readonly follower: Address | null;
  /** Whether nothing may be answered before the follower has it; from before it is made in-sync until after it is expelled. */
  readonly required: boolean;
  /** Whether a ship is under way. */
  readonly shipping: boolean;
  /** Where the follower's log ends, as far as known; null if a snapshot has to be sent. */
  readonly followerAt: { readonly number: number; readonly epoch: number } | null;
  /** Ships in a row that failed. */
  readonly misses: number;
  /** Whether the arbiter has been asked and has not answered. */
  readonly changing: boolean;
  /** The epoch in which it became primary: what was sent before is of no concern any more. */
  readonly term: number;
}

export type DatabaseTag =
  | { readonly kind: 'configuration' }
  | { readonly kind: 'change' }
  | { readonly kind: 'follow' }
  | {
      readonly kind: 'ship';
      /** How many of `executed` it confirms. */
      readonly count: number;
      readonly tables: Tables;
      readonly upTo: number;
      readonly term: number;
      /** Whether nothing was answered without the follower any more when it was sent. */
      readonly required: boolean;
    };

// ── Arbiter ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ArbiterBoot {
  readonly role: 'arbiter';
  readonly databases: readonly Address[];
}

export interface ArbiterState {
  readonly role: 'arbiter';
  readonly configuration: Configuration;
}

// ── Timers and notes ──────────────────────────────────────────────────────────────────────────────────────────────

export type ClientTimer = { readonly kind: 'retry'; readonly attempt: Attempt };
export type GatewayTimer = { readonly kind: 'register' };
export type NodeTimer = { readonly kind: 'enrol' } | { readonly kind: 'work' };
export type AgentTimer = { readonly kind: 'health' };
export type DatabaseTimer =
  | { readonly kind: 'execute' }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'takeover' };

export type Note =
  /** An operation has ended at its client: for the judge, which sees outcomes only as they are given. */
  | { readonly kind: 'ended'; readonly id: OperationId; readonly outcome: Outcome }
  | { readonly kind: 'loggedIn'; readonly user: string }
  | { readonly kind: 'dropped'; readonly commission: string }
  | { readonly kind: 'readmitted'; readonly commission: string }
  | { readonly kind: 'assigned'; readonly area: string; readonly commission: string }
  | { readonly kind: 'tookOver'; readonly epoch: number }
  | { readonly kind: 'expelledStandby'; readonly epoch: number }
  | { readonly kind: 'admittedStandby'; readonly epoch: number }
  | { readonly kind: 'deposed'; readonly epoch: number };

// ── The bundles ───────────────────────────────────────────────────────────────────────────────────────────────────

interface Common extends ProtocolTypes {
  Config: NewsConfig;
  Message: Message;
  Operation: Operation;
  Outcome: Outcome;
  Note: Note;
}

export interface ClientTypes extends Common {
  Boot: ClientBoot;
  Durable: ClientDurable;
  State: ClientState;
  Timer: ClientTimer;
  Tag: ClientTag;
}

export interface GatewayTypes extends Common {
  Boot: GatewayBoot;
  Durable: null;
  State: GatewayState;
  Timer: GatewayTimer;
  Tag: GatewayTag;
}

export interface NodeTypes extends Common {
  Boot: NodeBoot;
  Durable: null;
  State: NodeState;
  Timer: NodeTimer;
  Tag: NodeTag;
}

export interface AgentTypes extends Common {
  Boot: AgentBoot;
  Durable: null;
  State: AgentState;
  Timer: AgentTimer;
  Tag: AgentTag;
}

export interface DatabaseTypes extends Common {
  Boot: DatabaseBoot;
  Durable: DatabaseDurable;
  State: DatabaseState;
  Timer: DatabaseTimer;
  Tag: DatabaseTag;
}

export interface ArbiterTypes extends Common {
  Boot: ArbiterBoot;
  Durable: Configuration;
  State: ArbiterState;
  Timer: never;
  Tag: null;
}

export type Boot = ClientBoot | GatewayBoot | NodeBoot | AgentBoot | DatabaseBoot | ArbiterBoot;
export type State = ClientState | GatewayState | NodeState | AgentState | DatabaseState | ArbiterState;

/** The whole system, as the engine and the judge see it. */
export interface NewsTypes extends Common {
  Boot: Boot;
  Durable: ClientDurable | DatabaseDurable | Configuration | null;
  State: State;
  Timer: ClientTimer | GatewayTimer | NodeTimer | AgentTimer | DatabaseTimer;
  Tag: ClientTag | GatewayTag | NodeTag | AgentTag | DatabaseTag | null;
}
