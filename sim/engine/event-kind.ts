/**
 * What an event in the queue is. Numbers, because they are compared and hashed for each event.
 * They enter the fingerprint: never renumber them without saying so in the commit.
 */
export const DEAD = 0;
/** A datagram reaches its receiver. */
export const DATAGRAM = 1;
/** A process's timer fires. */
export const TIMER = 2;
/** A request reaches its receiver. */
export const REQUEST = 3;
/** A reply reaches the requester. */
export const REPLY = 4;
/** The requester has waited long enough. */
export const TIMEOUT = 5;
/** Connection set-up reaches the receiver's host (TCP only). */
export const CONNECT = 6;
/** The acceptance of a connection reaches the requester (TCP only). */
export const ACCEPT = 7;
/** Word that a request was refused, reset or has no way reaches the requester. */
export const FAILURE = 8;
/** A lost segment is sent again (TCP only). */
export const RETRANSMIT = 9;
/** What arrived while a process was paused reaches it after it was resumed. */
export const HELD = 10;
/** A process that was down is started again. */
export const RESTART = 11;
/** A timed action of the scenario strikes. */
export const ACTION = 12;
/** A fault with a duration ends. */
export const ACTION_END = 13;
/** An arrival of churn: somebody joins, leaves or crashes. */
export const CHURN = 14;
/** A process's session ends (session-time churn). */
export const SESSION = 15;
/** An arrival of a workload. */
export const WORKLOAD = 16;
/** A fault drawn from a rate strikes. */
export const FAULT_RATE = 17;
/** A process is started for the first time, at time 0 or as it joins; never queued, only counted and hashed. */
export const START = 18;

export const EVENT_NAMES: readonly string[] = [
  'dead',
  'datagram',
  'timer',
  'request',
  'reply',
  'timeout',
  'connect',
  'accept',
  'failure',
  'retransmit',
  'held',
  'restart',
  'action',
  'action-end',
  'churn',
  'session',
  'workload',
  'fault-rate',
  'start',
];
