/**
 * Gossip with something in it that a run must not hang on: a counter of the module, or the process that it runs in. `verify` has to find both;
 * its fresh process loads this module as its registry.
 */
import { gossip } from '../../protocols/gossip/index.ts';
import { type Machine, type System, setTimer } from '../../sim/index.ts';

/** From this handled input of a process on, the counter shows. */
let handled = 0;

type AnyMachine = Machine<{
  Config: unknown;
  Boot: unknown;
  Durable: unknown;
  State: unknown;
  Message: { readonly kind: string };
  Timer: { readonly kind: string };
  Operation: { readonly kind: string };
  Outcome: { readonly kind: string };
  Note: { readonly kind: string };
  Tag: unknown;
}>;

/** The same system, with one timer that is late whenever `isLate` says so. */
function planted(name: string, isLate: (nowUs: number) => boolean): System {
  const base = gossip as unknown as System;
  const inner = base.roles.peer.machine as AnyMachine;
  const machine: AnyMachine = {
    start: inner.start,
    handle(state, input, ctx) {
      const step = inner.handle(state, input, ctx);
      if (input.kind !== 'timer' || !isLate(ctx.nowUs)) return step;
      return { ...step, effects: [...step.effects, setTimer({ kind: 'planted' }, 1_000_000)] };
    },
  };
  const shielded: AnyMachine = {
    start: machine.start,
    // The timer itself is nothing to the protocol: what counts is that there is an event more.
    handle: (state, input, ctx) =>
      input.kind === 'timer' && input.timer.kind === 'planted'
        ? { state, effects: [] }
        : machine.handle(state, input, ctx),
  };
  return { ...base, name, roles: { peer: { ...base.roles.peer, machine: shielded } } };
}

export const systems: ReadonlyMap<string, System> = new Map(
  [
    planted('counting', () => ++handled === 1000),
    planted(
      'personal',
      (nowUs) => process.send !== undefined && process.argv[1]?.includes('child') && nowUs > 20_000_000,
    ),
    planted('honest', () => false),
  ].map((system) => [system.name, system]),
);
