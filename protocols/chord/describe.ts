/** One line for each message, timer, operation, outcome and note. */
import type { Describe } from '../../sim/protocol.ts';
import type { ChordTypes, Message, Note, Operation, Outcome, Route, Timer } from './messages.ts';
import type { PeerState } from './state.ts';
import type { Peer, SharedFile } from './values.ts';

export const describe: Describe<ChordTypes> = { message, timer, operation, outcome, note, state };

/** Routes are successors and fingers once more, for the processor. */
function state({ routes: _, ...rest }: PeerState): unknown {
  return rest;
}

const id = (peer: Peer | null) => (peer === null ? 'nil' : String(peer.id));
const ids = (peers: readonly Peer[]) => `[${peers.map(id).join(' ')}]`;
const count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`;
const names = (files: readonly SharedFile[]) => (files.length === 1 ? files[0].name : count(files.length, 'file'));

function message(said: Message): string {
  switch (said.kind) {
    case 'findSuccessor':
    case 'findFinger':
      return said.predecessor === null
        ? `${said.kind} ${said.key} for ${id(said.initiator)}, hop ${said.hops}`
        : `${said.kind} ${said.key} for ${id(said.initiator)}: you are the successor`;
    case 'successorFound':
    case 'fingerFound':
      return `${said.kind} ${id(said.owner)}, ${count(said.hops, 'hop')}`;
    case 'nextHop':
    case 'nextFingerHop':
      return `${said.kind} to ${said.key}?${said.avoid.length === 0 ? '' : ` (${said.avoid.length} to avoid)`}`;
    case 'nextHopIs':
    case 'nextFingerHopIs':
      return said.final ? `the successor is ${id(said.peer)}` : `next is ${id(said.peer)}`;
    case 'neighbours':
      return `neighbours: predecessor ${id(said.predecessor)}, successors ${ids(said.successors)}`;
    case 'notify':
    case 'newPredecessor':
    case 'insert':
    case 'setSuccessor':
    case 'setPredecessor':
    case 'leaving':
    case 'takeKeys':
    case 'elsewhere':
      return `${said.kind} ${id(said.peer)}`;
    case 'inserted':
      return `inserted after ${id(said.predecessor)}`;
    case 'ringUpdate':
      return said.joined === null
        ? `ringUpdate ${id(said.gone)} → ${id(said.heir)}`
        : `ringUpdate + ${id(said.joined)}`;
    case 'keys':
    case 'keysTaken':
    case 'compare':
    case 'missing':
      return `${said.kind} ${names(said.files)}`;
    case 'store':
      return `store ${names(said.files)}, ${count(said.copies, 'copy').replace('copys', 'copies')}`;
    case 'stored':
      return `stored by ${said.holders}`;
    case 'fetch':
      return `fetch ${said.name}`;
    case 'file':
      return `file ${said.file.name}`;
    default:
      return said.kind;
  }
}

function timer(set: Timer): string {
  switch (set.kind) {
    case 'fixFingers':
      return `fixFingers ${set.index}`;
    case 'join':
      return `join, attempt ${set.attempt + 1}`;
    case 'lookupTimeout':
      return `lookupTimeout ${set.lookup}`;
    case 'transferred':
      return `transferred (${message(set.message)})`;
    default:
      return set.kind;
  }
}

function operation(asked: Operation): string {
  switch (asked.kind) {
    case 'lookup':
      return `lookup ${asked.key}`;
    case 'upload':
      return `upload ${asked.file.name} (key ${asked.file.key})`;
    case 'download':
      return `download ${asked.name} (key ${asked.key})`;
    case 'rectify':
      return `rectify ${id(asked.peer)}`;
    case 'fixFinger':
      return `fixFinger ${asked.index}`;
    default:
      return asked.kind;
  }
}

function way({ path, hops, timeouts }: Route): string {
  const through = path.length === 0 ? count(hops, 'hop') : `through ${path.map(id).join(', ')}`;
  return timeouts === 0 ? through : `${through}, ${count(timeouts, 'time-out')}`;
}

function outcome(ended: Outcome): string {
  switch (ended.kind) {
    case 'found':
      return `successor(${ended.route.key}) = ${id(ended.owner)}, ${way(ended.route)}`;
    case 'notFound':
      return `successor(${ended.route.key}) not found, ${way(ended.route)}`;
    case 'stored':
      return `stored ${ended.file.name} at ${id(ended.at)}, ${count(ended.holders, 'holder')}, ${way(ended.route)}`;
    case 'notStored':
      return `${ended.file.name} not stored, ${way(ended.route)}`;
    case 'fetched':
      return `fetched ${ended.file.name} from ${id(ended.from)}, ${way(ended.route)}`;
    case 'noSuchFile':
      return `no such file ${ended.name}, ${way(ended.route)}`;
    case 'notFetched':
      return `${ended.name} not fetched, ${way(ended.route)}`;
    case 'fingerTable':
      return `fingers ${ended.fingers.map(({ start, peer }) => `${start}→${id(peer)}`).join(' ')}`;
    case 'info':
      return `${id(ended.me)}: predecessor ${id(ended.predecessor)}, successors ${ids(ended.successors)}, ${count(ended.files, 'file')}`;
    case 'files':
      return `keeps ${count(ended.files.length, 'file')}, shares ${ended.shared.length}`;
  }
}

function note(said: Note): string {
  switch (said.kind) {
    case 'joined':
      return `joined before ${id(said.successor)}`;
    case 'joinFailed':
      return `join came to nothing (attempt ${said.attempt})`;
    case 'left':
      return 'left';
    case 'newSuccessor':
      return `successor ${id(said.before)} → ${id(said.now)}`;
    case 'newPredecessor':
      return `predecessor ${id(said.before)} → ${id(said.now)}`;
    case 'successorDead':
      return `successor ${id(said.peer)} is dead`;
    case 'rejoining':
      return 'knows nobody alive, and joins again';
    case 'isolated':
      return 'isolated: knows nobody on the ring';
    case 'updateLost':
      return `an update was lost at address ${said.at}`;
    case 'stored':
      return `${said.file.name} (key ${said.file.key}) stored at ${id(said.at)}, ${count(said.holders, 'holder')}`;
    case 'tookKeys':
      return `took ${count(said.files, 'key')} over from ${id(said.from)}`;
    case 'droppedKeys':
      return `dropped ${count(said.files, 'key')}`;
  }
}
