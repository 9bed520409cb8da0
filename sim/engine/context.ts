import type { Context } from '../contract/machine.ts';
import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { Random } from '../random/random.ts';
import type { Streams } from '../random/streams.ts';
import type { ProcessRecord } from './process-record.ts';

/** One for the whole run: it enters a process before each step. */
export class EngineContext<P extends ProtocolTypes> implements Context<P> {
  readonly config: P['Config'];
  self: Address = -1;
  nowUs = 0;
  private readonly streams: Streams;
  private readonly processes: readonly ProcessRecord<P>[];

  constructor(config: P['Config'], streams: Streams, processes: readonly ProcessRecord<P>[]) {
    this.config = config;
    this.streams = streams;
    this.processes = processes;
  }

  enter(address: Address, localUs: number): void {
    this.self = address;
    this.nowUs = localUs;
  }

  get random(): Random {
    const process = this.processes[this.self];
    process.stream ??= this.streams.ofProcess(process.address);
    return process.stream;
  }
}
