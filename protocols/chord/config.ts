/** What a scenario's `config:` may say of Chord, and the configuration that the machine sees. */
import { z } from 'zod';
import {
  type ConfigureSetup,
  type Distribution,
  SECOND,
  SetupError,
  settings,
  type Traits,
  zBandwidth,
  zDistribution,
  zDuration,
  zPeriod,
  zSize,
} from '../../sim/protocol.ts';
import { MAX_ID_BITS, MIN_ID_BITS, ringSize } from './identifiers.ts';
import { type ChordTraits, chordTraits } from './variants.ts';

/** A period: `5s`, or a distribution from which each wait is drawn, or `off`. */
const zRound = z.union([z.literal('off'), zDistribution], {
  error: 'expected a duration, a distribution such as { uniform: [15s, 45s] }, or off',
});

const shape = {
  idBits: z
    .int()
    .min(MIN_ID_BITS)
    .max(MAX_ID_BITS)
    .default(24)
    .describe(
      'Bits of an identifier (m): the top bits of a SHA-1. Small rings are for looking at, large ones for scale.',
    ),
  successors: z.int().min(1).max(128).default(8).describe('Length of the successor list (r).'),
  replicas: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe(
      'On how many peers each key is kept: successor(key) and those that follow it; 1 is no replication. Default: 3, or as many as the successor list allows.',
    ),
  stabilize: zRound.prefault('5s').describe('Period of the stabilization routine.'),
  fixFingers: zRound.prefault('5s').describe('Period of fix_fingers, which refreshes one finger each time.'),
  checkPredecessor: zRound
    .prefault('5s')
    .describe('Period of check_predecessor; the correct variant has rectify instead.'),
  ping: zRound.prefault('5s').describe('Period of the ping to the successor, in the described variant.'),
  repair: zRound
    .prefault('30s')
    .describe('Period in which a peer makes sure that the replicas of its keys are where they should be.'),
  maintenance: z
    .union([z.enum(['on', 'off']), settings({ until: zDuration.describe('Maintenance stops at this time.') })], {
      error: 'expected on, off, or { until: 4m }',
    })
    .default('on')
    .describe('Whether the periodic routines run; off leaves every step to the script.'),
  refresh: z
    .enum(['one', 'list'])
    .default('list')
    .describe(
      "What a round refreshes beside the successor: one other entry of list and fingers in turn (the paper's experiments, with fixFingers off), or the whole list.",
    ),
  tellOldPredecessor: z
    .boolean()
    .default(false)
    .describe('Whether a peer whose predecessor changes tells the old one about the new one (ToN, section V-A).'),
  copyFingers: z
    .boolean()
    .default(true)
    .describe(
      'Whether a newcomer asks its successor for its fingers, as hints for its own (SIGCOMM 2001, section 4.4); otherwise it has none until it has looked them up one by one.',
    ),
  rpcTimeout: zPeriod.prefault('500ms').describe('No answer within this time, and a peer is taken for dead.'),
  joinRetry: zPeriod.prefault('2s').describe('Pause before a join that came to nothing is tried again.'),
  routing: z
    .enum(['iterative', 'recursive'])
    .default('iterative')
    .describe('Whether the initiator asks hop after hop itself, or each hop forwards the lookup.'),
  answerFrom: z
    .enum(['predecessor', 'successor'])
    .default('predecessor')
    .describe("Who answers the initiator of a recursive lookup: the key's predecessor, or the successor itself."),
  resolve: z
    .enum(['predecessor', 'list'])
    .default('predecessor')
    .describe(
      "Whether a lookup must reach the key's predecessor, or any peer whose successor list spans the key may answer.",
    ),
  verify: z
    .boolean()
    .default(false)
    .describe('Whether the initiator makes sure that the answer is alive, and asks for the next one if not.'),
  deadEntries: z
    .enum(['drop', 'keep'])
    .default('drop')
    .describe(
      'What an iterative lookup does with a peer that did not answer: drop it from the own tables, or tell the one that named it; or keep all tables.',
    ),
  lookupTimeout: zPeriod.prefault('3s').describe('How long the initiator of a recursive lookup waits for the answer.'),
  lookupRetries: z
    .int()
    .min(0)
    .default(2)
    .describe('How often a recursive lookup is tried again, each time by another first hop.'),
  paths: z.boolean().default(true).describe("Whether outcomes keep the lookup's path; off saves memory in large runs."),
  bandwidth: zBandwidth.optional().describe('Rate at which files travel between peers; without it they take no time.'),
  transferTimeout: zPeriod.prefault('30s').describe('How long a peer waits for a file to arrive or to be stored.'),
  start: z
    .enum(['ideal', 'staggered'])
    .default('ideal')
    .describe('All are members of an ideal ring at time 0, or they join one by one.'),
  joinEvery: zDuration.prefault('5s').describe('Time between two joins of a staggered start.'),
  ids: z
    .array(z.int().min(0))
    .min(1)
    .optional()
    .describe('Explicit identifiers; the processes are then named by them, and `nodes` can be left out.'),
  virtualNodes: z.int().min(1).max(64).default(1).describe('Places on the ring of each host (load balance).'),
  files: settings({
    perPeer: z
      .int()
      .min(0)
      .default(0)
      .describe('Files in each peer’s own directory, shared as soon as it is a member.'),
    size: zSize.prefault('1MB').describe('Size of each.'),
  })
    .prefault({})
    .describe('The directory that a peer shares from the start.'),
};

export const chordSettings = settings(shape);
export type ChordSettings = z.output<typeof chordSettings>;

/** What a machine sees. Durations are in microseconds; a period that is off is null. */
export interface ChordConfig {
  readonly idBits: number;
  /** 2^idBits. */
  readonly ringSize: number;
  /** r. 1 in variants without a list. */
  readonly successors: number;
  readonly replicas: number;
  readonly stabilize: Distribution | null;
  readonly fixFingers: Distribution | null;
  readonly checkPredecessor: Distribution | null;
  readonly ping: Distribution | null;
  readonly repair: Distribution | null;
  /** Local time at which periodic routines stop; 0 if they never run. */
  readonly maintenanceUntilUs: number;
  readonly refreshesWholeList: boolean;
  readonly tellsOldPredecessor: boolean;
  readonly copiesFingers: boolean;
  readonly rpcTimeoutUs: number;
  readonly joinRetryUs: number;
  readonly recursive: boolean;
  readonly answersFromSuccessor: boolean;
  readonly resolvesInList: boolean;
  readonly verifies: boolean;
  readonly dropsDeadEntries: boolean;
  readonly lookupTimeoutUs: number;
  readonly lookupRetries: number;
  readonly keepsPaths: boolean;
  /** Bits a second, or null for no limit. */
  readonly bandwidth: number | null;
  readonly transferTimeoutUs: number;
  readonly start: 'ideal' | 'staggered';
  readonly joinEveryUs: number;
  readonly ids: readonly number[] | null;
  readonly virtualNodes: number;
  readonly filesPerPeer: number;
  readonly fileBytes: number;
  readonly traits: ChordTraits;
}

/** Joins settings and traits. @throws SetupError for combinations that make no sense. */
export function configureChord(given: ChordSettings, traits: Traits, setup: ConfigureSetup): ChordConfig {
  const named = chordTraits(traits);
  const size = ringSize(given.idBits);
  checkIds(given.ids ?? null, size, setup.nodes);
  const listed = named.keepsSuccessorList ? given.successors : 1;
  const replicas = named.replicates ? (given.replicas ?? Math.min(3, listed + 1)) : 1;
  if (replicas > listed + 1) {
    throw new SetupError(`replicas: ${replicas} needs successors: ${replicas - 1} or more, found ${listed}`);
  }
  return {
    idBits: given.idBits,
    ringSize: size,
    successors: listed,
    replicas,
    stabilize: named.stabilizes ? round(given.stabilize) : null,
    fixFingers: named.stabilizes ? round(given.fixFingers) : null,
    checkPredecessor: named.stabilizes && !named.rectifies ? round(given.checkPredecessor) : null,
    ping: named.pingsSuccessor ? round(given.ping) : null,
    repair: named.replicates ? round(given.repair) : null,
    maintenanceUntilUs: maintenanceEnd(given.maintenance),
    refreshesWholeList: given.refresh === 'list',
    tellsOldPredecessor: given.tellOldPredecessor,
    copiesFingers: given.copyFingers,
    rpcTimeoutUs: given.rpcTimeout,
    joinRetryUs: given.joinRetry,
    recursive: given.routing === 'recursive',
    answersFromSuccessor: given.answerFrom === 'successor',
    resolvesInList: given.resolve === 'list',
    verifies: given.verify,
    dropsDeadEntries: given.deadEntries === 'drop',
    lookupTimeoutUs: given.lookupTimeout,
    lookupRetries: given.lookupRetries,
    keepsPaths: given.paths,
    bandwidth: given.bandwidth ?? null,
    transferTimeoutUs: given.transferTimeout,
    start: given.start,
    joinEveryUs: given.joinEvery,
    ids: given.ids ?? null,
    virtualNodes: given.virtualNodes,
    filesPerPeer: given.files.perPeer,
    fileBytes: given.files.size,
    traits: named,
  };
}

function round(period: 'off' | Distribution): Distribution | null {
  return period === 'off' ? null : period;
}

function maintenanceEnd(maintenance: ChordSettings['maintenance']): number {
  if (maintenance === 'on') return Number.MAX_SAFE_INTEGER;
  return maintenance === 'off' ? 0 : maintenance.until;
}

function checkIds(ids: readonly number[] | null, size: number, nodes: number | null): void {
  if (ids === null) return;
  const sorted = [...ids].sort((a, b) => a - b);
  for (let i = 0; i < sorted.length; i++) {
    if (sorted[i] >= size) throw new SetupError(`ids: ${sorted[i]} does not fit, idBits allows 0 to ${size - 1}`);
    if (i > 0 && sorted[i] === sorted[i - 1]) throw new SetupError(`ids: ${sorted[i]} is there twice`);
  }
  if (nodes !== null && nodes !== ids.length) {
    throw new SetupError(`nodes: ${nodes}, but ids names ${ids.length}; leave nodes out`);
  }
}

/** How long so many bytes take between two peers, in microseconds. */
export function transferUs(bytes: number, bandwidth: number | null): number {
  return bandwidth === null ? 0 : Math.ceil((bytes * 8 * SECOND) / bandwidth);
}
