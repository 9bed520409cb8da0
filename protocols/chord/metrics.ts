/** Numbers on a run, with their definitions. */
import { type MetricDefinition, type RunSummary, SECOND, type World } from '../../sim/protocol.ts';
import type { Judged } from './judge.ts';
import { lookAt } from './look.ts';
import type { ChordTypes, Message } from './messages.ts';

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
  const { overview, ring, tables, files } = lookAt(world, judged);
  const members = overview.members.length;
  const free = tables.freeFingers();
  const { perMember, perHost } = files.loads();
  return {
    members,
    appendages: ring.countAppendages(),
    'successor staleness': ratio(ring.countSuccessorsAstray(), members),
    'finger staleness': ratio(free.stale, free.count),
    'dead fingers': ratio(free.dead, free.count),
    ...spread('keys per peer', perMember),
    ...spread('keys per host', perHost),
    'files held per peer': ratio(overview.filesHeld, members),
  };
}

/** @param sorted ascending. */
function spread(metric: string, sorted: Int32Array): Readonly<Record<string, number>> {
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) sum += sorted[i];
  return {
    [metric]: ratio(sum, sorted.length),
    [`${metric} p1`]: percentile(sorted, 0.01),
    [`${metric} p99`]: percentile(sorted, 0.99),
  };
}

/** The least value with at least this share of all values at or below it. */
function percentile(sorted: Int32Array, share: number): number {
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
