/**
 * A supernode: it keeps an index of what its nodes have, answers their searches, and asks the other supernodes, over UDP
 * multicast, for what it does not have. Every `healthEvery` it checks the health of its nodes.
 *
 * All that it knows is in memory: when it restarts, its index is empty and stays so until nodes register (flaw 4).
 */
import {
  exit,
  joinGroup,
  type ReplyInput,
  type RequestInput,
  reply,
  setTimer,
  type TimerInput,
} from '../../sim/protocol.ts';
import { EMPTY_INDEX } from '../common/holder-index.ts';
import { andThen, quiet } from '../common/step.ts';
import {
  GROUP,
  type SupernodeContext,
  type SupernodeMachine,
  type SupernodeRole,
  type SupernodeState,
  type SupernodeStep,
} from './state.ts';
import {
  aliveNames,
  checkAnswered,
  checkFailed,
  evaluate,
  finishRuns,
  locationReported,
} from './supernode-liveness.ts';
import { registerNode } from './supernode-registry.ts';
import { beginSearch, hearWire, searchDeadline } from './supernode-search.ts';

export const supernode: SupernodeMachine = {
  start(boot, _durable, ctx) {
    const state: SupernodeState = {
      role: 'supernode',
      name: boot.name,
      registrations: null,
      index: EMPTY_INDEX,
      lastRegistration: 0,
      strikes: null,
      missed: [],
      suspects: [],
      runs: [],
      searches: [],
      lastSearch: 0,
      malformed: 0,
      loopbacks: 0,
    };
    return { state, effects: [joinGroup(GROUP), nextEvaluation(ctx)] };
  },

  handle(state, input, ctx) {
    switch (input.kind) {
      case 'datagram':
        return input.message.kind === 'wire' ? hearWire(state, input.message.text, ctx) : quiet(state);
      case 'request':
        return serve(state, input, ctx);
      case 'reply':
        return hear(state, input);
      case 'failure':
        if (input.tag.kind !== 'check') return quiet(state);
        return andThen(checkFailed(state, input.tag, ctx), finishRuns);
      case 'timer':
        return wake(state, input, ctx);
      case 'operation':
        // The only thing that a client asks a supernode itself: GET /supernode/xxx.
        return input.operation.kind === 'evaluate' ? evaluate(state, input.id, ctx) : quiet(state);
      case 'leave':
        return { state, effects: [exit()] };
    }
  },
};

function serve(state: SupernodeState, input: RequestInput<SupernodeRole>, ctx: SupernodeContext): SupernodeStep {
  const { id, from, message } = input;
  switch (message.kind) {
    case 'register':
      return registerNode(state, id, from, message, ctx);
    case 'search':
      return beginSearch(state, id, from, message, ctx);
    case 'report':
      return locationReported(state, id, message.location, ctx);
    case 'alive':
      return { state, effects: [reply(id, { kind: 'aliveNodes', names: aliveNames(state) })] };
    default:
      return quiet(state);
  }
}

function hear(state: SupernodeState, { message, tag }: ReplyInput<SupernodeRole>): SupernodeStep {
  if (tag.kind !== 'check') return quiet(state);
  return andThen(checkAnswered(state, tag, message.kind === 'healthy'), finishRuns);
}

function wake(state: SupernodeState, { timer }: TimerInput<SupernodeRole>, ctx: SupernodeContext): SupernodeStep {
  switch (timer.kind) {
    case 'evaluate':
      return andThen(evaluate(state, null, ctx), (now) => ({ state: now, effects: [nextEvaluation(ctx)] }));
    case 'searchDeadline':
      return searchDeadline(state, timer.search, ctx);
    default:
      return quiet(state);
  }
}

function nextEvaluation(ctx: SupernodeContext) {
  return setTimer<SupernodeRole>({ kind: 'evaluate' }, ctx.config.healthEveryUs);
}
