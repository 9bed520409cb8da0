/**
 * A superpeer: the index of what its peers have, and their way to the peers of the others.
 *
 * It pings the other superpeers of its configuration all the time and asks only those that answer. With `redundancy: 2`
 * it has a partner with the same index: peers register with both, and one that restarts copies the other's index first.
 * All that it knows is in memory. When it leaves in good order it says goodbye to its peers and to the other superpeers.
 */
import {
  type Address,
  exit,
  type FailureInput,
  note,
  type ReplyInput,
  type RequestInput,
  reply,
  request,
  send,
  setTimer,
  type TimerInput,
} from '../../sim/protocol.ts';
import { EMPTY_INDEX } from '../common/holder-index.ts';
import { andThen, quiet } from '../common/step.ts';
import { addressesIn, get, has, sizeOf } from '../common/trie.ts';
import { groupOf, membersOf, type SuperpeerConfig } from './config.ts';
import type { SuperpeerContext, SuperpeerMachine, SuperpeerRole, SuperpeerState, SuperpeerStep } from './state.ts';
import { activeOnes, answered, type Change, dropped, otherOf } from './superpeer-mesh.ts';
import {
  beginUpload,
  copyOf,
  dropPeer,
  enterPeer,
  peerAnswered,
  peerMissed,
  pingPeers,
  resourcesOf,
  takeCopy,
} from './superpeer-peers.ts';
import { heardFromOther, otherFailed, searchDeadline, searchForPeer, searchForSuperpeer } from './superpeer-search.ts';

export const superpeer: SuperpeerMachine = {
  start(boot, _durable, ctx) {
    const { config } = ctx;
    const partner = partnerIn(config, ctx.self);
    const state: SuperpeerState = {
      role: 'superpeer',
      name: boot.name,
      startedAtUs: ctx.nowUs,
      registrations: null,
      index: EMPTY_INDEX,
      lastRegistration: 0,
      strikes: null,
      ready: partner === null,
      others: boot.neighbours.map(otherOf),
      searches: [],
      lastSearch: 0,
      seen: [],
      handled: 0,
    };
    const timers = [setTimer<SuperpeerRole>({ kind: 'ping' }, config.pingEveryUs)];
    if (config.traits.pingsPeers) timers.push(setTimer({ kind: 'pingPeers' }, config.peerPingEveryUs));
    if (partner === null) return { state, effects: timers };
    const copy = request<SuperpeerRole>(partner, { kind: 'copyIndex' }, { kind: 'copyIndex' }, config.requestTimeoutUs);
    return { state, effects: [...timers, copy] };
  },

  handle(state, input, ctx) {
    switch (input.kind) {
      case 'request':
        return serve(state, input, ctx);
      case 'reply':
        return hear(state, input, ctx);
      case 'failure':
        return miss(state, input, ctx);
      case 'timer':
        return wake(state, input, ctx);
      case 'datagram':
        return input.message.kind === 'goodbye' ? changed(state, dropped(state.others, input.from)) : quiet(state);
      case 'leave':
        return leave(state, ctx);
      case 'operation':
        return quiet(state);
    }
  },
};

function serve(state: SuperpeerState, input: RequestInput<SuperpeerRole>, ctx: SuperpeerContext): SuperpeerStep {
  const { id, from, message } = input;
  switch (message.kind) {
    case 'register':
      return {
        state: enterPeer(state, { ...message, peer: from }, ctx),
        effects: [reply(id, { kind: 'registered' })],
      };
    case 'unregister':
      return { state: dropPeer(state, from), effects: [reply(id, { kind: 'unregistered' })] };
    case 'keepAlive': {
      const kind = has(state.registrations, from) ? 'stillHere' : 'unknownPeer';
      return { state, effects: [reply(id, { kind })] };
    }
    case 'search':
      return searchForPeer(state, id, message.name, ctx);
    case 'lookup':
      return searchForSuperpeer(state, id, from, message, ctx);
    case 'upload':
      return beginUpload(state, id, from, message.name, ctx);
    case 'listResources':
      return { state, effects: [reply(id, { kind: 'resources', names: resourcesOf(state) })] };
    case 'listSuperpeers':
      return { state, effects: [reply(id, { kind: 'superpeers', active: liveList(state, ctx.self) })] };
    case 'ping':
      return { state, effects: [reply(id, { kind: 'pong', peers: sizeOf(state.registrations) })] };
    case 'copyIndex':
      return { state, effects: [reply(id, { kind: 'indexCopy', registrations: copyOf(state) })] };
    default:
      return quiet(state);
  }
}

function hear(state: SuperpeerState, input: ReplyInput<SuperpeerRole>, ctx: SuperpeerContext): SuperpeerStep {
  const { from, message, tag } = input;
  switch (tag.kind) {
    case 'ping':
      return changed(state, answered(state.others, from, message.kind === 'pong' ? message.peers : 0, ctx.nowUs));
    case 'pingPeer':
      return peerAnswered(state, tag, message.kind === 'pong');
    case 'lookup':
      return heardFromOther(state, tag.search, from, message, ctx);
    case 'copyIndex':
      return takeCopy(state, message.kind === 'indexCopy' ? message.registrations : [], ctx);
    case 'store':
      if (message.kind !== 'stored') return quiet(state);
      return {
        state: enterStored(state, tag.peer, message.version, message.resources, ctx),
        effects: [reply(tag.request, { kind: 'uploaded', peer: tag.peer })],
      };
    default:
      return quiet(state);
  }
}

function miss(state: SuperpeerState, input: FailureInput<SuperpeerRole>, ctx: SuperpeerContext): SuperpeerStep {
  const { to, reason, tag } = input;
  switch (tag.kind) {
    case 'ping':
      return changed(state, dropped(state.others, to));
    case 'pingPeer':
      return peerMissed(state, tag, ctx);
    case 'lookup':
      return otherFailed(state, tag.search, to, ctx);
    case 'copyIndex':
      return quiet({ ...state, ready: true });
    case 'store':
      return {
        state,
        effects: [reply(tag.request, { kind: 'uploadFailed', reason: `the peer did not take it: ${reason}` })],
      };
    default:
      return quiet(state);
  }
}

function wake(state: SuperpeerState, { timer }: TimerInput<SuperpeerRole>, ctx: SuperpeerContext): SuperpeerStep {
  switch (timer.kind) {
    case 'ping':
      return pingOthers(state, ctx);
    case 'pingPeers':
      return andThen(pingPeers(state, ctx), (now) => ({
        state: now,
        effects: [setTimer({ kind: 'pingPeers' }, ctx.config.peerPingEveryUs)],
      }));
    case 'searchDeadline':
      return searchDeadline(state, timer.search, ctx);
    default:
      return quiet(state);
  }
}

/** The superpeer that has the same index, or null. */
export function partnerIn(config: SuperpeerConfig, self: Address): Address | null {
  return membersOf(config, groupOf(config, self)).find((member) => member !== self) ?? null;
}

/** What a peer stored is in the index when the uploader is told, if the peer is still registered here. */
function enterStored(
  state: SuperpeerState,
  peer: Address,
  version: number | null,
  resources: readonly string[],
  ctx: SuperpeerContext,
): SuperpeerState {
  const registration = get(state.registrations, peer);
  if (registration === undefined) return state;
  return enterPeer(state, { peer, name: registration.name, version, resources }, ctx);
}

function pingOthers(state: SuperpeerState, ctx: SuperpeerContext): SuperpeerStep {
  const { pingEveryUs, pingTimeoutUs } = ctx.config;
  const pings = state.others.map((other) =>
    request<SuperpeerRole>(other.superpeer, { kind: 'ping' }, { kind: 'ping' }, pingTimeoutUs),
  );
  return { state, effects: [setTimer({ kind: 'ping' }, pingEveryUs), ...pings] };
}

function changed(state: SuperpeerState, { others, news }: Change): SuperpeerStep {
  return {
    state: others === state.others ? state : { ...state, others },
    effects: news === null ? [] : [note<SuperpeerRole>(news)],
  };
}

/** The superpeers that it thinks live, itself among them. */
function liveList(state: SuperpeerState, self: Address): readonly Address[] {
  return [...activeOnes(state.others), self].sort((a, b) => a - b);
}

function leave(state: SuperpeerState, ctx: SuperpeerContext): SuperpeerStep {
  const { balancer } = ctx.config;
  const told = [
    ...addressesIn(state.registrations),
    ...state.others.map((other) => other.superpeer),
    ...(balancer === null ? [] : [balancer]),
  ];
  return { state, effects: [...told.map((to) => send<SuperpeerRole>(to, { kind: 'goodbye' })), exit()] };
}
