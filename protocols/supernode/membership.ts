import { z } from 'zod';
import {
  type Address,
  type Membership,
  type PopulateSetup,
  type ProcessSpec,
  type Random,
  SetupError,
  settings,
  type World,
} from '../../sim/protocol.ts';
import type { SupernodeConfig } from './config.ts';
import { endpointOf, GUEST_PORT, guestHost, listFrom, type Placement } from './placement.ts';
import type { File } from './resources.ts';
import type { SupernodeTypes } from './state.ts';

type Spec = ProcessSpec<SupernodeTypes>;

export const joinArguments = settings({
  supernode: z
    .string()
    .optional()
    .describe('Name of the supernode in its configuration. Default: the one whose turn it is, counted by address.'),
  files: z
    .array(z.string())
    .optional()
    .describe('Names of catalogue files that it has. Default: drawn from the catalogue.'),
});

export const membership: Membership<SupernodeTypes> = {
  joinArguments,

  /** The supernodes come first, so that they listen before the first node registers. */
  populate(config, setup) {
    return [
      ...config.supernodes.map(supernodeSpec),
      ...config.nodes.map((placement) => nodeSpec(placement, config, setup)),
    ];
  },

  /** Supernodes are infrastructure: scenarios crash them by name. */
  churns: (process) => process.role === 'node',

  join(world, args, random) {
    const { supernode, files } = joinArguments.parse(args);
    return guestSpec(world, world.size, supernode === undefined ? null : addressOf(world, supernode), files, random);
  },

  scale(world, group, size, random) {
    if (group !== 'nodes' && group !== 'node')
      throw new SetupError(`there is no group "${group}" to scale; there is: nodes`);
    const live: Address[] = [];
    for (let address = world.config.supernodes.length; address < world.size; address++) {
      if (world.alive(address)) live.push(address);
    }
    const missing = Math.max(0, size - live.length);
    return {
      join: Array.from({ length: missing }, (_, i) => guestSpec(world, world.size + i, null, undefined, random)),
      leave: live.slice(size),
    };
  },
};

function supernodeSpec({ name, host }: Placement): Spec {
  return { role: 'supernode', name, host, boot: { role: 'supernode', name } };
}

function nodeSpec(placement: Placement, config: SupernodeConfig, { random }: PopulateSetup): Spec {
  const { name, host, supernodes } = placement;
  const files = config.files[name] ?? drawFiles(config, config.filesPerNode, random);
  return { role: 'node', name, host, boot: { role: 'node', name, endpoint: endpointOf(placement), files, supernodes } };
}

/** A node that comes while the run goes on, on a host of its own. */
function guestSpec(
  world: World<SupernodeTypes>,
  address: Address,
  home: Address | null,
  files: readonly string[] | undefined,
  random: Random,
): Spec {
  const { config } = world;
  const name = `node-${address}`;
  const count = config.supernodes.length;
  const placement: Placement = {
    name,
    host: guestHost(address),
    port: GUEST_PORT,
    supernodes: listFrom(home ?? address % count, count),
  };
  const own =
    files === undefined ? drawFiles(config, config.filesPerNode, random) : files.map((file) => fileOf(config, file));
  return {
    role: 'node',
    name,
    host: placement.host,
    boot: { role: 'node', name, endpoint: endpointOf(placement), files: own, supernodes: placement.supernodes },
  };
}

function addressOf(world: World<SupernodeTypes>, name: string): Address {
  const address = world.config.supernodes.findIndex((placement) => placement.name === name);
  if (address < 0) throw new SetupError(`there is no supernode "${name}"`);
  return address;
}

function fileOf(config: SupernodeConfig, name: string): File {
  const found = config.catalogue.find((file) => file.name === name);
  if (found === undefined) throw new SetupError(`there is no file "${name}" in the catalogue`);
  return { name: found.name, content: found.content };
}

/** So many different files of the catalogue (Floyd's sampling: one draw a file, whatever the catalogue's size). */
function drawFiles({ catalogue }: SupernodeConfig, count: number, random: Random): readonly File[] {
  const drawn: number[] = [];
  for (let last = catalogue.length - count; last < catalogue.length; last++) {
    const index = random.int(last + 1);
    drawn.push(drawn.includes(index) ? last : index);
  }
  return drawn.map((index) => ({ name: catalogue[index].name, content: catalogue[index].content }));
}
