import type { Effect } from '../contract/effect.ts';
import type { Input } from '../contract/input.ts';
import type { Step } from '../contract/machine.ts';
import type { Address, Kinded, OperationId, ProtocolTypes } from '../contract/protocol-types.ts';
import type { OperationSpec, ProcessSpec, RunSummary } from '../contract/system.ts';
import type { Judgement, Observation, OperationRecord, World } from '../contract/world.ts';
import { Streams } from '../random/streams.ts';
import type { Plan, TimedAction } from '../scenario/plan.ts';
import type { FaultTally } from './actions.ts';
import type { Checkpoint } from './checkpoint.ts';
import { EngineContext } from './context.ts';
import { Counters } from './counters.ts';
import { Environment } from './environment.ts';
import {
  ACCEPT,
  CONNECT,
  DATAGRAM,
  EVENT_NAMES,
  FAILURE,
  HELD,
  REPLY,
  REQUEST,
  RETRANSMIT,
  START,
  TIMEOUT,
  TIMER,
} from './event-kind.ts';
import { EventQueue } from './event-queue.ts';
import { Fingerprint, hashText } from './fingerprint.ts';
import { deepFreeze } from './freeze.ts';
import { History, type HistoryState } from './history.ts';
import { Inputs } from './inputs.ts';
import { Monitors } from './monitors.ts';
import { Network } from './network.ts';
import type { ObservedEvent, Observer } from './observer.ts';
import { HOLDING, Host, OPEN, ProcessRecord, ProcessTable, SHUT } from './process-record.ts';
import { Series } from './series.ts';
import { SimulatedWorld } from './simulated-world.ts';
import type { Stage } from './stage.ts';
import { Timers } from './timers.ts';
import { type Retransmission, Transport } from './transport.ts';

export interface SimulationOptions {
  readonly observer?: Observer | null;
  /** Freezes every state, message and input, so that a machine that changes an argument throws. For tests: it is slow. */
  readonly freeze?: boolean;
}

/** Something that the engine or a machine should never do; with the place in the run where it was done. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
}

/** More events at one instant than this are a machine that answers itself for ever. */
const EVENTS_AT_ONE_INSTANT = 20_000_000;

/** From about so many processes on, their states are more than the caches of a processor hold. */
const LARGE = 2000;

/** The engine itself: the loop, and everything that the loop needs at hand. `Simulation` is what its users see of it. */
export class Core<P extends ProtocolTypes> implements Stage<P> {
  readonly plan: Plan<P>;
  readonly observer: Observer | null;
  readonly streams: Streams;
  readonly queue = new EventQueue();
  readonly counters = new Counters();
  readonly fingerprint = new Fingerprint();
  readonly processes: ProcessRecord<P>[] = [];
  readonly table = new ProcessTable<P>();
  readonly inputs: Inputs<P>;
  readonly hosts = new Map<string, Host>();
  readonly live: Address[] = [];
  readonly network: Network;
  readonly transport: Transport;
  readonly timers: Timers;
  readonly environment: Environment<P>;
  readonly history: History<P>;
  readonly monitors: Monitors<P>;
  readonly series: Series;
  readonly world: World<P>;
  sharedHosts = false;
  nowUs = 0;
  /** Sequence number of the event that is being handled. */
  current = -1;
  events = 0;
  finished = false;
  judged: unknown = null;
  lastDisturbanceUs: number | null = null;
  injections: TimedAction[] = [];

  private readonly names = new Map<string, Address>();
  /** How many processes there were at time 0. */
  private readonly population: number;
  private readonly context: EngineContext<P>;
  private readonly freeze: boolean;
  /** Timers fire at multiples of this; null for no lock-step rounds. */
  private readonly roundUs: number | null;
  private readonly watches: ((before: P['State'], after: P['State']) => boolean) | null;
  private readonly judgesBegin: ((operation: P['Operation']) => boolean) | null;
  /** Whether anyone cares for changes of states at all. */
  private readonly watching: boolean;
  /** Check after each event; otherwise every `checkUs`. */
  private readonly checkEachEvent: boolean;
  private readonly checkUs: number;
  private nextCheckUs: number;
  private nextSampleUs: number;
  /** When the next of the planned injections strikes, if the event that it comes after is past; else Infinity. */
  private nextStrikeUs = Infinity;
  /** The soonest of the three. */
  private nextLookUs: number;
  /** The plan's actions that strike after a given event, in that order: indices into its actions. */
  private readonly planned: readonly number[];
  private plannedDone = 0;
  private begun = false;
  /** Virtual time that processes which have ended were up. */
  private upUs = 0;
  /** Scripted steps get ids from −1 downwards: they are no client's operations. */
  private stepIds = 0;
  private atThisInstant = 0;
  /** Whether any clock was ever off: until then no host need be asked. */
  private skewed = false;

  constructor(plan: Plan<P>, options: SimulationOptions) {
    this.plan = plan;
    this.observer = options.observer ?? null;
    this.freeze = options.freeze ?? false;
    if (this.freeze) deepFreeze(plan.config);
    this.inputs = new Inputs(this.freeze || this.observer?.input !== undefined);
    this.streams = new Streams(plan.seed);
    this.network = new Network(plan.network, this.streams.network, (fault) => this.environment.touched(fault));
    this.timers = new Timers(this, this.table as unknown as ProcessTable<ProtocolTypes>);
    this.transport = new Transport(this, this.table as unknown as ProcessTable<ProtocolTypes>, plan.network);
    this.roundUs = plan.network.roundUs;
    const { system } = plan;
    this.history = new History(system.judge, this.observer?.ended !== undefined);
    this.watches =
      system.judge.watches === undefined ? null : (before, after) => system.judge.watches?.(before, after) ?? false;
    this.judgesBegin = system.judge.begins ?? null;
    const watched = new Set(plan.expect.flatMap(({ subject }) => (subject.kind === 'property' ? [subject.name] : [])));
    this.monitors = new Monitors([...watched].map((name) => [name, system.properties[name]] as const));
    this.watching = this.watches !== null || this.monitors.count > 0;
    this.series = new Series(plan.sampleUs);
    this.world = new SimulatedWorld(this);
    this.context = new EngineContext(plan.config, this.streams, this.table);
    this.environment = new Environment(this);
    this.planned = plan.actions
      .map((_, index) => index)
      .filter((index) => plan.actions[index].afterEvent !== null)
      .sort((a, b) => (plan.actions[a].afterEvent ?? 0) - (plan.actions[b].afterEvent ?? 0) || a - b);
    const population = plan.system.membership.populate(plan.config, { nodes: plan.nodes, random: this.streams.setup });
    for (const spec of population) this.create(spec);
    if (this.processes.length >= LARGE) this.queue.prefetch = this.table.prefetch;
    this.population = this.processes.length;
    const small = this.processes.length <= 128;
    this.checkEachEvent = plan.check === 'event' || (plan.check === 'auto' && small);
    this.checkUs = typeof plan.check === 'number' ? plan.check : Math.max(1, Math.round(plan.durationUs / 100));
    this.nextCheckUs = this.checkEachEvent || this.monitors.count === 0 ? Infinity : this.checkUs;
    this.nextSampleUs = plan.sampleUs;
    this.nextLookUs = Math.min(this.nextSampleUs, this.nextCheckUs);
  }

  /** Starts the processes of time 0, and schedules what the scenario has in store. */
  begin(): void {
    this.network.settle(this, this.streams.setup);
    for (const process of this.processes.slice()) this.start(process);
    this.judged = this.plan.system.judge.init(this.world);
    if (this.freeze) deepFreeze(this.judged);
    this.begun = true;
    this.environment.begin();
    for (const process of this.processes) if (process.live) this.environment.started(process);
    this.monitors.touchAll();
    this.check();
    this.sample();
    this.strikePlanned();
  }

  // --- The loop ---

  /** Handles events until the limit of time or number, and returns how many. */
  advance(limitUs: number, atMost: number): number {
    const { queue } = this;
    let handled = 0;
    while (handled < atMost) {
      const firstUs = queue.firstTimeUs();
      if (this.nextLookUs < firstUs && this.nextLookUs <= limitUs) {
        // Onlookers look between events; they are no events, so they leave no trace in the fingerprint.
        this.nowUs = this.nextLookUs;
        this.lookAround();
        this.strikePlanned();
        continue;
      }
      if (firstUs > limitUs) {
        this.nowUs = Math.max(this.nowUs, limitUs);
        if (limitUs >= this.plan.durationUs) this.finish();
        break;
      }
      this.handle(queue.take());
      handled++;
    }
    return handled;
  }

  private handle(slot: number): void {
    const { queue, fingerprint, processes } = this;
    const { records } = queue;
    const timeUs = records.timeUs(slot);
    const kind = records.kind(slot);
    const target = records.target(slot);
    const peer = records.peer(slot);
    const extra = records.extra(slot);
    const payload = records.payload(slot);
    const sequence = records.sequence(slot);
    const subject = records.subject(slot);
    if (timeUs === this.nowUs) {
      if (++this.atThisInstant > EVENTS_AT_ONE_INSTANT)
        throw this.fault(`more than ${EVENTS_AT_ONE_INSTANT} events at one instant`);
    } else {
      this.nowUs = timeUs;
      this.atThisInstant = 0;
    }
    this.current = sequence;
    this.events++;
    fingerprint.mixEvent(timeUs | 0, (kind << 24) ^ target ^ Math.imul(peer, 0x61c88647), sequence | 0);
    if (this.observer?.event !== undefined) this.observer.event(this.observed(slot));
    if (kind === TIMER) this.timers.unlink(target, slot);
    queue.release(slot);
    switch (kind) {
      case DATAGRAM: {
        const message = payload as P['Message'];
        const { counters } = this;
        fingerprint.mix(counters.hashOf(message.kind, subject));
        const gate = this.table.gates[target];
        if (gate === SHUT) {
          this.transport.drop('dead', peer, target, message);
          break;
        }
        const input = this.inputs.datagram(peer, message, this.transport.groupName(extra));
        if (gate === OPEN) {
          counters.delivered++;
          this.deliver(target, input);
        } else {
          this.hold(processes[target], input, -1);
        }
        break;
      }
      case TIMER: {
        const timer = payload as P['Timer'];
        fingerprint.mix(this.counters.tally(timer.kind).hash);
        const input = this.inputs.timer(timer);
        if (this.table.gates[target] === OPEN) this.deliver(target, input);
        else this.arrive(target, input, extra);
        break;
      }
      case REQUEST:
        fingerprint.mix(this.counters.hashOf((payload as Kinded).kind, subject));
        this.transport.onRequest(extra, target, peer, payload as Kinded);
        break;
      case REPLY:
        fingerprint.mix(this.counters.hashOf((payload as Kinded).kind, subject));
        this.transport.onReply(extra, target, peer, payload as Kinded);
        break;
      case TIMEOUT:
        this.transport.onTimeout(extra, target);
        break;
      case CONNECT:
        this.transport.onConnect(extra, target, peer);
        break;
      case ACCEPT:
        this.transport.onAccept(extra);
        break;
      case FAILURE:
        this.transport.onFailure(extra, target, payload as 'refused');
        break;
      case RETRANSMIT:
        this.transport.onRetransmit(extra, processes[target], peer, payload as Retransmission);
        break;
      case HELD: {
        const process = processes[target];
        if (process.incarnation === extra) this.releaseHeld(process);
        break;
      }
      default:
        if (!this.environment.handle(kind, target, peer, extra, payload))
          throw this.fault(`an event of unknown kind ${kind}`);
    }
    if (this.checkEachEvent && this.monitors.needsCheck) this.check();
    if (this.plannedDone < this.planned.length) this.strikePlanned();
  }

  private observed(slot: number): ObservedEvent {
    const { records } = this.queue;
    const payload = records.payload(slot);
    const kind = records.kind(slot);
    let subject: Kinded | null = null;
    if (kind === DATAGRAM || kind === TIMER || kind === REQUEST || kind === REPLY) subject = payload as Kinded;
    const isProcess =
      kind <= HELD || kind === EVENT_NAMES.indexOf('restart') || kind === EVENT_NAMES.indexOf('session');
    return {
      number: this.events,
      sequence: records.sequence(slot),
      timeUs: this.nowUs,
      kind: EVENT_NAMES[kind],
      process: isProcess ? records.target(slot) : -1,
      peer: kind <= HELD ? records.peer(slot) : -1,
      cause: records.cause(slot),
      bornUs: records.bornUs(slot),
      subject,
    };
  }

  // --- Steps of machines ---

  arrive(address: Address, input: Input<P>, timerId = -1): void {
    // A process that was resumed has its past to hear of first, in order.
    if (this.table.gates[address] === HOLDING) this.hold(this.processes[address], input, timerId);
    else this.hand(address, input);
  }

  private hold(process: ProcessRecord<P>, input: Input<P>, timerId: number): void {
    process.held?.push({ input: this.inputs.kept(input), timerId });
  }

  private hand(address: Address, input: Input<P>): void {
    if (isMessage(input)) this.counters.delivered++;
    this.deliver(address, input);
  }

  private deliver(address: Address, input: Input<P>): void {
    if (this.freeze) deepFreeze(input);
    if (this.observer !== null) this.observer.input?.(address, input as Input<never>);
    const { states, machines } = this.table;
    const before = states[address];
    this.context.enter(address, this.localUs(address));
    let step: Step<P>;
    try {
      step = machines[address].handle(before, input, this.context);
    } catch (error) {
      throw this.machineFault(this.processes[address], input.kind, error);
    }
    const { state, effects } = step;
    if (state !== before) {
      if (this.freeze) deepFreeze(state);
      states[address] = state;
      if (this.watching) this.changed(address, before, state);
    }
    if (effects.length > 0) this.perform(address, effects);
  }

  private changed(address: Address, before: P['State'], after: P['State']): void {
    if (!this.begun) return;
    if (this.watches?.(before, after)) {
      this.observe({ kind: 'changed', address, before, after });
    }
    if (this.monitors.count > 0) this.monitors.touch(before, after);
  }

  private observe(seen: Observation<P>): void {
    if (!this.begun) return;
    const before = this.judged;
    this.judged = this.plan.system.judge.observe(before, seen, this.world);
    if (this.freeze) deepFreeze(this.judged);
    if (this.monitors.count === 0) return;
    // Properties may look at the judge's state and at who is there, beside the states that touch them by themselves.
    if (this.judged !== before || seen.kind === 'started' || seen.kind === 'stopped') this.monitors.touchAll();
  }

  private perform(address: Address, effects: readonly Effect<P>[]): void {
    let exits = false;
    for (let i = 0; i < effects.length; i++) {
      const effect = effects[i];
      if (this.freeze) deepFreeze(effect);
      if (this.observer !== null) this.observer.effect?.(address, effect as Effect);
      // Most of all effects; the only one that needs nothing of its process's record.
      if (effect.kind === 'send') this.transport.datagram(address, effect.target, effect.value as Kinded);
      else if (effect.kind === 'exit') exits = true;
      else this.carryOut(address, effect);
    }
    if (exits) this.endProcess(this.processes[address], 'gone');
  }

  private carryOut(address: Address, effect: Effect<P>): void {
    switch (effect.kind) {
      case 'request':
        if (!(effect.us > 0 && effect.us < Infinity))
          throw this.fault(`${this.nameOf(address)} sent a request with a time-out of ${effect.us} us`);
        this.transport.request(
          address,
          effect.target,
          effect.value as Kinded,
          effect.tag,
          Math.max(1, this.realUs(address, Math.round(effect.us))),
        );
        break;
      case 'reply':
        this.transport.reply(address, effect.target, effect.value as Kinded);
        break;
      case 'setTimer':
        this.setTimer(address, effect.value as P['Timer'], effect.target, effect.us);
        break;
      case 'cancelTimer':
        this.cancelTimer(address, effect.name, effect.target);
        break;
      case 'complete':
        this.complete(address, effect.target, effect.value as P['Outcome']);
        break;
      case 'multicast':
        this.transport.multicast(this.processes[address], effect.name, effect.value as Kinded);
        break;
      case 'joinGroup':
        this.transport.joinGroup(address, effect.name);
        break;
      case 'leaveGroup':
        this.transport.leaveGroup(address, effect.name);
        break;
      case 'save':
        this.processes[address].durable = effect.value;
        break;
      case 'note':
        this.observe({ kind: 'noted', address, note: effect.value as P['Note'] });
        break;
      default:
        throw this.fault(
          `${this.nameOf(address)} returned an effect of unknown kind ${String((effect as Effect).kind)}`,
        );
    }
  }

  private nameOf(address: Address): string {
    return this.processes[address].name;
  }

  // --- Timers ---

  private setTimer(address: Address, timer: P['Timer'], id: number, delayUs: number): void {
    if (!(delayUs >= 0 && delayUs < Infinity))
      throw this.fault(`${this.nameOf(address)} set the timer ${timer.kind} to ${delayUs} us`);
    let waitUs = this.realUs(address, Math.round(delayUs));
    const { roundUs } = this;
    if (roundUs !== null) waitUs = Math.ceil((this.nowUs + waitUs) / roundUs) * roundUs - this.nowUs;
    if (this.table.gates[address] !== OPEN) this.forgetHeldTimer(this.processes[address], timer.kind, id);
    this.timers.set(address, timer, id, waitUs);
  }

  private cancelTimer(address: Address, kind: string, id: number): void {
    this.timers.cancel(address, kind, id);
    if (this.table.gates[address] !== OPEN) this.forgetHeldTimer(this.processes[address], kind, id);
  }

  /** A timer may have fired while its process was paused, which has not heard of it yet. */
  private forgetHeldTimer(process: ProcessRecord<P>, kind: string, id: number): void {
    if (process.held === null) return;
    process.held = process.held.filter(
      ({ input, timerId }) => input.kind !== 'timer' || timerId !== id || input.timer.kind !== kind,
    );
  }

  // --- Operations ---

  issue(spec: OperationSpec<P>, operation: P['Operation'], issuer: Address): void {
    if (this.freeze) deepFreeze(operation);
    let id: OperationId;
    if (spec.step === true) {
      id = -1 - this.stepIds++;
    } else {
      const { history } = this;
      id = history.begin(operation, issuer, this.nowUs, this.current, this.judged);
      if (this.judgesBegin?.(operation) ?? true) this.observe({ kind: 'began', record: history.record(id) });
      if (this.observer !== null) this.observer.began?.(history.record(id) as OperationRecord);
    }
    this.arrive(issuer, this.inputs.operation(id, operation));
  }

  skipped(operation: string): void {
    this.history.skipped[operation] = (this.history.skipped[operation] ?? 0) + 1;
  }

  private complete(address: Address, id: OperationId, outcome: P['Outcome']): void {
    const { history } = this;
    const issuer = history.issuerOfPending(id);
    // A scripted step has nobody waiting for its outcome, and a second answer tells nobody anything.
    if (issuer < 0) return;
    if (issuer !== address)
      throw this.fault(`${this.nameOf(address)} completed operation ${id}, which was issued at another process`);
    this.hashVerdict(history.complete(id, outcome, this.nowUs, this.judged, this.world));
    if (this.observer !== null) this.observer.ended?.((history.lastEnded ?? history.record(id)) as OperationRecord);
  }

  private hashVerdict({ verdict, measures }: Judgement): void {
    this.fingerprint.mix(this.counters.tally(verdict).hash);
    if (measures !== undefined) for (const name in measures) this.fingerprint.mixNumber(measures[name]);
  }

  // --- Processes and hosts ---

  private create(spec: ProcessSpec<P>): ProcessRecord<P> {
    const role = this.plan.system.roles[spec.role];
    if (role === undefined) throw this.fault(`the system ${this.plan.system.name} has no role ${spec.role}`);
    const address = this.processes.length;
    const hostName = spec.host ?? spec.name ?? `${spec.role}-${address}`;
    let host = this.hosts.get(hostName);
    if (host === undefined) {
      host = new Host(hostName, address);
      this.hosts.set(hostName, host);
    } else {
      host.processes = [...host.processes, address];
      this.sharedHosts = true;
    }
    if (this.freeze) deepFreeze(spec.boot);
    const process = new ProcessRecord<P>(this.table, address, spec.role, spec.name, host, role.machine, spec.boot);
    if (this.names.has(process.name)) throw this.fault(`two processes are named ${process.name}`);
    this.names.set(process.name, address);
    this.processes.push(process);
    return process;
  }

  spawn(spec: ProcessSpec<P>): ProcessRecord<P> {
    const process = this.create(spec);
    this.network.place(process, this);
    this.start(process);
    if (process.live) this.environment.started(process);
    return process;
  }

  private start(process: ProcessRecord<P>): void {
    process.status = 'up';
    process.incarnation++;
    process.startedAtUs = this.nowUs;
    process.livePlace = this.live.push(process.address) - 1;
    this.events++;
    this.fingerprint.mix(this.nowUs | 0);
    this.fingerprint.mix((START << 24) ^ process.address);
    if (this.observer?.event !== undefined) {
      this.observer.event({
        number: this.events,
        sequence: -1,
        timeUs: this.nowUs,
        kind: EVENT_NAMES[START],
        process: process.address,
        peer: -1,
        cause: this.current,
        bornUs: this.nowUs,
        subject: null,
      });
    }
    this.context.enter(process.address, this.localUs(process.address));
    let step: Step<P>;
    try {
      step = process.machine.start(process.boot, process.durable, this.context);
    } catch (error) {
      throw this.machineFault(process, 'start', error);
    }
    if (this.freeze) deepFreeze(step.state);
    process.state = step.state;
    this.observe({ kind: 'started', address: process.address });
    if (step.effects.length > 0) this.perform(process.address, step.effects);
  }

  restart(process: ProcessRecord<P>): boolean {
    if (process.status !== 'down' || !process.hostRecord.up) return false;
    const { membership } = this.plan.system;
    if (membership.reboot !== undefined) process.boot = membership.reboot(this.world, process, this.streams.faults);
    if (this.freeze) deepFreeze(process.boot);
    this.start(process);
    if (process.live) this.environment.started(process);
    return true;
  }

  crash(process: ProcessRecord<P>): boolean {
    if (!process.live) return false;
    this.endProcess(process, 'down');
    this.environment.crashed(process);
    return true;
  }

  private endProcess(process: ProcessRecord<P>, status: 'down' | 'gone'): void {
    // It may have ended by an earlier effect of this very step.
    if (!process.live) return;
    const { live } = this;
    process.status = status;
    this.upUs += this.nowUs - process.startedAtUs;
    const last = live.pop() as Address;
    if (last !== process.address) {
      live[process.livePlace] = last;
      this.processes[last].livePlace = process.livePlace;
    }
    process.livePlace = -1;
    this.timers.clear(process.address);
    this.dropHeld(process);
    this.transport.ended(process);
    for (const id of this.history.abort(process.address, this.nowUs)) {
      const record = this.history.record(id);
      if (record.judgement !== null) this.hashVerdict(record.judgement);
      this.observer?.ended?.(record as OperationRecord);
    }
    this.observe({ kind: 'stopped', address: process.address, status });
  }

  askToLeave(process: ProcessRecord<P>): boolean {
    if (!process.live) return false;
    this.arrive(process.address, { kind: 'leave' });
    return true;
  }

  pause(process: ProcessRecord<P>): boolean {
    if (process.status !== 'up') return false;
    process.status = 'paused';
    // It may not yet have heard all that the last pause held back.
    process.held ??= [];
    return true;
  }

  resume(process: ProcessRecord<P>): boolean {
    if (process.status !== 'paused') return false;
    process.status = 'up';
    if (process.held?.length === 0) process.held = null;
    else this.scheduleHeld(process);
    return true;
  }

  /** One after the other, each an event of its own. */
  private scheduleHeld(process: ProcessRecord<P>): void {
    const { nowUs, current } = this;
    this.queue.schedule(nowUs, -1, HELD, process.address, -1, process.incarnation, null, current, nowUs);
  }

  private releaseHeld(process: ProcessRecord<P>): void {
    const { held } = process;
    if (held === null || process.status !== 'up') return;
    const next = held.shift();
    if (held.length === 0) process.held = null;
    else this.scheduleHeld(process);
    if (next !== undefined) this.hand(process.address, next.input);
  }

  private dropHeld(process: ProcessRecord<P>): void {
    for (const { input } of process.held ?? []) {
      if (isMessage(input)) this.transport.drop('dead', input.from, process.address, input.message);
    }
    process.held = null;
  }

  crashHost(process: ProcessRecord<P>): boolean {
    const host = process.hostRecord;
    if (!host.up) return false;
    host.up = false;
    for (const address of host.processes)
      if (this.processes[address].live) this.endProcess(this.processes[address], 'down');
    return true;
  }

  restartHost(process: ProcessRecord<P>): boolean {
    const host = process.hostRecord;
    if (host.up) return false;
    host.up = true;
    for (const address of host.processes) this.restart(this.processes[address]);
    return true;
  }

  named(name: string): ProcessRecord<P> | undefined {
    const address = this.names.get(name);
    return address === undefined ? undefined : this.processes[address];
  }

  setClock(process: ProcessRecord<P>, offsetUs: number, rate: number): void {
    process.hostRecord.setClock(this.nowUs, offsetUs, rate);
    this.skewed = true;
  }

  /** What the process's clock shows. */
  private localUs(address: Address): number {
    return this.skewed ? this.processes[address].hostRecord.localUs(this.nowUs) : this.nowUs;
  }

  /** How long it takes the process's clock to advance by so much. */
  private realUs(address: Address, localUs: number): number {
    return this.skewed ? this.processes[address].hostRecord.realUs(localUs) : localUs;
  }

  disturbed(): void {
    this.lastDisturbanceUs = this.nowUs;
    // Who reaches whom, who is paused: properties may look at that too.
    this.monitors.touchAll();
  }

  sizeOf(message: P['Message']): number {
    return this.plan.system.sizeOf?.(message) ?? 100;
  }

  // --- Onlookers ---

  private lookAround(): void {
    if (this.nowUs >= this.nextSampleUs) {
      this.sample();
      this.nextSampleUs += this.plan.sampleUs;
    }
    if (this.nowUs >= this.nextCheckUs) {
      this.check();
      this.nextCheckUs += this.checkUs;
    }
    this.findNextLook();
  }

  private findNextLook(): void {
    this.nextLookUs = Math.min(this.nextSampleUs, this.nextCheckUs, this.nextStrikeUs);
  }

  private check(): void {
    const { observer } = this;
    this.monitors.check(this.world, this.judged, this.events, (watch) => {
      observer?.property?.(
        watch.name,
        watch.holds === true,
        watch.holds === true ? null : (watch.lastViolation?.message ?? null),
      );
    });
  }

  private sample(): void {
    const { system } = this.plan;
    this.series.add(this.nowUs, {
      'live processes': this.live.length,
      'messages sent': this.counters.sent,
      'operations begun': this.history.length,
      ...system.gauges?.(this.world, this.judged),
    });
  }

  private finish(): void {
    if (this.finished) return;
    this.finished = true;
    this.check();
  }

  // --- Injections ---

  /** Strikes the planned injections whose moment is now: their event is past, and their time has come. */
  private strikePlanned(): void {
    while (this.plannedStrikeUs() <= this.nowUs) {
      const index = this.planned[this.plannedDone++];
      const { action } = this.plan.actions[index];
      this.settle();
      this.hashInjection(action);
      this.environment.strikePlanned(index);
      if (this.checkEachEvent) this.check();
    }
    this.nextStrikeUs = this.plannedStrikeUs();
    this.findNextLook();
  }

  /** When the next planned injection strikes; Infinity if there is none, or the event that it comes after is still to come. */
  private plannedStrikeUs(): number {
    if (this.plannedDone >= this.planned.length) return Infinity;
    const { afterEvent, atUs } = this.plan.actions[this.planned[this.plannedDone]];
    return (afterEvent ?? 0) <= this.events ? atUs : Infinity;
  }

  inject(action: TimedAction['action'], label: string): FaultTally {
    this.settle();
    const timed: TimedAction = { atUs: this.nowUs, afterEvent: this.events, action, label, place: null };
    this.injections = [...this.injections, timed];
    this.hashInjection(action);
    const tally = this.environment.strikeNow(timed);
    if (this.checkEachEvent) this.check();
    return tally;
  }

  /**
   * Before an injection, all onlookers have looked whose time has come, so that it does not matter how one came here. An injection
   * at the end of the run makes it go on for that instant.
   */
  private settle(): void {
    const firstUs = this.queue.firstTimeUs();
    while (Math.min(this.nextSampleUs, this.nextCheckUs) <= this.nowUs && firstUs > this.nowUs) this.lookAround();
    if (this.nowUs < this.plan.durationUs) return;
    if (firstUs > this.plan.durationUs) this.finish();
    this.finished = false;
  }

  private hashInjection(action: TimedAction['action']): void {
    this.fingerprint.mix(hashText(action.kind));
    this.fingerprint.mixNumber(this.nowUs);
  }

  // --- Results ---

  summary(): RunSummary<P, unknown> {
    const holdsSinceUs: Record<string, number | null> = {};
    for (const watch of this.monitors.all) holdsSinceUs[watch.name] = watch.holds === true ? watch.sinceUs : null;
    let processUpUs = this.upUs;
    for (const address of this.live) processUpUs += this.nowUs - this.processes[address].startedAtUs;
    return {
      world: this.world,
      judged: this.judged,
      history: this.history.each,
      sentByKind: this.counters.sentByKind(),
      holdsSinceUs,
      lastDisturbanceUs: this.lastDisturbanceUs,
      processUpUs,
    };
  }

  countInFlight(): number {
    let count = this.transport.requests.filter((request) => !request.sent).length;
    for (const process of this.processes) count += process.held?.filter(({ input }) => isMessage(input)).length ?? 0;
    const { queue } = this;
    for (const slot of queue.pendingSlots()) {
      const kind = queue.records.kind(slot);
      const payload = queue.records.payload(slot);
      if (kind === DATAGRAM || kind === REQUEST || kind === REPLY) count++;
      else if (kind === RETRANSMIT) {
        const { stage } = payload as Retransmission;
        if (stage === REQUEST || stage === REPLY) count++;
      }
    }
    return count;
  }

  private fault(what: string, cause?: unknown): SimulationError {
    const where = `(event ${this.events}, at ${this.nowUs} us, seed ${this.plan.seed})`;
    return new SimulationError(`${what} ${where}`, { cause });
  }

  private machineFault(process: ProcessRecord<P>, on: string, error: unknown): SimulationError {
    const said = error instanceof Error ? error.message : String(error);
    return this.fault(`${process.name} threw on ${on}: ${said}`, error);
  }

  // --- Moving in time ---

  snapshot(): Checkpoint {
    return {
      nowUs: this.nowUs,
      events: this.events,
      current: this.current,
      fingerprint: this.fingerprint.snapshot(),
      queue: this.queue.snapshot(),
      streams: this.streams.snapshot(),
      processes: this.processes.map((record) => ({
        record: record as unknown as ProcessRecord,
        state: record.snapshot(),
      })),
      hosts: [...this.hosts.values()].map((host) => ({ host, state: host.snapshot() })),
      live: this.live.slice(),
      transport: this.transport.snapshot(),
      network: this.network.snapshot(),
      counters: this.counters.snapshot(),
      environment: this.environment.snapshot(),
      history: this.history.snapshot() as unknown as HistoryState<ProtocolTypes>,
      monitors: this.monitors.snapshot(),
      series: this.series.snapshot(),
      judged: this.judged,
      lastDisturbanceUs: this.lastDisturbanceUs,
      injections: this.injections,
      plannedInjections: this.plannedDone,
      nextSampleUs: this.nextSampleUs,
      nextCheckUs: this.nextCheckUs,
      upUs: this.upUs,
      stepIds: this.stepIds,
      finished: this.finished,
    };
  }

  restore(saved: Checkpoint): void {
    this.nowUs = saved.nowUs;
    this.events = saved.events;
    this.current = saved.current;
    this.fingerprint.restore(saved.fingerprint);
    this.queue.restore(saved.queue);
    this.streams.restore(saved.streams);
    this.restoreProcesses(saved);
    this.transport.restore(saved.transport);
    this.network.restore(saved.network);
    this.counters.restore(saved.counters);
    this.environment.restore(saved.environment);
    this.history.restore(saved.history as unknown as HistoryState<P>);
    this.monitors.restore(saved.monitors);
    this.series.restore(saved.series);
    this.judged = saved.judged;
    this.lastDisturbanceUs = saved.lastDisturbanceUs;
    this.injections = saved.injections.slice();
    this.plannedDone = saved.plannedInjections;
    this.nextSampleUs = saved.nextSampleUs;
    this.nextCheckUs = saved.nextCheckUs;
    this.upUs = saved.upUs;
    this.stepIds = saved.stepIds;
    this.finished = saved.finished;
    this.atThisInstant = 0;
    this.nextStrikeUs = this.plannedStrikeUs();
    this.findNextLook();
  }

  private restoreProcesses(saved: Checkpoint): void {
    this.processes.length = 0;
    // Onlookers see these: another branch may have had more.
    this.table.states.length = saved.processes.length;
    this.names.clear();
    for (const { record, state } of saved.processes) {
      record.restore(state, (of) => this.streams.ofProcess(of));
      this.processes.push(record as ProcessRecord<P>);
      this.names.set(record.name, record.address);
    }
    this.hosts.clear();
    this.skewed = false;
    for (const { host, state } of saved.hosts) {
      host.restore(state);
      this.skewed ||= host.skewed;
      this.hosts.set(host.name, host);
    }
    // On another branch the same address may have been another newcomer's.
    for (const process of this.processes.slice(this.population)) this.network.place(process, this);
    this.live.length = 0;
    for (const address of saved.live) this.live.push(address);
  }
}

/** Whether the input is a message, for the accounts. */
function isMessage<P extends ProtocolTypes>(
  input: Input<P>,
): input is Extract<Input<P>, { kind: 'datagram' | 'request' | 'reply' }> {
  return input.kind === 'datagram' || input.kind === 'request' || input.kind === 'reply';
}
