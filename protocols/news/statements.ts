/** Everything that is asked for, of the service and of the database, and everything that it can come to. */
import type { Address, OperationId } from '../../sim/protocol.ts';
import type { AssignmentRow, CommissionRow, NewsRow } from './rows.ts';

// ── What a client can be asked to do ──────────────────────────────────────────────────────────────────────────────

/** An operation of the user that a client acts for. The agent serves those in `AGENT_OPERATIONS`, the area's node the others. */
export type Operation =
  | { readonly kind: 'register' }
  | { readonly kind: 'login' }
  | { readonly kind: 'logout' }
  | { readonly kind: 'listAreas' }
  | { readonly kind: 'listSubscriptions' }
  | { readonly kind: 'addArea'; readonly area: string }
  | { readonly kind: 'deleteArea'; readonly area: string }
  | { readonly kind: 'subscribe'; readonly area: string }
  | { readonly kind: 'unsubscribe'; readonly area: string }
  | { readonly kind: 'read'; readonly area: string; readonly unread: boolean }
  | { readonly kind: 'publish'; readonly area: string; readonly text: string }
  | { readonly kind: 'deleteNews'; readonly area: string; readonly id: number };

/** An operation that concerns one area, served by its node. */
export type AreaOperation = Extract<
  Operation,
  { readonly kind: 'subscribe' | 'unsubscribe' | 'read' | 'publish' | 'deleteNews' }
>;
export type AgentOperation = Exclude<Operation, AreaOperation>;

export function isAreaOperation(operation: Operation): operation is AreaOperation {
  switch (operation.kind) {
    case 'subscribe':
    case 'unsubscribe':
    case 'read':
    case 'publish':
    case 'deleteNews':
      return true;
    default:
      return false;
  }
}

/** Why the service said no. */
export type Refusal =
  | 'not logged in'
  | 'not an administrator'
  | 'not the author'
  | 'no such area'
  | 'no such news'
  | 'not subscribed'
  | 'already subscribed'
  | 'area exists'
  | 'no such user'
  | 'user exists';

/** What the database answers to a statement. */
export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'loggedIn'; readonly token: number }
  | { readonly kind: 'areas'; readonly areas: readonly string[] }
  | { readonly kind: 'news'; readonly news: readonly NewsRow[]; readonly markUpTo: number | null }
  | { readonly kind: 'published'; readonly id: number }
  | { readonly kind: 'refused'; readonly reason: Refusal }
  /** A repetition that comes after its client has gone on: it is not executed, and nobody waits for the answer. */
  | { readonly kind: 'obsolete' }
  /** Who serves an area now, as an assignment found it or left it, and who could. */
  | {
      readonly kind: 'located';
      readonly commission: CommissionRow | null;
      readonly candidates: readonly CommissionRow[];
    }
  | { readonly kind: 'overview'; readonly overview: Overview };

/** What an agent needs to know of the whole. */
export interface Overview {
  readonly commissions: readonly CommissionRow[];
  readonly areas: readonly string[];
  readonly assignments: readonly AssignmentRow[];
}

/** What an operation came to, as the client sees it, and how often it had to try. */
export type Outcome = { readonly retries: number } & (
  | { readonly kind: 'done' | 'loggedIn' }
  | { readonly kind: 'areas'; readonly areas: readonly string[] }
  | { readonly kind: 'news'; readonly news: readonly NewsRow[] }
  | { readonly kind: 'published'; readonly id: number }
  | { readonly kind: 'refused'; readonly reason: Refusal }
  /** The client gave up. Unless `executed` is `no`, the service may have done what was asked, or may yet. */
  | { readonly kind: 'failed'; readonly at: 'agent' | 'node'; readonly executed: 'no' | 'unknown' }
);

// ── What the database is asked to do ──────────────────────────────────────────────────────────────────────────────

/** Who asks: the user, with the token that the login gave. */
export interface Session {
  readonly user: string;
  readonly token: number | null;
}

/** One statement, executed as one serialisable transaction. */
export type Statement =
  // Complete operations of users: each checks what it relies on in the same transaction.
  | { readonly kind: 'register' | 'login'; readonly user: string }
  | { readonly kind: 'logout' | 'listAreas' | 'listSubscriptions'; readonly session: Session }
  | { readonly kind: 'addArea' | 'deleteArea'; readonly session: Session; readonly area: string }
  | { readonly kind: 'subscribe' | 'unsubscribe'; readonly session: Session; readonly area: string }
  | { readonly kind: 'read'; readonly session: Session; readonly area: string; readonly unread: boolean }
  | { readonly kind: 'publish'; readonly session: Session; readonly area: string; readonly text: string }
  | { readonly kind: 'deleteNews'; readonly session: Session; readonly area: string; readonly id: number }
  // Pieces of operations, as the described variant puts them together (flaws 4 and 5).
  | { readonly kind: 'checkArea'; readonly session: Session; readonly area: string }
  | { readonly kind: 'checkSubscription'; readonly session: Session; readonly area: string }
  | { readonly kind: 'checkAdministrator'; readonly session: Session; readonly area: string }
  | { readonly kind: 'selectNews'; readonly session: Session; readonly area: string; readonly unread: boolean }
  | { readonly kind: 'markRead'; readonly user: string; readonly area: string; readonly upTo: number }
  | { readonly kind: 'insertNews'; readonly author: string; readonly area: string; readonly text: string }
  | { readonly kind: 'insertSubscription'; readonly user: string; readonly area: string }
  | {
      readonly kind: 'deleteNewsOf' | 'deleteSubscriptionsOf' | 'deleteAssignmentOf' | 'deleteAreaRow';
      readonly area: string;
    }
  // The agents' own.
  | { readonly kind: 'overview' }
  | { readonly kind: 'locate'; readonly area: string }
  | { readonly kind: 'registerCommission'; readonly name: string; readonly address: Address }
  | { readonly kind: 'setAlive'; readonly name: string; readonly alive: boolean }
  | { readonly kind: 'assign'; readonly area: string; readonly commission: string }
  | {
      readonly kind: 'compareAndSet';
      readonly area: string;
      /** The commission that the area is thought to be assigned to, null for none. */
      readonly expected: string | null;
      readonly commission: string;
    };

/** Names a request among all that its client ever makes, so that the database knows a repetition. */
export interface RequestKey {
  readonly client: Address;
  readonly incarnation: number;
  readonly number: number;
  /** All requests of this client below this number have come to an end. */
  readonly below: number;
}

export interface Transaction {
  readonly statement: Statement;
  /** Null without the trait `idempotencyKeys`, and for what changes nothing or may be done twice. */
  readonly key: RequestKey | null;
  /** The client's operation that it is for; read by no machine, only by whoever follows an operation through the system. */
  readonly operation: OperationId | null;
}
