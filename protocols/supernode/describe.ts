import type { Describe } from '../../sim/protocol.ts';
import type { Finding, SupernodeMessage, SupernodeNote, SupernodeOperation, SupernodeOutcome } from './messages.ts';
import { shortId } from './resources.ts';
import type { SupernodeTypes } from './state.ts';

export const describe: Describe<SupernodeTypes> = {
  message: describeMessage,
  timer: (timer) => (timer.kind === 'searchDeadline' ? `deadline of search ${timer.search}` : timer.kind),
  operation: describeOperation,
  outcome: describeOutcome,
  note: describeNote,
};

function describeMessage(message: SupernodeMessage): string {
  switch (message.kind) {
    case 'wire':
      return shortenIds(message.text);
    case 'register':
      return `POST /supernode/register ${message.name}, ${message.resources.length} resources`;
    case 'search':
      return `GET /supernode/search ${shortIds(message.ids)}`;
    case 'searched':
      return message.answers.map(({ id, locations }) => `${shortId(id)} ${locations[0] ?? 'not found'}`).join(', ');
    case 'report':
      return `dead location ${message.location}`;
    case 'alive':
      return 'GET /supernode/alive';
    case 'aliveNodes':
      return `alive: ${message.names.join(', ')}`;
    case 'health':
      return 'GET /node/health';
    case 'fetch':
      return `GET /files/${message.fileName}`;
    case 'registered':
      return 'registered';
    case 'unknownNode':
      return 'unknown node';
    case 'reportTaken':
      return 'report taken';
    case 'healthy':
      return 'healthy';
    case 'registeredElsewhere':
      return 'registered elsewhere';
    case 'file':
      return 'the file';
    case 'noSuchFile':
      return 'no such file';
  }
}

function describeOperation(operation: SupernodeOperation): string {
  switch (operation.kind) {
    case 'find':
      return `find ${shortId(operation.id)}`;
    case 'findMany':
      return `find ${shortIds(operation.ids)}`;
    case 'addResource':
      return `add ${operation.file.name}`;
    case 'removeResource':
      return `remove ${operation.name}`;
    default:
      return operation.kind;
  }
}

function describeOutcome(outcome: SupernodeOutcome): string {
  switch (outcome.kind) {
    case 'found':
      return `found at ${outcome.location}`;
    case 'notFound':
      return 'not found';
    case 'foundMany':
      return describeFindings(outcome.findings);
    case 'failed':
      return `failed: ${outcome.reason}`;
    case 'listed':
      return `has ${shortIds(outcome.ids)}`;
    case 'registered':
      return 'registered';
    case 'added':
    case 'removed':
      return `${outcome.kind} ${shortId(outcome.id)}`;
    case 'aliveNodes':
    case 'evaluated':
      return `alive: ${outcome.names.join(', ')}`;
  }
}

function describeNote(note: SupernodeNote): string {
  switch (note.kind) {
    case 'answered':
      return `answers its client: ${describeFindings(note.findings)}`;
    case 'told':
      return `to the group: ${shortenIds(note.text)}`;
    case 'malformed':
      return `drops a malformed datagram: ${JSON.stringify(note.text)}`;
    case 'missed':
      return `process ${note.node} missed ${note.inARow} health ${note.inARow === 1 ? 'check' : 'checks in a row'}`;
    case 'removed':
      return `takes ${note.name} for dead and removes it`;
    case 'released':
      return `lets ${note.name} go, which is registered elsewhere`;
    case 'registrationFailed':
      return `could not register with process ${note.supernode}: ${note.reason}`;
    case 'deadLocation':
      return `found ${note.location} dead`;
  }
}

function describeFindings(findings: readonly Finding[]): string {
  return findings.map(({ id, location }) => `${shortId(id)} ${location ?? 'not found'}`).join(', ') || 'nothing';
}

function shortIds(ids: readonly string[]): string {
  return ids.map(shortId).join(',');
}

function shortenIds(text: string): string {
  return text.replace(/[0-9a-f]{64}/g, (id) => `${shortId(id)}…`);
}
