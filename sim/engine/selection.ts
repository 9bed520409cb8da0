import type { Address } from '../contract/protocol-types.ts';
import type { Random } from '../random/random.ts';
import type { Selector, SelectorTerm } from '../scenario/plan.ts';
import type { AddressSet } from './address-set.ts';
import type { Host, ProcessRecord } from './process-record.ts';

/** What a selector is resolved against. */
export interface Population {
  readonly processes: readonly ProcessRecord[];
  readonly hosts: ReadonlyMap<string, Host>;
  named(name: string): ProcessRecord | undefined;
  /** Addresses of the live processes, in an order that only the run determines. */
  readonly live: readonly Address[];
}

/** The addresses that a selector means now, ascending, each once. With nobody on another side, `rest` is everyone. @param random where `any` draws from. */
export function resolve(selector: Selector, population: Population, random: Random): Address[] {
  return [...resolveSet(selector, population, random).addresses].sort((a, b) => a - b);
}

export function resolveSet(selector: Selector, population: Population, random: Random): AddressSet {
  return resolveSides([selector], population, random)[0];
}

/** The selectors as sides: `rest` is what no side names or draws. */
export function resolveSides(sides: readonly Selector[], population: Population, random: Random): AddressSet[] {
  const { processes } = population;
  const found = sides.map((side) => new Set(side.flatMap((term) => resolveTerm(term, population, random))));
  const taken = new Set(found.flatMap((addresses) => [...addresses]));
  return sides.map((side, i) => {
    if (side.some((term) => term.kind === 'rest')) {
      for (const { address } of processes) if (!taken.has(address)) found[i].add(address);
    }
    return { addresses: found[i], newcomers: isOpenEnded(side), size: processes.length };
  });
}

/** Whether the selector takes in processes that are yet to come. */
function isOpenEnded(selector: Selector): boolean {
  return selector.some((term) => term.kind === 'all' || term.kind === 'rest');
}

function resolveTerm(term: SelectorTerm, population: Population, random: Random): readonly Address[] {
  const { processes, live } = population;
  switch (term.kind) {
    case 'all':
      return processes.map((process) => process.address);
    case 'range':
      return processes.slice(term.from, term.to + 1).map((process) => process.address);
    case 'any':
      return sample(live, term.count, random);
    case 'name':
      return resolveName(term.name, population);
    case 'rest':
      return [];
  }
}

function resolveName(name: string, population: Population): readonly Address[] {
  const process = population.named(name);
  if (process !== undefined) return [process.address];
  const host = population.hosts.get(name);
  if (host !== undefined) return host.processes;
  if (isAddress(name)) return Number(name) < population.processes.length ? [Number(name)] : [];
  return population.processes.filter((candidate) => candidate.role === name).map((candidate) => candidate.address);
}

function isAddress(name: string): boolean {
  return /^\d+$/.test(name);
}

/** So many of the items, each set of them alike; with a draw for each and no copy of the list. */
function sample<T>(items: readonly T[], count: number, random: Random): T[] {
  // The shuffle of Fisher and Yates, from which only so many cards are dealt; what was moved is kept aside.
  const moved = new Map<number, T>();
  const dealt: T[] = [];
  for (let last = items.length - 1; last >= 0 && dealt.length < count; last--) {
    const place = random.int(last + 1);
    dealt.push(moved.get(place) ?? items[place]);
    moved.set(place, moved.get(last) ?? items[last]);
  }
  return dealt;
}

// --- Selectors that last the whole run: service managers, issuers of workloads, regions, links ---

/** The selector with `any` drawn once and for all, from all processes that there are at the start. */
export function settled(selector: Selector, population: Population, random: Random): Selector {
  const everyone = population.processes.map((process) => process.address);
  return selector.flatMap((term): Selector => {
    if (term.kind !== 'any') return [term];
    return sample(everyone, term.count, random).map((address) => ({ kind: 'range', from: address, to: address }));
  });
}

/**
 * Whether a process belongs to a settled selector; newcomers are judged like everyone. Costs nothing that grows with the population.
 * @param others the other sides, which say what `rest` is.
 */
export function belongs(
  process: ProcessRecord,
  selector: Selector,
  population: Population,
  others: readonly Selector[] = [],
): boolean {
  return selector.some((term) =>
    term.kind === 'rest'
      ? !others.some((other) => other.some((each) => isNamedBy(process, each, population)))
      : isNamedBy(process, term, population),
  );
}

function isNamedBy(process: ProcessRecord, term: SelectorTerm, population: Population): boolean {
  switch (term.kind) {
    case 'all':
      return true;
    case 'range':
      return term.from <= process.address && process.address <= term.to;
    case 'name':
      return hasName(process, term.name, population);
    default:
      return false;
  }
}

function hasName(process: ProcessRecord, name: string, population: Population): boolean {
  const named = population.named(name);
  if (named !== undefined) return named.address === process.address;
  if (population.hosts.has(name)) return process.host === name;
  return isAddress(name) ? Number(name) === process.address : process.role === name;
}
