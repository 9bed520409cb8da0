import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { OperationDraw } from '../contract/system.ts';
import type { ProcessView } from '../contract/world.ts';
import type { Plan, Selector, WorkloadPlan } from '../scenario/plan.ts';
import { WORKLOAD } from './event-kind.ts';
import { Glance, type ProcessRecord, SHUT } from './process-record.ts';
import { belongs, settled } from './selection.ts';
import { pickLive, type Stage } from './stage.ts';
import { Zipf } from './zipf.ts';

type MutableDraw<P extends ProtocolTypes> = {
  -readonly [K in keyof OperationDraw<P, unknown>]: OperationDraw<P, unknown>[K];
};

/** Client operations that arrive by rate: Poisson or regular, of each process by itself or of all together. */
export class Workloads<P extends ProtocolTypes> {
  private readonly stage: Stage<P>;
  private readonly plan: Plan<P>;
  /** Arrivals so far, by workload, for those with a bound. */
  private issued: number[];
  /** By workload: who issues, with `any` drawn. */
  private issuers: readonly Selector[] = [];
  private readonly draws: MutableDraw<P>[] = [];
  private readonly zipfs = new Map<string, Zipf>();
  private readonly glance: Glance<P>;

  constructor(stage: Stage<P>) {
    this.stage = stage;
    this.plan = stage.plan;
    this.issued = this.plan.workload.map(() => 0);
    this.glance = new Glance(stage.table);
  }

  /** Who issues is drawn before anything else is. */
  begin(): void {
    const { stage, plan } = this;
    this.issuers = plan.workload.map(({ issuers }) => settled(issuers, stage, stage.streams.workload));
    plan.workload.forEach((workload, index) => {
      if (!workload.perNode) this.scheduleWorkload(index, workload, -1, 0, workload.fromUs, true);
    });
  }

  /** A process has started: so have the workloads of its own. */
  started(process: ProcessRecord<P>): void {
    const { stage, plan } = this;
    const { address, incarnation } = process;
    for (let index = 0; index < plan.workload.length; index++) {
      const workload = plan.workload[index];
      if (!workload.perNode || !belongs(process, this.issuers[index], stage)) continue;
      const fromUs = Math.max(stage.nowUs, workload.fromUs);
      this.scheduleWorkload(index, workload, address, incarnation, fromUs, true);
    }
  }

  private scheduleWorkload(
    index: number,
    workload: WorkloadPlan,
    address: Address,
    incarnation: number,
    fromUs: number,
    first: boolean,
  ): void {
    const { stage } = this;
    const random = stage.streams.workload;
    const { arrivals } = workload;
    const waitUs =
      arrivals.kind === 'rate'
        ? Math.round(random.exponential(1e6 / arrivals.perSecond))
        : first
          ? random.int(arrivals.us)
          : arrivals.us;
    const atUs = fromUs + waitUs;
    if (atUs > workload.untilUs) return;
    const lane = arrivals.kind === 'every' && !first ? stage.queue.laneFor(waitUs) : -1;
    stage.queue.schedule(atUs, lane, WORKLOAD, index, address, incarnation, null, stage.current, stage.nowUs);
  }

  onWorkload(index: number, address: Address, incarnation: number): void {
    const { stage } = this;
    const workload = this.plan.workload[index];
    if (workload.count !== null && this.issued[index] >= workload.count) return;
    let issuer: Address | null;
    if (address >= 0) {
      const { gates, incarnations } = stage.table;
      // Its successor incarnation has arrivals of its own.
      if (gates[address] === SHUT || incarnations[address] !== incarnation) return;
      this.scheduleWorkload(index, workload, address, incarnation, stage.nowUs, false);
      issuer = this.issuable(workload, this.glance.at(address)) ? address : null;
    } else {
      this.scheduleWorkload(index, workload, -1, 0, stage.nowUs, false);
      const picked = pickLive(
        stage,
        stage.streams.workload,
        (candidate) => belongs(candidate, this.issuers[index], stage) && this.issuable(workload, candidate),
      );
      issuer = picked === null ? null : picked.address;
    }
    const spec = this.plan.system.operations[workload.operation];
    const operation = issuer === null ? null : spec.make(workload.arguments, this.drawFor(index, workload, issuer));
    if (issuer === null || operation === null) {
      stage.skipped(workload.operation);
      return;
    }
    this.issued[index]++;
    stage.issue(spec, operation, issuer);
  }

  /** One for each workload serves all its operations: `make` keeps nothing of it. */
  private drawFor(index: number, workload: WorkloadPlan, issuer: Address): OperationDraw<P, unknown> {
    const { stage } = this;
    let draw = this.draws[index];
    if (draw === undefined) {
      const { world, judged, streams } = stage;
      draw = { world, judged, issuer, random: streams.workload, index: (n) => this.index(workload, n) };
      this.draws[index] = draw;
    }
    draw.judged = stage.judged;
    draw.issuer = issuer;
    return draw;
  }

  private issuable(workload: WorkloadPlan, process: ProcessView<P>): boolean {
    return this.plan.system.operations[workload.operation].issuable?.(process) ?? true;
  }

  private index(workload: WorkloadPlan, n: number): number {
    const { keys } = workload;
    const random = this.stage.streams.workload;
    if (keys.kind === 'uniform') return random.int(n);
    const name = `${keys.exponent} ${n}`;
    let zipf = this.zipfs.get(name);
    if (zipf === undefined) {
      zipf = new Zipf(keys.exponent, n);
      this.zipfs.set(name, zipf);
    }
    return zipf.draw(random);
  }

  snapshot(): WorkloadsState {
    return { issued: this.issued.slice() };
  }

  restore(state: WorkloadsState): void {
    this.issued = state.issued.slice();
  }
}

export interface WorkloadsState {
  readonly issued: readonly number[];
}
