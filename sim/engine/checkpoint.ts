import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { StreamsState } from '../random/streams.ts';
import type { TimedAction } from '../scenario/plan.ts';
import type { CountersState } from './counters.ts';
import type { EnvironmentState } from './environment.ts';
import type { QueueState } from './event-queue.ts';
import type { FingerprintState } from './fingerprint.ts';
import type { HistoryState } from './history.ts';
import type { MonitorsState } from './monitors.ts';
import type { NetworkState } from './network.ts';
import type { Host, HostState, ProcessRecord, ProcessState } from './process-record.ts';
import type { SeriesState } from './series.ts';
import type { TransportState } from './transport.ts';

/** All that a run is at one moment. States are shared with the run, so it costs little more than a list of them. */
export interface Checkpoint {
  readonly nowUs: number;
  readonly events: number;
  readonly current: number;
  readonly fingerprint: FingerprintState;
  readonly queue: QueueState;
  readonly streams: StreamsState;
  /** With the records themselves: on another branch other processes may have come. */
  readonly processes: readonly { readonly record: ProcessRecord; readonly state: ProcessState }[];
  readonly hosts: readonly { readonly host: Host; readonly state: HostState }[];
  readonly live: readonly Address[];
  readonly transport: TransportState;
  readonly network: NetworkState;
  readonly counters: CountersState;
  readonly environment: EnvironmentState;
  readonly history: HistoryState<ProtocolTypes>;
  readonly monitors: MonitorsState;
  readonly series: SeriesState;
  readonly judged: unknown;
  readonly lastDisturbanceUs: number | null;
  readonly injections: readonly TimedAction[];
  readonly plannedInjections: number;
  readonly nextSampleUs: number;
  readonly nextCheckUs: number;
  readonly upUs: number;
  readonly stepIds: number;
  readonly finished: boolean;
}
