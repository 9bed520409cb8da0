import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { Action, FaultRate, Plan, Selector, TimedAction } from '../scenario/plan.ts';
import { ACTION, ACTION_END, FAULT_RATE, RESTART } from './event-kind.ts';
import type { ProcessRecord } from './process-record.ts';
import { belongs, resolve, resolveSet, resolveSides, settled } from './selection.ts';
import { mayFail, type Stage, scheduleArrival } from './stage.ts';

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
export interface Ending {
  readonly kind: 'network' | 'pause' | 'host' | 'clock';
  readonly id: number;
}

/**
 * The scenario's actions: faults, membership by script, operations and steps. Each strike is tallied: how often, and what it changed.
 */
export class Actions<P extends ProtocolTypes> {
  private readonly stage: Stage<P>;
  private readonly plan: Plan<P>;
  /** One for each action, then one for each fault rate, then one for each injection. */
  readonly tallies: FaultTally[];
  private nextId = 1;
  /** By service manager: whom it looks after, with `any` drawn. */
  private supervised: readonly Selector[] = [];

  constructor(stage: Stage<P>) {
    this.stage = stage;
    this.plan = stage.plan;
    this.tallies = [...this.plan.actions, ...this.plan.faultRates].map((entry) => tallyOf(entry));
  }

  begin(): void {
    const { stage, plan } = this;
    this.supervised = plan.supervise.map(({ who }) => settled(who, stage, stage.streams.faults));
    plan.actions.forEach((timed, index) => {
      if (timed.afterEvent === null) stage.queue.schedule(timed.atUs, -1, ACTION, index, -1, 0, null, -1, 0);
    });
    plan.faultRates.forEach((rate, index) => {
      this.scheduleFaultRate(index, rate, rate.fromUs);
    });
  }

  /** A process has crashed: its service manager, if it has one, will restart it. */
  crashed(process: ProcessRecord<P>): void {
    const manager = this.supervised.findIndex((who) => belongs(process, who, this.stage));
    if (manager >= 0) this.scheduleRestart(process, this.plan.supervise[manager].afterUs);
  }

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
          if (action.guard && !mayFail(this.stage, process))
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
          if (action.guard && !mayFail(this.stage, process))
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

  /** A fault with a duration is over. */
  onEnd(ending: Ending, target: Address): void {
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

  onRestart(address: Address, incarnation: number): void {
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
      stage.issue(spec, operation, address);
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
    const what = { kind: FAULT_RATE, target: index, extra: 0 };
    scheduleArrival(this.stage, what, rate.perSecond, fromUs, rate.untilUs, this.stage.streams.faults);
  }

  onFaultRate(index: number): void {
    const rate = this.plan.faultRates[index];
    const fault = this.plan.actions.length + index;
    this.strike(rate.action, this.tallies[fault], fault);
    this.scheduleFaultRate(index, rate, this.stage.nowUs);
  }

  snapshot(): ActionsState {
    return { tallies: this.tallies.map((tally) => ({ ...tally })), nextId: this.nextId };
  }

  restore(state: ActionsState): void {
    this.tallies.length = 0;
    for (const tally of state.tallies) this.tallies.push({ ...tally });
    this.nextId = state.nextId;
  }
}

export interface ActionsState {
  readonly tallies: readonly FaultTally[];
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
