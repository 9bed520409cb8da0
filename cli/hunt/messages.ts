/** What a hunt tells its workers. */
import type { Hunted } from '../../sim/explore/swarm.ts';

export interface WorkerData {
  readonly hunted: Hunted;
  /** The module that has the systems. */
  readonly registry: string;
  readonly atMost: number;
}
