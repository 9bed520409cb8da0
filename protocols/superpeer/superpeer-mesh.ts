/**
 * What a superpeer, or the balancer, knows of the other superpeers: it pings them all the time, and one that does not
 * answer is not active until it does.
 */
import type { Address } from '../../sim/protocol.ts';
import type { SuperpeerNote } from './messages.ts';
import type { Other } from './state.ts';

/** Before the first answer a superpeer of the configuration is taken for active. */
export function otherOf(superpeer: Address): Other {
  return { superpeer, active: true, lastAnsweredUs: null, peers: 0 };
}

export interface Change {
  readonly others: readonly Other[];
  /** Null if it was known to be so. */
  readonly news: SuperpeerNote | null;
}

/** It answered. */
export function answered(others: readonly Other[], superpeer: Address, peers: number, nowUs: number): Change {
  const before = others.find((other) => other.superpeer === superpeer);
  if (before === undefined) return { others, news: null };
  return {
    others: replaced(others, { superpeer, active: true, lastAnsweredUs: nowUs, peers }),
    news: before.active ? null : { kind: 'back', superpeer },
  };
}

/** It did not answer, or said goodbye. */
export function dropped(others: readonly Other[], superpeer: Address): Change {
  const before = others.find((other) => other.superpeer === superpeer);
  if (before === undefined || !before.active) return { others, news: null };
  return {
    others: replaced(others, { ...before, active: false }),
    news: { kind: 'dropped', superpeer },
  };
}

export function isActive(others: readonly Other[], superpeer: Address): boolean {
  return others.some((other) => other.superpeer === superpeer && other.active);
}

export function activeOnes(others: readonly Other[]): readonly Address[] {
  return others.filter((other) => other.active).map((other) => other.superpeer);
}

export function replaced(others: readonly Other[], other: Other): readonly Other[] {
  return others.map((one) => (one.superpeer === other.superpeer ? other : one));
}
