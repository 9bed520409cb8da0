/**
 * A client acts for one user. What concerns an area it asks of the area's node: it asks an agent which one that is, then talks to
 * that node; the rest it asks of an agent. Connections are short: each request is one.
 *
 * What does not succeed is tried again after a pause, until `giveUpAfter`. As described, the client insists on the node that it
 * was offered (flaw 1), on its agent (flaw 6), and repeats what may have been executed (flaw 2). Hardened, it goes back to an agent, which
 * offers another node; it goes on to the next agent; and all tries of one operation carry one key. A key holds the client's incarnation,
 * which it saves at its start, the request's number, and the number below which all requests have ended, so that the database
 * can forget their answers (RIFL: Lee et al., SOSP 2015).
 */
import {
  type Address,
  type Context,
  complete,
  exit,
  type FailureReason,
  type Machine,
  NO_EFFECTS,
  note,
  type OperationId,
  request,
  type Step,
  save,
  setTimer,
} from '../../sim/protocol.ts';
import {
  type Answer,
  isAreaOperation,
  type Message,
  type Operation,
  type Outcome,
  type UserRequest,
} from './messages.ts';
import type { Attempt, ClientState, ClientTag, ClientTypes } from './state.ts';

type ClientStep = Step<ClientTypes>;
type ClientContext = Context<ClientTypes>;

/** The id of what a client does for itself and not because it was asked to: no operation has it. */
export const OWN: OperationId = -1;

export const client: Machine<ClientTypes> = {
  start(boot, saved, ctx) {
    const incarnation = (saved?.incarnation ?? 0) + 1;
    const state: ClientState = {
      role: 'client',
      user: boot.user,
      token: null,
      agents: boot.agents,
      // Clients are spread over the agents.
      agent: ctx.self % boot.agents.length,
      incarnation,
      nextNumber: 1,
      open: [],
      ended: 0,
    };
    const saving = save<ClientTypes>({ incarnation });
    if (!ctx.config.autoLogin) return { state, effects: [saving] };
    const isKnown = boot.known || saved !== null;
    const begun = begin(state, OWN, { kind: isKnown ? 'login' : 'register' }, ctx);
    return { state: begun.state, effects: [saving, ...begun.effects] };
  },

  handle(state, input, ctx) {
    switch (input.kind) {
      case 'operation':
        return begin(state, input.id, input.operation, ctx);
      case 'timer':
        return go(state, input.timer.attempt, ctx);
      case 'reply':
        return onReply(state, input.message, input.tag, ctx);
      case 'failure':
        return onFailure(state, input.tag, input.reason, ctx);
      case 'leave':
        return { state, effects: [exit()] };
      default:
        return unchanged(state);
    }
  },
};

function begin(state: ClientState, id: OperationId, operation: Operation, ctx: ClientContext): ClientStep {
  const attempt: Attempt = {
    id,
    operation,
    number: state.nextNumber,
    sinceUs: ctx.nowUs,
    retries: 0,
    avoid: null,
    offer: null,
    unsure: false,
    token: state.token,
  };
  const begun = { ...state, nextNumber: state.nextNumber + 1, open: [...state.open, attempt.number] };
  return go(begun, attempt, ctx);
}

/** Asks whoever is next to be asked. */
function go(state: ClientState, attempt: Attempt, ctx: ClientContext): ClientStep {
  const { operation, offer } = attempt;
  const agent = state.agents[state.agent];
  if (!isAreaOperation(operation)) return perform(state, attempt, agent, ctx);
  if (offer !== null) return perform(state, attempt, offer.node, ctx);
  const message: Message = { kind: 'ask', area: operation.area, avoid: attempt.avoid?.commission ?? null };
  return { state, effects: [request(agent, message, { kind: 'ask', attempt }, ctx.config.clientTimeoutUs)] };
}

function perform(state: ClientState, attempt: Attempt, to: Address, ctx: ClientContext): ClientStep {
  const { id, operation, number } = attempt;
  const key = { client: ctx.self, incarnation: state.incarnation, number, below: state.open[0] };
  const userRequest: UserRequest = {
    session: { user: state.user, token: state.token },
    operation,
    key: ctx.config.traits.idempotencyKeys ? key : null,
    id,
  };
  return {
    state,
    effects: [
      request(to, { kind: 'perform', request: userRequest }, { kind: 'perform', attempt }, ctx.config.clientTimeoutUs),
    ],
  };
}

function onReply(state: ClientState, message: Message, tag: ClientTag, ctx: ClientContext): ClientStep {
  const { attempt } = tag;
  switch (message.kind) {
    case 'offer':
      return go(state, { ...attempt, offer: { commission: message.commission, node: message.node } }, ctx);
    case 'answer':
      // That there is no such area now does not tell what came of an earlier try; any node can, by the key.
      if (tag.kind === 'ask' && attempt.unsure && attempt.avoid !== null)
        return go(state, { ...attempt, offer: attempt.avoid }, ctx);
      return onAnswer(state, attempt, message.answer, ctx);
    case 'unavailable':
      return onTrouble(triedInVain(state, tag, ctx), tag, message.executed === 'unknown', ctx);
    default:
      return unchanged(state);
  }
}

function onFailure(state: ClientState, tag: ClientTag, reason: FailureReason, ctx: ClientContext): ClientStep {
  const mayBeExecuted = tag.kind === 'perform' && (reason === 'timeout' || reason === 'reset');
  return onTrouble(triedInVain(state, tag, ctx), tag, mayBeExecuted, ctx);
}

/** The agent itself did not answer: the next one is tried, if the client knows to do that. */
function triedInVain(state: ClientState, tag: ClientTag, ctx: ClientContext): ClientState {
  const atAgent = tag.kind === 'ask' || tag.attempt.offer === null;
  if (!atAgent || !ctx.config.traits.triesOtherAgents || state.agents.length === 1) return state;
  return { ...state, agent: (state.agent + 1) % state.agents.length };
}

/** No answer: once more after a pause, or give up. */
function onTrouble(state: ClientState, tag: ClientTag, mayBeExecuted: boolean, ctx: ClientContext): ClientStep {
  const { attempt } = tag;
  const unsure = attempt.unsure || mayBeExecuted;
  const isLate = ctx.nowUs + ctx.config.retryAfterUs > attempt.sinceUs + ctx.config.giveUpAfterUs;
  if (isLate && attempt.id === OWN) {
    const ended = end(state, attempt, FAILED);
    return begin(ended.state, OWN, attempt.operation, ctx);
  }
  if (isLate) {
    const at = attempt.offer === null ? 'agent' : 'node';
    return end(state, attempt, { kind: 'failed', at, executed: unsure ? 'unknown' : 'no', retries: attempt.retries });
  }
  const again: Attempt = {
    ...attempt,
    unsure,
    retries: attempt.retries + 1,
    ...(ctx.config.traits.goesBackToAgent ? backToAgent(attempt) : {}),
  };
  return { state, effects: [setTimer({ kind: 'retry', attempt: again }, ctx.config.retryAfterUs, attempt.number)] };
}

const FAILED: Outcome = { kind: 'failed', at: 'agent', executed: 'unknown', retries: 0 };

function backToAgent({ offer, avoid }: Attempt): Pick<Attempt, 'offer' | 'avoid'> {
  return { offer: null, avoid: offer ?? avoid };
}

function onAnswer(state: ClientState, attempt: Attempt, answer: Answer, ctx: ClientContext): ClientStep {
  const { retries, operation } = attempt;
  switch (answer.kind) {
    case 'loggedIn': {
      const loggedIn = { ...state, token: answer.token };
      if (attempt.id !== OWN) return end(loggedIn, attempt, { kind: 'loggedIn', retries });
      const ended = end(loggedIn, attempt, { kind: 'loggedIn', retries });
      return { state: ended.state, effects: [note({ kind: 'loggedIn', user: state.user }), ...ended.effects] };
    }
    case 'done':
      return end(operation.kind === 'logout' ? loggedOut(state, attempt) : state, attempt, { kind: 'done', retries });
    case 'areas':
      return end(state, attempt, { kind: 'areas', areas: answer.areas, retries });
    case 'news':
      return end(state, attempt, { kind: 'news', news: answer.news, retries });
    case 'published':
      return end(state, attempt, { kind: 'published', id: answer.id, retries });
    case 'refused': {
      const ended = end(state, attempt, { kind: 'refused', reason: answer.reason, retries });
      const mistaken = attempt.id === OWN && (answer.reason === 'user exists' || answer.reason === 'no such user');
      if (!mistaken) return ended;
      // A registration whose answer was lost before a crash, or the login of a user whose registration was.
      return begin(ended.state, OWN, { kind: operation.kind === 'register' ? 'login' : 'register' }, ctx);
    }
    default:
      return unchanged(state);
  }
}

/** Out of the session that it was in; if the user has logged in again meanwhile, that one goes on. */
function loggedOut(state: ClientState, { token }: Attempt): ClientState {
  return state.token === token ? { ...state, token: null } : state;
}

function end(state: ClientState, attempt: Attempt, outcome: Outcome): ClientStep {
  const next = { ...state, open: state.open.filter((number) => number !== attempt.number), ended: state.ended + 1 };
  if (attempt.id === OWN) return { state: next, effects: NO_EFFECTS };
  return { state: next, effects: [complete(attempt.id, outcome), note({ kind: 'ended', id: attempt.id, outcome })] };
}

function unchanged(state: ClientState): ClientStep {
  return { state, effects: NO_EFFECTS };
}
