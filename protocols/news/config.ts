import { z } from 'zod';
import { type ConfigureSetup, formatDuration, SetupError, settings, type Traits, zPeriod } from '../../sim/protocol.ts';
import { type NewsTraits, VARIANTS } from './variants.ts';

/** What a scenario's `config:` may say. */
export const SETTINGS = settings({
  users: z
    .int()
    .min(1)
    .optional()
    .describe('Users that are known at the start, each with a client; default: the scenario’s `nodes`, or 20.'),
  administrators: z.int().min(0).default(1).describe('How many of them are administrators: the first ones.'),
  areas: z.int().min(0).default(4).describe('Areas that exist at the start.'),
  subscriptions: z.int().min(0).default(2).describe('Areas that each user is subscribed to at the start.'),
  agents: z.int().min(1).default(1).describe('Agents.'),
  commissions: z.int().min(1).default(2).describe('Services of nodes (commission1, commission2, …).'),
  replicas: z.int().min(1).default(3).describe('Replicas behind the address of each commission.'),
  standby: z
    .boolean()
    .default(false)
    .describe('Whether a second database stands by (it needs the trait promotesStandby).'),
  autoLogin: z.boolean().default(true).describe('Whether clients log in, or register, by themselves when they start.'),

  healthEvery: zPeriod.prefault('5s').describe('Period of an agent’s health checks.'),
  healthTimeout: zPeriod.prefault('1s').describe('How long an agent waits for the answer to a health check.'),
  enrolEvery: zPeriod
    .prefault('2s')
    .describe(
      'How often a replica tells its commission’s address that it is there, and an address that no agent knows looks for one.',
    ),

  clientTimeout: zPeriod.prefault('3s').describe('How long a client waits for an agent or a node.'),
  gatewayTimeout: zPeriod.prefault('2s').describe('How long a commission’s address waits for a replica.'),
  databaseTimeout: zPeriod.prefault('1s').describe('How long a node or an agent waits for the database.'),
  retryAfter: zPeriod.prefault('500ms').describe('Pause of a client before it tries again.'),
  giveUpAfter: zPeriod.prefault('15s').describe('How long after its beginning an operation is still tried again.'),

  workTime: zPeriod.prefault('2ms').describe('Time that a node works on one request; it works on one at a time.'),
  transactionTime: zPeriod
    .prefault('1ms')
    .describe('Time that the database takes for one transaction, its log written.'),
  queueLimit: z
    .int()
    .min(1)
    .default(1000)
    .describe('Requests that may wait at a node or at the database; more are turned away.'),
  readLimit: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'News delivered by one reading at most: of all news the newest, of the unread ones the oldest; null for no limit.',
    ),
  compactAfter: z
    .int()
    .min(1)
    .default(64)
    .describe(
      'The write-ahead log is cut to this many entries, the earlier ones becoming a snapshot, when it has twice as many.',
    ),

  shipEvery: zPeriod.prefault('200ms').describe('With a standby: the primary is heard by it at least so often.'),
  shipTimeout: zPeriod
    .prefault('500ms')
    .describe('With a standby: how long databases wait for each other and for the arbiter.'),
  takeoverAfter: zPeriod
    .prefault('2s')
    .describe('With a standby: silence of the primary after which it wants to take over.'),
});

export type NewsSettings = z.output<typeof SETTINGS>;

/** The configuration as machines see it: durations in microseconds. */
export interface NewsConfig {
  readonly traits: NewsTraits;
  readonly users: number;
  readonly administrators: number;
  readonly areas: number;
  readonly subscriptions: number;
  readonly agents: number;
  readonly commissions: number;
  readonly replicas: number;
  readonly standby: boolean;
  readonly autoLogin: boolean;
  readonly healthEveryUs: number;
  readonly healthTimeoutUs: number;
  readonly enrolEveryUs: number;
  readonly clientTimeoutUs: number;
  readonly gatewayTimeoutUs: number;
  readonly databaseTimeoutUs: number;
  readonly retryAfterUs: number;
  readonly giveUpAfterUs: number;
  readonly workUs: number;
  readonly transactionUs: number;
  readonly queueLimit: number;
  readonly readLimit: number | null;
  readonly compactAfter: number;
  readonly shipEveryUs: number;
  readonly shipTimeoutUs: number;
  readonly takeoverAfterUs: number;
}

/** @throws SetupError when settings contradict each other. */
export function configure(set: NewsSettings, given: Traits, setup: ConfigureSetup): NewsConfig {
  const traits = traitsOf(given);
  const users = set.users ?? setup.nodes ?? 20;
  if (set.administrators > users) {
    throw new SetupError(`administrators: ${set.administrators} of ${users} users; expected at most as many as users`);
  }
  if (set.healthTimeout > set.healthEvery) {
    throw new SetupError(
      `healthTimeout: ${formatDuration(set.healthTimeout)} is longer than healthEvery (${formatDuration(set.healthEvery)}), so checks of one node would overlap`,
    );
  }
  if (set.standby && !traits.promotesStandby) {
    throw new SetupError('standby: true needs the trait promotesStandby, which the variant described lacks (flaw 6)');
  }
  if (set.takeoverAfter <= set.shipEvery + set.shipTimeout) {
    throw new SetupError(
      'takeoverAfter: expected more than shipEvery and shipTimeout together, or a standby takes over from a healthy primary',
    );
  }
  return {
    traits,
    users,
    administrators: set.administrators,
    areas: set.areas,
    subscriptions: Math.min(set.subscriptions, set.areas),
    agents: set.agents,
    commissions: set.commissions,
    replicas: set.replicas,
    standby: set.standby,
    autoLogin: set.autoLogin,
    healthEveryUs: set.healthEvery,
    healthTimeoutUs: set.healthTimeout,
    enrolEveryUs: set.enrolEvery,
    clientTimeoutUs: set.clientTimeout,
    gatewayTimeoutUs: set.gatewayTimeout,
    databaseTimeoutUs: set.databaseTimeout,
    retryAfterUs: set.retryAfter,
    giveUpAfterUs: set.giveUpAfter,
    workUs: set.workTime,
    transactionUs: set.transactionTime,
    queueLimit: set.queueLimit,
    readLimit: set.readLimit,
    compactAfter: set.compactAfter,
    shipEveryUs: set.shipEvery,
    shipTimeoutUs: set.shipTimeout,
    takeoverAfterUs: set.takeoverAfter,
  };
}

function traitsOf(given: Traits): NewsTraits {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'boolean')
      throw new SetupError(`trait ${name}: expected true or false, found ${String(value)}`);
  }
  return { ...VARIANTS.described.traits, ...given } as NewsTraits;
}
