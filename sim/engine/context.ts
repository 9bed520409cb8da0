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
  private process: ProcessRecord<P> | null = null;

  constructor(config: P['Config'], streams: Streams) {
    this.config = config;
    this.streams = streams;
  }

  enter(process: ProcessRecord<P>, localUs: number): void {
    this.process = process;
    this.self = process.address;
    this.nowUs = localUs;
  }

  get random(): Random {
    const process = this.process as ProcessRecord<P>;
    process.stream ??= this.streams.ofProcess(process.address);
    return process.stream;
  }
}
