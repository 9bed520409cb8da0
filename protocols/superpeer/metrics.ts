import type { MetricDefinition, RunSummary, World } from '../../sim/protocol.ts';
import { itemsOf } from '../common/holder-index.ts';
import { meanUs } from '../common/tally.ts';
import { addressesIn } from '../common/trie.ts';
import type { SuperpeerJudged } from './judged.ts';
import type { SuperpeerTypes } from './state.ts';
import { isOrphan, liveSuperpeers, servesNow } from './truth.ts';

export const metrics: Readonly<Record<string, MetricDefinition>> = {
  'live peers': { unit: 'peers', description: 'Peers that are up.' },
  'orphaned peers': {
    unit: 'peers',
    description: 'Those of them that are registered with no live superpeer, and do not want to leave.',
  },
  'dark peers': { unit: 'peers', description: 'Peers that have shut down with their superpeer, so far.' },
  'stale entries': { unit: 'entries', description: 'Entries in indexes of live superpeers that no live peer serves.' },
  'peers per superpeer mean': { unit: 'peers', description: 'Registered peers of a live superpeer: the mean.' },
  'peers per superpeer max': { unit: 'peers', description: 'Registered peers of a live superpeer: the most.' },
  'success ratio': {
    unit: 'ratio',
    description: 'Searches and downloads that were answered correctly, of all that ended; "not found" can be correct.',
  },
  'messages per search': {
    unit: 'messages',
    description: 'Searches, lookups and their answers sent, for each search or download that ended.',
  },
  'lookups per search': {
    unit: 'messages',
    description: 'Lookups between superpeers, for each search or download that ended.',
  },
  'load mean': {
    unit: 'requests',
    description: 'Searches and lookups that a superpeer has handled since its last start: the mean.',
  },
  'load max': {
    unit: 'requests',
    description: 'Searches and lookups that a superpeer has handled since its last start: the most.',
  },
  're-homing time mean': {
    unit: 'us',
    description: "From the end of a peer's last superpeer to its registration with another: the mean.",
  },
  're-homing time max': {
    unit: 'us',
    description: "From the end of a peer's last superpeer to its registration with another: the longest.",
  },
  're-homings': { unit: 'peers', description: 'Peers that lost their superpeer and were registered again.' },
};

export function gauges(world: World<SuperpeerTypes>, judged: SuperpeerJudged): Readonly<Record<string, number>> {
  let live = 0;
  let orphaned = 0;
  for (let address = world.config.superpeers; address < world.size; address++) {
    if (!world.alive(address) || world.process(address).state.role !== 'peer') continue;
    live += 1;
    if (isOrphan(address, world)) orphaned += 1;
  }
  let stale = 0;
  const loads = liveSuperpeers(world).map(([, superpeer]) => {
    const peers = addressesIn(superpeer.registrations);
    for (const peer of peers) {
      for (const item of itemsOf(superpeer.index, peer) ?? []) if (!servesNow(peer, item.key, world)) stale += 1;
    }
    return peers.length;
  });
  return {
    'live peers': live,
    'orphaned peers': orphaned,
    'dark peers': judged.dark,
    'stale entries': stale,
    'peers per superpeer mean': meanOf(loads),
    'peers per superpeer max': Math.max(0, ...loads),
  };
}

export function summary(run: RunSummary<SuperpeerTypes, SuperpeerJudged>): Readonly<Record<string, number>> {
  const { judged, world, history, sentByKind } = run;
  let searches = 0;
  let correct = 0;
  for (const { operation, status, judgement } of history) {
    if (status !== 'completed' || (operation.kind !== 'search' && operation.kind !== 'download')) continue;
    searches++;
    if (judgement?.verdict === 'correct') correct++;
  }
  const perSearch = (...kinds: readonly string[]) =>
    searches === 0 ? 0 : kinds.reduce((sum, kind) => sum + (sentByKind[kind] ?? 0), 0) / searches;
  const handled = liveSuperpeers(world).map(([, superpeer]) => superpeer.handled);
  return {
    'success ratio': searches === 0 ? 1 : correct / searches,
    'messages per search': perSearch('search', 'lookup', 'hit', 'miss'),
    'lookups per search': perSearch('lookup'),
    'load mean': meanOf(handled),
    'load max': Math.max(0, ...handled),
    're-homing time mean': meanUs(judged.rehoming),
    're-homing time max': judged.rehoming.maxUs,
    're-homings': judged.rehoming.count,
    'dark peers': judged.dark,
  };
}

function meanOf(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
