import type { Address, Property, Violation, World } from '../../sim/protocol.ts';
import { itemsOf } from '../common/holder-index.ts';
import { listed } from '../common/incidents.ts';
import { addressesIn } from '../common/trie.ts';
import { groupOf, rehomingBoundUs } from './config.ts';
import type { SuperpeerJudged } from './judged.ts';
import type { PeerState, State, SuperpeerTypes } from './state.ts';
import { groupsInTurn, isOrphan, liveSuperpeers } from './truth.ts';
import { sameNames } from './verdict.ts';

type SuperpeerWorld = World<SuperpeerTypes>;
type SuperpeerProperty = Property<SuperpeerTypes, SuperpeerJudged>;

export const properties = {
  'indexes accurate': {
    description:
      'Each live superpeer has exactly the live peers that are registered with it, and exactly their resources. ' +
      'True some time after the last fault, not always.',
    source: 'broken for good by flaw 2: a peer that crashed stays in the index',
    check: checkAccuracy,
    touchedBy: (before, after) => registrationsChanged(before, after) || homeChanged(before, after),
  },
  'registered once': {
    description: 'No peer is registered with two live superpeers that are not partners.',
    source:
      'hardened: always, but for pauses and clocks far off; described: broken when a peer that crashed comes back (flaw 2)',
    check: checkOnce,
    touchedBy: registrationsChanged,
  },
  'no false negative': {
    description:
      'No search was ever told "not found", without a word of incompleteness, of what a live, registered peer had all the time.',
    source: 'hardened: always; described: without loss and faults; broken by flaw 4, a partition',
    check: (_, { falseNegatives: { count, first } }) =>
      count === 0 ? null : violation(`${count} false negatives, first: ${first}`),
    touchedBy: answered,
  },
  'no wrong peer': {
    description: 'No search was ever told of a peer that never had what it asked for.',
    source: 'always',
    check: (_, { wrong: { count, first } }) => (count === 0 ? null : violation(`${count} wrong, first: ${first}`)),
    touchedBy: answered,
  },
  'no peer goes dark': {
    description: 'No peer ever shut down because its superpeer was gone.',
    source: 'broken by flaw 1',
    check: (_, { dark }) => (dark === 0 ? null : violation(`${dark} peers shut down with their superpeer`)),
    touchedBy: (before, after) => before.role === 'peer' && before !== after,
  },
  're-homed in time': {
    description:
      'Each live peer whose superpeer ended is registered again within the time that the periods and time-outs of the ' +
      'configuration make up, if a superpeer lives. A partition, or loss, may make it later with reason.',
    source: 'hardened: after a superpeer crash every one of its live peers is registered again within a bounded time',
    check: checkRehoming,
  },
  'every live peer registered': {
    description: 'Each live peer that does not want to leave is registered with some live superpeer.',
    source: 'true some time after the last fault',
    check: checkRegistered,
    touchedBy: (before, after) => registrationsChanged(before, after) || homeChanged(before, after),
  },
  'superpeers know each other': {
    description:
      'Each live superpeer, and the balancer, takes exactly the live ones of those that it knows for active.',
    source: 'superpeers ping each other, drop one that does not answer, and take it back when it answers again',
    check: checkMesh,
    touchedBy: activityChanged,
  },
  'hands out evenly': {
    description:
      'Under round robin the numbers of peers that the balancer handed to any two live groups, since its list of live ' +
      'ones last changed, differ by at most one.',
    source: "the balancer's registrations differ by at most one between live superpeers under round robin",
    check: checkBalance,
    touchedBy: (before, after) => before.role === 'balancer' && before !== after,
  },
  'found elsewhere': {
    description: 'Some search has found something through another superpeer.',
    source: 'a run without that says nothing of the forwarding',
    check: (_, { foundElsewhere }) =>
      foundElsewhere > 0 ? null : violation('nothing was found through another superpeer yet'),
    touchedBy: (before, after) =>
      before.role === 'superpeer' && after.role === 'superpeer' && before.searches !== after.searches,
  },
} satisfies Record<string, SuperpeerProperty>;

function violation(message: string, processes: readonly Address[] = []): Violation {
  return { message, processes };
}

// --- What touches what ---

function registrationsChanged(before: State, after: State): boolean {
  return (
    before.role === 'superpeer' &&
    after.role === 'superpeer' &&
    (before.registrations !== after.registrations || before.index !== after.index)
  );
}

function homeChanged(before: State, after: State): boolean {
  if (before.role !== 'peer' || after.role !== 'peer') return false;
  return before.phase !== after.phase || before.partners !== after.partners || before.resources !== after.resources;
}

function answered(before: State, after: State): boolean {
  return before.role === 'peer' && after.role === 'peer' && before.answered !== after.answered;
}

function activityChanged(before: State, after: State): boolean {
  if (before.role === 'peer' || after.role === 'peer' || before.others === after.others) return false;
  return before.others.some((other, i) => other.active !== after.others[i]?.active);
}

// --- Checks ---

function livePeers(world: SuperpeerWorld): readonly (readonly [Address, PeerState])[] {
  const peers: (readonly [Address, PeerState])[] = [];
  for (let address = world.config.superpeers; address < world.size; address++) {
    const { state } = world.process(address);
    if (world.alive(address) && state.role === 'peer') peers.push([address, state]);
  }
  return peers;
}

function checkAccuracy(world: SuperpeerWorld): Violation | null {
  for (const [superpeer, { name, registrations }] of liveSuperpeers(world)) {
    const dead = addressesIn(registrations).find((peer) => !world.alive(peer));
    if (dead !== undefined) return violation(`${name} has ${nameOf(dead, world)}, which is dead`, [superpeer, dead]);
  }
  for (const [peer, state] of livePeers(world)) {
    const wrong = checkPeer(peer, state, world);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Exactly the partners that have confirmed it have it, with exactly what it has. */
function checkPeer(peer: Address, state: PeerState, world: SuperpeerWorld): Violation | null {
  for (const [superpeer, { name, index }] of liveSuperpeers(world)) {
    const partner = state.phase === 'home' ? state.partners.find((one) => one.superpeer === superpeer) : undefined;
    const belongs = partner !== undefined && partner.confirmed !== null;
    const items = itemsOf(index, peer);
    if (!belongs && items !== undefined) {
      return violation(`${name} has ${state.name}, which is not registered with it`, [superpeer, peer]);
    }
    if (belongs && items === undefined) {
      return violation(`${name} does not have ${state.name}, which is registered with it`, [superpeer, peer]);
    }
    const known = (items ?? []).map((item) => item.key);
    if (belongs && !sameNames(known, state.resources)) {
      return violation(`${name} has other resources of ${state.name} than it has`, [superpeer, peer]);
    }
  }
  return null;
}

function checkOnce(world: SuperpeerWorld): Violation | null {
  const homes = new Map<Address, Address>();
  for (const [superpeer, { name, registrations }] of liveSuperpeers(world)) {
    for (const peer of addressesIn(registrations)) {
      const other = homes.get(peer);
      if (other !== undefined && groupOf(world.config, other) !== groupOf(world.config, superpeer)) {
        const message = `${nameOf(peer, world)} is registered with ${nameOf(other, world)} and with ${name}`;
        return violation(message, [peer, other, superpeer]);
      }
      homes.set(peer, superpeer);
    }
  }
  return null;
}

function checkRehoming(world: SuperpeerWorld, { orphans }: SuperpeerJudged): Violation | null {
  const boundUs = rehomingBoundUs(world.config);
  const late = orphans.filter((one) => one.because === 'superpeer ended' && world.nowUs - one.sinceUs > boundUs);
  if (late.length === 0 || liveSuperpeers(world).length === 0) return null;
  const peers = late.map((one) => one.peer);
  return violation(`not registered again ${boundUs} us after their superpeer ended: ${namesOf(peers, world)}`, peers);
}

function checkRegistered(world: SuperpeerWorld): Violation | null {
  const peers = livePeers(world)
    .map(([peer]) => peer)
    .filter((peer) => isOrphan(peer, world));
  return peers.length === 0 ? null : violation(`registered nowhere: ${namesOf(peers, world)}`, peers);
}

function checkMesh(world: SuperpeerWorld): Violation | null {
  const { superpeers, balancer } = world.config;
  const watchers = Array.from({ length: superpeers + (balancer === null ? 0 : 1) }, (_, address) => address);
  for (const watcher of watchers) {
    const { name, state } = world.process(watcher);
    if (!world.alive(watcher) || state.role === 'peer') continue;
    const wrong = state.others.find((other) => other.active !== world.alive(other.superpeer));
    if (wrong === undefined) continue;
    const takenFor = wrong.active ? 'live' : 'dead';
    return violation(`${name} takes ${nameOf(wrong.superpeer, world)} for ${takenFor}`, [watcher, wrong.superpeer]);
  }
  return null;
}

function checkBalance(world: SuperpeerWorld, { handed }: SuperpeerJudged): Violation | null {
  if (world.config.leastLoaded) return null;
  const counts = groupsInTurn(world).map((group) => handed[group]);
  if (counts.length === 0 || Math.max(...counts) - Math.min(...counts) <= 1) return null;
  return violation(`handed out since the live superpeers last changed: ${counts.join(', ')}`, []);
}

function nameOf(address: Address, world: SuperpeerWorld): string {
  return world.process(address).name;
}

function namesOf(addresses: readonly Address[], world: SuperpeerWorld): string {
  return listed(addresses.map((address) => nameOf(address, world)));
}
