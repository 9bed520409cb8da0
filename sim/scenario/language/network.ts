import { z } from 'zod';
import { expectation } from '../expectation.ts';
import { settings, zBandwidth, zDistribution, zPeriod, zProbability, zSelector, zSelectors } from '../units.ts';

const requests = settings({
  transport: z
    .enum(['tcp', 'udp'])
    .default('tcp')
    .describe(
      'tcp: connection set-up, then request and response, lost segments are sent again. udp: one packet each way, a lost one is a time-out.',
    ),
  rto: zPeriod.prefault('200ms').describe('First retransmission time-out of a TCP segment; it doubles each time.'),
  retries: z
    .int()
    .min(0)
    .max(30)
    .default(5)
    .describe('How often a segment is sent again before the connection is given up.'),
}).describe('How requests (HTTP, RPC) travel.');

const regions = settings({
  names: z.array(z.string().min(1)).min(1).describe('The regions.'),
  placement: z
    .record(z.string(), zSelector)
    .prefault({})
    .describe(
      'Who is in which region; later lines win, `rest` is who is named nowhere; without it that is the first region.',
    ),
  latency: z
    .array(z.array(zDistribution))
    .describe('One-way latency: a row for each region (from), a column for each region (to), in the order of `names`.'),
}).describe('Latencies between regions, in place of one latency for all.');

const link = settings({
  between: zSelectors
    .max(2, { error: expectation('two ends') })
    .optional()
    .describe('The two ends; both ways.'),
  from: zSelector.optional().describe('Who sends; one way only.'),
  to: zSelector.optional().describe('Who receives.'),
  latency: zDistribution.optional().describe('One-way latency on these links.'),
  loss: zProbability.optional().describe('Probability that one copy of a packet is lost on these links.'),
  duplicate: zProbability.optional().describe('Probability that a datagram arrives twice on these links.'),
  bandwidth: zBandwidth.optional().describe('Bandwidth of these links.'),
}).describe('An exception for some links; the last that matches wins, key by key.');

/** `network:`; without a word of it the network is quiet: 50 ms each way, nothing lost, no limit of bandwidth. */
export const network = settings({
  latency: zDistribution.prefault('50ms').describe('One-way latency between two hosts.'),
  loss: zProbability.prefault(0).describe('Probability that one copy of a packet is lost.'),
  duplicate: zProbability.prefault(0).describe('Probability that a datagram arrives twice.'),
  bandwidth: zBandwidth
    .optional()
    .describe('Bandwidth of each link; packets queue behind each other. Without it there is no limit.'),
  local: zDistribution
    .prefault('100us')
    .describe('One-way latency between processes on one host; nothing is lost there.'),
  requests: requests.prefault({}),
  regions: regions.optional(),
  links: z.array(link).default([]).describe('Exceptions for some links; the last that matches wins, key by key.'),
  rounds: zPeriod
    .optional()
    .describe(
      'Lock-step rounds of this length: timers fire at its multiples and messages take no time, as in synchronous cycles.',
    ),
}).meta({
  id: 'network',
  description: 'Latency, loss, bandwidth and requests. A network that is not described is quiet.',
});

export type NetworkSettings = z.output<typeof network>;
