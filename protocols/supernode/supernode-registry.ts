/** Who is registered with a supernode: the one place that changes `registrations` and `index`, and so keeps them equal. */
import { type Address, note, type RequestId, reply } from '../../sim/protocol.ts';
import { drop, enter } from '../common/holder-index.ts';
import { quiet } from '../common/step.ts';
import { get, remove, set } from '../common/trie.ts';
import type { SupernodeMessage } from './messages.ts';
import type { SupernodeContext, SupernodeRole, SupernodeState, SupernodeStep } from './state.ts';

type Register = Extract<SupernodeMessage, { kind: 'register' }>;

/** Enters a node and its resources, in place of what it registered before; an older registration that comes late is not taken. */
export function registerNode(
  state: SupernodeState,
  request: RequestId,
  node: Address,
  message: Register,
  ctx: SupernodeContext,
): SupernodeStep {
  const { name, version, resources } = message;
  const effects = [reply<SupernodeRole>(request, { kind: 'registered' })];
  const known = get(state.registrations, node);
  if (known !== undefined && version !== null && known.version !== null && known.version > version) {
    return { state, effects };
  }
  const number = state.lastRegistration + 1;
  return {
    state: {
      ...state,
      registrations: set(state.registrations, node, { name, version, number, atUs: ctx.nowUs }),
      index: enter(state.index, node, resources),
      lastRegistration: number,
      strikes: remove(state.strikes, node),
      missed: without(state.missed, node),
    },
    effects,
  };
}

/** Drops a node and every location of its resources. */
export function dropNode(state: SupernodeState, node: Address, why: 'removed' | 'released'): SupernodeStep {
  const registration = get(state.registrations, node);
  if (registration === undefined) return quiet(state);
  return {
    state: {
      ...state,
      registrations: remove(state.registrations, node),
      index: drop(state.index, node),
      strikes: remove(state.strikes, node),
      missed: without(state.missed, node),
      suspects: without(state.suspects, node),
    },
    effects: [note<SupernodeRole>({ kind: why, node, name: registration.name })],
  };
}

/** The list without that node; the same object if it is not in it. */
export function without(nodes: readonly Address[], node: Address): readonly Address[] {
  return nodes.includes(node) ? nodes.filter((one) => one !== node) : nodes;
}
