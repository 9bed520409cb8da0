/** Numbers on a run, with their definitions. */
import { type MetricDefinition, type RunSummary, SECOND, type World } from '../../sim/protocol.ts';
import { fingerStart, successorIndex } from './identifiers.ts';
import { forEachStored, type Judged } from './judge.ts';
import type { ChordTypes, Message } from './messages.ts';
import { firstFreeFinger, isKnown } from './state.ts';
import { bestSuccessors, isRightFinger, NONE, ringsOf, type Survey, surveyOf } from './survey.ts';

/** Messages that keep the ring and the copies right, as against those that serve clients. */
const MAINTENANCE: readonly Message['kind'][] = [
  'findFinger',
  'fingerFound',
  'nextFingerHop',
  'nextFingerHopIs',
  'getNeighbours',
  'neighbours',
  'getFingers',
  'fingers',
  'notify',
  'newPredecessor',
  'ping',
  'pong',
  'leaving',
  'insert',
  'inserted',
  'setSuccessor',
  'setPredecessor',
  'ringUpdate',
  'acknowledged',
  'takeKeys',
  'keys',
  'keysTaken',
  'compare',
  'missing',
];

export const metrics: Readonly<Record<string, MetricDefinition>> = {
  // Measures of operations.
  'path length': {
    unit: 'hops',
    description:
      "Forwardings of a lookup from the initiator to the key's immediate predecessor: neither the initiator nor the final successor counts, nor do peers that did not answer.",
  },
  'time-outs': {
    unit: 'contacts',
    description:
      'Contacts of a lookup that did not answer on its way (iterative), or attempts that were given up (recursive).',
  },
  'dead answers': { unit: 'contacts', description: 'Answers of a lookup that turned out dead (verify).' },
  holders: { unit: 'peers', description: 'Peers that had an uploaded file when it was acknowledged.' },

  // Gauges.
  members: { unit: 'peers', description: 'Live peers on the ring.' },
  appendages: { unit: 'peers', description: 'Members that do not reach themselves through best successors.' },
  'successor staleness': {
    unit: 'ratio',
    description: 'Share of the members whose successor is not the next live member.',
  },
  'finger staleness': {
    unit: 'ratio',
    description:
      'Share of the fingers beyond the successor that are not the successor of their start among the live members.',
  },
  'dead fingers': {
    unit: 'ratio',
    description: 'Share of the fingers beyond the successor that name a dead peer, or none.',
  },
  'keys per peer': { unit: 'keys', description: 'Keys that a live member is responsible for by the membership; mean.' },
  'keys per peer p1': { unit: 'keys', description: 'The same: 1st percentile.' },
  'keys per peer p99': { unit: 'keys', description: 'The same: 99th percentile.' },
  'keys per host': { unit: 'keys', description: 'The same summed over the places of each host (virtual nodes); mean.' },
  'keys per host p1': { unit: 'keys', description: 'The same: 1st percentile.' },
  'keys per host p99': { unit: 'keys', description: 'The same: 99th percentile.' },
  'files held per peer': { unit: 'files', description: 'Files in the store of a live member, copies included; mean.' },

  // Summary.
  'maintenance rate': {
    unit: '1/s',
    description: 'Messages that keep ring, fingers and copies right, sent for each peer and second that it was up.',
  },
  'maintenance messages': { unit: 'messages', description: 'The same, in all.' },
  'failed lookups per 10,000': { unit: 'lookups', description: 'Lookups without an answer, of 10,000 that ended.' },
  'incorrect lookups per 10,000': {
    unit: 'lookups',
    description: 'Lookups with a wrong or stale answer, of 10,000 that ended.',
  },
  'convergence time': {
    unit: 'us',
    description:
      'From the last fault or change of membership until every pointer and finger was ideal for good; there only if it is, and if `ideal ring` was watched.',
  },
};

export function gauges(world: World<ChordTypes>, judged: Judged): Readonly<Record<string, number>> {
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

export function summary(run: RunSummary<ChordTypes, Judged>): Readonly<Record<string, number>> {
  const { history, sentByKind, processUpUs, holdsSinceUs, lastDisturbanceUs } = run;
  const maintenance = MAINTENANCE.reduce((sum, kind) => sum + (sentByKind[kind] ?? 0), 0);
  let lookups = 0;
  let failed = 0;
  let incorrect = 0;
  for (const { operation, judgement } of history) {
    if (operation.kind !== 'lookup' || judgement === null) continue;
    lookups++;
    if (judgement.verdict === 'failed') failed++;
    else if (judgement.verdict === 'wrong' || judgement.verdict === 'stale') incorrect++;
  }
  const ideal = holdsSinceUs['ideal ring'] ?? null;
  return {
    'maintenance messages': maintenance,
    'maintenance rate': ratio(maintenance, processUpUs / SECOND),
    'failed lookups per 10,000': ratio(10_000 * failed, lookups),
    'incorrect lookups per 10,000': ratio(10_000 * incorrect, lookups),
    ...(ideal === null ? {} : { 'convergence time': Math.max(0, ideal - (lastDisturbanceUs ?? 0)) }),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
