import { z } from 'zod';
import {
  type ConfigureSetup,
  SetupError,
  settings,
  type Traits,
  zDuration,
  zPeriod,
  zProbability,
} from '../../sim/protocol.ts';
import { spreadByCyclesUs, spreadByForwardingUs } from './bounds.ts';
import { type GossipTraits, traitsFrom } from './variants.ts';

/** How many peers a scenario without `nodes:` has. */
export const DEFAULT_NODES = 16;

const zPeriodOrNever = z
  .union([z.literal('never'), zPeriod], { error: 'expected a duration of more than 0, such as 5m, or never' })
  .transform((value) => (value === 'never' ? null : value));

const rumorSettings = settings({
  direction: z
    .enum(['push', 'pull', 'push-pull'])
    .default('push')
    .describe('Who sends the rumor in a contact: the one who calls, the one who is called, or both.'),
  response: z
    .enum(['feedback', 'blind'])
    .default('feedback')
    .describe('Whether interest is lost over contacts that needed no telling (feedback), or cycle by cycle (blind).'),
  stop: z
    .enum(['counter', 'coin'])
    .default('counter')
    .describe('Interest is lost after k such occasions in a row (counter), or with probability 1/k at each (coin).'),
  k: z.int().min(1).default(1).describe('The k of counter and coin.'),
});

/** What a scenario's `config:` may say. */
export const gossipSettings = settings({
  t1: zPeriod.prefault('30s').describe('Activity 1: how often a peer looks at its folder and makes its next version.'),
  t2: zPeriod
    .prefault('2s')
    .describe(
      "Activity 2: how often a peer sends its own metadata. With another strategy: the length of a peer's cycle.",
    ),
  t3: zPeriod.prefault('2s').describe("Activity 3: how often a peer forwards another peer's metadata."),
  t4: zPeriod.prefault('10s').describe('Activity 4: how often a peer deletes what has expired.'),
  expiry: zPeriodOrNever
    .prefault('5m')
    .describe('Metadata not refreshed for so long is deleted; never switches activity 4 off.'),
  phase: z
    .enum(['random', 'together'])
    .default('random')
    .describe('Activities begin at a random point of their period, or all together (the first look at once).'),
  strategy: z
    .enum(['described', 'push', 'pull', 'push-pull', 'rumor'])
    .default('described')
    .describe(
      'How metadata spreads: activities 2 and 3 as described; anti-entropy with digests by push, pull or push-pull; or rumor mongering.',
    ),
  rumor: rumorSettings.prefault({}).describe('The kind of rumor mongering; only with strategy rumor.'),
  fanout: z.int().min(1).default(1).describe('How many peers are addressed each time.'),
  listed: z
    .int()
    .min(2)
    .optional()
    .describe('How many peers the configuration file lists; those beyond `nodes` may join later. Default: `nodes`.'),
  publishers: z
    .union([z.literal('all'), z.int().min(1)])
    .default('all')
    .describe('How many peers, from the first, have a folder to look at; the others only listen and pass on.'),
  files: z.int().min(0).default(3).describe('Files in each folder at the start.'),
  catalogue: z.int().min(1).default(50).describe('How many file names there are: file-0, file-1, …'),
  certificateFor: zPeriod.prefault('5m').describe('How long a death certificate is kept (trait deathCertificates).'),
  maxAge: zPeriod.prefault('2m').describe('Metadata older than this is not answered from (trait answersBoundAge).'),
  suspicion: zPeriodOrNever
    .prefault('2m')
    .describe('Failure detector: a peer without a new version for so long is suspected; never switches it off.'),
  allowedLoss: zProbability
    .prefault(0)
    .refine((loss) => loss < 1, { error: 'expected a loss below 1' })
    .describe('Loss of datagrams that the bound of the property "convergence" allows for.'),
  slack: zDuration
    .prefault('5s')
    .describe('What properties that bound an age allow for delays on the way, which ages do not count.'),
});

export type GossipSettings = z.output<typeof gossipSettings>;

export type Strategy = GossipSettings['strategy'];
export type RumorConfig = GossipSettings['rumor'];

/** The configuration that machines see: the same for all peers, as their configuration file says. */
export interface GossipConfig {
  /** Peers that the configuration file lists, at addresses 0 … peers − 1; at least 2. */
  readonly peers: number;
  /** Those that run at time 0, from address 0; at most `peers`. */
  readonly started: number;
  /** Peers at addresses below this look at a folder. */
  readonly publishers: number;
  readonly filesAtStart: number;
  readonly catalogue: number;

  readonly t1Us: number;
  readonly t2Us: number;
  readonly t3Us: number;
  readonly t4Us: number;
  /** Null: nothing ever expires. */
  readonly expiryUs: number | null;
  readonly randomPhase: boolean;

  readonly strategy: Strategy;
  readonly rumor: RumorConfig;
  readonly fanout: number;

  readonly certificateForUs: number;
  readonly maxAgeUs: number;
  /** Null: no failure detector. */
  readonly suspicionUs: number | null;

  /**
   * A version that was made so long ago is known to all who are connected; see `bounds.ts`. The properties rely on it,
   * no machine does.
   */
  readonly spreadBoundUs: number;
  readonly slackUs: number;
  readonly traits: GossipTraits;
}

/** @throws SetupError for numbers of peers that make no sense. */
export function configure(chosen: GossipSettings, traits: Traits, setup: ConfigureSetup): GossipConfig {
  const started = setup.nodes ?? Math.min(DEFAULT_NODES, chosen.listed ?? DEFAULT_NODES);
  const peers = chosen.listed ?? started;
  if (started < 1 || peers < 2) throw new SetupError('gossip needs at least 2 peers in the configuration file');
  if (started > peers) throw new SetupError(`nodes: ${started} is more than listed: ${peers}`);
  if (chosen.files > chosen.catalogue) {
    throw new SetupError(`files: ${chosen.files} is more than catalogue: ${chosen.catalogue}`);
  }
  return {
    peers,
    started,
    publishers: chosen.publishers === 'all' ? peers : Math.min(chosen.publishers, peers),
    filesAtStart: chosen.files,
    catalogue: chosen.catalogue,
    t1Us: chosen.t1,
    t2Us: chosen.t2,
    t3Us: chosen.t3,
    t4Us: chosen.t4,
    expiryUs: chosen.expiry,
    randomPhase: chosen.phase === 'random',
    strategy: chosen.strategy,
    rumor: chosen.rumor,
    fanout: chosen.fanout,
    certificateForUs: chosen.certificateFor,
    maxAgeUs: chosen.maxAge,
    suspicionUs: chosen.suspicion,
    spreadBoundUs: spreadBoundUs(chosen, peers),
    slackUs: chosen.slack,
    traits: traitsFrom(traits),
  };
}

/** Datagrams that must arrive for an exchange to succeed. */
const DATAGRAMS = { push: 3, pull: 2, 'push-pull': 3, rumor: 1 } as const;

function spreadBoundUs(chosen: GossipSettings, peers: number): number {
  const setting = { peers, t2Us: chosen.t2, t3Us: chosen.t3, fanout: chosen.fanout, loss: chosen.allowedLoss };
  const spreadUs =
    chosen.strategy === 'described'
      ? spreadByForwardingUs(setting)
      : spreadByCyclesUs(setting, DATAGRAMS[chosen.strategy]);
  return spreadUs + chosen.slack;
}
