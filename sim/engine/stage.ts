import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { OperationSpec, ProcessSpec } from '../contract/system.ts';
import type { World } from '../contract/world.ts';
import type { Stream } from '../random/stream.ts';
import type { Streams } from '../random/streams.ts';
import type { Plan } from '../scenario/plan.ts';
import type { Kernel } from './kernel.ts';
import type { ProcessRecord, ProcessTable } from './process-record.ts';
import type { Population } from './selection.ts';

/** The simulation as the environment sees it: what it may look at, and what it may do to it. */
export interface Stage<P extends ProtocolTypes> extends Kernel, Population {
  readonly plan: Plan<P>;
  readonly processes: readonly ProcessRecord<P>[];
  readonly table: ProcessTable<P>;
  readonly world: World<P>;
  readonly judged: unknown;
  readonly streams: Streams;
  spawn(spec: ProcessSpec<P>): ProcessRecord<P>;
  restart(process: ProcessRecord<P>): boolean;
  crash(process: ProcessRecord<P>): boolean;
  /** Wishes the process to leave in good order. */
  askToLeave(process: ProcessRecord<P>): boolean;
  pause(process: ProcessRecord<P>): boolean;
  resume(process: ProcessRecord<P>): boolean;
  crashHost(process: ProcessRecord<P>): boolean;
  restartHost(process: ProcessRecord<P>): boolean;
  /** Sets the clock of the process's host. @param rate 1 is true. */
  setClock(process: ProcessRecord<P>, offsetUs: number, rate: number): void;
  issue(spec: OperationSpec<P>, operation: P['Operation'], issuer: Address): void;
  skipped(operation: string): void;
  /** The environment changed the membership or the network: deadlines count from here. */
  disturbed(): void;
}

/** Whether the system's failure guard allows that this process crashes or leaves. */
export function mayFail<P extends ProtocolTypes>(stage: Stage<P>, process: ProcessRecord<P>): boolean {
  return stage.plan.system.membership.mayFail?.(stage.world, process.address) ?? true;
}

/** Schedules the next arrival of a Poisson process, if it lies within bounds. */
export function scheduleArrival<P extends ProtocolTypes>(
  stage: Stage<P>,
  what: { readonly kind: number; readonly target: number; readonly extra: number },
  perSecond: number,
  fromUs: number,
  untilUs: number,
  random: Stream,
): void {
  if (perSecond <= 0) return;
  const atUs = fromUs + Math.round(random.exponential(1e6 / perSecond));
  if (atUs > untilUs) return;
  stage.queue.schedule(atUs, -1, what.kind, what.target, -1, what.extra, null, stage.current, stage.nowUs);
}

/** One live process of those wanted, uniformly, or null. */
export function pickLive<P extends ProtocolTypes>(
  stage: Stage<P>,
  random: Stream,
  wanted: (process: ProcessRecord<P>) => boolean,
): ProcessRecord<P> | null {
  const { live, processes } = stage;
  if (live.length === 0) return null;
  // Rejection is uniform over the wanted, and quick where most are wanted; otherwise they are listed.
  for (let tries = 0; tries < 16; tries++) {
    const candidate = processes[live[random.int(live.length)]];
    if (wanted(candidate)) return candidate;
  }
  const candidates = live.filter((address) => wanted(processes[address]));
  return candidates.length === 0 ? null : processes[random.pick(candidates)];
}
