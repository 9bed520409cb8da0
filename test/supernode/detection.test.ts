// Failure detection by polling, against its closed forms: how long it takes to detect a crash, and how often a live node is taken for dead.
// T = 5 s, k = 2, τ = 1 s, d = 50 ms; one packet each way, so that a dead node is a time-out.

import { describe, expect, test } from 'vitest';
import { detectionBoundUs } from '../../protocols/supernode/config.ts';
import { supernode } from '../../protocols/supernode/index.ts';
import type { SupernodeNote } from '../../protocols/supernode/messages.ts';
import type { SupernodeTypes } from '../../protocols/supernode/state.ts';
import { HOUR, MILLISECOND, MINUTE, type NetworkPlan, planOf, SECOND, Simulation } from '../../sim/index.ts';
import { at, crash } from '../common/runs.ts';
import { configOf, run } from './stage.ts';

const T = 5 * SECOND;
const TIMEOUT = SECOND;
const DELAY = 50 * MILLISECOND;
const PHASES = 250;

const udp: Partial<NetworkPlan> = {
  latency: { kind: 'constant', us: DELAY },
  requests: { transport: 'udp', rtoUs: SECOND, retries: 0 },
};

/** One node for each of so many phases of the period: node i crashes i/PHASES of a period after the check at 20 s. */
function crashesAtAllPhases(settings: Readonly<Record<string, unknown>>) {
  return run({
    nodes: PHASES,
    durationUs: MINUTE,
    check: MINUTE,
    settings: { supernodes: 1, ...settings },
    network: udp,
    actions: Array.from({ length: PHASES }, (_, i) =>
      at(20 * SECOND + Math.round((i * T) / PHASES), crash(`node-${i + 1}`)),
    ),
  });
}

describe('a crash is detected U + (k − 1)·T + τ later, U uniform on (−d, T − d]', () => {
  test('where a miss counts when it fails: from 5.95 s to 10.95 s, 8.45 s in the mean', () => {
    const { detection, hastyRemovals, falseRemovals } = crashesAtAllPhases({}).judged;
    expect(detection.count).toBe(PHASES);
    // The node that crashes exactly when the check arrives may or may not answer it.
    expect(detection.minUs).toBeGreaterThanOrEqual(T + TIMEOUT - DELAY);
    expect(detection.minUs).toBeLessThan(T + TIMEOUT - DELAY + T / PHASES);
    expect(detection.maxUs).toBeLessThanOrEqual(2 * T + TIMEOUT - DELAY);
    expect(detection.maxUs).toBeGreaterThan(2 * T + TIMEOUT - DELAY - T / PHASES);
    expect(Math.abs(detection.sumUs / PHASES - 8.45 * SECOND)).toBeLessThan(T / PHASES);
    expect([hastyRemovals, falseRemovals]).toEqual([[], 0]);
    expect(detection.maxUs).toBeLessThanOrEqual(detectionBoundUs(configOf('described')));
  });

  test('where it counts at the next evaluation, τ is T: from 9.95 s to 14.95 s, 12.45 s in the mean', () => {
    const { detection } = crashesAtAllPhases({ missCounted: 'atNextEvaluation' }).judged;
    expect(detection.count).toBe(PHASES);
    expect(detection.minUs).toBeGreaterThanOrEqual(2 * T - DELAY);
    expect(detection.maxUs).toBeLessThanOrEqual(3 * T - DELAY);
    expect(Math.abs(detection.sumUs / PHASES - 12.45 * SECOND)).toBeLessThan(T / PHASES);
    expect(detectionBoundUs(configOf('described', {}, { missCounted: 'atNextEvaluation' }))).toBe(3 * T);
  });

  test.each([1, 3])('with k = %i', (strikes) => {
    const { detection } = crashesAtAllPhases({ strikes }).judged;
    const meanUs = (T - 2 * DELAY) / 2 + (strikes - 1) * T + TIMEOUT;
    expect(Math.abs(detection.sumUs / detection.count - meanUs)).toBeLessThan(T / PHASES);
  });

  test('a process that is down on a host that is up refuses the check, and is detected sooner', () => {
    const { detection } = run({
      nodes: PHASES,
      durationUs: MINUTE,
      check: MINUTE,
      settings: { supernodes: 1 },
      network: { latency: { kind: 'constant', us: DELAY } },
      actions: Array.from({ length: PHASES }, (_, i) =>
        at(20 * SECOND + Math.round((i * T) / PHASES), crash(`node-${i + 1}`)),
      ),
    }).judged;
    expect(detection.maxUs).toBeLessThanOrEqual(2 * T + 4 * DELAY);
  });
});

describe('a live node is removed after (q⁻ᵏ − 1)/(1 − q) checks in the mean, q = 1 − (1 − p)²', () => {
  /** For each node that registered: how many checks it took to lose it. */
  function checksUntilRemoval(loss: number, nodes: number, durationUs: number): number[] {
    const checks: number[] = [];
    const simulation: Simulation<SupernodeTypes> = new Simulation(
      planOf(supernode, {
        nodes,
        durationUs,
        settings: { supernodes: 1, filesPerNode: 0 },
        network: { ...udp, loss },
        seed: 7,
      }),
      {
        observer: {
          effect(_, effect) {
            const note = effect.value as SupernodeNote | null;
            if (effect.kind !== 'note' || note?.kind !== 'removed') return;
            checks.push(Math.round((simulation.nowUs - TIMEOUT) / T));
          },
        },
      },
    );
    simulation.run();
    return checks;
  }

  test.each([
    { loss: 0.1, meanS: 165, nodes: 800, durationUs: 30 * MINUTE },
    { loss: 0.05, meanS: 577, nodes: 400, durationUs: 2 * HOUR },
  ])('p = $loss: $meanS s', ({ loss, meanS, nodes, durationUs }) => {
    const checks = checksUntilRemoval(loss, nodes, durationUs);
    const q = 1 - (1 - loss) * (1 - loss);
    const expected = (1 / (q * q) - 1) / (1 - q);
    expect(Math.abs(expected * 5 - meanS)).toBeLessThan(1);
    // Whoever's registration got through is lost in the end; the run is long enough for all.
    expect(checks.length).toBeGreaterThan(nodes * (1 - loss) * 0.9);
    const mean = checks.reduce((sum, one) => sum + one, 0) / checks.length;
    // The law is close to a geometric one, whose deviation is its mean.
    expect(Math.abs(mean - expected)).toBeLessThan((4 * expected) / Math.sqrt(checks.length));
  });

  test('without loss never', () => {
    const result = run({ nodes: 40, durationUs: 10 * MINUTE, network: udp, check: MINUTE });
    expect(result.holds('live nodes kept')).toBe(true);
  });
});
