// What the supernode tests have in common: configurations, states that were reached by steps, and runs.

import { supernode } from '../../protocols/supernode/index.ts';
import type { SupernodeJudged } from '../../protocols/supernode/judged.ts';
import { node as nodeMachine } from '../../protocols/supernode/node.ts';
import { contentNamed, idOf } from '../../protocols/supernode/resources.ts';
import type {
  NodeRole,
  NodeState,
  SupernodeRole,
  SupernodeState,
  SupernodeTypes,
} from '../../protocols/supernode/state.ts';
import { supernode as supernodeMachine } from '../../protocols/supernode/supernode.ts';
import { type Effect, type Input, planOf, type Traits } from '../../sim/index.ts';
import { contextOf, frozen, type Parts, type Run, run as runSystem } from '../common/runs.ts';

export type Variant = 'described' | 'hardened';

export function configOf(variant: Variant, traits: Traits = {}, settings: Readonly<Record<string, unknown>> = {}) {
  return planOf(supernode, { variant, traits, settings }).config;
}

/** The id of the file of that name, unless it was given another content. */
export function idFor(name: string): string {
  return idOf(contentNamed(name));
}

export function run(parts: Parts, freeze = true): Run<SupernodeTypes, SupernodeJudged> {
  return runSystem(supernode, parts, { freeze });
}

/** A machine that is led by hand: each input gives the effects of its step. */
export function supernodeAt(variant: Variant, traits: Traits = {}, settings = {}) {
  const config = configOf(variant, traits, settings);
  const ctx = contextOf<SupernodeRole>(config, 0);
  let { state } = supernodeMachine.start({ role: 'supernode', name: 'supernode-1' }, null, ctx);
  return {
    config,
    get state(): SupernodeState {
      return state;
    },
    gets(input: Input<SupernodeRole>): readonly Effect<SupernodeRole>[] {
      const step = supernodeMachine.handle(frozen(state), frozen(input), ctx);
      state = step.state;
      return step.effects;
    },
    hears(text: string): readonly Effect<SupernodeRole>[] {
      return this.gets({ kind: 'datagram', from: 1, group: 'supernodes', message: { kind: 'wire', text } });
    },
    /** A node registers files of these names. */
    registers(node: number, ...names: readonly string[]): readonly Effect<SupernodeRole>[] {
      const resources = names.map((name) => ({ key: idFor(name), location: `http://n${node}:8000/files/${name}` }));
      const message = { kind: 'register' as const, name: `n${node}`, version: null, resources };
      return this.gets({ kind: 'request', from: node, id: 1000 + node, message });
    },
    isAsked(id: number, node: number, ...names: readonly string[]): readonly Effect<SupernodeRole>[] {
      const message = { kind: 'search' as const, ids: names.map(idFor), except: [] };
      return this.gets({ kind: 'request', from: node, id, message });
    },
  };
}

export function nodeAt(variant: Variant, traits: Traits = {}, settings = {}) {
  const config = configOf(variant, traits, settings);
  const ctx = contextOf<NodeRole>(config, 2);
  const boot = {
    role: 'node' as const,
    name: 'node-1',
    endpoint: 'host-2:8000',
    files: [{ name: 'own.txt', content: contentNamed('own.txt') }],
    supernodes: [0, 1],
  };
  const started = nodeMachine.start(boot, null, ctx);
  let { state } = started;
  return {
    config,
    start: started.effects,
    get state(): NodeState {
      return state;
    },
    gets(input: Input<NodeRole>): readonly Effect<NodeRole>[] {
      const step = nodeMachine.handle(frozen(state), frozen(input), ctx);
      state = step.state;
      return step.effects;
    },
    /** The supernode confirms the registration. */
    isRegistered(from = 0): readonly Effect<NodeRole>[] {
      return this.gets({ kind: 'reply', from, message: { kind: 'registered' }, tag: { kind: 'registration' } });
    },
    isAskedFor(id: number, ...names: readonly string[]): readonly Effect<NodeRole>[] {
      const operation =
        names.length === 1
          ? { kind: 'find' as const, id: idFor(names[0]) }
          : { kind: 'findMany' as const, ids: names.map(idFor) };
      return this.gets({ kind: 'operation', id, operation });
    },
  };
}

/** Effects as a person reads them. */
export function told(effects: readonly Effect<SupernodeTypes>[]): string[] {
  return effects.map((effect) => {
    const value = effect.value as { readonly kind: string; readonly text?: string } | null;
    switch (effect.kind) {
      case 'multicast':
        return `multicast ${shorten(value?.text ?? '')}`;
      case 'request':
        return `request ${value?.kind} of ${effect.target}`;
      case 'reply':
      case 'complete':
        return shorten(`${effect.kind} ${effect.target} ${JSON.stringify(value)}`);
      case 'setTimer':
      case 'cancelTimer':
        return `${effect.kind} ${effect.name} ${effect.target}`;
      case 'note':
        return `note ${value?.kind}`;
      default:
        return effect.kind;
    }
  });
}

/** Ids of well-known names are replaced by the names. */
function shorten(text: string): string {
  return NAMES.reduce((now, name) => now.replaceAll(idFor(name), `#${name}`), text);
}

const NAMES = ['own.txt', 'a', 'b', 'c', 'd'];
