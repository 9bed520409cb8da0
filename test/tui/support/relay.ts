/**
 * A small system for the dashboard's tests that uses everything a dashboard shows: timers, datagrams, requests that may fail, operations with
 * verdicts, notes, joins and leaves, a property that breaks. Each node passes a number on to a random other one now and then, and asks
 * another for its own when a client wants it.
 */
import { z } from 'zod';
import {
  type Address,
  complete,
  exit,
  type Input,
  type Machine,
  note,
  type OperationId,
  type ProtocolTypes,
  reply,
  request,
  type Step,
  type System,
  send,
  setTimer,
} from '../../../sim/index.ts';

export interface RelayTypes extends ProtocolTypes {
  Config: { readonly nodes: number; readonly everyUs: number };
  Boot: { readonly first: number };
  Durable: number;
  State: {
    readonly value: number;
    readonly heard: { readonly count: number; readonly from: Address };
    readonly last: readonly number[];
  };
  Message:
    | { readonly kind: 'pass'; readonly value: number }
    | { readonly kind: 'question' }
    | { readonly kind: 'answer'; readonly value: number };
  Timer: { readonly kind: 'pass on' };
  Operation: { readonly kind: 'ask'; readonly of: Address };
  Outcome: { readonly kind: 'told'; readonly value: number } | { readonly kind: 'silence' };
  Note: { readonly kind: 'large'; readonly value: number };
  Tag: OperationId;
}

type State = RelayTypes['State'];

const machine: Machine<RelayTypes> = {
  start: (boot, durable, ctx) => ({
    state: { value: durable ?? boot.first, heard: { count: 0, from: -1 }, last: [] },
    effects: [setTimer<RelayTypes>({ kind: 'pass on' }, ctx.random.int(ctx.config.everyUs))],
  }),
  handle(state, input: Input<RelayTypes>, ctx): Step<RelayTypes> {
    switch (input.kind) {
      case 'timer': {
        const to = ctx.random.int(ctx.config.nodes);
        return {
          state,
          effects: [
            send<RelayTypes>(to, { kind: 'pass', value: state.value }),
            setTimer<RelayTypes>({ kind: 'pass on' }, ctx.config.everyUs),
          ],
        };
      }
      case 'datagram': {
        if (input.message.kind !== 'pass') return { state, effects: [] };
        const value = (state.value + input.message.value) % 1000;
        const next: State = {
          value,
          heard: { count: state.heard.count + 1, from: input.from },
          last: [...state.last, value].slice(-5),
        };
        return { state: next, effects: value > 990 ? [note<RelayTypes>({ kind: 'large', value })] : [] };
      }
      case 'request':
        return { state, effects: [reply<RelayTypes>(input.id, { kind: 'answer', value: state.value })] };
      case 'operation':
        return { state, effects: [request<RelayTypes>(input.operation.of, { kind: 'question' }, input.id, 200_000)] };
      case 'reply': {
        const value = input.message.kind === 'answer' ? input.message.value : -1;
        return { state, effects: [complete<RelayTypes>(input.tag, { kind: 'told', value })] };
      }
      case 'failure':
        return { state, effects: [complete<RelayTypes>(input.tag, { kind: 'silence' })] };
      case 'leave':
        return { state, effects: [exit<RelayTypes>()] };
    }
  },
};

const relaySettings = z.strictObject({ everyUs: z.int().min(1).default(100_000) });

export interface RelayView {
  readonly values: readonly number[];
}

export const relay: System<RelayTypes, number, z.output<typeof relaySettings>, RelayView> = {
  name: 'relay',
  title: 'Nodes that pass numbers on',
  settings: relaySettings,
  variants: { plain: { description: 'as it is', traits: {} } },
  defaultVariant: 'plain',
  configure: (settings, _traits, setup) => ({ nodes: setup.nodes ?? 5, everyUs: settings.everyUs }),
  roles: { node: { description: 'passes numbers on', machine } },
  membership: {
    populate: (config) =>
      Array.from({ length: config.nodes }, (_, i) => ({ role: 'node', name: `n${i}`, host: null, boot: { first: i } })),
    joinArguments: z.strictObject({}),
    join: (world) => ({ role: 'node', name: `n${world.size}`, host: null, boot: { first: world.size } }),
  },
  operations: {
    ask: {
      plural: 'asks',
      description: 'Ask another node for its number.',
      arguments: z.strictObject({ of: z.int().min(0).describe('Address of whom to ask.') }),
      make: (args, draw) => ({
        kind: 'ask',
        of: typeof args.of === 'number' ? args.of : draw.random.int(draw.world.config.nodes),
      }),
    },
  },
  judge: {
    init: () => 0,
    observe: (seen, observation) => (observation.kind === 'noted' ? seen + 1 : seen),
    verdict: (_judged, _start, record) =>
      record.outcome?.kind === 'told'
        ? { verdict: 'correct', measures: { 'round trip': (record.endUs ?? 0) - record.startUs } }
        : { verdict: 'failed', why: 'nobody answered' },
    verdicts: {
      correct: { good: true, description: 'The other node answered.' },
      failed: { good: false, description: 'No answer.' },
    },
  },
  properties: {
    'all up': {
      description: 'No node is down.',
      source: 'this test',
      check(world) {
        const down: Address[] = [];
        for (let i = 0; i < world.size; i++) if (world.process(i).status === 'down') down.push(i);
        return down.length === 0
          ? null
          : { message: `${down.map((i) => world.process(i).name).join(', ')} down`, processes: down };
      },
    },
  },
  metrics: {
    'round trip': { unit: 'us', description: 'From the question to the answer.' },
    'mean value': { unit: '', description: 'The mean of the numbers that the nodes hold.' },
    'large values': { unit: '', description: 'Numbers over 990 that came up so far.' },
  },
  gauges(world, judged) {
    let sum = 0;
    for (let i = 0; i < world.size; i++) sum += world.process(i).state.value;
    return { 'mean value': sum / world.size, 'large values': judged };
  },
  describe: {
    message: (message) => (message.kind === 'question' ? 'what is yours?' : `${message.kind} ${message.value}`),
    timer: (timer) => timer.kind,
    operation: (operation) => `ask n${operation.of}`,
    outcome: (outcome) => (outcome.kind === 'told' ? `told ${outcome.value}` : 'silence'),
    note: (value) => `a large number: ${value.value}`,
  },
  view: (world) => ({ values: Array.from({ length: world.size }, (_, i) => world.process(i).state.value) }),
};
