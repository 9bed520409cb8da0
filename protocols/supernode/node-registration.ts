/**
 * How a node makes itself and its resources known. At most one registration is on its way: two would travel on
 * connections of their own and could arrive in the wrong order. What changes meanwhile is told by the next one.
 */
import { type Address, cancelTimer, complete, note, request, setTimer } from '../../sim/protocol.ts';
import { quiet } from '../common/step.ts';
import type { SupernodeOutcome } from './messages.ts';
import { locationOf } from './placement.ts';
import type { Entry } from './resources.ts';
import type { NodeContext, NodeRole, NodeState, NodeStep, Waiter } from './state.ts';

/** Registers with the supernode that it belongs to: now, or after the registration that is on its way. */
export function register(state: NodeState, waiters: readonly Waiter[], ctx: NodeContext): NodeStep {
  if (state.registering === null) return sendRegistration(state, waiters, 1, ctx);
  return quiet({ ...state, wanted: [...(state.wanted ?? []), ...waiters] });
}

/** Gives its supernode up and goes to the next one of its list. */
export function moveOn(state: NodeState, ctx: NodeContext): NodeStep {
  const moved = { ...state, home: (state.home + 1) % state.supernodes.length, registered: false };
  return register(moved, [], ctx);
}

export function homeOf(state: NodeState): Address {
  return state.supernodes[state.home];
}

/** A supernode has entered it. It may have gone to another one meanwhile: then another registration is wanted. */
export function becomeRegistered(state: NodeState, at: Address, ctx: NodeContext): NodeStep {
  const { registering, wanted } = state;
  const effects = (registering?.waiters ?? []).map(({ operation, outcome }) => complete<NodeRole>(operation, outcome));
  if (tries(ctx)) effects.push(cancelTimer('register'));
  if (ctx.config.traits.reregisters) effects.push(setTimer({ kind: 'forgotten' }, ctx.config.forgottenAfterUs));
  const registered: NodeState = { ...state, registered: at === homeOf(state), registering: null, wanted: null };
  if (wanted === null) return { state: registered, effects };
  const next = sendRegistration(registered, wanted, 1, ctx);
  return { state: next.state, effects: [...effects, ...next.effects] };
}

/** The supernode did not take it: the next of the list is asked, and when all were, it is tried again later (flaws 4 and 5). */
export function registrationFailed(state: NodeState, to: Address, reason: string, ctx: NodeContext): NodeStep {
  const { waiters, attempt } = state.registering ?? { waiters: [], attempt: 1 };
  const idle: NodeState = { ...state, registering: null };
  const failed = note<NodeRole>({ kind: 'registrationFailed', supernode: to, reason });
  if (ctx.config.traits.failsOver && attempt < state.supernodes.length) {
    const next = homeOf(state) === to ? nextHome(idle) : idle;
    const step = sendRegistration(next, waiters, attempt + 1, ctx);
    return { state: step.state, effects: [failed, ...step.effects] };
  }
  const outcome: SupernodeOutcome = { kind: 'failed', reason: `its supernode did not register it: ${reason}` };
  const effects = [failed, ...waiters.map(({ operation }) => complete<NodeRole>(operation, outcome))];
  if (state.wanted !== null) {
    const step = sendRegistration({ ...idle, wanted: null }, state.wanted, 1, ctx);
    return { state: step.state, effects: [...effects, ...step.effects] };
  }
  if (tries(ctx)) effects.push(setTimer({ kind: 'register' }, ctx.config.retryEveryUs));
  return { state: idle, effects };
}

function nextHome(state: NodeState): NodeState {
  return { ...state, home: (state.home + 1) % state.supernodes.length, registered: false };
}

/** What it tells its supernode of its resources. */
export function entriesOf(state: NodeState): readonly Entry[] {
  return state.resources.map(({ id, name }) => ({ key: id, location: locationOf(state.endpoint, name) }));
}

/** The original registers once, and whatever comes of it (flaws 4 and 5). */
function tries(ctx: NodeContext): boolean {
  return ctx.config.traits.reregisters || ctx.config.traits.failsOver;
}

function sendRegistration(state: NodeState, waiters: readonly Waiter[], attempt: number, ctx: NodeContext): NodeStep {
  const version = state.version + 1;
  const message = {
    kind: 'register' as const,
    name: state.name,
    version: ctx.config.traits.ordersRegistrations ? version : null,
    resources: entriesOf(state),
  };
  return {
    state: { ...state, version, registering: { waiters, attempt } },
    effects: [request(homeOf(state), message, { kind: 'registration' }, ctx.config.requestTimeoutUs)],
  };
}
