import type { Address, Kinded, ProtocolTypes } from '../contract/protocol-types.ts';
import type { RunSummary } from '../contract/system.ts';
import type { OperationRecord, World } from '../contract/world.ts';
import type { Plan, TimedAction } from '../scenario/plan.ts';
import type { FaultTally } from './actions.ts';
import type { Checkpoint } from './checkpoint.ts';
import { Core, type SimulationOptions } from './core.ts';
import type { Counters } from './counters.ts';
import type { Watch } from './monitors.ts';
import type { Series } from './series.ts';
import type { PendingTimer } from './timers.ts';

/**
 * A run: a plan, and the world as it is after some number of events. `step` and `runUntil` lead it forward; `snapshot` and `restore`
 * let it be put back, exactly. Same plan, same run, on any machine.
 */
export class Simulation<P extends ProtocolTypes = ProtocolTypes> {
  readonly plan: Plan<P>;
  readonly world: World<P>;
  private readonly core: Core<P>;

  constructor(plan: Plan<P>, options: SimulationOptions = {}) {
    this.plan = plan;
    this.core = new Core(plan, options);
    this.world = this.core.world;
    this.core.begin();
  }

  /** Virtual time in microseconds. */
  get nowUs(): number {
    return this.core.nowUs;
  }

  /** How many events were handled, the starts at time 0 included. */
  get events(): number {
    return this.core.events;
  }

  /** Sixteen hexadecimal digits that stand for all events so far. */
  get fingerprint(): string {
    return this.core.fingerprint.text;
  }

  /** Whether the run's duration is over. */
  get finished(): boolean {
    return this.core.finished;
  }

  get counters(): Counters {
    return this.core.counters;
  }

  get judged(): unknown {
    return this.core.judged;
  }

  /** All operations, by id. A large run has more of them than would be good to have at once: `operations` makes them one by one. */
  get history(): readonly OperationRecord<P>[] {
    return this.core.history.records;
  }

  get operations(): Iterable<OperationRecord<P>> {
    return this.core.history.each;
  }

  /** Workload arrivals for which there was nothing sensible to ask, by operation. */
  get skipped(): Readonly<Record<string, number>> {
    return this.core.history.skipped;
  }

  get watches(): readonly Watch[] {
    return this.core.monitors.all;
  }

  get faults(): readonly FaultTally[] {
    return this.core.environment.tallies;
  }

  get series(): Series {
    return this.core.series;
  }

  get lastDisturbanceUs(): number | null {
    return this.core.lastDisturbanceUs;
  }

  /** What was injected by hand so far, in order; a scenario with these among its actions is the same run. */
  get injections(): readonly TimedAction[] {
    return this.core.injections;
  }

  /** Events pending in the queue. */
  get pendingEvents(): number {
    return this.core.queue.size;
  }

  /** Time of the next event, or Infinity. */
  get nextEventUs(): number {
    return this.core.queue.firstTimeUs();
  }

  /** Timers of a process and when they fire, in virtual time, soonest first. */
  timersOf(address: Address): readonly PendingTimer[] {
    return this.core.timers.of(address);
  }

  /** Requests of a process that wait for an answer, in the order in which they were sent. */
  requestsOf(address: Address): readonly { readonly to: Address; readonly message: Kinded; readonly tag: unknown }[] {
    const latestFirst = this.core.transport.requests.of(address);
    return latestFirst.reverse().map(({ to, message, tag }) => ({ to, message, tag }));
  }

  /** Messages that are in the network, are held for a paused process, or wait for their connection: counted, not reckoned. */
  countInFlight(): number {
    return this.core.countInFlight();
  }

  /** Handles the next event; false if the run is over. */
  step(): boolean {
    return this.core.advance(this.plan.durationUs, 1) === 1;
  }

  /**
   * Handles all events up to and including that time, at most so many, and returns how many there were.
   * Unless the bound on events stopped it, virtual time is `timeUs` afterwards.
   */
  runUntil(timeUs: number, atMost = Infinity): number {
    return this.core.advance(Math.min(timeUs, this.plan.durationUs), atMost);
  }

  /** Runs to the end of the duration. */
  run(): void {
    this.core.advance(this.plan.durationUs, Infinity);
  }

  /**
   * Does something to the world now, after the last event and before the next. Returns what it came to.
   * A plan with `injections` among its actions is the same run.
   */
  inject(action: TimedAction['action'], label: string): FaultTally {
    return this.core.inject(action, label);
  }

  /** The run as a whole, as far as it has come. */
  summary(): RunSummary<P, unknown> {
    return this.core.summary();
  }

  snapshot(): Checkpoint {
    return this.core.snapshot();
  }

  /** Puts the run to where it was when the checkpoint was made: back, forward, or onto another branch. It must be a checkpoint of this simulation. */
  restore(checkpoint: Checkpoint): void {
    this.core.restore(checkpoint);
  }
}
