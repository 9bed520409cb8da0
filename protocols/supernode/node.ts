/**
 * A node: it has files, tells its one supernode of them, and looks for others on behalf of its clients.
 *
 * It starts by reading and hashing its files and registers once with the supernode of its configuration. From then on it
 * answers health checks, and searches go to that supernode unless it has the file itself. What it has is on disk and
 * survives a crash; after a restart it registers again as at its first start. It leaves without a word: the original has
 * no message for that, and its supernode finds it dead.
 */
import {
  complete,
  exit,
  type FailureInput,
  type OperationInput,
  type ReplyInput,
  type RequestInput,
  reply,
  request,
  save,
  setTimer,
} from '../../sim/protocol.ts';
import { andThen, quiet } from '../common/step.ts';
import { becomeRegistered, homeOf, register, registrationFailed } from './node-registration.ts';
import { failParked, resume, search, searched, searcherUnknown, searchFailed, tried } from './node-search.ts';
import type { File, Resource } from './resources.ts';
import { resourceOf } from './resources.ts';
import type { NodeContext, NodeMachine, NodeRole, NodeState, NodeStep } from './state.ts';

/** More registrations than a node sends between two starts, so that versions grow across restarts. */
const VERSIONS_PER_START = 1_000_000;

export const node: NodeMachine = {
  start(boot, durable, ctx) {
    const files = durable?.files ?? boot.files;
    const starts = (durable?.starts ?? 0) + 1;
    const state: NodeState = {
      role: 'node',
      name: boot.name,
      endpoint: boot.endpoint,
      supernodes: ctx.config.traits.failsOver ? boot.supernodes : boot.supernodes.slice(0, 1),
      starts,
      resources: files.map(resourceOf),
      home: 0,
      registered: false,
      version: starts * VERSIONS_PER_START,
      registering: null,
      wanted: null,
      parked: [],
      answered: 0,
    };
    return andThen({ state, effects: [save<NodeRole>({ files, starts })] }, (now) => register(now, [], ctx));
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
        switch (input.timer.kind) {
          case 'register':
            return state.registering === null ? register(state, [], ctx) : quiet(state);
          case 'forgotten':
            return becomeForgotten(state, ctx);
          default:
            return quiet(state);
        }
      case 'leave':
        return { state, effects: [exit()] };
      case 'datagram':
        return quiet(state);
    }
  },
};

function operate(state: NodeState, input: OperationInput<NodeRole>, ctx: NodeContext): NodeStep {
  const { id, operation } = input;
  switch (operation.kind) {
    case 'list':
      return { state, effects: [complete(id, { kind: 'listed', ids: state.resources.map((one) => one.id) })] };
    case 'find':
      return search(state, id, [operation.id], false, ctx);
    case 'findMany':
      return search(state, id, operation.ids, true, ctx);
    case 'register':
      return register(state, [{ operation: id, outcome: { kind: 'registered' } }], ctx);
    case 'addResource':
      return addResource(state, input, operation.file, ctx);
    case 'removeResource':
      return removeResource(state, input, operation.name, ctx);
    case 'alive':
      return {
        state,
        effects: [
          request(homeOf(state), { kind: 'alive' }, { kind: 'alive', operation: id }, ctx.config.requestTimeoutUs),
        ],
      };
    case 'evaluate':
      return { state, effects: [complete(id, { kind: 'failed', reason: 'a node evaluates nobody' })] };
  }
}

function serve(state: NodeState, { id, from, message }: RequestInput<NodeRole>, ctx: NodeContext): NodeStep {
  switch (message.kind) {
    case 'health':
      return from === homeOf(state) ? checked(state, id, ctx) : checkedByAnother(state, id, ctx);
    case 'fetch': {
      const file = state.resources.find((one) => one.name === message.fileName);
      return { state, effects: [reply(id, file ? { kind: 'file', content: file.content } : { kind: 'noSuchFile' })] };
    }
    default:
      return quiet(state);
  }
}

function hear(state: NodeState, { from, message, tag }: ReplyInput<NodeRole>, ctx: NodeContext): NodeStep {
  switch (tag.kind) {
    case 'registration':
      return andThen(becomeRegistered(state, from, ctx), (now) => resume(now, ctx));
    case 'search':
      if (message.kind === 'unknownNode') return searcherUnknown(state, tag.quest, ctx);
      return message.kind === 'searched' ? searched(state, tag.quest, message.answers, ctx) : quiet(state);
    case 'trial':
      return tried(state, tag.quest, message.kind === 'file' ? message.content : null, ctx);
    case 'alive': {
      const names = message.kind === 'aliveNodes' ? message.names : [];
      return { state, effects: [complete(tag.operation, { kind: 'aliveNodes', names })] };
    }
    default:
      return quiet(state);
  }
}

function miss(state: NodeState, { to, reason, tag }: FailureInput<NodeRole>, ctx: NodeContext): NodeStep {
  switch (tag.kind) {
    case 'registration':
      return andThen(registrationFailed(state, to, reason, ctx), (now) =>
        now.registering === null ? failParked(now, 'no supernode registered it') : quiet(now),
      );
    case 'search':
      return searchFailed(state, tag.quest, to, reason, ctx);
    case 'trial':
      return tried(state, tag.quest, null, ctx);
    case 'alive':
      return { state, effects: [complete(tag.operation, { kind: 'failed', reason })] };
    default:
      return quiet(state);
  }
}

/** Its own supernode checks it, so it has it registered. */
function checked(state: NodeState, request: number, ctx: NodeContext): NodeStep {
  const effects = [reply<NodeRole>(request, { kind: 'healthy' })];
  if (ctx.config.traits.reregisters) effects.push(setTimer({ kind: 'forgotten' }, ctx.config.forgottenAfterUs));
  return { state: state.registered ? state : { ...state, registered: true }, effects };
}

/** A supernode that it has left still has it registered, and with what it had then. */
function checkedByAnother(state: NodeState, request: number, ctx: NodeContext): NodeStep {
  const kind = ctx.config.traits.failsOver ? 'registeredElsewhere' : 'healthy';
  return { state, effects: [reply(request, { kind })] };
}

/** Its supernode has not checked it for too long (flaw 4). */
function becomeForgotten(state: NodeState, ctx: NodeContext): NodeStep {
  return state.registering === null ? register({ ...state, registered: false }, [], ctx) : quiet(state);
}

function addResource(state: NodeState, input: OperationInput<NodeRole>, file: File, ctx: NodeContext): NodeStep {
  if (state.resources.some((one) => one.name === file.name)) {
    return { state, effects: [complete(input.id, { kind: 'failed', reason: `it has a file ${file.name}` })] };
  }
  const added = resourceOf(file);
  return change(state, [...state.resources, added], { kind: 'added', id: added.id }, input, ctx);
}

function removeResource(state: NodeState, input: OperationInput<NodeRole>, name: string, ctx: NodeContext): NodeStep {
  const removed = state.resources.find((one) => one.name === name);
  if (removed === undefined) {
    return { state, effects: [complete(input.id, { kind: 'failed', reason: `it has no file ${name}` })] };
  }
  const left = state.resources.filter((one) => one !== removed);
  return change(state, left, { kind: 'removed', id: removed.id }, input, ctx);
}

/** Writes its files to disk and registers again with what it has now. */
function change(
  state: NodeState,
  resources: readonly Resource[],
  outcome: { readonly kind: 'added' | 'removed'; readonly id: string },
  input: OperationInput<NodeRole>,
  ctx: NodeContext,
): NodeStep {
  const files = resources.map(({ name, content }) => ({ name, content }));
  const saved: NodeStep = {
    state: { ...state, resources },
    effects: [save<NodeRole>({ files, starts: state.starts })],
  };
  return andThen(saved, (now) => register(now, [{ operation: input.id, outcome }], ctx));
}
