/**
 * A system that does everything that a machine may do, at random, from each process's own stream: datagrams, multicasts, requests that are
 * answered at once, later, twice or never, timers set, moved and cancelled, groups joined and left, things saved, operations completed or not,
 * sometimes an exit. For properties of the engine that must hold whatever happens. A babbler keeps accounts of its requests, so that
 * "exactly one reply or failure follows each" can be read off its state.
 */
import { z } from 'zod';
import { type System, settings } from '../../../sim/index.ts';
import {
  type Address,
  type Context,
  cancelTimer,
  complete,
  type Effect,
  exit,
  type Input,
  joinGroup,
  leaveGroup,
  type Machine,
  multicast,
  note,
  type ProtocolTypes,
  type Random,
  type RequestId,
  reply,
  request,
  type Step,
  save,
  send,
  setTimer,
  type World,
} from '../../../sim/protocol.ts';

export interface BabbleConfig {
  readonly nodes: number;
  readonly perHost: number;
  readonly tickUs: number;
  /** Probability that a tick is the last. */
  readonly exits: number;
}

export interface BabbleTypes extends ProtocolTypes {
  Config: BabbleConfig;
  Boot: { readonly generation: number };
  Durable: { readonly boots: number };
  State: BabbleState;
  Message: { readonly kind: 'chat' | 'query' | 'shout' | 'answer'; readonly n: number };
  Timer: { readonly kind: 'tick' | 'spare' } | { readonly kind: 'later'; readonly id: RequestId };
  Operation: { readonly kind: 'query'; readonly key: number };
  Outcome: { readonly kind: 'answered' | 'failed' };
  Note: { readonly kind: 'mark'; readonly n: number };
  Tag: { readonly n: number; readonly operation: number };
}

export interface BabbleState {
  readonly heard: number;
  readonly boots: number;
  /** Requests sent so far, and those that wait: number and deadline on the own clock. */
  readonly asked: number;
  readonly open: Readonly<Record<string, number>>;
  /** Replies and failures for requests that did not wait: must stay 0. */
  readonly unasked: number;
  readonly spareSet: boolean;
  /** Times that a cancelled or moved timer fired all the same: must stay 0. */
  readonly ghosts: number;
}

type State = BabbleState;
type Wanted = Effect<BabbleTypes>;
type Ctx = Context<BabbleTypes>;

const BLANK: State = { heard: 0, boots: 0, asked: 0, open: {}, unasked: 0, spareSet: false, ghosts: 0 };

const machine: Machine<BabbleTypes> = {
  start(boot, durable, ctx) {
    const boots = (durable?.boots ?? 0) + 1 + boot.generation;
    const tick = setTimer<BabbleTypes>({ kind: 'tick' }, ctx.random.int(ctx.config.tickUs));
    return { state: { ...BLANK, boots }, effects: [tick, save<BabbleTypes>({ boots }), joinGroup('room')] };
  },

  handle(state, input, ctx): Step<BabbleTypes> {
    switch (input.kind) {
      case 'timer':
        return onTimer(state, input.timer, ctx);
      case 'datagram':
        return { state: { ...state, heard: state.heard + 1 }, effects: [] };
      case 'request':
        return { state, effects: answers(input.id, ctx.random) };
      case 'reply':
        return settled(state, input.tag, 'answered');
      case 'failure':
        return settled(state, input.tag, 'failed');
      case 'operation':
        return asking(state, input.id, ctx);
      case 'leave':
        return { state, effects: [multicast('room', { kind: 'shout', n: -1 }), exit()] };
    }
  },
};

function onTimer(state: State, timer: BabbleTypes['Timer'], ctx: Ctx): Step<BabbleTypes> {
  if (timer.kind === 'later') return { state, effects: [reply(timer.id, { kind: 'answer', n: 1 })] };
  if (timer.kind === 'spare') {
    return { state: { ...state, spareSet: false, ghosts: state.ghosts + (state.spareSet ? 0 : 1) }, effects: [] };
  }
  const again = setTimer<BabbleTypes>({ kind: 'tick' }, ctx.config.tickUs);
  const deed = babble(state, ctx);
  return { state: deed.state, effects: [again, ...deed.effects] };
}

function babble(state: State, ctx: Ctx): Step<BabbleTypes> {
  const { random, config } = ctx;
  if (random.chance(config.exits)) return { state, effects: [multicast('room', { kind: 'shout', n: 0 }), exit()] };
  switch (random.int(9)) {
    case 0:
    case 1:
      return { state, effects: [send(someone(ctx), { kind: 'chat', n: random.int(100) })] };
    case 2:
      return { state, effects: [multicast('room', { kind: 'shout', n: random.int(100) })] };
    case 3:
    case 4:
      return asking(state, -1, ctx);
    case 5:
      return { state: { ...state, spareSet: true }, effects: [setTimer({ kind: 'spare' }, random.int(200_000))] };
    case 6:
      return { state: { ...state, spareSet: false }, effects: [cancelTimer('spare')] };
    case 7:
      return { state, effects: [random.chance(0.5) ? joinGroup('room') : leaveGroup('room')] };
    default:
      return { state, effects: [note({ kind: 'mark', n: random.int(10) }), save({ boots: state.boots })] };
  }
}

/** Anyone, now and then nobody. */
function someone(ctx: Ctx): Address {
  return ctx.random.int(ctx.config.nodes + 1);
}

function asking(state: State, operation: number, ctx: Ctx): Step<BabbleTypes> {
  const n = state.asked;
  const timeoutUs = 20_000 + ctx.random.int(400_000);
  return {
    state: { ...state, asked: n + 1, open: { ...state.open, [n]: ctx.nowUs + timeoutUs } },
    effects: [request(someone(ctx), { kind: 'query', n }, { n, operation }, timeoutUs)],
  };
}

function answers(id: RequestId, random: Random): readonly Wanted[] {
  const answer: Wanted = reply(id, { kind: 'answer', n: 0 });
  switch (random.int(6)) {
    case 0:
      return [];
    case 1:
      return [answer, answer];
    case 2:
      return [setTimer<BabbleTypes>({ kind: 'later', id }, random.int(500_000), id)];
    default:
      return [answer];
  }
}

function settled(state: State, tag: BabbleTypes['Tag'], kind: 'answered' | 'failed'): Step<BabbleTypes> {
  const { [String(tag.n)]: deadline, ...open } = state.open;
  const unasked = state.unasked + (deadline === undefined ? 1 : 0);
  return { state: { ...state, open, unasked }, effects: tag.operation < 0 ? [] : [complete(tag.operation, { kind })] };
}

const babbleSettings = settings({
  perHost: z.int().min(1).default(1).describe('Processes on one host.'),
  tickUs: z.int().min(1).default(50_000).describe('Time between two deeds.'),
  exits: z.number().min(0).max(1).default(0).describe('Probability that a deed is an exit.'),
});

interface Judged {
  readonly live: number;
  readonly marks: number;
}

export const babblers: System<BabbleTypes, Judged, z.output<typeof babbleSettings>, null> = {
  name: 'babble',
  title: 'Processes that do everything at random',
  settings: babbleSettings,
  variants: { plain: { description: 'The only one.', traits: {} } },
  defaultVariant: 'plain',
  configure: (said, _traits, setup) => ({ nodes: setup.nodes ?? 4, ...said }),
  roles: { babbler: { description: 'Does everything at random.', machine } },
  membership: {
    populate: (config) => Array.from({ length: config.nodes }, (_, i) => babbler(hostOf(config, i), 0)),
    joinArguments: settings({}),
    join: (world, _args, random) =>
      world.size > 40 ? null : babbler(hostOf(world.config, random.int(world.config.nodes)), 1),
    scale(world, _group, size) {
      const live = Array.from({ length: world.size }, (_, i) => i).filter((address) => world.alive(address));
      const join = Array.from({ length: Math.min(4, Math.max(0, size - live.length)) }, () => babbler(null, 2));
      return { join, leave: live.slice(size) };
    },
    reboot: (_world, process, random) => ({ generation: process.boot.generation + random.int(2) }),
  },
  operations: {
    query: {
      plural: 'queries',
      description: 'Asks someone.',
      arguments: settings({}),
      issuable: (process) => process.state.boots > 0,
      make: (_args, draw) => (draw.random.chance(0.1) ? null : { kind: 'query', key: draw.index(20) }),
    },
  },
  judge: {
    init: (world) => ({ live: world.size, marks: 0 }),
    observe(judged, seen) {
      if (seen.kind === 'started') return { ...judged, live: judged.live + 1 };
      if (seen.kind === 'stopped') return { ...judged, live: judged.live - 1 };
      return seen.kind === 'noted' ? { ...judged, marks: judged.marks + 1 } : judged;
    },
    watches: (before, after) => before.heard !== after.heard && after.heard % 3 === 0,
    verdict: (judged, atStart, record) => ({
      verdict: record.outcome?.kind === 'answered' ? 'correct' : 'failed',
      measures: { marks: judged.marks - atStart.marks, us: (record.endUs ?? 0) - record.startUs },
    }),
    verdicts: {
      correct: { good: true, description: 'It was answered.' },
      failed: { good: false, description: 'It was not.' },
    },
  },
  properties: {
    'nobody has heard much': {
      description: 'Nobody has heard five messages and more.',
      source: 'the tests',
      check: (world) => loud(world),
      touchedBy: (before, after) => before.heard < 5 !== after.heard < 5,
    },
    'half are up': {
      description: 'Half of all that ever were are live.',
      source: 'the tests',
      check: (world, judged) =>
        judged.live * 2 >= world.size ? null : { message: `${judged.live} of ${world.size}`, processes: [] },
      touchedBy: () => false,
    },
  },
  metrics: {},
  gauges: (world, judged) => ({
    marks: judged.marks,
    ...(world.nowUs > 1_000_000 ? { 'pending late': world.pending().length } : {}),
  }),
  view: () => null,
};

function loud(world: World<BabbleTypes>) {
  for (let address = 0; address < world.size; address++) {
    const { state, name } = world.process(address);
    if (world.alive(address) && state.heard >= 5) return { message: `${name} has heard much`, processes: [address] };
  }
  return null;
}

function babbler(host: string | null, generation: number) {
  return { role: 'babbler', name: null, host, boot: { generation } };
}

function hostOf(config: BabbleConfig, address: Address): string | null {
  return config.perHost === 1 ? null : `host-${Math.floor(address / config.perHost)}`;
}

export type BabbleInput = Input<BabbleTypes>;
