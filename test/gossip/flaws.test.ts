// The four numbered flaws: each shows as described, and does not with the trait that mends it, nor hardened.

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Action, Selector } from '../../sim/index.ts';
import { MINUTE, SECOND } from '../../sim/index.ts';
import { type PropertyName, run } from './runs.ts';

type Parts = Parameters<typeof run>[0];

const only = (name: string): Selector => [{ kind: 'name', name }];
const crash = (name: string, restartAfterUs: number | null = null): Action => ({
  kind: 'crash',
  who: only(name),
  restartAfterUs,
  guard: false,
});

const latency = { kind: 'exponential', meanUs: 50_000 } as const;

/** n3 dies for good. */
const death: Parts = {
  nodes: 8,
  durationUs: 15 * MINUTE,
  network: { latency },
  actions: [{ atUs: 2 * MINUTE, action: crash('n3') }],
};

/** n3 has counted to 20 when it crashes; it is back in half a minute. */
const restart: Parts = {
  nodes: 8,
  durationUs: 15 * MINUTE,
  network: { latency },
  settings: { t1: '30s' },
  actions: [{ atUs: 10 * MINUTE, action: crash('n3', 30 * SECOND) }],
};

/** Forwarding and expiring are rare, so that some have expired n3 while others still tell of it. */
const rareForwarding: Parts = {
  nodes: 8,
  durationUs: 15 * MINUTE,
  network: { latency },
  settings: { t3: '5s', t4: '40s', expiry: '1m', maxAge: '1m' },
  actions: [{ atUs: 3 * MINUTE, action: crash('n3') }],
};

/** n3 is cut off while folders change. */
const cutOff: Parts = {
  nodes: 8,
  durationUs: 12 * MINUTE,
  network: { latency },
  actions: [{ atUs: 3 * MINUTE, action: { kind: 'isolate', who: only('n3'), answers: false, forUs: 4 * MINUTE } }],
  workload: [
    { operation: 'addFile', arrivals: { kind: 'rate', perSecond: 0.1 } },
    { operation: 'removeFile', arrivals: { kind: 'rate', perSecond: 0.1 } },
    { operation: 'whoHas', arrivals: { kind: 'rate', perSecond: 1 }, issuers: only('n3') },
  ],
};

describe.each([
  { flaw: 1, name: 'the zombie', parts: death, trait: 'ageTravels', breaks: ['no zombie', 'dead metadata gone'] },
  { flaw: 2, name: 'the mute restart', parts: restart, trait: 'incarnations', breaks: ['restarts heard'] },
  { flaw: 3, name: 'the flicker', parts: rareForwarding, trait: 'deathCertificates', breaks: ['no flicker'] },
  { flaw: 4, name: 'stale names', parts: cutOff, trait: 'answersBoundAge', breaks: ['no stale names'] },
] as const)('flaw $flaw, $name', ({ parts, trait, breaks }) => {
  const watch: readonly PropertyName[] = breaks;

  test('shows as described', () => {
    const described = run({ ...parts, variant: 'described' }, { watch });
    for (const name of breaks) expect(described.watch(name).firstViolation, name).not.toBeNull();
  });

  test(`shows without ${trait} alone`, () => {
    const almost = run({ ...parts, traits: { [trait]: false } }, { watch });
    expect(breaks.some((name) => almost.watch(name).firstViolation !== null)).toBe(true);
  });

  test('does not show hardened', () => {
    const hardened = run(parts, { watch });
    for (const name of breaks) expect(hardened.watch(name).firstViolation, name).toBeNull();
  });
});

describe('flaw 4, seen by a user of the peer that is cut off', () => {
  test('as described the answers grow as old as the cut and show no age', () => {
    const { simulation, verdicts } = run({ ...cutOff, variant: 'described' }, { watch: [] });
    const ages = simulation.history.map(({ judgement }) => judgement?.measures?.['answer age'] ?? 0);
    expect(Math.max(...ages)).toBeGreaterThan(4 * MINUTE);
    expect(verdicts.ghost).toBeGreaterThan(0);
    for (const { outcome } of simulation.history) {
      if (outcome?.kind === 'holders') for (const { ageUs } of outcome.holders) expect(ageUs).toBeNull();
    }
  });

  test('hardened no answer is older than maxAge, and each shows its age', () => {
    const { simulation } = run(cutOff, { watch: [] });
    const answers = simulation.history.filter(({ outcome }) => outcome?.kind === 'holders');
    expect(answers.length).toBeGreaterThan(100);
    for (const { judgement, outcome } of answers) {
      expect(judgement?.measures?.['answer age'] ?? 0).toBeLessThanOrEqual(2 * MINUTE + 5 * SECOND);
      if (outcome?.kind === 'holders') for (const { ageUs } of outcome.holders) expect(ageUs).not.toBeNull();
    }
  });
});

// First faults with safety, then quiet with a deadline for liveness.

const NODES = 6;
const FAULTS_UNTIL_S = 150;
const someone = fc.nat(NODES - 1).map((i) => only(`n${i}`));
const forUs = fc.integer({ min: 1, max: 60 }).map((s) => s * SECOND);
const rest: Selector = [{ kind: 'rest' }];

const fault: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant('crash' as const),
    who: someone,
    restartAfterUs: fc.option(forUs),
    guard: fc.constant(false),
  }),
  fc.record({ kind: fc.constant('restart' as const), who: someone }),
  fc.record({ kind: fc.constant('leave' as const), who: someone, guard: fc.constant(false) }),
  fc.record({ kind: fc.constant('join' as const), arguments: fc.constant({}), count: fc.constant(1) }),
  fc.record({ kind: fc.constant('isolate' as const), who: someone, answers: fc.boolean(), forUs }),
  fc.record({
    kind: fc.constant('partition' as const),
    sides: fc
      .integer({ min: 1, max: NODES - 1 })
      .map((to): Selector[] => [[{ kind: 'range', from: 0, to: to - 1 }], rest]),
    oneWay: fc.boolean(),
    answers: fc.boolean(),
    forUs,
  }),
  fc.record({
    kind: fc.constant('degrade' as const),
    from: fc.constant<Selector>([{ kind: 'all' }]),
    to: someone,
    bothWays: fc.boolean(),
    extraLatency: fc.constant({ kind: 'uniform', lowUs: 0, highUs: 500_000 } as const),
    loss: fc.double({ min: 0, max: 0.9, noNaN: true }),
    duplicate: fc.double({ min: 0, max: 0.5, noNaN: true }),
    forUs,
  }),
);

const faults = fc.array(
  fc.record({ atUs: fc.integer({ min: 0, max: FAULTS_UNTIL_S }).map((s) => s * SECOND), action: fault }),
  {
    maxLength: 8,
  },
);

const SAFE: readonly PropertyName[] = [
  'version monotonic',
  'no fabrication',
  'dead metadata gone',
  'no zombie',
  'no flicker',
  'no stale names',
];
const LIVE: readonly PropertyName[] = ['convergence', 'all up to date', 'restarts heard', 'dead suspected'];

describe('hardened, whatever happens', () => {
  property.prop([faults, fc.constantFrom('described', 'push', 'pull', 'push-pull'), fc.nat(1_000_000)], {
    numRuns: 25,
  })('nothing bad happens, and when the faults and the users have stopped all know all', (actions, strategy, seed) => {
    const { simulation, watch } = run(
      {
        nodes: NODES,
        seed,
        // Faults last at most a minute longer, then twice the spread bound passes: 62 s by forwarding.
        durationUs: (FAULTS_UNTIL_S + 60 + 160) * SECOND,
        settings: {
          strategy,
          listed: NODES + 3,
          t1: '10s',
          t2: '1s',
          t3: '1s',
          t4: '2s',
          expiry: '60s',
          certificateFor: '60s',
          maxAge: '40s',
          suspicion: '30s',
        },
        network: { latency: { kind: 'uniform', lowUs: 1_000, highUs: 100_000 }, loss: 0.05, duplicate: 0.05 },
        actions,
        workload: [
          { operation: 'addFile', arrivals: { kind: 'rate', perSecond: 0.2 }, untilUs: FAULTS_UNTIL_S * SECOND },
          { operation: 'removeFile', arrivals: { kind: 'rate', perSecond: 0.2 }, untilUs: FAULTS_UNTIL_S * SECOND },
          { operation: 'whoHas', arrivals: { kind: 'rate', perSecond: 1 } },
        ],
      },
      { watch: [...SAFE, ...LIVE] },
    );
    for (const name of SAFE) expect(watch(name).firstViolation?.violation.message, name).toBeUndefined();
    for (const name of LIVE) expect(watch(name).holds, `${name}: ${watch(name).lastViolation?.message}`).toBe(true);
    for (const { outcome, judgement } of simulation.history) {
      if (outcome?.kind === 'holders') {
        expect(judgement?.measures?.['answer age'] ?? 0).toBeLessThanOrEqual(45 * SECOND);
      }
    }
  });
});

// What even the flawed protocol keeps, with clocks that are wrong and peers that are paused besides.

const oddity: fc.Arbitrary<Action> = fc.oneof(
  fault,
  fc.record({ kind: fc.constant('pause' as const), who: someone, forUs }),
  fc.record({
    kind: fc.constant('skew' as const),
    who: someone,
    offsetUs: fc.integer({ min: -100, max: 100 }).map((s) => s * SECOND),
    driftPpm: fc.integer({ min: -100_000, max: 100_000 }),
    forUs: fc.option(forUs),
  }),
);

property.prop(
  [
    fc.array(fc.record({ atUs: fc.integer({ min: 0, max: 120 }).map((s) => s * SECOND), action: oddity }), {
      maxLength: 8,
    }),
    fc.constantFrom('described', 'hardened'),
    fc.constantFrom('described', 'push', 'pull', 'push-pull', 'rumor'),
    fc.nat(1_000_000),
  ],
  { numRuns: 25 },
)('versions never go back and nothing is made up, whatever happens', (actions, variant, strategy, seed) => {
  const { watch } = run(
    {
      nodes: NODES,
      seed,
      variant,
      durationUs: 150 * SECOND,
      settings: {
        strategy,
        listed: NODES + 3,
        t1: '10s',
        t2: '1s',
        t3: '1s',
        t4: '2s',
        expiry: '30s',
        suspicion: '15s',
      },
      network: { latency: { kind: 'uniform', lowUs: 1_000, highUs: 100_000 }, loss: 0.05, duplicate: 0.05 },
      actions,
      workload: [
        { operation: 'addFile', arrivals: { kind: 'rate', perSecond: 0.2 } },
        { operation: 'removeFile', arrivals: { kind: 'rate', perSecond: 0.2 } },
      ],
    },
    { watch: ['version monotonic', 'no fabrication'] },
  );
  expect(watch('version monotonic').firstViolation?.violation.message).toBeUndefined();
  expect(watch('no fabrication').firstViolation?.violation.message).toBeUndefined();
});
