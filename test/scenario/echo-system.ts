/**
 * A small system for the tests of the scenario language: every node answers pings; a node that is asked to pings another
 * and says whether it was heard. It has one of everything that the language speaks of: settings of each kind, two
 * variants with traits of each kind, operations, steps, join arguments, groups, properties, metrics.
 */
import { z } from 'zod';
import {
  type Address,
  complete,
  type Effect,
  type Input,
  type Machine,
  NO_EFFECTS,
  type ProcessSpec,
  type ProtocolTypes,
  reply,
  request,
  SetupError,
  type Step,
  type System,
  settings,
  zDistribution,
  zPeriod,
  zProbability,
  zSelector,
  zSize,
} from '../../sim/protocol.ts';

interface EchoConfig {
  readonly timeoutUs: number;
  readonly nodes: number;
  readonly patience: number;
  readonly loud: boolean;
  readonly order: string;
}

interface EchoTypes extends ProtocolTypes {
  Config: EchoConfig;
  Boot: { readonly generation: number };
  Durable: null;
  State: { readonly heard: number };
  Message: { readonly kind: 'ping' | 'pong' };
  Timer: { readonly kind: 'never' };
  Operation: { readonly kind: 'ping'; readonly target: Address };
  Outcome: { readonly kind: 'heard' | 'silent' };
  Note: { readonly kind: 'none' };
  Tag: number;
}

const echo: Machine<EchoTypes> = {
  start: () => ({ state: { heard: 0 }, effects: NO_EFFECTS }),
  handle(state, input: Input<EchoTypes>, ctx): Step<EchoTypes> {
    switch (input.kind) {
      case 'operation':
        return step(state, request(input.operation.target, { kind: 'ping' }, input.id, ctx.config.timeoutUs));
      case 'request':
        return step({ heard: state.heard + 1 }, reply(input.id, { kind: 'pong' }));
      case 'reply':
        return step(state, complete(input.tag, { kind: 'heard' }));
      case 'failure':
        return step(state, complete(input.tag, { kind: 'silent' }));
      default:
        return { state, effects: NO_EFFECTS };
    }
  },
};

function step(state: EchoTypes['State'], effect: Effect<EchoTypes>): Step<EchoTypes> {
  return { state, effects: [effect] };
}

const echoSettings = settings({
  timeout: zPeriod.prefault('500ms').describe('How long a ping waits for its answer.'),
  patience: z.int().min(1).max(10).default(3).describe('Pings that may fail in a row.'),
  think: zDistribution.prefault({ exponential: '10ms' }).describe('How long an answer takes.'),
  drop: zProbability.prefault('0%').describe('Answers that are forgotten.'),
  payload: zSize.prefault('100B').describe('Size of a ping.'),
  mode: z.enum(['serial', 'parallel']).default('serial').describe('How several pings are sent.'),
  leaders: zSelector.optional().describe('Who begins.'),
  limits: settings({
    open: z.int().min(0).default(8).describe('Pings under way.'),
    strict: z.boolean().default(false).describe('Refuse what is over the limit.'),
  })
    .prefault({})
    .describe('Bounds.'),
  label: z.string().min(2).max(8).default('echo').describe('A word for the log.'),
  scale: z.number().gt(0).lt(10).default(1).describe('A factor.'),
});

export const echoSystem: System<EchoTypes, null, z.output<typeof echoSettings>, null> = {
  name: 'echo',
  title: 'Nodes that answer pings',
  settings: echoSettings,
  variants: {
    plain: { description: 'As in the textbook.', traits: { answersTwice: false, order: 'fifo', rank: 1 } },
    eager: {
      description: 'Answers twice, the last one first.',
      traits: { answersTwice: true, order: 'lifo', rank: 2 },
    },
  },
  defaultVariant: 'plain',
  configure(said, traits, setup) {
    const nodes = setup.nodes ?? 2;
    if (nodes < 2) throw new SetupError('a single node has nobody to ping: nodes must be at least 2');
    return {
      timeoutUs: said.timeout,
      nodes,
      patience: said.patience,
      loud: traits.answersTwice === true,
      order: String(traits.order),
    };
  },
  roles: { peer: { description: 'Pings and is pinged.', machine: echo } },
  membership: {
    populate: (config) => Array.from({ length: config.nodes }, () => peer(0)),
    joinArguments: settings({ generation: z.int().min(0).optional().describe('What it is born with.') }),
    join: (_world, args) => peer(Number(args.generation ?? 0)),
    scale: () => ({ join: [], leave: [] }),
  },
  operations: {
    ping: {
      plural: 'pings',
      description: 'Ask another node whether it is there.',
      arguments: settings({
        target: z.int().min(0).describe('Whom to ask.'),
        size: zSize.optional().describe('How much to send.'),
      }),
      make: (args, draw) => ({ kind: 'ping', target: Number(args.target ?? draw.index(draw.world.size)) }),
    },
    burst: {
      plural: 'bursts',
      description: 'Many pings to one node.',
      arguments: settings({
        target: z.int().min(0).describe('Whom to ask.'),
        count: z.int().min(1).optional().describe('How many pings; the language has this word too.'),
      }),
      make: (args, draw) => ({ kind: 'ping', target: Number(args.target ?? draw.index(draw.world.size)) }),
    },
    nudge: {
      plural: 'nudges',
      description: 'One ping, driven by hand.',
      step: true,
      arguments: settings({ target: z.int().min(0).describe('Whom to ask.') }),
      make: (args) => ({ kind: 'ping', target: Number(args.target) }),
    },
    forget: {
      plural: 'forgets',
      description: 'Forget everything.',
      step: true,
      arguments: settings({}),
      make: () => null,
    },
  },
  judge: {
    init: () => null,
    observe: () => null,
    verdict: (_judged, _start, record) => ({ verdict: record.outcome?.kind === 'heard' ? 'correct' : 'failed' }),
    verdicts: {
      correct: { good: true, description: 'The other node answered.' },
      failed: { good: false, description: 'No answer.' },
    },
  },
  properties: {
    'someone is up': {
      description: 'At least one node runs.',
      source: 'these tests',
      check: (world) => (world.alive(0) ? null : { message: 'node 0 is down', processes: [0] }),
    },
    'all are heard': {
      description: 'Each node was pinged.',
      source: 'these tests',
      check: (world) => (world.process(0).state.heard > 0 ? null : { message: 'node 0 was not heard', processes: [0] }),
    },
  },
  metrics: {
    'round trip': { unit: 'us', description: 'From ping to pong.' },
    'path length': { unit: 'hops', description: 'Nodes on the way.' },
    coverage: { unit: 'ratio', description: 'Nodes that were heard.' },
    'ping rate': { unit: '1/s', description: 'Pings a second.' },
    'someone is up': { unit: 'nodes', description: 'How many.' },
    traffic: { unit: 'B', description: 'Bytes sent.' },
  },
  view: () => null,
};

function peer(generation: number): ProcessSpec<EchoTypes> {
  return { role: 'peer', name: null, host: null, boot: { generation } };
}

/** The same without steps, groups and operations: what the language leaves out then. */
export const muteSystem: System = {
  ...(echoSystem as unknown as System),
  name: 'mute',
  title: 'Nodes that say nothing',
  operations: {},
  membership: {
    populate: echoSystem.membership.populate,
    joinArguments: settings({}),
    join: () => null,
  } as System['membership'],
};

export const systems: ReadonlyMap<string, System> = new Map([
  ['echo', echoSystem as unknown as System],
  ['mute', muteSystem],
]);
