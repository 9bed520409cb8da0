// What the superpeer tests have in common: configurations, machines that are led by hand, and runs.

import { balancer as balancerMachine } from '../../protocols/superpeer/balancer.ts';
import { superpeer } from '../../protocols/superpeer/index.ts';
import type { SuperpeerJudged } from '../../protocols/superpeer/judged.ts';
import { peer as peerMachine } from '../../protocols/superpeer/peer.ts';
import type {
  BalancerRole,
  BalancerState,
  PeerDisk,
  PeerRole,
  PeerState,
  SuperpeerRole,
  SuperpeerState,
  SuperpeerTypes,
} from '../../protocols/superpeer/state.ts';
import { superpeer as superpeerMachine } from '../../protocols/superpeer/superpeer.ts';
import { type Address, type Context, type Effect, type Input, planOf, type Traits } from '../../sim/index.ts';
import { contextOf, frozen, type Parts, type Run, run as runSystem } from '../common/runs.ts';

export type Variant = 'described' | 'hardened';

export function configOf(variant: Variant, settings: Readonly<Record<string, unknown>> = {}, traits: Traits = {}) {
  return planOf(superpeer, { variant, traits, settings }).config;
}

export function run(parts: Parts, freeze = true): Run<SuperpeerTypes, SuperpeerJudged> {
  return runSystem(superpeer, parts, { freeze });
}

/** Leads one machine; each input gives the effects of its step. */
function led<S, I>(state: S, handle: (state: S, input: I, nowUs: number) => { state: S; effects: readonly Effect[] }) {
  let now = state;
  return {
    get state(): S {
      return now;
    },
    gets(input: I, nowUs = 0): readonly Effect<SuperpeerTypes>[] {
      const step = handle(frozen(now), frozen(input), nowUs);
      now = step.state;
      return step.effects as readonly Effect<SuperpeerTypes>[];
    },
  };
}

export function superpeerAt(
  variant: Variant,
  settings: Readonly<Record<string, unknown>> = {},
  self: Address = 0,
  traits: Traits = {},
) {
  const config = configOf(variant, settings, traits);
  const neighbours = Array.from({ length: config.superpeers }, (_, i) => i).filter((one) => one !== self);
  const boot = { role: 'superpeer' as const, name: `superpeer-${self + 1}`, neighbours };
  const start = superpeerMachine.start(boot, null, contextOf<SuperpeerRole>(config, self));
  const machine = led<SuperpeerState, Input<SuperpeerRole>>(start.state, (state, input, nowUs) =>
    superpeerMachine.handle(state, input, contextOf<SuperpeerRole>(config, self, nowUs)),
  );
  return {
    config,
    start: start.effects,
    gets: machine.gets,
    get state() {
      return machine.state;
    },
    registers(peer: Address, names: readonly string[], version: number | null = null) {
      const message = { kind: 'register' as const, name: `peer-${peer}`, version, resources: names };
      return machine.gets({ kind: 'request', from: peer, id: 100 + peer, message });
    },
    isAsked(id: number, name: string, from: Address = 9) {
      return machine.gets({ kind: 'request', from, id, message: { kind: 'search', name } });
    },
    hears(from: Address, message: SuperpeerTypes['Message'], search: number) {
      return machine.gets({ kind: 'reply', from, message, tag: { kind: 'lookup', search } });
    },
    misses(to: Address, search: number) {
      return machine.gets({ kind: 'failure', to, reason: 'timeout', tag: { kind: 'lookup', search } });
    },
  };
}

export function peerAt(
  variant: Variant,
  settings: Readonly<Record<string, unknown>> = {},
  durable: PeerDisk | null = null,
) {
  const config = configOf(variant, settings);
  const self = config.superpeers + 1;
  const boot = { role: 'peer' as const, name: 'peer-1', resources: ['own'], group: 0 };
  const random = { int: () => 0 } as unknown as Context<PeerRole>['random'];
  const start = peerMachine.start(boot, durable, { ...contextOf<PeerRole>(config, self), random });
  const machine = led<PeerState, Input<PeerRole>>(start.state, (state, input, nowUs) =>
    peerMachine.handle(state, input, contextOf<PeerRole>(config, self, nowUs)),
  );
  return {
    config,
    start: start.effects,
    gets: machine.gets,
    get state() {
      return machine.state;
    },
    isAssigned(...superpeers: readonly Address[]) {
      const message = { kind: 'assigned' as const, superpeers };
      return machine.gets({ kind: 'reply', from: config.superpeers, message, tag: { kind: 'assign' } });
    },
    isRegistered(from: Address, epoch = 1) {
      return machine.gets({ kind: 'reply', from, message: { kind: 'registered' }, tag: { kind: 'register', epoch } });
    },
    keepsAlive(nowUs = 0) {
      return machine.gets({ kind: 'timer', timer: { kind: 'keepAlive' } }, nowUs);
    },
    loses(to: Address, reason: 'refused' | 'timeout' | 'reset', epoch = 1, nowUs = 0) {
      return machine.gets({ kind: 'failure', to, reason, tag: { kind: 'keepAlive', epoch } }, nowUs);
    },
  };
}

export function balancerAt(settings: Readonly<Record<string, unknown>> = {}) {
  const config = configOf('described', settings);
  const ctx = contextOf<BalancerRole>(config, config.superpeers);
  const start = balancerMachine.start({ role: 'balancer' }, null, ctx);
  const machine = led<BalancerState, Input<BalancerRole>>(start.state, (state, input) =>
    balancerMachine.handle(state, input, ctx),
  );
  return {
    config,
    gets: machine.gets,
    get state() {
      return machine.state;
    },
    /** Hands out the next peer, and says to whom. */
    hands(): readonly Address[] | null {
      const effects = machine.gets({ kind: 'request', from: 20, id: 1, message: { kind: 'assign' } });
      const answer = effects.find((effect) => effect.kind === 'reply')?.value as SuperpeerTypes['Message'];
      return answer.kind === 'assigned' ? answer.superpeers : null;
    },
    loses(superpeer: Address) {
      return machine.gets({ kind: 'failure', to: superpeer, reason: 'refused', tag: { kind: 'ping' } });
    },
    hears(superpeer: Address, peers: number) {
      return machine.gets({ kind: 'reply', from: superpeer, message: { kind: 'pong', peers }, tag: { kind: 'ping' } });
    },
  };
}

/** Effects as a person reads them. */
export function told(effects: readonly Effect<SuperpeerTypes>[]): string[] {
  return effects.map((effect) => {
    const value = effect.value as { readonly kind: string } | null;
    switch (effect.kind) {
      case 'request':
        return `request ${value?.kind} of ${effect.target}`;
      case 'send':
        return `send ${value?.kind} to ${effect.target}`;
      case 'reply':
      case 'complete':
        return `${effect.kind} ${effect.target} ${JSON.stringify(value)}`;
      case 'setTimer':
        return `setTimer ${effect.name} ${effect.us / 1000}ms`;
      case 'cancelTimer':
        return `cancelTimer ${effect.name}`;
      case 'note':
        return `note ${value?.kind}`;
      default:
        return effect.kind;
    }
  });
}
