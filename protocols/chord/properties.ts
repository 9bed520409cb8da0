/**
 * Named statements on the ring and on the files (Zave, CCR 2012, section 3; TSE, sections 3 and 5).
 *
 * The first four are necessary: a ring that loses one never gets it back by itself. The statements marked as
 * informative are violated by the correct protocol too, and repaired: a scenario may look at them, but should not
 * require them always.
 */
import type { Property, Violation, World } from '../../sim/protocol.ts';
import type { Judged } from './judge.ts';
import { type Look, lookAt, saidOf } from './look.ts';
import type { ChordTypes } from './messages.ts';
import { DISORDER, DUPLICATE } from './ring-overview.ts';
import { idealSuccessors, type PeerState, sameList } from './state.ts';
import { firstDisorder, liesBetween, NONE, type Rings, ringMembers } from './survey.ts';
import type { Peer } from './values.ts';

type ChordProperty = Property<ChordTypes, Judged>;
type ChordWorld = World<ChordTypes>;

const CCR = 'Zave, CCR 2012, section 3';
const TSE = 'Zave, TSE 2017, section 5';

function listsTouched(before: PeerState, after: PeerState): boolean {
  return before.successors !== after.successors || before.phase !== after.phase;
}

function tablesTouched(before: PeerState, after: PeerState): boolean {
  return listsTouched(before, after) || before.predecessor !== after.predecessor || before.fingers !== after.fingers;
}

function storesTouched(before: PeerState, after: PeerState): boolean {
  return before.store !== after.store;
}

// The ring

/** A statement on the rings alone: it is thought over again only when some best successor is another one. */
function ofRings(say: (look: Look) => Violation | null): ChordProperty['check'] {
  return (world, judged) => {
    const look = lookAt(world, judged);
    return look.ring.remark(say, look);
  };
}

const atLeastOneRing = ofRings(({ ring, overview: { members } }) => {
  if (members.length === 0 || ring.rings().count > 0) return null;
  return violation('no member reaches itself through best successors', members);
});

const atMostOneRing = ofRings(({ ring, world, overview: { members } }) => {
  const rings = ring.rings();
  if (rings.count <= 1) return null;
  const first = [...Array(rings.count).keys()].map((each) => members[ringMembers(rings, each)[0]]);
  return violation(`${rings.count} separate rings, through ${names(world, first)}`, first);
});

/**
 * On a ring, no ring member lies strictly between a ring member and its best successor: each is followed by the next
 * one.
 */
const orderedRing = ofRings(({ ring, world, overview: { members } }) => {
  const best = ring.bestSuccessors();
  const rings = ring.rings();
  for (let each = 0; each < rings.count; each++) {
    const positions = ringMembers(rings, each);
    for (let i = 0; i < positions.length; i++) {
      const next = positions[(i + 1) % positions.length];
      if (best[positions[i]] === next) continue;
      const [a, skipped, b] = [positions[i], next, best[positions[i]]].map((at) => members[at]);
      const message = `${name(world, a)} goes on to ${name(world, b)}, past the ring member ${name(world, skipped)}`;
      return violation(message, [a, skipped, b]);
    }
  }
  return null;
});

const connectedAppendages = ofRings(({ ring, world, overview: { members } }) => {
  const { stranded } = ring.rings();
  if (stranded.length === 0) return null;
  const peers = stranded.map((at) => members[at]);
  return violation(`${names(world, peers)}: no way to a ring`, peers);
});

/** The first violation of several statements. */
function all(...checks: readonly ChordProperty['check'][]): ChordProperty['check'] {
  return (world, judged) => {
    for (const check of checks) {
      const found = check(world, judged);
      if (found !== null) return found;
    }
    return null;
  };
}

// Lists

/** A statement on each member: `find` gives the position of the first one of which it is not true. */
function ofMembers(
  find: (look: Look) => number,
  say: (look: Look, at: number) => string,
): (world: ChordWorld, judged: Judged) => Violation | null {
  const sentence = (look: Look, at: number) => {
    const peer = look.overview.members[at];
    return violation(`${name(look.world, peer)}: ${say(look, at)}`, [peer]);
  };
  return (world, judged) => {
    const look = lookAt(world, judged);
    const at = find(look);
    return at === NONE ? null : saidOf(look, at, sentence);
  };
}

const noDuplicates = ofMembers(
  ({ ring }) => ring.firstMalformed(DUPLICATE),
  () => 'an identifier stands twice in its extended list',
);

const orderedSuccessorLists = ofMembers(
  ({ ring }) => ring.firstMalformed(DISORDER),
  ({ overview, world }, at) => {
    const peer = firstDisorder(overview.extendedList(at), world.config.ringSize);
    return `${peer?.id} is out of order in its list`;
  },
);

const oneLiveSuccessor = ofMembers(
  ({ ring }) => ring.firstCutOff(),
  () => 'no entry of its list is a live member',
);

function sufficientPrincipals(world: ChordWorld, judged: Judged): Violation | null {
  const { overview, ring } = lookAt(world, judged);
  const principals = ring.principals().map((at) => overview.members[at]);
  const needed = world.config.successors + 1;
  if (principals.length >= needed) return null;
  const found = principals.length === 0 ? 'none' : names(world, principals);
  return violation(`${needed} principals are needed, there are ${principals.length}: ${found}`, principals);
}

// Ideal

const idealPointers = ofMembers(
  ({ tables }) => tables.firstWithWrongPointers(),
  (look, at) => pointersWrong(look, at),
);

const idealRing = ofMembers(
  ({ tables }) => tables.firstNotIdeal(),
  (look, at) => (look.tables.arePointersWrong(at) ? pointersWrong(look, at) : fingersWrong(look, at)),
);

function pointersWrong({ overview, world }: Look, at: number): string {
  const { members, successors, predecessors } = overview;
  const count = members.length;
  const list = idealSuccessors(members, at, world.config.successors);
  if (!sameList(successors[at], list)) {
    return `its successor list is [${idsOf(successors[at])}], it should be [${idsOf(list)}]`;
  }
  const predecessor = members[(at + count - 1) % count];
  return `its predecessor is ${predecessors[at]?.id ?? 'nil'}, it should be ${predecessor.id}`;
}

function fingersWrong({ overview, tables }: Look, at: number): string {
  const i = tables.firstWrongFinger(at);
  return `its finger ${i} is ${overview.fingers[at][i]?.id ?? 'nil'}`;
}

// Informative

/** Where an appendage and a ring member have the same best successor, the appendage lies between the two. */
const orderedMerges = ofRings(({ ring, world, overview: { members } }) => {
  const best = ring.bestSuccessors();
  const { ringOf } = ring.rings();
  const ringBefore = new Map<number, number>();
  best.forEach((next, at) => {
    if (ringOf[at] !== NONE) ringBefore.set(next, at);
  });
  for (let at = 0; at < best.length; at++) {
    const before = ringBefore.get(best[at]);
    if (ringOf[at] !== NONE || before === undefined) continue;
    const [a, x, b] = [before, at, best[at]].map((position) => members[position]);
    if (!liesBetween(a, x, b))
      return violation(`${name(world, x)} merges at ${name(world, b)}, but lies before ${name(world, a)}`, [a, x, b]);
  }
  return null;
});

/**
 * An appendage lies before its best successor, seen from where its path meets the ring: going on never overtakes that
 * ring member.
 */
const orderedAppendages = ofRings(({ ring, world, overview: { members } }) => {
  const best = ring.bestSuccessors();
  const rings = ring.rings();
  const merges = mergePoints(best, rings);
  for (let at = 0; at < best.length; at++) {
    const next = best[at];
    if (next === NONE || rings.ringOf[at] !== NONE || rings.ringOf[next] !== NONE || merges[at] === NONE) continue;
    const [a, x, b] = [at, next, merges[at]].map((position) => members[position]);
    if (!liesBetween(a, x, b))
      return violation(`${name(world, a)} goes on to ${name(world, x)}, past ${name(world, b)}`, [a, x, b]);
  }
  return null;
});

/** For each member the ring member at which its path meets the ring; NONE if it meets none. */
function mergePoints(best: Int32Array, rings: Rings): Int32Array {
  const merges = new Int32Array(best.length).fill(NONE);
  for (let start = 0; start < best.length; start++) {
    const path: number[] = [];
    let at = start;
    while (at !== NONE && rings.ringOf[at] === NONE && merges[at] === NONE && path.length <= best.length) {
      path.push(at);
      at = best[at];
    }
    const merge = at === NONE ? NONE : rings.ringOf[at] !== NONE ? at : merges[at];
    for (const member of path) merges[member] = merge;
  }
  return merges;
}

// Files

function noStoredKeyLost(world: ChordWorld, judged: Judged): Violation | null {
  const lost = lookAt(world, judged).files.lostFiles();
  if (lost.length === 0) return null;
  const shown = lost.slice(0, 3).map((file) => `${file.name} (key ${file.key})`);
  const more = lost.length > shown.length ? ` and ${lost.length - shown.length} more` : '';
  return { message: `no live member has ${shown.join(', ')}${more}`, processes: [] };
}

function keysInPlace(world: ChordWorld, judged: Judged): Violation | null {
  const gap = lookAt(world, judged).files.firstGap();
  if (gap === null) return null;
  const { file, member } = gap;
  return violation(`${name(world, member)} does not have ${file.name} (key ${file.key})`, [member]);
}

export const properties: Readonly<Record<string, ChordProperty>> = {
  'at least one ring': {
    description: 'Some member reaches itself through best successors. Necessary.',
    source: `${CCR}: AtLeastOneRing`,
    check: atLeastOneRing,
    touchedBy: listsTouched,
  },
  'at most one ring': {
    description: 'All members that reach themselves through best successors reach each other. Necessary.',
    source: `${CCR}: AtMostOneRing`,
    check: atMostOneRing,
    touchedBy: listsTouched,
  },
  'ordered ring': {
    description: 'No ring member lies strictly between a ring member and its best successor. Necessary.',
    source: `${CCR}: OrderedRing`,
    check: orderedRing,
    touchedBy: listsTouched,
  },
  'connected appendages': {
    description: 'Every member that is not on the ring reaches it through best successors. Necessary.',
    source: `${CCR}: ConnectedAppendages`,
    check: connectedAppendages,
    touchedBy: listsTouched,
  },
  'no duplicates': {
    description: 'No extended successor list names a peer twice. In a ring smaller than the list it cannot hold.',
    source: `${TSE}: NoDuplicates`,
    check: noDuplicates,
    touchedBy: listsTouched,
  },
  'ordered successor lists': {
    description: 'Of any three entries of an extended successor list, the second lies between the others.',
    source: `${TSE}: OrderedSuccessorLists`,
    check: orderedSuccessorLists,
    touchedBy: listsTouched,
  },
  'one live successor': {
    description: 'Every successor list has an entry that is a live member.',
    source: `${TSE}: OneLiveSuccessor`,
    check: oneLiveSuccessor,
    touchedBy: listsTouched,
  },
  'sufficient principals': {
    description: 'At least r + 1 members are skipped by no adjacent pair of any extended successor list.',
    source: `${TSE}: SufficientPrincipals`,
    check: sufficientPrincipals,
    touchedBy: listsTouched,
  },
  'inductive invariant': {
    description: 'One live successor and sufficient principals: what the corrected operations preserve.',
    source: `${TSE}: Invariant`,
    check: all(oneLiveSuccessor, sufficientPrincipals),
    touchedBy: listsTouched,
  },
  'valid ring': {
    description: 'The four necessary statements together.',
    source: `${CCR}: Valid`,
    check: all(atLeastOneRing, atMostOneRing, orderedRing, connectedAppendages),
    touchedBy: listsTouched,
  },
  'ideal pointers': {
    description: 'Every successor list and predecessor is what the membership says.',
    source: `${CCR}: Ideal`,
    check: idealPointers,
    touchedBy: tablesTouched,
  },
  'ideal ring': {
    description: 'Every successor list, predecessor and finger is what the membership says.',
    source: `${CCR}: Ideal; ToN 2003, section IV-E.2`,
    check: idealRing,
    touchedBy: tablesTouched,
  },
  'no stored key lost': {
    description: 'Some live member has each file that was acknowledged as stored.',
    source: 'ToN 2003, section IV-A; system page: replicas ≥ f + 1 survive f adjacent crashes within one repair time',
    check: noStoredKeyLost,
    touchedBy: storesTouched,
  },
  'keys in place': {
    description: 'Each stored file is with its successor and on the members behind it, `replicas` in all.',
    source: 'ToN 2003, section IV-A: successor(key)',
    check: keysInPlace,
    touchedBy: storesTouched,
  },
  'ordered merges (informative)': {
    description:
      'An appendage joins the ring where it belongs. Not to be required: correct Chord breaks it too, and repairs it.',
    source: `${CCR}: OrderedMerges`,
    check: orderedMerges,
    touchedBy: listsTouched,
  },
  'ordered appendages (informative)': {
    description: 'Paths of appendages go clockwise. Not to be required: correct Chord breaks it too, and repairs it.',
    source: `${CCR}: OrderedAppendages`,
    check: orderedAppendages,
    touchedBy: listsTouched,
  },
};

// Sentences

function violation(message: string, peers: readonly Peer[]): Violation {
  return { message, processes: peers.slice(0, 8).map((peer) => peer.address) };
}

function name(world: ChordWorld, peer: Peer): string {
  const called = world.process(peer.address).name;
  return called === String(peer.id) ? called : `${called} (${peer.id})`;
}

function names(world: ChordWorld, peers: readonly Peer[]): string {
  const shown = peers.slice(0, 8).map((peer) => name(world, peer));
  return peers.length > shown.length ? `${shown.join(', ')} and ${peers.length - shown.length} more` : shown.join(', ');
}

function idsOf(peers: readonly Peer[]): string {
  return peers.map((peer) => peer.id).join(', ');
}
