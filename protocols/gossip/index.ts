/** System 5: gossip of file metadata. The protocol is told in `peer.ts`. */
import type { System } from '../../sim/protocol.ts';
import { configure, type GossipSettings, gossipSettings } from './config.ts';
import { describe } from './describe.ts';
import { judge } from './judge.ts';
import type { Judged } from './judged.ts';
import { membership } from './membership.ts';
import { gauges, METRICS, summary } from './metrics.ts';
import { OPERATIONS } from './operations.ts';
import { peer } from './peer.ts';
import { PROPERTIES } from './properties.ts';
import type { GossipTypes } from './types.ts';
import { VARIANTS } from './variants.ts';
import { type GossipView, view } from './view.ts';
import { sizeOf } from './wire.ts';

export const gossip: System<GossipTypes, Judged, GossipSettings, GossipView> = {
  name: 'gossip',
  title: 'Gossip of file metadata over datagrams',
  settings: gossipSettings,
  variants: VARIANTS,
  defaultVariant: 'hardened',
  configure,
  roles: { peer: { description: 'A peer with a folder, that gossips about it and answers queries.', machine: peer } },
  membership,
  operations: OPERATIONS,
  judge,
  properties: PROPERTIES,
  metrics: METRICS,
  gauges,
  summary,
  sizeOf,
  describe,
  view,
};
