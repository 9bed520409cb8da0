/**
 * What travels. HTTP requests and their answers, as in the original's paths, and `wire`, the one UDP datagram, which
 * carries exactly the text that `wire.ts` encodes.
 */
import type { Address, OperationId } from '../../sim/protocol.ts';
import type { Entry, File } from './resources.ts';

/** What a supernode knows of one id. */
export interface Answer {
  readonly id: string;
  /** Empty if it is not found. */
  readonly locations: readonly string[];
  /** Whether the supernode had it itself, or the group told it. */
  readonly via: 'index' | 'group';
}

export type SupernodeMessage =
  | { readonly kind: 'wire'; readonly text: string }
  /** `POST /supernode/register`. Replaces what the node registered before. `version` is null where registrations are not ordered. */
  | {
      readonly kind: 'register';
      readonly name: string;
      readonly version: number | null;
      readonly resources: readonly Entry[];
    }
  | { readonly kind: 'registered' }
  /** `GET /supernode/search/<id>` and `GET /supernode/search?hash_ids=a,b,c`; `except` are locations found dead. */
  | { readonly kind: 'search'; readonly ids: readonly string[]; readonly except: readonly string[] }
  | { readonly kind: 'searched'; readonly answers: readonly Answer[] }
  /** To a search or a report of one who is not registered (where nodes register again). */
  | { readonly kind: 'unknownNode' }
  /** A location did not serve what it should (where locations are tried). */
  | { readonly kind: 'report'; readonly location: string }
  | { readonly kind: 'reportTaken' }
  /** `GET /supernode/alive`. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'aliveNodes'; readonly names: readonly string[] }
  /** `GET /node/health`. */
  | { readonly kind: 'health' }
  | { readonly kind: 'healthy' }
  /** To a health check of a supernode that the node has left (where nodes fail over). */
  | { readonly kind: 'registeredElsewhere' }
  /** `GET <location>`: a client, or a node for it, fetches the file. */
  | { readonly kind: 'fetch'; readonly fileName: string }
  | { readonly kind: 'file'; readonly content: string }
  | { readonly kind: 'noSuchFile' };

export type SupernodeTimer =
  /** The liveness job. */
  | { readonly kind: 'evaluate' }
  /** The group has had its time to answer; the timer's id is the search's number. */
  | { readonly kind: 'searchDeadline'; readonly search: number }
  /** No health check for `forgottenAfter`. */
  | { readonly kind: 'forgotten' }
  /** Another try to register. */
  | { readonly kind: 'register' };

export type SupernodeOperation =
  | { readonly kind: 'list' }
  | { readonly kind: 'find'; readonly id: string }
  | { readonly kind: 'findMany'; readonly ids: readonly string[] }
  | { readonly kind: 'register' }
  | { readonly kind: 'addResource'; readonly file: File }
  | { readonly kind: 'removeResource'; readonly name: string }
  | { readonly kind: 'alive' }
  /** `GET /supernode/xxx`, at a supernode: one liveness evaluation now. */
  | { readonly kind: 'evaluate' };

/** Where one id of a `findMany` was found, or null. */
export interface Finding {
  readonly id: string;
  readonly location: string | null;
}

export type SupernodeOutcome =
  | { readonly kind: 'found'; readonly location: string }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'foundMany'; readonly findings: readonly Finding[] }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'listed'; readonly ids: readonly string[] }
  | { readonly kind: 'registered' }
  | { readonly kind: 'added'; readonly id: string }
  | { readonly kind: 'removed'; readonly id: string }
  | { readonly kind: 'aliveNodes'; readonly names: readonly string[] }
  | { readonly kind: 'evaluated'; readonly names: readonly string[] };

export type SupernodeNote =
  /** A client was answered; the judge keeps count. */
  | {
      readonly kind: 'answered';
      readonly operation: OperationId;
      readonly findings: readonly Finding[];
      readonly via: 'own' | Answer['via'];
    }
  /** A supernode sent this text to the group. */
  | { readonly kind: 'told'; readonly text: string }
  | { readonly kind: 'malformed'; readonly text: string }
  /** A check was missed; `inARow` counts it. */
  | { readonly kind: 'missed'; readonly node: Address; readonly inARow: number }
  /** A node was taken for dead. */
  | { readonly kind: 'removed'; readonly node: Address; readonly name: string }
  /** A node has gone to another supernode. */
  | { readonly kind: 'released'; readonly node: Address; readonly name: string }
  /** A node could not register with this supernode. */
  | { readonly kind: 'registrationFailed'; readonly supernode: Address; readonly reason: string }
  /** A node was given a location that did not serve what it should. */
  | { readonly kind: 'deadLocation'; readonly location: string };

/** A client's search on its way through the node, carried by the tags of its requests. */
export interface Quest {
  readonly operation: OperationId;
  readonly many: boolean;
  /** In the order in which the client named them. */
  readonly ids: readonly string[];
  /** Those found so far. */
  readonly found: readonly Finding[];
  /** Locations to be tried, in this order (where locations are tried). */
  readonly candidates: readonly { readonly id: string; readonly location: string }[];
  /** Locations that were tried in vain. */
  readonly except: readonly string[];
  /** How many of them since a supernode was last asked. */
  readonly inVain: number;
  /** How often a supernode was asked, the first time counted. */
  readonly asked: number;
  /** The farthest that an answer came from. */
  readonly via: 'own' | Answer['via'];
}

export type SupernodeTag =
  | { readonly kind: 'registration' }
  | { readonly kind: 'search'; readonly quest: Quest }
  | { readonly kind: 'trial'; readonly quest: Quest }
  | { readonly kind: 'report' }
  | { readonly kind: 'alive'; readonly operation: OperationId }
  | CheckTag;

/** A health check of that registration. */
export interface CheckTag {
  readonly kind: 'check';
  readonly node: Address;
  readonly registration: number;
  /** The operation that wanted it, or null. */
  readonly run: OperationId | null;
  /** Whether a client's report was the reason. */
  readonly reported: boolean;
}
