/**
 * A peer: it has resources, belongs to one superpeer (or to two partners), and searches through it.
 *
 * It asks the balancer for a superpeer and registers its whole list there; whenever the list changes it registers again,
 * so the index follows at once. It leaves in good order by unregistering. Downloads go from peer to peer.
 * What it has is on disk and survives a crash.
 */
import {
  type Address,
  complete,
  type Effect,
  exit,
  type FailureInput,
  type OperationId,
  type OperationInput,
  type ReplyInput,
  type RequestInput,
  reply,
  request,
  setTimer,
  type TimerInput,
} from '../../sim/protocol.ts';
import { andThen, quiet } from '../common/step.ts';
import type { SuperpeerMessage, SuperpeerOutcome } from './messages.ts';
import {
  assignmentFailed,
  becomeRegistered,
  becomeUnknown,
  hearGoodbye,
  keepAlive,
  livePartners,
  partnerAnswered,
  partnerFailed,
  partnerOf,
  registerAll,
  saved,
  seek,
  settle,
  withPartner,
} from './peer-home.ts';
import { beginSearch, fail, fetched, searched, searchFailed } from './peer-search.ts';
import type { PeerContext, PeerMachine, PeerRole, PeerState, PeerStep } from './state.ts';

/** More changes than a peer makes between two starts, so that versions grow across restarts. */
const VERSIONS_PER_START = 1_000_000;

export const peer: PeerMachine = {
  start(boot, durable, ctx) {
    const starts = (durable?.starts ?? 0) + 1;
    const state: PeerState = {
      role: 'peer',
      name: boot.name,
      starts,
      resources: durable?.resources ?? boot.resources,
      version: starts * VERSIONS_PER_START,
      phase: 'waiting',
      partners: [],
      settled: false,
      nextGroup: boot.group,
      farewells: [],
      waiters: [],
      answered: 0,
    };
    // A random phase: else all peers of a superpeer would ask at the same instant.
    const first = setTimer<PeerRole>({ kind: 'keepAlive' }, 1 + ctx.random.int(ctx.config.keepAliveEveryUs));
    const home = ctx.config.traits.waitsOutRegistration ? (durable?.home ?? []) : [];
    return andThen({ state, effects: [saved(state), first] }, (now) =>
      home.length > 0 ? settle(now, home, ctx) : seek(now, ctx),
    );
  },

  handle(state, input, ctx) {
    switch (input.kind) {
      case 'operation':
        return operate(state, input, ctx);
      case 'request':
        return serve(state, input, ctx);
      case 'reply':
        return hear(state, input, ctx);
      case 'failure':
        return miss(state, input, ctx);
      case 'timer':
        return wake(state, input, ctx);
      case 'datagram':
        return input.message.kind === 'goodbye' ? hearGoodbye(state, input.from, ctx) : quiet(state);
      case 'leave':
        return leave(state, ctx);
    }
  },
};

function operate(state: PeerState, { id, operation }: OperationInput<PeerRole>, ctx: PeerContext): PeerStep {
  switch (operation.kind) {
    case 'search':
      return beginSearch(state, id, operation.name, false, ctx);
    case 'download':
      return beginSearch(state, id, operation.name, true, ctx);
    case 'upload':
      return ask(
        state,
        id,
        { kind: 'upload', name: operation.name, bytes: ctx.config.fileBytes },
        ctx.config.transferTimeoutUs + ctx.config.requestTimeoutUs,
      );
    case 'listResources':
    case 'listSuperpeers':
      return ask(state, id, { kind: operation.kind }, ctx.config.requestTimeoutUs);
    case 'addResource': {
      const { name } = operation;
      if (state.resources.includes(name)) return fail(state, id, `it has ${name} already`);
      return change(state, id, [...state.resources, name], ctx);
    }
    case 'removeResource': {
      const { name } = operation;
      if (!state.resources.includes(name)) return fail(state, id, `it does not have ${name}`);
      return change(state, id, without(state.resources, name), ctx);
    }
    case 'changeResource': {
      const { from, to } = operation;
      if (!state.resources.includes(from)) return fail(state, id, `it does not have ${from}`);
      return change(state, id, [...without(without(state.resources, from), to), to], ctx);
    }
  }
}

function serve(state: PeerState, { id, from, message }: RequestInput<PeerRole>, ctx: PeerContext): PeerStep {
  switch (message.kind) {
    case 'ping':
      return pinged(state, id, from, ctx);
    case 'fetch':
      return send(state, id, message.name, ctx);
    case 'store':
      return store(state, id, message.name, ctx);
    default:
      return quiet(state);
  }
}

function hear(state: PeerState, { from, message, tag }: ReplyInput<PeerRole>, ctx: PeerContext): PeerStep {
  switch (tag.kind) {
    case 'assign':
      if (message.kind !== 'assigned') return assignmentFailed(state, ctx);
      return state.phase === 'seeking' ? settle(state, message.superpeers, ctx) : quiet(state);
    case 'register':
      if (state.phase === 'leaving') return unregister(state, from, ctx);
      return becomeRegistered(state, from, tag.epoch, ctx);
    case 'keepAlive':
      if (message.kind === 'unknownPeer') return becomeUnknown(state, from, tag.epoch, ctx);
      return quiet(partnerAnswered(state, from));
    case 'unregister':
      return farewellOver(state, from);
    case 'search':
      return searched(state, tag.quest, from, message, ctx);
    case 'fetch':
      return fetched(state, tag.operation, from, message);
    case 'ask':
      return {
        state: partnerAnswered(state, from),
        effects: [complete(tag.operation, outcomeOf(message, from))],
      };
    default:
      return quiet(state);
  }
}

function miss(state: PeerState, { to, reason, tag }: FailureInput<PeerRole>, ctx: PeerContext): PeerStep {
  switch (tag.kind) {
    case 'assign':
      return assignmentFailed(state, ctx);
    case 'register':
      if (state.phase === 'leaving') return unregister(state, to, ctx);
      return partnerFailed(state, to, reason, tag.epoch, true, ctx);
    case 'keepAlive':
      return partnerFailed(state, to, reason, tag.epoch, false, ctx);
    case 'unregister':
      return farewellOver(state, to);
    case 'search':
      return searchFailed(state, tag.quest, to, reason, tag.epoch, ctx);
    case 'fetch':
      return fail(state, tag.operation, `the peer that was found did not send it: ${reason}`);
    case 'ask':
      return andThen(partnerFailed(state, to, reason, tag.epoch, false, ctx), (now) =>
        fail(now, tag.operation, `its superpeer did not answer: ${reason}`),
      );
    default:
      return quiet(state);
  }
}

function wake(state: PeerState, { timer }: TimerInput<PeerRole>, ctx: PeerContext): PeerStep {
  switch (timer.kind) {
    case 'keepAlive':
      return keepAlive(state, ctx);
    case 'seek':
      return state.phase === 'waiting' ? seek(state, ctx) : quiet(state);
    case 'transferred':
      return {
        state,
        effects: [reply(timer.request, { kind: 'file', name: timer.name, bytes: ctx.config.fileBytes })],
      };
    default:
      return quiet(state);
  }
}

// --- Serving others ---

/** Its own superpeer learns that it lives; any other that it no longer belongs there. */
function pinged(state: PeerState, id: number, from: Address, ctx: PeerContext): PeerStep {
  const partner = state.phase === 'home' ? partnerOf(state, from) : undefined;
  if (partner === undefined) return { state, effects: [reply(id, { kind: 'notYours' })] };
  const heardOfUs = Math.max(partner.heardOfUs, ctx.nowUs);
  return {
    state: heardOfUs === partner.heardOfUs ? state : withPartner(state, { ...partner, heardOfUs }),
    effects: [reply(id, { kind: 'pong', peers: 0 })],
  };
}

/** Sends a file, which takes its time. */
function send(state: PeerState, id: number, name: string, ctx: PeerContext): PeerStep {
  if (!state.resources.includes(name)) return { state, effects: [reply(id, { kind: 'noSuchFile' })] };
  if (ctx.config.transferTimeUs === 0)
    return { state, effects: [reply(id, { kind: 'file', name, bytes: ctx.config.fileBytes })] };
  return {
    state,
    effects: [setTimer({ kind: 'transferred', request: id, name }, ctx.config.transferTimeUs, id)],
  };
}

/** Takes a file that was uploaded, and tells its superpeers as of any change. */
function store(state: PeerState, id: number, name: string, ctx: PeerContext): PeerStep {
  const changed = state.resources.includes(name)
    ? quiet<PeerRole>(state)
    : changeTo(state, [...state.resources, name], ctx);
  return andThen(changed, (now) => {
    const version = ctx.config.traits.ordersRegistrations ? now.version : null;
    return { state: now, effects: [reply(id, { kind: 'stored', version, resources: now.resources })] };
  });
}

// --- Its resources ---

/** A client changed what it has; the client is told when its superpeers know. */
function change(state: PeerState, operation: OperationId, resources: readonly string[], ctx: PeerContext): PeerStep {
  const waiting = { ...state, waiters: [...state.waiters, { operation, version: state.version + 1 }] };
  return changeTo(waiting, resources, ctx);
}

function changeTo(state: PeerState, resources: readonly string[], ctx: PeerContext): PeerStep {
  const changed = { ...state, resources, version: state.version + 1 };
  const step: PeerStep = { state: changed, effects: [saved(changed)] };
  return state.phase === 'home' ? andThen(step, (now) => registerAll(now, ctx)) : step;
}

function without(names: readonly string[], name: string): readonly string[] {
  return names.filter((one) => one !== name);
}

// --- Asking its superpeer ---

function ask(state: PeerState, operation: OperationId, message: SuperpeerMessage, timeoutUs: number): PeerStep {
  const [partner] = livePartners(state);
  if (partner === undefined) return fail(state, operation, 'it has no superpeer');
  const tag = { kind: 'ask' as const, operation, epoch: partner.epoch };
  return { state, effects: [request(partner.superpeer, message, tag, timeoutUs)] };
}

function outcomeOf(message: SuperpeerMessage, from: Address): SuperpeerOutcome {
  switch (message.kind) {
    case 'uploaded':
      return { kind: 'uploaded', peer: message.peer };
    case 'resources':
      return { kind: 'resources', superpeer: from, names: message.names };
    case 'superpeers':
      return { kind: 'superpeers', active: message.active };
    case 'uploadFailed':
      return { kind: 'failed', reason: message.reason };
    default:
      return { kind: 'failed', reason: `its superpeer answered ${message.kind}` };
  }
}

// --- Leaving ---

/**
 * Says goodbye to its superpeers, and ends when they have heard it. A registration that is on its way is waited for, else
 * it could arrive afterwards.
 */
function leave(state: PeerState, ctx: PeerContext): PeerStep {
  if (state.phase === 'leaving') return quiet(state);
  const partners = state.phase === 'home' ? state.partners.filter((partner) => !partner.gone) : [];
  const leaving: PeerState = { ...state, phase: 'leaving', farewells: partners.map((partner) => partner.superpeer) };
  if (partners.length === 0) return { state: leaving, effects: [exit()] };
  const effects: readonly Effect<PeerRole>[] = partners
    .filter((partner) => partner.sending === null)
    .map((partner) => farewell(partner.superpeer, ctx));
  return { state: leaving, effects };
}

function unregister(state: PeerState, superpeer: Address, ctx: PeerContext): PeerStep {
  return state.farewells.includes(superpeer) ? { state, effects: [farewell(superpeer, ctx)] } : quiet(state);
}

function farewell(superpeer: Address, ctx: PeerContext): Effect<PeerRole> {
  return request(superpeer, { kind: 'unregister' }, { kind: 'unregister' }, ctx.config.requestTimeoutUs);
}

function farewellOver(state: PeerState, superpeer: Address): PeerStep {
  const farewells = state.farewells.filter((one) => one !== superpeer);
  const left = { ...state, farewells };
  return farewells.length === 0 ? { state: left, effects: [exit()] } : quiet(left);
}
