/**
 * A news cluster: clients publish and read news by areas, agents say which node serves an area, nodes do the work, and one database
 * holds all that lasts. As described it has six flaws, which `variants.ts` names; hardened it has none of them.
 */
import type { System } from '../../sim/protocol.ts';
import { agent } from './agent.ts';
import { arbiter } from './arbiter.ts';
import { client } from './client.ts';
import { configure, type NewsSettings, SETTINGS } from './config.ts';
import { database } from './database.ts';
import { describe } from './describe.ts';
import { gateway } from './gateway.ts';
import { judge } from './judge.ts';
import type { Judged } from './judged.ts';
import { membership } from './membership.ts';
import { gauges, METRICS, summary } from './metrics.ts';
import { node } from './node.ts';
import { OPERATIONS } from './operations.ts';
import { PROPERTIES } from './properties.ts';
import { sizeOf } from './size.ts';
import type { NewsTypes } from './state.ts';
import { VARIANTS } from './variants.ts';
import { type NewsView, view } from './view.ts';

export const news: System<NewsTypes, Judged, NewsSettings, NewsView> = {
  name: 'news',
  title: 'A replicated news cluster: clients, agents, nodes behind one address, one database',
  settings: SETTINGS,
  margins: ['replicas'],
  variants: VARIANTS,
  defaultVariant: 'described',
  configure,
  roles: {
    client: { description: 'Acts for one user.', machine: client },
    agent: { description: 'Says which node serves an area, logs in users, checks the nodes’ health.', machine: agent },
    gateway: {
      description: 'The one address of a commission, behind which its replicas take turns.',
      machine: gateway,
    },
    node: { description: 'A replica of a commission: does the news operations of its areas.', machine: node },
    database: { description: 'Holds all that lasts; executes transactions one after the other.', machine: database },
    arbiter: {
      description: 'With a standby: holds the register that says which database is primary.',
      machine: arbiter,
    },
  },
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

export type { NewsView } from './view.ts';
