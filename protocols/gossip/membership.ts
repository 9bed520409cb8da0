/** Who is there: peers n0, n1, … at the addresses that the configuration file lists. */

import { z } from 'zod';
import {
  type Address,
  type Membership,
  type ProcessSpec,
  type Random,
  SetupError,
  settings,
  type World,
} from '../../sim/protocol.ts';
import { sortedNames } from './answer.ts';
import type { GossipConfig } from './config.ts';
import type { GossipTypes } from './types.ts';

const joinArguments = settings({
  files: z
    .array(z.string())
    .optional()
    .describe('What is in the folder; default: as many files as at the start, drawn.'),
});

export const membership: Membership<GossipTypes> = {
  populate(config, { random }) {
    return Array.from({ length: config.started }, (_, address) => specOf(address, config, random, null));
  },
  joinArguments,
  join(world, args, random) {
    const { files } = joinArguments.parse(args);
    return newcomer(world, world.size, random, files ?? null);
  },
  scale(world, group, size, random) {
    if (group !== 'peers') throw new SetupError(`gossip has one group, peers; found ${group}`);
    const live = liveAddresses(world);
    const room = Math.min(size - live.length, world.config.peers - world.size);
    const join = Array.from({ length: Math.max(0, room) }, (_, i) =>
      specOf(world.size + i, world.config, random, null),
    );
    return { join, leave: live.slice(size) };
  },
};

/** The next peer of the file, or null when all were there already: an address is never reused. */
function newcomer(
  world: World<GossipTypes>,
  address: Address,
  random: Random,
  files: readonly string[] | null,
): ProcessSpec<GossipTypes> | null {
  return address < world.config.peers ? specOf(address, world.config, random, files) : null;
}

function specOf(
  address: Address,
  config: GossipConfig,
  random: Random,
  files: readonly string[] | null,
): ProcessSpec<GossipTypes> {
  const publishes = address < config.publishers;
  const boot = { publishes, files: files ?? (publishes ? drawFiles(config, random) : []) };
  return { role: 'peer', name: `n${address}`, host: null, boot };
}

function drawFiles({ filesAtStart, catalogue }: GossipConfig, random: Random): readonly string[] {
  const drawn = new Set<number>();
  while (drawn.size < filesAtStart) drawn.add(random.int(catalogue));
  return sortedNames([...drawn].map(fileName));
}

/** The i-th name of the catalogue. */
export function fileName(i: number): string {
  return `file-${i}`;
}

function liveAddresses(world: World<GossipTypes>): readonly Address[] {
  return Array.from({ length: world.size }, (_, address) => address).filter((address) => world.alive(address));
}
