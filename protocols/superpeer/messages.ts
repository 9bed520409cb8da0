/** What travels: requests and their answers, and one datagram (`goodbye`). */
import type { Address, OperationId, RequestId } from '../../sim/protocol.ts';

/** Names a search across superpeers, so that one that arrives twice is known. */
export interface Query {
  readonly origin: Address;
  /** When that superpeer was started, on its clock: numbers begin anew with each start. */
  readonly startedAtUs: number;
  readonly number: number;
}

/** A registration as one partner copies it from the other. */
export interface Copied {
  readonly peer: Address;
  readonly name: string;
  readonly version: number | null;
  readonly resources: readonly string[];
}

export type SuperpeerMessage =
  // Peer → balancer.
  | { readonly kind: 'assign' }
  /** The partners of a group, or one superpeer. */
  | { readonly kind: 'assigned'; readonly superpeers: readonly Address[] }
  | { readonly kind: 'noSuperpeer' }
  // Peer → superpeer.
  /** All that it has now; replaces what it registered before. `version` is null where registrations are not ordered. */
  | {
      readonly kind: 'register';
      readonly name: string;
      readonly version: number | null;
      readonly resources: readonly string[];
    }
  | { readonly kind: 'registered' }
  | { readonly kind: 'unregister' }
  | { readonly kind: 'unregistered' }
  | { readonly kind: 'keepAlive' }
  | { readonly kind: 'stillHere' }
  /** To a keep-alive of one who is not registered: the superpeer has restarted, or has struck it out. */
  | { readonly kind: 'unknownPeer' }
  | { readonly kind: 'search'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'uploaded'; readonly peer: Address }
  | { readonly kind: 'uploadFailed'; readonly reason: string }
  | { readonly kind: 'listResources' }
  | { readonly kind: 'resources'; readonly names: readonly string[] }
  | { readonly kind: 'listSuperpeers' }
  /** The superpeers that it thinks live, itself among them. */
  | { readonly kind: 'superpeers'; readonly active: readonly Address[] }
  // Superpeer → superpeer.
  /** Look in your index; if `ttl` is more than 1, ask your neighbours too. */
  | { readonly kind: 'lookup'; readonly name: string; readonly ttl: number; readonly query: Query }
  /** To a search or a lookup: that peer has it. */
  | { readonly kind: 'hit'; readonly peer: Address }
  /** Not found; `incomplete` if not every superpeer that should have been asked has answered. */
  | { readonly kind: 'miss'; readonly incomplete: boolean }
  | { readonly kind: 'copyIndex' }
  | { readonly kind: 'indexCopy'; readonly registrations: readonly Copied[] }
  // Superpeer or balancer → superpeer; superpeer → peer.
  | { readonly kind: 'ping' }
  /** `peers` is how many it has registered. */
  | { readonly kind: 'pong'; readonly peers: number }
  /** To a ping of a superpeer that the peer does not belong to. */
  | { readonly kind: 'notYours' }
  // Superpeer → peer.
  | { readonly kind: 'store'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'stored'; readonly version: number | null; readonly resources: readonly string[] }
  /** Datagram: it leaves in good order. */
  | { readonly kind: 'goodbye' }
  // Peer → peer.
  | { readonly kind: 'fetch'; readonly name: string }
  /** Carries the file: so many bytes. */
  | { readonly kind: 'file'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'noSuchFile' };

export type SuperpeerTimer =
  /** Peer: ask the superpeers whether they are still there. */
  | { readonly kind: 'keepAlive' }
  /** Peer: look for a superpeer. */
  | { readonly kind: 'seek' }
  /** Peer: the file has been sent; the timer's id is the request. */
  | { readonly kind: 'transferred'; readonly request: RequestId; readonly name: string }
  /** Superpeer, balancer: ping the other superpeers. */
  | { readonly kind: 'ping' }
  /** Superpeer: ping the peers. */
  | { readonly kind: 'pingPeers' }
  /** Superpeer: answer with what is known; the timer's id is the search's number. */
  | { readonly kind: 'searchDeadline'; readonly search: number };

export type SuperpeerOperation =
  | { readonly kind: 'search'; readonly name: string }
  | { readonly kind: 'download'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string }
  | { readonly kind: 'addResource'; readonly name: string }
  | { readonly kind: 'removeResource'; readonly name: string }
  | { readonly kind: 'changeResource'; readonly from: string; readonly to: string }
  | { readonly kind: 'listResources' }
  | { readonly kind: 'listSuperpeers' };

export type SuperpeerOutcome =
  | { readonly kind: 'found'; readonly peer: Address }
  | { readonly kind: 'notFound'; readonly incomplete: boolean }
  | { readonly kind: 'downloaded'; readonly from: Address }
  | { readonly kind: 'uploaded'; readonly peer: Address }
  /** Its superpeers know what it has now. */
  | { readonly kind: 'indexed' }
  | { readonly kind: 'resources'; readonly superpeer: Address; readonly names: readonly string[] }
  | { readonly kind: 'superpeers'; readonly active: readonly Address[] }
  | { readonly kind: 'failed'; readonly reason: string };

export type SuperpeerNote =
  /** A client's search or download has been answered by the superpeers; the judge keeps count. */
  | {
      readonly kind: 'answered';
      readonly operation: OperationId;
      readonly name: string;
      /** Null for "not found". */
      readonly peer: Address | null;
      readonly incomplete: boolean;
    }
  /** Peer: it has no superpeer any more. */
  | { readonly kind: 'orphaned'; readonly superpeers: readonly Address[] }
  /** Peer: its superpeer is gone, so it ends too (flaw 1). */
  | { readonly kind: 'shutDown'; readonly superpeers: readonly Address[] }
  /** Superpeer: a peer was taken for dead. */
  | { readonly kind: 'removed'; readonly peer: Address; readonly name: string }
  /** Superpeer: a peer belongs to another superpeer now. */
  | { readonly kind: 'released'; readonly peer: Address; readonly name: string }
  /** Superpeer or balancer: another superpeer left or entered the list of the active ones. */
  | { readonly kind: 'dropped'; readonly superpeer: Address }
  | { readonly kind: 'back'; readonly superpeer: Address }
  /** Superpeer: a search was found at, or forwarded to, others. */
  | { readonly kind: 'forwarded'; readonly name: string; readonly to: readonly Address[] }
  | { readonly kind: 'foundElsewhere'; readonly name: string; readonly peer: Address }
  /** Balancer. */
  | { readonly kind: 'handed'; readonly peer: Address; readonly group: number };

/** A search on its way through the peer. */
export interface Quest {
  readonly operation: OperationId;
  readonly name: string;
  /** Whether the file is fetched when it is found. */
  readonly download: boolean;
  /** Partners that were asked in vain. */
  readonly tried: readonly Address[];
}

export type SuperpeerTag =
  // Peer.
  | { readonly kind: 'assign' }
  /** To a partner; `epoch` counts the registrations sent to it, so that what fails late is known for that. */
  | { readonly kind: 'register'; readonly epoch: number }
  | { readonly kind: 'keepAlive'; readonly epoch: number }
  | { readonly kind: 'unregister' }
  | { readonly kind: 'search'; readonly quest: Quest; readonly epoch: number }
  | { readonly kind: 'fetch'; readonly operation: OperationId }
  | { readonly kind: 'ask'; readonly operation: OperationId; readonly epoch: number }
  // Superpeer.
  | { readonly kind: 'ping' }
  | { readonly kind: 'pingPeer'; readonly peer: Address; readonly registration: number }
  | { readonly kind: 'lookup'; readonly search: number }
  | { readonly kind: 'copyIndex' }
  | { readonly kind: 'store'; readonly request: RequestId; readonly name: string; readonly peer: Address };
