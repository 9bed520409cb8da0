/** What is so in the world, whatever the processes believe: read here for the judge, the properties and the picture. */
import type { Address, World } from '../../sim/protocol.ts';
import { itemsOf } from '../common/holder-index.ts';
import { locationOf, parseLocation, resolve } from './placement.ts';
import { type Entry, shortId } from './resources.ts';
import type { NodeState, SupernodeState, SupernodeTypes } from './state.ts';

export type SupernodeWorld = World<SupernodeTypes>;

/** The supernodes are the first processes of a run, and no others come. */
export function liveSupernodes(world: SupernodeWorld): readonly (readonly [Address, SupernodeState])[] {
  const live: (readonly [Address, SupernodeState])[] = [];
  for (let address = 0; address < world.config.supernodes.length; address++) {
    const { state } = world.process(address);
    if (world.alive(address) && state.role === 'supernode') live.push([address, state]);
  }
  return live;
}

/** Whether it is live, has the resource, and a live supernode knows where. */
export function isServing(node: Address, id: string, world: SupernodeWorld): boolean {
  const { state } = world.process(node);
  if (!world.alive(node) || state.role !== 'node') return false;
  const locations = state.resources
    .filter((resource) => resource.id === id)
    .map((resource) => locationOf(state.endpoint, resource.name));
  if (locations.length === 0) return false;
  return liveSupernodes(world).some(([, supernode]) =>
    itemsOf(supernode.index, node)?.some((entry) => entry.key === id && locations.includes(entry.location)),
  );
}

/** Whether a client that fetches this location now gets this content; it need not be in any index. */
export function servesNow(location: string, id: string, world: SupernodeWorld): boolean {
  const place = parseLocation(location);
  const node = ownerOf(location, world);
  if (place === null || node === null || !world.alive(node)) return false;
  const { state } = world.process(node);
  return state.role === 'node' && state.resources.some((one) => one.id === id && one.name === place.fileName);
}

export function isIndexed(node: Address, id: string, world: SupernodeWorld): boolean {
  const { state } = world.process(node);
  if (state.role !== 'node') return false;
  const still = state.resources.some((resource) => resource.id === id);
  return (
    !still &&
    liveSupernodes(world).some(([, supernode]) => itemsOf(supernode.index, node)?.some((entry) => entry.key === id))
  );
}

export function ownerOf(location: string, world: SupernodeWorld): Address | null {
  const place = parseLocation(location);
  const owner = place === null ? null : resolve(world.config.directory, place.endpoint);
  return owner === null || owner >= world.size ? null : owner;
}

export function isAliveByName(name: string, world: SupernodeWorld): boolean {
  const named = world.named(name);
  return named !== undefined && world.alive(named.address);
}

export function idsOf(state: NodeState): readonly string[] {
  return state.resources.map((resource) => resource.id);
}

export function keysOf(entries: readonly Entry[] | undefined): readonly string[] {
  return (entries ?? []).map((entry) => entry.key);
}

/** What people call a resource: the first name that it has in the catalogue. */
export function nameOf(id: string, world: SupernodeWorld): string {
  return world.config.catalogue.find((resource) => resource.id === id)?.name ?? shortId(id);
}
