/** Texts for the log, the trace and stories. */
import type { Describe } from '../../sim/protocol.ts';
import type { Answer, Message, Operation, Outcome, Statement } from './messages.ts';
import type { NewsTypes, Note } from './state.ts';

export const describe: Describe<NewsTypes> = { message, timer, operation, outcome, note };

function message(message: Message): string {
  switch (message.kind) {
    case 'ask':
      return `which node serves ${message.area}?${message.avoid === null ? '' : ` (${message.avoid} does not answer)`}`;
    case 'offer':
      return `${message.commission} does`;
    case 'perform':
      return `${message.request.session.user}: ${operation(message.request.operation)}`;
    case 'answer':
      return answerText(message.answer);
    case 'unavailable':
      return message.executed === 'no' ? 'unavailable, not executed' : 'unavailable, may have been executed';
    case 'enrol':
      return 'I am here';
    case 'enrolled':
      return 'you are in rotation';
    case 'withdraw':
      return 'I am leaving';
    case 'withdrawn':
      return 'you are out of rotation';
    case 'registerCommission':
      return `register ${message.name}`;
    case 'registered':
      return 'registered';
    case 'checkHealth':
      return 'are you well?';
    case 'healthy':
      return 'I am well';
    case 'transact':
      return statementText(message.transaction.statement);
    case 'result':
      return answerText(message.answer);
    case 'busy':
      return 'too busy';
    case 'notPrimary':
      return 'not the primary';
    case 'follow':
      return 'bring me up to date';
    case 'followed':
      return 'I will';
    case 'ship':
      return message.snapshot === null
        ? `${message.entries.length} entries after ${message.after.number}, epoch ${message.configuration.epoch}`
        : `a snapshot at ${message.after.number} and ${message.entries.length} entries, epoch ${message.configuration.epoch}`;
    case 'shipped':
      return message.ok
        ? `logged up to ${message.end.number}`
        : `refused: at ${message.end.number}, epoch ${message.epoch}`;
    case 'readConfiguration':
      return 'who is primary?';
    case 'changeConfiguration':
      return `make ${message.primary} primary with ${message.inSync.join(', ')} in sync, if the epoch is ${message.expectedEpoch}`;
    case 'configuration':
      return `${message.granted ? 'granted: ' : ''}epoch ${message.configuration.epoch}, primary ${message.configuration.primary}, in sync ${message.configuration.inSync.join(', ')}`;
  }
}

function timer(timer: NewsTypes['Timer']): string {
  switch (timer.kind) {
    case 'retry':
      return `try again: ${operation(timer.attempt.operation)}`;
    case 'register':
      return 'register the commission';
    case 'enrol':
      return 'enrol again';
    case 'work':
      return 'the request has been worked on';
    case 'health':
      return 'check everybody’s health';
    case 'execute':
      return 'execute the next transaction';
    case 'heartbeat':
      return 'let the other database hear';
    case 'takeover':
      return 'the primary is silent';
  }
}

function operation(operation: Operation): string {
  switch (operation.kind) {
    case 'register':
      return 'register';
    case 'login':
      return 'log in';
    case 'logout':
      return 'log out';
    case 'listAreas':
      return 'list areas';
    case 'listSubscriptions':
      return 'list subscriptions';
    case 'addArea':
      return `add area ${operation.area}`;
    case 'deleteArea':
      return `delete area ${operation.area}`;
    case 'subscribe':
      return `subscribe to ${operation.area}`;
    case 'unsubscribe':
      return `unsubscribe from ${operation.area}`;
    case 'read':
      return `read ${operation.unread ? 'the unread' : 'all'} news of ${operation.area}`;
    case 'publish':
      return `publish "${operation.text}" to ${operation.area}`;
    case 'deleteNews':
      return `delete #${operation.id} of ${operation.area}`;
  }
}

function outcome(outcome: Outcome): string {
  const retried =
    outcome.retries === 0 ? '' : ` after ${outcome.retries} ${outcome.retries === 1 ? 'retry' : 'retries'}`;
  switch (outcome.kind) {
    case 'done':
      return `done${retried}`;
    case 'loggedIn':
      return `logged in${retried}`;
    case 'areas':
      return `${listText(outcome.areas)}${retried}`;
    case 'news':
      return `${listText(outcome.news.map(({ id }) => `#${id}`))}${retried}`;
    case 'published':
      return `published as #${outcome.id}${retried}`;
    case 'refused':
      return `refused: ${outcome.reason}${retried}`;
    case 'failed':
      return `gave up${retried}: no ${outcome.at} answered${outcome.executed === 'no' ? '' : ', it may have been done'}`;
  }
}

function note(note: Note): string {
  switch (note.kind) {
    case 'ended':
      return outcome(note.outcome);
    case 'loggedIn':
      return `${note.user} is logged in`;
    case 'dropped':
      return `${note.commission} does not answer: dropped`;
    case 'readmitted':
      return `${note.commission} answers again`;
    case 'assigned':
      return `${note.commission} serves ${note.area}`;
    case 'tookOver':
      return `took over as primary, epoch ${note.epoch}`;
    case 'expelledStandby':
      return `goes on without the standby, epoch ${note.epoch}`;
    case 'admittedStandby':
      return `the standby is in sync, epoch ${note.epoch}`;
    case 'deposed':
      return `no longer primary, since epoch ${note.epoch}`;
  }
}

function listText(items: readonly string[]): string {
  if (items.length === 0) return 'none';
  const shown = items.slice(0, 12).join(' ');
  return items.length > 12 ? `${shown} and ${items.length - 12} more` : shown;
}

function answerText(answer: Answer): string {
  switch (answer.kind) {
    case 'done':
      return 'done';
    case 'loggedIn':
      return 'logged in';
    case 'areas':
      return listText(answer.areas);
    case 'news':
      return listText(answer.news.map(({ id }) => `#${id}`));
    case 'published':
      return `published as #${answer.id}`;
    case 'refused':
      return `refused: ${answer.reason}`;
    case 'obsolete':
      return 'obsolete';
    case 'located':
      return answer.commission === null ? 'nobody serves it' : `${answer.commission.name} serves it`;
    case 'overview':
      return `${answer.overview.areas.length} areas, ${answer.overview.commissions.length} commissions`;
  }
}

function statementText(statement: Statement): string {
  const about = 'area' in statement ? ` ${statement.area}` : 'name' in statement ? ` ${statement.name}` : '';
  const who = 'session' in statement ? `${statement.session.user}: ` : '';
  return `${who}${statement.kind}${about}`;
}
