import type { Address, Kinded, ProtocolTypes, RequestId } from '../contract/protocol-types.ts';
import type { ProcessTable } from './process-record.ts';

/** No time-out. */
export const NONE = -1;

/** A request that its asker still waits for. */
export interface PendingRequest {
  readonly id: RequestId;
  readonly from: Address;
  readonly to: Address;
  readonly message: Kinded;
  /** The number of its message's kind: see `Counters.account`. */
  readonly subject: number;
  readonly tag: unknown;
  /** Its time-out, as the queue knows it; NONE if it has struck. */
  timeout: number;
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
  private readonly table: ProcessTable<ProtocolTypes>;
  private places: (PendingRequest | null)[] = [];
  private uses: number[] = [];
  private free: number[] = [];

  constructor(table: ProcessTable<ProtocolTypes>) {
    this.table = table;
  }

  open(asker: Address, to: Address, message: Kinded, subject: number, tag: unknown): PendingRequest {
    const { firstRequest } = this.table;
    const place = this.free.pop() ?? this.places.push(null) - 1;
    const use = (this.uses[place] ?? 0) + 1;
    this.uses[place] = use;
    const request: PendingRequest = {
      id: use * PLACES + place,
      from: asker,
      to,
      message,
      subject,
      tag,
      timeout: NONE,
      sent: false,
      acceptedBy: 0,
      answered: false,
      nextOwn: firstRequest[asker],
      previousOwn: -1,
      nextAccepted: -1,
      previousAccepted: -1,
    };
    if (firstRequest[asker] >= 0) this.at(firstRequest[asker]).previousOwn = place;
    firstRequest[asker] = place;
    this.places[place] = request;
    return request;
  }

  /** Its receiver's present incarnation has accepted it. */
  accept(request: PendingRequest, receiver: Address): void {
    const { firstAccepted, incarnations } = this.table;
    const place = placeIn(request.id);
    request.acceptedBy = incarnations[receiver];
    request.nextAccepted = firstAccepted[receiver];
    if (firstAccepted[receiver] >= 0) this.at(firstAccepted[receiver]).previousAccepted = place;
    firstAccepted[receiver] = place;
  }

  /** The request of that id while its asker waits, else null. */
  get(id: RequestId): PendingRequest | null {
    const found = this.places[placeIn(id)];
    return found !== undefined && found !== null && found.id === id ? found : null;
  }

  /** Nobody waits for it any more. */
  close(request: PendingRequest): void {
    const { firstRequest } = this.table;
    const { from: asker } = request;
    const place = placeIn(request.id);
    const { nextOwn, previousOwn } = request;
    if (nextOwn >= 0) this.at(nextOwn).previousOwn = previousOwn;
    if (previousOwn >= 0) this.at(previousOwn).nextOwn = nextOwn;
    else firstRequest[asker] = nextOwn;
    if (request.acceptedBy > 0) this.forsake(request);
    this.places[place] = null;
    this.free.push(place);
  }

  /** Takes it out of what its receiver has accepted. */
  private forsake(request: PendingRequest): void {
    const { firstAccepted } = this.table;
    const { to: receiver } = request;
    const { nextAccepted, previousAccepted } = request;
    if (nextAccepted >= 0) this.at(nextAccepted).previousAccepted = previousAccepted;
    if (previousAccepted >= 0) this.at(previousAccepted).nextAccepted = nextAccepted;
    else if (firstAccepted[receiver] === placeIn(request.id)) firstAccepted[receiver] = nextAccepted;
  }

  /** The requests of this process that wait for an answer, the latest first. */
  of(asker: Address): PendingRequest[] {
    const { firstRequest } = this.table;
    const own: PendingRequest[] = [];
    for (let place = firstRequest[asker]; place >= 0; place = this.at(place).nextOwn) own.push(this.at(place));
    return own;
  }

  /** Requests that this process has accepted and that are still waited for, the latest first; it is rid of them. */
  takeAccepted(receiver: Address): PendingRequest[] {
    const { firstAccepted } = this.table;
    const accepted: PendingRequest[] = [];
    for (let place = firstAccepted[receiver]; place >= 0; ) {
      const request = this.at(place);
      accepted.push(request);
      place = request.nextAccepted;
      request.nextAccepted = -1;
      request.previousAccepted = -1;
    }
    firstAccepted[receiver] = -1;
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

/** The remainder of the id, by its lowest bits: dividing takes five times as long. */
function placeIn(id: RequestId): number {
  return id & (PLACES - 1);
}

export interface RequestTableState {
  readonly places: readonly (PendingRequest | null)[];
  readonly uses: readonly number[];
  readonly free: readonly number[];
}
