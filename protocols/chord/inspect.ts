/** Inspection operations: a peer's own tables, as the original's routes print them. */
import { fingerStart } from './identifiers.ts';
import type { FingerRow, Outcome } from './messages.ts';
import type { PeerState } from './state.ts';

export function inspect(state: PeerState, what: 'fingerTable' | 'info' | 'files', size: number): Outcome {
  const { me, predecessor, successors, store, shared } = state;
  if (what === 'fingerTable') return { kind: 'fingerTable', fingers: fingerRows(state, size) };
  if (what === 'info') return { kind: 'info', me, predecessor, successors, files: store.length };
  return { kind: 'files', files: store, shared };
}

/** The finger table: where each entry starts, and whom it names. */
export function fingerRows(state: PeerState, size: number): readonly FingerRow[] {
  return state.fingers.map((peer, i) => ({ start: fingerStart(state.me.id, i, size), peer }));
}
