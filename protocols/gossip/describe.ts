/** Texts for log, trace and stories. */
import { type Address, type Describe, formatDuration } from '../../sim/protocol.ts';
import type { GossipMessage, GossipNote, GossipOperation, GossipOutcome, GossipTimer, Source } from './messages.ts';
import type { Carried, Stamp } from './metadata.ts';
import type { GossipTypes } from './types.ts';

export const describe: Required<Omit<Describe<GossipTypes>, 'state'>> = { message, timer, operation, outcome, note };

function message(message: GossipMessage): string {
  switch (message.kind) {
    case 'metadata':
      return carried(message.carried);
    case 'digest':
      return `${message.exchange} digest of ${count(message.stamps.length, 'entry', 'entries')}`;
    case 'want':
      return `want ${message.origins.map(name).join(', ')}`;
    case 'entries':
      return message.carried.map(carried).join('; ');
    case 'rumors':
      return `rumor${message.pull ? ' and pull' : ''}: ${message.carried.map(carried).join('; ')}`;
    case 'pull':
      return 'pull';
    case 'feedback':
      return message.replies.map((reply) => `${stamp(reply)} ${reply.needed ? 'was news' : 'was known'}`).join('; ');
  }
}

function timer({ kind }: GossipTimer): string {
  switch (kind) {
    case 'look':
      return 'look at the folder (t1)';
    case 'tellOwn':
      return 'send own metadata (t2)';
    case 'tellOther':
      return "forward another's metadata (t3)";
    case 'expire':
      return 'delete what has expired (t4)';
    case 'cycle':
      return 'cycle (t2)';
    case 'suspect':
      return 'suspicion is due';
  }
}

function operation(operation: GossipOperation): string {
  switch (operation.kind) {
    case 'addFile':
      return `add ${operation.file}`;
    case 'removeFile':
      return `remove ${operation.file}`;
    case 'whoHas':
      return `who has ${operation.file}?`;
    case 'filesOf':
      return `what does ${name(operation.origin)} have?`;
    case 'whoIsThere':
      return 'who is there?';
    case 'step': {
      const about = operation.about === null ? '' : ` about ${name(operation.about)}`;
      return `${operation.activity}${about}${operation.to === null ? '' : ` to ${name(operation.to)}`}`;
    }
  }
}

function outcome(outcome: GossipOutcome): string {
  switch (outcome.kind) {
    case 'folder':
      return outcome.changed ? 'done' : 'nothing to do';
    case 'holders':
      return outcome.holders.length === 0 ? 'nobody' : outcome.holders.map(source).join(', ');
    case 'files':
      return outcome.source === null
        ? 'unknown'
        : `${outcome.files.join(', ') || 'nothing'} (${source(outcome.source)})`;
    case 'members':
      return outcome.members.map(name).join(', ');
    case 'stepped':
      return 'done';
  }
}

function note(note: GossipNote): string {
  switch (note.kind) {
    case 'looked':
      return `made version ${note.version}${note.changed ? ', with other names' : ''}`;
    case 'learned':
      return `learned ${stamp(note)}`;
    case 'expired':
      return `expired ${stamp(note)}`;
    case 'refused':
      return `refused ${stamp(note)}: a death certificate is kept`;
    case 'suspected':
      return `suspects ${name(note.origin)}`;
    case 'trusted':
      return `trusts ${name(note.origin)} again`;
    case 'lostInterest':
      return `lost interest in ${stamp(note)}`;
  }
}

function carried({ metadata, ageUs }: Carried): string {
  const age = ageUs === null ? '' : `, ${formatDuration(ageUs)} old`;
  return `${stamp(metadata)}, ${count(metadata.files.length, 'file', 'files')}${age}`;
}

function source(source: Source): string {
  return `${stamp(source)}${source.ageUs === null ? '' : `, ${formatDuration(source.ageUs)} old`}`;
}

/** `n3 v7`, or `n3 v2.7` with an incarnation. */
function stamp({ origin, incarnation, version }: Stamp): string {
  return `${name(origin)} v${incarnation === 0 ? '' : `${incarnation}.`}${version}`;
}

/** Peers are named by their addresses. */
function name(address: Address): string {
  return `n${address}`;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
