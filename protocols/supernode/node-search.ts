/**
 * A client's search at a node: its own files first, then its supernode. The original hands its client the first location
 * that it is told. The corrected variant tries it first, by fetching the file and hashing it, reports one that is dead
 * (flaw 3), and asks again without it; and it goes to another supernode when its own does not answer (flaw 5) or does
 * not know it (flaw 4), parking the search meanwhile.
 */
import { type Address, complete, note, type OperationId, request } from '../../sim/protocol.ts';
import { andThen, forEachItem, quiet } from '../common/step.ts';
import { type SupernodeConfig, searchAnswerTimeoutUs } from './config.ts';
import type { Answer, Finding, Quest, SupernodeOutcome } from './messages.ts';
import { homeOf, moveOn, register } from './node-registration.ts';
import { locationOf, parseLocation, resolve } from './placement.ts';
import { idOf } from './resources.ts';
import type { NodeContext, NodeRole, NodeState, NodeStep } from './state.ts';

export function search(
  state: NodeState,
  operation: OperationId,
  ids: readonly string[],
  many: boolean,
  ctx: NodeContext,
): NodeStep {
  const found = ids.flatMap((id): Finding[] => {
    const own = state.resources.find((resource) => resource.id === id);
    return own === undefined ? [] : [{ id, location: locationOf(state.endpoint, own.name) }];
  });
  const quest: Quest = {
    operation,
    many,
    ids,
    found,
    candidates: [],
    except: [],
    inVain: 0,
    asked: 0,
    via: 'own',
  };
  return missing(quest).length === 0 ? answer(state, quest) : ask(state, quest, ctx);
}

/** The supernode has answered. */
export function searched(state: NodeState, quest: Quest, answers: readonly Answer[], ctx: NodeContext): NodeStep {
  const via = answers.some((one) => one.via === 'group') ? 'group' : 'index';
  const told = answers.flatMap(({ id, locations }) => locations.map((location) => ({ id, location })));
  if (ctx.config.traits.verifiesLocations) return tryNext(state, { ...quest, via, candidates: told }, ctx);
  const found = answers
    .filter((one) => one.locations.length > 0)
    .map((one): Finding => ({ id: one.id, location: one.locations[0] }));
  return answer(state, { ...quest, via, found: [...quest.found, ...found] });
}

/** The supernode did not answer. */
export function searchFailed(
  state: NodeState,
  quest: Quest,
  supernode: Address,
  reason: string,
  ctx: NodeContext,
): NodeStep {
  if (!ctx.config.traits.failsOver || quest.asked >= maxAsked(state, ctx.config)) {
    return fail(state, quest, `its supernode did not answer: ${reason}`);
  }
  const parked = park(state, quest);
  if (homeOf(state) === supernode) return moveOn(parked, ctx);
  return state.registering === null ? resume(parked, ctx) : quiet(parked);
}

/** The supernode has forgotten the node: the search goes on when it is registered again. */
export function searcherUnknown(state: NodeState, quest: Quest, ctx: NodeContext): NodeStep {
  if (quest.asked >= maxAsked(state, ctx.config)) return fail(state, quest, 'its supernode does not know it');
  const parked = { ...park(state, quest), registered: false };
  return state.registering === null ? register(parked, [], ctx) : quiet(parked);
}

/** Registered again: goes on with the searches that waited for it. */
export function resume(state: NodeState, ctx: NodeContext): NodeStep {
  if (state.parked.length === 0) return quiet(state);
  return forEachItem(unpark(state), state.parked, (now, quest) => ask(now, quest, ctx));
}

/** No supernode took it: the searches that waited for one have failed. */
export function failParked(state: NodeState, reason: string): NodeStep {
  if (state.parked.length === 0) return quiet(state);
  return forEachItem(unpark(state), state.parked, (now, quest) => fail(now, quest, reason));
}

/** A location was tried; `content` is what is there, or null. */
export function tried(state: NodeState, quest: Quest, content: string | null, ctx: NodeContext): NodeStep {
  const [{ id, location }, ...others] = quest.candidates;
  if (content === null || idOf(content) !== id) return deadLocation(state, quest, ctx);
  const candidates = others.filter((other) => other.id !== id);
  return tryNext(state, { ...quest, candidates, found: [...quest.found, { id, location }] }, ctx);
}

function tryNext(state: NodeState, quest: Quest, ctx: NodeContext): NodeStep {
  const [candidate] = quest.candidates;
  if (candidate === undefined) {
    const again = missing(quest).length > 0 && quest.inVain > 0 && quest.asked < maxAsked(state, ctx.config);
    return again ? ask(state, quest, ctx) : answer(state, quest);
  }
  const place = parseLocation(candidate.location);
  const address = place === null ? null : resolve(ctx.config.directory, place.endpoint);
  // What is its own it would have found at once: its supernode knows less than it does.
  if (place === null || address === null || address === ctx.self) return skip(state, quest, ctx);
  return {
    state,
    effects: [
      request(
        address,
        { kind: 'fetch', fileName: place.fileName },
        { kind: 'trial', quest },
        ctx.config.requestTimeoutUs,
      ),
    ],
  };
}

function deadLocation(state: NodeState, quest: Quest, ctx: NodeContext): NodeStep {
  const [{ location }] = quest.candidates;
  const reported: NodeStep = {
    state,
    effects: [
      note<NodeRole>({ kind: 'deadLocation', location }),
      request<NodeRole>(homeOf(state), { kind: 'report', location }, { kind: 'report' }, ctx.config.requestTimeoutUs),
    ],
  };
  return andThen(reported, (now) => skip(now, quest, ctx));
}

function skip(state: NodeState, quest: Quest, ctx: NodeContext): NodeStep {
  const [{ location }, ...candidates] = quest.candidates;
  return tryNext(state, { ...quest, candidates, except: [...quest.except, location], inVain: quest.inVain + 1 }, ctx);
}

function ask(state: NodeState, quest: Quest, ctx: NodeContext): NodeStep {
  const message = { kind: 'search' as const, ids: missing(quest), except: quest.except };
  const tag = { kind: 'search' as const, quest: { ...quest, inVain: 0, asked: quest.asked + 1 } };
  return { state, effects: [request(homeOf(state), message, tag, searchAnswerTimeoutUs(ctx.config))] };
}

/** Enough to go round the supernodes once and to be told of dead locations a few times. */
function maxAsked(state: NodeState, config: SupernodeConfig): number {
  return state.supernodes.length + config.locationTries;
}

function missing(quest: Quest): readonly string[] {
  return quest.ids.filter((id) => !quest.found.some((finding) => finding.id === id));
}

function park(state: NodeState, quest: Quest): NodeState {
  return { ...state, parked: [...state.parked, quest] };
}

function unpark(state: NodeState): NodeState {
  return { ...state, parked: [] };
}

function answer(state: NodeState, quest: Quest): NodeStep {
  const findings = quest.ids.map((id): Finding => quest.found.find((one) => one.id === id) ?? { id, location: null });
  return finish(state, quest, findings, quest.many ? { kind: 'foundMany', findings } : outcomeOf(findings[0]));
}

function outcomeOf({ location }: Finding): SupernodeOutcome {
  return location === null ? { kind: 'notFound' } : { kind: 'found', location };
}

function fail(state: NodeState, quest: Quest, reason: string): NodeStep {
  return finish(state, quest, [], { kind: 'failed', reason });
}

function finish(state: NodeState, quest: Quest, findings: readonly Finding[], outcome: SupernodeOutcome): NodeStep {
  const { operation, via } = quest;
  return {
    state: { ...state, answered: state.answered + 1 },
    effects: [note<NodeRole>({ kind: 'answered', operation, findings, via }), complete<NodeRole>(operation, outcome)],
  };
}
