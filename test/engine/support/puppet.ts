/**
 * A system for tests that want a certain thing to happen: a puppet does what an operation tells it to, answers requests in the way
 * that they ask for, and writes down what it meets with the time on its own clock. Its log reads like a transcript:
 *
 * ```
 * 0.000 start 1
 * 0.150 echo 7 from 1
 * 1.000 timeout of 7 to 2
 * ```
 */
import { z } from 'zod';
import { type Simulation, type System, settings } from '../../../sim/index.ts';
import {
  type Address,
  complete,
  type Effect,
  exit,
  type Input,
  joinGroup,
  type Machine,
  multicast,
  note,
  type ProcessSpec,
  type ProtocolTypes,
  reply,
  request,
  save,
  send,
  setTimer,
  type World,
} from '../../../sim/protocol.ts';

export interface PuppetConfig {
  readonly nodes: number;
  readonly perHost: number;
}

/** How a puppet answers a request with this message; sent as a datagram it is only written down. */
export type PuppetMessage =
  | { readonly kind: 'echo' | 'silence' | 'twice' | 'quit' | 'echoed'; readonly n: number }
  | { readonly kind: 'slowly'; readonly n: number; readonly us: number };

export type PuppetTimer =
  | { readonly kind: 'alarm' | 'bell'; readonly n: number }
  | { readonly kind: 'answer'; readonly n: number; readonly id: number };

export interface PuppetTypes extends ProtocolTypes {
  Config: PuppetConfig;
  Boot: string | null;
  Durable: { readonly boots: number };
  State: { readonly log: readonly string[] };
  Message: PuppetMessage;
  Timer: PuppetTimer;
  /** Carries out these effects, then ends with an outcome if it is told to. */
  Operation: {
    readonly kind: 'do' | 'step';
    readonly effects: readonly Effect<PuppetTypes>[];
    readonly outcome: string | null;
  };
  Outcome: { readonly kind: string };
  Note: { readonly kind: 'noted'; readonly n: number };
  Tag: number;
}

type State = PuppetTypes['State'];
type PuppetEffect = Effect<PuppetTypes>;

const machine: Machine<PuppetTypes> = {
  start(boot, durable, ctx) {
    const boots = (durable?.boots ?? 0) + 1;
    const told = boot === null ? '' : ` ${boot}`;
    return { state: wrote({ log: [] }, ctx.nowUs, `start ${boots}${told}`), effects: [save<PuppetTypes>({ boots })] };
  },

  handle(state, input, ctx) {
    const written = wrote(state, ctx.nowUs, lineOf(input));
    return { state: written, effects: answerTo(input) };
  },
};

function wrote(state: State, nowUs: number, line: string): State {
  return { log: [...state.log, `${(nowUs / 1e6).toFixed(3)} ${line}`] };
}

function lineOf(input: Input<PuppetTypes>): string {
  switch (input.kind) {
    case 'datagram':
      return `${input.message.kind} ${input.message.n} from ${input.from}${input.group === null ? '' : ` in ${input.group}`}`;
    case 'request':
      return `asked to ${input.message.kind} ${input.message.n} by ${input.from}`;
    case 'reply':
      return `${input.message.kind} ${input.message.n} for ${input.tag} from ${input.from}`;
    case 'failure':
      return `${input.reason} of ${input.tag} to ${input.to}`;
    case 'timer':
      return `${input.timer.kind} ${input.timer.n}`;
    case 'operation':
      return input.operation.kind;
    case 'leave':
      return 'leave';
  }
}

function answerTo(input: Input<PuppetTypes>): readonly PuppetEffect[] {
  if (input.kind === 'leave') return [exit()];
  if (input.kind === 'operation') {
    const { effects, outcome } = input.operation;
    return outcome === null ? effects : [...effects, complete(input.id, { kind: outcome })];
  }
  if (input.kind === 'timer' && input.timer.kind === 'answer') {
    return [reply(input.timer.id, { kind: 'echoed', n: input.timer.n })];
  }
  if (input.kind !== 'request') return [];
  const { message, id } = input;
  const answer: PuppetEffect = reply(id, { kind: 'echoed', n: message.n });
  switch (message.kind) {
    case 'echo':
      return [answer];
    case 'twice':
      return [answer, answer];
    case 'slowly':
      return [setTimer<PuppetTypes>({ kind: 'answer', n: message.n, id }, message.us, message.n)];
    case 'quit':
      return [exit()];
    default:
      return [];
  }
}

const puppetSettings = settings({
  perHost: z.int().min(1).default(1).describe('Puppets on one host.'),
});

/** What the judge has seen: every observation as a line. */
type Seen = readonly string[];

export const puppets: System<PuppetTypes, Seen, z.output<typeof puppetSettings>, null> = {
  name: 'puppets',
  title: 'Processes that do what the test says',
  settings: puppetSettings,
  variants: { plain: { description: 'The only one.', traits: {} } },
  defaultVariant: 'plain',
  configure: (said, _traits, setup) => ({ nodes: setup.nodes ?? 2, perHost: said.perHost }),
  roles: {
    puppet: { description: 'Does what it is told.', machine },
    extra: { description: 'The same, under another name.', machine },
  },
  membership: {
    populate: (config) => Array.from({ length: config.nodes }, (_, i) => spec('puppet', null, hostOf(config, i), null)),
    joinArguments: settings({
      name: z.string().optional().describe('Its name.'),
      host: z.string().optional().describe('Its host.'),
    }),
    join: (_world, args) =>
      args.name === 'nobody'
        ? null
        : spec('extra', (args.name as string | undefined) ?? null, (args.host as string | undefined) ?? null, null),
    scale(world, group, size) {
      const members = liveOf(world, group);
      const missing = Math.max(0, size - members.length);
      return {
        join: Array.from({ length: missing }, () => spec(group, null, null, null)),
        leave: members.slice(size),
      };
    },
    mayFail: (_world, address) => address !== 0,
  },
  operations: {
    do: {
      plural: 'deeds',
      description: 'Does something.',
      arguments: settings({
        effects: z.array(z.unknown()).optional().describe('What.'),
        outcome: z.string().optional().describe('How it ends.'),
      }),
      make: (args) => ({
        kind: 'do',
        effects: (args.effects as readonly PuppetEffect[] | undefined) ?? [],
        outcome: (args.outcome as string | undefined) ?? null,
      }),
    },
    nap: {
      plural: 'naps',
      description: 'A step: nothing is judged.',
      arguments: settings({}),
      step: true,
      make: () => ({ kind: 'step', effects: [], outcome: 'done' }),
    },
  },
  judge: {
    init: () => [],
    observe: (seen, observation, world) => [...seen, `${at(world)} ${observed(observation)}`],
    watches: (before, after) => after.log.length > before.log.length && last(after).includes('bell'),
    verdict: (_judged, atStart, record) => ({
      verdict: record.outcome?.kind === 'done' ? 'correct' : 'wrong',
      measures: { seen: (atStart as Seen).length },
    }),
    verdicts: {
      correct: { good: true, description: 'It ended as it should.' },
      wrong: { good: false, description: 'It did not.' },
    },
  },
  properties: {
    'no bell rings': {
      description: 'Nobody has heard a bell as the last thing.',
      source: 'the tests',
      check(world) {
        for (let address = 0; address < world.size; address++) {
          const { state, name } = world.process(address);
          if (world.alive(address) && last(state).includes('bell'))
            return { message: `${name} hears a bell`, processes: [address] };
        }
        return null;
      },
      touchedBy: (before, after) => last(before).includes('bell') !== last(after).includes('bell'),
    },
    'all are up': {
      description: 'Every process that ever was is live.',
      source: 'the tests',
      check(world) {
        for (let address = 0; address < world.size; address++) {
          if (!world.alive(address)) return { message: `${world.process(address).name} is not`, processes: [address] };
        }
        return null;
      },
      touchedBy: () => false,
    },
    'all reach all': {
      description: 'The network would carry a message from everyone to everyone.',
      source: 'the tests',
      check(world) {
        for (let from = 0; from < world.size; from++) {
          for (let to = 0; to < world.size; to++) {
            if (!world.reachable(from, to)) return { message: `${from} does not reach ${to}`, processes: [from, to] };
          }
        }
        return null;
      },
      touchedBy: () => false,
    },
  },
  metrics: {},
  gauges: (world) => ({ lines: lines(world) }),
  view: () => null,
};

function spec(role: string, name: string | null, host: string | null, boot: string | null): ProcessSpec<PuppetTypes> {
  return { role, name, host, boot };
}

function hostOf(config: PuppetConfig, address: Address): string | null {
  return config.perHost === 1 ? null : `host-${Math.floor(address / config.perHost)}`;
}

function liveOf(world: World<PuppetTypes>, role: string): Address[] {
  return Array.from({ length: world.size }, (_, address) => address).filter(
    (address) => world.alive(address) && world.process(address).role === role,
  );
}

function lines(world: World<PuppetTypes>): number {
  let count = 0;
  for (let address = 0; address < world.size; address++) count += world.process(address).state.log.length;
  return count;
}

function last(state: State): string {
  return state.log[state.log.length - 1] ?? '';
}

function at(world: World<PuppetTypes>): string {
  return (world.nowUs / 1e6).toFixed(3);
}

function observed(observation: Parameters<typeof puppets.judge.observe>[1]): string {
  switch (observation.kind) {
    case 'started':
      return `${observation.address} started`;
    case 'stopped':
      return `${observation.address} ${observation.status}`;
    case 'changed':
      return `${observation.address} changed: ${last(observation.after)}`;
    case 'noted':
      return `${observation.address} noted ${observation.note.n}`;
    case 'began':
      return `${observation.record.issuer} began ${observation.record.id}`;
  }
}

// --- Pulling the strings ---

/** What a puppet has written down. */
export function logOf(simulation: Simulation<PuppetTypes>, address: Address): readonly string[] {
  return simulation.world.process(address).state.log;
}

/** Its log from the second line on: without its start. */
export function storyOf(simulation: Simulation<PuppetTypes>, address: Address): readonly string[] {
  return logOf(simulation, address)
    .slice(1)
    .filter((line) => !line.endsWith(' do'));
}

/** An action at that time that has a puppet do this. */
export function doing(
  atUs: number,
  node: Address | string,
  effects: readonly PuppetEffect[],
  outcome?: string,
): { readonly atUs: number; readonly action: PuppetAction } {
  return {
    atUs,
    action: {
      kind: 'operation',
      name: 'do',
      node: [{ kind: 'name', name: String(node) }],
      arguments: outcome === undefined ? { effects } : { effects, outcome },
    },
  };
}

export interface PuppetAction {
  readonly kind: 'operation';
  readonly name: string;
  readonly node: readonly [{ readonly kind: 'name'; readonly name: string }];
  readonly arguments: Readonly<Record<string, unknown>>;
}

export const ask = (to: Address, message: PuppetMessage, timeoutUs = 1_000_000): PuppetEffect =>
  request<PuppetTypes>(to, message, message.n, timeoutUs);
export const tell = (to: Address, n: number): PuppetEffect => send<PuppetTypes>(to, { kind: 'echo', n });
export const tellGroup = (group: string, n: number): PuppetEffect => multicast<PuppetTypes>(group, { kind: 'echo', n });
export const enter = (group: string): PuppetEffect => joinGroup<PuppetTypes>(group);
export const alarm = (n: number, us: number, kind: 'alarm' | 'bell' = 'alarm'): PuppetEffect =>
  setTimer<PuppetTypes>({ kind, n }, us, n);
export const remark = (n: number): PuppetEffect => note<PuppetTypes>({ kind: 'noted', n });
export const echo = (n: number): PuppetMessage => ({ kind: 'echo', n });
