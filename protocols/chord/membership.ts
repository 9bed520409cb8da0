/** Who is on the ring at the start, who comes, who comes back, and who may fail. */
import { z } from 'zod';
import {
  type Address,
  type Membership,
  type ProcessSpec,
  type ProcessView,
  type Random,
  SetupError,
  settings,
  type World,
} from '../../sim/protocol.ts';
import type { ChordConfig } from './config.ts';
import { byKey } from './files.ts';
import { identifierOf } from './identifiers.ts';
import type { ChordTypes } from './messages.ts';
import { type Boot, isMember, NO_FILES, NO_PEERS } from './state.ts';
import { survivesWithout } from './survey.ts';
import type { Peer, SharedFile } from './values.ts';

const DEFAULT_NODES = 16;
/** A joiner knows so many peers, in case one is gone. */
const BOOTSTRAPS = 3;
/** And those of the start know so many of each other, all the same ones, in case they ever know nobody else. */
const WELL_KNOWN = 8;

export const membership: Membership<ChordTypes> = {
  populate(config, setup) {
    const hosts = config.ids?.length ?? setup.nodes ?? DEFAULT_NODES;
    const places = identify(config, hosts);
    if (config.traits.startsFromPrincipals && places.length < config.successors + 1) {
      throw new SetupError(
        `nodes: ${places.length}, but a ring that keeps its invariant starts from successors + 1 = ${config.successors + 1} members`,
      );
    }
    const boots = bootsOf(config, places, setup.random);
    return places.map(({ name, host }, i): ProcessSpec<ChordTypes> => ({ role: 'peer', name, host, boot: boots[i] }));
  },

  churns: (process) => isMember(process.state),

  joinArguments: settings({
    id: z.int().min(0).optional().describe('Explicit identifier; the process is named by it.'),
    via: z
      .union([z.string(), z.int(), z.array(z.union([z.string(), z.int()])).min(1)])
      .optional()
      .describe('Name of the bootstrap peer, or of several that are tried in turn; otherwise random live members.'),
  }),

  join(world, args, random) {
    const { config } = world;
    const given = args.id as number | undefined;
    const { name, host } = nameOf(config, world.size);
    const taken = identifiersIn(world);
    // A full ring takes nobody in; there would be no end to the search for a place.
    if (given === undefined && taken.size >= config.ringSize) return null;
    const id = given ?? freeIdentifier(name, config, taken);
    if (id >= config.ringSize)
      throw new SetupError(`join: id ${id} does not fit, idBits allows 0 to ${config.ringSize - 1}`);
    if (given !== undefined && taken.has(given)) return null;
    const bootstraps = bootstrapsFor(world, args.via as Via | undefined, random);
    if (bootstraps.length === 0) return null;
    const me: Peer = { id, address: world.size };
    const boot: Boot = { ...JOINER, me, bootstraps, directory: directoryOf(config, name) };
    const isNumbered = given !== undefined || config.ids !== null;
    return { role: 'peer', name: isNumbered ? String(id) : name, host, boot };
  },

  reboot(world, process, random) {
    const { me, directory } = process.boot;
    return { ...JOINER, me, directory, bootstraps: bootstrapsFor(world, undefined, random) };
  },

  mayFail: (world, address) => survivesWithout(world, address),

  written: {
    config: (processes) => ({ ids: processes.map(({ boot }) => boot.me.id) }),
    join: ({ boot }) => ({ id: boot.me.id, via: boot.bootstraps.map(({ id }) => id) }),
    name: ({ boot }) => String(boot.me.id),
  },
};

const JOINER = {
  members: null,
  index: 0,
  bootstraps: NO_PEERS,
  joinAfterUs: 0,
  directory: NO_FILES,
  placed: NO_FILES,
};

// The start

interface Place {
  readonly name: string;
  readonly host: string | null;
  readonly peer: Peer;
}

/** Names and identifiers of all processes of the start; each host has `virtualNodes` places on the ring. */
function identify(config: ChordConfig, hosts: number): readonly Place[] {
  const places: Place[] = [];
  const taken = new Set<number>();
  const count = config.ids === null ? hosts * config.virtualNodes : hosts;
  if (count > config.ringSize)
    throw new SetupError(`nodes: ${count} places on a ring of ${config.ringSize} identifiers`);
  for (let address = 0; address < count; address++) {
    const { name, host } = nameOf(config, address);
    const id = config.ids === null ? freeIdentifier(name, config, taken) : config.ids[address];
    taken.add(id);
    places.push({ name: config.ids === null ? name : String(id), host, peer: { id, address } });
  }
  return places;
}

/** `n7`; with virtual nodes `n7.0`, `n7.1`, … on the host `n7`. */
function nameOf(config: ChordConfig, address: Address): { readonly name: string; readonly host: string | null } {
  const { virtualNodes } = config;
  if (virtualNodes === 1 || config.ids !== null) return { name: `n${address}`, host: null };
  const host = `n${Math.floor(address / virtualNodes)}`;
  return { name: `${host}.${address % virtualNodes}`, host };
}

/** The name's identifier; where another peer has it, that of the name with a suffix. */
function freeIdentifier(name: string, config: ChordConfig, taken: ReadonlySet<number>): number {
  let id = identifierOf(name, config.idBits);
  for (let suffix = 1; taken.has(id); suffix++) id = identifierOf(`${name}#${suffix}`, config.idBits);
  return id;
}

/** Those that a staggered start begins from: one peer alone, or as many as the invariant needs. */
function foundersOf(config: ChordConfig): number {
  return config.traits.startsFromPrincipals ? config.successors + 1 : 1;
}

function bootsOf(config: ChordConfig, places: readonly Place[], random: Random): readonly Boot[] {
  const founders = config.start === 'ideal' ? places.length : Math.min(foundersOf(config), places.length);
  const members = places
    .slice(0, founders)
    .map((place) => place.peer)
    .sort((a, b) => a.id - b.id);
  const index: number[] = [];
  members.forEach((peer, i) => {
    index[peer.address] = i;
  });
  const directories = places.map((place) => directoryOf(config, place.name));
  const wellKnown = random.shuffle(members).slice(0, WELL_KNOWN);
  const placed = config.filesPerPeer === 0 ? NO_FILES : directories.slice(0, founders).flat().sort(byKey);
  return places.map(({ peer }, i) => {
    if (i < founders) {
      return {
        ...JOINER,
        me: peer,
        members,
        index: index[i],
        bootstraps: wellKnown,
        directory: directories[i],
        placed,
      };
    }
    const bootstraps: Peer[] = [];
    for (let n = 0; n < BOOTSTRAPS; n++) bootstraps.push(places[random.int(i)].peer);
    const joinAfterUs = (i - founders + 1) * config.joinEveryUs;
    return { ...JOINER, me: peer, bootstraps, joinAfterUs, directory: directories[i] };
  });
}

function directoryOf(config: ChordConfig, name: string): readonly SharedFile[] {
  if (config.filesPerPeer === 0) return NO_FILES;
  const files: SharedFile[] = [];
  for (let i = 0; i < config.filesPerPeer; i++) {
    const file = `${name}/${i}`;
    files.push({ key: identifierOf(file, config.idBits), name: file, bytes: config.fileBytes });
  }
  return files.sort(byKey);
}

// Newcomers

function identifiersIn(world: World<ChordTypes>): ReadonlySet<number> {
  const taken = new Set<number>();
  for (let address = 0; address < world.size; address++) taken.add(world.process(address).boot.me.id);
  return taken;
}

type Via = string | number | readonly (string | number)[];

/** Live members for a joiner to begin with: the one that is named, or random ones. */
function bootstrapsFor(world: World<ChordTypes>, via: Via | undefined, random: Random): readonly Peer[] {
  if (via !== undefined) {
    return (typeof via === 'object' ? via : [via]).map((name) => {
      const named = world.named(String(name));
      if (named === undefined) throw new SetupError(`join: there is no process "${name}"`);
      return named.boot.me;
    });
  }
  const bootstraps: Peer[] = [];
  for (let n = 0; n < BOOTSTRAPS; n++) {
    const process = randomMember(world, random);
    if (process !== null) bootstraps.push(process.boot.me);
  }
  return bootstraps;
}

/** Draws until it meets a live member; only where those are rare does it look through all. */
function randomMember(world: World<ChordTypes>, random: Random): ProcessView<ChordTypes> | null {
  for (let draw = 0; draw < 32; draw++) {
    const process = world.process(random.int(world.size));
    if (process.status === 'up' && isMember(process.state)) return process;
  }
  const members: ProcessView<ChordTypes>[] = [];
  for (let address = 0; address < world.size; address++) {
    const process = world.process(address);
    if (process.status === 'up' && isMember(process.state)) members.push(process);
  }
  return members.length === 0 ? null : random.pick(members);
}
