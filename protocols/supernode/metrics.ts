import type { MetricDefinition, RunSummary, World } from '../../sim/protocol.ts';
import { itemsOf } from '../common/holder-index.ts';
import { meanUs } from '../common/tally.ts';
import { addressesIn } from '../common/trie.ts';
import type { SupernodeJudged } from './judged.ts';
import type { SupernodeTypes } from './state.ts';
import { liveSupernodes, servesNow } from './truth.ts';

export const metrics: Readonly<Record<string, MetricDefinition>> = {
  'dead for': {
    unit: 'us',
    description:
      'Of a stale answer: how long the node behind the location had been dead when the client was sent there.',
  },
  'registered nodes': {
    unit: 'nodes',
    description: 'Nodes that live supernodes think alive, counted at each of them.',
  },
  'indexed locations': { unit: 'locations', description: 'Locations in the indexes of live supernodes.' },
  'stale locations': { unit: 'locations', description: 'Those of them that do not serve what the index says.' },
  'searches in flight': {
    unit: 'searches',
    description: 'Searches that wait for the multicast group, at live supernodes.',
  },
  'nodes removed': { unit: 'nodes', description: 'Dead nodes removed from an index, counted at each supernode.' },
  'detection time mean': { unit: 'us', description: "From a node's death to its removal from an index: the mean." },
  'detection time max': { unit: 'us', description: "From a node's death to its removal from an index: the longest." },
  'false removals': { unit: 'nodes', description: 'Nodes removed as dead that were alive.' },
  'wrong locations': {
    unit: 'answers',
    description: 'Resources for which a client was sent to a location that never had them.',
  },
  'found through the group': {
    unit: 'answers',
    description: 'Searches that found something through the multicast group.',
  },
  'malformed datagrams': {
    unit: 'messages',
    description: 'Datagrams that supernodes dropped because they could not read them.',
  },
  'datagrams per search': {
    unit: 'messages',
    description:
      'Copies of 20, 21 and 22 sent, for each client search that ended, those answered without the group too.',
  },
};

export function gauges(world: World<SupernodeTypes>): Readonly<Record<string, number>> {
  let registered = 0;
  let indexed = 0;
  let stale = 0;
  let searches = 0;
  for (const [, supernode] of liveSupernodes(world)) {
    searches += supernode.searches.length;
    for (const node of addressesIn(supernode.index.byHolder)) {
      registered += 1;
      for (const entry of itemsOf(supernode.index, node) ?? []) {
        indexed += 1;
        if (!servesNow(entry.location, entry.key, world)) stale += 1;
      }
    }
  }
  return {
    'registered nodes': registered,
    'indexed locations': indexed,
    'stale locations': stale,
    'searches in flight': searches,
  };
}

export function summary(run: RunSummary<SupernodeTypes, SupernodeJudged>): Readonly<Record<string, number>> {
  const { judged, world, history } = run;
  let malformed = 0;
  for (let address = 0; address < world.config.supernodes.length; address++) {
    const { state } = world.process(address);
    if (state.role === 'supernode') malformed += state.malformed;
  }
  let searches = 0;
  for (const { operation, status } of history) {
    if (status === 'completed' && (operation.kind === 'find' || operation.kind === 'findMany')) searches++;
  }
  return {
    'nodes removed': judged.detection.count,
    'detection time mean': meanUs(judged.detection),
    'detection time max': judged.detection.maxUs,
    'false removals': judged.falseRemovals,
    'wrong locations': judged.wrong.count,
    'found through the group': judged.foundByGroup,
    'malformed datagrams': malformed,
    'datagrams per search': searches === 0 ? 0 : (run.sentByKind.wire ?? 0) / searches,
  };
}
