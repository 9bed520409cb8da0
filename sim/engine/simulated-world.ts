import type { Address, Kinded, ProtocolTypes } from '../contract/protocol-types.ts';
import type { InFlight, OperationRecord, World } from '../contract/world.ts';
import type { Plan } from '../scenario/plan.ts';
import { DATAGRAM, REPLY, REQUEST } from './event-kind.ts';
import type { EventQueue } from './event-queue.ts';
import type { History } from './history.ts';
import type { Network } from './network.ts';
import type { ProcessRecord, ProcessTable } from './process-record.ts';

/** What the world is read from. */
export interface WorldSource<P extends ProtocolTypes> {
  readonly nowUs: number;
  readonly plan: Plan<P>;
  readonly processes: readonly ProcessRecord<P>[];
  readonly table: Pick<ProcessTable<P>, 'states'>;
  readonly network: Network;
  readonly queue: EventQueue;
  readonly history: History<P>;
  named(name: string): ProcessRecord<P> | undefined;
}

/** The world as onlookers see it: a window on the run, always of the present moment. */
export class SimulatedWorld<P extends ProtocolTypes> implements World<P> {
  private readonly source: WorldSource<P>;

  constructor(source: WorldSource<P>) {
    this.source = source;
  }

  get nowUs(): number {
    return this.source.nowUs;
  }

  get config(): P['Config'] {
    return this.source.plan.config;
  }

  get size(): number {
    return this.source.processes.length;
  }

  get states(): readonly P['State'][] {
    return this.source.table.states;
  }

  process(address: Address): ProcessRecord<P> {
    const process = this.source.processes[address];
    if (process === undefined) throw new RangeError(`there is no process ${address}`);
    return process;
  }

  named(name: string): ProcessRecord<P> | undefined {
    return this.source.named(name);
  }

  alive(address: Address): boolean {
    return this.source.processes[address]?.live ?? false;
  }

  reachable(from: Address, to: Address): boolean {
    const sender = this.process(from).hostRecord;
    const receiver = this.process(to).hostRecord;
    return sender.up && receiver.up && (sender === receiver || !this.source.network.isCut(from, to));
  }

  inFlight(): readonly InFlight<P>[] {
    const { queue } = this.source;
    const { records } = queue;
    const messages: InFlight<P>[] = [];
    for (const slot of queue.pendingSlots()) {
      const kind = records.kind(slot);
      if (kind !== DATAGRAM && kind !== REQUEST && kind !== REPLY) continue;
      const payload = records.payload(slot) as Kinded;
      messages.push({
        sequence: records.sequence(slot),
        transport: kind === DATAGRAM ? 'datagram' : kind === REQUEST ? 'request' : 'reply',
        from: records.peer(slot),
        to: records.target(slot),
        sentAtUs: records.bornUs(slot),
        arrivesAtUs: records.timeUs(slot),
        message: payload,
      });
    }
    return messages;
  }

  pending(): readonly OperationRecord<P>[] {
    return this.source.history.pending();
  }
}
