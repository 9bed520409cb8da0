/** Who is really there, which areas really are served, and how long it took until they were again. */
import type { Address, World } from '../../sim/protocol.ts';
import type { NewsConfig } from './config.ts';
import { type Broken, type Judged, type Service, wronged } from './judged.ts';
import type { NewsTypes } from './state.ts';
import { get, scan } from './table.ts';
import type { Tables } from './tables.ts';

type NewsWorld = World<NewsTypes>;

/** A part of the service, or a client, has started or stopped. */
export function noteStartOrStop(judged: Judged, address: Address, isUp: boolean, world: NewsWorld): Judged {
  const process = world.process(address);
  const { boot } = process;
  const isFirst = process.incarnation === 1;
  const change = isUp ? 1 : -1;
  switch (boot.role) {
    case 'client':
      return judged;
    case 'agent':
      return recount({ ...judged, agentsUp: judged.agentsUp + change }, world, true);
    case 'database': {
      const databases = isFirst && isUp ? [...judged.databases, address] : judged.databases;
      return recount({ ...judged, databases, databasesUp: judged.databasesUp + change }, world, true);
    }
    case 'arbiter':
      return recount({ ...judged, arbiterUp: isUp }, world, true);
    case 'gateway': {
      const service = serviceOf(judged, boot.commission);
      return recount(
        withService(judged, boot.commission, { ...service, gateway: address, gatewayUp: isUp }),
        world,
        true,
      );
    }
    case 'node': {
      const service = serviceOf(judged, boot.commission);
      return recount(
        withService(judged, boot.commission, { ...service, replicasUp: service.replicasUp + change }),
        world,
        true,
      );
    }
  }
}

function serviceOf({ services }: Judged, name: string): Service {
  return services[name] ?? { gateway: null, gatewayUp: false, replicasUp: 0 };
}

function withService(judged: Judged, name: string, service: Service): Judged {
  return { ...judged, services: { ...judged.services, [name]: service } };
}

export function isLive(judged: Judged, commission: string): boolean {
  const service = judged.services[commission];
  return service?.gatewayUp === true && service.replicasUp > 0;
}

/** The area's commission, and whether it can serve. */
export function servedBy(
  judged: Judged,
  tables: Tables,
  area: string,
): { readonly commission: string | null; readonly live: boolean } {
  const commission = get(tables.assignments, area)?.commission ?? null;
  return { commission, live: commission !== null && isLive(judged, commission) };
}

/**
 * Looks again at which areas are served, after an assignment or after a part of the service has come or gone. Deadlines count from the last of
 * the latter, since the agents find out about it only then, and while the service is possible at all.
 */
export function recount(judged: Judged, world: NewsWorld, isDisturbed: boolean): Judged {
  const { nowUs, config } = world;
  const isPossible = canServe(judged, world);
  const possibleSinceUs = isPossible ? (judged.possibleSinceUs ?? nowUs) : null;
  const broken: Record<string, Broken> = {};
  const durationsUs: number[] = [];
  let next: Judged = judged;
  for (const { name } of scan(judged.tables.areas)) {
    const before = judged.failovers.broken[name];
    const { commission, live } = servedBy(judged, judged.tables, name);
    if (!live) {
      const resets = before === undefined || isDisturbed || judged.possibleSinceUs === null;
      broken[name] = {
        sinceUs: before?.sinceUs ?? nowUs,
        dueFromUs: resets ? nowUs : before.dueFromUs,
        hadNode: before?.hadNode ?? commission !== null,
      };
    } else if (before !== undefined) {
      if (before.hadNode) durationsUs.push(nowUs - before.sinceUs);
      if (possibleSinceUs !== null && !isDisturbed && nowUs > before.dueFromUs + failoverBoundUs(config)) {
        next = wronged(next, 'late fail-over', lateMessage(name), []);
      }
    }
  }
  const failovers = {
    broken,
    durationsUs:
      durationsUs.length === 0 ? judged.failovers.durationsUs : [...judged.failovers.durationsUs, ...durationsUs],
  };
  return { ...next, possibleSinceUs, failovers };
}

/** An agent, a live commission and a database that answers, or a standby that may take over. */
function canServe(judged: Judged, world: NewsWorld): boolean {
  if (judged.agentsUp === 0 || !Object.keys(judged.services).some((name) => isLive(judged, name))) return false;
  return world.alive(judged.authority) || (judged.databasesUp > 0 && judged.arbiterUp);
}

/**
 * Within this time after a failure an area is to have a live node again: until the next health check, until that has failed, and the
 * time-out of the one round of transactions in which another node is assigned.
 */
export function failoverBoundUs(config: NewsConfig): number {
  return config.healthEveryUs + config.healthTimeoutUs + config.databaseTimeoutUs;
}

export function lateMessage(area: string): string {
  return `${area} had no live node for longer than a health-check period, its time-out and one round`;
}
