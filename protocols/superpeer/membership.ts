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
import { groupCount, groupOf, membersOf, type SuperpeerConfig } from './config.ts';
import type { SuperpeerTypes } from './state.ts';
import { type Edge, edgesOf, neighboursOf } from './topology.ts';

type Spec = ProcessSpec<SuperpeerTypes>;

export const joinArguments = settings({
  files: z.array(z.string().min(1)).optional().describe('What the peer has. Default: drawn from the catalogue.'),
});

export const membership: Membership<SuperpeerTypes> = {
  joinArguments,

  populate(config, { random }) {
    const edges = edgesIn(config, random);
    const superpeers = Array.from({ length: config.superpeers }, (_, i): Spec => {
      const name = `superpeer-${i + 1}`;
      return {
        role: 'superpeer',
        name,
        host: null,
        boot: { role: 'superpeer', name, neighbours: knownTo(i, edges, config) },
      };
    });
    const balancer: Spec = { role: 'balancer', name: 'balancer', host: null, boot: { role: 'balancer' } };
    const peers = Array.from({ length: config.peers }, (_, i) =>
      peerSpec(`peer-${i + 1}`, i % groupCount(config), config, undefined, random),
    );
    return [...superpeers, ...(config.balancer === null ? [] : [balancer]), ...peers];
  },

  /** Superpeers and the balancer are infrastructure: scenarios crash them by name. */
  churns: (process) => process.role === 'peer',

  join(world, args, random) {
    return guestSpec(world, world.size, joinArguments.parse(args).files, random);
  },

  scale(world, group, size, random) {
    if (group !== 'peers' && group !== 'peer')
      throw new SetupError(`there is no group "${group}" to scale; there is: peers`);
    const live: Address[] = [];
    for (let address = world.config.superpeers; address < world.size; address++) {
      if (world.alive(address) && world.process(address).role === 'peer') live.push(address);
    }
    const missing = Math.max(0, size - live.length);
    return {
      join: Array.from({ length: missing }, (_, i) => guestSpec(world, world.size + i, undefined, random)),
      leave: live.slice(size),
    };
  },
};

function edgesIn(config: SuperpeerConfig, random: Random): readonly Edge[] {
  const { shape, superpeers, degree } = config;
  return typeof shape === 'string' ? edgesOf(shape, superpeers, degree, random) : shape;
}

/** Its neighbours and all their partners, and its own partner. */
function knownTo(superpeer: Address, edges: readonly Edge[], config: SuperpeerConfig): readonly Address[] {
  const groups = [superpeer, ...neighboursOf(edges, superpeer)].map((one) => groupOf(config, one));
  const known = [...new Set(groups)].flatMap((group) => membersOf(config, group));
  return known.filter((one) => one !== superpeer).sort((a, b) => a - b);
}

/** Addresses are above the numbers that the peers of the start have in their names, so names stay unique. */
function guestSpec(
  world: World<SuperpeerTypes>,
  address: Address,
  files: readonly string[] | undefined,
  random: Random,
): Spec {
  return peerSpec(`peer-${address}`, address % groupCount(world.config), world.config, files, random);
}

function peerSpec(
  name: string,
  group: number,
  config: SuperpeerConfig,
  files: readonly string[] | undefined,
  random: Random,
): Spec {
  const resources = files ?? config.files[name] ?? drawFiles(config, random);
  return { role: 'peer', name, host: null, boot: { role: 'peer', name, resources: [...new Set(resources)], group } };
}

/** So many different ones of the catalogue (Floyd's sampling: one draw each, whatever the catalogue's size). */
function drawFiles({ drawable, numFiles }: SuperpeerConfig, random: Random): readonly string[] {
  const drawn: number[] = [];
  for (let last = drawable.length - numFiles; last < drawable.length; last++) {
    const index = random.int(last + 1);
    drawn.push(drawn.includes(index) ? last : index);
  }
  return drawn.map((index) => drawable[index]);
}
