/**
 * The liveness job of a supernode. An evaluation sends a health check to every registered node; a node that misses k
 * checks in a row is dead and is dropped with all its locations.
 *
 * Which counting it is: a check counts as missed when it fails, which is the time-out τ after it was sent (at once if the
 * host refuses it), so a crash is detected U + (k − 1)·T + τ later, U being what is left of the period. With `missCounted:
 * atNextEvaluation` a failed check counts at the next tick, and τ becomes T.
 */
import { type Address, complete, note, type OperationId, type RequestId, reply, request } from '../../sim/protocol.ts';
import { andThen, forEachItem, quiet } from '../common/step.ts';
import { addressesIn, get, remove, set } from '../common/trie.ts';
import type { CheckTag } from './messages.ts';
import { parseLocation, resolve } from './placement.ts';
import type { SupernodeContext, SupernodeRole, SupernodeState, SupernodeStep } from './state.ts';
import { dropNode, without } from './supernode-registry.ts';

/** One evaluation; `run` is the operation that asked for it, or null for the background job. */
export function evaluate(state: SupernodeState, run: OperationId | null, ctx: SupernodeContext): SupernodeStep {
  const counted = forEachItem<SupernodeRole, Address>(withoutMissed(state), state.missed, (now, node) =>
    strike(now, node, ctx),
  );
  return andThen(counted, (now) => checkAll(now, run, ctx));
}

function withoutMissed(state: SupernodeState): SupernodeState {
  return state.missed.length === 0 ? state : { ...state, missed: [] };
}

function checkAll(state: SupernodeState, run: OperationId | null, ctx: SupernodeContext): SupernodeStep {
  const nodes = addressesIn(state.registrations);
  const effects = nodes.map((node) => check(state, node, run, false, ctx));
  if (run === null) return { state, effects };
  const running = { ...state, runs: [...state.runs, { operation: run, open: nodes.length }] };
  return nodes.length === 0 ? finishRuns(running) : { state: running, effects };
}

function check(
  state: SupernodeState,
  node: Address,
  run: OperationId | null,
  reported: boolean,
  ctx: SupernodeContext,
) {
  const registration = get(state.registrations, node)!.number;
  const tag: CheckTag = { kind: 'check', node, registration, run, reported };
  return request<SupernodeRole>(node, { kind: 'health' }, tag, ctx.config.healthTimeoutUs);
}

/** The node answered, so its misses are no longer in a row; or it answered that it belongs to another supernode now. */
export function checkAnswered(state: SupernodeState, tag: CheckTag, isHere: boolean): SupernodeStep {
  return andThen(decided(state, tag), (now) => {
    if (!isCurrent(now, tag)) return quiet(now);
    if (!isHere) return dropNode(now, tag.node, 'released');
    const strikes = remove(now.strikes, tag.node);
    const missed = without(now.missed, tag.node);
    return quiet(strikes === now.strikes && missed === now.missed ? now : { ...now, strikes, missed });
  });
}

/** No answer. */
export function checkFailed(state: SupernodeState, tag: CheckTag, ctx: SupernodeContext): SupernodeStep {
  return andThen(decided(state, tag), (now) => {
    if (!isCurrent(now, tag)) return quiet(now);
    if (!ctx.config.missCountedAtNextEvaluation) return strike(now, tag.node, ctx);
    return quiet(now.missed.includes(tag.node) ? now : { ...now, missed: [...now.missed, tag.node] });
  });
}

/** A client found a location dead: its node is checked now, and no second time before that is decided (flaw 3, mended). */
export function locationReported(
  state: SupernodeState,
  id: RequestId,
  location: string,
  ctx: SupernodeContext,
): SupernodeStep {
  const taken = reply<SupernodeRole>(id, { kind: 'reportTaken' });
  const place = parseLocation(location);
  const node = place === null ? null : resolve(ctx.config.directory, place.endpoint);
  if (node === null || get(state.registrations, node) === undefined || state.suspects.includes(node)) {
    return { state, effects: [taken] };
  }
  return {
    state: { ...state, suspects: [...state.suspects, node] },
    effects: [taken, check(state, node, null, true, ctx)],
  };
}

/** A check of a registration that was replaced meanwhile says nothing of the present one. */
function isCurrent(state: SupernodeState, tag: CheckTag): boolean {
  return get(state.registrations, tag.node)?.number === tag.registration;
}

function strike(state: SupernodeState, node: Address, ctx: SupernodeContext): SupernodeStep {
  const inARow = (get(state.strikes, node) ?? 0) + 1;
  const missed: SupernodeStep = {
    state: { ...state, strikes: set(state.strikes, node, inARow) },
    effects: [note<SupernodeRole>({ kind: 'missed', node, inARow })],
  };
  return inARow < ctx.config.strikes ? missed : andThen(missed, (now) => dropNode(now, node, 'removed'));
}

/** Whatever the answer: nobody waits for this check any more. */
function decided(state: SupernodeState, tag: CheckTag): SupernodeStep {
  const freed = tag.reported ? { ...state, suspects: without(state.suspects, tag.node) } : state;
  if (tag.run === null) return quiet(freed);
  const runs = freed.runs.map((run) => (run.operation === tag.run ? { ...run, open: run.open - 1 } : run));
  return quiet({ ...freed, runs });
}

/** Tells the clients of evaluations that are through who is alive. Called after the check is counted. */
export function finishRuns(state: SupernodeState): SupernodeStep {
  if (state.runs.length === 0) return quiet(state);
  const done = state.runs.filter((run) => run.open === 0);
  if (done.length === 0) return quiet(state);
  return {
    state: { ...state, runs: state.runs.filter((run) => run.open > 0) },
    effects: done.map((run) => complete<SupernodeRole>(run.operation, { kind: 'evaluated', names: aliveNames(state) })),
  };
}

/** The names of the nodes thought alive, by address. */
export function aliveNames(state: SupernodeState): readonly string[] {
  return addressesIn(state.registrations).map((node) => get(state.registrations, node)!.name);
}
