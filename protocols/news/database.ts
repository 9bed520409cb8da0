/**
 * The database: it executes transactions one after the other, in the order in which they came. A transaction is committed when it
 * is logged and answered after that; a crash loses what was in flight (the queue) and nothing that was committed.
 *
 * With a standby it is the pair of `replication.ts`, which says by what rule an answer waits for the standby.
 */
import {
  type Context,
  type Input,
  type Machine,
  NO_EFFECTS,
  reply,
  type Step,
  save,
  setTimer,
} from '../../sim/protocol.ts';
import { append, endOf, type LogEntry, newLog, replay } from './log.ts';
import type { Transaction } from './messages.ts';
import {
  ALONE,
  becomePrimaryAlone,
  confirmAlone,
  mustConfirm,
  onConfiguration,
  onConfigurationFailure,
  onFollow,
  onHeartbeat,
  onShip,
  onShipFailure,
  onShipped,
  onTakeover,
  shipIfIdle,
  startInPair,
} from './replication.ts';
import type { DatabaseDurable, DatabaseState, DatabaseTag, DatabaseTimer, DatabaseTypes } from './state.ts';
import { execute } from './transactions.ts';

type DatabaseStep = Step<DatabaseTypes>;
type DatabaseContext = Context<DatabaseTypes>;

export const database: Machine<DatabaseTypes> = {
  start(boot, saved, ctx) {
    const durable: DatabaseDurable = saved ?? {
      log: newLog(boot.seed),
      configuration: { epoch: 0, primary: boot.databases[0], inSync: [...boot.databases] },
      joined: 0,
    };
    const tables = replay(durable.log, ctx.config);
    const state: DatabaseState = {
      role: 'database',
      arbiter: boot.arbiter,
      databases: boot.databases,
      durable,
      duty: 'asking',
      tables,
      committed: tables,
      committedUpTo: endOf(durable.log).number,
      queue: [],
      executed: [],
      answered: 0,
      replication: ALONE,
    };
    if (boot.arbiter === null)
      return { state: becomePrimaryAlone(state), effects: saved === null ? [save(durable)] : NO_EFFECTS };
    return startInPair(state, saved === null, ctx);
  },

  handle(state, input, ctx) {
    switch (input.kind) {
      case 'request':
        return onRequest(state, input, ctx);
      case 'timer':
        return onTimer(state, input.timer, ctx);
      case 'reply':
        if (input.message.kind === 'configuration') return onConfiguration(state, input.message, ctx);
        if (input.message.kind === 'shipped' && input.tag.kind === 'ship')
          return onShipped(state, input.message, input.tag, ctx);
        return unchanged(state);
      case 'failure':
        return onFailure(state, input.tag, ctx);
      default:
        return unchanged(state);
    }
  },
};

function onTimer(state: DatabaseState, timer: DatabaseTimer, ctx: DatabaseContext): DatabaseStep {
  switch (timer.kind) {
    case 'execute':
      return executeNext(state, ctx);
    case 'heartbeat':
      return onHeartbeat(state, ctx);
    case 'takeover':
      return onTakeover(state, ctx);
  }
}

function onFailure(state: DatabaseState, tag: DatabaseTag, ctx: DatabaseContext): DatabaseStep {
  switch (tag.kind) {
    case 'ship':
      return onShipFailure(state, tag, ctx);
    case 'configuration':
    case 'change':
      return onConfigurationFailure(state);
    case 'follow':
      return unchanged(state);
  }
}

function unchanged(state: DatabaseState): DatabaseStep {
  return { state, effects: NO_EFFECTS };
}

function onRequest(
  state: DatabaseState,
  input: Extract<Input<DatabaseTypes>, { readonly kind: 'request' }>,
  ctx: DatabaseContext,
): DatabaseStep {
  const { message, id } = input;
  switch (message.kind) {
    case 'transact':
      return onTransact(state, id, message.transaction, ctx);
    case 'follow':
      return onFollow(state, id, input.from, ctx);
    case 'ship':
      return onShip(state, id, message, ctx);
    default:
      return unchanged(state);
  }
}

function onTransact(state: DatabaseState, id: number, transaction: Transaction, ctx: DatabaseContext): DatabaseStep {
  if (state.duty !== 'primary') {
    const { primary } = state.durable.configuration;
    return { state, effects: [reply(id, { kind: 'notPrimary', primary: primary === ctx.self ? null : primary })] };
  }
  if (state.queue.length >= ctx.config.queueLimit) return { state, effects: [reply(id, { kind: 'busy' })] };
  const queue = [...state.queue, { id, transaction }];
  const isIdle = state.queue.length === 0;
  return {
    state: { ...state, queue },
    effects: isIdle ? [setTimer({ kind: 'execute' }, ctx.config.transactionUs)] : NO_EFFECTS,
  };
}

/** The first transaction in the queue has had its time: execute it, log it, answer it as soon as that is allowed. */
function executeNext(state: DatabaseState, ctx: DatabaseContext): DatabaseStep {
  const [first, ...queue] = state.queue;
  if (first === undefined) return unchanged(state);
  const { tables, answer } = execute(state.tables, first.transaction, ctx.nowUs, ctx.config);
  const hasChanged = tables !== state.tables;
  const durable = hasChanged ? logged(state, first.transaction, answer, ctx) : state.durable;
  const next: DatabaseState = {
    ...state,
    durable,
    tables,
    queue,
    executed: [...state.executed, { id: first.id, answer }],
  };
  const saving = hasChanged ? [save<DatabaseTypes>(durable)] : NO_EFFECTS;
  const goingOn =
    queue.length > 0 ? [setTimer<DatabaseTypes>({ kind: 'execute' }, ctx.config.transactionUs)] : NO_EFFECTS;
  const confirming = mustConfirm(next) ? shipIfIdle(next, ctx) : confirmAlone(next);
  return { state: confirming.state, effects: [...saving, ...goingOn, ...confirming.effects] };
}

function logged(
  { durable, committedUpTo }: DatabaseState,
  transaction: Transaction,
  answer: LogEntry['answer'],
  ctx: DatabaseContext,
): DatabaseDurable {
  const entry: LogEntry = {
    number: endOf(durable.log).number + 1,
    epoch: durable.configuration.epoch,
    atUs: ctx.nowUs,
    transaction,
    answer,
  };
  return { ...durable, log: append(durable.log, [entry], committedUpTo, ctx.config) };
}
