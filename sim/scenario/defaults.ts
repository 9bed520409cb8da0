import { MILLISECOND } from '../time.ts';
import { network } from './language/network.ts';
import type { NetworkPlan } from './plan.ts';

const settings = network.parse({});

/** What a scenario has that says nothing of its network; one source with the language's own defaults. */
export const QUIET_NETWORK: NetworkPlan = {
  latency: settings.latency,
  loss: settings.loss,
  duplicate: settings.duplicate,
  bandwidth: null,
  localLatency: settings.local,
  requests: {
    transport: settings.requests.transport,
    rtoUs: settings.requests.rto,
    retries: settings.requests.retries,
  },
  regions: null,
  links: [],
  roundUs: null,
};

/** Two hundred samples a run, and none closer than a millisecond. */
export function defaultSampleUs(durationUs: number): number {
  return Math.max(MILLISECOND, Math.ceil(durationUs / 200));
}
