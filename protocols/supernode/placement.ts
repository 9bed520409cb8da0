/**
 * Where processes run and how they are called: hosts, ports, locations. It stands in for the name service: what resolves
 * a location to an address is a table for the processes of the start and a rule for those that come later.
 */
import type { Address } from '../../sim/protocol.ts';

export interface Placement {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The addresses of the supernodes that a node knows, its own first; empty for a supernode. */
  readonly supernodes: readonly Address[];
}

/** Hosts by index of the process, and for each node the supernode that its configuration names. */
export interface Layout {
  readonly supernodeHosts: readonly string[];
  readonly nodeHosts: readonly string[];
  readonly homes: readonly Address[];
}

const SUPERNODE_PORT = 5000;
const NODE_PORT = 8000;

export function layOut(layout: Layout): { readonly supernodes: Placement[]; readonly nodes: Placement[] } {
  const supernodePorts = portsOf(layout.supernodeHosts, SUPERNODE_PORT);
  const nodePorts = portsOf(layout.nodeHosts, NODE_PORT);
  return {
    supernodes: layout.supernodeHosts.map((host, i) => ({
      name: `supernode-${i + 1}`,
      host,
      port: supernodePorts[i],
      supernodes: [],
    })),
    nodes: layout.nodeHosts.map((host, i) => ({
      name: `node-${i + 1}`,
      host,
      port: nodePorts[i],
      supernodes: listFrom(layout.homes[i], layout.supernodeHosts.length),
    })),
  };
}

/** The first process on a host has the first port, and so on. */
function portsOf(hosts: readonly string[], first: number): number[] {
  const used = new Map<string, number>();
  return hosts.map((host) => {
    const before = used.get(host) ?? 0;
    used.set(host, before + 1);
    return first + before;
  });
}

/** All supernodes, beginning with one's own and then round the list, so that those of a dead one spread over the others. */
export function listFrom(home: Address, supernodes: number): Address[] {
  return Array.from({ length: supernodes }, (_, i) => (home + i) % supernodes);
}

export function endpointOf(placement: Placement): string {
  return `${placement.host}:${placement.port}`;
}

/** `host:port` → address. Supernodes have the first addresses. */
export function directoryOf(
  supernodes: readonly Placement[],
  nodes: readonly Placement[],
): Readonly<Record<string, Address>> {
  return Object.fromEntries([...supernodes, ...nodes].map((placement, address) => [endpointOf(placement), address]));
}

/** The endpoint of a node that joins while the run goes on: its address is in its host's name. */
export function guestHost(address: Address): string {
  return `guest-${address}`;
}

export const GUEST_PORT = NODE_PORT;

/** Where a file is, as a client is told: a URL, so without `;`. */
export function locationOf(endpoint: string, fileName: string): string {
  return `http://${endpoint}/files/${fileName}`;
}

/** The parts of a location, or null if it is none. */
export function parseLocation(location: string): { readonly endpoint: string; readonly fileName: string } | null {
  const parts = /^http:\/\/([^/]+)\/files\/([^/]+)$/.exec(location);
  return parts === null ? null : { endpoint: parts[1], fileName: parts[2] };
}

/** The address behind `host:port`, or null if nothing is called so. */
export function resolve(directory: Readonly<Record<string, Address>>, endpoint: string): Address | null {
  if (Object.hasOwn(directory, endpoint)) return directory[endpoint];
  const guest = /^guest-(\d{1,15}):8000$/.exec(endpoint);
  return guest === null ? null : Number(guest[1]);
}
