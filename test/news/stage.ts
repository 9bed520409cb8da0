/** A stage on which one machine acts: inputs as literals, steps as lines to read. */
import { news } from '../../protocols/news/index.ts';
import type { Message } from '../../protocols/news/messages.ts';
import { deepFreeze } from '../../sim/engine/freeze.ts';
import {
  type Effect,
  formatDuration,
  type Input,
  type Machine,
  type ProtocolTypes,
  type Random,
} from '../../sim/index.ts';

export function configOf(variant: 'described' | 'hardened', settings: object = {}) {
  return news.configure(news.settings.parse(settings), news.variants[variant].traits, { variant, nodes: null });
}

/** Always the first of the candidates. */
export const FIRST: Random = {
  double: () => 0,
  int: () => 0,
  uniform: (low) => low,
  exponential: (mean) => mean,
  normal: (mean) => mean,
  chance: () => false,
  pick: (items) => items[0],
  shuffle: (items) => [...items],
  sampleUs: () => 0,
};

export class Stage<P extends ProtocolTypes> {
  state!: P['State'];
  durable: P['Durable'] | null = null;
  nowUs = 0;
  private readonly machine: Machine<P>;
  private readonly boot: P['Boot'];
  private readonly self: number;
  private readonly config: P['Config'];
  /** What the start wanted. */
  readonly started: string[];

  constructor(machine: Machine<P>, boot: P['Boot'], config: P['Config'], self = 50) {
    this.machine = machine;
    this.boot = deepFreeze(boot);
    this.config = deepFreeze(config);
    this.self = self;
    this.started = this.restart();
  }

  private get context() {
    return { self: this.self, nowUs: this.nowUs, config: this.config, random: FIRST };
  }

  /** Boots it: the first time, or after a crash, with what it saved. */
  restart(): string[] {
    const { state, effects } = this.machine.start(this.boot, this.durable, this.context);
    return this.took(state, effects);
  }

  take(input: Input<P>): string[] {
    const { state, effects } = this.machine.handle(this.state, deepFreeze(input), this.context);
    return this.took(state, effects);
  }

  private took(state: P['State'], effects: readonly Effect<P>[]): string[] {
    this.state = deepFreeze(state);
    for (const { kind, value } of effects) if (kind === 'save') this.durable = value as P['Durable'];
    return effects.map((effect) => lineOf(effect));
  }

  request(from: number, id: number, message: Message): string[] {
    return this.take({ kind: 'request', from, id, message } as Input<P>);
  }

  reply(from: number, message: Message, tag: P['Tag']): string[] {
    return this.take({ kind: 'reply', from, message, tag } as Input<P>);
  }

  fail(to: number, reason: 'refused' | 'timeout' | 'unreachable' | 'reset', tag: P['Tag']): string[] {
    return this.take({ kind: 'failure', to, reason, tag } as Input<P>);
  }

  timer(timer: P['Timer']): string[] {
    return this.take({ kind: 'timer', timer } as Input<P>);
  }

  /** The step of an input, with its effects as they are: for the tags of requests. */
  effects(input: Input<P>): readonly Effect<P>[] {
    return this.machine.handle(this.state, deepFreeze(input), this.context).effects;
  }
}

/** An effect as a line: `request 3: publish …`, `reply 12: done`, `timer health in 5s`. */
export function lineOf(effect: Effect): string {
  const { kind, target, us, name } = effect;
  const value = effect.value as never;
  switch (kind) {
    case 'request':
      return `request ${target}: ${news.describe!.message!(value)}`;
    case 'reply':
      return `reply ${target}: ${news.describe!.message!(value)}`;
    case 'setTimer':
      return `timer ${name} in ${formatDuration(us)}`;
    case 'cancelTimer':
      return `cancel ${name}`;
    case 'complete':
      return `complete ${target}: ${news.describe!.outcome!(value)}`;
    case 'note':
      return `note: ${news.describe!.note!(value)}`;
    default:
      return kind;
  }
}
