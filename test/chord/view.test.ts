// The picture as plain data.
import { describe, expect, test } from 'vitest';
import { chord } from '../../protocols/chord/index.ts';
import type { Judged } from '../../protocols/chord/judge.ts';
import type { ChordView } from '../../protocols/chord/view.ts';
import { type Observer, planOf, SECOND, Simulation } from '../../sim/index.ts';
import { Script } from './script.ts';

const IDS = [1, 8, 14, 21, 32, 38, 42, 48, 51, 56];
const ring = (settings: Readonly<Record<string, unknown>> = {}) =>
  Script.still('paper', 6, IDS, { successors: 2, replicas: 2, ...settings });

function pictureOf({ simulation }: Script, selected: number | null = null): ChordView {
  return chord.view(simulation.world, simulation.judged as Judged, { selected });
}

const peerAt = (view: ChordView, id: number) => view.peers.find((peer) => peer.id === id);

describe('the ring', () => {
  test('has the peers by identifier, with pointers that are right', () => {
    const view = pictureOf(ring());
    expect(view).toMatchObject({ idBits: 6, ringSize: 64, members: 10, rings: 1, selected: null });
    expect(view.peers.map(({ id }) => id)).toEqual(IDS);
    for (const { successor, predecessor, onRing } of view.peers) {
      expect([successor?.state, predecessor?.state, onRing]).toEqual(['right', 'right', true]);
    }
  });

  test('shows a pointer at a dead peer as broken, and one past a live peer as stale', () => {
    const script = ring();
    script.fail(14);
    script.join(26, 8);
    const view = pictureOf(script);
    expect(peerAt(view, 14)).toMatchObject({ status: 'down', successor: null, onRing: false });
    expect(peerAt(view, 8)?.successor).toEqual({ id: 14, state: 'broken' });
    expect(peerAt(view, 21)).toMatchObject({
      successor: { id: 32, state: 'stale' },
      predecessor: { id: 14, state: 'broken' },
    });
    expect(peerAt(view, 26)).toMatchObject({ phase: 'member', onRing: false, predecessor: null });
  });

  test('keeps those that crashed and leaves out those that left', () => {
    const script = ring().leave(14);
    script.fail(21);
    expect(pictureOf(script).peers.map(({ id }) => id)).toEqual(IDS.filter((id) => id !== 14));
  });

  test('has the keys as dots on the arc of the peer in charge', () => {
    const view = pictureOf(ring().at(1, 'upload', { file: 'K24', key: 24 }));
    expect(peerAt(view, 32)).toMatchObject({ keys: [24], files: 1 });
    expect(peerAt(view, 38), 'a copy is no dot').toMatchObject({ keys: [], files: 1 });
  });
});

describe.each(['iterative', 'recursive'])('lookups in flight, %s', (routing) => {
  test('are shown hop by hop', () => {
    const script = ring({ routing });
    const { simulation } = script;
    const action = {
      kind: 'operation',
      name: 'lookup',
      node: [{ kind: 'name', name: '8' }],
      arguments: { key: 54 },
    } as const;
    simulation.inject(action, 'lookup');
    const paths: (readonly number[])[] = [];
    while (script.simulation.world.pending().length > 0) {
      for (const { operation, key, path, isMaintenance } of pictureOf(script).lookups) {
        expect([operation, key, isMaintenance]).toEqual([simulation.world.pending()[0].id, 54, false]);
        if (paths.at(-1)?.length !== path.length) paths.push(path);
      }
      simulation.step();
    }
    expect(paths).toEqual([
      [8, 42],
      [8, 42, 51],
    ]);
  });
});

describe('the selected peer', () => {
  test('has its finger table, its list and its files', () => {
    const script = ring().at(8, 'upload', { file: 'K7', key: 7 });
    const { selected } = pictureOf(script, script.process(8).address);
    expect(selected).toMatchObject({ name: '8', id: 8, predecessor: { id: 1, state: 'right' }, shared: ['K7'] });
    expect(selected?.successors.map(({ id }) => id)).toEqual([14, 21]);
    expect(selected?.fingers.map(({ start, to }) => [start, to?.id])).toEqual([
      [9, 14],
      [10, 14],
      [12, 14],
      [16, 21],
      [24, 32],
      [40, 42],
    ]);
    expect(selected?.files).toEqual([{ name: 'K7', key: 7, bytes: 1_000_000, own: true }]);
  });

  test('marks what is not as it should be', () => {
    const script = ring();
    script.fail(14);
    script.fail(21);
    const { selected } = pictureOf(script, script.process(8).address);
    expect(selected?.successors).toEqual([
      { id: 14, state: 'broken' },
      { id: 21, state: 'broken' },
    ]);
    expect(selected?.fingers[5].to).toEqual({ id: 42, state: 'right' });
    expect(selected?.fingers[3].to).toEqual({ id: 21, state: 'broken' });
  });

  test('may be one that is down', () => {
    const script = ring();
    script.fail(8);
    expect(pictureOf(script, script.process(8).address).selected).toMatchObject({ id: 8 });
  });
});

test('is JSON as it stands', () => {
  const view = pictureOf(ring({ files: { perPeer: 1 } }), 0);
  expect(JSON.parse(JSON.stringify(view))).toEqual(view);
});

describe.each(['described', 'paper', 'correct'])('texts, %s', (variant) => {
  test('everything that is said, set, noted and answered has a line', () => {
    const lines = new Map<string, string>();
    const keep = (what: string, kind: string, line: string | undefined) => lines.set(`${what} ${kind}`, line ?? '');
    const observer: Observer = {
      effect(_process, { kind, value }) {
        if (value === null) return;
        const { kind: named } = value as { readonly kind: string };
        if (kind === 'send' || kind === 'request' || kind === 'reply') {
          keep('message', named, chord.describe?.message?.(value as never));
        } else if (kind === 'setTimer') {
          keep('timer', named, chord.describe?.timer?.(value as never));
        } else if (kind === 'note') {
          keep('note', named, chord.describe?.note?.(value as never));
        }
      },
      ended({ operation, outcome }) {
        keep('operation', operation.kind, chord.describe?.operation?.(operation as never));
        if (outcome !== null) keep('outcome', outcome.kind, chord.describe?.outcome?.(outcome as never));
      },
    };
    const plan = planOf(chord, {
      variant,
      nodes: 12,
      settings: {
        idBits: 12,
        successors: 3,
        start: 'staggered',
        joinEvery: '1s',
        files: { perPeer: 2 },
        bandwidth: '10Mbit/s',
        tellOldPredecessor: true,
        routing: variant === 'paper' ? 'recursive' : 'iterative',
      },
      durationUs: 200 * SECOND,
      churn: [{ crashesPerSecond: 0.03, leavesPerSecond: 0.03, joinsPerSecond: 0.05, fromUs: 30 * SECOND, keep: 5 }],
      workload: ['lookup', 'upload', 'download', 'fingerTable', 'info', 'files'].map((operation) => ({
        operation,
        arrivals: { kind: 'rate', perSecond: 1 },
        fromUs: 20 * SECOND,
      })),
    });
    new Simulation(plan, { observer }).run();
    expect(lines.size).toBeGreaterThan(35);
    for (const [what, line] of lines) {
      expect(line, what).not.toBe('');
      expect(line, what).not.toMatch(/undefined|NaN|\[object/);
    }
  });
});
