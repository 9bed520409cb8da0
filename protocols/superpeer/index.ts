/**
 * A superpeer network: peers register what they have with a superpeer, which a balancer gives them; superpeers index it and
 * look among each other for what their own peers do not have; files go from peer to peer.
 */
import type { System } from '../../sim/protocol.ts';
import { balancer } from './balancer.ts';
import { configure, type SuperpeerSettings, superpeerSettings } from './config.ts';
import { describe } from './describe.ts';
import { judge } from './judge.ts';
import type { SuperpeerJudged } from './judged.ts';
import { membership } from './membership.ts';
import type { SuperpeerMessage } from './messages.ts';
import { gauges, metrics, summary } from './metrics.ts';
import { operations } from './operations.ts';
import { peer } from './peer.ts';
import { properties } from './properties.ts';
import type { SuperpeerTypes } from './state.ts';
import { superpeer as superpeerMachine } from './superpeer.ts';
import { variants } from './variants.ts';
import { type SuperpeerView, view } from './view.ts';

export const superpeer: System<SuperpeerTypes, SuperpeerJudged, SuperpeerSettings, SuperpeerView> = {
  name: 'superpeer',
  title: 'A superpeer network with a balancer',
  settings: superpeerSettings,
  margins: ['redundancy', 'strikes'],
  variants,
  defaultVariant: 'described',
  configure,
  roles: {
    superpeer: {
      description: 'Indexes what its peers have, and asks the other superpeers.',
      machine: superpeerMachine,
    },
    balancer: { description: 'The one public address: hands peers to live superpeers.', machine: balancer },
    peer: { description: 'Has resources, belongs to a superpeer, searches and serves files.', machine: peer },
  },
  membership,
  operations,
  judge,
  properties,
  metrics,
  gauges,
  summary,
  sizeOf,
  describe,
  view,
};

const HEAD_BYTES = 100;
const NAME_BYTES = 32;

/** Bytes on the wire: a head, the names of resources, and a file where one is carried. */
function sizeOf(message: SuperpeerMessage): number {
  switch (message.kind) {
    case 'register':
    case 'stored':
      return HEAD_BYTES + message.resources.length * NAME_BYTES;
    case 'resources':
      return HEAD_BYTES + message.names.length * NAME_BYTES;
    case 'indexCopy':
      return message.registrations.reduce((sum, one) => sum + (1 + one.resources.length) * NAME_BYTES, HEAD_BYTES);
    case 'file':
    case 'store':
    case 'upload':
      return HEAD_BYTES + message.bytes;
    default:
      return HEAD_BYTES;
  }
}

export type { SuperpeerView } from './view.ts';
