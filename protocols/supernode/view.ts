/** The picture: the indexes side by side, the nodes, the group with what travels in it, and the searches in flight. */
import type { Address, ProcessStatus, ViewFocus, World } from '../../sim/protocol.ts';
import { holdersOf, itemsOf } from '../common/holder-index.ts';
import { addressesIn, get } from '../common/trie.ts';
import type { SupernodeJudged, Told } from './judged.ts';
import type { SupernodeState, SupernodeTypes } from './state.ts';
import { servesNow } from './truth.ts';
import { decode, type Wire } from './wire.ts';

export interface SupernodeView {
  readonly supernodes: readonly SupernodePicture[];
  readonly nodes: readonly NodePicture[];
  readonly group: {
    /** Datagrams on their way, in order of arrival. */
    readonly travelling: readonly Travelling[];
    /** The last that were sent, the newest last. */
    readonly told: readonly (Told & { readonly wire: Wire | null })[];
  };
  readonly searches: readonly SearchPicture[];
}

export interface SupernodePicture {
  readonly address: Address;
  readonly name: string;
  readonly host: string;
  readonly status: ProcessStatus;
  readonly selected: boolean;
  readonly nodes: readonly {
    readonly address: Address;
    readonly name: string;
    readonly alive: boolean;
    /** Checks missed in a row. */
    readonly strikes: number;
    /** Since its last registration, in microseconds. */
    readonly ageUs: number;
  }[];
  /** Resource → locations, by name. */
  readonly index: readonly {
    readonly id: string;
    readonly name: string;
    readonly locations: readonly { readonly location: string; readonly node: Address; readonly serves: boolean }[];
  }[];
  readonly searches: number;
  readonly malformed: number;
}

export interface NodePicture {
  readonly address: Address;
  readonly name: string;
  readonly host: string;
  readonly status: ProcessStatus;
  readonly selected: boolean;
  /** The supernode that it is registered with, or tries to be. */
  readonly supernode: Address;
  readonly registered: boolean;
  readonly files: readonly string[];
}

export interface Travelling {
  readonly sequence: number;
  readonly from: Address;
  readonly to: Address;
  /** How far it has come, from 0 to 1. */
  readonly progress: number;
  readonly text: string;
  readonly wire: Wire | null;
}

export interface SearchPicture {
  readonly supernode: Address;
  readonly number: number;
  readonly tries: number;
  readonly ids: readonly {
    readonly id: string;
    readonly name: string;
    /** Null while it waits. */
    readonly found: readonly string[] | null;
    readonly denials: readonly string[];
  }[];
}

type SupernodeWorld = World<SupernodeTypes>;

export function view(world: SupernodeWorld, judged: SupernodeJudged, focus: ViewFocus): SupernodeView {
  const echoesId = world.config.traits.answersEchoId;
  const names = new Map(world.config.catalogue.map((resource) => [resource.id, resource.name]));
  const nameOf = (id: string) => names.get(id) ?? id.slice(0, 8);
  const supernodes: SupernodePicture[] = [];
  const nodes: NodePicture[] = [];
  const searches: SearchPicture[] = [];
  for (let address = 0; address < world.size; address++) {
    const { name, host, status, state } = world.process(address);
    const who = { address, name, host, status, selected: focus.selected === address };
    if (state.role === 'supernode') {
      supernodes.push({ ...who, ...pictureOf(state, world, nameOf) });
      if (world.alive(address)) searches.push(...searchesOf(state, address, nameOf));
    } else {
      nodes.push({
        ...who,
        supernode: state.supernodes[state.home],
        registered: state.registered,
        files: state.resources.map((resource) => resource.name),
      });
    }
  }
  return {
    supernodes,
    nodes,
    group: {
      travelling: travellingIn(world, echoesId),
      told: judged.told.map((told) => ({ ...told, wire: decode(told.text, echoesId) })),
    },
    searches,
  };
}

function pictureOf(state: SupernodeState, world: SupernodeWorld, nameOf: (id: string) => string) {
  const nodes = addressesIn(state.registrations).map((address) => {
    const { name, atUs } = get(state.registrations, address)!;
    const strikes = get(state.strikes, address) ?? 0;
    return { address, name, alive: world.alive(address), strikes, ageUs: Math.max(0, world.nowUs - atUs) };
  });
  const ids = new Set(nodes.flatMap(({ address }) => (itemsOf(state.index, address) ?? []).map((entry) => entry.key)));
  const index = [...ids].map((id) => ({
    id,
    name: nameOf(id),
    locations: holdersOf(state.index, id).map(({ holder, item }) => ({
      location: item.location,
      node: holder,
      serves: servesNow(item.location, id, world),
    })),
  }));
  index.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { nodes, index, searches: state.searches.length, malformed: state.malformed };
}

function searchesOf(state: SupernodeState, supernode: Address, nameOf: (id: string) => string): SearchPicture[] {
  return state.searches.map(({ number, tries, parts }) => ({
    supernode,
    number,
    tries,
    ids: parts.map(({ id, answer, denials }) => ({ id, name: nameOf(id), found: answer?.locations ?? null, denials })),
  }));
}

function travellingIn(world: SupernodeWorld, echoesId: boolean): Travelling[] {
  return world.inFlight().flatMap(({ sequence, from, to, sentAtUs, arrivesAtUs, message }) => {
    if (message.kind !== 'wire') return [];
    const durationUs = arrivesAtUs - sentAtUs;
    const progress = durationUs <= 0 ? 1 : Math.min(1, (world.nowUs - sentAtUs) / durationUs);
    return [{ sequence, from, to, progress, text: message.text, wire: decode(message.text, echoesId) }];
  });
}
