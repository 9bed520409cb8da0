import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { TimedAction } from '../scenario/plan.ts';
import { Actions, type ActionsState, type Ending, type FaultTally } from './actions.ts';
import { Churn } from './churn.ts';
import { ACTION, ACTION_END, CHURN, FAULT_RATE, RESTART, SESSION, WORKLOAD } from './event-kind.ts';
import type { ProcessRecord } from './process-record.ts';
import type { Stage } from './stage.ts';
import { Workloads, type WorkloadsState } from './workloads.ts';

/**
 * The part of a run that is not the protocol: the scenario's actions, churn, workload and faults drawn from rates.
 * All of it goes through the event queue like everything else, with draws from streams of its own.
 */
export class Environment<P extends ProtocolTypes> {
  private readonly actions: Actions<P>;
  private readonly churn: Churn<P>;
  private readonly workloads: Workloads<P>;

  constructor(stage: Stage<P>) {
    this.actions = new Actions(stage);
    this.churn = new Churn(stage);
    this.workloads = new Workloads(stage);
  }

  get tallies(): readonly FaultTally[] {
    return this.actions.tallies;
  }

  /** Schedules all that the scenario has in store. */
  begin(): void {
    this.actions.begin();
    this.churn.begin();
    this.workloads.begin();
  }

  started(process: ProcessRecord<P>): void {
    this.workloads.started(process);
    this.churn.started(process);
  }

  crashed(process: ProcessRecord<P>): void {
    this.actions.crashed(process);
  }

  /** Strikes one of the plan's actions, by its index. */
  strikePlanned(index: number): void {
    this.actions.strikePlanned(index);
  }

  /** Strikes an action that is not of the scenario: a presenter's. */
  strikeNow(timed: TimedAction): FaultTally {
    return this.actions.strikeNow(timed);
  }

  /** Told by the network that a message met the fault. */
  touched(fault: number): void {
    this.actions.touched(fault);
  }

  /** Handles an event of the environment's kinds; false if it is none. */
  handle(kind: number, target: number, peer: number, extra: number, payload: unknown): boolean {
    switch (kind) {
      case ACTION:
        this.actions.strikePlanned(target);
        return true;
      case ACTION_END:
        this.actions.onEnd(payload as Ending, target);
        return true;
      case RESTART:
        this.actions.onRestart(target, extra);
        return true;
      case FAULT_RATE:
        this.actions.onFaultRate(target);
        return true;
      case CHURN:
        this.churn.onChurn(target, extra);
        return true;
      case SESSION:
        this.churn.onSession(target, peer, extra);
        return true;
      case WORKLOAD:
        this.workloads.onWorkload(target, peer, extra);
        return true;
      default:
        return false;
    }
  }

  snapshot(): EnvironmentState {
    return { actions: this.actions.snapshot(), workloads: this.workloads.snapshot() };
  }

  restore(state: EnvironmentState): void {
    this.actions.restore(state.actions);
    this.workloads.restore(state.workloads);
  }
}

export interface EnvironmentState {
  readonly actions: ActionsState;
  readonly workloads: WorkloadsState;
}
