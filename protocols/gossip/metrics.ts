/** Numbers on a run, with their definitions. */
import type { MetricDefinition, RunSummary, World } from '../../sim/protocol.ts';
import { meanUs } from '../common/tally.ts';
import { forEach } from '../common/trie.ts';
import type { Judged } from './judged.ts';
import { CARRYING_KINDS } from './messages.ts';
import { at } from './sequence.ts';
import { holdersByIndex, type Made, type OriginTruth, reachedAfterUs } from './truth.ts';
import type { GossipTypes } from './types.ts';

/** How stale an entry is, in the words of the staleness distribution: versions behind its origin's newest. */
const STALENESS = ['entries fresh', 'entries 1 behind', 'entries 2 behind', 'entries 3 or more behind'] as const;

export const METRICS: Readonly<Record<string, MetricDefinition>> = {
  // Measures of answers.
  'versions behind': {
    unit: 'versions',
    description:
      'How many versions the oldest metadata that an answer was made from was behind its origin, at the moment of the answer.',
  },
  'answer age': {
    unit: 'us',
    description: "Time since the oldest metadata that an answer was made from was made, the peer's own apart.",
  },
  'ghost holders': { unit: 'peers', description: 'Peers named by an answer that are dead or do not have the file.' },
  'missing holders': { unit: 'peers', description: 'Live peers that have the file and were left out of an answer.' },
  'ghost members': { unit: 'peers', description: 'Dead peers that a member list names.' },
  'missing members': { unit: 'peers', description: 'Live peers that a member list leaves out.' },

  // Gauges.
  coverage: {
    unit: 'ratio',
    description:
      "Share of the live peers that hold an origin's newest version, the origin included; mean over live origins that made one. With one update this is the S-curve.",
  },
  'infective peers': { unit: 'peers', description: 'Live peers with a hot rumor.' },
  [STALENESS[0]]: {
    unit: 'ratio',
    description: 'Of the pairs of a live peer and another live origin: those that hold its newest version.',
  },
  [STALENESS[1]]: { unit: 'ratio', description: 'Of the same pairs: those that are one version behind.' },
  [STALENESS[2]]: { unit: 'ratio', description: 'Of the same pairs: those that are two versions behind.' },
  [STALENESS[3]]: { unit: 'ratio', description: 'Of the same pairs: those that are three or more versions behind.' },
  'entries missing': { unit: 'ratio', description: 'Of the same pairs: those that hold nothing.' },
  'dead entries': { unit: 'entries', description: 'Entries of origins that do not run, in the stores of live peers.' },
  'bytes sent': {
    unit: 'bytes',
    description: 'Bytes that peers have sent so far, IP and UDP headers included.',
  },
  'suspected living': { unit: 'pairs', description: 'Pairs of live peers of which the first suspects the second.' },

  // Summary.
  updates: { unit: 'versions', description: 'Versions made, by all origins.' },
  residue: {
    unit: 'ratio',
    description:
      'Share of the peers that were live when an update was made that never got it nor a later one (s in Demers et al. 1987); mean over updates made at least a spread bound before the end, or over all if none was.',
  },
  'traffic per site': {
    unit: 'messages',
    description: 'Messages that carry metadata, sent for each peer and update (m in Demers et al. 1987).',
  },
  t_ave: {
    unit: 'us',
    description:
      'Average delay: from making an update to its arrival at a peer, over the peers that it reached; mean over updates.',
  },
  t_last: {
    unit: 'us',
    description:
      'From making an update to its arrival at the last peer that it reached; mean over updates that reached another peer.',
  },
  't_ave in rounds': { unit: 'rounds', description: 't_ave in periods t2.' },
  't_last in rounds': { unit: 'rounds', description: 't_last in periods t2.' },
  ...timesTo(50),
  ...timesTo(99),
  ...timesTo(100),
  'entry messages': { unit: 'messages', description: 'Messages sent that carry metadata.' },
  'redundant messages': {
    unit: 'messages',
    description: 'Messages received that carry metadata and taught their receiver no version: known or outdated there.',
  },
  redundancy: { unit: 'ratio', description: 'Redundant messages, of those received that carry metadata.' },
  'send rate': { unit: 'B/s', description: 'Bytes sent for each second that a peer was up.' },
  flickers: { unit: 'entries', description: 'How often a peer learned again what it had expired (flaw 3).' },
  detections: { unit: 'pairs', description: 'Suspicions of peers that were dead.' },
  'mean detection time': { unit: 'us', description: "From a peer's end until another suspects it; mean over pairs." },
  'shortest detection time': { unit: 'us', description: 'The same, least.' },
  'longest detection time': { unit: 'us', description: 'The same, greatest.' },
  'false suspicions': { unit: 'pairs', description: 'Suspicions of peers that were alive.' },
  'false suspicion rate': { unit: '1/s', description: 'False suspicions for each second that a peer was up.' },
  'mean mistake time': { unit: 'us', description: 'How long false suspicions lasted that were taken back; mean.' },
};

function timesTo(percent: number): Readonly<Record<string, MetricDefinition>> {
  const what = `until ${percent} % of the live peers held it or a later one; mean over updates of which so many ever did`;
  return {
    [`time to ${percent}%`]: { unit: 'us', description: `From making an update ${what}.` },
    [`rounds to ${percent}%`]: {
      unit: 'rounds',
      description: `The same in periods t2: from making an update ${what}.`,
    },
    [`reached ${percent}%`]: {
      unit: 'ratio',
      description: `Share of the updates that ${percent} % of the live peers ever held, or a later one.`,
    },
  };
}

export function gauges(world: World<GossipTypes>, judged: Judged): Readonly<Record<string, number>> {
  let covered = 0;
  let origins = 0;
  let deadEntries = 0;
  const pairs = [0, 0, 0, 0];
  forEach(judged.origins, (truth, origin) => {
    if (truth.made.length === 0) return;
    if (!world.alive(Number(origin))) {
      deadEntries += at(truth.made, 0).reached;
      return;
    }
    origins++;
    covered += at(truth.made, truth.made.length - 1).reached / judged.live;
    countStaleness(truth, pairs);
  });
  const all = origins * (judged.live - 1);
  const known = pairs.reduce((sum, n) => sum + n, 0);
  const share = (n: number) => (all === 0 ? 0 : n / all);
  return {
    coverage: origins === 0 ? 0 : covered / origins,
    [STALENESS[0]]: share(pairs[0]),
    [STALENESS[1]]: share(pairs[1]),
    [STALENESS[2]]: share(pairs[2]),
    [STALENESS[3]]: share(pairs[3]),
    'entries missing': share(all - known),
    'dead entries': deadEntries,
    'bytes sent': countedBy(world, judged).bytes,
    ...countPeers(world),
  };
}

/** Adds an origin's holders to the counts by versions behind. */
function countStaleness(truth: OriginTruth, pairs: number[]): void {
  const holders = holdersByIndex(truth);
  for (let i = 0; i < holders.length; i++) pairs[Math.min(holders.length - 1 - i, pairs.length - 1)] += holders[i];
}

function countPeers(world: World<GossipTypes>): Readonly<Record<string, number>> {
  let infective = 0;
  let suspected = 0;
  for (let address = 0; address < world.size; address++) {
    if (!world.alive(address)) continue;
    const { hot, suspects } = world.process(address).state;
    if (hot.length > 0) infective++;
    for (const { origin } of suspects) if (world.alive(origin)) suspected++;
  }
  return { 'infective peers': infective, 'suspected living': suspected };
}

/** What peers have counted in all their lives. */
function countedBy(world: World<GossipTypes>, judged: Judged): { readonly bytes: number; readonly receipts: number } {
  let bytes = judged.bytesOfThePast;
  let receipts = judged.receiptsOfThePast;
  for (let address = 0; address < world.size; address++) {
    if (!world.alive(address)) continue;
    const { state } = world.process(address);
    bytes += state.bytesSent;
    receipts += state.receipts;
  }
  return { bytes, receipts };
}

export function summary(run: RunSummary<GossipTypes, Judged>): Readonly<Record<string, number>> {
  const { world, judged, sentByKind, processUpUs } = run;
  const made = allMade(judged);
  const entryMessages = CARRYING_KINDS.reduce((sum, kind) => sum + (sentByKind[kind] ?? 0), 0);
  const { bytes, receipts } = countedBy(world, judged);
  const redundant = receipts - judged.usefulMessages;
  return {
    updates: made.length,
    ...spreading(made, world),
    'traffic per site': ratio(entryMessages, world.size * made.length),
    'entry messages': entryMessages,
    'redundant messages': redundant,
    redundancy: ratio(redundant, receipts),
    'send rate': ratio(bytes * 1_000_000, processUpUs),
    flickers: judged.flickers.count,
    detections: judged.detections.count,
    'mean detection time': meanUs(judged.detections),
    'shortest detection time': judged.detections.minUs,
    'longest detection time': judged.detections.maxUs,
    'false suspicions': judged.falseSuspicions,
    'false suspicion rate': ratio(judged.falseSuspicions * 1_000_000, processUpUs),
    'mean mistake time': meanUs(judged.mistakes),
  };
}

/** All versions ever made, origin by origin in the order of the judge's table. */
export function allMade(judged: Judged): readonly Made[] {
  const all: Made[] = [];
  forEach(judged.origins, ({ made }) => {
    for (let i = 0; i < made.length; i++) all.push(at(made, i));
  });
  return all;
}

function spreading(made: readonly Made[], world: World<GossipTypes>): Readonly<Record<string, number>> {
  const { t2Us } = world.config;
  const arrived = made.filter(({ arrivals }) => arrivals > 0);
  const averageUs = mean(arrived.map(({ delaySumUs, arrivals }) => delaySumUs / arrivals));
  const lastUs = mean(arrived.map(({ lastDelayUs }) => lastDelayUs));
  const numbers: Record<string, number> = {
    residue: residue(made, world),
    t_ave: averageUs,
    t_last: lastUs,
    't_ave in rounds': averageUs / t2Us,
    't_last in rounds': lastUs / t2Us,
  };
  for (const percent of [50, 99, 100]) {
    const times = made.map((one) => reachedAfterUs(one, percent)).filter((us) => us !== undefined);
    numbers[`time to ${percent}%`] = mean(times);
    numbers[`rounds to ${percent}%`] = mean(times) / t2Us;
    numbers[`reached ${percent}%`] = ratio(times.length, made.length);
  }
  return numbers;
}

function residue(made: readonly Made[], world: World<GossipTypes>): number {
  const old = made.filter(({ madeAtUs }) => madeAtUs <= world.nowUs - world.config.spreadBoundUs);
  return mean((old.length > 0 ? old : made).map(({ arrivals, liveThen }) => 1 - ratio(arrivals + 1, liveThen)));
}

function mean(values: readonly number[]): number {
  return ratio(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );
}

/** 0 of nothing. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
