import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { Stream, type StreamState } from './stream.ts';

/**
 * The run's random streams, forked from its seed by name, so that a new draw in one place moves nothing elsewhere:
 * `setup`, `network`, `workload`, `churn`, `faults`, and one for each process by its address.
 */
export class Streams {
  readonly setup: Stream;
  readonly network: Stream;
  readonly workload: Stream;
  readonly churn: Stream;
  readonly faults: Stream;
  private readonly processHigh: number;
  private readonly processLow: number;

  constructor(seed: string) {
    this.setup = new Stream(seedOf(seed, 'setup'));
    this.network = new Stream(seedOf(seed, 'network'));
    this.workload = new Stream(seedOf(seed, 'workload'));
    this.churn = new Stream(seedOf(seed, 'churn'));
    this.faults = new Stream(seedOf(seed, 'faults'));
    const base = digest(seed, 'process');
    this.processHigh = base.getUint32(0);
    this.processLow = base.getUint32(4);
  }

  /** The stream of one process, at its beginning. Mixed rather than hashed by SHA-256: there may be millions. */
  ofProcess(address: number): Stream {
    const low = scramble(this.processLow ^ scramble(address + 1));
    const high = scramble(this.processHigh ^ scramble(low + address));
    return new Stream((high >>> 11) * 0x1_0000_0000 + low);
  }

  snapshot(): StreamsState {
    return {
      setup: this.setup.snapshot(),
      network: this.network.snapshot(),
      workload: this.workload.snapshot(),
      churn: this.churn.snapshot(),
      faults: this.faults.snapshot(),
    };
  }

  restore(state: StreamsState): void {
    this.setup.restore(state.setup);
    this.network.restore(state.network);
    this.workload.restore(state.workload);
    this.churn.restore(state.churn);
    this.faults.restore(state.faults);
  }
}

export interface StreamsState {
  readonly setup: StreamState;
  readonly network: StreamState;
  readonly workload: StreamState;
  readonly churn: StreamState;
  readonly faults: StreamState;
}

/** 53 bits of SHA-256(seed, label). */
export function seedOf(seed: string, label: string): number {
  const bytes = digest(seed, label);
  return (bytes.getUint32(0) >>> 11) * 0x1_0000_0000 + bytes.getUint32(4);
}

function digest(seed: string, label: string): DataView {
  // The seed's length keeps ('a', 'b c') and ('a b', 'c') apart.
  const hash = sha256(utf8ToBytes(`${seed.length} ${seed} ${label}`));
  return new DataView(hash.buffer, hash.byteOffset);
}

/** The finalizer of MurmurHash3: a bijection on 32 bits in which each input bit moves about half of the output bits. */
function scramble(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
