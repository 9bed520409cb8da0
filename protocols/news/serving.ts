/**
 * What a node or an agent asks of the database for one operation of a user: with the traits that mend flaws 4 and 5 a single
 * transaction, without them several, between which the world goes on.
 */

import { isReadOnly } from './calls.ts';
import type { Answer, Operation, Statement, Transaction, UserRequest } from './messages.ts';
import type { Serving } from './state.ts';
import type { NewsTraits } from './variants.ts';

/** The transaction of a stage, or null if there is no such stage. */
export function transactionOf({ request, stage, held }: Serving, traits: NewsTraits): Transaction | null {
  const statement = statementOf(request, stage, held, traits);
  if (statement === null) return null;
  return { statement, key: isReadOnly(statement.kind) ? null : request.key, operation: request.id };
}

/** What follows an answer: another stage, or the answer to the user. */
export function afterAnswer(
  serving: Serving,
  answer: Answer,
  traits: NewsTraits,
): { readonly next: Serving } | { readonly answer: Answer } {
  if (answer.kind === 'refused' || answer.kind === 'obsolete') return { answer };
  const held = answer.kind === 'news' ? answer : serving.held;
  const next = { ...serving, stage: serving.stage + 1, held };
  return transactionOf(next, traits) === null ? { answer: held ?? answer } : { next };
}

function statementOf(request: UserRequest, stage: number, held: Answer | null, traits: NewsTraits): Statement | null {
  const { operation, session } = request;
  switch (operation.kind) {
    case 'publish':
      if (traits.foreignKeys) return only(stage, { ...operation, session });
      if (stage === 0) return { kind: 'checkArea', session, area: operation.area };
      return second(stage, { kind: 'insertNews', author: session.user, area: operation.area, text: operation.text });
    case 'subscribe':
      if (traits.foreignKeys) return only(stage, { ...operation, session });
      if (stage === 0) return { kind: 'checkSubscription', session, area: operation.area };
      return second(stage, { kind: 'insertSubscription', user: session.user, area: operation.area });
    case 'read':
      if (traits.marksWhileReading) return only(stage, { ...operation, session });
      if (stage === 0) return { ...operation, kind: 'selectNews', session };
      if (held?.kind !== 'news' || held.markUpTo === null) return null;
      return second(stage, { kind: 'markRead', user: session.user, area: operation.area, upTo: held.markUpTo });
    case 'deleteArea':
      if (traits.foreignKeys) return only(stage, { ...operation, session });
      if (stage === 0) return { kind: 'checkAdministrator', session, area: operation.area };
      return PIECES[stage - 1] === undefined ? null : { kind: PIECES[stage - 1], area: operation.area };
    case 'register':
    case 'login':
      return only(stage, { kind: operation.kind, user: session.user });
    default:
      return only(stage, withSession(operation, session));
  }
}

/** An area goes piece by piece, what hangs on it first. */
const PIECES = ['deleteNewsOf', 'deleteSubscriptionsOf', 'deleteAssignmentOf', 'deleteAreaRow'] as const;

type Simple = Extract<
  Operation,
  { readonly kind: 'logout' | 'listAreas' | 'listSubscriptions' | 'addArea' | 'unsubscribe' | 'deleteNews' }
>;

function withSession(operation: Simple, session: UserRequest['session']): Statement {
  switch (operation.kind) {
    case 'logout':
    case 'listAreas':
    case 'listSubscriptions':
      return { kind: operation.kind, session };
    case 'addArea':
    case 'unsubscribe':
      return { kind: operation.kind, session, area: operation.area };
    case 'deleteNews':
      return { kind: 'deleteNews', session, area: operation.area, id: operation.id };
  }
}

function only(stage: number, statement: Statement): Statement | null {
  return stage === 0 ? statement : null;
}

function second(stage: number, statement: Statement): Statement | null {
  return stage === 1 ? statement : null;
}
