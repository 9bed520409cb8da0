import type { Address } from '../contract/protocol-types.ts';

/** Some addresses, and whether those that are yet to come belong to them. */
export interface AddressSet {
  readonly addresses: ReadonlySet<Address>;
  readonly newcomers: boolean;
  /** How many processes there were when the set was made; higher addresses are newcomers. */
  readonly size: number;
}

export function contains(set: AddressSet, address: Address): boolean {
  return address < set.size ? set.addresses.has(address) : set.newcomers;
}
