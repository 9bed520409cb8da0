import type { Address, ProtocolTypes } from '../../contract/protocol-types.ts';
import type { InFlight, OperationRecord, ProcessView, World } from '../../contract/world.ts';
import type { ModelProcess, ModelState } from './state.ts';

/** What judges and properties see of a model's state. */
export class ModelWorld implements World {
  readonly nowUs: number;
  readonly config: unknown;
  private readonly at: ModelState;
  private statesSeen: readonly unknown[] | null = null;

  constructor(at: ModelState, config: unknown, nowUs: number) {
    this.at = at;
    this.config = config;
    this.nowUs = nowUs;
  }

  get size(): number {
    return this.at.processes.length;
  }

  get states(): readonly unknown[] {
    this.statesSeen ??= this.at.processes.map(({ state }) => state);
    return this.statesSeen;
  }

  process(address: Address): ProcessView<ProtocolTypes> {
    const process = this.at.processes[address];
    if (process === undefined) throw new RangeError(`there is no process ${address}`);
    return viewOf(process);
  }

  named(name: string): ProcessView<ProtocolTypes> | undefined {
    const process = this.at.processes.find((each) => each.name === name);
    return process === undefined ? undefined : viewOf(process);
  }

  alive(address: Address): boolean {
    return this.at.processes[address]?.status === 'up';
  }

  reachable(): boolean {
    return true;
  }

  inFlight(): readonly InFlight[] {
    return this.at.messages.map(({ kind, from, to, message }, sequence) => ({
      sequence,
      transport: kind,
      from,
      to,
      sentAtUs: this.nowUs,
      arrivesAtUs: this.nowUs,
      message,
    }));
  }

  pending(): readonly OperationRecord[] {
    return this.at.operations.map(({ record }) => record).filter(({ status }) => status === 'pending');
  }
}

const views = new WeakMap<ModelProcess, ProcessView<ProtocolTypes>>();

/** One view for each process object: judges compare and keep them. */
function viewOf(process: ModelProcess): ProcessView<ProtocolTypes> {
  const known = views.get(process);
  if (known !== undefined) return known;
  const { address, name, role, host, status, incarnation, state, boot } = process;
  const view = { address, name, role, host, status, incarnation, state, boot, startedAtUs: 0 };
  views.set(process, view);
  return view;
}
