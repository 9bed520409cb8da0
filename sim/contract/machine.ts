import type { Random } from '../random/random.ts';
import type { Effect } from './effect.ts';
import type { Input } from './input.ts';
import type { Address, ProtocolTypes } from './protocol-types.ts';

/**
 * One role of a protocol as a pure machine: state and input give the next state and the effects that it wants.
 * It reads no clock, draws no randomness and does no I/O other than through the context, and never changes an argument.
 * A state that did not change is returned as the same object: the engine takes "same reference" for "nothing changed".
 */
export interface Machine<P extends ProtocolTypes> {
  /**
   * Boots the process: the first time, and again after a crash.
   * @param boot what this process was told when it was spawned.
   * @param durable what it last saved, or null if it never did.
   */
  start(boot: P['Boot'], durable: P['Durable'] | null, ctx: Context<P>): Step<P>;
  handle(state: P['State'], input: Input<P>, ctx: Context<P>): Step<P>;
  /**
   * A hint for runs too large for the processor's caches: the numbers of a state that `handle` will look at first. The engine may ask for them
   * when messages are a few events away, for several states in a row, so that the processor waits for all of that memory together. Whether it is
   * there changes nothing but speed.
   */
  hot?(state: P['State']): readonly number[];
}

/** What a machine returns. */
export interface Step<P extends ProtocolTypes> {
  readonly state: P['State'];
  readonly effects: readonly Effect<P>[];
}

/**
 * What a machine may know beside its state. The engine reuses one object for all calls: read it, never keep it
 * (nor anything of it other than `config`) beyond the call.
 */
export interface Context<P extends ProtocolTypes> {
  readonly self: Address;
  /** The process's own clock in microseconds: virtual time with the host's skew and drift. Never compare it with another process's. */
  readonly nowUs: number;
  readonly config: P['Config'];
  /** The process's own random stream. */
  readonly random: Random;
}
