/**
 * The gateway: the one address of a commission, behind which its replicas take turns (round robin). It registers the commission with an
 * agent, hands on what clients ask and what agents check, and knows nothing of either.
 *
 * A replica that does not answer is taken out of the rotation until it enrols again. What it certainly did not execute goes to
 * the next one; what it may have executed goes there only if a repetition is harmless, that is, with a key (flaw 2).
 */
import {
  type Address,
  type Context,
  type Effect,
  type FailureReason,
  type Machine,
  NO_EFFECTS,
  type RequestId,
  reply,
  request,
  type Step,
  setTimer,
} from '../../sim/protocol.ts';
import type { Message } from './messages.ts';
import type { GatewayState, GatewayTag, GatewayTypes } from './state.ts';

type GatewayStep = Step<GatewayTypes>;
type GatewayContext = Context<GatewayTypes>;
type ForwardTag = Extract<GatewayTag, { readonly kind: 'forward' }>;

export const gateway: Machine<GatewayTypes> = {
  start(boot, _saved, ctx) {
    const state: GatewayState = {
      role: 'gateway',
      commission: boot.commission,
      agents: boot.agents,
      agent: 0,
      registered: false,
      replicas: [],
      turn: 0,
      forwarding: 0,
    };
    return { state, effects: [registering(state, ctx), setTimer({ kind: 'register' }, ctx.config.enrolEveryUs)] };
  },

  handle(state, input, ctx) {
    switch (input.kind) {
      case 'request':
        switch (input.message.kind) {
          case 'enrol':
            return { state: withReplica(state, input.from), effects: [reply(input.id, { kind: 'enrolled' })] };
          case 'withdraw':
            return { state: withoutReplica(state, input.from), effects: [reply(input.id, { kind: 'withdrawn' })] };
          case 'perform':
          case 'checkHealth':
            return handOn(
              state,
              { kind: 'forward', id: input.id, message: input.message, left: state.replicas.length, unsure: false },
              ctx,
            );
          default:
            return unchanged(state);
        }
      case 'timer':
        if (state.registered) return unchanged(state);
        return { state, effects: [registering(state, ctx), setTimer({ kind: 'register' }, ctx.config.enrolEveryUs)] };
      case 'reply':
        if (input.tag.kind === 'forward') {
          return { state: forwarded(state), effects: [reply(input.tag.id, handedBack(input.message, input.tag))] };
        }
        return input.message.kind === 'registered'
          ? { state: { ...state, registered: true }, effects: NO_EFFECTS }
          : unchanged(tryNextAgent(state, ctx));
      case 'failure':
        if (input.tag.kind === 'register') return unchanged(tryNextAgent(state, ctx));
        return onForwardFailure(withoutReplica(forwarded(state), input.to), input.tag, input.reason, ctx);
      default:
        return unchanged(state);
    }
  },
};

function registering(state: GatewayState, ctx: GatewayContext): Effect<GatewayTypes> {
  const message = { kind: 'registerCommission', name: state.commission } as const;
  return request(state.agents[state.agent], message, { kind: 'register' }, ctx.config.clientTimeoutUs);
}

function tryNextAgent(state: GatewayState, ctx: GatewayContext): GatewayState {
  if (!ctx.config.traits.triesOtherAgents || state.agents.length === 1) return state;
  return { ...state, agent: (state.agent + 1) % state.agents.length };
}

function handOn(state: GatewayState, tag: ForwardTag, ctx: GatewayContext): GatewayStep {
  if (tag.left === 0 || state.replicas.length === 0) return { state, effects: [refusal(tag.id, tag)] };
  const to = state.replicas[state.turn % state.replicas.length];
  return {
    state: { ...state, turn: (state.turn + 1) % state.replicas.length, forwarding: state.forwarding + 1 },
    effects: [request(to, tag.message, { ...tag, left: tag.left - 1 }, ctx.config.gatewayTimeoutUs)],
  };
}

function onForwardFailure(
  state: GatewayState,
  tag: ForwardTag,
  reason: FailureReason,
  ctx: GatewayContext,
): GatewayStep {
  const mayBeExecuted = reason === 'timeout' || reason === 'reset';
  const isHarmless = tag.message.kind === 'checkHealth' || tag.message.request.key !== null;
  const after = { ...tag, unsure: tag.unsure || mayBeExecuted };
  if (mayBeExecuted && !isHarmless) return { state, effects: [refusal(tag.id, after)] };
  return handOn(state, after, ctx);
}

/** That one replica did not execute it does not tell what another did before. */
function handedBack(message: Message, { unsure }: ForwardTag): Message {
  return message.kind === 'unavailable' && unsure ? { kind: 'unavailable', executed: 'unknown' } : message;
}

function refusal(id: RequestId, { unsure }: ForwardTag): Effect<GatewayTypes> {
  return reply(id, { kind: 'unavailable', executed: unsure ? 'unknown' : 'no' });
}

function withReplica(state: GatewayState, replica: Address): GatewayState {
  return state.replicas.includes(replica) ? state : { ...state, replicas: [...state.replicas, replica] };
}

function withoutReplica(state: GatewayState, replica: Address): GatewayState {
  const index = state.replicas.indexOf(replica);
  if (index < 0) return state;
  const replicas = state.replicas.filter((other) => other !== replica);
  // Whose turn it is stays whose turn it is.
  const turn = state.turn > index ? state.turn - 1 : state.turn;
  return { ...state, replicas, turn: replicas.length === 0 ? 0 : turn % replicas.length };
}

function forwarded(state: GatewayState): GatewayState {
  return { ...state, forwarding: state.forwarding - 1 };
}

function unchanged(state: GatewayState): GatewayStep {
  return { state, effects: NO_EFFECTS };
}
