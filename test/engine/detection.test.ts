/**
 * Failure detection by polling: every T a watcher asks its target, waits τ for the answer, and takes it for dead after k misses in a row;
 * each miss is counted τ after it was sent, not at the next tick. What follows from that is arithmetic, which the engine must reproduce.
 */
import { expect, test } from 'vitest';
import {
  type Machine,
  note,
  type ProtocolTypes,
  planOf,
  reply,
  request,
  Simulation,
  setTimer,
  type TimedAction,
} from '../../sim/index.ts';
import { Stream } from '../../sim/random/stream.ts';
import { type Noted, one, systemOf } from './support/single.ts';
import { confidence, kolmogorovSmirnov, kolmogorovSmirnovBound, mean } from './support/statistics.ts';

const S = 1_000_000;
const T = 5 * S;
const TIMEOUT = 1 * S;
const DELAY = 50_000;
const MISSES = 2;
const PAIRS = 500;

interface PollTypes extends ProtocolTypes {
  Config: null;
  /** Whom to watch, −1 for nobody. */
  Boot: number;
  State: { readonly target: number; readonly missed: number };
  Message: { readonly kind: 'ping' | 'pong' };
  Timer: { readonly kind: 'poll' };
  Note: { readonly kind: 'dead' };
  Tag: null;
}

const watcher: Machine<PollTypes> = {
  start: (target, _durable, ctx) => ({
    state: { target, missed: 0 },
    effects: [setTimer({ kind: 'poll' }, ctx.random.int(T))],
  }),
  handle(state, input) {
    switch (input.kind) {
      case 'timer':
        return {
          state,
          effects: [request(state.target, { kind: 'ping' }, null, TIMEOUT), setTimer({ kind: 'poll' }, T)],
        };
      case 'reply':
        return { state: { ...state, missed: 0 }, effects: [] };
      case 'failure': {
        const missed = state.missed + 1;
        return { state: { ...state, missed }, effects: missed === MISSES ? [note({ kind: 'dead' })] : [] };
      }
      default:
        return { state, effects: [] };
    }
  },
};

const target: Machine<PollTypes> = {
  start: () => ({ state: { target: -1, missed: 0 }, effects: [] }),
  handle: (state, input) => ({ state, effects: input.kind === 'request' ? [reply(input.id, { kind: 'pong' })] : [] }),
};

/** When each watcher first took its target for dead. */
function detections(
  durationUs: number,
  loss: number,
  actions: readonly (Pick<TimedAction, 'action'> & Partial<TimedAction>)[],
): number[] {
  const system = systemOf<PollTypes>({
    name: 'polling',
    roles: { watcher, target },
    config: null,
    processes: [
      ...Array.from({ length: PAIRS }, (_, i) => one<PollTypes>('watcher', PAIRS + i)),
      ...Array.from({ length: PAIRS }, () => one<PollTypes>('target', -1)),
    ],
  });
  const simulation = new Simulation(
    planOf(system, {
      durationUs,
      sampleUs: durationUs,
      network: { latency: { kind: 'constant', us: DELAY }, loss, requests: { transport: 'udp', rtoUs: 1, retries: 0 } },
      actions,
    }),
  );
  simulation.run();
  const first = new Map<number, number>();
  for (const { address, atUs } of simulation.judged as readonly Noted<PollTypes>[]) {
    if (!first.has(address)) first.set(address, atUs);
  }
  return Array.from({ length: PAIRS }, (_, i) => first.get(i) ?? Number.NaN);
}

test('a crash is found after U + (k − 1)T + τ, U uniform on (−d, T − d]', () => {
  const random = new Stream(7);
  const crashes = Array.from({ length: PAIRS }, () => 20 * S + random.int(100 * S));
  const found = detections(
    140 * S,
    0,
    crashes.map((atUs, i) => ({
      atUs,
      action: { kind: 'crash', who: [{ kind: 'name', name: String(PAIRS + i) }], restartAfterUs: null, guard: false },
    })),
  );
  const took = found.map((atUs, i) => (atUs - crashes[i]) / S);
  expect(Math.min(...took)).toBeGreaterThanOrEqual(5.95);
  expect(Math.max(...took)).toBeLessThanOrEqual(10.95);
  expect(Math.abs(mean(took) - 8.45)).toBeLessThan(confidence(took));
  expect(kolmogorovSmirnov(took, (x) => (x - 5.95) / 5)).toBeLessThan(kolmogorovSmirnovBound(PAIRS));
});

test('a live one is falsely removed after (q^−k − 1)/(1 − q) polls in the mean, q = 1 − (1 − p)²', () => {
  for (const [loss, seconds] of [
    [0.1, 165],
    [0.2, 52.5],
  ] as const) {
    const q = 1 - (1 - loss) ** 2;
    const polls = (q ** -MISSES - 1) / (1 - q);
    expect(Math.abs(polls * 5 - seconds)).toBeLessThan(1);
    const took = detections(seconds * 15 * S, loss, []).map((atUs) => atUs / S);
    // The first poll comes after half a period in the mean, the last is decided τ after it was sent.
    const expected = (polls - 1) * 5 + 2.5 + 1;
    expect(Math.abs(mean(took) - expected)).toBeLessThan(confidence(took));
  }
});
