import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { OperationSpec, ProcessSpec } from '../contract/system.ts';
import type { World } from '../contract/world.ts';
import type { Stream } from '../random/stream.ts';
import type { Streams } from '../random/streams.ts';
import type { Action, ChurnPlan, FaultRate, Plan, Selector, TimedAction, WorkloadPlan } from '../scenario/plan.ts';
import { ACTION, ACTION_END, CHURN, FAULT_RATE, RESTART, SESSION, WORKLOAD } from './event-kind.ts';
import type { Kernel } from './kernel.ts';
import type { ProcessRecord } from './process-record.ts';
import { belongs, type Population, resolve, resolveSet, resolveSides, settled } from './selection.ts';
import { Zipf } from './zipf.ts';

/** What the environment may do to the simulation. */
export interface Stage<P extends ProtocolTypes> extends Kernel, Population {
  readonly plan: Plan<P>;
  readonly processes: readonly ProcessRecord<P>[];
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
  issue(spec: OperationSpec<P>, operation: P['Operation'], issuer: ProcessRecord<P>): void;
  skipped(operation: string): void;
  /** The environment changed the membership or the network: deadlines count from here. */
  disturbed(): void;
}

/** How often a fault of the scenario struck and what it changed. A fault that changed nothing has tested nothing. */
export interface FaultTally {
  readonly label: string;
  readonly line: number | null;
  /** False for operations and steps: they are no faults. */
  readonly isFault: boolean;
  struck: number;
  /** Processes, hosts or messages that it touched. */
  changed: number;
  /** Why the last strike changed nothing, if it did not. */
  why: string | null;
}

/** Payload of the end of a fault: it ends the one of this id, if that still lasts. */
interface Ending {
  readonly kind: 'network' | 'pause' | 'host' | 'clock';
  readonly id: number;
}

const JOIN = 0;
const LEAVE = 1;
const CRASH = 2;
/** A newcomer takes the place of one whose session ended. */
const REPLACE = 3;

/**
 * The part of a run that is not the protocol: the scenario's actions, churn, workload and faults drawn from rates.
 * All of it goes through the event queue like everything else, with draws from streams of its own.
 */
export class Environment<P extends ProtocolTypes> {
  private readonly stage: Stage<P>;
  private readonly plan: Plan<P>;
  /** One for each action, then one for each fault rate. */
  readonly tallies: FaultTally[];
  /** Workload arrivals so far, by workload, for those with a bound. */
  private issued: number[];
  private nextId = 1;
  /** By workload and by service manager: whom they concern, with `any` drawn. */
  private issuers: readonly Selector[] = [];
  private supervised: readonly Selector[] = [];
  private readonly zipfs = new Map<string, Zipf>();

  constructor(stage: Stage<P>) {
    this.stage = stage;
    this.plan = stage.plan;
    this.tallies = [...this.plan.actions, ...this.plan.faultRates].map((entry) => tallyOf(entry));
    this.issued = this.plan.workload.map(() => 0);
  }

  /** Schedules all that the scenario has in store. */
  begin(): void {
    const { stage, plan } = this;
    const { workload, faults } = stage.streams;
    this.issuers = plan.workload.map(({ issuers }) => settled(issuers, stage, workload));
    this.supervised = plan.supervise.map(({ who }) => settled(who, stage, faults));
    plan.actions.forEach((timed, index) => {
      if (timed.afterEvent === null) stage.queue.schedule(timed.atUs, -1, ACTION, index, -1, 0, null, -1, 0);
    });
    plan.faultRates.forEach((rate, index) => {
      this.scheduleFaultRate(index, rate, rate.fromUs);
    });
    plan.churn.forEach((churn, index) => {
      this.scheduleChurn(index, churn, JOIN, churn.fromUs);
      this.scheduleChurn(index, churn, LEAVE, churn.fromUs);
      this.scheduleChurn(index, churn, CRASH, churn.fromUs);
    });
    plan.workload.forEach((workload, index) => {
      if (!workload.perNode) this.scheduleWorkload(index, workload, -1, 0, workload.fromUs, true);
    });
  }

  /** A process has started: its sessions and its own workloads begin. */
  started(process: ProcessRecord<P>): void {
    const { stage, plan } = this;
    for (let index = 0; index < plan.workload.length; index++) {
      const workload = plan.workload[index];
      if (!workload.perNode || !belongs(process, this.issuers[index], stage)) continue;
      this.scheduleWorkload(
        index,
        workload,
        process.address,
        process.incarnation,
        Math.max(stage.nowUs, workload.fromUs),
        true,
      );
    }
    for (let index = 0; index < plan.churn.length; index++) {
      const { sessions, fromUs } = plan.churn[index];
      if (sessions !== null && this.churns(process))
        this.scheduleSession(index, process, Math.max(stage.nowUs, fromUs));
    }
  }

  /** A process has crashed: its service manager, if it has one, will restart it. */
  crashed(process: ProcessRecord<P>): void {
    const manager = this.supervised.findIndex((who) => belongs(process, who, this.stage));
    if (manager >= 0) this.scheduleRestart(process, this.plan.supervise[manager].afterUs);
  }

  /** Handles an event of the environment's kinds; false if it is none. */
  handle(kind: number, target: number, peer: number, extra: number, payload: unknown): boolean {
    switch (kind) {
      case ACTION:
        this.strikePlanned(target);
        return true;
      case ACTION_END:
        this.end(payload as Ending, target);
        return true;
      case RESTART:
        this.onRestart(target, extra);
        return true;
      case FAULT_RATE:
        this.onFaultRate(target);
        return true;
      case CHURN:
        this.onChurn(target, extra);
        return true;
      case SESSION:
        this.onSession(target, peer, extra);
        return true;
      case WORKLOAD:
        this.onWorkload(target, peer, extra);
        return true;
      default:
        return false;
    }
  }

  // --- Actions and faults ---

  /** Strikes one of the plan's actions, by its index. */
  strikePlanned(index: number): void {
    this.strike(this.plan.actions[index].action, this.tallies[index], index);
  }

  /** Strikes an action that is not of the scenario: a presenter's. */
  strikeNow(timed: TimedAction): FaultTally {
    const tally = tallyOf(timed);
    this.tallies.push(tally);
    this.strike(timed.action, tally, this.tallies.length - 1);
    return tally;
  }

  private strike(action: Action, tally: FaultTally, fault: number): void {
    tally.struck++;
    tally.why = null;
    const changed = this.carryOut(action, tally, fault);
    tally.changed += changed;
    if (changed > 0) {
      tally.why = null;
      if (tally.isFault) this.stage.disturbed();
    }
    this.stage.observer?.action?.(tally.label, changed);
  }

  /** Returns how many processes, hosts or (at once) messages it changed. Cuts and degradations count later, message by message. */
  private carryOut(action: Action, tally: FaultTally, fault: number): number {
    const { stage } = this;
    switch (action.kind) {
      case 'crash':
        return this.each(action.who, tally, (process) => {
          if (action.guard && !this.mayFail(process))
            return this.nothing(tally, `the failure guard keeps ${process.name}`);
          if (!stage.crash(process)) return this.nothing(tally, `${process.name} was not running`);
          if (action.restartAfterUs !== null) this.scheduleRestart(process, action.restartAfterUs);
          return true;
        });
      case 'restart':
        return this.each(action.who, tally, (process) => {
          if (stage.restart(process)) return true;
          const { status, hostRecord } = process;
          const isHeldBack = status === 'down' && !hostRecord.up;
          return this.nothing(
            tally,
            isHeldBack ? `host ${hostRecord.name} is down` : `${process.name} was not down but ${status}`,
          );
        });
      case 'crashHost':
        return this.eachHost(action.who, tally, (process) => {
          if (!stage.crashHost(process)) return this.nothing(tally, `host ${process.host} was down already`);
          const id = this.nextId++;
          process.hostRecord.crashId = id;
          if (action.restartAfterUs !== null)
            this.scheduleEnd(action.restartAfterUs, process.address, { kind: 'host', id });
          return true;
        });
      case 'restartHost':
        return this.eachHost(
          action.who,
          tally,
          (process) => stage.restartHost(process) || this.nothing(tally, `host ${process.host} was up`),
        );
      case 'pause':
        return this.each(action.who, tally, (process) => {
          if (!stage.pause(process)) return this.nothing(tally, `${process.name} was not running`);
          const id = this.nextId++;
          process.pauseId = id;
          if (action.forUs !== null) this.scheduleEnd(action.forUs, process.address, { kind: 'pause', id });
          return true;
        });
      case 'resume':
        return this.each(
          action.who,
          tally,
          (process) => stage.resume(process) || this.nothing(tally, `${process.name} was not paused`),
        );
      case 'partition': {
        const sides = resolveSides(action.sides, stage, stage.streams.faults);
        const empty = sides.findIndex((side) => side.addresses.size === 0 && !side.newcomers);
        if (empty >= 0) this.nothing(tally, `side ${empty + 1} of the partition names no process`);
        const id = this.nextId++;
        stage.network.addCut({ id, sides, oneWay: action.oneWay, answers: action.answers, fault });
        return this.lasting(tally, id, action.forUs, 'no message tried to cross it');
      }
      case 'isolate': {
        const inside = resolveSet(action.who, stage, stage.streams.faults);
        if (inside.addresses.size === 0) {
          this.nothing(tally, 'it names no process');
          return 0;
        }
        // Each on a side of its own: they don't reach each other either.
        const alone = [...inside.addresses].map((address) => ({
          addresses: new Set([address]),
          newcomers: false,
          size: inside.size,
        }));
        const rest = stage.processes
          .map((process) => process.address)
          .filter((address) => !inside.addresses.has(address));
        const outside = { addresses: new Set(rest), newcomers: true, size: inside.size };
        const id = this.nextId++;
        stage.network.addCut({ id, sides: [...alone, outside], oneWay: false, answers: action.answers, fault });
        return this.lasting(tally, id, action.forUs, 'no message tried to reach or leave them');
      }
      case 'degrade': {
        const [from, to] = resolveSides([action.from, action.to], stage, stage.streams.faults);
        const id = this.nextId++;
        const { bothWays, extraLatency, loss, duplicate } = action;
        stage.network.addDegradation({ id, from, to, bothWays, extraLatency, loss, duplicate, fault });
        return this.lasting(tally, id, action.forUs, 'no message went over these links');
      }
      case 'heal': {
        const ended = stage.network.heal();
        if (ended === 0) this.nothing(tally, 'nothing was cut or degraded');
        return ended;
      }
      case 'skew':
        return this.eachHost(action.who, tally, (process) => {
          stage.setClock(process, action.offsetUs, 1 + action.driftPpm / 1e6);
          const id = this.nextId++;
          process.hostRecord.clockId = id;
          if (action.forUs !== null) this.scheduleEnd(action.forUs, process.address, { kind: 'clock', id });
          return true;
        });
      case 'join':
        return this.joinMany(action.arguments, action.count, tally);
      case 'leave':
        return this.each(action.who, tally, (process) => {
          if (action.guard && !this.mayFail(process))
            return this.nothing(tally, `the failure guard keeps ${process.name}`);
          return stage.askToLeave(process) || this.nothing(tally, `${process.name} was not running`);
        });
      case 'scale':
        return this.scale(action.group, action.size, tally);
      case 'operation':
        return this.operate(action.name, action.arguments, action.node, tally);
      case 'lose':
        return this.lose(action.sequence, tally);
    }
  }

  private each(
    who: Extract<Action, { who: unknown }>['who'],
    tally: FaultTally,
    act: (process: ProcessRecord<P>) => boolean,
  ): number {
    const addresses = resolve(who, this.stage, this.stage.streams.faults);
    if (addresses.length === 0) this.nothing(tally, 'it names no process');
    let changed = 0;
    for (const address of addresses) if (act(this.stage.processes[address])) changed++;
    return changed;
  }

  /** Like `each`, once for each host that they run on. */
  private eachHost(
    who: Extract<Action, { who: unknown }>['who'],
    tally: FaultTally,
    act: (process: ProcessRecord<P>) => boolean,
  ): number {
    const met = new Set<string>();
    return this.each(who, tally, (process) => {
      if (met.has(process.host)) return false;
      met.add(process.host);
      return act(process);
    });
  }

  private nothing(tally: FaultTally, why: string): false {
    tally.why = why;
    return false;
  }

  /** A fault of the network: it counts as having changed something only when a message meets it. */
  private lasting(tally: FaultTally, id: number, forUs: number | null, why: string): number {
    tally.why ??= why;
    if (forUs !== null) this.scheduleEnd(forUs, -1, { kind: 'network', id });
    this.stage.disturbed();
    return 0;
  }

  /** Told by the network that a message met the fault. */
  touched(fault: number): void {
    const tally = this.tallies[fault];
    tally.changed++;
    tally.why = null;
  }

  private scheduleEnd(afterUs: number, target: number, ending: Ending): void {
    const { stage } = this;
    stage.queue.schedule(stage.nowUs + afterUs, -1, ACTION_END, target, -1, 0, ending, stage.current, stage.nowUs);
  }

  private end(ending: Ending, target: Address): void {
    const { stage } = this;
    switch (ending.kind) {
      case 'network':
        if (stage.network.end(ending.id)) stage.disturbed();
        return;
      case 'pause': {
        const process = stage.processes[target];
        if (process.pauseId === ending.id && stage.resume(process)) stage.disturbed();
        return;
      }
      case 'host': {
        const process = stage.processes[target];
        if (process.hostRecord.crashId === ending.id && stage.restartHost(process)) stage.disturbed();
        return;
      }
      case 'clock': {
        const process = stage.processes[target];
        if (process.hostRecord.clockId !== ending.id) return;
        stage.setClock(process, 0, 1);
        stage.disturbed();
        return;
      }
    }
  }

  private scheduleRestart(process: ProcessRecord<P>, afterUs: number): void {
    const { stage } = this;
    stage.queue.schedule(
      stage.nowUs + afterUs,
      -1,
      RESTART,
      process.address,
      -1,
      process.incarnation,
      null,
      stage.current,
      stage.nowUs,
    );
  }

  private onRestart(address: Address, incarnation: number): void {
    const process = this.stage.processes[address];
    if (process.incarnation === incarnation && this.stage.restart(process)) this.stage.disturbed();
  }

  private joinMany(args: Readonly<Record<string, unknown>>, count: number, tally: FaultTally): number {
    const { stage } = this;
    let joined = 0;
    for (let i = 0; i < count; i++) {
      const spec = this.plan.system.membership.join(stage.world, args, stage.streams.faults);
      if (spec === null) {
        this.nothing(tally, 'nobody can join now');
        break;
      }
      stage.spawn(spec);
      joined++;
    }
    return joined;
  }

  private scale(group: string, size: number, tally: FaultTally): number {
    const { stage } = this;
    const change = this.plan.system.membership.scale?.(stage.world, group, size, stage.streams.faults);
    if (change === undefined) {
      this.nothing(tally, `the system ${this.plan.system.name} has no groups to scale`);
      return 0;
    }
    for (const spec of change.join) stage.spawn(spec);
    let left = 0;
    for (const address of change.leave) if (stage.askToLeave(stage.processes[address])) left++;
    if (change.join.length + left === 0) this.nothing(tally, `${group} had that size already`);
    return change.join.length + left;
  }

  private operate(
    name: string,
    args: Readonly<Record<string, unknown>>,
    node: Extract<Action, { kind: 'operation' }>['node'],
    tally: FaultTally,
  ): number {
    const { stage } = this;
    const spec = this.plan.system.operations[name];
    let issued = 0;
    for (const address of resolve(node, stage, stage.streams.faults)) {
      const issuer = stage.processes[address];
      if (!issuer.live) {
        this.nothing(tally, `${issuer.name} was not running`);
        continue;
      }
      if (spec.issuable?.(issuer) === false) {
        this.nothing(tally, `${issuer.name} cannot be asked for that now`);
        continue;
      }
      const index = (n: number) => stage.streams.faults.int(n);
      const operation = spec.make(args, {
        world: stage.world,
        judged: stage.judged,
        issuer: address,
        random: stage.streams.faults,
        index,
      });
      if (operation === null) {
        this.nothing(tally, 'there was nothing to ask for');
        continue;
      }
      stage.issue(spec, operation, issuer);
      issued++;
    }
    if (issued === 0) tally.why ??= 'it names no process';
    return issued;
  }

  private lose(sequence: number, tally: FaultTally): number {
    const message = this.stage.world.inFlight().find((candidate) => candidate.sequence === sequence);
    if (message === undefined) {
      this.nothing(tally, 'that message is not on its way');
      return 0;
    }
    this.stage.queue.cancel(this.stage.queue.find(sequence));
    this.stage.counters.drop('removed');
    this.stage.observer?.dropped?.({ reason: 'removed', from: message.from, to: message.to, message: message.message });
    return 1;
  }

  private scheduleFaultRate(index: number, rate: FaultRate, fromUs: number): void {
    this.scheduleRate(FAULT_RATE, index, 0, rate.perSecond, fromUs, rate.untilUs, this.stage.streams.faults);
  }

  private onFaultRate(index: number): void {
    const rate = this.plan.faultRates[index];
    const fault = this.plan.actions.length + index;
    this.strike(rate.action, this.tallies[fault], fault);
    this.scheduleFaultRate(index, rate, this.stage.nowUs);
  }

  // --- Churn ---

  private scheduleChurn(index: number, churn: ChurnPlan, what: number, fromUs: number): void {
    const perSecond =
      what === JOIN ? churn.joinsPerSecond : what === LEAVE ? churn.leavesPerSecond : churn.crashesPerSecond;
    this.scheduleRate(CHURN, index, what, perSecond, fromUs, churn.untilUs, this.stage.streams.churn);
  }

  /** Schedules the next arrival of a Poisson process, if it lies within bounds. */
  private scheduleRate(
    kind: number,
    target: number,
    extra: number,
    perSecond: number,
    fromUs: number,
    untilUs: number,
    random: Stream,
  ): void {
    if (perSecond <= 0) return;
    const { stage } = this;
    const atUs = fromUs + Math.round(random.exponential(1e6 / perSecond));
    if (atUs <= untilUs) stage.queue.schedule(atUs, -1, kind, target, -1, extra, null, stage.current, stage.nowUs);
  }

  private onChurn(index: number, what: number): void {
    const { stage } = this;
    const churn = this.plan.churn[index];
    if (what !== REPLACE) this.scheduleChurn(index, churn, what, stage.nowUs);
    if (what === JOIN || what === REPLACE) {
      const spec = this.plan.system.membership.join(stage.world, {}, stage.streams.churn);
      if (spec !== null) {
        stage.spawn(spec);
        stage.disturbed();
      }
      return;
    }
    const process = this.pickLive(stage.streams.churn, (candidate) => this.churns(candidate));
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

  private onSession(address: Address, index: number, incarnation: number): void {
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
    if (churn.guard && !this.mayFail(process)) return false;
    const removed = crashes ? stage.crash(process) : stage.askToLeave(process);
    if (removed) stage.disturbed();
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

  private mayFail(process: ProcessRecord<P>): boolean {
    return this.plan.system.membership.mayFail?.(this.stage.world, process.address) ?? true;
  }

  // --- Workload ---

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

  private onWorkload(index: number, address: Address, incarnation: number): void {
    const { stage } = this;
    const workload = this.plan.workload[index];
    if (workload.count !== null && this.issued[index] >= workload.count) return;
    let issuer: ProcessRecord<P> | null;
    if (address >= 0) {
      issuer = stage.processes[address];
      // Its successor incarnation has arrivals of its own.
      if (!issuer.live || issuer.incarnation !== incarnation) return;
      this.scheduleWorkload(index, workload, address, incarnation, stage.nowUs, false);
      if (!this.issuable(workload, issuer)) issuer = null;
    } else {
      this.scheduleWorkload(index, workload, -1, 0, stage.nowUs, false);
      issuer = this.pickLive(
        stage.streams.workload,
        (candidate) => belongs(candidate, this.issuers[index], stage) && this.issuable(workload, candidate),
      );
    }
    const spec = this.plan.system.operations[workload.operation];
    const operation =
      issuer === null
        ? null
        : spec.make(workload.arguments, {
            world: stage.world,
            judged: stage.judged,
            issuer: issuer.address,
            random: stage.streams.workload,
            index: (n) => this.index(workload, n),
          });
    if (issuer === null || operation === null) {
      stage.skipped(workload.operation);
      return;
    }
    this.issued[index]++;
    stage.issue(spec, operation, issuer);
  }

  private issuable(workload: WorkloadPlan, process: ProcessRecord<P>): boolean {
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

  /** One live process of those wanted, uniformly, or null. */
  private pickLive(random: Stream, wanted: (process: ProcessRecord<P>) => boolean): ProcessRecord<P> | null {
    const { live, processes } = this.stage;
    if (live.length === 0) return null;
    // Rejection is uniform over the wanted, and quick where most are wanted; otherwise they are listed.
    for (let tries = 0; tries < 16; tries++) {
      const candidate = processes[live[random.int(live.length)]];
      if (wanted(candidate)) return candidate;
    }
    const candidates = live.filter((address) => wanted(processes[address]));
    return candidates.length === 0 ? null : processes[random.pick(candidates)];
  }

  snapshot(): EnvironmentState {
    return { tallies: this.tallies.map((tally) => ({ ...tally })), issued: this.issued.slice(), nextId: this.nextId };
  }

  restore(state: EnvironmentState): void {
    this.tallies.length = 0;
    for (const tally of state.tallies) this.tallies.push({ ...tally });
    this.issued = state.issued.slice();
    this.nextId = state.nextId;
  }
}

export interface EnvironmentState {
  readonly tallies: readonly FaultTally[];
  readonly issued: readonly number[];
  readonly nextId: number;
}

function tallyOf(entry: TimedAction | FaultRate): FaultTally {
  const { kind } = entry.action;
  return {
    label: entry.label,
    line: entry.place?.line ?? null,
    isFault: kind !== 'operation',
    struck: 0,
    changed: 0,
    why: null,
  };
}
