import type { Describe } from '../../sim/protocol.ts';
import type { SuperpeerMessage, SuperpeerNote, SuperpeerOperation, SuperpeerOutcome } from './messages.ts';
import type { SuperpeerTypes } from './state.ts';

export const describe: Describe<SuperpeerTypes> = {
  message: describeMessage,
  timer: (timer) => {
    if (timer.kind === 'searchDeadline') return `deadline of search ${timer.search}`;
    return timer.kind === 'transferred' ? `has sent ${timer.name}` : timer.kind;
  },
  operation: describeOperation,
  outcome: describeOutcome,
  note: describeNote,
};

function describeMessage(message: SuperpeerMessage): string {
  switch (message.kind) {
    case 'register':
      return `register ${message.name} with ${message.resources.length} resources`;
    case 'assigned':
      return `go to ${processes(message.superpeers)}`;
    case 'search':
    case 'upload':
    case 'store':
    case 'fetch':
    case 'file':
      return `${message.kind} ${message.name}`;
    case 'lookup':
      return `lookup ${message.name}${message.ttl > 1 ? `, ttl ${message.ttl}` : ''}`;
    case 'hit':
    case 'uploaded':
      return `${message.kind}: ${processes([message.peer])} has it`;
    case 'miss':
      return message.incomplete ? 'not found, but not all were asked' : 'not found';
    case 'uploadFailed':
      return `upload failed: ${message.reason}`;
    case 'resources':
      return `${message.names.length} resources`;
    case 'superpeers':
      return `live: ${processes(message.active)}`;
    case 'indexCopy':
      return `copy of ${message.registrations.length} registrations`;
    default:
      return PLAIN[message.kind];
  }
}

type PlainKind = Exclude<
  SuperpeerMessage['kind'],
  | 'register'
  | 'assigned'
  | 'search'
  | 'upload'
  | 'store'
  | 'fetch'
  | 'file'
  | 'lookup'
  | 'hit'
  | 'uploaded'
  | 'miss'
  | 'uploadFailed'
  | 'resources'
  | 'superpeers'
  | 'indexCopy'
>;

const PLAIN: Readonly<Record<PlainKind, string>> = {
  assign: 'which superpeer?',
  noSuperpeer: 'there is no live superpeer',
  registered: 'registered',
  unregister: 'unregister',
  unregistered: 'unregistered',
  keepAlive: 'are you there?',
  stillHere: 'still here',
  unknownPeer: 'unknown peer',
  listResources: 'list resources',
  listSuperpeers: 'list superpeers',
  copyIndex: 'copy your index',
  ping: 'ping',
  pong: 'pong',
  notYours: 'not your peer',
  stored: 'stored',
  goodbye: 'goodbye',
  noSuchFile: 'no such file',
};

function describeOperation(operation: SuperpeerOperation): string {
  switch (operation.kind) {
    case 'changeResource':
      return `change ${operation.from} to ${operation.to}`;
    case 'listResources':
      return 'list resources';
    case 'listSuperpeers':
      return 'list superpeers';
    case 'addResource':
      return `add ${operation.name}`;
    case 'removeResource':
      return `remove ${operation.name}`;
    default:
      return `${operation.kind} ${operation.name}`;
  }
}

function describeOutcome(outcome: SuperpeerOutcome): string {
  switch (outcome.kind) {
    case 'found':
      return `found at ${processes([outcome.peer])}`;
    case 'notFound':
      return outcome.incomplete ? 'not found, but not all were asked' : 'not found';
    case 'downloaded':
      return `downloaded from ${processes([outcome.from])}`;
    case 'uploaded':
      return `stored on ${processes([outcome.peer])}`;
    case 'indexed':
      return 'in the index';
    case 'resources':
      return `${outcome.names.length} resources`;
    case 'superpeers':
      return `live: ${processes(outcome.active)}`;
    case 'failed':
      return `failed: ${outcome.reason}`;
  }
}

function describeNote(note: SuperpeerNote): string {
  switch (note.kind) {
    case 'answered': {
      const notFound = note.incomplete ? 'not found, but not all were asked' : 'not found';
      return `answers its client: ${note.name} ${note.peer === null ? notFound : `at ${processes([note.peer])}`}`;
    }
    case 'orphaned':
      return `has lost its superpeer, ${processes(note.superpeers)}`;
    case 'shutDown':
      return `shuts down with its superpeer, ${processes(note.superpeers)}`;
    case 'removed':
      return `takes ${note.name} for dead and removes it`;
    case 'released':
      return `lets ${note.name} go, which belongs elsewhere`;
    case 'dropped':
      return `takes ${processes([note.superpeer])} for dead`;
    case 'back':
      return `hears ${processes([note.superpeer])} again`;
    case 'forwarded':
      return `asks ${processes(note.to)} for ${note.name}`;
    case 'foundElsewhere':
      return `is told that ${processes([note.peer])} has ${note.name}`;
    case 'handed':
      return `hands process ${note.peer} to group ${note.group + 1}`;
  }
}

/** The texts know addresses only, not names. */
function processes(addresses: readonly number[]): string {
  return addresses.length === 0
    ? 'nobody'
    : `${addresses.length > 1 ? 'processes' : 'process'} ${addresses.join(', ')}`;
}
