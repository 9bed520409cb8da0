import { z } from 'zod';
import {
  type Address,
  type ConfigureSetup,
  MINUTE,
  SetupError,
  settings,
  type Traits,
  zDuration,
  zPeriod,
  zSize,
} from '../../sim/protocol.ts';
import { readTraits } from '../common/traits.ts';
import type { Shape } from './topology.ts';
import { type SuperpeerTraits, variants } from './variants.ts';

const fileName = z.string().min(1).describe('A resource name.');

export const superpeerSettings = settings({
  superpeers: z.int().min(1).max(10_000).default(4).describe('How many superpeers there are.'),
  balancer: z
    .boolean()
    .default(true)
    .describe(
      'Whether there is a balancer: the one public address, which hands peers to superpeers. Without it each peer has a list.',
    ),
  balance: z
    .enum(['roundRobin', 'leastLoaded'])
    .default('roundRobin')
    .describe('How the balancer chooses: each live superpeer in turn, or the one with the fewest peers.'),
  redundancy: z
    .int()
    .min(1)
    .max(2)
    .default(1)
    .describe(
      '2 makes a virtual superpeer of two partners, which both hold the index; their number must then be even.',
    ),
  catalogue: z
    .union([z.int().min(1).max(1_000_000), z.array(fileName).min(1)])
    .default(100)
    .describe('The resources that there are: their names, or how many (file-1, file-2 and so on).'),
  numFiles: z
    .int()
    .min(0)
    .default(5)
    .describe('Resources that each peer has at its start, drawn from the catalogue without replacement.'),
  files: z
    .record(z.string(), z.array(fileName))
    .default({})
    .describe('Which resources a peer has at its start, by peer name, in place of what would be drawn.'),
  wanted: z
    .array(fileName)
    .default([])
    .describe('Names that clients may look for although nobody has them at the start.'),
  topology: z
    .union([z.enum(['mesh', 'ring', 'line', 'star', 'random']), z.array(z.tuple([z.int().min(1), z.int().min(1)]))])
    .default('mesh')
    .describe('Which superpeers know each other: all (mesh), another shape, or a list of pairs counted from 1.'),
  degree: z.number().min(1).default(4).describe('Mean number of neighbours in a random topology.'),
  ttl: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('How far a search is forwarded: 1 reaches the neighbours, which look only in their own index.'),
  forward: z
    .enum(['sequential', 'parallel'])
    .optional()
    .describe('Whether other superpeers are asked in turn or all at once. Default: as the variant says.'),
  pingEvery: zPeriod.prefault('1s').describe('Period of the pings among superpeers, and of the balancer.'),
  pingTimeout: zPeriod.prefault('1s').describe('How long the answer to a ping, or to a keep-alive, may take (τ).'),
  keepAliveEvery: zPeriod
    .prefault('2s')
    .describe('Period with which a peer asks its superpeer whether it is still there: how peers notice its end.'),
  peerPingEvery: zPeriod.prefault('2s').describe('Period of the pings to peers, where superpeers ping them (T).'),
  strikes: z
    .int()
    .min(1)
    .default(2)
    .describe(
      'Misses in a row after which a peer, or for a peer its superpeer, is taken for dead (k). A refused connection needs no second.',
    ),
  searchTimeout: zPeriod
    .prefault('1s')
    .describe('How long a superpeer waits for another one that looks in its own index.'),
  searchDeadline: zPeriod
    .prefault('2s')
    .describe('When a search is answered at the latest, where there is a deadline.'),
  requestTimeout: zPeriod.prefault('1s').describe('How long other requests may take.'),
  retryEvery: zPeriod
    .prefault('500ms')
    .describe('Pause of a peer that found no superpeer before it looks for one again.'),
  transferTime: zDuration
    .prefault('200ms')
    .describe('How long a peer takes to send a file. Set it to 0 where links have a bandwidth.'),
  transferTimeout: zPeriod.prefault('10s').describe('How long a download or a transfer to a peer may take.'),
  fileSize: zSize.prefault('1MB').describe('Size of each file, which counts where links have a bandwidth.'),
});

export type SuperpeerSettings = z.output<typeof superpeerSettings>;

const DEFAULT_PEERS = 24;

/** What every machine of a run knows. Superpeers have the first addresses, then comes the balancer, then the peers. */
export interface SuperpeerConfig {
  readonly traits: SuperpeerTraits;
  readonly superpeers: number;
  /** Its address, or null if there is none. */
  readonly balancer: Address | null;
  readonly leastLoaded: boolean;
  /** Partners in a group; group g has the superpeers g·r … g·r + r − 1. */
  readonly redundancy: number;
  readonly peers: number;
  /** Every name that clients look for. */
  readonly catalogue: readonly string[];
  /** The part of it that peers draw theirs from. */
  readonly drawable: readonly string[];
  readonly numFiles: number;
  /** By peer name. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  readonly shape: Shape | readonly (readonly [number, number])[];
  readonly degree: number;
  readonly ttl: number;
  readonly parallel: boolean;
  readonly pingEveryUs: number;
  readonly pingTimeoutUs: number;
  readonly keepAliveEveryUs: number;
  readonly peerPingEveryUs: number;
  readonly strikes: number;
  readonly searchTimeoutUs: number;
  readonly searchDeadlineUs: number;
  readonly requestTimeoutUs: number;
  readonly retryEveryUs: number;
  readonly transferTimeUs: number;
  readonly transferTimeoutUs: number;
  readonly fileBytes: number;
}

/** @throws SetupError for settings that make no sense together. */
export function configure(said: SuperpeerSettings, traits: Traits, setup: ConfigureSetup): SuperpeerConfig {
  const chosen = readTraits(variants.described.traits, traits);
  const drawn =
    typeof said.catalogue === 'number'
      ? Array.from({ length: said.catalogue }, (_, i) => `file-${i + 1}`)
      : [...new Set(said.catalogue)];
  const catalogue = [...new Set([...drawn, ...Object.values(said.files).flat(), ...said.wanted])];
  check(said, drawn.length);
  return {
    traits: chosen,
    superpeers: said.superpeers,
    balancer: said.balancer ? said.superpeers : null,
    leastLoaded: said.balance === 'leastLoaded',
    redundancy: said.redundancy,
    peers: setup.nodes ?? DEFAULT_PEERS,
    catalogue,
    drawable: drawn,
    numFiles: said.numFiles,
    files: said.files,
    shape: Array.isArray(said.topology) ? said.topology.map(([a, b]) => [a - 1, b - 1] as const) : said.topology,
    degree: said.degree,
    ttl: said.ttl,
    parallel: said.forward === undefined ? chosen.asksAtOnce : said.forward === 'parallel',
    pingEveryUs: said.pingEvery,
    pingTimeoutUs: said.pingTimeout,
    keepAliveEveryUs: said.keepAliveEvery,
    peerPingEveryUs: said.peerPingEvery,
    strikes: said.strikes,
    searchTimeoutUs: said.searchTimeout,
    searchDeadlineUs: said.searchDeadline,
    requestTimeoutUs: said.requestTimeout,
    retryEveryUs: said.retryEvery,
    transferTimeUs: said.transferTime,
    transferTimeoutUs: said.transferTimeout,
    fileBytes: said.fileSize,
  };
}

function check(said: SuperpeerSettings, drawn: number): void {
  if (said.superpeers % said.redundancy !== 0) {
    throw new SetupError(`${said.superpeers} superpeers make no groups of ${said.redundancy}`);
  }
  if (said.numFiles > drawn)
    throw new SetupError(`numFiles (${said.numFiles}) is more than the catalogue has (${drawn})`);
  if (said.pingTimeout >= said.peerPingEvery || said.pingTimeout >= said.keepAliveEvery) {
    throw new SetupError(
      'pingTimeout must be less than peerPingEvery and keepAliveEvery: each is decided before the next is sent',
    );
  }
  if (!Array.isArray(said.topology)) return;
  const strange = said.topology.find(([a, b]) => a > said.superpeers || b > said.superpeers || a === b);
  if (strange !== undefined)
    throw new SetupError(`topology: there is no link between superpeers ${strange[0]} and ${strange[1]}`);
}

/** The group that a superpeer belongs to. */
export function groupOf(config: SuperpeerConfig, superpeer: Address): number {
  return Math.floor(superpeer / config.redundancy);
}

/** The superpeers of a group: one, or two partners. */
export function membersOf(config: SuperpeerConfig, group: number): readonly Address[] {
  return Array.from({ length: config.redundancy }, (_, i) => group * config.redundancy + i);
}

export function groupCount(config: SuperpeerConfig): number {
  return config.superpeers / config.redundancy;
}

/** No search takes longer than this, however its time-outs add up. */
const LONGEST_US = 10 * MINUTE;

/**
 * How long a superpeer waits for another one that may forward the search `ttl` − 1 times: τ to look in its own index, and
 * what it may itself wait for those that it asks, in turn or all at once.
 */
export function lookupTimeoutUs(config: SuperpeerConfig, ttl: number): number {
  let timeoutUs = config.searchTimeoutUs;
  for (let hop = 1; hop < ttl; hop++)
    timeoutUs = Math.min(LONGEST_US, config.searchTimeoutUs + fan(config) * timeoutUs);
  return config.traits.keepsDeadline ? Math.min(timeoutUs, deadlineUs(config, ttl)) : timeoutUs;
}

/** A search that may still be forwarded `ttl` times is answered after this part of the deadline, before those who wait for it give up. */
export function deadlineUs(config: SuperpeerConfig, ttl: number): number {
  return Math.max(1, Math.floor((config.searchDeadlineUs * ttl) / config.ttl));
}

/** How long a peer waits for the answer to its search. */
export function searchAnswerTimeoutUs(config: SuperpeerConfig): number {
  const searchUs = config.traits.keepsDeadline
    ? config.searchDeadlineUs
    : Math.min(LONGEST_US, fan(config) * lookupTimeoutUs(config, config.ttl));
  return searchUs + config.requestTimeoutUs;
}

/** How many answers may be waited for one after the other: of all others if they are asked in turn, else of two partners. */
function fan(config: SuperpeerConfig): number {
  return config.parallel ? config.redundancy : Math.max(1, config.superpeers - 1);
}

/**
 * How long a superpeer that was last heard of may still have the peer registered: k pings in a row must be missed, the
 * first sent within a period, the last decided after its time-out; a request's time is added for what was still on its
 * way, and for clocks that run unevenly.
 */
export function strikeOutUs(config: SuperpeerConfig): number {
  return config.strikes * config.peerPingEveryUs + config.pingTimeoutUs + config.requestTimeoutUs;
}

/**
 * No later than this after its superpeer's crash a peer that lives and can reach another superpeer is registered again:
 * it notices after k keep-alives, waits its old registration out, and finds a live superpeer once the balancer has noticed
 * too (or by going through the list). If others died with it, it may ask each of them first: one that does not answer may have
 * registered it for all that it knows, so that is waited out as well.
 */
export function rehomingBoundUs(config: SuperpeerConfig): number {
  const noticedUs = config.strikes * config.keepAliveEveryUs + config.requestTimeoutUs;
  const waitedUs = config.traits.waitsOutRegistration ? strikeOutUs(config) : 0;
  const deadAtMost = Math.max(1, groupCount(config) - 1);
  const balancerNoticedUs = config.pingEveryUs + config.pingTimeoutUs;
  const triesUs = (groupCount(config) + 2) * (config.requestTimeoutUs + config.retryEveryUs);
  return noticedUs + deadAtMost * waitedUs + balancerNoticedUs + triesUs;
}
