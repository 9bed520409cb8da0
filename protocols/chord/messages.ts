/**
 * What Chord peers say to each other, wait for, are asked and answer. Names are those of the papers: find_successor,
 * closest_preceding_node, notify, stabilize, rectify.
 *
 * Lookups that mend fingers have kinds of their own (`findFinger`, `nextFingerHop`) beside the same fields, so that
 * maintenance can be told from use by counting messages.
 */
import type { Address, ProtocolTypes, RequestId } from '../../sim/protocol.ts';
import type { ChordConfig } from './config.ts';
import type { Boot, Durable, PeerState } from './state.ts';
import type { Goal, Peer, SharedFile, Trail } from './values.ts';

// Lookups

/** Recursive: pass it on towards the key. A datagram. */
export interface FindSuccessor {
  readonly kind: 'findSuccessor' | 'findFinger';
  readonly key: number;
  /** Whom to answer. */
  readonly initiator: Peer;
  /** The initiator's number for this lookup. */
  readonly lookup: number;
  /** Forwardings so far, this one included. */
  readonly hops: number;
  /** The key's predecessor, which found that the receiver is the answer (answerFrom: successor); else null. */
  readonly predecessor: Peer | null;
  readonly trail: Trail | null;
}

/** The answer to a recursive lookup, straight to the initiator. A datagram. */
export interface SuccessorFound {
  readonly kind: 'successorFound' | 'fingerFound';
  readonly lookup: number;
  readonly owner: Peer;
  readonly predecessor: Peer;
  /** Members from the owner on, as far as the answering peer knows them; the owner need not be the first. */
  readonly candidates: readonly Peer[];
  readonly hops: number;
  readonly trail: Trail | null;
}

/** Iterative: who is next? A request. */
export interface NextHop {
  readonly kind: 'nextHop' | 'nextFingerHop';
  readonly key: number;
  /** Peers that did not answer in this lookup. */
  readonly avoid: readonly Address[];
  /** One of them that the receiver named and should drop from its tables, or NOBODY. */
  readonly dead: Address;
  readonly initiator: Peer;
  readonly trail: Trail | null;
}

/** The answer to `nextHop`. */
export interface NextHopIs {
  readonly kind: 'nextHopIs' | 'nextFingerHopIs';
  /** True: `peer` is the key's successor. False: it is the closest preceding peer that the answerer knows. */
  readonly final: boolean;
  /** Null: the answerer knows nobody (else). */
  readonly peer: Peer | null;
  /** If final: the answerer's successor list, for those who come after the owner. */
  readonly candidates: readonly Peer[];
}

// The ring

/** State query: who are your predecessor and your successors? A request. */
export interface GetNeighbours {
  readonly kind: 'getNeighbours';
}

export interface Neighbours {
  readonly kind: 'neighbours';
  readonly predecessor: Peer | null;
  readonly successors: readonly Peer[];
}

/** A newcomer to its successor: what are your fingers? A request. */
export interface GetFingers {
  readonly kind: 'getFingers';
}

export interface Fingers {
  readonly kind: 'fingers';
  readonly fingers: readonly (Peer | null)[];
}

/** "I might be your predecessor." A datagram. */
export interface Notify {
  readonly kind: 'notify';
  readonly peer: Peer;
}

/** "My predecessor is another one now; it might be your successor." A datagram (ToN, section V-A). */
export interface NewPredecessor {
  readonly kind: 'newPredecessor';
  readonly peer: Peer;
}

/** Liveness probe. A request. */
export interface Ping {
  readonly kind: 'ping';
}

export interface Pong {
  readonly kind: 'pong';
}

/**
 * "I am going." To both neighbours: a request, answered when the neighbour has closed the gap; or (not believed) a
 * datagram.
 */
export interface Leaving {
  readonly kind: 'leaving';
  readonly peer: Peer;
  readonly predecessor: Peer | null;
  readonly successors: readonly Peer[];
}

/** The answer of a process that is no member (any more, or yet): for the asker it is as good as dead. */
export interface NotMember {
  readonly kind: 'notMember';
}

// Eager membership (described)

/** A newcomer to its successor: put me before you. A request. */
export interface Insert {
  readonly kind: 'insert';
  readonly peer: Peer;
}

export interface Inserted {
  readonly kind: 'inserted';
  /** The newcomer's predecessor. */
  readonly predecessor: Peer;
}

/** "I am your successor (predecessor) now." */
export interface BeMySuccessor {
  readonly kind: 'setSuccessor' | 'setPredecessor';
  readonly peer: Peer;
}

/** Travels round the ring, so that every peer mends its fingers. A request, answered before it is passed on. */
export interface RingUpdate {
  readonly kind: 'ringUpdate';
  /** Where it began and ends. */
  readonly origin: Peer;
  readonly joined: Peer | null;
  readonly gone: Peer | null;
  /** Who stands in for the one that is gone. */
  readonly heir: Peer | null;
}

export interface Acknowledged {
  readonly kind: 'acknowledged';
}

// Files

/** A newcomer to its successor: hand over what is not yours any more. A request. */
export interface TakeKeys {
  readonly kind: 'takeKeys';
  readonly peer: Peer;
}

export interface Keys {
  readonly kind: 'keys';
  readonly files: readonly SharedFile[];
}

/** The newcomer has these. A datagram. */
export interface KeysTaken {
  readonly kind: 'keysTaken';
  readonly peer: Peer;
  readonly files: readonly SharedFile[];
}

/** Keep these files. A request, answered when they have arrived and the copies behind are made. */
export interface Store {
  readonly kind: 'store';
  readonly files: readonly SharedFile[];
  /** On how many peers, this one included, going on from successor to successor. */
  readonly copies: number;
  /** Who holds the first of them; a chain that comes back to it ends. */
  readonly first: Address;
  /**
   * True: a receiver that is not responsible names who might be. False (copies, hand-overs): it takes them as they
   * come.
   */
  readonly forOwner: boolean;
}

export interface Stored {
  readonly kind: 'stored';
  /** How many peers have it now, the answerer included. */
  readonly holders: number;
}

/** Give me that file. A request. */
export interface Fetch {
  readonly kind: 'fetch';
  readonly key: number;
  readonly name: string;
}

export interface FileIs {
  readonly kind: 'file';
  readonly file: SharedFile;
}

export interface NoFile {
  readonly kind: 'noFile';
}

/** "Not with me: the key lies before my predecessor." */
export interface Elsewhere {
  readonly kind: 'elsewhere';
  readonly peer: Peer;
}

/**
 * Which of these files do you lack? From a peer in charge to those that keep its copies, and the other way. A request.
 */
export interface Compare {
  readonly kind: 'compare';
  readonly files: readonly SharedFile[];
}

export interface Missing {
  readonly kind: 'missing';
  readonly files: readonly SharedFile[];
  /** Whether the asker is one of those that should keep copies of the answerer's keys. */
  readonly keep: boolean;
}

export type Message =
  | FindSuccessor
  | SuccessorFound
  | NextHop
  | NextHopIs
  | GetNeighbours
  | Neighbours
  | GetFingers
  | Fingers
  | Notify
  | NewPredecessor
  | Ping
  | Pong
  | Leaving
  | NotMember
  | Insert
  | Inserted
  | BeMySuccessor
  | RingUpdate
  | Acknowledged
  | TakeKeys
  | Keys
  | KeysTaken
  | Store
  | Stored
  | Fetch
  | FileIs
  | NoFile
  | Elsewhere
  | Compare
  | Missing;

// Timers. A routine's position (which finger is next) travels in its timer, so that a quiet peer's state never changes.

export type Timer =
  /** @property cursor which other entry this round refreshes (refresh: one). */
  | { readonly kind: 'stabilize'; readonly cursor: number }
  | { readonly kind: 'fixFingers'; readonly index: number }
  | { readonly kind: 'checkPredecessor' }
  | { readonly kind: 'pingSuccessor' }
  | { readonly kind: 'repair' }
  /** @property index which of the shared files to publish again. */
  | { readonly kind: 'publish'; readonly index: number }
  | { readonly kind: 'join'; readonly attempt: number }
  | { readonly kind: 'lookupTimeout'; readonly lookup: number }
  /** The files of a request have arrived, or those of an answer have been sent. */
  | { readonly kind: 'transferred'; readonly request: RequestId; readonly message: Store | Keys | FileIs };

// Lookups on their way

/** An iterative lookup on its way; it travels as the tag of its requests, so that the state holds nothing of it. */
export interface Search {
  readonly kind: 'search';
  readonly goal: Goal;
  readonly key: number;
  readonly startUs: number;
  /** Who is being asked now. */
  readonly asked: Peer;
  /** Those who answered, last first; `hops` of them. */
  readonly trail: Trail | null;
  readonly hops: number;
  readonly timeouts: number;
  readonly deadAnswers: number;
  /** Who did not answer in this lookup: they are not tried again. */
  readonly dead: readonly Address[];
}

/** A lookup that has ended. */
export interface Found {
  readonly goal: Goal;
  readonly key: number;
  readonly startUs: number;
  /** successor(key), or null if the lookup failed. */
  readonly owner: Peer | null;
  /** The peer that said so. */
  readonly predecessor: Peer | null;
  readonly candidates: readonly Peer[];
  /** Forwardings: neither the initiator nor the owner is counted, nor peers that did not answer. */
  readonly hops: number;
  /** Contacts that did not answer on the way (iterative), or attempts that were given up (recursive). */
  readonly timeouts: number;
  /** Answers that turned out dead (verify). */
  readonly deadAnswers: number;
  readonly trail: Trail | null;
}

/** What a request carries, to be known again when its reply or failure comes. */
export type Tag =
  | Search
  /** Is the answer of this lookup alive? */
  | { readonly kind: 'verify'; readonly found: Found; readonly dead: readonly Address[] }
  /** @property round part of a periodic round, which goes on to the list; false: a single step. */
  | { readonly kind: 'stabilize'; readonly head: Peer; readonly round: boolean }
  /** Stabilize, second query (correct): is the candidate alive, and what is its list? */
  | { readonly kind: 'adopt'; readonly head: Peer; readonly candidate: Peer }
  /** A head that did not answer a state query in time: is it dead, or only slow? */
  | { readonly kind: 'probe'; readonly head: Peer }
  /** refresh: one. The entry after `of` in the list. */
  | { readonly kind: 'entry'; readonly of: Peer }
  /** @property round a head that does not answer is dropped, and the round goes on with the next. */
  | { readonly kind: 'reconcile'; readonly head: Peer; readonly round: boolean }
  | { readonly kind: 'update'; readonly head: Peer }
  | { readonly kind: 'checkPredecessor'; readonly predecessor: Peer }
  | { readonly kind: 'rectify'; readonly predecessor: Peer; readonly newcomer: Peer }
  | { readonly kind: 'joinAt'; readonly predecessor: Peer; readonly goal: Goal }
  | { readonly kind: 'pingSuccessor'; readonly successor: Peer }
  /** Looking for a live finger in place of a dead successor. */
  | { readonly kind: 'seekSuccessor'; readonly gone: Peer; readonly tried: Peer; readonly next: readonly Peer[] }
  | { readonly kind: 'insert'; readonly successor: Peer; readonly goal: Goal }
  | { readonly kind: 'tell' }
  | { readonly kind: 'copyFingers' }
  | { readonly kind: 'takeKeys'; readonly from: Peer }
  /** @property redirects how many more neighbours may be named in place of the one that was asked. */
  | {
      readonly kind: 'store';
      readonly found: Found;
      readonly file: SharedFile;
      readonly at: Peer;
      readonly redirects: number;
    }
  /** The copies of a file whose owner is this peer itself. */
  | { readonly kind: 'storeCopies'; readonly found: Found; readonly file: SharedFile }
  /** The next copy in the chain; then the request behind it is answered. */
  | { readonly kind: 'chain'; readonly request: RequestId }
  | {
      readonly kind: 'fetch';
      readonly found: Found;
      readonly name: string;
      readonly from: Peer;
      readonly tried: readonly Address[];
      readonly redirects: number;
      readonly silent: boolean;
    }
  /** @property drop these files are foreign: once the peer in charge has them, they can go from here. */
  | { readonly kind: 'compare'; readonly to: Peer; readonly drop: readonly SharedFile[] }
  | { readonly kind: 'restore'; readonly drop: readonly SharedFile[] }
  | { readonly kind: 'handOver'; readonly next: readonly Peer[] }
  /** A leaver goes once its neighbours have been told, one after the other. */
  | { readonly kind: 'farewell'; readonly next: readonly Farewell[] };

export interface Farewell {
  readonly to: Peer;
  readonly message: Message;
}

// Operations

/** Single protocol steps, for scripts. */
export type ProtocolStep =
  | { readonly kind: 'stabilize' }
  | { readonly kind: 'notify' }
  | { readonly kind: 'reconcile' }
  | { readonly kind: 'update' }
  | { readonly kind: 'flush' }
  | { readonly kind: 'rectify'; readonly peer: Peer }
  | { readonly kind: 'fixFinger'; readonly index: number }
  | { readonly kind: 'repair' };

export type Operation =
  | { readonly kind: 'lookup'; readonly key: number }
  | { readonly kind: 'upload'; readonly file: SharedFile }
  | { readonly kind: 'download'; readonly key: number; readonly name: string }
  | { readonly kind: 'fingerTable' }
  | { readonly kind: 'info' }
  | { readonly kind: 'files' }
  | ProtocolStep;

export interface FingerRow {
  readonly start: number;
  readonly peer: Peer | null;
}

/** How a lookup went, in the outcome of every operation that needed one. */
export interface Route {
  readonly key: number;
  readonly hops: number;
  readonly timeouts: number;
  readonly deadAnswers: number;
  /**
   * From the first peer asked to the key's predecessor; empty if the initiator is that itself, or if paths are not
   * kept.
   */
  readonly path: readonly Peer[];
}

export type Outcome =
  | { readonly kind: 'found'; readonly owner: Peer; readonly route: Route }
  | { readonly kind: 'notFound'; readonly route: Route }
  | {
      readonly kind: 'stored';
      readonly file: SharedFile;
      readonly at: Peer;
      readonly holders: number;
      readonly route: Route;
    }
  | { readonly kind: 'notStored'; readonly file: SharedFile; readonly route: Route }
  | { readonly kind: 'fetched'; readonly file: SharedFile; readonly from: Peer; readonly route: Route }
  /** Everybody who was asked answered, and nobody had it. */
  | { readonly kind: 'noSuchFile'; readonly name: string; readonly route: Route }
  /** The lookup failed, or nobody who might have had it answered. */
  | { readonly kind: 'notFetched'; readonly name: string; readonly route: Route }
  | { readonly kind: 'fingerTable'; readonly fingers: readonly FingerRow[] }
  | {
      readonly kind: 'info';
      readonly me: Peer;
      readonly predecessor: Peer | null;
      readonly successors: readonly Peer[];
      readonly files: number;
    }
  | { readonly kind: 'files'; readonly files: readonly SharedFile[]; readonly shared: readonly SharedFile[] };

export type Note =
  | { readonly kind: 'joined'; readonly successor: Peer }
  | { readonly kind: 'joinFailed'; readonly attempt: number }
  | { readonly kind: 'left'; readonly files: number }
  | { readonly kind: 'newSuccessor'; readonly before: Peer | null; readonly now: Peer | null }
  | { readonly kind: 'newPredecessor'; readonly before: Peer | null; readonly now: Peer | null }
  | { readonly kind: 'successorDead'; readonly peer: Peer }
  /** Nobody is left whom this peer could take for its successor. */
  | { readonly kind: 'isolated' }
  | { readonly kind: 'rejoining' }
  | { readonly kind: 'updateLost'; readonly at: Address }
  /** The judge counts the file as stored from here on. */
  | { readonly kind: 'stored'; readonly file: SharedFile; readonly at: Peer; readonly holders: number }
  | { readonly kind: 'tookKeys'; readonly from: Peer; readonly files: number }
  | { readonly kind: 'droppedKeys'; readonly files: number };

/** The kinds of value that a Chord peer is made of. */
export interface ChordTypes extends ProtocolTypes {
  Config: ChordConfig;
  Boot: Boot;
  Durable: Durable;
  State: PeerState;
  Message: Message;
  Timer: Timer;
  Operation: Operation;
  Outcome: Outcome;
  Note: Note;
  Tag: Tag;
}
