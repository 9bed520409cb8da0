/**
 * Ping: the smallest system that has everything. Each peer knows how many peers there are. Every `period` it asks a random
 * other one whether it is there, and counts those in a row that did not answer. A client can ask a peer to check one other peer.
 */
import { z } from 'zod';
import {
  type Address,
  complete,
  type Judge,
  type Machine,
  NO_EFFECTS,
  note,
  type Property,
  type ProtocolTypes,
  reply,
  request,
  type System,
  setTimer,
  settings,
  zPeriod,
} from '../../sim/protocol.ts';

// --- What it is made of: plain, readonly data ---

interface PingConfig {
  readonly peers: number;
  readonly periodUs: number;
  readonly timeoutUs: number;
}

interface PingState {
  /** Checks in a row that came to nothing. */
  readonly misses: number;
}

type PingMessage = { readonly kind: 'ping' } | { readonly kind: 'pong' };
type PingTimer = { readonly kind: 'probe' };
type PingOperation = { readonly kind: 'check'; readonly peer: Address };
type PingOutcome = { readonly kind: 'alive' } | { readonly kind: 'silent'; readonly reason: string };

export interface PingTypes extends ProtocolTypes {
  Config: PingConfig;
  Boot: null;
  Durable: null;
  State: PingState;
  Message: PingMessage;
  Timer: PingTimer;
  Operation: PingOperation;
  Outcome: PingOutcome;
  Note: { readonly kind: 'lonely' };
  /** Which operation a request belongs to; null for the peer's own probes. */
  Tag: number | null;
}

// --- The machine: state and input give state and effects ---

const PROBE: PingTimer = { kind: 'probe' };

export const peer: Machine<PingTypes> = {
  // A random phase, so that peers don't probe in step.
  start: (_boot, _durable, ctx) => ({
    state: { misses: 0 },
    effects: [setTimer(PROBE, ctx.random.int(ctx.config.periodUs))],
  }),

  handle(state, input, ctx) {
    const { peers, periodUs, timeoutUs } = ctx.config;
    switch (input.kind) {
      case 'timer': {
        const other = (ctx.self + 1 + ctx.random.int(peers - 1)) % peers;
        return { state, effects: [request(other, { kind: 'ping' }, null, timeoutUs), setTimer(PROBE, periodUs)] };
      }
      case 'request':
        return { state, effects: [reply(input.id, { kind: 'pong' })] };
      case 'operation':
        return { state, effects: [request(input.operation.peer, { kind: 'ping' }, input.id, timeoutUs)] };
      case 'reply': {
        // "Nothing changed" is said by returning the same object.
        const next = state.misses === 0 ? state : { misses: 0 };
        return { state: next, effects: input.tag === null ? NO_EFFECTS : [complete(input.tag, { kind: 'alive' })] };
      }
      case 'failure': {
        const misses = state.misses + 1;
        if (input.tag !== null)
          return { state, effects: [complete(input.tag, { kind: 'silent', reason: input.reason })] };
        return { state: { misses }, effects: misses === 3 ? [note({ kind: 'lonely' })] : NO_EFFECTS };
      }
      default:
        return { state, effects: NO_EFFECTS };
    }
  },
};

// --- The judge: sees the whole world, and says whether an outcome was right ---

const judge: Judge<PingTypes, null> = {
  init: () => null,
  observe: (judged) => judged,
  verdict(_judged, _atStart, record, world) {
    const alive = world.alive(record.operation.peer);
    const saidAlive = record.outcome?.kind === 'alive';
    if (saidAlive === alive) return { verdict: 'correct' };
    const name = world.process(record.operation.peer).name;
    return {
      verdict: 'wrong',
      why: `${name} is ${alive ? 'alive' : 'down'}, and was said to be ${saidAlive ? 'alive' : 'silent'}`,
    };
  },
  verdicts: {
    correct: { good: true, description: 'the answer says what the peer was when it came' },
    wrong: { good: false, description: 'a live peer taken for dead, or a dead one for alive' },
  },
};

// --- A property: true or false at any instant ---

const nobodyLonely: Property<PingTypes, null> = {
  description: 'no live peer has missed three probes in a row',
  source: 'this page',
  check(world) {
    for (let address = 0; address < world.size; address++) {
      const process = world.process(address);
      if (world.alive(address) && process.state.misses >= 3) {
        return { message: `${process.name} has missed ${process.state.misses} probes in a row`, processes: [address] };
      }
    }
    return null;
  },
  touchedBy: (before, after) => before?.misses !== after?.misses,
};

// --- The system: all of it as one value ---

const pingSettings = settings({
  period: zPeriod.prefault('1s').describe('how often a peer probes another'),
  timeout: zPeriod.prefault('500ms').describe('how long it waits for the answer'),
});

export const ping: System<
  PingTypes,
  null,
  z.output<typeof pingSettings>,
  readonly { name: string; misses: number }[]
> = {
  name: 'ping',
  title: 'Peers that ask each other whether they are there',
  settings: pingSettings,
  variants: { plain: { description: 'as the page tells it', traits: {} } },
  defaultVariant: 'plain',
  configure: (given, _traits, setup) => ({ peers: setup.nodes ?? 8, periodUs: given.period, timeoutUs: given.timeout }),
  roles: { peer: { description: 'probes others and answers them', machine: peer } },
  membership: {
    populate: (config) =>
      Array.from({ length: config.peers }, (_, i) => ({ role: 'peer', name: `p${i}`, host: null, boot: null })),
    joinArguments: z.strictObject({}),
    // Everyone knows how many there are, so nobody can join.
    join: () => null,
  },
  operations: {
    check: {
      plural: 'checks',
      description: 'ask a peer whether another one is there',
      arguments: z.strictObject({
        peer: z.number().int().min(0).optional().describe('address of the other peer; drawn if not given'),
      }),
      make(args, { index, world, issuer }) {
        const given = args.peer as number | undefined;
        return { kind: 'check', peer: given ?? (issuer + 1 + index(world.size - 1)) % world.size };
      },
    },
  },
  judge,
  properties: { 'nobody lonely': nobodyLonely },
  metrics: { misses: { unit: 'probes', description: 'largest number of probes in a row that a live peer has missed' } },
  gauges(world) {
    let most = 0;
    for (let address = 0; address < world.size; address++) {
      if (world.alive(address)) most = Math.max(most, world.process(address).state.misses);
    }
    return { misses: most };
  },
  view: (world) =>
    Array.from({ length: world.size }, (_, i) => ({
      name: world.process(i).name,
      misses: world.process(i).state.misses,
    })),
};
