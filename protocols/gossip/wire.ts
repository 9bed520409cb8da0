/** Sizes on the wire, for bandwidth and traffic in bytes. */
import type { GossipMessage } from './messages.ts';
import type { Carried, Stamp } from './metadata.ts';

/** IPv4 and UDP headers, and a byte for the message's kind. */
const HEADER = 20 + 8 + 1;
/** A count before a list. */
const COUNT = 2;
const ADDRESS = 4;
const NUMBER = 4;

/** Bytes of a message, headers included. Names are taken to be one byte a character and one to end it. */
export function sizeOf(message: GossipMessage): number {
  switch (message.kind) {
    case 'metadata':
      return HEADER + carriedSize(message.carried);
    case 'digest':
      return HEADER + 1 + COUNT + sum(message.stamps, stampSize);
    case 'want':
      return HEADER + COUNT + message.origins.length * ADDRESS;
    case 'entries':
      return HEADER + COUNT + sum(message.carried, carriedSize);
    case 'rumors':
      return HEADER + 1 + COUNT + sum(message.carried, carriedSize);
    case 'pull':
      return HEADER;
    case 'feedback':
      return HEADER + COUNT + sum(message.replies, (reply) => stampSize(reply) + 1);
  }
}

function carriedSize({ metadata, ageUs }: Carried): number {
  const names = sum(metadata.files, (file) => file.length + 1);
  return stampSize(metadata) + (ageUs === null ? 0 : NUMBER) + COUNT + names;
}

/** Incarnations count from 1; 0 says that this variant sends none. */
function stampSize({ incarnation }: Stamp): number {
  return ADDRESS + NUMBER + (incarnation === 0 ? 0 : NUMBER);
}

function sum<T>(items: readonly T[], size: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += size(item);
  return total;
}
