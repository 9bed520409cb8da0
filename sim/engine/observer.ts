import type { Effect } from '../contract/effect.ts';
import type { Input } from '../contract/input.ts';
import type { Address, Kinded } from '../contract/protocol-types.ts';
import type { OperationRecord } from '../contract/world.ts';
import type { DropReason } from './counters.ts';

/**
 * Told of what happens, as it happens; a trace, an event log and a space-time picture are made from it. It must change nothing:
 * a run with an observer has the same fingerprint as without.
 */
export interface Observer {
  /** An event is about to be handled. */
  event?(event: ObservedEvent): void;
  /** An input is about to be handled by a process; it belongs to the event before. */
  input?(process: Address, input: Input<never>): void;
  /** A process returned this effect, and it is about to be carried out. */
  effect?(process: Address, effect: Effect): void;
  /** A message did not get through. */
  dropped?(drop: ObservedDrop): void;
  /** A client's operation is about to be handed to the process that it is asked of. */
  began?(record: OperationRecord): void;
  /** An operation has ended, with its verdict. */
  ended?(record: OperationRecord): void;
  /** A fault, a membership change or another action of the environment took place. */
  action?(label: string, changed: number): void;
  /** A watched property changed its truth. */
  property?(name: string, holds: boolean, message: string | null): void;
}

export interface ObservedEvent {
  /** The n-th event of the run, from 1. */
  readonly number: number;
  readonly sequence: number;
  readonly timeUs: number;
  /** One of `EVENT_NAMES`. */
  readonly kind: string;
  /** The process concerned, −1 for none. */
  readonly process: Address;
  /** The sender, for what travels; −1 otherwise. */
  readonly peer: Address;
  /** Sequence number of the event that made this one; −1 for the scenario itself. */
  readonly cause: number;
  /** When it was scheduled: for what travels, when it was sent. */
  readonly bornUs: number;
  /** The message or timer, where there is one. */
  readonly subject: Kinded | null;
}

export interface ObservedDrop {
  readonly reason: DropReason;
  readonly from: Address;
  readonly to: Address;
  readonly message: Kinded;
}
