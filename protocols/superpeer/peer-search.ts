/**
 * A client's search or download at a peer. Its superpeer does the work; with two partners, one of them in turn, and the
 * other if that fails.
 */
import { type Address, complete, type FailureReason, note, type OperationId, request } from '../../sim/protocol.ts';
import { andThen } from '../common/step.ts';
import { searchAnswerTimeoutUs } from './config.ts';
import type { Quest, SuperpeerMessage, SuperpeerOutcome } from './messages.ts';
import { livePartners, partnerAnswered, partnerFailed } from './peer-home.ts';
import type { PeerContext, PeerRole, PeerState, PeerStep } from './state.ts';

export function beginSearch(
  state: PeerState,
  operation: OperationId,
  name: string,
  download: boolean,
  ctx: PeerContext,
): PeerStep {
  return ask(state, { operation, name, download, tried: [] }, 'it has no superpeer', ctx);
}

/** One more try, through the partner or the superpeer that the peer has found meanwhile, and no more: a search has an end. */
const TRIES = 2;

/** Asks a partner that was not asked yet. */
function ask(state: PeerState, quest: Quest, otherwise: string, ctx: PeerContext): PeerStep {
  const untried = livePartners(state).filter((partner) => !quest.tried.includes(partner.superpeer));
  if (untried.length === 0 || quest.tried.length >= TRIES) return fail(state, quest.operation, otherwise);
  const { superpeer, epoch } = untried[state.answered % untried.length];
  const tag = { kind: 'search' as const, quest: { ...quest, tried: [...quest.tried, superpeer] }, epoch };
  const timeoutUs = searchAnswerTimeoutUs(ctx.config);
  return { state, effects: [request(superpeer, { kind: 'search', name: quest.name }, tag, timeoutUs)] };
}

export function searchFailed(
  state: PeerState,
  quest: Quest,
  to: Address,
  reason: FailureReason,
  epoch: number,
  ctx: PeerContext,
): PeerStep {
  const why = `its superpeer did not answer: ${reason}`;
  return andThen(partnerFailed(state, to, reason, epoch, false, ctx), (now) => ask(now, quest, why, ctx));
}

export function searched(
  state: PeerState,
  quest: Quest,
  from: Address,
  message: SuperpeerMessage,
  ctx: PeerContext,
): PeerStep {
  const { operation, name, download } = quest;
  const incomplete = message.kind === 'miss' && message.incomplete;
  const peer = message.kind === 'hit' ? message.peer : null;
  const answered: PeerStep = {
    state: { ...partnerAnswered(state, from), answered: state.answered + 1 },
    effects: [note<PeerRole>({ kind: 'answered', operation, name, peer, incomplete })],
  };
  return andThen(answered, (now) => {
    if (peer === null) return finish(now, operation, { kind: 'notFound', incomplete });
    return download ? fetch(now, operation, name, peer, ctx) : finish(now, operation, { kind: 'found', peer });
  });
}

function fetch(state: PeerState, operation: OperationId, name: string, peer: Address, ctx: PeerContext): PeerStep {
  const tag = { kind: 'fetch' as const, operation };
  return { state, effects: [request(peer, { kind: 'fetch', name }, tag, ctx.config.transferTimeoutUs)] };
}

export function fetched(state: PeerState, operation: OperationId, from: Address, message: SuperpeerMessage): PeerStep {
  if (message.kind === 'file') return finish(state, operation, { kind: 'downloaded', from });
  return fail(state, operation, 'the peer that was found does not have it');
}

export function fail(state: PeerState, operation: OperationId, reason: string): PeerStep {
  return finish(state, operation, { kind: 'failed', reason });
}

function finish(state: PeerState, operation: OperationId, outcome: SuperpeerOutcome): PeerStep {
  return { state, effects: [complete<PeerRole>(operation, outcome)] };
}
