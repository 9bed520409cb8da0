import type { Context } from '../contract/machine.ts';
import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { Random } from '../random/random.ts';
import type { Stream } from '../random/stream.ts';
import type { Streams } from '../random/streams.ts';
import type { ProcessTable } from './process-record.ts';

/** One for the whole run: it enters a process before each step. */
export class EngineContext<P extends ProtocolTypes> implements Context<P> {
  readonly config: P['Config'];
  self: Address = -1;
  nowUs = 0;
  private readonly streams: Streams;
  private readonly table: ProcessTable<P>;

  constructor(config: P['Config'], streams: Streams, table: ProcessTable<P>) {
    this.config = config;
    this.streams = streams;
    this.table = table;
  }

  enter(address: Address, localUs: number): void {
    this.self = address;
    this.nowUs = localUs;
  }

  get random(): Random {
    const { streams } = this.table;
    return streams[this.self] ?? this.newStream(streams);
  }

  private newStream(streams: (Stream | null)[]): Random {
    const stream = this.streams.ofProcess(this.self);
    streams[this.self] = stream;
    return stream;
  }
}
