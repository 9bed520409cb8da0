import type { Address, OperationId, ProtocolTypes, RequestId } from './protocol-types.ts';

/** Why a request failed. Only `refused` and `unreachable` say that it was certainly not executed. */
export type FailureReason =
  /** The host answered that nothing listens there: the process is down, its host is up. */
  | 'refused'
  /** No answer within the request's time-out. The work may have been done. */
  | 'timeout'
  /** The network said that there is no way to that host (a partition that answers). */
  | 'unreachable'
  /** The connection was cut after it stood: the process ended while it held the request. The work may have been done. */
  | 'reset';

/** A one-way message has arrived. */
export interface DatagramInput<P extends ProtocolTypes> {
  readonly kind: 'datagram';
  readonly from: Address;
  readonly message: P['Message'];
  /** The multicast group that it was sent to, or null for a unicast datagram. A sender hears its own multicasts. */
  readonly group: string | null;
}

/** A request has arrived; answer with the effect `reply(input.id, …)`, now or later, at most once. */
export interface RequestInput<P extends ProtocolTypes> {
  readonly kind: 'request';
  readonly from: Address;
  readonly id: RequestId;
  readonly message: P['Message'];
}

/** The answer to a request of one's own, with the tag that the request carried. */
export interface ReplyInput<P extends ProtocolTypes> {
  readonly kind: 'reply';
  readonly from: Address;
  readonly message: P['Message'];
  readonly tag: P['Tag'];
}

/** A request of one's own came to nothing. Exactly one of reply and failure follows each request while the requester lives. */
export interface FailureInput<P extends ProtocolTypes> {
  readonly kind: 'failure';
  /** Whom the request was sent to. */
  readonly to: Address;
  readonly reason: FailureReason;
  readonly tag: P['Tag'];
}

/** A timer that this process set has fired. It is no longer set. */
export interface TimerInput<P extends ProtocolTypes> {
  readonly kind: 'timer';
  readonly timer: P['Timer'];
}

/** A client asks this process for something; answer with the effect `complete(input.id, …)`, now or later, at most once. */
export interface OperationInput<P extends ProtocolTypes> {
  readonly kind: 'operation';
  readonly id: OperationId;
  readonly operation: P['Operation'];
}

/** The process is wished to leave in good order: say goodbye, then `exit()`. */
export interface LeaveInput {
  readonly kind: 'leave';
}

/**
 * All that can happen to a process after its start. Crashes are not among them: a crashed process notices nothing. Like the context, an input is
 * for the length of the call: the engine reuses it, so keep what it carries (message, timer, tag, operation), never the input itself.
 */
export type Input<P extends ProtocolTypes> =
  | DatagramInput<P>
  | RequestInput<P>
  | ReplyInput<P>
  | FailureInput<P>
  | TimerInput<P>
  | OperationInput<P>
  | LeaveInput;
