/** The system's picture as plain data: who is there, what each serves and how much waits, who serves which area, what travels. */
import type { Address, ProcessStatus, ViewFocus, World } from '../../sim/protocol.ts';
import type { Judged } from './judged.ts';
import type { Message } from './messages.ts';
import { servedBy } from './services.ts';
import type { NewsTypes } from './state.ts';
import { get, scan } from './table.ts';
import { newsOf, prefixOf } from './tables.ts';

export interface NewsView {
  readonly databases: readonly DatabaseView[];
  readonly arbiter: PartView | null;
  readonly agents: readonly AgentView[];
  readonly commissions: readonly CommissionView[];
  readonly clients: { readonly up: number; readonly loggedIn: number; readonly busy: number };
  /** The table areas × commissions. */
  readonly areas: readonly AreaView[];
  /** Requests and replies on their way, those of the selected process first. */
  readonly travelling: readonly TravelView[];
  readonly selected: Address | null;
}

export interface PartView {
  readonly address: Address;
  readonly name: string;
  readonly status: ProcessStatus;
}

export interface DatabaseView extends PartView {
  readonly duty: 'primary' | 'standby' | 'asking';
  readonly epoch: number;
  /** Transactions that wait. */
  readonly queue: number;
  /** Transactions that are logged here and wait for the standby. */
  readonly unconfirmed: number;
  readonly logNumber: number;
  readonly logEntries: number;
  readonly news: number;
}

export interface AgentView extends PartView {
  /** What it believes, by area; it answers from this unless assignments are compared and set. */
  readonly believes: Readonly<Record<string, string>>;
  readonly checking: readonly string[];
}

export interface CommissionView extends PartView {
  /** What the database says; the status says what is. */
  readonly markedAlive: boolean;
  readonly registered: boolean;
  readonly areas: readonly string[];
  readonly forwarding: number;
  readonly replicas: readonly ReplicaView[];
}

export interface ReplicaView extends PartView {
  readonly inRotation: boolean;
  readonly isNext: boolean;
  readonly queue: number;
  readonly atDatabase: number;
  readonly requests: number;
}

export interface AreaView {
  readonly name: string;
  readonly commission: string | null;
  readonly live: boolean;
  readonly news: number;
  readonly subscribers: number;
  /** Commissions that some agent sends clients to although the database says another. */
  readonly alsoServedBy: readonly string[];
  readonly history: 'linearizable' | 'violated' | 'undecided';
}

export interface TravelView {
  readonly from: Address;
  readonly to: Address;
  readonly kind: Message['kind'];
  readonly isReply: boolean;
  readonly sentAtUs: number;
  readonly arrivesAtUs: number;
}

/** More than this on their way at once is no picture. */
const SHOWN = 64;

export function view(world: World<NewsTypes>, judged: Judged, focus: ViewFocus): NewsView {
  const databases: DatabaseView[] = [];
  const agents: AgentView[] = [];
  const gateways: CommissionView[] = [];
  const replicas = new Map<Address, ReplicaView[]>();
  const clients = { up: 0, loggedIn: 0, busy: 0 };
  let arbiter: PartView | null = null;
  for (let address = 0; address < world.size; address++) {
    const { name, status, state } = world.process(address);
    const part = { address, name, status };
    switch (state.role) {
      case 'database': {
        const { log, configuration } = state.durable;
        databases.push({
          ...part,
          duty: state.duty,
          epoch: configuration.epoch,
          queue: state.queue.length,
          unconfirmed: state.executed.length,
          logNumber: log.snapshotAt.number + log.entries.length,
          logEntries: log.entries.length,
          news: state.tables.news.size,
        });
        break;
      }
      case 'arbiter':
        arbiter = part;
        break;
      case 'agent': {
        const believes: Record<string, string> = {};
        for (const { area, commission } of state.view?.assignments ?? []) believes[area] = commission;
        agents.push({ ...part, believes, checking: state.checking });
        break;
      }
      case 'gateway':
        gateways.push({
          ...part,
          markedAlive: get(judged.tables.commissions, state.commission)?.alive ?? false,
          registered: state.registered,
          areas: scan(judged.tables.assignments)
            .filter(({ commission }) => commission === state.commission)
            .map(({ area }) => area),
          forwarding: state.forwarding,
          replicas: [],
        });
        break;
      case 'node': {
        const gateway = world.process(state.gateway).state;
        const rotation = gateway.role === 'gateway' ? gateway.replicas : [];
        const list = replicas.get(state.gateway) ?? [];
        if (status !== 'gone') {
          list.push({
            ...part,
            inRotation: rotation.includes(address),
            isNext: gateway.role === 'gateway' && rotation[gateway.turn] === address,
            queue: state.queue.length,
            atDatabase: state.atDatabase,
            requests: state.requests,
          });
        }
        replicas.set(state.gateway, list);
        break;
      }
      case 'client':
        if (status !== 'up') break;
        clients.up++;
        if (state.token !== null) clients.loggedIn++;
        if (state.open.length > 0) clients.busy++;
    }
  }
  return {
    databases,
    arbiter,
    agents,
    commissions: gateways.map((gateway) => ({ ...gateway, replicas: replicas.get(gateway.address) ?? [] })),
    clients,
    areas: areaViews(judged, agents),
    travelling: travelling(world, focus),
    selected: focus.selected,
  };
}

function areaViews(judged: Judged, agents: readonly AgentView[]): AreaView[] {
  const { tables } = judged;
  return scan(tables.areas).map(({ name }) => {
    const { commission, live } = servedBy(judged, tables, name);
    const believed = agents.flatMap(({ status, believes }) =>
      status === 'up' && believes[name] !== undefined ? [believes[name]] : [],
    );
    return {
      name,
      commission,
      live,
      news: newsOf(tables, name).length,
      subscribers: scan(tables.subscriptions, prefixOf(name)).length,
      alsoServedBy: [...new Set(believed)].filter((other) => other !== commission).sort(),
      history: get(judged.areas, name)?.found ?? 'linearizable',
    };
  });
}

function travelling(world: World<NewsTypes>, { selected }: ViewFocus): TravelView[] {
  const all = world.inFlight().map(({ from, to, message, transport, sentAtUs, arrivesAtUs }) => {
    return { from, to, kind: message.kind, isReply: transport === 'reply', sentAtUs, arrivesAtUs };
  });
  const isOfSelected = ({ from, to }: TravelView) => from === selected || to === selected;
  return [...all.filter(isOfSelected), ...all.filter((travel) => !isOfSelected(travel))].slice(0, SHOWN);
}
