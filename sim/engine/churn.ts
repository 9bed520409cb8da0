import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { ChurnPlan, Plan } from '../scenario/plan.ts';
import { CHURN, SESSION } from './event-kind.ts';
import type { ProcessRecord } from './process-record.ts';
import { mayFail, pickLive, type Stage, scheduleArrival } from './stage.ts';

const JOIN = 0;
const LEAVE = 1;
const CRASH = 2;
/** A newcomer takes the place of one whose session ended. */
const REPLACE = 3;

/** Processes that come and go: by rates in total, or each by its own session times. */
export class Churn<P extends ProtocolTypes> {
  private readonly stage: Stage<P>;
  private readonly plan: Plan<P>;

  constructor(stage: Stage<P>) {
    this.stage = stage;
    this.plan = stage.plan;
  }

  begin(): void {
    this.plan.churn.forEach((churn, index) => {
      this.scheduleChurn(index, churn, JOIN, churn.fromUs);
      this.scheduleChurn(index, churn, LEAVE, churn.fromUs);
      this.scheduleChurn(index, churn, CRASH, churn.fromUs);
    });
  }

  /** A process has started: so have its sessions. */
  started(process: ProcessRecord<P>): void {
    const { stage, plan } = this;
    for (let index = 0; index < plan.churn.length; index++) {
      const { sessions, fromUs } = plan.churn[index];
      if (sessions !== null && this.churns(process))
        this.scheduleSession(index, process, Math.max(stage.nowUs, fromUs));
    }
  }

  private scheduleChurn(index: number, churn: ChurnPlan, what: number, fromUs: number): void {
    const perSecond =
      what === JOIN ? churn.joinsPerSecond : what === LEAVE ? churn.leavesPerSecond : churn.crashesPerSecond;
    const arrival = { kind: CHURN, target: index, extra: what };
    scheduleArrival(this.stage, arrival, perSecond, fromUs, churn.untilUs, this.stage.streams.churn);
  }

  onChurn(index: number, what: number): void {
    const { stage } = this;
    const churn = this.plan.churn[index];
    if (what !== REPLACE) this.scheduleChurn(index, churn, what, stage.nowUs);
    if (what === JOIN || what === REPLACE) {
      const spec = this.plan.system.membership.join(stage.world, {}, stage.streams.churn);
      if (spec !== null) {
        const { name } = stage.spawn(spec);
        stage.disturbed();
        stage.observer?.action?.(`churn: ${name} joins`, 1);
      }
      return;
    }
    const process = pickLive(stage, stage.streams.churn, (candidate) => this.churns(candidate));
    if (process !== null) this.remove(process, churn, what === CRASH);
  }

  private scheduleSession(index: number, process: ProcessRecord<P>, fromUs: number): void {
    const { stage } = this;
    const { sessions, untilUs } = this.plan.churn[index];
    if (sessions === null) return;
    const endUs = fromUs + stage.streams.churn.sampleUs(sessions.length);
    if (endUs > untilUs) return;
    const { address, incarnation } = process;
    stage.queue.schedule(endUs, -1, SESSION, address, index, incarnation, null, stage.current, stage.nowUs);
  }

  onSession(address: Address, index: number, incarnation: number): void {
    const { stage } = this;
    const process = stage.processes[address];
    const churn = this.plan.churn[index];
    if (!process.live || process.incarnation !== incarnation || churn.sessions === null) return;
    const crashes = stage.streams.churn.chance(churn.sessions.crashes);
    const downUs = stage.streams.churn.sampleUs(churn.sessions.downtime);
    if (!this.remove(process, churn, crashes)) {
      // Kept, for the sake of the number or of the protocol's assumptions: it stays for another session.
      this.scheduleSession(index, process, stage.nowUs + 1);
      return;
    }
    stage.queue.schedule(stage.nowUs + downUs, -1, CHURN, index, -1, REPLACE, null, stage.current, stage.nowUs);
  }

  private remove(process: ProcessRecord<P>, churn: ChurnPlan, crashes: boolean): boolean {
    const { stage } = this;
    if (this.churnable() <= churn.keep) return false;
    if (churn.guard && !mayFail(stage, process)) return false;
    const removed = crashes ? stage.crash(process) : stage.askToLeave(process);
    if (removed) {
      stage.disturbed();
      stage.observer?.action?.(`churn: ${process.name} ${crashes ? 'crashes' : 'leaves'}`, 1);
    }
    return removed;
  }

  private churnable(): number {
    const { stage } = this;
    if (this.plan.system.membership.churns === undefined) return stage.live.length;
    return stage.live.reduce((count, address) => count + (this.churns(stage.processes[address]) ? 1 : 0), 0);
  }

  private churns(process: ProcessRecord<P>): boolean {
    return this.plan.system.membership.churns?.(process) ?? true;
  }
}
