/** How nodes and agents call the database: they keep to the one that was primary when last heard, and know what a failure leaves open. */
import { type Address, type Effect, type FailureReason, request } from '../../sim/protocol.ts';
import type { NewsConfig } from './config.ts';
import type { Answer, Message, Transaction } from './messages.ts';
import type { AgentTypes, Call, NodeTypes } from './state.ts';

/** What came of a call. */
export type Called =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** To be sent to another database. */
  | { readonly kind: 'again'; readonly to: Address; readonly call: Call }
  /** Given up. */
  | { readonly kind: 'failed'; readonly executed: 'no' | 'unknown' };

export function firstCall(databases: readonly Address[], transaction: Transaction): Call {
  return { transaction, left: databases.length === 1 ? 0 : databases.length, unsure: false };
}

export function sendCall<P extends NodeTypes | AgentTypes>(
  to: Address,
  call: Call,
  tag: P['Tag'],
  config: NewsConfig,
): Effect<P> {
  return request(to, { kind: 'transact', transaction: call.transaction }, tag, config.databaseTimeoutUs);
}

export function calledBack(databases: readonly Address[], from: Address, message: Message, call: Call): Called {
  switch (message.kind) {
    case 'result':
      return { kind: 'answered', answer: message.answer };
    case 'notPrimary':
      return again(message.primary ?? after(databases, from), call, false);
    default:
      return given(call, false);
  }
}

export function callFailed(databases: readonly Address[], to: Address, reason: FailureReason, call: Call): Called {
  const mayBeExecuted = reason === 'timeout' || reason === 'reset';
  if (mayBeExecuted && !isRepeatable(call.transaction)) return given(call, true);
  return again(after(databases, to), call, mayBeExecuted);
}

function again(to: Address, call: Call, mayBeExecuted: boolean): Called {
  if (call.left === 0) return given(call, mayBeExecuted);
  return { kind: 'again', to, call: { ...call, left: call.left - 1, unsure: call.unsure || mayBeExecuted } };
}

function given(call: Call, mayBeExecuted: boolean): Called {
  return { kind: 'failed', executed: call.unsure || mayBeExecuted ? 'unknown' : 'no' };
}

function after(databases: readonly Address[], address: Address): Address {
  return databases[(databases.indexOf(address) + 1) % databases.length];
}

/** Whether executing it twice does no more than executing it once. */
function isRepeatable({ statement, key }: Transaction): boolean {
  if (key !== null || isReadOnly(statement.kind)) return true;
  switch (statement.kind) {
    case 'registerCommission':
    case 'setAlive':
    case 'compareAndSet':
      return true;
    default:
      return false;
  }
}

export function isReadOnly(kind: Transaction['statement']['kind']): boolean {
  switch (kind) {
    case 'listAreas':
    case 'listSubscriptions':
    case 'checkArea':
    case 'checkSubscription':
    case 'checkAdministrator':
    case 'selectNews':
    case 'overview':
    case 'locate':
      return true;
    default:
      return false;
  }
}
