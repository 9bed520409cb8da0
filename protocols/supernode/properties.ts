import type { Address, Property, Violation, World } from '../../sim/protocol.ts';
import { type HolderIndex, itemsOf } from '../common/holder-index.ts';
import { listed } from '../common/incidents.ts';
import { addressesIn, entriesOf, has } from '../common/trie.ts';
import { detectionBoundUs } from './config.ts';
import type { SupernodeJudged } from './judged.ts';
import { entriesOf as entriesOfNode } from './node-registration.ts';
import type { Entry } from './resources.ts';
import type { NodeState, State, SupernodeTypes } from './state.ts';
import { liveSupernodes } from './truth.ts';

type SupernodeWorld = World<SupernodeTypes>;
type SupernodeProperty = Property<SupernodeTypes, SupernodeJudged>;

export const properties = {
  'indexes accurate': {
    description:
      'Each live supernode has exactly the live nodes that are registered with it, and exactly their resources. ' +
      'True a few evaluations after the last fault, not always.',
    source: 'index accuracy; broken for good by flaw 4 once a supernode has restarted',
    check: checkAccuracy,
    touchedBy: (before, after) => indexChanged(before, after) || registrationChanged(before, after),
  },
  'no location of a removed node': {
    description:
      'Every location in an index is of a node that is registered there, and every such node has its locations there.',
    source: 'index accuracy: a dead node is removed with every location of its resources',
    check: checkLocations,
    touchedBy: indexChanged,
  },
  'no wrong location': {
    description: 'No client was ever sent to a location that never had what it asked for.',
    source: 'hardened: always; broken by flaw 1, an answer without the id',
    check: (_, { wrong }) => (wrong.count === 0 ? null : violation(`${wrong.count} wrong, first: ${wrong.first}`)),
    touchedBy: answered,
  },
  'no false negative': {
    description: 'No client was ever told "not found" of what a live, registered node had through the whole search.',
    source: 'hardened, without loss and faults: always; broken by flaw 2, a lost datagram',
    check: (_, { falseNegatives: { count, first } }) =>
      count === 0 ? null : violation(`${count} false negatives, first: ${first}`),
    touchedBy: answered,
  },
  'crashed nodes removed in time': {
    description:
      'No live supernode has a node registered that has been dead (or has been registered though dead) for longer than the ' +
      'strikes times the period and a time-out. A supernode that is paused, or whose clock runs slow, is late with reason.',
    source: 'detection: two evaluations plus a time-out',
    check: checkDetection,
  },
  'live nodes kept': {
    description:
      'No live node was ever removed as dead. True without loss and faults; a loss of several checks in a row breaks it.',
    source: 'detection',
    check: (_, { falseRemovals }) =>
      falseRemovals === 0 ? null : violation(`${falseRemovals} live nodes were removed as dead`),
    touchedBy: indexChanged,
  },
  'removed only after strikes': {
    description:
      'A node is removed as dead only right after it missed as many checks in a row as the configuration says.',
    source: 'detection: a live node is removed only if two checks in a row were lost',
    check: (world, { hastyRemovals }) =>
      hastyRemovals.length === 0
        ? null
        : violation(`removed too early: ${namesOf(hastyRemovals, world)}`, hastyRemovals),
    touchedBy: indexChanged,
  },
  'every live node registered': {
    description: 'Each live node is registered with some live supernode.',
    source: 'broken for good by flaw 4 (a supernode restarts) and by flaw 5 (it stays down)',
    check: checkRegistered,
    touchedBy: indexChanged,
  },
  'found through the group': {
    description: 'Some search has found something through the multicast group.',
    source: 'a run without that says nothing of the multicast search',
    check: (_, { foundByGroup }) => (foundByGroup > 0 ? null : violation('nothing was found through the group yet')),
    touchedBy: answered,
  },
} satisfies Record<string, SupernodeProperty>;

function violation(message: string, processes: readonly Address[] = []): Violation {
  return { message, processes };
}

// --- What touches what ---

function indexChanged(before: State, after: State): boolean {
  return before.role === 'supernode' && after.role === 'supernode' && before.index !== after.index;
}

function registrationChanged(before: State, after: State): boolean {
  if (before.role !== 'node' || after.role !== 'node') return false;
  return before.resources !== after.resources || before.home !== after.home || before.registered !== after.registered;
}

function answered(before: State, after: State): boolean {
  return before.role === 'node' && after.role === 'node' && before.answered !== after.answered;
}

// --- Checks ---

function liveNodes(world: SupernodeWorld): readonly (readonly [Address, NodeState])[] {
  const nodes: (readonly [Address, NodeState])[] = [];
  for (let address = world.config.supernodes.length; address < world.size; address++) {
    const { state } = world.process(address);
    if (world.alive(address) && state.role === 'node') nodes.push([address, state]);
  }
  return nodes;
}

function checkAccuracy(world: SupernodeWorld): Violation | null {
  for (const [supernode, { name, index }] of liveSupernodes(world)) {
    for (const node of addressesIn(index.byHolder)) {
      if (!world.alive(node)) return violation(`${name} has ${nameOf(node, world)}, which is dead`, [supernode, node]);
    }
  }
  for (const [node, state] of liveNodes(world)) {
    const wrong = checkNode(node, state, world);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Its own supernode has exactly its resources, and no other supernode has it at all. */
function checkNode(node: Address, state: NodeState, world: SupernodeWorld): Violation | null {
  const home = state.supernodes[state.home];
  for (const [supernode, { name, index }] of liveSupernodes(world)) {
    const entries = itemsOf(index, node);
    const belongs = supernode === home && state.registered;
    if (!belongs && entries !== undefined) {
      return violation(`${name} has ${state.name}, which is not registered with it`, [supernode, node]);
    }
    if (belongs && entries === undefined) {
      return violation(`${name} does not have ${state.name}, which is registered with it`, [supernode, node]);
    }
    if (belongs && entries !== undefined && !sameEntries(entries, entriesOfNode(state))) {
      return violation(`${name} has other resources of ${state.name} than it has`, [supernode, node]);
    }
  }
  return null;
}

function sameEntries(a: readonly Entry[], b: readonly Entry[]): boolean {
  return (
    a.length === b.length && a.every((one) => b.some((two) => one.key === two.key && one.location === two.location))
  );
}

function checkLocations(world: SupernodeWorld): Violation | null {
  for (const [supernode, { name, index, registrations }] of liveSupernodes(world)) {
    const left = strayHolder(index, (holder) => has(registrations, holder));
    if (left !== null)
      return violation(`${name} has a location of ${nameOf(left, world)}, which is not registered`, [supernode, left]);
    const without = addressesIn(registrations).find((node) => itemsOf(index, node) === undefined);
    if (without !== undefined) {
      return violation(`${name} has ${nameOf(without, world)} registered, but not in its index`, [supernode, without]);
    }
  }
  return null;
}

/** A holder in either side of the index that should not be there, or null. */
function strayHolder(index: HolderIndex<Entry>, isRegistered: (holder: Address) => boolean): Address | null {
  for (const holder of addressesIn(index.byHolder)) if (!isRegistered(holder)) return holder;
  for (const [, held] of entriesOf(index.byKey)) {
    for (const { holder } of held) if (!isRegistered(holder)) return holder;
  }
  return null;
}

function checkDetection(world: SupernodeWorld, judged: SupernodeJudged): Violation | null {
  const boundUs = detectionBoundUs(world.config);
  const late = judged.ghosts.find((ghost) => world.nowUs - ghost.sinceUs > boundUs);
  if (late === undefined) return null;
  const names = `${nameOf(late.supernode, world)} still has ${nameOf(late.node, world)}`;
  return violation(`${names}, which has been dead for more than ${boundUs} us`, [late.supernode, late.node]);
}

function checkRegistered(world: SupernodeWorld): Violation | null {
  const supernodes = liveSupernodes(world);
  const nodes = liveNodes(world)
    .map(([node]) => node)
    .filter((node) => !supernodes.some(([, { registrations }]) => has(registrations, node)));
  return nodes.length === 0 ? null : violation(`registered nowhere: ${namesOf(nodes, world)}`, nodes);
}

function nameOf(address: Address, world: SupernodeWorld): string {
  return world.process(address).name;
}

function namesOf(addresses: readonly Address[], world: SupernodeWorld): string {
  return listed(addresses.map((address) => nameOf(address, world)));
}
