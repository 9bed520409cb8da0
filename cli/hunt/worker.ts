/** One seed of a hunt, in a thread of its own. */
import { pathToFileURL } from 'node:url';
import { Piscina } from 'piscina';
import { swarmOf } from '../../sim/explore/swarm.ts';
import type { SeedResult } from '../../sim/explore/tally.ts';
import { tried } from '../../sim/explore/trial.ts';
import type { System } from '../../sim/index.ts';
import type { WorkerData } from './messages.ts';

const { hunted, registry, atMost } = Piscina.workerData as WorkerData;
const { systems } = (await import(pathToFileURL(registry).href)) as { systems: ReadonlyMap<string, System> };

export default function hunt(seed: number): SeedResult {
  const { failures, events, cutShort } = tried(swarmOf(hunted, String(seed)), { systems, atMost });
  return { seed, failures, events, cutShort };
}
