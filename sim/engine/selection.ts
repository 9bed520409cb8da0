import type { Address } from '../contract/protocol-types.ts';
import type { Random } from '../random/random.ts';
import type { Selector, SelectorTerm } from '../scenario/plan.ts';
import type { AddressSet } from './network.ts';
import type { Host, ProcessRecord } from './process-record.ts';

/** What a selector is resolved against. */
export interface Population {
  readonly processes: readonly ProcessRecord[];
  readonly hosts: ReadonlyMap<string, Host>;
  named(name: string): ProcessRecord | undefined;
  /** Addresses of the live processes, in an order that only the run determines. */
  readonly live: readonly Address[];
}

/**
 * The addresses that a selector means now, ascending, each once.
 * @param others what `rest` leaves out. @param random where `any` draws from.
 */
export function resolve(
  selector: Selector,
  population: Population,
  random: Random,
  others: ReadonlySet<Address> = new Set(),
): Address[] {
  const found = new Set<Address>();
  for (const term of selector) for (const address of resolveTerm(term, population, random, others)) found.add(address);
  return [...found].sort((a, b) => a - b);
}

/** Whether the selector takes in processes that are yet to come. */
export function isOpenEnded(selector: Selector): boolean {
  return selector.some((term) => term.kind === 'all' || term.kind === 'rest');
}

/** The selectors as sides that exclude each other, in the sense that `rest` is what no other side names. */
export function resolveSides(sides: readonly Selector[], population: Population, random: Random): AddressSet[] {
  const named = new Set<Address>();
  for (const side of sides) {
    const closed = side.filter((term) => term.kind !== 'rest' && term.kind !== 'any');
    for (const address of resolve(closed, population, random)) named.add(address);
  }
  return sides.map((side) => ({
    addresses: new Set(resolve(side, population, random, named)),
    newcomers: isOpenEnded(side),
    size: population.processes.length,
  }));
}

export function resolveSet(selector: Selector, population: Population, random: Random): AddressSet {
  return resolveSides([selector], population, random)[0];
}

function resolveTerm(
  term: SelectorTerm,
  population: Population,
  random: Random,
  others: ReadonlySet<Address>,
): readonly Address[] {
  const { processes } = population;
  switch (term.kind) {
    case 'all':
      return processes.map((process) => process.address);
    case 'rest':
      return processes.map((process) => process.address).filter((address) => !others.has(address));
    case 'range':
      return processes.slice(term.from, term.to + 1).map((process) => process.address);
    case 'any':
      return random.shuffle(population.live).slice(0, term.count);
    case 'name':
      return resolveName(term.name, population);
  }
}

function resolveName(name: string, population: Population): readonly Address[] {
  const process = population.named(name);
  if (process !== undefined) return [process.address];
  const host = population.hosts.get(name);
  if (host !== undefined) return host.processes;
  if (/^\d+$/.test(name)) {
    const address = Number(name);
    return address < population.processes.length ? [address] : [];
  }
  return population.processes.filter((candidate) => candidate.role === name).map((candidate) => candidate.address);
}
