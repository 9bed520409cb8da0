/** The values that state and messages are made of. */
import type { Address, OperationId } from '../../sim/protocol.ts';

/**
 * A reference to a peer. One frozen object stands for a peer in all tables and messages of a run, so a table entry
 * costs one pointer. Padding entries of the correct variant have the address NOBODY: an identifier behind which nobody
 * is known.
 */
export interface Peer {
  readonly id: number;
  readonly address: Address;
}

/** A file by its name; the key is the name's identifier. One object for all copies of it. */
export interface SharedFile {
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
}

/**
 * The peers that a lookup went through, last first. An annotation for judges and pictures; it has no size on the wire.
 */
export interface Trail {
  readonly peer: Peer;
  readonly before: Trail | null;
}

/** What a lookup is for, and so what happens when it ends. */
export type Goal =
  | { readonly kind: 'lookup'; readonly operation: OperationId }
  | { readonly kind: 'finger'; readonly index: number }
  | { readonly kind: 'join'; readonly attempt: number }
  | { readonly kind: 'upload'; readonly operation: OperationId; readonly file: SharedFile }
  | { readonly kind: 'publish'; readonly file: SharedFile }
  | { readonly kind: 'download'; readonly operation: OperationId; readonly name: string }
  /** Whether copies that this peer is not responsible for are still where they belong. */
  | { readonly kind: 'copies' };
