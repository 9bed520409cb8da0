import type { Address, OperationId, ProtocolTypes, RequestId } from './protocol-types.ts';

/**
 * What a process wants done. A machine returns effects; only the engine carries them out, in the order given.
 *
 * All effects have one shape, so that the engine's dispatch on `kind` stays monomorphic (a megamorphic property load
 * an effect is the dearest single thing in a naive event loop). Build them with the functions below, never by hand;
 * the comment on each function says what the fields mean for it.
 */
export interface Effect<P extends ProtocolTypes = ProtocolTypes> {
  readonly kind:
    | 'send'
    | 'multicast'
    | 'joinGroup'
    | 'leaveGroup'
    | 'request'
    | 'reply'
    | 'setTimer'
    | 'cancelTimer'
    | 'save'
    | 'complete'
    | 'exit'
    | 'note';
  /** Address, request id, operation id or timer id; 0 where unused. */
  readonly target: number;
  /** Message, timer, durable state, outcome or note; null where unused. */
  readonly value: P['Message'] | P['Timer'] | P['Durable'] | P['Outcome'] | P['Note'] | null;
  /** The tag of a request; null where unused. */
  readonly tag: P['Tag'] | null;
  /** Delay or time-out in microseconds of the process's own clock; 0 where unused. */
  readonly us: number;
  /** Group name or timer kind; '' where unused. */
  readonly name: string;
}

/** No effects: shared, so that a step that wants nothing allocates nothing. */
export const NO_EFFECTS: readonly never[] = [];

/** Sends a datagram (UDP): it may be lost, duplicated, delayed and so reordered. */
export function send<P extends ProtocolTypes>(to: Address, message: P['Message']): Effect<P> {
  return { kind: 'send', target: to, value: message, tag: null, us: 0, name: '' };
}

/** Sends a datagram to every process in the group, the sender too if it is a member; each copy fares by itself. */
export function multicast<P extends ProtocolTypes>(group: string, message: P['Message']): Effect<P> {
  return { kind: 'multicast', target: 0, value: message, tag: null, us: 0, name: group };
}

/** Joins a multicast group. Membership goes with a crash or an exit. Joining twice is joining once. */
export function joinGroup<P extends ProtocolTypes>(group: string): Effect<P> {
  return { kind: 'joinGroup', target: 0, value: null, tag: null, us: 0, name: group };
}

/** Leaves a multicast group. */
export function leaveGroup<P extends ProtocolTypes>(group: string): Effect<P> {
  return { kind: 'leaveGroup', target: 0, value: null, tag: null, us: 0, name: group };
}

/**
 * Sends a request (HTTP or a socket over TCP: one short connection). Exactly one input follows while this process lives:
 * `reply` with the tag, or `failure` with the tag.
 * @param tag handed back as it is; it is what the machine needs to know to go on, so that its state needs no table of pending requests.
 * @param timeoutUs from now until `failure: timeout`, in microseconds of the process's own clock; more than 0.
 */
export function request<P extends ProtocolTypes>(
  to: Address,
  message: P['Message'],
  tag: P['Tag'],
  timeoutUs: number,
): Effect<P> {
  return { kind: 'request', target: to, value: message, tag, us: timeoutUs, name: '' };
}

/** Answers a request. A second answer, or one to a request whose asker is gone, is dropped and counted. */
export function reply<P extends ProtocolTypes>(id: RequestId, message: P['Message']): Effect<P> {
  return { kind: 'reply', target: id, value: message, tag: null, us: 0, name: '' };
}

/**
 * Sets a timer. A timer is known by its kind and `id` within the process; setting one that is set moves it.
 * @param delayUs microseconds of the process's own clock, at least 0.
 */
export function setTimer<P extends ProtocolTypes>(timer: P['Timer'], delayUs: number, id = 0): Effect<P> {
  return { kind: 'setTimer', target: id, value: timer, tag: null, us: delayUs, name: timer.kind };
}

/** Cancels a timer; nothing happens if it is not set. */
export function cancelTimer<P extends ProtocolTypes>(kind: P['Timer']['kind'], id = 0): Effect<P> {
  return { kind: 'cancelTimer', target: id, value: null, tag: null, us: 0, name: kind };
}

/** Saves durable state, at once and as a whole; it replaces what was saved before and is handed to `start` after a crash. */
export function save<P extends ProtocolTypes>(durable: P['Durable']): Effect<P> {
  return { kind: 'save', target: 0, value: durable, tag: null, us: 0, name: '' };
}

/** Ends a client's operation with an outcome; the judge gives the verdict at this moment. */
export function complete<P extends ProtocolTypes>(id: OperationId, outcome: P['Outcome']): Effect<P> {
  return { kind: 'complete', target: id, value: outcome, tag: null, us: 0, name: '' };
}

/** Ends the process in good order, for good: later effects of the same step are still carried out, its timers are not. */
export function exit<P extends ProtocolTypes>(): Effect<P> {
  return { kind: 'exit', target: 0, value: null, tag: null, us: 0, name: '' };
}

/** Writes a domain event into the log; the judge hears it. Use it for what a reader of the run wants to know. */
export function note<P extends ProtocolTypes>(value: P['Note']): Effect<P> {
  return { kind: 'note', target: 0, value, tag: null, us: 0, name: '' };
}
