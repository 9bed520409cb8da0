/**
 * Takes a process of the model one step on, and carries out what its machine wants: the same effects as in the engine, without time. `perform` reads like
 * the engine's own table; what it changes is a draft that becomes the next state.
 */
import type { Effect } from '../../contract/effect.ts';
import type { Input } from '../../contract/input.ts';
import type { Context, Step } from '../../contract/machine.ts';
import type { Address, Kinded, ProtocolTypes, RequestId } from '../../contract/protocol-types.ts';
import type { OperationSpec, ProcessSpec } from '../../contract/system.ts';
import type { Observation, OperationRecord } from '../../contract/world.ts';
import type { Random } from '../../random/random.ts';
import type { Plan } from '../../scenario/plan.ts';
import type { ModelProcess, ModelRequest, ModelState } from './state.ts';
import { ModelWorld } from './world.ts';

export interface Setting {
  readonly plan: Plan;
  /** What all clocks show. */
  readonly nowUs: number;
}

type Open<T> = { -readonly [Key in keyof T]: T[Key] };

/** Places of a request's id: who asked, and the how-manieth it was. */
const IDS = 1_000_000;

/** The next state while it is being made. */
export class Draft {
  readonly setting: Setting;
  private readonly random: Random;
  private readonly at: Open<ModelState>;
  private begun: boolean;

  constructor(from: ModelState, setting: Setting, random: Random, begun = true) {
    this.at = { ...from };
    this.setting = setting;
    this.random = random;
    this.begun = begun;
  }

  get state(): ModelState {
    return this.at;
  }

  get world(): ModelWorld {
    const { plan, nowUs } = this.setting;
    return new ModelWorld(this.at, plan.config, nowUs);
  }

  change(change: (at: Open<ModelState>) => Partial<ModelState>): void {
    Object.assign(this.at, change(this.at));
  }

  // --- Steps ---

  hand(address: Address, input: Input<ProtocolTypes>): void {
    const process = this.at.processes[address];
    if (process.status !== 'up') return;
    const machine = this.setting.plan.system.roles[process.role].machine;
    this.take(process, machine.handle(process.state, input, this.contextOf(address)));
  }

  start(address: Address): void {
    const process = this.at.processes[address];
    const machine = this.setting.plan.system.roles[process.role].machine;
    const started = { ...process, status: 'up' as const, incarnation: process.incarnation + 1 };
    const step = machine.start(process.boot, process.durable, this.contextOf(address));
    this.put({ ...started, state: step.state });
    this.observe({ kind: 'started', address });
    this.perform(address, step.effects);
  }

  private contextOf(self: Address): Context<ProtocolTypes> {
    return { self, nowUs: this.setting.nowUs, config: this.setting.plan.config, random: this.random };
  }

  private take(process: ModelProcess, { state, effects }: Step<ProtocolTypes>): void {
    const before = process.state;
    if (state !== before) {
      this.put({ ...this.at.processes[process.address], state });
      if (this.setting.plan.system.judge.watches?.(before, state))
        this.observe({ kind: 'changed', address: process.address, before, after: state });
    }
    this.perform(process.address, effects);
  }

  private observe(seen: Observation): void {
    if (!this.begun) return;
    this.at.judged = this.setting.plan.system.judge.observe(this.at.judged, seen, this.world);
  }

  /** From now on the judge sees what happens. */
  begin(): void {
    this.begun = true;
    this.at.judged = this.setting.plan.system.judge.init(this.world);
  }

  // --- Effects ---

  private perform(address: Address, effects: readonly Effect[]): void {
    let exits = false;
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          this.send(address, effect.target, effect.value as Kinded, null);
          break;
        case 'multicast':
          for (const to of this.at.groups[effect.name] ?? [])
            this.send(address, to, effect.value as Kinded, effect.name);
          break;
        case 'joinGroup':
          this.group(effect.name, (members) => [...new Set([...members, address])].sort((a, b) => a - b));
          break;
        case 'leaveGroup':
          this.group(effect.name, (members) => members.filter((member) => member !== address));
          break;
        case 'request':
          this.request(address, effect.target, effect.value as Kinded, effect.tag);
          break;
        case 'reply':
          this.reply(address, effect.target, effect.value as Kinded);
          break;
        case 'setTimer':
          this.setTimer(address, effect.value as Kinded, effect.target);
          break;
        case 'cancelTimer':
          this.cancelTimer(address, effect.name, effect.target);
          break;
        case 'save':
          this.put({ ...this.at.processes[address], durable: effect.value });
          break;
        case 'complete':
          this.complete(effect.target, effect.value as Kinded);
          break;
        case 'note':
          this.observe({ kind: 'noted', address, note: effect.value as Kinded });
          break;
        case 'exit':
          exits = true;
          break;
      }
    }
    if (exits) this.end(address, 'gone');
  }

  private put(process: ModelProcess): void {
    this.at.processes = this.at.processes.with(process.address, process);
  }

  private send(from: Address, to: Address, message: Kinded, group: string | null): void {
    // To the dead, and to nobody: it will not arrive.
    if (this.at.processes[to]?.status !== 'up') return;
    this.at.messages = [...this.at.messages, { kind: 'datagram', from, to, group, message }];
  }

  private group(name: string, change: (members: readonly Address[]) => readonly Address[]): void {
    this.at.groups = { ...this.at.groups, [name]: change(this.at.groups[name] ?? []) };
  }

  private request(from: Address, to: Address, message: Kinded, tag: unknown): void {
    const asker = this.at.processes[from];
    const id: RequestId = from * IDS + asker.asked;
    this.put({ ...asker, asked: asker.asked + 1 });
    const target = this.at.processes[to];
    const doomed = target === undefined ? 'unreachable' : target.status === 'up' ? null : this.refusal;
    this.at.requests = [...this.at.requests, { id, from, to, tag, heldBy: 0, doomed }];
    if (doomed === null) this.at.messages = [...this.at.messages, { kind: 'request', from, to, id, message }];
  }

  /** What the asker of a dead process hears. */
  get refusal(): 'refused' | 'timeout' {
    return this.setting.plan.network.requests.transport === 'tcp' ? 'refused' : 'timeout';
  }

  private reply(from: Address, id: RequestId, message: Kinded): void {
    const request = this.at.requests.find((each) => each.id === id);
    if (request === undefined || request.to !== from || request.heldBy !== this.at.processes[from].incarnation) return;
    this.putRequest({ ...request, heldBy: 0 });
    this.at.messages = [...this.at.messages, { kind: 'reply', from, to: request.from, id, message }];
  }

  putRequest(request: ModelRequest): void {
    this.at.requests = this.at.requests.map((each) => (each.id === request.id ? request : each));
  }

  private setTimer(address: Address, timer: Kinded, id: number): void {
    this.cancelTimer(address, timer.kind, id);
    const process = this.at.processes[address];
    this.put({ ...process, timers: [...process.timers, { timer, id }].sort(byKind) });
  }

  private cancelTimer(address: Address, kind: string, id: number): void {
    const process = this.at.processes[address];
    const timers = process.timers.filter((each) => each.timer.kind !== kind || each.id !== id);
    if (timers.length < process.timers.length) this.put({ ...process, timers });
  }

  private complete(id: number, outcome: Kinded): void {
    const operation = this.at.operations.find(({ record }) => record.id === id && record.status === 'pending');
    if (operation === undefined) return;
    const { nowUs, plan } = this.setting;
    const ended: OperationRecord = { ...operation.record, endUs: nowUs, status: 'completed', outcome };
    const judgement = plan.system.judge.verdict(this.at.judged, operation.atStart, ended, this.world);
    const record = { ...ended, judgement };
    this.at.operations = this.at.operations.map((each) => (each === operation ? { record, atStart: null } : each));
  }

  // --- The environment ---

  spawn(spec: ProcessSpec): Address {
    const address = this.at.processes.length;
    const name = spec.name ?? `${spec.role}-${address}`;
    const process: ModelProcess = {
      address,
      name,
      role: spec.role,
      host: spec.host ?? name,
      boot: spec.boot,
      status: 'down',
      incarnation: 0,
      state: null,
      durable: null,
      timers: [],
      fired: {},
      asked: 0,
    };
    this.at.processes = [...this.at.processes, process];
    return address;
  }

  /** It ended: its timers, its requests and what is on its way to it are gone; whoever waits for its answer will hear so. */
  end(address: Address, status: 'down' | 'gone'): void {
    const process = this.at.processes[address];
    if (process.status !== 'up') return;
    const overTcp = this.setting.plan.network.requests.transport === 'tcp';
    this.put({ ...process, status, timers: [] });
    this.at.messages = this.at.messages.filter(({ to }) => to !== address);
    this.at.groups = Object.fromEntries(
      Object.entries(this.at.groups).map(([name, members]) => [name, members.filter((each) => each !== address)]),
    );
    this.at.requests = this.at.requests
      .filter(({ from }) => from !== address)
      .map((request) => {
        if (request.to !== address || this.hasReply(request.id)) return request;
        const reason = request.heldBy > 0 && overTcp ? 'reset' : this.refusal;
        return { ...request, heldBy: 0, doomed: reason };
      });
    this.at.operations = this.at.operations.map((each) =>
      each.record.issuer === address && each.record.status === 'pending'
        ? { record: { ...each.record, status: 'aborted', judgement: { verdict: 'aborted' } }, atStart: null }
        : each,
    );
    this.observe({ kind: 'stopped', address, status });
  }

  hasReply(id: RequestId): boolean {
    return this.at.messages.some((message) => message.kind === 'reply' && message.id === id);
  }

  /** @param id of the scenario's action: the same operation has the same id, whenever it is asked. */
  issue(spec: OperationSpec<ProtocolTypes>, operation: Kinded, issuer: Address, id: number): void {
    if (spec.step === true) {
      this.hand(issuer, { kind: 'operation', id: -1 - id, operation });
      return;
    }
    const record: OperationRecord = {
      id,
      issuer,
      operation,
      startUs: this.setting.nowUs,
      endUs: null,
      status: 'pending',
      outcome: null,
      judgement: null,
      startSequence: -1,
    };
    const operations = [...this.at.operations, { record, atStart: this.at.judged }];
    this.at.operations = operations.sort((a, b) => a.record.id - b.record.id);
    if (this.setting.plan.system.judge.begins?.(operation) ?? true) this.observe({ kind: 'began', record });
    this.hand(issuer, { kind: 'operation', id, operation });
  }
}

function byKind(
  a: { readonly timer: Kinded; readonly id: number },
  b: { readonly timer: Kinded; readonly id: number },
): number {
  if (a.timer.kind !== b.timer.kind) return a.timer.kind < b.timer.kind ? -1 : 1;
  return a.id - b.id;
}
