/**
 * Chord against what is published (Stoica et al., IEEE/ACM ToN 2003): the unit ring of its figures, path length (figure
 * 10), lookups after half of the ring has failed (table II), the latency of both kinds of routing, load balance with
 * virtual nodes (figures 8 and 9), and a recurrence that needs no paper.
 */
import { chord } from '../../protocols/chord/index.ts';
import type { Judged } from '../../protocols/chord/judge.ts';
import type { ChordTypes } from '../../protocols/chord/messages.ts';
import { type Action, planOf, SECOND, Simulation } from '../../sim/index.ts';
import type { Comparison, Experiment } from './comparison.ts';

type Parts = NonNullable<Parameters<typeof planOf>[1]>;
type Settings = Readonly<Record<string, unknown>>;

const EXPONENTIAL: NonNullable<Parts['network']> = {
  latency: { kind: 'exponential', meanUs: 50_000 },
  requests: { transport: 'udp', rtoUs: SECOND, retries: 0 },
};
const INSTANT: NonNullable<Parts['network']> = { latency: { kind: 'constant', us: 0 } };

// --- Path length ---

function* figure10(lookups: number): Iterable<Comparison> {
  const source = 'ToN 2003, figure 10: path length, N = 2^k, successor list 1';
  for (const [k, published] of [
    [8, 3.88],
    [10, 4.89],
    [12, 5.85],
  ] as const) {
    const settings = { idBits: 32, successors: 1, rpcTimeout: '10s' };
    const { path } = meanOver(rings(5), (seed) => lookUpMany(1 << k, settings, lookups / 2, seed));
    yield { source, what: `k = ${k}: mean path length`, published, ours: path, band: around(published, 0.1) };
  }
}

/** The exact mean over the distances 1 … nodes, from node 0 of an equally spaced ring. */
function* recurrence(): Iterable<Comparison> {
  const source = 'equally spaced ring: H(d) = 1 for d ≤ K, else 1 + H(d − 2^⌊log2(d − 1)⌋), forwardings H − 1';
  for (const [nodes, idBits, listed, expected] of [
    [1024, 10, 1, 5.0],
    [1600, 11, 1, 5.16],
    [1024, 10, 3, 4.25],
  ] as const) {
    const ids = Array.from({ length: nodes }, (_, i) => i);
    const settings = { idBits, ids, successors: listed, resolve: 'list' };
    const actions = ids.map((i) => lookupBy('0', (i + 1) % (1 << idBits)));
    const { path } = measuresOf(runOf({ settings, network: INSTANT, actions }));
    yield {
      source,
      what: `N = ${nodes}, K = ${listed}`,
      published: expected,
      ours: path,
      band: around(expected, 5e-4),
    };
  }
}

// --- Failures ---

function* tableII(lookups: number): Iterable<Comparison> {
  const source = 'ToN 2003, table II: N = 1,000, r = 20, a share p fails at once, nothing is mended';
  for (const [p, path, timeouts] of [
    [0, 3.84, 0],
    [0.1, 4.03, 0.6],
    [0.2, 4.22, 1.17],
    [0.3, 4.44, 2.02],
    [0.4, 4.69, 3.23],
    [0.5, 5.09, 5.1],
  ] as const) {
    const settings = { idBits: 32, successors: 20, deadEntries: 'keep', verify: true };
    const crash: Action = {
      kind: 'crash',
      who: [{ kind: 'any', count: p * 1000 }],
      restartAfterUs: null,
      guard: false,
    };
    const actions = p === 0 ? [] : [{ atUs: SECOND, action: crash }];
    const ours = meanOver(rings(12), (seed) => lookUpMany(1000, settings, lookups / 4, seed, actions));
    yield { source, what: `p = ${p}: mean path length`, published: path, ours: ours.path, band: around(path, 0.15) };
    // False time-outs of a 500 ms bound over two exponential delays come to less than 0.004 a lookup.
    const band = p === 0 ? ([0, 0.004] as const) : around(timeouts, Math.max(0.2, timeouts * 0.1));
    yield { source, what: `p = ${p}: mean time-outs`, published: timeouts, ours: ours.timeouts, band };
    yield { source, what: `p = ${p}: share resolved`, published: 1, ours: ours.correct, band: [0.999, 1] };
  }
}

// --- Latency ---

function* latency(lookups: number): Iterable<Comparison> {
  const source = 'latency over links of exponential 50 ms, L forwardings, in ms';
  for (const [what, settings, law] of [
    ['iterative: L · 100 ms', { routing: 'iterative', rpcTimeout: '10s' }, (path: number) => path * 100],
    [
      'recursive, the successor answers: (L + 2) · 50 ms',
      { routing: 'recursive', answerFrom: 'successor', lookupTimeout: '60s' },
      (path: number) => (path + 2) * 50,
    ],
    [
      'recursive, the predecessor answers: (L + 1) · 50 ms',
      { routing: 'recursive', lookupTimeout: '60s' },
      (path: number) => (path + 1) * 50,
    ],
  ] as const) {
    const ours = lookUpMany(1024, { idBits: 32, successors: 1, ...settings }, lookups, 1);
    const expected = law(ours.path);
    yield { source, what, published: expected, ours: ours.latencyMs, band: around(expected, expected * 0.03) };
  }
}

// --- The unit ring ---

const UNIT_RING = [1, 8, 14, 21, 32, 38, 42, 48, 51, 56];

/** Figures 2 to 5 and 7 as counts of what agrees. */
function* unitRing(): Iterable<Comparison> {
  const source = 'ToN 2003, figures 2 to 5 and 7: m = 6, ten nodes';
  const settings = { idBits: 6, ids: UNIT_RING, successors: 1, replicas: 1, verify: true };
  const keys = [10, 24, 30, 38, 54];
  const owners = runOf({ settings, network: INSTANT, actions: keys.map((key) => lookupBy('1', key)) });
  const agree = ownersOf(owners).filter((owner, i) => owner === [14, 32, 32, 38, 56][i]).length;
  yield { source, what: 'keys 10, 24, 30, 38, 54 with 14, 32, 32, 38, 56', published: 5, ours: agree, band: [5, 5] };

  const fingers = owners.world.named('8')?.state.fingers.map((finger) => finger?.id) ?? [];
  const right = fingers.filter((id, i) => id === [14, 14, 14, 21, 32, 42][i]).length;
  yield { source, what: 'fingers of 8', published: 6, ours: right, band: [6, 6] };

  const lookup = runOf({ settings, network: INSTANT, actions: [lookupBy('8', 54)] }).history[0]?.outcome;
  const went = lookup?.kind === 'found' ? [...lookup.route.path, lookup.owner].map((peer) => peer.id).join() : '';
  const isSame = went === '42,51,56' ? 1 : 0;
  yield { source, what: 'lookup(54) from 8 goes 42, 51 and returns 56', published: 1, ours: isSame, band: [1, 1] };

  const crash: Action = { kind: 'crash', who: named('14', '21', '32'), restartAfterUs: null, guard: false };
  const actions = [
    { atUs: 0, action: crash },
    { ...lookupBy('8', 30), atUs: SECOND },
  ];
  const wrong = ownersOf(runOf({ settings, network: INSTANT, actions }))[0];
  yield { source, what: 'with 14, 21, 32 dead, 8 answers key 30 with', published: 42, ours: wrong, band: [42, 42] };
}

// --- Load balance ---

/** Keys of a host are about exponential with one place on the ring: the 99th percentile is ln 100 times the mean. */
function* loadBalance(hosts: number): Iterable<Comparison> {
  const source = 'ToN 2003, figures 8 and 9: keys of a host over the mean, 100 keys for each host';
  for (const [virtualNodes, p1, p99] of [
    [1, 0, 4.6],
    [20, 0.5, 1.6],
  ] as const) {
    const settings = { idBits: 52, virtualNodes, successors: 1, replicas: 1, files: { perPeer: 100 / virtualNodes } };
    const simulation = runOf({ nodes: hosts, settings, network: INSTANT, durationUs: SECOND });
    const gauges = chord.gauges?.(simulation.world, simulation.judged as Judged) ?? {};
    const mean = gauges['keys per host'];
    const places = `${virtualNodes} ${virtualNodes === 1 ? 'place' : 'places'} on the ring`;
    for (const [name, published] of [
      ['p1', p1],
      ['p99', p99],
    ] as const) {
      const ours = gauges[`keys per host ${name}`] / mean;
      yield {
        source,
        what: `${places}: ${name}`,
        published,
        ours,
        band: around(published, name === 'p1' ? 0.1 : 0.35),
      };
    }
  }
}

// --- What the experiments share ---

interface Measured {
  readonly path: number;
  readonly timeouts: number;
  readonly latencyMs: number;
  /** Share of the lookups with the right answer. */
  readonly correct: number;
}

/** Lookups of uniform keys from random peers, in a ring whose routines are off. */
function lookUpMany(
  nodes: number,
  settings: Settings,
  lookups: number,
  seed: number,
  actions: NonNullable<Parts['actions']> = [],
): Measured {
  const perSecond = 100;
  const durationUs = Math.ceil((1.5 * lookups) / perSecond + 120) * SECOND;
  const arrivals = { kind: 'rate', perSecond } as const;
  const workload = [{ operation: 'lookup', arrivals, fromUs: 2 * SECOND, count: lookups }];
  return measuresOf(runOf({ nodes, settings, seed, network: EXPONENTIAL, durationUs, workload, actions }));
}

function runOf(parts: Parts): Simulation<ChordTypes> {
  const settings = { replicas: 1, ...parts.settings, maintenance: 'off' };
  const durationUs = parts.durationUs ?? 10 * SECOND;
  const simulation = new Simulation(planOf(chord, { ...parts, settings, durationUs, sampleUs: 2 * durationUs }));
  simulation.run();
  return simulation;
}

function measuresOf({ history }: Simulation<ChordTypes>): Measured {
  let path = 0;
  let timeouts = 0;
  let latencyUs = 0;
  let correct = 0;
  let found = 0;
  for (const { outcome, judgement, startUs, endUs } of history) {
    if (judgement?.verdict === 'correct') correct++;
    if (outcome?.kind !== 'found') continue;
    found++;
    path += outcome.route.hops;
    timeouts += outcome.route.timeouts;
    latencyUs += (endUs ?? startUs) - startUs;
  }
  return {
    path: path / found,
    timeouts: timeouts / found,
    latencyMs: latencyUs / found / 1000,
    correct: correct / history.length,
  };
}

/** Rings differ more than lookups on one ring do: a mean over several says what a single one cannot. */
function rings(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

function meanOver(seeds: readonly number[], measure: (seed: number) => Measured): Measured {
  const all = seeds.map(measure);
  const mean = (value: (one: Measured) => number) => all.reduce((sum, one) => sum + value(one), 0) / all.length;
  return {
    path: mean((one) => one.path),
    timeouts: mean((one) => one.timeouts),
    latencyMs: mean((one) => one.latencyMs),
    correct: mean((one) => one.correct),
  };
}

function lookupBy(name: string, key: number): { readonly atUs: number; readonly action: Action } {
  return { atUs: 0, action: { kind: 'operation', name: 'lookup', node: named(name), arguments: { key } } };
}

function named(...names: readonly string[]) {
  return names.map((name) => ({ kind: 'name', name }) as const);
}

function ownersOf({ history }: Simulation<ChordTypes>): readonly number[] {
  return history.map(({ outcome }) => (outcome?.kind === 'found' ? outcome.owner.id : -1));
}

function around(value: number, allowed: number): readonly [number, number] {
  return [value - allowed, value + allowed];
}

/** All of it takes about a minute with 10,000 lookups a row, which is what the paper has. */
export function chordExperiments(lookups = 10_000): readonly Experiment[] {
  return [
    { source: 'unit ring', run: unitRing },
    { source: 'recurrence', run: recurrence },
    { source: 'figure 10', run: () => figure10(lookups) },
    { source: 'table II', run: () => tableII(lookups) },
    { source: 'latency', run: () => latency(lookups) },
    { source: 'load balance', run: () => loadBalance(lookups / 5) },
  ];
}
