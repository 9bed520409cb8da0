import { z } from 'zod';
import { type Address, type ConfigureSetup, SetupError, settings, type Traits, zPeriod } from '../../sim/protocol.ts';
import { readTraits } from '../common/traits.ts';
import { directoryOf, layOut, type Placement } from './placement.ts';
import { contentNamed, FILE_NAME, type File, type Resource, resourceOf } from './resources.ts';
import { type SupernodeTraits, variants } from './variants.ts';

const fileName = z.string().regex(FILE_NAME).describe('A file name: letters, digits and ._- only.');

const file = z
  .union([
    fileName,
    settings({
      name: fileName,
      content: z.string().describe('What is in it; the resource id is the SHA-256 of this.'),
    }),
  ])
  .transform((said): File => (typeof said === 'string' ? { name: said, content: contentNamed(said) } : said));

export const supernodeSettings = settings({
  topology: z
    .enum(['demonstration', 'generated'])
    .optional()
    .describe(
      "demonstration: the original's three hosts (host-1 with two supernodes, host-2 with node 1, host-3 with nodes 2 and 3); " +
        'generated: as many as are asked for. Default: generated if the scenario says how many nodes, else the demonstration.',
    ),
  supernodes: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Generated topology: how many supernodes. Default: one for every 25 nodes, at least two.'),
  supernodesPerHost: z.int().min(1).default(1).describe('Generated topology: supernodes that share a host.'),
  nodesPerHost: z.int().min(1).default(1).describe('Generated topology: nodes that share a host.'),
  catalogue: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .describe('Generated topology: how many different files there are, file-1.txt and so on.'),
  filesPerNode: z
    .int()
    .min(0)
    .default(5)
    .describe(
      'Generated topology: files that each node has at its start, drawn from the catalogue without replacement.',
    ),
  files: z
    .record(z.string(), z.array(file))
    .optional()
    .describe('Which files a node has at its start, by node name, in place of what it would have.'),
  wanted: z.array(fileName).default([]).describe('Names of files that clients may look for although nobody has them.'),
  healthEvery: zPeriod
    .prefault('5s')
    .describe('Period of the liveness job (T): a health check to every registered node.'),
  healthTimeout: zPeriod.prefault('1s').describe('How long a supernode waits for the answer to a health check (τ).'),
  strikes: z.int().min(1).default(2).describe('Checks missed in a row after which a node is taken for dead (k).'),
  missCounted: z
    .enum(['onFailure', 'atNextEvaluation'])
    .default('onFailure')
    .describe(
      'When a missed check counts: when it fails (τ after it was sent, or at once if the host refuses it), or at the next evaluation.',
    ),
  searchTimeout: zPeriod.prefault('1s').describe('How long a supernode waits for answers of the multicast group.'),
  retries: z
    .int()
    .min(0)
    .default(2)
    .describe('How often a query is sent again that nobody answered (where queries are retried).'),
  requestTimeout: zPeriod.prefault('2s').describe('How long a node waits for answers that need no search.'),
  forgottenAfter: zPeriod
    .prefault('15s')
    .describe('A node that was not checked for so long takes itself for forgotten (where nodes register again).'),
  retryEvery: zPeriod
    .prefault('5s')
    .describe('Pause before a node tries to register again when no supernode took it (where it tries again at all).'),
  locationTries: z
    .int()
    .min(1)
    .default(5)
    .describe('How many locations a node tries at most for one resource (where locations are tried).'),
});

export type SupernodeSettings = z.output<typeof supernodeSettings>;

/** What every machine of a run knows. */
export interface SupernodeConfig {
  readonly traits: SupernodeTraits;
  /** Where the supernodes run, by address, from 0. */
  readonly supernodes: readonly Placement[];
  /** Where the nodes of the start run; their addresses follow those of the supernodes. */
  readonly nodes: readonly Placement[];
  /** `host:port` → address, for all of the start: the part of the name service that no rule gives. */
  readonly directory: Readonly<Record<string, Address>>;
  /** Every resource that clients may look for or add. */
  readonly catalogue: readonly Resource[];
  /** By node name: the files that the scenario gives it. */
  readonly files: Readonly<Record<string, readonly File[]>>;
  readonly filesPerNode: number;
  readonly healthEveryUs: number;
  readonly healthTimeoutUs: number;
  readonly strikes: number;
  readonly missCountedAtNextEvaluation: boolean;
  readonly searchTimeoutUs: number;
  /** How often a query is sent in all: 1 where queries are not retried. */
  readonly queryTries: number;
  readonly requestTimeoutUs: number;
  readonly forgottenAfterUs: number;
  readonly retryEveryUs: number;
  readonly locationTries: number;
}

const NODES_PER_SUPERNODE = 25;

/** The files of the original's demonstration: node 2 lacks what node 3 has, and `song.mp3` is at two nodes. */
const DEMONSTRATION_FILES: Readonly<Record<string, readonly string[]>> = {
  'node-1': ['report.pdf', 'song.mp3'],
  'node-2': ['notes.txt', 'slides.pdf'],
  'node-3': ['film.avi', 'song.mp3'],
};
const DEMONSTRATION_WANTED = ['missing.txt'];

/** @throws SetupError for settings that make no sense together. */
export function configure(said: SupernodeSettings, traits: Traits, setup: ConfigureSetup): SupernodeConfig {
  const chosen = readTraits(variants.described.traits, traits);
  check(said);
  const topology = said.topology ?? (setup.nodes === null ? 'demonstration' : 'generated');
  const { supernodes, nodes } = layOut(
    topology === 'demonstration' ? demonstration(said, setup.nodes) : generated(said, setup.nodes),
  );
  const files = said.files ?? (topology === 'demonstration' ? demonstrationFiles() : {});
  const strangers = Object.keys(files).filter((name) => !nodes.some((node) => node.name === name));
  if (strangers.length > 0) throw new SetupError(`files: there is no node "${strangers[0]}" at the start`);
  return {
    traits: chosen,
    supernodes,
    nodes,
    directory: directoryOf(supernodes, nodes),
    catalogue: catalogueOf(said, topology, files),
    files,
    filesPerNode: topology === 'demonstration' ? 0 : said.filesPerNode,
    healthEveryUs: said.healthEvery,
    healthTimeoutUs: said.healthTimeout,
    strikes: said.strikes,
    missCountedAtNextEvaluation: said.missCounted === 'atNextEvaluation',
    searchTimeoutUs: said.searchTimeout,
    queryTries: chosen.retriesQueries ? said.retries + 1 : 1,
    requestTimeoutUs: said.requestTimeout,
    forgottenAfterUs: said.forgottenAfter,
    retryEveryUs: said.retryEvery,
    locationTries: said.locationTries,
  };
}

function check(said: SupernodeSettings): void {
  if (said.healthTimeout >= said.healthEvery) {
    throw new SetupError(
      'healthTimeout must be less than healthEvery: a check must be decided before the next is sent',
    );
  }
  if (said.filesPerNode > said.catalogue) {
    throw new SetupError(
      `filesPerNode (${said.filesPerNode}) is more than there are in the catalogue (${said.catalogue})`,
    );
  }
  if (said.forgottenAfter <= said.healthEvery) {
    throw new SetupError(
      'forgottenAfter must be more than healthEvery, else a node takes itself for forgotten all the time',
    );
  }
}

function demonstration(said: SupernodeSettings, nodes: number | null) {
  if (nodes !== null && nodes !== 3) throw new SetupError(`the demonstration has 3 nodes, not ${nodes}`);
  if (said.supernodes !== undefined && said.supernodes !== 2) {
    throw new SetupError(`the demonstration has 2 supernodes, not ${said.supernodes}`);
  }
  return {
    supernodeHosts: ['host-1', 'host-1'],
    nodeHosts: ['host-2', 'host-3', 'host-3'],
    // Nodes 2 and 3 have different supernodes, so that what one looks for at the other goes through the group.
    homes: [0, 0, 1],
  };
}

function generated(said: SupernodeSettings, nodes: number | null) {
  if (nodes === null) throw new SetupError('a generated topology needs the number of nodes (nodes: 200)');
  const supernodes = said.supernodes ?? Math.max(2, Math.ceil(nodes / NODES_PER_SUPERNODE));
  const supernodeHosts = Array.from(
    { length: supernodes },
    (_, i) => `host-${1 + Math.floor(i / said.supernodesPerHost)}`,
  );
  const first = 1 + Math.ceil(supernodes / said.supernodesPerHost);
  const nodeHosts = Array.from({ length: nodes }, (_, i) => `host-${first + Math.floor(i / said.nodesPerHost)}`);
  return { supernodeHosts, nodeHosts, homes: nodeHosts.map((_, i) => i % supernodes) };
}

function demonstrationFiles(): Record<string, readonly File[]> {
  return Object.fromEntries(Object.entries(DEMONSTRATION_FILES).map(([node, names]) => [node, names.map(fileNamed)]));
}

function fileNamed(name: string): File {
  return { name, content: contentNamed(name) };
}

/** Everything that the scenario names, each content once, in the order in which it is named. */
function catalogueOf(
  said: SupernodeSettings,
  topology: 'demonstration' | 'generated',
  files: Readonly<Record<string, readonly File[]>>,
): readonly Resource[] {
  const drawn =
    topology === 'generated' ? Array.from({ length: said.catalogue }, (_, i) => fileNamed(`file-${i + 1}.txt`)) : [];
  const wanted = topology === 'demonstration' && said.files === undefined ? DEMONSTRATION_WANTED : [];
  const all = [...drawn, ...Object.values(files).flat(), ...[...wanted, ...said.wanted].map(fileNamed)];
  const byContent = new Map(all.toReversed().map((one) => [one.content, one]));
  return all.filter((one) => byContent.get(one.content) === one).map(resourceOf);
}

/** How many supernodes can answer a query. */
export function othersInGroup(config: SupernodeConfig): number {
  return config.supernodes.length - 1;
}

/**
 * How long a node waits for its supernode's answer to a search: all the supernode's queries, and a request's time beside.
 */
export function searchAnswerTimeoutUs(config: SupernodeConfig): number {
  return config.queryTries * config.searchTimeoutUs + config.requestTimeoutUs;
}

/**
 * No later than this after its crash a node is removed (the time of an answer that is on its way when it crashes not
 * counted): with T the period, k the strikes and τ the time-out, the first check that it misses is sent within T, the
 * last one (k − 1)·T later, and that is decided τ later; or T later where misses count at the next evaluation.
 */
export function detectionBoundUs(config: SupernodeConfig): number {
  const decidedUs = config.missCountedAtNextEvaluation ? config.healthEveryUs : config.healthTimeoutUs;
  return config.strikes * config.healthEveryUs + decidedUs;
}
