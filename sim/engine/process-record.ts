import type { Input } from '../contract/input.ts';
import type { Machine } from '../contract/machine.ts';
import type { Address, ProtocolTypes } from '../contract/protocol-types.ts';
import type { ProcessStatus, ProcessView } from '../contract/world.ts';
import type { Stream, StreamState } from '../random/stream.ts';

/** A machine with a clock of its own, on which processes run. */
export class Host {
  readonly name: string;
  /** Replaced, not added to: an array that is pushed to makes room for seventeen, and nearly every host has one process. */
  processes: readonly Address[];
  up = true;
  /** Whether its clock differs from virtual time; almost none does, and those that don't cost nothing. */
  skewed = false;
  /** Which crash and which setting of the clock the last ones were, so that the end of an earlier one does not end them. */
  crashId = 0;
  clockId = 0;
  /** Its clock showed `anchorLocalUs` at virtual time `anchorUs` and has since run at `rate` (1 is true). */
  anchorUs = 0;
  anchorLocalUs = 0;
  rate = 1;

  constructor(name: string, first: Address) {
    this.name = name;
    this.processes = [first];
  }

  /** What its clock shows at this virtual time. */
  localUs(nowUs: number): number {
    return this.skewed ? Math.floor(this.anchorLocalUs + (nowUs - this.anchorUs) * this.rate) : nowUs;
  }

  /** How long in virtual time its clock takes to advance by so much. */
  realUs(localUs: number): number {
    return this.skewed ? Math.round(localUs / this.rate) : localUs;
  }

  /** Sets its clock off from virtual time and changes its rate, from now on. */
  setClock(nowUs: number, offsetUs: number, rate: number): void {
    this.skewed = offsetUs !== 0 || rate !== 1;
    this.anchorUs = nowUs;
    this.anchorLocalUs = nowUs + offsetUs;
    this.rate = rate;
  }

  snapshot(): HostState {
    const { up, skewed, crashId, clockId, anchorUs, anchorLocalUs, rate } = this;
    return { up, skewed, crashId, clockId, anchorUs, anchorLocalUs, rate, processes: this.processes };
  }

  restore(saved: HostState): void {
    this.up = saved.up;
    this.skewed = saved.skewed;
    this.crashId = saved.crashId;
    this.clockId = saved.clockId;
    this.anchorUs = saved.anchorUs;
    this.anchorLocalUs = saved.anchorLocalUs;
    this.rate = saved.rate;
    this.processes = saved.processes;
  }
}

export interface HostState {
  readonly up: boolean;
  readonly skewed: boolean;
  readonly crashId: number;
  readonly clockId: number;
  readonly anchorUs: number;
  readonly anchorLocalUs: number;
  readonly rate: number;
  readonly processes: readonly Address[];
}

/** An input that waits; for a timer with its id, so that it can still be cancelled. */
export interface Held<P extends ProtocolTypes> {
  readonly input: Input<P>;
  readonly timerId: number;
}

/** It is not live: nothing reaches it. */
export const SHUT = 0;
/** It is live, and hears at once. */
export const OPEN = 1;
/** It is live, and something stands between it and its inputs: a pause, or what a pause has left. */
export const HOLDING = 2;

/**
 * What each event touches of the process that it happens to, by address, in columns of its own: a large run mostly waits for memory, and the
 * records of processes lie far apart.
 */
export class ProcessTable<P extends ProtocolTypes> {
  readonly records: ProcessRecord<P>[] = [];
  readonly states: P['State'][] = [];
  readonly machines: Machine<P>[] = [];
  /** Made at the first draw: most processes of a large run never draw. */
  readonly streams: (Stream | null)[] = [];
  /** SHUT, OPEN or HOLDING. */
  gates = new Uint8Array(64);
  /** How many times each was started. */
  incarnations = new Int32Array(64);
  /** Heads of the lists of timers in the queue, −1 for none. */
  firstTimer = new Int32Array(64).fill(-1);
  /** How many timers are set, by kind: see `Timers`. */
  timerTally = new Int32Array(64);
  /** Heads of the lists of own requests and of those that were accepted, in the table of requests; −1 for none. */
  firstRequest = new Int32Array(64).fill(-1);
  firstAccepted = new Int32Array(64).fill(-1);

  /**
   * Reads what processes will look at when something happens to them: all that is hot of those before `front`, the head of the state of those from `back` on. Level by level, so
   * that in each loop the processor waits for all of them at once, and without branches that hang on what is read, since where one was guessed
   * wrong it stops reading ahead. The result means nothing.
   */
  readonly prefetch = (targets: Int32Array, front: number, back: number): number => {
    const { states, machines } = this;
    let sum = 0;
    for (let i = 0; i < front; i++) sum += hotOf(machines[targets[i]], states[targets[i]]) === NO_NUMBERS ? 1 : 0;
    for (let i = back; i < targets.length; i++)
      sum += hotOf(machines[targets[i]], states[targets[i]]) === NO_NUMBERS ? 1 : 0;
    for (let i = 0; i < front; i++) sum += hotOf(machines[targets[i]], states[targets[i]]).length;
    for (let i = 0; i < front; i++) {
      const hot = hotOf(machines[targets[i]], states[targets[i]]);
      const last = hot.length - 1;
      // A cache line holds eight.
      if (last >= 0) sum += hot[last] + hot[Math.max(0, last - 8)] + hot[Math.max(0, last - 16)];
    }
    return sum;
  };

  /** A process of this address, of which nothing is known yet. */
  add(record: ProcessRecord<P>): void {
    const { address, machine } = record;
    if (address >= this.gates.length) this.widen();
    this.records[address] = record;
    this.states[address] = null;
    this.machines[address] = machine;
    this.streams[address] = null;
    this.gates[address] = SHUT;
    this.incarnations[address] = 0;
    this.firstTimer[address] = -1;
    this.timerTally[address] = 0;
    this.firstRequest[address] = -1;
    this.firstAccepted[address] = -1;
  }

  private widen(): void {
    const gates = new Uint8Array(2 * this.gates.length);
    gates.set(this.gates);
    this.gates = gates;
    this.incarnations = widened(this.incarnations, 0);
    this.firstTimer = widened(this.firstTimer, -1);
    this.timerTally = widened(this.timerTally, 0);
    this.firstRequest = widened(this.firstRequest, -1);
    this.firstAccepted = widened(this.firstAccepted, -1);
  }
}

function widened(column: Int32Array<ArrayBuffer>, blank: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(2 * column.length).fill(blank);
  wider.set(column);
  return wider;
}

const NO_NUMBERS: readonly number[] = [];

function hotOf<P extends ProtocolTypes>({ hot }: Machine<P>, state: P['State']): readonly number[] {
  return hot === undefined || state === null ? NO_NUMBERS : hot(state);
}

/** A process as the engine keeps it. Its fields change; the states that it holds do not. */
export class ProcessRecord<P extends ProtocolTypes = ProtocolTypes> implements ProcessView<P> {
  readonly address: Address;
  private readonly table: ProcessTable<P>;
  private place = -1;
  private waiting: Held<P>[] | null = null;
  readonly hostRecord: Host;
  status: ProcessStatus = 'down';
  durable: P['Durable'] | null = null;
  boot: P['Boot'];
  startedAtUs = 0;
  /** Which pause the last one was, so that the end of an earlier one does not end it. */
  pauseId = 0;
  readonly machine: Machine<P>;
  readonly role: string;
  private readonly givenName: string | null;

  constructor(
    table: ProcessTable<P>,
    address: Address,
    role: string,
    name: string | null,
    host: Host,
    machine: Machine<P>,
    boot: P['Boot'],
  ) {
    this.table = table;
    this.address = address;
    this.role = role;
    this.givenName = name;
    this.hostRecord = host;
    this.machine = machine;
    this.boot = boot;
    table.add(this);
  }

  get state(): P['State'] {
    return this.table.states[this.address];
  }

  set state(state: P['State']) {
    this.table.states[this.address] = state;
  }

  get incarnation(): number {
    return this.table.incarnations[this.address];
  }

  set incarnation(incarnation: number) {
    this.table.incarnations[this.address] = incarnation;
  }

  /** Its place in the list of live processes, −1 if it is not live. */
  get livePlace(): number {
    return this.place;
  }

  set livePlace(place: number) {
    this.place = place;
    this.setGate();
  }

  /** What arrived while it was paused and it has not heard of yet; null if nothing holds inputs back. Not null while it is paused. */
  get held(): Held<P>[] | null {
    return this.waiting;
  }

  set held(held: Held<P>[] | null) {
    this.waiting = held;
    this.setGate();
  }

  private setGate(): void {
    const open = this.waiting === null ? OPEN : HOLDING;
    this.table.gates[this.address] = this.place < 0 ? SHUT : open;
  }

  get name(): string {
    return this.givenName ?? `${this.role}-${this.address}`;
  }

  get host(): string {
    return this.hostRecord.name;
  }

  get live(): boolean {
    return this.table.gates[this.address] !== SHUT;
  }

  snapshot(): ProcessState {
    const { table, address } = this;
    return {
      status: this.status,
      incarnation: this.incarnation,
      state: this.state,
      durable: this.durable,
      boot: this.boot,
      startedAtUs: this.startedAtUs,
      stream: table.streams[address]?.snapshot() ?? null,
      firstTimer: table.firstTimer[address],
      timerTally: table.timerTally[address],
      firstRequest: table.firstRequest[address],
      firstAccepted: table.firstAccepted[address],
      livePlace: this.livePlace,
      held: this.held === null ? null : this.held.slice(),
      pauseId: this.pauseId,
    };
  }

  restore(saved: ProcessState, newStream: (address: Address) => Stream): void {
    const { table, address } = this;
    const stream = table.streams[address] ?? null;
    // Another branch may have had another process of this address.
    table.add(this);
    this.status = saved.status;
    this.incarnation = saved.incarnation;
    this.state = saved.state;
    this.durable = saved.durable;
    this.boot = saved.boot;
    this.startedAtUs = saved.startedAtUs;
    table.firstTimer[address] = saved.firstTimer;
    table.timerTally[address] = saved.timerTally;
    table.firstRequest[address] = saved.firstRequest;
    table.firstAccepted[address] = saved.firstAccepted;
    this.livePlace = saved.livePlace;
    this.held = saved.held === null ? null : (saved.held.slice() as Held<P>[]);
    this.pauseId = saved.pauseId;
    if (saved.stream !== null) {
      table.streams[address] = stream ?? newStream(address);
      table.streams[address].restore(saved.stream);
    }
  }
}

/** A look at one process after another, for the length of a call: nearly all who look want its state, and that does not stand in its record. */
export class Glance<P extends ProtocolTypes> implements ProcessView<P> {
  address: Address = -1;
  private readonly table: ProcessTable<P>;

  constructor(table: ProcessTable<P>) {
    this.table = table;
  }

  at(address: Address): this {
    this.address = address;
    return this;
  }

  get state(): P['State'] {
    return this.table.states[this.address];
  }

  get incarnation(): number {
    return this.table.incarnations[this.address];
  }

  get name(): string {
    return this.record.name;
  }

  get role(): string {
    return this.record.role;
  }

  get host(): string {
    return this.record.host;
  }

  get status(): ProcessStatus {
    return this.record.status;
  }

  get boot(): P['Boot'] {
    return this.record.boot;
  }

  get startedAtUs(): number {
    return this.record.startedAtUs;
  }

  private get record(): ProcessRecord<P> {
    return this.table.records[this.address];
  }
}

/** A copy of what can change about a process; the states in it are shared. */
export interface ProcessState {
  readonly status: ProcessStatus;
  readonly incarnation: number;
  readonly state: unknown;
  readonly durable: unknown;
  readonly boot: unknown;
  readonly startedAtUs: number;
  readonly stream: StreamState | null;
  readonly firstTimer: number;
  readonly timerTally: number;
  readonly firstRequest: number;
  readonly firstAccepted: number;
  readonly livePlace: number;
  readonly held: readonly unknown[] | null;
  readonly pauseId: number;
}
