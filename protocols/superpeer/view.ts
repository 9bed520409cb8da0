/** The picture: the superpeers' mesh with their peers around them, the index of the selected superpeer, and searches as they travel. */
import type { Address, ProcessStatus, ViewFocus, World } from '../../sim/protocol.ts';
import { itemsOf } from '../common/holder-index.ts';
import { addressesIn, entriesOf, get } from '../common/trie.ts';
import { groupOf } from './config.ts';
import type { SuperpeerJudged } from './judged.ts';
import type { SuperpeerMessage } from './messages.ts';
import type { Phase, SuperpeerState, SuperpeerTypes } from './state.ts';
import { isOrphan, servesNow } from './truth.ts';

export interface SuperpeerView {
  readonly superpeers: readonly SuperpeerPicture[];
  readonly balancer: BalancerPicture | null;
  readonly peers: readonly PeerPicture[];
  /** The index of the selected superpeer, or of the selected peer's; else of the first live one. Null if none lives. */
  readonly index: IndexPicture | null;
  /** Searches, lookups and their answers on their way, in order of arrival. */
  readonly travelling: readonly Travelling[];
  /** Peers that have shut down with their superpeer, so far. */
  readonly dark: number;
}

export interface SuperpeerPicture {
  readonly address: Address;
  readonly name: string;
  readonly group: number;
  readonly status: ProcessStatus;
  readonly selected: boolean;
  /** Those of its configuration, and whether it takes them for live. */
  readonly others: readonly {
    readonly superpeer: Address;
    readonly active: boolean;
    readonly lastAnsweredUs: number | null;
  }[];
  readonly peers: readonly {
    readonly address: Address;
    readonly name: string;
    readonly alive: boolean;
    readonly strikes: number;
    readonly resources: number;
  }[];
  /** Searches that wait for others. */
  readonly searches: readonly { readonly name: string; readonly waitsFor: readonly Address[] }[];
  /** Searches and lookups handled. */
  readonly load: number;
}

export interface BalancerPicture {
  readonly address: Address;
  readonly status: ProcessStatus;
  readonly active: readonly Address[];
  readonly handed: readonly number[];
}

export interface PeerPicture {
  readonly address: Address;
  readonly name: string;
  readonly status: ProcessStatus;
  readonly selected: boolean;
  readonly phase: Phase;
  /** The superpeers that it belongs to. */
  readonly superpeers: readonly Address[];
  /** Whether it lives and no live superpeer has it registered. */
  readonly orphaned: boolean;
  readonly resources: readonly string[];
}

export interface IndexPicture {
  readonly superpeer: Address;
  readonly name: string;
  readonly entries: readonly {
    readonly resource: string;
    readonly peers: readonly { readonly address: Address; readonly name: string; readonly serves: boolean }[];
  }[];
}

export interface Travelling {
  readonly sequence: number;
  readonly from: Address;
  readonly to: Address;
  /** How far it has come, from 0 to 1. */
  readonly progress: number;
  readonly message: Extract<SuperpeerMessage, { kind: 'search' | 'lookup' | 'hit' | 'miss' }>;
}

type SuperpeerWorld = World<SuperpeerTypes>;

export function view(world: SuperpeerWorld, judged: SuperpeerJudged, focus: ViewFocus): SuperpeerView {
  const superpeers: SuperpeerPicture[] = [];
  const peers: PeerPicture[] = [];
  let balancer: BalancerPicture | null = null;
  for (let address = 0; address < world.size; address++) {
    const { name, status, state } = world.process(address);
    const who = { address, name, status, selected: focus.selected === address };
    switch (state.role) {
      case 'superpeer':
        superpeers.push({ ...who, group: groupOf(world.config, address), ...pictureOf(state, world) });
        break;
      case 'balancer': {
        const active = state.others.filter((other) => other.active).map((other) => other.superpeer);
        balancer = { address, status, active, handed: judged.handed };
        break;
      }
      case 'peer':
        peers.push({
          ...who,
          phase: state.phase,
          superpeers: state.partners.map((partner) => partner.superpeer),
          orphaned: isOrphan(address, world),
          resources: state.resources,
        });
    }
  }
  return {
    superpeers,
    balancer,
    peers,
    index: indexShown(world, focus),
    travelling: travellingIn(world),
    dark: judged.dark,
  };
}

function pictureOf(state: SuperpeerState, world: SuperpeerWorld) {
  return {
    others: state.others.map(({ superpeer, active, lastAnsweredUs }) => ({ superpeer, active, lastAnsweredUs })),
    peers: addressesIn(state.registrations).map((address) => ({
      address,
      name: get(state.registrations, address)!.name,
      alive: world.alive(address),
      strikes: get(state.strikes, address) ?? 0,
      resources: itemsOf(state.index, address)?.length ?? 0,
    })),
    searches: state.searches.map(({ name, asked }) => ({ name, waitsFor: asked.map((target) => target.members[0]) })),
    load: state.handled,
  };
}

function indexShown(world: SuperpeerWorld, focus: ViewFocus): IndexPicture | null {
  const selected = focus.selected === null ? null : world.process(focus.selected);
  const chosen = [
    ...(selected?.state.role === 'superpeer' ? [selected.address] : []),
    ...(selected?.state.role === 'peer' ? selected.state.partners.map((partner) => partner.superpeer) : []),
    ...Array.from({ length: world.config.superpeers }, (_, address) => address).filter((one) => world.alive(one)),
  ];
  if (chosen.length === 0) return null;
  const { address, name, state } = world.process(chosen[0]);
  if (state.role !== 'superpeer') return null;
  const entries = entriesOf(state.index.byKey).map(([key, held]) => ({
    resource: String(key),
    peers: held.map(({ holder }) => ({
      address: holder,
      name: world.process(holder).name,
      serves: servesNow(holder, String(key), world),
    })),
  }));
  entries.sort((a, b) => (a.resource < b.resource ? -1 : 1));
  return { superpeer: address, name, entries };
}

function travellingIn(world: SuperpeerWorld): Travelling[] {
  return world.inFlight().flatMap(({ sequence, from, to, sentAtUs, arrivesAtUs, message }) => {
    if (!isOfSearch(message)) return [];
    const durationUs = arrivesAtUs - sentAtUs;
    const progress = durationUs <= 0 ? 1 : Math.min(1, (world.nowUs - sentAtUs) / durationUs);
    return [{ sequence, from, to, progress, message }];
  });
}

function isOfSearch(message: SuperpeerMessage): message is Travelling['message'] {
  return message.kind === 'search' || message.kind === 'lookup' || message.kind === 'hit' || message.kind === 'miss';
}
