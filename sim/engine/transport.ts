import type { FailureReason } from '../contract/input.ts';
import type { Address, Kinded, ProtocolTypes, RequestId } from '../contract/protocol-types.ts';
import type { NetworkPlan } from '../scenario/plan.ts';
import type { DropReason } from './counters.ts';
import { ACCEPT, CONNECT, DATAGRAM, FAILURE, REPLY, REQUEST, RETRANSMIT } from './event-kind.ts';
import { plainKind, withSubject } from './event-records.ts';
import type { Kernel } from './kernel.ts';
import { type ProcessRecord, type ProcessTable, SHUT } from './process-record.ts';
import { NONE, type PendingRequest, RequestTable, type RequestTableState } from './request-table.ts';
import { TimeOuts } from './time-outs.ts';

/** The index of no group. */
const UNICAST = 0;

/**
 * The two transports. *Datagrams*: each copy by itself lost, duplicated, delayed, so reordered. *Requests*: over TCP a connection is set up
 * (CONNECT, ACCEPT), then REQUEST and REPLY travel; a lost segment is sent again after a time-out that doubles; over `udp` REQUEST and REPLY
 * are a packet each, never sent again.
 *
 * | what the requester meets | when |
 * | --- | --- |
 * | `refused` | the connection reaches a host that is up and no live process (TCP) |
 * | `reset` | the process ends between accepting the connection and answering, its host staying up (TCP) |
 * | `unreachable` | a partition that answers stands in the way of its connection or its request, or there never was such a process |
 * | `timeout` | everything else: host down, packets lost, partition that swallows, receiver paused, slow or silent |
 *
 * A partition that answers tells whoever sends. For what comes back (acceptance, reply) that is the receiver: the requester then
 * hears nothing, so that `unreachable` always means that the request was not executed. A host that is down swallows a
 * segment for good: it is sent again only if the network lost it.
 *
 * Only the last two steps of a request are messages in the accounts: the request and its reply. Connection set-up is not.
 */
export class Transport {
  private readonly kernel: Kernel;
  private readonly table: ProcessTable<ProtocolTypes>;
  private readonly timeOuts: TimeOuts;
  private readonly overTcp: boolean;
  private readonly rtoUs: number;
  private readonly retries: number;
  readonly requests: RequestTable;
  /** Members in order of address, so that copies leave in an order that does not depend on who came when. */
  private readonly groups = new Map<string, readonly Address[]>();
  private readonly groupNames: (string | null)[] = [null];

  constructor(kernel: Kernel, table: ProcessTable<ProtocolTypes>, plan: NetworkPlan) {
    this.kernel = kernel;
    this.table = table;
    this.timeOuts = new TimeOuts(kernel);
    this.requests = new RequestTable(table);
    this.overTcp = plan.requests.transport === 'tcp';
    this.rtoUs = plan.requests.rtoUs;
    this.retries = plan.requests.retries;
  }

  // --- Datagrams ---

  datagram(from: Address, to: Address, message: Kinded): void {
    const { kernel } = this;
    const what = withSubject(DATAGRAM, kernel.counters.account(message.kind));
    if (to < 0 || to >= kernel.processes.length) {
      this.drop('nobody', from, to, message);
      return;
    }
    const { plainUs } = kernel.network;
    if (plainUs >= 0 && !this.isLocal(from, to)) {
      const { nowUs, current } = kernel;
      const lane = kernel.queue.laneFor(plainUs);
      kernel.queue.schedule(nowUs + plainUs, lane, what, to, from, UNICAST, message, current, nowUs);
      return;
    }
    this.copy(what, from, to, message, UNICAST);
  }

  multicast(from: ProcessRecord, group: string, message: Kinded): void {
    const members = this.groups.get(group);
    if (members === undefined) return;
    const index = this.groupIndex(group);
    for (const to of members) {
      const what = withSubject(DATAGRAM, this.kernel.counters.account(message.kind));
      this.copy(what, from.address, to, message, index);
    }
  }

  joinGroup(address: Address, group: string): void {
    const members = this.groups.get(group) ?? [];
    const place = placeOf(members, address);
    if (members[place] === address) return;
    this.groups.set(group, members.toSpliced(place, 0, address));
  }

  leaveGroup(address: Address, group: string): void {
    const members = this.groups.get(group) ?? [];
    const place = placeOf(members, address);
    if (members[place] === address) this.groups.set(group, members.toSpliced(place, 1));
  }

  /** Takes a process that ended out of all groups. */
  leaveAllGroups(address: Address): void {
    for (const group of this.groups.keys()) this.leaveGroup(address, group);
  }

  /** The group of that index, null for a unicast datagram. */
  groupName(index: number): string | null {
    return this.groupNames[index];
  }

  /** Groups travel with a message as numbers: the input that names them is made when it arrives. */
  private groupIndex(group: string): number {
    const known = this.groupNames.indexOf(group);
    return known >= 0 ? known : this.groupNames.push(group) - 1;
  }

  private copy(what: number, from: Address, to: Address, message: Kinded, group: number): void {
    const { kernel } = this;
    const { network } = kernel;
    if (this.isLocal(from, to)) {
      this.schedule(network.localDelayUs(), what, to, from, group, message);
      return;
    }
    if (network.cutBetween(from, to) !== null) {
      this.drop('cut', from, to, message);
      return;
    }
    const link = network.link(from, to);
    const { loss, duplicate } = link;
    const bytes = link.bandwidth === null ? 0 : kernel.sizeOf(message);
    kernel.counters.bytes += bytes;
    // A copy that is lost has still occupied the link: loss happens on the way.
    const delayUs = network.delayUs(link, from, to, bytes, kernel.nowUs);
    if (network.chance(loss)) {
      this.drop('lost', from, to, message);
    } else {
      this.schedule(delayUs, what, to, from, group, message);
    }
    if (network.chance(duplicate)) {
      kernel.counters.duplicated++;
      this.schedule(network.delayUs(network.link(from, to), from, to, 0, kernel.nowUs), what, to, from, group, message);
    }
  }

  // --- Requests: the requester's side ---

  request(from: Address, to: Address, message: Kinded, tag: unknown, timeoutUs: number): void {
    const { kernel } = this;
    const subject = kernel.counters.account(message.kind);
    const request = this.requests.open(from, to, message, subject, tag);
    this.timeOuts.set(request, timeoutUs);
    if (to < 0 || to >= kernel.processes.length) {
      request.sent = true;
      this.drop('nobody', from, to, message);
      this.schedule(0, FAILURE, from, to, request.id, 'unreachable');
      return;
    }
    if (this.overTcp) this.segment(CONNECT, request.id, from, to, null, 0);
    else this.sendRequest(request);
  }

  private sendRequest(request: PendingRequest): void {
    request.sent = true;
    const { id, from, to, message, subject } = request;
    this.segment(withSubject(REQUEST, subject), id, from, to, message, 0);
  }

  onAccept(id: RequestId): void {
    const request = this.requests.get(id);
    if (request !== null) this.sendRequest(request);
  }

  onReply(id: RequestId, to: Address, from: Address, message: Kinded): void {
    const request = this.requests.get(id);
    if (request === null) {
      this.drop('late', from, to, message);
      return;
    }
    this.settle(request);
    this.kernel.arrive(to, this.kernel.inputs.reply(from, message, request.tag));
  }

  onFailure(id: RequestId, requester: Address, reason: FailureReason): void {
    const request = this.requests.get(id);
    if (request === null) return;
    this.settle(request);
    this.kernel.arrive(requester, this.kernel.inputs.failure(request.to, reason, request.tag));
  }

  onTimeout(id: RequestId, requester: Address): void {
    const request = this.requests.get(id);
    if (request === null) return;
    request.timeout = NONE;
    this.onFailure(id, requester, 'timeout');
  }

  /** The requester waits no more. */
  private settle(request: PendingRequest): void {
    this.timeOuts.cancel(request);
    if (!request.sent) this.drop('abandoned', request.from, request.to, request.message);
    this.requests.close(request);
  }

  // --- Requests: the receiver's side ---

  onConnect(id: RequestId, to: Address, from: Address): void {
    const request = this.requests.get(id);
    if (request === null) return;
    if (this.isLive(to)) {
      this.requests.accept(request, to);
      this.segment(ACCEPT, id, to, from, null, 0);
    } else if (this.isHostUp(to)) {
      this.segment(FAILURE, id, to, from, 'refused', 0);
    }
  }

  onRequest(id: RequestId, to: Address, from: Address, message: Kinded): void {
    const request = this.requests.get(id);
    // A connection ends with the process that accepted it: its next incarnation knows nothing of it.
    const isForAnother = this.overTcp && request !== null && request.acceptedBy !== this.table.incarnations[to];
    if (!this.isLive(to) || isForAnother) {
      this.drop('dead', from, to, message);
      if (this.overTcp && this.isHostUp(to)) this.segment(FAILURE, id, to, from, 'reset', 0);
      return;
    }
    if (!this.overTcp && request !== null) this.requests.accept(request, to);
    this.kernel.arrive(to, this.kernel.inputs.request(from, id, message));
  }

  reply(from: Address, id: RequestId, message: Kinded): void {
    const subject = this.kernel.counters.account(message.kind);
    const request = this.requests.get(id);
    if (
      request === null ||
      request.answered ||
      request.to !== from ||
      request.acceptedBy !== this.table.incarnations[from]
    ) {
      this.drop('late', from, request === null ? -1 : request.from, message);
      return;
    }
    request.answered = true;
    this.segment(withSubject(REPLY, subject), id, from, request.from, message, 0);
  }

  /** A process has ended: its own requests are forgotten, and whoever waits for its answer over TCP is reset if its host lives. */
  ended(process: ProcessRecord): void {
    const { address } = process;
    for (const own of this.requests.of(address)) this.settle(own);
    this.leaveAllGroups(address);
    const orphaned = this.requests.takeAccepted(address);
    if (!this.overTcp || !process.hostRecord.up) return;
    for (const request of orphaned) {
      if (!request.answered) this.segment(FAILURE, request.id, address, request.from, 'reset', 0);
    }
  }

  // --- Segments ---

  /**
   * Sends one segment of a request's connection (over `udp`: one packet). `payload` is the message, or the reason of a failure.
   */
  private segment(
    what: number,
    id: RequestId,
    from: Address,
    to: Address,
    payload: Kinded | FailureReason | null,
    attempt: number,
  ): void {
    const { kernel } = this;
    const { network } = kernel;
    if (network.plainUs >= 0 && !this.isLocal(from, to)) {
      const delayUs = network.plainUs;
      const lane = kernel.queue.laneFor(delayUs);
      kernel.queue.schedule(kernel.nowUs + delayUs, lane, what, to, from, id, payload, kernel.current, kernel.nowUs);
      return;
    }
    if (this.isLocal(from, to)) {
      this.schedule(network.localDelayUs(), what, to, from, id, payload);
      return;
    }
    const stage = plainKind(what);
    const cut = network.cutBetween(from, to);
    if (cut?.answers && (stage === CONNECT || stage === REQUEST)) {
      this.dropSegment('cut', stage, from, to, payload);
      this.schedule(0, FAILURE, from, to, id, 'unreachable');
      return;
    }
    const link = network.link(from, to);
    const { loss } = link;
    const isMessage = stage === REQUEST || stage === REPLY;
    const bytes = isMessage && link.bandwidth !== null ? kernel.sizeOf(payload as Kinded) : 0;
    kernel.counters.bytes += bytes;
    const delayUs = network.delayUs(link, from, to, bytes, kernel.nowUs);
    if (cut === null && !network.chance(loss)) {
      this.schedule(delayUs, what, to, from, id, payload);
      return;
    }
    if (!this.overTcp || attempt >= this.retries) {
      this.dropSegment(cut === null ? 'lost' : 'cut', stage, from, to, payload);
      return;
    }
    // Doubled each time (RFC 6298, 5.5); by addition, since a shift would overflow for long time-outs.
    let waitUs = this.rtoUs;
    for (let i = 0; i < attempt; i++) waitUs += waitUs;
    kernel.counters.retransmitted++;
    this.schedule(waitUs, RETRANSMIT, from, to, id, { stage, payload, attempt: attempt + 1 } satisfies Retransmission);
  }

  onRetransmit(id: RequestId, from: ProcessRecord, to: Address, again: Retransmission): void {
    const { stage, payload, attempt } = again;
    // A process's sockets end with it; refusals and resets are its host's.
    const alive = stage === FAILURE ? from.hostRecord.up : from.live;
    if (!alive) this.dropSegment('dead', stage, from.address, to, payload);
    else if (this.requests.get(id) === null) this.dropSegment('late', stage, from.address, to, payload);
    else this.segment(stage, id, from.address, to, payload, attempt);
  }

  private dropSegment(
    reason: DropReason,
    stage: number,
    from: Address,
    to: Address,
    payload: Kinded | FailureReason | null,
  ): void {
    if (stage === REQUEST || stage === REPLY) this.drop(reason, from, to, payload as Kinded);
  }

  // --- Accounts ---

  drop(reason: DropReason, from: Address, to: Address, message: Kinded): void {
    this.kernel.counters.drop(reason);
    this.kernel.observer?.dropped?.({ reason, from, to, message });
  }

  private isLive(address: Address): boolean {
    return this.table.gates[address] !== SHUT;
  }

  private isHostUp(address: Address): boolean {
    return this.kernel.processes[address].hostRecord.up;
  }

  private isLocal(from: Address, to: Address): boolean {
    if (from === to) return true;
    const { kernel } = this;
    return kernel.sharedHosts && kernel.processes[from].hostRecord === kernel.processes[to].hostRecord;
  }

  private schedule(
    delayUs: number,
    kind: number,
    target: Address,
    peer: Address,
    extra: number,
    payload: unknown,
  ): void {
    const { kernel } = this;
    kernel.queue.schedule(kernel.nowUs + delayUs, -1, kind, target, peer, extra, payload, kernel.current, kernel.nowUs);
  }

  snapshot(): TransportState {
    return { requests: this.requests.snapshot(), groups: [...this.groups] };
  }

  restore(state: TransportState): void {
    this.requests.restore(state.requests);
    this.groups.clear();
    for (const [group, members] of state.groups) this.groups.set(group, members);
  }
}

export interface Retransmission {
  readonly stage: number;
  readonly payload: Kinded | FailureReason | null;
  readonly attempt: number;
}

export interface TransportState {
  readonly requests: RequestTableState;
  readonly groups: readonly (readonly [string, readonly Address[]])[];
}

/** Where the address stands in a list in order, or would stand. */
function placeOf(members: readonly Address[], address: Address): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (members[middle] < address) low = middle + 1;
    else high = middle;
  }
  return low;
}
