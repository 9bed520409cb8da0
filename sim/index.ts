/**
 * The simulator for its users: the command, the dashboard, tests and benchmarks. Protocols import `protocol.ts`. Reading scenarios
 * (`scenario/load.ts`), reports (`report/report.ts`) and traces (`trace/writer.ts`) are imported by themselves: each brings packages that not every user wants.
 */

export type { FaultTally } from './engine/actions.ts';
export type { Checkpoint } from './engine/checkpoint.ts';
export { SimulationError, type SimulationOptions } from './engine/core.ts';
export type { DropReason } from './engine/counters.ts';
export { DROP_REASONS } from './engine/counters.ts';
export type { Sighting, Stretch, Watch } from './engine/monitors.ts';
export type { ObservedDrop, ObservedEvent, Observer } from './engine/observer.ts';
export type { Series } from './engine/series.ts';
export { Simulation } from './engine/simulation.ts';
export * from './protocol.ts';
export type * from './scenario/plan.ts';
export { type PlanParts, planOf } from './scenario/plan-of.ts';
