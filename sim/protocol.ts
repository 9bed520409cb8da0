/**
 * All that a protocol may know of the simulator: the contract and some pure helpers. `protocols/` imports this file and nothing else of `sim/`.
 */
export * from './check/linearizability.ts';
export * from './contract/effect.ts';
export type * from './contract/input.ts';
export type * from './contract/machine.ts';
export * from './contract/protocol-types.ts';
export * from './contract/system.ts';
export type * from './contract/world.ts';
export type { Distribution } from './random/distributions.ts';
export type { Random } from './random/random.ts';
export * from './scenario/units.ts';
export * from './time.ts';
