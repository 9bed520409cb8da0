// The system as scenarios, reports and the dashboard see it: membership, operations and their verdicts, metrics, view.

import { describe, expect, test } from 'vitest';
import { gossip } from '../../protocols/gossip/index.ts';
import type { Judged } from '../../protocols/gossip/judged.ts';
import type { GossipMessage } from '../../protocols/gossip/messages.ts';
import type { GossipTypes } from '../../protocols/gossip/types.ts';
import { MATRIX_SIDE } from '../../protocols/gossip/view.ts';
import { type Action, MINUTE, planOf, SECOND, type Selector, SetupError, Simulation } from '../../sim/index.ts';
import { run } from './runs.ts';

const only = (name: string): Selector => [{ kind: 'name', name }];
const crash = (name: string, restartAfterUs: number | null = null): Action => ({
  kind: 'crash',
  who: only(name),
  restartAfterUs,
  guard: false,
});
const operation = (name: string, node: string, args: Readonly<Record<string, unknown>> = {}): Action => ({
  kind: 'operation',
  name,
  node: only(node),
  arguments: args,
});

/** A script of actions, each at a second. */
const script = (lines: readonly (readonly [number, Action])[]) =>
  lines.map(([atS, action]) => ({ atUs: Math.round(atS * SECOND), action }));

/** Nothing happens but what the script says. */
const still = {
  settings: {
    t1: '1d',
    t2: '1d',
    t3: '1d',
    phase: 'together',
    files: 0,
    suspicion: '100s',
    t4: '10s',
    expiry: '3m',
    maxAge: '2m',
  },
  network: { latency: { kind: 'constant', us: 10_000 } },
} as const;

const step = (node: string, args: Readonly<Record<string, unknown>>): Action => operation('step', node, args);

describe('membership', () => {
  test('peers are n0, n1, … with files of the catalogue, the same for the same seed', () => {
    const filesOf = (seed: number) => {
      const { world } = new Simulation(planOf(gossip, { nodes: 3, seed, settings: { files: 4, catalogue: 6 } }));
      return [0, 1, 2].map((address) => {
        const { name, boot, state } = world.process(address);
        expect(name).toBe(`n${address}`);
        expect(state.folder).toEqual(boot.files);
        expect(new Set(boot.files).size).toBe(4);
        expect(boot.files).toEqual([...boot.files].sort());
        return boot.files;
      });
    };
    expect(filesOf(1)).toEqual(filesOf(1));
    expect(filesOf(1)).not.toEqual(filesOf(2));
  });

  test('a scenario without `nodes:` has sixteen', () => {
    expect(new Simulation(planOf(gossip)).world.size).toBe(16);
  });

  test('who is in the file may join, and nobody else', () => {
    const { simulation } = run({
      nodes: 2,
      durationUs: 3 * MINUTE,
      settings: { listed: 4 },
      actions: script([
        [10, { kind: 'join', arguments: { files: ['mine'] }, count: 1 }],
        [11, { kind: 'join', arguments: {}, count: 5 }],
      ]),
    });
    expect(simulation.world.size).toBe(4);
    expect(simulation.world.process(2).boot.files).toEqual(['mine']);
    // Known to those who were there before.
    expect(simulation.world.process(0).state.store.map(({ origin }) => origin)).toEqual([1, 2, 3]);
  });

  test('peers can be scaled within the file', () => {
    const scaled = (size: number) => {
      const { simulation } = run({
        nodes: 4,
        durationUs: 20 * SECOND,
        settings: { listed: 6 },
        actions: script([[10, { kind: 'scale', group: 'peers', size }]]),
      });
      const { world } = simulation;
      return Array.from({ length: world.size }, (_, address) => address).filter((address) => world.alive(address));
    };
    expect(scaled(5)).toEqual([0, 1, 2, 3, 4]);
    expect(scaled(9)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(scaled(2)).toEqual([0, 1]);
    const simulation = new Simulation(planOf(gossip));
    expect(() => simulation.inject({ kind: 'scale', group: 'servers', size: 3 }, '')).toThrow(SetupError);
  });
});

describe('operations and verdicts', () => {
  /** n0 shows file-a and file-b to n1 and n2; what follows is the test's. */
  const opening: readonly (readonly [number, Action])[] = [
    [1, operation('addFile', 'n0', { file: 'a' })],
    [1, operation('addFile', 'n0', { file: 'b' })],
    [2, step('n0', { do: 'look' })],
    [3, step('n0', { do: 'tellOwn', to: 'n1' })],
    [3, step('n0', { do: 'tellOwn', to: 'n2' })],
  ];

  const verdictsOf = (lines: readonly (readonly [number, Action])[], atS = 0) => {
    const { simulation } = run({
      ...still,
      nodes: 3,
      durationUs: 4 * MINUTE,
      actions: script([...opening, ...lines]),
    });
    return simulation.history
      .filter(({ startUs }) => startUs >= atS * SECOND)
      .map(({ judgement }) => [judgement?.verdict, judgement?.why ?? null]);
  };

  test.each<readonly [string, readonly (readonly [number, Action])[], readonly unknown[]]>([
    ['fresh: from the newest version', [[4, operation('whoHas', 'n1', { file: 'a' })]], ['fresh', null]],
    ['fresh: nobody has it, and it says so', [[4, operation('whoHas', 'n1', { file: 'z' })]], ['fresh', null]],
    [
      'stale: right, but from an older version',
      [
        [4, step('n0', { do: 'look' })],
        [5, operation('whoHas', 'n1', { file: 'a' })],
      ],
      ['stale', null],
    ],
    [
      'ghost: the file is gone',
      [
        [4, operation('removeFile', 'n0', { file: 'a' })],
        [5, operation('whoHas', 'n1', { file: 'a' })],
      ],
      ['ghost', 'says that n0 have a, which is not so'],
    ],
    [
      'ghost: the peer is dead',
      [
        [4, crash('n0')],
        [5, operation('whoHas', 'n1', { file: 'a' })],
      ],
      ['ghost', 'says that n0 have a, which is not so'],
    ],
    [
      'missing: nobody looked yet',
      [
        [4, operation('addFile', 'n2', { file: 'a' })],
        [5, operation('whoHas', 'n1', { file: 'a' })],
      ],
      ['missing', 'leaves out that n2 have a'],
    ],
    ['a listing: fresh', [[4, operation('filesOf', 'n1', { peer: 'n0' })]], ['fresh', null]],
    [
      'a listing: missing',
      [
        [4, operation('addFile', 'n0', { file: 'c' })],
        [5, operation('filesOf', 'n1', { peer: 'n0' })],
      ],
      ['missing', 'leaves out that n0 offer just these files'],
    ],
    [
      'a listing of what it does not know: fresh if there is nothing to know',
      [[4, operation('filesOf', 'n0', { peer: 'n2' })]],
      ['fresh', null],
    ],
    [
      'member list: n2 was never heard of',
      [[4, operation('whoIsThere', 'n1')]],
      ['missing', 'leaves out that n2 are there'],
    ],
    [
      'member list: the dead are there until they are suspected',
      [
        [4, step('n2', { do: 'look' })],
        [5, step('n2', { do: 'tellOwn', to: 'n1' })],
        [6, crash('n0')],
        [7, operation('whoIsThere', 'n1')],
      ],
      ['ghost', 'says that n0 are there, which is not so'],
    ],
    [
      'member list: and not when they are',
      [
        [4, step('n2', { do: 'look' })],
        [100, step('n2', { do: 'tellOwn', to: 'n1' })],
        [6, crash('n0')],
        [110, operation('whoIsThere', 'n1')],
      ],
      ['fresh', null],
    ],
    ['a file that is there already', [[4, operation('addFile', 'n0', { file: 'a' })]], ['unchanged', null]],
    ['a file that is removed', [[4, operation('removeFile', 'n0', { file: 'a' })]], ['done', null]],
  ])('%s', (_, lines, expected) => {
    const all = verdictsOf(lines, 4);
    expect(all.at(-1)).toEqual(expected);
  });

  test('an answer’s measures say how old it was', () => {
    const { simulation } = run({
      ...still,
      nodes: 3,
      durationUs: MINUTE,
      actions: script([
        ...opening,
        [4, step('n0', { do: 'look' })],
        [5, step('n0', { do: 'look' })],
        [12, operation('whoHas', 'n1', { file: 'a' })],
      ]),
    });
    expect(simulation.history.at(-1)?.judgement?.measures).toEqual({
      'versions behind': 2,
      'answer age': 10 * SECOND,
      'ghost holders': 0,
      'missing holders': 0,
    });
  });

  test('drawn arguments make sense: what is added was not there, what is removed was', () => {
    const { verdicts, simulation } = run({
      nodes: 4,
      durationUs: 5 * MINUTE,
      settings: { catalogue: 8, publishers: 2 },
      workload: [
        { operation: 'addFile', arrivals: { kind: 'rate', perSecond: 0.3 } },
        { operation: 'removeFile', arrivals: { kind: 'rate', perSecond: 0.3 } },
      ],
    });
    expect(verdicts.done).toBeGreaterThan(50);
    expect(verdicts.unchanged).toBeUndefined();
    // Those who have no folder to look at are not asked.
    expect(new Set(simulation.history.map(({ issuer }) => issuer))).toEqual(new Set([0, 1]));
  });

  test('there may be nothing to add or to remove', () => {
    const empty = run({
      ...still,
      nodes: 2,
      workload: [{ operation: 'removeFile', arrivals: { kind: 'every', us: SECOND } }],
    });
    expect(empty.simulation.history).toEqual([]);
    expect(empty.simulation.skipped.removeFile).toBeGreaterThan(50);
    const full = run({
      ...still,
      nodes: 2,
      settings: { ...still.settings, files: 2, catalogue: 2 },
      workload: [{ operation: 'addFile', arrivals: { kind: 'every', us: SECOND } }],
    });
    expect(full.simulation.skipped.addFile).toBeGreaterThan(50);
  });

  test('a step that names nobody is an error of the script', () => {
    const simulation = new Simulation(planOf(gossip, { nodes: 2 }));
    expect(() => simulation.inject(step('n0', { do: 'tellOwn', to: 'n9' }), '')).toThrow('there is no peer n9');
  });

  test('folders outlive a crash, stores do not', () => {
    const { simulation } = run({
      ...still,
      nodes: 3,
      durationUs: 30 * SECOND,
      actions: script([
        ...opening,
        [4, step('n1', { do: 'look' })],
        [5, step('n1', { do: 'tellOwn', to: 'n0' })],
        [6, crash('n0', SECOND)],
      ]),
    });
    const { state, incarnation } = simulation.world.process(0);
    expect(incarnation).toBe(2);
    expect(state.folder).toEqual(['a', 'b']);
    expect(state.store).toEqual([]);
    expect(state.own).toMatchObject({ incarnation: 2, version: 0 });
  });
});

describe('metrics', () => {
  const { summary, simulation } = run({
    nodes: 8,
    durationUs: 5 * MINUTE,
    workload: [
      { operation: 'whoHas', arrivals: { kind: 'rate', perSecond: 1 } },
      { operation: 'whoIsThere', arrivals: { kind: 'rate', perSecond: 0.2 } },
    ],
    actions: script([
      [60, crash('n3', 20 * SECOND)],
      [100, crash('n4')],
    ]),
  });
  const gauges = gossip.gauges?.(simulation.world, simulation.judged as Judged) ?? {};

  test('each number has its definition, and each definition its number', () => {
    const measures = new Set(simulation.history.flatMap(({ judgement }) => Object.keys(judgement?.measures ?? {})));
    const given = [...Object.keys(summary), ...Object.keys(gauges), ...measures].sort();
    expect(given).toEqual(Object.keys(gossip.metrics).sort());
    for (const value of [...Object.values(summary), ...Object.values(gauges)])
      expect(Number.isFinite(value)).toBe(true);
  });

  test('the staleness distribution is one', () => {
    const shares = [
      'entries fresh',
      'entries 1 behind',
      'entries 2 behind',
      'entries 3 or more behind',
      'entries missing',
    ];
    expect(shares.reduce((sum, name) => sum + gauges[name], 0)).toBeCloseTo(1, 9);
  });

  test('messages are useful or redundant', () => {
    const { sentByKind } = simulation.summary();
    expect(summary['entry messages']).toBe(sentByKind.metadata);
    const { delivered } = simulation.counters;
    expect(summary['redundant messages']).toBe(delivered - (simulation.judged as Judged).usefulMessages);
    expect(summary.redundancy).toBeCloseTo(summary['redundant messages'] / delivered, 9);
  });

  test('bytes are those of all messages, of lives that have ended too', () => {
    let bytes = 0;
    const counting = new Simulation<GossipTypes>(simulation.plan, {
      observer: {
        effect(_, { kind, value }) {
          if (kind === 'send') bytes += gossip.sizeOf?.(value as GossipMessage) ?? 0;
        },
      },
    });
    counting.run();
    expect(gauges['bytes sent']).toBe(bytes);
    expect(summary['send rate']).toBeCloseTo((bytes * 1e6) / simulation.summary().processUpUs, 6);
  });

  test('one update by hand: two told at 3 s and 5 s', () => {
    const { summary: byHand } = run({
      ...still,
      nodes: 4,
      durationUs: 9 * SECOND,
      settings: { ...still.settings, t2: '1d', t3: '1d' },
      network: { latency: { kind: 'constant', us: 0 } },
      actions: script([
        [3, step('n0', { do: 'tellOwn', to: 'n1' })],
        [5, step('n0', { do: 'tellOwn', to: 'n2' })],
        [6, step('n0', { do: 'tellOwn', to: 'n2' })],
      ]),
    });
    // Four peers look at time 0; only n0's update goes anywhere: to n1 after 3 s and to n2 after 5 s.
    expect(byHand).toMatchObject({
      updates: 4,
      t_ave: 4 * SECOND,
      t_last: 5 * SECOND,
      residue: (0.25 + 3 * 0.75) / 4,
      'time to 50%': 3 * SECOND,
      'reached 50%': 0.25,
      'reached 100%': 0,
      'entry messages': 3,
      'redundant messages': 1,
      'traffic per site': 3 / 16,
    });
  });
});

describe('failure detection', () => {
  // Each peer hears of the other every 10 s; n1's last heartbeat left at 50 s, the time-out is 25 s, the way takes
  // 0.1 s.
  const parts = {
    nodes: 2,
    durationUs: 2 * MINUTE,
    settings: { t1: '10s', t2: '10s', t3: '1d', phase: 'together', suspicion: '25s', expiry: 'never' },
    network: { latency: { kind: 'constant', us: 100_000 } },
  } as const;

  test('a dead peer is suspected a time-out after its last heartbeat arrived', () => {
    const { summary } = run({ ...parts, actions: script([[57, crash('n1')]]) });
    expect(summary).toMatchObject({
      detections: 1,
      'mean detection time': 18.1 * SECOND,
      'shortest detection time': 18.1 * SECOND,
      'longest detection time': 18.1 * SECOND,
      'false suspicions': 0,
    });
  });

  test('a living peer that is cut off is suspected falsely, until it is heard of', () => {
    const isolate: Action = { kind: 'isolate', who: only('n1'), answers: false, forUs: 35 * SECOND };
    const { summary } = run({ ...parts, actions: script([[57, isolate]]) });
    // Both suspect each other at 75.1 s; the heartbeats of 100 s arrive at 100.1 s.
    expect(summary).toMatchObject({ detections: 0, 'false suspicions': 2, 'mean mistake time': 25 * SECOND });
    expect(summary['false suspicion rate']).toBeCloseTo(2 / 240, 6);
  });
});

describe('the view', () => {
  const plan = planOf(gossip, {
    nodes: 4,
    durationUs: 10 * MINUTE,
    settings: { files: 2, t1: '20s' },
    network: { latency: { kind: 'constant', us: 200_000 } },
    actions: script([[60, crash('n3')]]),
  });
  const simulation = new Simulation<GossipTypes>(plan);
  simulation.runUntil(90 * SECOND);
  const seen = () => gossip.view(simulation.world, simulation.judged as Judged, { selected: null });

  test('shows who holds how much of whom', () => {
    const { matrix, peers } = seen();
    expect(peers.map(({ name, status }) => `${name} ${status}`)).toEqual(['n0 up', 'n1 up', 'n2 up', 'n3 down']);
    expect(matrix.rows).toEqual([0, 1, 2, 3]);
    expect(matrix.columns).toEqual([0, 1, 2, 3]);
    expect(matrix.cells[0][0]).toEqual({ kind: 'own' });
    expect(matrix.cells[3].every(({ kind }) => kind === 'down')).toBe(true);
    const ofDead = matrix.cells[1][3];
    expect(ofDead).toMatchObject({ kind: 'held', originDead: true, suspected: false });
    if (ofDead.kind === 'held') expect(ofDead.ageUs).toBeGreaterThan(30 * SECOND);
  });

  test('follows the newest update along its curve, or that of the focus', () => {
    const { update } = seen();
    expect(update?.curve.map(({ share }) => share)).toEqual(
      [...(update?.curve ?? [])].map(({ share }) => share).sort((a, b) => a - b),
    );
    const focused = gossip.view(simulation.world, simulation.judged as Judged, { selected: 2 });
    expect(focused.update).toMatchObject({ name: 'n2', version: simulation.world.process(2).state.own.version });
  });

  test('tells who is talking to whom', () => {
    while (simulation.countInFlight() === 0) simulation.step();
    const [talk] = seen().talk;
    expect(talk.what).toBe('metadata');
    expect(talk.about).toHaveLength(1);
  });

  test('is plain data, before anything happened too', () => {
    const view = seen();
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    const fresh = new Simulation<GossipTypes>(plan);
    expect(gossip.view(fresh.world, fresh.judged as Judged, { selected: null }).update).toBeNull();
  });

  test('keeps to a window with the focus in it', () => {
    const large = new Simulation<GossipTypes>(planOf(gossip, { nodes: 300, durationUs: MINUTE }));
    large.runUntil(40 * SECOND);
    for (const selected of [null, 0, 150, 299]) {
      const { matrix } = gossip.view(large.world, large.judged as Judged, { selected });
      expect(matrix.rows).toHaveLength(MATRIX_SIDE);
      expect(matrix.rows).toContain(selected ?? 0);
      expect(matrix.columns).toHaveLength(MATRIX_SIDE);
      expect(matrix.columns).toContain(selected ?? 0);
    }
  });

  test('shows those few that have published, whoever is in the focus', () => {
    const few = new Simulation<GossipTypes>(
      planOf(gossip, { nodes: 300, durationUs: MINUTE, settings: { strategy: 'push', publishers: 2 } }),
    );
    few.runUntil(40 * SECOND);
    const columns = new Set<string>();
    for (const selected of [null, 100, 299]) {
      const { matrix } = gossip.view(few.world, few.judged as Judged, { selected });
      expect(matrix.columns).toHaveLength(2);
      expect(matrix.cells.every((row) => row.length === 2)).toBe(true);
      columns.add(String(matrix.columns));
    }
    expect(columns.size).toBe(1);
  });
});
