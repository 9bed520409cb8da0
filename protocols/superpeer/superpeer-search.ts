/**
 * Searches at a superpeer: its own index first, then the other live superpeers, in turn or all at once, each of which looks
 * only in its own index unless the search may be forwarded further (`ttl`); the first hit wins. Of two partners one is asked,
 * and the other if that does not answer; or if it does not have it, where "not found" has to be complete.
 *
 * Forwarded further it is a flood: each superpeer forwards a query once, to all but the one that it came from, and answers
 * "not found" to the copies that follow. On a connected graph with E edges and N superpeers a search that finds nothing
 * costs exactly 2E − N + 1 lookups, if `ttl` is more than the longest way that a first copy may take.
 */
import { type Address, cancelTimer, note, type RequestId, reply, request, setTimer } from '../../sim/protocol.ts';
import { holdersOf } from '../common/holder-index.ts';
import { andThen, forEachItem, quiet } from '../common/step.ts';
import { deadlineUs, groupOf, lookupTimeoutUs, type SuperpeerConfig } from './config.ts';
import type { Query, SuperpeerMessage } from './messages.ts';
import type { Search, SuperpeerContext, SuperpeerRole, SuperpeerState, SuperpeerStep, Target } from './state.ts';
import { isActive } from './superpeer-mesh.ts';

/** A peer searches. */
export function searchForPeer(
  state: SuperpeerState,
  id: RequestId,
  name: string,
  ctx: SuperpeerContext,
): SuperpeerStep {
  const number = state.lastSearch + 1;
  const query: Query = { origin: ctx.self, startedAtUs: state.startedAtUs, number };
  const counted = { ...state, lastSearch: number, handled: state.handled + 1 };
  return (
    answerFromIndex(counted, id, name) ??
    askOthers(remember(counted, query, ctx), { number, request: id, name, query, ttl: ctx.config.ttl }, null, ctx)
  );
}

/** Another superpeer searches. */
export function searchForSuperpeer(
  state: SuperpeerState,
  id: RequestId,
  from: Address,
  { name, ttl, query }: Extract<SuperpeerMessage, { kind: 'lookup' }>,
  ctx: SuperpeerContext,
): SuperpeerStep {
  const counted = { ...state, handled: state.handled + 1 };
  if (hasSeen(state, query)) return { state: counted, effects: [reply(id, { kind: 'miss', incomplete: false })] };
  const found = answerFromIndex(counted, id, name);
  if (found !== null) return found;
  const seen = remember(counted, query, ctx);
  if (ttl > 1) {
    const number = seen.lastSearch + 1;
    return askOthers({ ...seen, lastSearch: number }, { number, request: id, name, query, ttl: ttl - 1 }, from, ctx);
  }
  const incomplete = ctx.config.traits.marksIncomplete && (!state.ready || isCutShort(state, from, ctx.config));
  return { state: seen, effects: [reply(id, { kind: 'miss', incomplete })] };
}

function answerFromIndex(state: SuperpeerState, id: RequestId, name: string): SuperpeerStep | null {
  const [held] = holdersOf(state.index, name);
  return held === undefined ? null : { state, effects: [reply(id, { kind: 'hit', peer: held.holder })] };
}

/** Whether the search ends here although there may be superpeers that nobody asks. In a mesh the first one has asked them all. */
function isCutShort(state: SuperpeerState, from: Address, config: SuperpeerConfig): boolean {
  return config.shape !== 'mesh' && state.others.some((other) => other.superpeer !== from);
}

// --- Asking others ---

type Begun = Pick<Search, 'number' | 'request' | 'name' | 'query' | 'ttl'>;

function askOthers(state: SuperpeerState, begun: Begun, from: Address | null, ctx: SuperpeerContext): SuperpeerStep {
  const targets = targetsOf(state, from, ctx);
  const live = targets.flatMap(({ group, members }): Target[] => {
    const active = members.filter((member) => isActive(state.others, member));
    return active.length === 0 ? [] : [{ group, members: active }];
  });
  const search: Search = {
    ...begun,
    asked: [],
    left: live,
    incomplete: countMembers(live) < countMembers(targets) || !state.ready,
  };
  const { keepsDeadline } = ctx.config.traits;
  const deadline = setTimer<SuperpeerRole>(
    { kind: 'searchDeadline', search: search.number },
    deadlineUs(ctx.config, begun.ttl),
    search.number,
  );
  const started: SuperpeerStep = {
    state: { ...state, searches: [...state.searches, search] },
    effects: live.length === 0 ? [] : [note<SuperpeerRole>(forwarded(search)), ...(keepsDeadline ? [deadline] : [])],
  };
  return andThen(started, (now) => goOn(now, search, ctx));
}

function forwarded({ name, left }: Search) {
  return { kind: 'forwarded' as const, name, to: left.map((target) => target.members[0]) };
}

/**
 * The groups of the others, but for the one that the search came from; partners take turns. Of its own group the partner is
 * asked only where "not found" has to be complete: it may know of a peer that this one has just struck out.
 */
function targetsOf(state: SuperpeerState, from: Address | null, ctx: SuperpeerContext): readonly Target[] {
  const { config } = ctx;
  const own = groupOf(config, ctx.self);
  const notAsked = from === null ? [] : [groupOf(config, from)];
  if (from !== null || !config.traits.marksIncomplete) notAsked.push(own);
  const byGroup = new Map<number, Address[]>();
  for (const { superpeer } of state.others) {
    const group = groupOf(config, superpeer);
    if (!notAsked.includes(group)) byGroup.set(group, [...(byGroup.get(group) ?? []), superpeer]);
  }
  const swap = state.lastSearch % 2 === 1;
  return [...byGroup].map(([group, members]) => ({ group, members: swap ? members.toReversed() : members }));
}

function countMembers(targets: readonly Target[]): number {
  return targets.reduce((sum, target) => sum + target.members.length, 0);
}

/** Asks whom it is time to ask, or answers if nobody is left. */
function goOn(state: SuperpeerState, search: Search, ctx: SuperpeerContext): SuperpeerStep {
  if (search.asked.length === 0 && search.left.length === 0) {
    const incomplete = ctx.config.traits.marksIncomplete && search.incomplete;
    return end(state, search, { kind: 'miss', incomplete });
  }
  if (search.left.length === 0 || (!ctx.config.parallel && search.asked.length > 0)) {
    return quiet(withSearch(state, search));
  }
  const now = ctx.config.parallel ? search.left : search.left.slice(0, 1);
  const asking = { ...search, asked: [...search.asked, ...now], left: search.left.slice(now.length) };
  return forEachItem<SuperpeerRole, Target>(withSearch(state, asking), now, (next, target) => ({
    state: next,
    effects: [lookup(search, target.members[0], ctx)],
  }));
}

function lookup({ number, name, ttl, query }: Search, to: Address, ctx: SuperpeerContext) {
  return request<SuperpeerRole>(
    to,
    { kind: 'lookup', name, ttl, query },
    { kind: 'lookup', search: number },
    lookupTimeoutUs(ctx.config, ttl),
  );
}

/** One that was asked has answered. */
export function heardFromOther(
  state: SuperpeerState,
  number: number,
  from: Address,
  message: SuperpeerMessage,
  ctx: SuperpeerContext,
): SuperpeerStep {
  const search = state.searches.find((one) => one.number === number);
  if (search === undefined) return quiet(state);
  if (message.kind === 'hit') {
    const { peer } = message;
    const found: SuperpeerStep = {
      state,
      effects: [note<SuperpeerRole>({ kind: 'foundElsewhere', name: search.name, peer })],
    };
    return andThen(found, (now) => end(now, search, { kind: 'hit', peer }));
  }
  const incomplete = search.incomplete || (message.kind === 'miss' && message.incomplete);
  // Partners may know different peers for a while: a "not found" is complete when both have said it.
  return askPartner(state, { ...search, incomplete }, from, ctx.config.traits.marksIncomplete, ctx);
}

/** One that was asked did not answer: its partner speaks for it, if it has one. */
export function otherFailed(state: SuperpeerState, number: number, to: Address, ctx: SuperpeerContext): SuperpeerStep {
  const search = state.searches.find((one) => one.number === number);
  return search === undefined ? quiet(state) : askPartner(state, { ...search, incomplete: true }, to, true, ctx);
}

/** This one is done with; the next of its group is asked, if that is wanted and there is one. */
function askPartner(
  state: SuperpeerState,
  search: Search,
  done: Address,
  isWanted: boolean,
  ctx: SuperpeerContext,
): SuperpeerStep {
  const target = search.asked.find((one) => one.members[0] === done);
  if (target === undefined) return quiet(state);
  const others = search.asked.filter((one) => one !== target);
  const members = target.members.slice(1);
  if (!isWanted || members.length === 0) return goOn(state, { ...search, asked: others }, ctx);
  const again = { ...search, asked: [...others, { ...target, members }] };
  return { state: withSearch(state, again), effects: [lookup(search, members[0], ctx)] };
}

/** Its time is over: it is answered with what is known, and some have not answered. */
export function searchDeadline(state: SuperpeerState, number: number, ctx: SuperpeerContext): SuperpeerStep {
  const search = state.searches.find((one) => one.number === number);
  if (search === undefined) return quiet(state);
  return end(state, search, { kind: 'miss', incomplete: ctx.config.traits.marksIncomplete });
}

function end(
  state: SuperpeerState,
  search: Search,
  answer: Extract<SuperpeerMessage, { kind: 'hit' | 'miss' }>,
): SuperpeerStep {
  return {
    state: { ...state, searches: state.searches.filter((one) => one.number !== search.number) },
    effects: [cancelTimer('searchDeadline', search.number), reply(search.request, answer)],
  };
}

function withSearch(state: SuperpeerState, search: Search): SuperpeerState {
  return { ...state, searches: state.searches.map((one) => (one.number === search.number ? search : one)) };
}

// --- Queries seen before ---

/** Only what is forwarded beyond one hop comes back. */
function remember(state: SuperpeerState, query: Query, ctx: SuperpeerContext): SuperpeerState {
  if (ctx.config.ttl === 1) return state;
  const untilUs = ctx.nowUs + 2 * lookupTimeoutUs(ctx.config, ctx.config.ttl);
  const fresh = state.seen.filter((one) => one.untilUs > ctx.nowUs);
  return { ...state, seen: [...fresh, { query, untilUs }] };
}

function hasSeen(state: SuperpeerState, query: Query): boolean {
  return state.seen.some(
    (one) =>
      one.query.origin === query.origin &&
      one.query.number === query.number &&
      one.query.startedAtUs === query.startedAtUs,
  );
}
