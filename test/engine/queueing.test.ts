/**
 * A single server with a queue, as the textbooks have it: jobs arrive as a Poisson process, wait for their turn, are served one after the
 * other. What theory says of it (Pollaczek and Khinchine; Little 1961) must come out of the engine's clock, queue and streams.
 */
import { describe, expect, test } from 'vitest';
import { type Machine, type ProtocolTypes, planOf, Simulation, send, setTimer } from '../../sim/index.ts';
import { one, systemOf } from './support/single.ts';
import { confidence, mean } from './support/statistics.ts';

const S = 1_000_000;

interface StationConfig {
  readonly arrivalMeanUs: number;
  readonly serviceMeanUs: number;
  readonly service: 'exponential' | 'constant';
  /** Jobs that are not counted: the server begins empty, which is not how it usually is. */
  readonly warmUp: number;
}

interface StationState {
  /** When those in the system arrived; the first is being served. */
  readonly waiting: readonly number[];
  readonly served: number;
  /** Sums over the jobs that count: from arrival to the beginning of service, and to its end. */
  readonly waitedUs: number;
  readonly stayedUs: number;
  /** Integral of the number in the system over time, and up to when. */
  readonly area: number;
  readonly sinceUs: number;
}

interface StationTypes extends ProtocolTypes {
  Config: StationConfig;
  Boot: null;
  State: StationState;
  Message: { readonly kind: 'job' };
  Timer: { readonly kind: 'arrive' | 'done' };
}

const source: Machine<StationTypes> = {
  start: (_boot, _durable, ctx) => ({ state: EMPTY, effects: [setTimer({ kind: 'arrive' }, gap(ctx))] }),
  handle: (state, _input, ctx) => ({
    state,
    effects: [send(0, { kind: 'job' }), setTimer({ kind: 'arrive' }, gap(ctx))],
  }),
};

const gap = (ctx: { random: { exponential(mean: number): number }; config: StationConfig }) =>
  Math.round(ctx.random.exponential(ctx.config.arrivalMeanUs));

const EMPTY: StationState = { waiting: [], served: 0, waitedUs: 0, stayedUs: 0, area: 0, sinceUs: 0 };

const station: Machine<StationTypes> = {
  start: () => ({ state: EMPTY, effects: [] }),
  handle(state, input, { nowUs, random, config }) {
    const service = () =>
      setTimer<StationTypes>(
        { kind: 'done' },
        config.service === 'constant' ? config.serviceMeanUs : Math.round(random.exponential(config.serviceMeanUs)),
      );
    const area = state.area + state.waiting.length * (nowUs - state.sinceUs);
    if (input.kind === 'datagram') {
      const waiting = [...state.waiting, nowUs];
      return { state: { ...state, waiting, area, sinceUs: nowUs }, effects: waiting.length === 1 ? [service()] : [] };
    }
    const [arrivedUs, ...waiting] = state.waiting;
    const served = state.served + 1;
    const counts = served > config.warmUp ? 1 : 0;
    // The next one's wait ends as this one's service does.
    const waitedUs = state.waitedUs + (waiting.length > 0 && counts ? nowUs - waiting[0] : 0);
    const stayedUs = state.stayedUs + counts * (nowUs - arrivedUs);
    return {
      state: { waiting, served, waitedUs, stayedUs, area, sinceUs: nowUs },
      effects: waiting.length > 0 ? [service()] : [],
    };
  },
};

/** Mean wait in seconds, and the two sides of Little's law, of one run of so many jobs. */
function observe(seed: number, service: StationConfig['service'], jobs: number) {
  const system = systemOf<StationTypes>({
    name: 'station',
    roles: { station, source },
    config: { arrivalMeanUs: S / 7, serviceMeanUs: S / 10, service, warmUp: 500 },
    processes: [one('station', null), one('source', null)],
  });
  const durationUs = (jobs / 7) * S;
  const simulation = new Simulation(
    planOf(system, { seed, durationUs, sampleUs: durationUs, network: { latency: { kind: 'constant', us: 0 } } }),
  );
  simulation.run();
  const { served, waitedUs, stayedUs, area, sinceUs } = simulation.world.process(0).state as StationState;
  const counted = served - 500;
  return {
    wait: waitedUs / counted / S,
    inSystem: area / sinceUs,
    throughStay: (stayedUs / counted / S) * (served / (sinceUs / S)),
  };
}

describe('a queue with one server, 70 % busy', () => {
  const runs = (service: StationConfig['service']) =>
    Array.from({ length: 12 }, (_, seed) => observe(seed, service, 15_000));

  test('M/M/1: jobs wait ρ/(μ − λ) = 233 ms in the mean; M/D/1: half of that', () => {
    const markov = runs('exponential');
    const waits = markov.map(({ wait }) => wait);
    expect(Math.abs(mean(waits) - 0.7 / 3)).toBeLessThan(confidence(waits));
    expect(confidence(waits)).toBeLessThan(0.02);
    const regular = runs('constant').map(({ wait }) => wait);
    expect(Math.abs(mean(regular) - 0.7 / 6)).toBeLessThan(confidence(regular));
    expect(confidence(regular)).toBeLessThan(0.01);
    // Little's law holds of each run by itself: the mean number in the system is the rate times the mean stay.
    for (const { inSystem, throughStay } of markov) expect(Math.abs(inSystem / throughStay - 1)).toBeLessThan(0.03);
    expect(mean(markov.map(({ inSystem }) => inSystem))).toBeCloseTo(7 / 3, 1);
  });
});
