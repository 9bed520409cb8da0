/**
 * The world without time, for exhaustive exploration: what processes know, what is on its way, what is still allowed to happen.
 * Immutable; a move makes a new one that shares what it did not change.
 *
 * What is left out, and so what a search does not show: clocks stand still, hence nothing that depends on how much time has passed; timers
 * that are set may fire in any order; distances, bandwidth and partitions do not exist. Every process has a host of its own.
 */
import type { Address, Kinded, OperationId, RequestId } from '../../contract/protocol-types.ts';
import type { OperationRecord, ProcessStatus } from '../../contract/world.ts';

export interface ModelState {
  readonly processes: readonly ModelProcess[];
  /** On their way; their order means nothing. */
  readonly messages: readonly ModelMessage[];
  /** Requests that their askers wait for. */
  readonly requests: readonly ModelRequest[];
  /** Members of multicast groups, in order of address. */
  readonly groups: Readonly<Record<string, readonly Address[]>>;
  readonly operations: readonly ModelOperation[];
  readonly judged: unknown;
  /** What is left of what the bounds allow. */
  readonly left: Allowance;
}

export interface ModelProcess {
  readonly address: Address;
  readonly name: string;
  readonly role: string;
  readonly host: string;
  readonly boot: unknown;
  readonly status: ProcessStatus;
  readonly incarnation: number;
  readonly state: unknown;
  readonly durable: unknown;
  readonly timers: readonly ModelTimer[];
  /** How often timers of each kind have fired. */
  readonly fired: Readonly<Record<string, number>>;
  /** Requests that it has made so far, for their ids: two processes that take turns give the same ids in either order. */
  readonly asked: number;
}

export interface ModelTimer {
  readonly timer: Kinded;
  readonly id: number;
}

export type ModelMessage =
  | {
      readonly kind: 'datagram';
      readonly from: Address;
      readonly to: Address;
      readonly group: string | null;
      readonly message: Kinded;
    }
  | {
      readonly kind: 'request' | 'reply';
      readonly from: Address;
      readonly to: Address;
      readonly id: RequestId;
      readonly message: Kinded;
    };

export interface ModelRequest {
  readonly id: RequestId;
  readonly from: Address;
  readonly to: Address;
  readonly tag: unknown;
  /** The incarnation of the receiver that has it and has not answered; 0 for none. */
  readonly heldBy: number;
  /** Why it will come to nothing, once it is certain that it will; null before. */
  readonly doomed: 'refused' | 'timeout' | 'reset' | 'unreachable' | null;
}

export interface ModelOperation {
  readonly record: OperationRecord;
  readonly atStart: unknown;
}

/** How often something may still happen. */
export interface Allowance {
  /** Messages that may be lost. */
  readonly losses: number;
  /** Datagrams that may arrive twice. */
  readonly duplicates: number;
  /** Time-outs of requests that are about to be answered. */
  readonly timeouts: number;
  /** Indices of the scenario's actions that have not struck yet. */
  readonly actions: readonly number[];
}

export const FIRST_OPERATION: OperationId = 0;
