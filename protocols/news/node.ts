/**
 * A node: one of the replicas behind a commission's address. It does the news operations of the areas that its commission serves, one
 * at a time, and keeps nothing: all that lasts is in the database, so whichever replica a client reaches, it sees the same data.
 *
 * It tells its commission's address again and again that it is there, which is how the address learns of new replicas and of those
 * that are back after a crash.
 */
import {
  type Context,
  type Effect,
  exit,
  type Machine,
  NO_EFFECTS,
  type RequestId,
  reply,
  request,
  type Step,
  setTimer,
} from '../../sim/protocol.ts';
import { type Called, calledBack, callFailed, firstCall, sendCall } from './calls.ts';
import { isAreaOperation, type UserRequest } from './messages.ts';
import { afterAnswer, transactionOf } from './serving.ts';
import type { Job, NodeState, NodeTag, NodeTypes, Serving } from './state.ts';

type NodeStep = Step<NodeTypes>;
type NodeContext = Context<NodeTypes>;
type ServeTag = Extract<NodeTag, { readonly kind: 'serve' }>;

export const node: Machine<NodeTypes> = {
  start(boot, _saved, ctx) {
    const state: NodeState = {
      role: 'node',
      commission: boot.commission,
      gateway: boot.gateway,
      databases: boot.databases,
      primary: boot.databases[0],
      queue: [],
      atDatabase: 0,
      requests: 0,
      leaving: false,
    };
    return { state, effects: enrolling(state, ctx) };
  },

  handle(state, input, ctx) {
    switch (input.kind) {
      case 'request':
        switch (input.message.kind) {
          case 'checkHealth':
            return { state, effects: [reply(input.id, { kind: 'healthy' })] };
          case 'perform':
            return takeOn(state, input.id, input.message.request, ctx);
          default:
            return unchanged(state);
        }
      case 'timer':
        return input.timer.kind === 'enrol' ? { state, effects: enrolling(state, ctx) } : work(state, ctx);
      case 'reply':
        if (input.tag.kind === 'withdraw') return leaveIfIdle({ ...state, leaving: true });
        if (input.tag.kind !== 'serve') return unchanged(state);
        return onCalled(
          { ...state, primary: input.from },
          input.tag,
          calledBack(state.databases, input.from, input.message, input.tag.call),
          ctx,
        );
      case 'failure':
        if (input.tag.kind === 'withdraw') return leaveIfIdle({ ...state, leaving: true });
        if (input.tag.kind !== 'serve') return unchanged(state);
        return onCalled(state, input.tag, callFailed(state.databases, input.to, input.reason, input.tag.call), ctx);
      case 'leave':
        return {
          state,
          effects: [request(state.gateway, { kind: 'withdraw' }, { kind: 'withdraw' }, ctx.config.gatewayTimeoutUs)],
        };
      default:
        return unchanged(state);
    }
  },
};

function enrolling(state: NodeState, ctx: NodeContext): readonly Effect<NodeTypes>[] {
  if (state.leaving) return NO_EFFECTS;
  return [
    request(state.gateway, { kind: 'enrol' }, { kind: 'enrol' }, ctx.config.gatewayTimeoutUs),
    setTimer({ kind: 'enrol' }, ctx.config.enrolEveryUs),
  ];
}

function takeOn(state: NodeState, id: RequestId, userRequest: UserRequest, ctx: NodeContext): NodeStep {
  const { operation } = userRequest;
  const isFull = state.queue.length >= ctx.config.queueLimit;
  if (!isAreaOperation(operation) || isFull)
    return { state, effects: [reply(id, { kind: 'unavailable', executed: 'no' })] };
  const job: Job = { id, request: { ...userRequest, operation } };
  return {
    state: { ...state, queue: [...state.queue, job], requests: state.requests + 1 },
    effects: state.queue.length === 0 ? [setTimer({ kind: 'work' }, ctx.config.workUs)] : NO_EFFECTS,
  };
}

/** The first request in the queue has had its time here; now it is the database's turn. */
function work(state: NodeState, ctx: NodeContext): NodeStep {
  const [job, ...queue] = state.queue;
  if (job === undefined) return unchanged(state);
  const serving: Serving = { id: job.id, request: job.request, stage: 0, held: null };
  const goingOn = queue.length > 0 ? [setTimer<NodeTypes>({ kind: 'work' }, ctx.config.workUs)] : NO_EFFECTS;
  return {
    state: { ...state, queue, atDatabase: state.atDatabase + 1 },
    effects: [...goingOn, ...call(state, serving, ctx)],
  };
}

function call(state: NodeState, serving: Serving, ctx: NodeContext): readonly Effect<NodeTypes>[] {
  const transaction = transactionOf(serving, ctx.config.traits);
  if (transaction === null) return NO_EFFECTS;
  const first = firstCall(state.databases, transaction);
  return [sendCall(state.primary, first, { kind: 'serve', call: first, serving }, ctx.config)];
}

function onCalled(state: NodeState, tag: ServeTag, called: Called, ctx: NodeContext): NodeStep {
  const { serving } = tag;
  switch (called.kind) {
    case 'again':
      return {
        state: { ...state, primary: called.to },
        effects: [sendCall(called.to, called.call, { ...tag, call: called.call }, ctx.config)],
      };
    case 'failed':
      return finish(state, [reply(serving.id, { kind: 'unavailable', executed: called.executed })]);
    case 'answered': {
      const after = afterAnswer(serving, called.answer, ctx.config.traits);
      if ('next' in after) return { state, effects: call(state, after.next, ctx) };
      return finish(state, [reply(serving.id, { kind: 'answer', answer: after.answer })]);
    }
  }
}

function finish(state: NodeState, effects: readonly Effect<NodeTypes>[]): NodeStep {
  const left = leaveIfIdle({ ...state, atDatabase: state.atDatabase - 1 });
  return { state: left.state, effects: [...effects, ...left.effects] };
}

function leaveIfIdle(state: NodeState): NodeStep {
  const isIdle = state.queue.length === 0 && state.atDatabase === 0;
  return { state, effects: state.leaving && isIdle ? [exit()] : NO_EFFECTS };
}

function unchanged(state: NodeState): NodeStep {
  return { state, effects: NO_EFFECTS };
}
