/**
 * The statements on ring and files, and the gauges, as they are said: each looks at the whole world and remembers nothing.
 * The twin of what `protocols/chord` keeps from one look to the next.
 */
import { fileIn } from '../../../protocols/chord/files.ts';
import { fingerStart, successorIndex, wayTo } from '../../../protocols/chord/identifiers.ts';
import { forEachStored, type Judged } from '../../../protocols/chord/judge.ts';
import type { ChordTypes } from '../../../protocols/chord/messages.ts';
import {
  firstFreeFinger,
  idealSuccessors,
  isKnown,
  type PeerState,
  sameList,
  samePeer,
} from '../../../protocols/chord/state.ts';
import {
  bestSuccessors,
  firstDisorder,
  hasDuplicates,
  liesBetween,
  NONE,
  principalsOf,
  type Rings,
  ringMembers,
  ringsOf,
  type Survey,
  surveyOf,
} from '../../../protocols/chord/survey.ts';
import type { Peer, SharedFile } from '../../../protocols/chord/values.ts';
import type { Violation, World } from '../../../sim/index.ts';

type ChordWorld = World<ChordTypes>;
type Check = (world: ChordWorld, judged: Judged) => Violation | null;

// The ring

interface RingView {
  readonly survey: Survey;
  readonly best: Int32Array;
  readonly rings: Rings;
}

function ringView(world: ChordWorld, judged: Judged): RingView {
  const survey = surveyOf(world, judged.timeline.members);
  const best = bestSuccessors(survey);
  return { survey, best, rings: ringsOf(best) };
}

function atLeastOneRing(world: ChordWorld, judged: Judged): Violation | null {
  const { survey, rings } = ringView(world, judged);
  if (survey.members.length === 0 || rings.count > 0) return null;
  return violation('no member reaches itself through best successors', survey.members);
}

function atMostOneRing(world: ChordWorld, judged: Judged): Violation | null {
  const { survey, rings } = ringView(world, judged);
  if (rings.count <= 1) return null;
  const first = [...Array(rings.count).keys()].map((ring) => survey.members[ringMembers(rings, ring)[0]]);
  return violation(`${rings.count} separate rings, through ${names(world, first)}`, first);
}

/**
 * On a ring, no ring member lies strictly between a ring member and its best successor: each is followed by the next
 * one.
 */
function orderedRing(world: ChordWorld, judged: Judged): Violation | null {
  const { survey, best, rings } = ringView(world, judged);
  for (let ring = 0; ring < rings.count; ring++) {
    const positions = ringMembers(rings, ring);
    for (let i = 0; i < positions.length; i++) {
      const next = positions[(i + 1) % positions.length];
      if (best[positions[i]] === next) continue;
      const [a, skipped, b] = [positions[i], next, best[positions[i]]].map((at) => survey.members[at]);
      const message = `${name(world, a)} goes on to ${name(world, b)}, past the ring member ${name(world, skipped)}`;
      return violation(message, [a, skipped, b]);
    }
  }
  return null;
}

function connectedAppendages(world: ChordWorld, judged: Judged): Violation | null {
  const { survey, rings } = ringView(world, judged);
  if (rings.stranded.length === 0) return null;
  const stranded = rings.stranded.map((at) => survey.members[at]);
  return violation(`${names(world, stranded)}: no way to a ring`, stranded);
}

/** The first violation of several statements. */
function all(...checks: readonly Check[]): Check {
  return (world, judged) => {
    for (const check of checks) {
      const found = check(world, judged);
      if (found !== null) return found;
    }
    return null;
  };
}

// Lists

function eachMember(look: (state: PeerState, world: ChordWorld, survey: Survey) => string | null): Check {
  return (world, judged) => {
    const survey = surveyOf(world, judged.timeline.members);
    for (const state of survey.states) {
      const wrong = look(state, world, survey);
      if (wrong !== null) return violation(`${name(world, state.me)}: ${wrong}`, [state.me]);
    }
    return null;
  };
}

const noDuplicates = eachMember((state) =>
  hasDuplicates(state) ? 'an identifier stands twice in its extended list' : null,
);

const orderedSuccessorLists = eachMember((state, world) => {
  const peer = firstDisorder(state, world.config.ringSize);
  return peer === null ? null : `${peer.id} is out of order in its list`;
});

const oneLiveSuccessor = eachMember((state, _world, survey) =>
  state.successors.some((peer) => survey.positions.has(peer.address)) ? null : 'no entry of its list is a live member',
);

function sufficientPrincipals(world: ChordWorld, judged: Judged): Violation | null {
  const survey = surveyOf(world, judged.timeline.members);
  const principals = principalsOf(survey.members, survey.states).map((at) => survey.members[at]);
  const needed = world.config.successors + 1;
  if (principals.length >= needed) return null;
  const found = principals.length === 0 ? 'none' : names(world, principals);
  return violation(`${needed} principals are needed, there are ${principals.length}: ${found}`, principals);
}

// Ideal

function idealRing(world: ChordWorld, judged: Judged): Violation | null {
  const survey = surveyOf(world, judged.timeline.members);
  for (let at = 0; at < survey.members.length; at++) {
    const wrong = pointersWrong(survey, at, world) ?? fingersWrong(survey, at, world);
    if (wrong !== null) return violation(`${name(world, survey.members[at])}: ${wrong}`, [survey.members[at]]);
  }
  return null;
}

function idealPointers(world: ChordWorld, judged: Judged): Violation | null {
  const survey = surveyOf(world, judged.timeline.members);
  for (let at = 0; at < survey.members.length; at++) {
    const wrong = pointersWrong(survey, at, world);
    if (wrong !== null) return violation(`${name(world, survey.members[at])}: ${wrong}`, [survey.members[at]]);
  }
  return null;
}

function pointersWrong({ members, states }: Survey, at: number, world: ChordWorld): string | null {
  const state = states[at];
  const count = members.length;
  const list = idealSuccessors(members, at, world.config.successors);
  if (!sameList(state.successors, list)) {
    return `its successor list is [${idsOf(state.successors)}], it should be [${idsOf(list)}]`;
  }
  const predecessor = members[(at + count - 1) % count];
  if (samePeer(state.predecessor, predecessor) || (count === 1 && state.predecessor === null)) return null;
  return `its predecessor is ${state.predecessor?.id ?? 'nil'}, it should be ${predecessor.id}`;
}

function fingersWrong(survey: Survey, at: number, world: ChordWorld): string | null {
  const { fingers, me } = survey.states[at];
  const { ringSize } = world.config;
  for (let i = 0; i < fingers.length; i++) {
    const finger = fingers[i];
    if (finger !== null && isRightFinger(survey, finger, fingerStart(me.id, i, ringSize), ringSize)) continue;
    return `its finger ${i} is ${finger?.id ?? 'nil'}`;
  }
  return null;
}

// Informative

/** Where an appendage and a ring member have the same best successor, the appendage lies between the two. */
function orderedMerges(world: ChordWorld, judged: Judged): Violation | null {
  const { survey, best, rings } = ringView(world, judged);
  const ringBefore = new Map<number, number>();
  best.forEach((next, at) => {
    if (rings.ringOf[at] !== NONE) ringBefore.set(next, at);
  });
  for (let at = 0; at < best.length; at++) {
    const before = ringBefore.get(best[at]);
    if (rings.ringOf[at] !== NONE || before === undefined) continue;
    const [a, x, b] = [before, at, best[at]].map((position) => survey.members[position]);
    if (!liesBetween(a, x, b))
      return violation(`${name(world, x)} merges at ${name(world, b)}, but lies before ${name(world, a)}`, [a, x, b]);
  }
  return null;
}

/**
 * An appendage lies before its best successor, seen from where its path meets the ring: going on never overtakes that
 * ring member.
 */
function orderedAppendages(world: ChordWorld, judged: Judged): Violation | null {
  const { survey, best, rings } = ringView(world, judged);
  const merges = mergePoints(best, rings);
  for (let at = 0; at < best.length; at++) {
    const next = best[at];
    if (next === NONE || rings.ringOf[at] !== NONE || rings.ringOf[next] !== NONE || merges[at] === NONE) continue;
    const [a, x, b] = [at, next, merges[at]].map((position) => survey.members[position]);
    if (!liesBetween(a, x, b))
      return violation(`${name(world, a)} goes on to ${name(world, x)}, past ${name(world, b)}`, [a, x, b]);
  }
  return null;
}

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
  const held = new Set<string>();
  for (const { address } of judged.timeline.members) {
    for (const file of world.process(address).state.store) held.add(file.name);
  }
  const lost: SharedFile[] = [];
  forEachStored(judged, (file) => {
    if (!held.has(file.name)) lost.push(file);
  });
  if (lost.length === 0) return null;
  const shown = lost.slice(0, 3).map((file) => `${file.name} (key ${file.key})`);
  const more = lost.length > shown.length ? ` and ${lost.length - shown.length} more` : '';
  return { message: `no live member has ${shown.join(', ')}${more}`, processes: [] };
}

function keysInPlace(world: ChordWorld, judged: Judged): Violation | null {
  const { members } = judged.timeline;
  let found: Violation | null = null;
  forEachStored(judged, (file) => {
    if (found !== null || members.length === 0) return;
    const first = successorIndex(members, file.key);
    for (let i = 0; i < Math.min(world.config.replicas, members.length); i++) {
      const peer = members[(first + i) % members.length];
      if (fileIn(world.process(peer.address).state.store, file.key, file.name) !== null) continue;
      found = violation(`${name(world, peer)} does not have ${file.name} (key ${file.key})`, [peer]);
      return;
    }
  });
  return found;
}

/**
 * Whether the peer is successor(start) among the members, in constant time: it is one, and the one before it lies
 * before the start.
 */
function isRightFinger({ members, positions }: Survey, finger: Peer, start: number, size: number): boolean {
  const position = positions.get(finger.address);
  if (position === undefined) return false;
  if (finger.id === start) return true;
  const before = members[(position + members.length - 1) % members.length];
  return wayTo(start, finger.id, size) < wayTo(before.id, finger.id, size);
}

/** By the names of the system's properties. */
export const plainProperties: Readonly<Record<string, Check>> = {
  'at least one ring': atLeastOneRing,
  'at most one ring': atMostOneRing,
  'ordered ring': orderedRing,
  'connected appendages': connectedAppendages,
  'no duplicates': noDuplicates,
  'ordered successor lists': orderedSuccessorLists,
  'one live successor': oneLiveSuccessor,
  'sufficient principals': sufficientPrincipals,
  'inductive invariant': all(oneLiveSuccessor, sufficientPrincipals),
  'valid ring': all(atLeastOneRing, atMostOneRing, orderedRing, connectedAppendages),
  'ideal pointers': idealPointers,
  'ideal ring': idealRing,
  'no stored key lost': noStoredKeyLost,
  'keys in place': keysInPlace,
  'ordered merges (informative)': orderedMerges,
  'ordered appendages (informative)': orderedAppendages,
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

// Gauges

export function plainGauges(world: World<ChordTypes>, judged: Judged): Readonly<Record<string, number>> {
  const survey = surveyOf(world, judged.timeline.members);
  const { ringOf } = ringsOf(bestSuccessors(survey));
  return {
    members: survey.members.length,
    appendages: ringOf.reduce((count, ring) => (ring === NONE ? count + 1 : count), 0),
    'successor staleness': successorStaleness(survey),
    ...fingerStaleness(survey, world),
    ...loads(survey, world, judged),
  };
}

function successorStaleness({ members, states }: Survey): number {
  let stale = 0;
  states.forEach((state, at) => {
    const next = members[(at + 1) % members.length];
    if (state.successors[0]?.address !== next.address) stale++;
  });
  return ratio(stale, members.length);
}

function fingerStaleness(survey: Survey, world: World<ChordTypes>): Readonly<Record<string, number>> {
  const { ringSize } = world.config;
  let fingers = 0;
  let stale = 0;
  let dead = 0;
  for (const state of survey.states) {
    const head = state.successors[0];
    if (head === undefined || !isKnown(head)) continue;
    for (let i = firstFreeFinger(state.me.id, head, ringSize); i < state.fingers.length; i++) {
      const finger = state.fingers[i];
      fingers++;
      if (finger === null || !survey.positions.has(finger.address)) dead++;
      if (finger === null || !isRightFinger(survey, finger, fingerStart(state.me.id, i, ringSize), ringSize)) stale++;
    }
  }
  return { 'finger staleness': ratio(stale, fingers), 'dead fingers': ratio(dead, fingers) };
}

/** Keys by the membership, so that load balance is that of the ring and not of a moment's transfers. */
function loads(survey: Survey, world: World<ChordTypes>, judged: Judged): Readonly<Record<string, number>> {
  const { members, states } = survey;
  const perPeer = keysPerMember(survey, judged);
  const perHost = new Map<string, number>();
  let held = 0;
  members.forEach((peer, at) => {
    const { host } = world.process(peer.address);
    perHost.set(host, (perHost.get(host) ?? 0) + perPeer[at]);
    held += states[at].store.length;
  });
  return {
    ...spread('keys per peer', perPeer),
    ...spread('keys per host', [...perHost.values()]),
    'files held per peer': ratio(held, members.length),
  };
}

function keysPerMember({ members }: Survey, judged: Judged): number[] {
  const counts = members.map(() => 0);
  if (members.length === 0) return counts;
  forEachStored(judged, (file) => {
    counts[successorIndex(members, file.key)]++;
  });
  return counts;
}

function spread(metric: string, values: readonly number[]): Readonly<Record<string, number>> {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    [metric]: ratio(
      sorted.reduce((sum, value) => sum + value, 0),
      sorted.length,
    ),
    [`${metric} p1`]: percentile(sorted, 0.01),
    [`${metric} p99`]: percentile(sorted, 0.99),
  };
}

/** The least value with at least this share of all values at or below it. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted.length === 0 ? 0 : sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
