/** How large messages are on the wire, in bytes: an envelope, what names and texts take, and a row for a row. */
import type { Answer, Message } from './messages.ts';
import type { Tables } from './tables.ts';

const ENVELOPE = 40;
const ROW = 60;

export function sizeOf(message: Message): number {
  switch (message.kind) {
    case 'perform':
      return ENVELOPE + 60 + textOf(message.request.operation);
    case 'transact':
      return ENVELOPE + 60 + textOf(message.transaction.statement);
    case 'answer':
    case 'result':
      return ENVELOPE + answerSize(message.answer);
    case 'ship':
      return ENVELOPE + 120 * message.entries.length + (message.snapshot === null ? 0 : ROW * rowsOf(message.snapshot));
    default:
      return ENVELOPE;
  }
}

function textOf(holder: object): number {
  return 'text' in holder && typeof holder.text === 'string' ? holder.text.length : 0;
}

function answerSize(answer: Answer): number {
  switch (answer.kind) {
    case 'news':
      return answer.news.reduce((size, { text }) => size + ROW + text.length, 0);
    case 'areas':
      return answer.areas.reduce((size, area) => size + area.length + 2, 0);
    case 'overview':
      return (
        ROW * (answer.overview.commissions.length + answer.overview.assignments.length) +
        10 * answer.overview.areas.length
      );
    case 'located':
      return ROW * (1 + answer.candidates.length);
    default:
      return 10;
  }
}

function rowsOf(tables: Tables): number {
  const { users, sessions, areas, news, commissions, subscriptions, assignments, marks, requests } = tables;
  return [users, sessions, areas, news, commissions, subscriptions, assignments, marks, requests].reduce(
    (sum, { size }) => sum + size,
    0,
  );
}
