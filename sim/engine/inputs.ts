import type {
  DatagramInput,
  FailureInput,
  FailureReason,
  Input,
  OperationInput,
  ReplyInput,
  RequestInput,
  TimerInput,
} from '../contract/input.ts';
import type { Address, Kinded, OperationId, ProtocolTypes, RequestId } from '../contract/protocol-types.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Makes the inputs of machines. Like the context, an input is for the length of the call, so one object of each kind serves the whole run:
 * fresh ones would be a sixth of all that a large run allocates. Where somebody watches who may keep them, they are fresh.
 */
export class Inputs<P extends ProtocolTypes> {
  private readonly fresh: boolean;
  private readonly datagrams: Mutable<DatagramInput<P>> = { kind: 'datagram', from: -1, message: NOTHING, group: null };
  private readonly requests: Mutable<RequestInput<P>> = { kind: 'request', from: -1, id: 0, message: NOTHING };
  private readonly replies: Mutable<ReplyInput<P>> = { kind: 'reply', from: -1, message: NOTHING, tag: null };
  private readonly failures: Mutable<FailureInput<P>> = { kind: 'failure', to: -1, reason: 'timeout', tag: null };
  private readonly timers: Mutable<TimerInput<P>> = { kind: 'timer', timer: NOTHING };
  private readonly operations: Mutable<OperationInput<P>> = { kind: 'operation', id: 0, operation: NOTHING };

  /** @param fresh a new object for each input. */
  constructor(fresh: boolean) {
    this.fresh = fresh;
  }

  datagram(from: Address, message: P['Message'], group: string | null): DatagramInput<P> {
    if (this.fresh) return { kind: 'datagram', from, message, group };
    const input = this.datagrams;
    input.from = from;
    input.message = message;
    input.group = group;
    return input;
  }

  request(from: Address, id: RequestId, message: P['Message']): RequestInput<P> {
    if (this.fresh) return { kind: 'request', from, id, message };
    const input = this.requests;
    input.from = from;
    input.id = id;
    input.message = message;
    return input;
  }

  reply(from: Address, message: P['Message'], tag: P['Tag']): ReplyInput<P> {
    if (this.fresh) return { kind: 'reply', from, message, tag };
    const input = this.replies;
    input.from = from;
    input.message = message;
    input.tag = tag;
    return input;
  }

  failure(to: Address, reason: FailureReason, tag: P['Tag']): FailureInput<P> {
    if (this.fresh) return { kind: 'failure', to, reason, tag };
    const input = this.failures;
    input.to = to;
    input.reason = reason;
    input.tag = tag;
    return input;
  }

  timer(timer: P['Timer']): TimerInput<P> {
    if (this.fresh) return { kind: 'timer', timer };
    this.timers.timer = timer;
    return this.timers;
  }

  operation(id: OperationId, operation: P['Operation']): OperationInput<P> {
    if (this.fresh) return { kind: 'operation', id, operation };
    this.operations.id = id;
    this.operations.operation = operation;
    return this.operations;
  }

  /** An input that outlives the present call. */
  kept(input: Input<P>): Input<P> {
    return this.fresh ? input : { ...input };
  }
}

const NOTHING: Kinded = { kind: '' };
