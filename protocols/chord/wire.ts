/** Sizes of messages on the wire, in bytes. Contents of files count in transfer times, not here. */
import type { Message } from './messages.ts';

/** Addresses, ports and lengths of a packet. */
const HEADER = 28;
/** Identifier (20, a whole SHA-1), address (4) and port (2). */
const PEER = 26;
const KEY = 20;
/** A file's key, name and size. */
const FILE = 64;

export function sizeOf(message: Message): number {
  return HEADER + 1 + contentOf(message);
}

function contentOf(message: Message): number {
  switch (message.kind) {
    case 'findSuccessor':
    case 'findFinger':
      return KEY + PEER + 8;
    case 'successorFound':
    case 'fingerFound':
      return 8 + 2 * PEER + PEER * message.candidates.length;
    case 'nextHop':
    case 'nextFingerHop':
      return KEY + 6 * message.avoid.length + 6;
    case 'nextHopIs':
    case 'nextFingerHopIs':
      return 1 + PEER + PEER * message.candidates.length;
    case 'neighbours':
      return PEER + PEER * message.successors.length;
    case 'fingers':
      return PEER * message.fingers.length;
    case 'leaving':
      return 2 * PEER + PEER * message.successors.length;
    case 'notify':
    case 'newPredecessor':
    case 'insert':
    case 'inserted':
    case 'setSuccessor':
    case 'setPredecessor':
    case 'takeKeys':
    case 'elsewhere':
      return PEER;
    case 'ringUpdate':
      return 4 * PEER;
    case 'keys':
    case 'keysTaken':
    case 'compare':
    case 'missing':
    case 'store':
      return FILE * message.files.length + 8;
    case 'fetch':
    case 'file':
      return FILE;
    default:
      return 4;
  }
}
