/**
 * What a time-out costs that never strikes, and what a timer costs that fires. In a ring each process asks the next and waits for its answer, again and again: by a
 * request, whose time-out the answer cancels, or by datagrams, beside which it may set a timer for each question, which the answer cancels, or which fires before.
 */
import { inlineForLargeRuns } from '../cli/inlining.ts';
import {
  cancelTimer,
  type Effect,
  type Machine,
  MILLISECOND,
  NO_EFFECTS,
  type ProtocolTypes,
  planOf,
  reply,
  request,
  SECOND,
  Simulation,
  send,
  setTimer,
} from '../sim/index.ts';
import { type BareSystem, bareSystem } from './bare-system.ts';

/** With each question: no timer; one that its answer cancels; one that fires; or a request with its time-out in place of the datagrams. */
export type TimerUse = 'none' | 'cancelled' | 'fired' | 'request';

interface RingTypes extends ProtocolTypes {
  Config: { readonly processes: number; readonly use: TimerUse };
  Boot: null;
  /** Answers so far. */
  State: number;
  Message: { readonly kind: 'question' } | { readonly kind: 'answer' };
  Timer: { readonly kind: 'overdue' };
  Operation: { readonly kind: 'none' };
}

const QUESTION = { kind: 'question' } as const;
const ANSWER = { kind: 'answer' } as const;
const OVERDUE = { kind: 'overdue' } as const;
const LATENCY_US = 50 * MILLISECOND;
/** Long enough never to be needed, as time-outs are; and half-way between the question's arrival and the answer's. */
const WAITS_US = { cancelled: SECOND, fired: 1.5 * LATENCY_US, request: SECOND } as const;

/** Asks, and cares for the timer. */
function ask(self: number, { processes, use }: RingTypes['Config'], first: boolean): readonly Effect<RingTypes>[] {
  const next = (self + 1) % processes;
  if (use === 'request') return [request<RingTypes>(next, QUESTION, null, WAITS_US.request)];
  const question = send<RingTypes>(next, QUESTION);
  if (use === 'none') return [question];
  const timer = setTimer<RingTypes>(OVERDUE, WAITS_US[use]);
  return use === 'cancelled' && !first ? [cancelTimer<RingTypes>('overdue'), question, timer] : [question, timer];
}

const machine: Machine<RingTypes> = {
  start: (_boot, _durable, { self, config }) => ({ state: 0, effects: ask(self, config, true) }),
  handle(state, input, { self, config }) {
    if (input.kind === 'request') return { state, effects: [reply<RingTypes>(input.id, ANSWER)] };
    if (input.kind === 'reply') return { state: state + 1, effects: ask(self, config, false) };
    if (input.kind !== 'datagram') return { state, effects: NO_EFFECTS };
    if (input.message.kind === 'question') return { state, effects: [send<RingTypes>(input.from, ANSWER)] };
    return { state: state + 1, effects: ask(self, config, false) };
  },
};

function ring(use: TimerUse): BareSystem<RingTypes> {
  return bareSystem<RingTypes>({
    name: 'ring',
    title: 'questions and answers in a ring, to time timers',
    machine,
    configure: ({ processes }) => ({ processes, use }),
  });
}

export function ringRun(processes: number, use: TimerUse): Simulation {
  inlineForLargeRuns(processes);
  const plan = planOf(ring(use), {
    nodes: processes,
    durationUs: Number.MAX_SAFE_INTEGER / 4,
    sampleUs: Number.MAX_SAFE_INTEGER / 4,
    network: {
      latency: { kind: 'constant', us: LATENCY_US },
      requests: { transport: 'udp', rtoUs: SECOND, retries: 0 },
    },
  });
  return new Simulation(plan) as unknown as Simulation;
}

/** Questions that were answered: one every two latencies. */
export const ANSWERS_PER_SECOND = SECOND / (2 * LATENCY_US);
