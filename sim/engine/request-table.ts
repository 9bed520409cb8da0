import type { Address, Kinded, RequestId } from '../contract/protocol-types.ts';

/** A request that its asker still waits for. */
export interface PendingRequest {
  readonly id: RequestId;
  readonly from: Address;
  readonly to: Address;
  readonly message: Kinded;
  readonly tag: unknown;
  /** Slot of its time-out in the queue. */
  timeoutSlot: number;
  /** The message has left; before that it waits for the connection. */
  sent: boolean;
  /** The incarnation of the receiver that took it, 0 while none has. */
  receivedBy: number;
  answered: boolean;
}

/**
 * The pending requests, by id. An id is a place in a table and how often that place was used before, so that finding one is an array access
 * and an id of the past finds nothing.
 */
export class RequestTable {
  private places: (PendingRequest | null)[] = [];
  private uses: number[] = [];
  private free: number[] = [];

  open(from: Address, to: Address, message: Kinded, tag: unknown): PendingRequest {
    const place = this.free.pop() ?? this.places.push(null) - 1;
    const use = (this.uses[place] ?? 0) + 1;
    this.uses[place] = use;
    const request: PendingRequest = {
      id: use * PLACES + place,
      from,
      to,
      message,
      tag,
      timeoutSlot: -1,
      sent: false,
      receivedBy: 0,
      answered: false,
    };
    this.places[place] = request;
    return request;
  }

  /** The request of that id while its asker waits, else null. */
  get(id: RequestId): PendingRequest | null {
    const found = this.places[id % PLACES];
    return found !== undefined && found !== null && found.id === id ? found : null;
  }

  close(request: PendingRequest): void {
    const place = request.id % PLACES;
    this.places[place] = null;
    this.free.push(place);
  }

  /** All pending requests that this is true of; in a fixed order. */
  filter(wanted: (request: PendingRequest) => boolean): PendingRequest[] {
    const found: PendingRequest[] = [];
    for (const request of this.places) if (request !== null && wanted(request)) found.push(request);
    return found;
  }

  snapshot(): RequestTableState {
    return {
      places: this.places.map((request) => (request === null ? null : { ...request })),
      uses: this.uses.slice(),
      free: this.free.slice(),
    };
  }

  restore(state: RequestTableState): void {
    this.places = state.places.map((request) => (request === null ? null : { ...request }));
    this.uses = state.uses.slice();
    this.free = state.free.slice();
  }
}

/** 16 million pending requests; the rest of a safe integer counts uses. */
const PLACES = 0x100_0000;

export interface RequestTableState {
  readonly places: readonly (PendingRequest | null)[];
  readonly uses: readonly number[];
  readonly free: readonly number[];
}
