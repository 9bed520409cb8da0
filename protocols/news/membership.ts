/** Who is there at the start, who comes and who goes. */
import { z } from 'zod';
import {
  type Address,
  type Membership,
  type ProcessSpec,
  type ProcessView,
  SetupError,
  settings,
  type World,
} from '../../sim/protocol.ts';
import type { NewsConfig } from './config.ts';
import type { NewsTypes } from './state.ts';
import { put } from './table.ts';
import { seededTables, type Tables, userName } from './tables.ts';

type NewsWorld = World<NewsTypes>;
type Spec = ProcessSpec<NewsTypes>;

/** The addresses that a process is told of at its start; all that follow from the configuration. */
interface Directory {
  readonly databases: readonly Address[];
  readonly arbiter: Address | null;
  readonly agents: readonly Address[];
  readonly gateways: readonly Address[];
}

function directoryOf(config: NewsConfig): Directory {
  const databases = config.standby ? [0, 1] : [0];
  const arbiter = config.standby ? 2 : null;
  const firstAgent = databases.length + (arbiter === null ? 0 : 1);
  const agents = Array.from({ length: config.agents }, (_, i) => firstAgent + i);
  const gateways = Array.from({ length: config.commissions }, (_, i) => firstAgent + config.agents + i);
  return { databases, arbiter, agents, gateways };
}

const COMMISSION = /^commission[1-9][0-9]*$/;

export const commissionName = (index: number): string => `commission${index + 1}`;

function populate(config: NewsConfig): Spec[] {
  const directory = directoryOf(config);
  const specs: Spec[] = [...databaseSpecs(config, directory)];
  directory.agents.forEach((_, i) => {
    specs.push({
      role: 'agent',
      name: `agent${i + 1}`,
      host: null,
      boot: { role: 'agent', databases: directory.databases },
    });
  });
  directory.gateways.forEach((_, i) => {
    specs.push(gatewaySpec(commissionName(i), directory));
  });
  directory.gateways.forEach((gateway, i) => {
    for (let n = 1; n <= config.replicas; n++) specs.push(nodeSpec(commissionName(i), n, gateway, directory));
  });
  for (let i = 0; i < config.users; i++) specs.push(clientSpec(userName(i), true, directory));
  return specs;
}

function databaseSpecs(config: NewsConfig, { databases, arbiter, gateways }: Directory): Spec[] {
  const seed = withCommissions(seededTables(config), gateways);
  const specs = databases.map((_, i): Spec => {
    return {
      role: 'database',
      name: i === 0 ? 'database' : 'standby',
      host: null,
      boot: { role: 'database', arbiter, databases, seed },
    };
  });
  if (arbiter === null) return specs;
  return [...specs, { role: 'arbiter', name: 'arbiter', host: null, boot: { role: 'arbiter', databases } }];
}

/** The commissions of the start are known to the database; which areas they serve is left to the agents. */
function withCommissions(tables: Tables, gateways: readonly Address[]): Tables {
  let { commissions } = tables;
  gateways.forEach((address, i) => {
    const name = commissionName(i);
    commissions = put(commissions, name, { name, address, alive: true });
  });
  return { ...tables, commissions };
}

function gatewaySpec(commission: string, { agents }: Directory): Spec {
  return { role: 'gateway', name: commission, host: null, boot: { role: 'gateway', commission, agents } };
}

function nodeSpec(commission: string, number: number, gateway: Address, { databases }: Directory): Spec {
  return {
    role: 'node',
    name: `${commission}-${number}`,
    host: null,
    boot: { role: 'node', commission, gateway, databases },
  };
}

function clientSpec(user: string, known: boolean, { agents }: Directory): Spec {
  return { role: 'client', name: user, host: null, boot: { role: 'client', user, known, agents } };
}

// ── Who comes ─────────────────────────────────────────────────────────────────────────────────────────────────────

const JOIN_ARGUMENTS = settings({
  commission: z
    .string()
    .regex(COMMISSION)
    .optional()
    .describe(
      'The commission that gets another replica; without it a commission that lost one for good does, or else a new user comes.',
    ),
});

function join(world: NewsWorld, args: Readonly<Record<string, unknown>>): Spec {
  const { commission = shorthanded(world) } = args as { commission?: string };
  if (commission !== null) return newReplicas(world, commission, 1)[0];
  return clientSpec(
    firstFree(world, (n) => userName(n - 1)),
    false,
    directoryOf(world.config),
  );
}

/** A commission that lost replicas for good, the one with the fewest first. */
function shorthanded(world: NewsWorld): string | null {
  const left = processes(world, 'gateway').map(({ name }) => ({ name, replicas: replicasOf(world, name).length }));
  const short = left.filter(({ replicas }) => replicas < world.config.replicas).sort((a, b) => a.replicas - b.replicas);
  return short[0]?.name ?? null;
}

/** Replicas that did not leave for good. */
function replicasOf(world: NewsWorld, commission: string): ProcessView<NewsTypes>[] {
  return processes(world, 'node').filter(
    ({ boot, status }) => boot.role === 'node' && boot.commission === commission && status !== 'gone',
  );
}

function newReplicas(world: NewsWorld, commission: string, count: number): Spec[] {
  const gateway = world.named(commission);
  if (gateway === undefined || gateway.role !== 'gateway') throw unknownGroup(world, commission);
  const specs: Spec[] = [];
  for (let n = 1; specs.length < count; n++) {
    if (world.named(`${commission}-${n}`) !== undefined) continue;
    specs.push(nodeSpec(commission, n, gateway.address, directoryOf(world.config)));
  }
  return specs;
}

function firstFree(world: NewsWorld, name: (n: number) => string): string {
  // The users of the start have the first numbers, and everybody after them came in order of addresses.
  for (let n = world.config.users + 1; ; n++) {
    if (world.named(name(n)) === undefined) return name(n);
  }
}

function unknownGroup(world: NewsWorld, group: string): SetupError {
  const known = processes(world, 'gateway').map(({ name }) => name);
  return new SetupError(
    `scale: no group "${group}"; expected one of ${known.join(', ')}, a new commission such as commission${known.length + 1}, or users`,
  );
}

/** Brings the replicas of a commission, or the users, to a number. A commission that is not there yet comes with its address. */
function scale(world: NewsWorld, group: string, size: number): { readonly join: Spec[]; readonly leave: Address[] } {
  const directory = directoryOf(world.config);
  if (group === 'users') {
    const clients = processes(world, 'client').filter(({ status }) => status !== 'gone');
    const from = firstFree(world, (n) => userName(n - 1));
    const first = Number(from.slice(userName(0).length - 1));
    const join = Array.from({ length: Math.max(0, size - clients.length) }, (_, i) =>
      clientSpec(userName(first - 1 + i), false, directory),
    );
    return { join, leave: clients.slice(size).map(({ address }) => address) };
  }
  if (!COMMISSION.test(group)) throw unknownGroup(world, group);
  if (world.named(group) === undefined) {
    const replicas = Array.from({ length: size }, (_, i) => nodeSpec(group, i + 1, world.size, directory));
    return { join: [gatewaySpec(group, directory), ...replicas], leave: [] };
  }
  const replicas = replicasOf(world, group);
  return {
    join: newReplicas(world, group, Math.max(0, size - replicas.length)),
    leave: replicas.slice(size).map(({ address }) => address),
  };
}

export function processes(world: NewsWorld, role: ProcessView<NewsTypes>['role']): ProcessView<NewsTypes>[] {
  const found: ProcessView<NewsTypes>[] = [];
  for (let address = 0; address < world.size; address++) {
    const process = world.process(address);
    if (process.role === role) found.push(process);
  }
  return found;
}

// ── Who may fail ──────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * What the service can bear: a client or replica always; one of several agents, commissions or databases (the arbiter counting as a
 * database) as long as another is up, since with none the service rightly stops.
 */
function mayFail(world: NewsWorld, address: Address): boolean {
  const { role } = world.process(address);
  if (role === 'client' || role === 'node') return true;
  const rivals =
    role === 'database' || role === 'arbiter'
      ? [...processes(world, 'database'), ...processes(world, 'arbiter')]
      : processes(world, role);
  const others = rivals.filter((process) => process.address !== address);
  if (role === 'database' || role === 'arbiter')
    return others.length > 0 && others.every((other) => world.alive(other.address));
  return others.some((other) => world.alive(other.address));
}

export const membership: Membership<NewsTypes> = {
  populate: (config) => populate(config),
  churns: ({ role }) => role === 'client' || role === 'node',
  joinArguments: JOIN_ARGUMENTS,
  join,
  scale,
  mayFail,
};
