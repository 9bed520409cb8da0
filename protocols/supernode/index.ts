/**
 * Supernodes with multicast search: nodes register what they have with a supernode each; supernodes index it, check their
 * nodes' health, and search among each other over UDP multicast.
 */
import type { System } from '../../sim/protocol.ts';
import { configure, type SupernodeSettings, supernodeSettings } from './config.ts';
import { describe } from './describe.ts';
import { judge } from './judge.ts';
import type { SupernodeJudged } from './judged.ts';
import { membership } from './membership.ts';
import type { SupernodeMessage } from './messages.ts';
import { gauges, metrics, summary } from './metrics.ts';
import { node } from './node.ts';
import { operations } from './operations.ts';
import { properties } from './properties.ts';
import type { SupernodeTypes } from './state.ts';
import { supernode as supernodeMachine } from './supernode.ts';
import { variants } from './variants.ts';
import { type SupernodeView, view } from './view.ts';

export const supernode: System<SupernodeTypes, SupernodeJudged, SupernodeSettings, SupernodeView> = {
  name: 'supernode',
  title: 'Supernodes with multicast search',
  settings: supernodeSettings,
  margins: ['strikes', 'retries', 'locationTries'],
  variants,
  defaultVariant: 'described',
  configure,
  roles: {
    supernode: {
      description: 'Indexes what its nodes have, checks their health, searches over the multicast group.',
      machine: supernodeMachine,
    },
    node: { description: 'Has files, registers them with its supernode, looks for others.', machine: node },
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

const HTTP_HEAD_BYTES = 200;
const ENTRY_BYTES = 64 + 40;

/** Bytes on the wire: a datagram is its text under IP and UDP headers; a request has an HTTP head and its body. */
function sizeOf(message: SupernodeMessage): number {
  switch (message.kind) {
    case 'wire':
      return 28 + message.text.length;
    case 'register':
      return HTTP_HEAD_BYTES + message.resources.length * ENTRY_BYTES;
    case 'search':
      return HTTP_HEAD_BYTES + message.ids.length * 65;
    case 'searched':
      return HTTP_HEAD_BYTES + message.answers.length * ENTRY_BYTES;
    case 'file':
      return HTTP_HEAD_BYTES + message.content.length;
    default:
      return HTTP_HEAD_BYTES;
  }
}

export type { SupernodeView } from './view.ts';
