import type { Address, Kinded, RequestId } from '../contract/protocol-types.ts';
import type { ProcessRecord } from './process-record.ts';

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
  /** The incarnation of the receiver that accepted the connection (over UDP: that received the packet), 0 while none has. */
  acceptedBy: number;
  answered: boolean;
  // Places of its neighbours among the requests of its asker, and among those that its receiver has accepted; −1 ends a list.
  nextOwn: number;
  previousOwn: number;
  nextAccepted: number;
  previousAccepted: number;
}

/**
 * The pending requests, by id. An id is a place in a table and how often that place was used before, so that finding one is an array access
 * and an id of the past finds nothing. Those that one process sent and those that one has accepted are lists, whose heads its record holds:
 * when a process ends, nobody has to look through the requests of all the others.
 */
export class RequestTable {
  private places: (PendingRequest | null)[] = [];
  private uses: number[] = [];
  private free: number[] = [];

  open(asker: ProcessRecord, to: Address, message: Kinded, tag: unknown): PendingRequest {
    const place = this.free.pop() ?? this.places.push(null) - 1;
    const use = (this.uses[place] ?? 0) + 1;
    this.uses[place] = use;
    const request: PendingRequest = {
      id: use * PLACES + place,
      from: asker.address,
      to,
      message,
      tag,
      timeoutSlot: -1,
      sent: false,
      acceptedBy: 0,
      answered: false,
      nextOwn: asker.firstRequest,
      previousOwn: -1,
      nextAccepted: -1,
      previousAccepted: -1,
    };
    if (asker.firstRequest >= 0) this.at(asker.firstRequest).previousOwn = place;
    asker.firstRequest = place;
    this.places[place] = request;
    return request;
  }

  /** Its receiver's present incarnation has accepted it. */
  accept(request: PendingRequest, receiver: ProcessRecord): void {
    const place = request.id % PLACES;
    request.acceptedBy = receiver.incarnation;
    request.nextAccepted = receiver.firstAccepted;
    if (receiver.firstAccepted >= 0) this.at(receiver.firstAccepted).previousAccepted = place;
    receiver.firstAccepted = place;
  }

  /** The request of that id while its asker waits, else null. */
  get(id: RequestId): PendingRequest | null {
    const found = this.places[id % PLACES];
    return found !== undefined && found !== null && found.id === id ? found : null;
  }

  /** @param asker whose request it was. @param receiver whom it was for, or undefined if there never was such a process. */
  close(request: PendingRequest, asker: ProcessRecord, receiver: ProcessRecord | undefined): void {
    const place = request.id % PLACES;
    const { nextOwn, previousOwn } = request;
    if (nextOwn >= 0) this.at(nextOwn).previousOwn = previousOwn;
    if (previousOwn >= 0) this.at(previousOwn).nextOwn = nextOwn;
    else asker.firstRequest = nextOwn;
    if (receiver !== undefined && request.acceptedBy > 0) this.forsake(request, receiver);
    this.places[place] = null;
    this.free.push(place);
  }

  /** Takes it out of what its receiver has accepted. */
  private forsake(request: PendingRequest, receiver: ProcessRecord): void {
    const { nextAccepted, previousAccepted } = request;
    if (nextAccepted >= 0) this.at(nextAccepted).previousAccepted = previousAccepted;
    if (previousAccepted >= 0) this.at(previousAccepted).nextAccepted = nextAccepted;
    else if (receiver.firstAccepted === request.id % PLACES) receiver.firstAccepted = nextAccepted;
  }

  /** The requests of this process that wait for an answer, the latest first. */
  of(asker: ProcessRecord): PendingRequest[] {
    const own: PendingRequest[] = [];
    for (let place = asker.firstRequest; place >= 0; place = this.at(place).nextOwn) own.push(this.at(place));
    return own;
  }

  /** Requests that this process has accepted and that are still waited for, the latest first; it is rid of them. */
  takeAccepted(receiver: ProcessRecord): PendingRequest[] {
    const accepted: PendingRequest[] = [];
    for (let place = receiver.firstAccepted; place >= 0; ) {
      const request = this.at(place);
      accepted.push(request);
      place = request.nextAccepted;
      request.nextAccepted = -1;
      request.previousAccepted = -1;
    }
    receiver.firstAccepted = -1;
    return accepted;
  }

  private at(place: number): PendingRequest {
    return this.places[place] as PendingRequest;
  }

  /** All pending requests that this is true of; in a fixed order. Costs as much as there are: for onlookers. */
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
