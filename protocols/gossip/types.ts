/** The kinds of value that a peer is made of, under one name. */
import type { Effect, ProtocolTypes, Step } from '../../sim/protocol.ts';
import type { GossipConfig } from './config.ts';
import type {
  GossipMessage,
  GossipNote,
  GossipOperation,
  GossipOutcome,
  GossipTimer,
  PeerBoot,
  PeerDurable,
} from './messages.ts';
import type { PeerState } from './state.ts';

export interface GossipTypes extends ProtocolTypes {
  Config: GossipConfig;
  Boot: PeerBoot;
  Durable: PeerDurable;
  State: PeerState;
  Message: GossipMessage;
  Timer: GossipTimer;
  Operation: GossipOperation;
  Outcome: GossipOutcome;
  Note: GossipNote;
  Tag: null;
}

export type GossipStep = Step<GossipTypes>;
export type GossipEffect = Effect<GossipTypes>;
