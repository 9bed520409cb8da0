import { hashText } from './fingerprint.ts';

/** Why a message did not reach a process. */
export type DropReason =
  /** The network lost it. */
  | 'lost'
  /** A partition or an isolation stood in its way. */
  | 'cut'
  /** Its receiver was not running, or ended while the message waited for it. */
  | 'dead'
  /** An answer that nobody waits for any more, or a second one. */
  | 'late'
  /** There never was a process of that address. */
  | 'nobody'
  /** Taken off the wire by hand. */
  | 'removed'
  /** Its connection was given up before it got through. */
  | 'abandoned';

export const DROP_REASONS: readonly DropReason[] = ['lost', 'cut', 'dead', 'late', 'nobody', 'removed', 'abandoned'];

/** What is known of one kind of message, timer or verdict: its hash, so that texts are hashed once a run, and how many were sent. */
export interface KindTally {
  readonly kind: string;
  readonly hash: number;
  /** From 1 on, by which event records refer to it; 0 if it came so late that there are no more numbers for them. */
  readonly number: number;
  sent: number;
}

/** As event records have room for. */
const MOST_NUMBERS = 255;

/**
 * The accounts of messages. At every event: sent + duplicated = delivered + dropped + in flight.
 * Requests and replies are messages like datagrams; connection segments and retransmissions are not.
 */
export class Counters {
  sent = 0;
  duplicated = 0;
  delivered = 0;
  dropped = 0;
  retransmitted = 0;
  /** Put on links that have a bandwidth, lost and repeated ones included; elsewhere nobody asks how long a message is. */
  bytes = 0;
  readonly droppedBy: Record<DropReason, number> = {
    lost: 0,
    cut: 0,
    dead: 0,
    late: 0,
    nobody: 0,
    removed: 0,
    abandoned: 0,
  };
  private readonly tallies: KindTally[] = [];
  /** Hashes of kinds, by their numbers. */
  private readonly hashes = new Int32Array(MOST_NUMBERS + 1);

  get inFlight(): number {
    return this.sent + this.duplicated - this.delivered - this.dropped;
  }

  tally(kind: string): KindTally {
    // A run has a dozen kinds, and most events are of the first few of them.
    const { tallies } = this;
    for (let i = 0; i < tallies.length; i++) if (tallies[i].kind === kind) return this.forward(i);
    const number = tallies.length < MOST_NUMBERS ? tallies.length + 1 : 0;
    const tally = { kind, hash: hashText(kind), number, sent: 0 };
    tallies.push(tally);
    this.hashes[number] = tally.hash;
    return tally;
  }

  /** Lets a kind that is asked for change places with the one before it, so that the frequent ones come first. */
  private forward(at: number): KindTally {
    const { tallies } = this;
    const tally = tallies[at];
    if (at > 2) {
      tallies[at] = tallies[at - 1];
      tallies[at - 1] = tally;
    }
    return tally;
  }

  /** Counts a message that is sent; returns the number of its kind. */
  account(kind: string): number {
    const tally = this.tally(kind);
    this.sent++;
    tally.sent++;
    return tally.number;
  }

  /** The hash of a kind; of the one with that number, if that is known. */
  hashOf(kind: string, number: number): number {
    return number > 0 ? this.hashes[number] : this.tally(kind).hash;
  }

  drop(reason: DropReason): void {
    this.dropped++;
    this.droppedBy[reason]++;
  }

  /** Messages sent, by kind, in alphabetical order. */
  sentByKind(): Record<string, number> {
    const sent: Record<string, number> = {};
    const byName = this.tallies.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
    for (const tally of byName) if (tally.sent > 0) sent[tally.kind] = tally.sent;
    return sent;
  }

  snapshot(): CountersState {
    return {
      figures: [this.sent, this.duplicated, this.delivered, this.dropped, this.retransmitted, this.bytes],
      droppedBy: { ...this.droppedBy },
      sentByKind: this.sentByKind(),
    };
  }

  restore(state: CountersState): void {
    [this.sent, this.duplicated, this.delivered, this.dropped, this.retransmitted, this.bytes] = state.figures;
    Object.assign(this.droppedBy, state.droppedBy);
    for (const tally of this.tallies) tally.sent = state.sentByKind[tally.kind] ?? 0;
  }
}

export interface CountersState {
  readonly figures: readonly [number, number, number, number, number, number];
  readonly droppedBy: Readonly<Record<DropReason, number>>;
  readonly sentByKind: Readonly<Record<string, number>>;
}
