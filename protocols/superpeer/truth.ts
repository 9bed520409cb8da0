/** What is so in the world, whatever the processes believe: read here for the judge, the properties and the picture. */
import type { Address, World } from '../../sim/protocol.ts';
import { itemsOf } from '../common/holder-index.ts';
import { has } from '../common/trie.ts';
import { liveGroups } from './balancer.ts';
import type { SuperpeerState, SuperpeerTypes } from './state.ts';

export type SuperpeerWorld = World<SuperpeerTypes>;

/** The superpeers are the first processes of a run, and no others come. */
export function liveSuperpeers(world: SuperpeerWorld): readonly (readonly [Address, SuperpeerState])[] {
  const live: (readonly [Address, SuperpeerState])[] = [];
  for (let address = 0; address < world.config.superpeers; address++) {
    const { state } = world.process(address);
    if (world.alive(address) && state.role === 'superpeer') live.push([address, state]);
  }
  return live;
}

/** Whether it lives, does not want to leave, and is registered with no live superpeer. */
export function isOrphan(peer: Address, world: SuperpeerWorld): boolean {
  const { state } = world.process(peer);
  if (!world.alive(peer) || state.role !== 'peer' || state.phase === 'leaving') return false;
  return !liveSuperpeers(world).some(([, superpeer]) => has(superpeer.registrations, peer));
}

/** Whether it is live, has the resource, and a live superpeer knows that. */
export function isServing(peer: Address, name: string, world: SuperpeerWorld): boolean {
  return (
    servesNow(peer, name, world) &&
    liveSuperpeers(world).some(([, superpeer]) => itemsOf(superpeer.index, peer)?.some((item) => item.key === name))
  );
}

/** Whether one who fetches it there now gets it. */
export function servesNow(peer: Address, name: string, world: SuperpeerWorld): boolean {
  const { state } = world.process(peer);
  return world.alive(peer) && state.role === 'peer' && state.resources.includes(name);
}

/** The groups that the balancer thinks live, or none without a balancer. */
export function groupsInTurn(world: SuperpeerWorld): readonly number[] {
  const { balancer } = world.config;
  if (balancer === null) return [];
  const { state } = world.process(balancer);
  return state.role === 'balancer' ? liveGroups(state, world.config) : [];
}

export function keysOf(state: SuperpeerState, peer: Address): readonly string[] {
  return (itemsOf(state.index, peer) ?? []).map((item) => item.key);
}

export function nameOf(address: Address, world: SuperpeerWorld): string {
  return world.process(address).name;
}
