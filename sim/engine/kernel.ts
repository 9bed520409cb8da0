import type { Input } from '../contract/input.ts';
import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { Counters } from './counters.ts';
import type { EventQueue } from './event-queue.ts';
import type { Inputs } from './inputs.ts';
import type { Network } from './network.ts';
import type { Observer } from './observer.ts';
import type { ProcessRecord } from './process-record.ts';

/** What the parts of the engine share. The simulation is one; its parts see no more of it than this. */
export interface Kernel {
  readonly nowUs: number;
  /** Sequence number of the event that is being handled: the cause of what is scheduled now. */
  readonly current: number;
  readonly queue: EventQueue;
  readonly network: Network;
  readonly counters: Counters;
  readonly inputs: Inputs<ProtocolTypes>;
  readonly processes: readonly ProcessRecord[];
  /** Whether any two processes share a host; if not, nobody needs to compare hosts. */
  readonly sharedHosts: boolean;
  readonly observer: Observer | null;
  /** Bytes of a message on the wire. */
  sizeOf(message: ProtocolTypes['Message']): number;
  /** Hands an input to a live process; to a paused one, later. */
  arrive(address: Address, input: Input<ProtocolTypes>): void;
}
