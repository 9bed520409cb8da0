/**
 * Searches at a supernode: its own index first; what is not there is asked of the multicast group. A found id is answered
 * by 21, one that is not there by 22. A search ends when each of its ids is settled, at the latest at its deadline.
 *
 * In the original a 21 says where but not what: it is taken for the oldest id that waits (flaw 1). And a lost datagram is
 * a "not found" (flaw 2), since nothing is sent again.
 */
import {
  type Address,
  cancelTimer,
  type Effect,
  multicast,
  note,
  type RequestId,
  reply,
  setTimer,
} from '../../sim/protocol.ts';
import { holdersOf } from '../common/holder-index.ts';
import { forEachItem, quiet } from '../common/step.ts';
import { has } from '../common/trie.ts';
import { othersInGroup } from './config.ts';
import type { Answer, SupernodeMessage } from './messages.ts';
import {
  GROUP,
  type Part,
  type Search,
  type SupernodeContext,
  type SupernodeRole,
  type SupernodeState,
  type SupernodeStep,
} from './state.ts';
import { decode, encode, type Wire } from './wire.ts';

type Ask = Extract<SupernodeMessage, { kind: 'search' }>;

/** A node asks for one id or several. */
export function beginSearch(
  state: SupernodeState,
  request: RequestId,
  asker: Address,
  { ids, except }: Ask,
  ctx: SupernodeContext,
): SupernodeStep {
  if (ctx.config.traits.reregisters && !has(state.registrations, asker)) {
    return { state, effects: [reply(request, { kind: 'unknownNode' })] };
  }
  const alone = othersInGroup(ctx.config) === 0;
  const parts = ids.map((id): Part => {
    const locations = locationsOf(state, id).filter((location) => !except.includes(location));
    const settled = locations.length > 0 || alone;
    return { id, answer: settled ? { id, locations, via: 'index' } : null, denials: [] };
  });
  const search: Search = { number: state.lastSearch + 1, request, parts, except, tries: 0 };
  if (parts.every((part) => part.answer !== null)) return { state, effects: [answerTo(search)] };
  const begun = { ...state, searches: [...state.searches, search], lastSearch: search.number };
  return sendQueries(begun, search, ctx);
}

/** The time for the group to answer is over: the queries are sent again (where they are), or it is "not found". */
export function searchDeadline(state: SupernodeState, number: number, ctx: SupernodeContext): SupernodeStep {
  const search = state.searches.find((one) => one.number === number);
  if (search === undefined) return quiet(state);
  if (search.tries < ctx.config.queryTries) return sendQueries(state, search, ctx);
  const parts = search.parts.map((part) => (part.answer === null ? notFound(part) : part));
  return { state: withoutSearch(state, search), effects: [answerTo({ ...search, parts })] };
}

/** A datagram of the group. */
export function hearWire(state: SupernodeState, text: string, ctx: SupernodeContext): SupernodeStep {
  const wire = decode(text, ctx.config.traits.answersEchoId);
  if (wire === null) {
    return {
      state: { ...state, malformed: state.malformed + 1 },
      effects: [note<SupernodeRole>({ kind: 'malformed', text })],
    };
  }
  if (wire.name === state.name) return quiet({ ...state, loopbacks: state.loopbacks + 1 });
  switch (wire.code) {
    case 20:
      return answerQuery(state, wire.id, ctx);
    case 21:
      return hearFound(state, wire, ctx);
    case 22:
      return hearNotFound(state, wire, ctx);
  }
}

/** 20: tells where it is, or that it is not here. */
function answerQuery(state: SupernodeState, id: string, ctx: SupernodeContext): SupernodeStep {
  const { traits, locationTries } = ctx.config;
  const locations = locationsOf(state, id).slice(0, traits.verifiesLocations ? locationTries : 1);
  const answers: readonly Wire[] =
    locations.length === 0
      ? [{ code: 22, name: state.name, id }]
      : locations.map((location) => ({ code: 21, name: state.name, location, id: traits.answersEchoId ? id : null }));
  return { state, effects: answers.flatMap(tell) };
}

/** 21: an answer, to whichever search it is taken for. */
function hearFound(state: SupernodeState, wire: Extract<Wire, { code: 21 }>, ctx: SupernodeContext): SupernodeStep {
  const { location } = wire;
  if (!ctx.config.traits.answersEchoId) {
    const [oldest] = state.searches;
    const part = oldest?.parts.findIndex((one) => one.answer === null);
    return oldest === undefined ? quiet(state) : settle(state, oldest, (_, at) => at === part, location);
  }
  return forEachItem(state, state.searches, (now, search) =>
    search.except.includes(location) ? quiet(now) : settle(now, search, (part) => part.id === wire.id, location),
  );
}

/** 22: that supernode does not have it. Whether this ends the search is a trait; see there. */
function hearNotFound(state: SupernodeState, wire: Extract<Wire, { code: 22 }>, ctx: SupernodeContext): SupernodeStep {
  return forEachItem(state, state.searches, (now, search) => {
    if (!search.parts.some((part) => isDenied(part, wire))) return quiet(now);
    const parts = search.parts.map((part) => {
      if (!isDenied(part, wire)) return part;
      const denied = { ...part, denials: [...part.denials, wire.name] };
      const last = ctx.config.traits.trustsDenials && denied.denials.length >= othersInGroup(ctx.config);
      return last ? notFound(denied) : denied;
    });
    return proceed(now, { ...search, parts });
  });
}

function isDenied(part: Part, wire: Extract<Wire, { code: 22 }>): boolean {
  return part.id === wire.id && part.answer === null && !part.denials.includes(wire.name);
}

/** Settles the waiting ids of a search that are meant, with this location. */
function settle(
  state: SupernodeState,
  search: Search,
  isMeant: (part: Part, at: number) => boolean,
  location: string,
): SupernodeStep {
  const isSettled = (part: Part, at: number) => part.answer === null && isMeant(part, at);
  if (!search.parts.some(isSettled)) return quiet(state);
  const parts = search.parts.map((part, at): Part => {
    if (!isSettled(part, at)) return part;
    return { ...part, answer: { id: part.id, locations: [location], via: 'group' } };
  });
  return proceed(state, { ...search, parts });
}

/** Keeps the search, or answers it if all of it is settled. */
function proceed(state: SupernodeState, search: Search): SupernodeStep {
  if (search.parts.every((part) => part.answer !== null)) {
    return {
      state: withoutSearch(state, search),
      effects: [cancelTimer('searchDeadline', search.number), answerTo(search)],
    };
  }
  return quiet({ ...state, searches: replaced(state.searches, search) });
}

function sendQueries(state: SupernodeState, search: Search, ctx: SupernodeContext): SupernodeStep {
  const sent = { ...search, tries: search.tries + 1 };
  const waiting = search.parts.filter((part) => part.answer === null);
  const queries = waiting.flatMap(({ id }) => tell({ code: 20, name: state.name, id }));
  const deadline = setTimer<SupernodeRole>(
    { kind: 'searchDeadline', search: search.number },
    ctx.config.searchTimeoutUs,
    search.number,
  );
  return { state: { ...state, searches: replaced(state.searches, sent) }, effects: [...queries, deadline] };
}

function tell(wire: Wire): Effect<SupernodeRole>[] {
  const text = encode(wire);
  return [multicast(GROUP, { kind: 'wire', text }), note({ kind: 'told', text })];
}

function answerTo(search: Search): Effect<SupernodeRole> {
  const answers = search.parts.flatMap((part): readonly Answer[] => (part.answer === null ? [] : [part.answer]));
  return reply(search.request, { kind: 'searched', answers });
}

function notFound(part: Part): Part {
  return { ...part, answer: { id: part.id, locations: [], via: 'group' } };
}

function replaced(searches: readonly Search[], search: Search): readonly Search[] {
  return searches.map((one) => (one.number === search.number ? search : one));
}

function withoutSearch(state: SupernodeState, search: Search): SupernodeState {
  return { ...state, searches: state.searches.filter((one) => one.number !== search.number) };
}

/** Where the supernode's own nodes have it, the oldest registration first. */
export function locationsOf(state: SupernodeState, id: string): readonly string[] {
  return holdersOf(state.index, id).map(({ item }) => item.location);
}
