/** What became of the messages. Requests and replies are messages like datagrams; connection segments are not. */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { DropReason } from '../engine/counters.ts';
import type { Simulation } from '../engine/simulation.ts';

/** At every moment sent + duplicated = delivered + dropped + in flight. */
export interface MessagesReport {
  readonly sent: number;
  /** Copies that the network made. */
  readonly duplicated: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly inFlight: number;
  /** Segments of connections that were sent again. */
  readonly retransmitted: number;
  /** Reckoned only where a link has a bandwidth; else 0. */
  readonly bytes: number;
  readonly droppedBy: Readonly<Record<DropReason, number>>;
  readonly sentByKind: Readonly<Record<string, number>>;
}

export function messagesReport<P extends ProtocolTypes>({ counters }: Simulation<P>): MessagesReport {
  const { sent, duplicated, delivered, dropped, inFlight, retransmitted, bytes } = counters;
  return {
    sent,
    duplicated,
    delivered,
    dropped,
    inFlight,
    retransmitted,
    bytes,
    droppedBy: { ...counters.droppedBy },
    sentByKind: counters.sentByKind(),
  };
}
