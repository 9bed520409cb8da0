// The picture as plain data, and the texts of the log.

import { describe, expect, test } from 'vitest';
import { superpeer } from '../../protocols/superpeer/index.ts';
import { planOf, SECOND, Simulation } from '../../sim/index.ts';
import { at, crash, operation } from '../common/runs.ts';

function pictureAt(us: number, selected: number | null = null) {
  const simulation = new Simulation(
    planOf(superpeer, {
      nodes: 4,
      variant: 'hardened',
      durationUs: 60 * SECOND,
      settings: { files: { 'peer-1': ['song'], 'peer-2': ['film'], 'peer-3': [], 'peer-4': [] }, keepAliveEvery: '5s' },
      actions: [
        at(8 * SECOND, operation('search', 'peer-1', { resource: 'film' })),
        at(12 * SECOND, crash('superpeer-2')),
      ],
    }),
  );
  simulation.runUntil(us);
  const picture = superpeer.view(simulation.world, simulation.judged as never, { selected });
  expect(JSON.parse(JSON.stringify(picture))).toEqual(picture);
  return picture;
}

describe('the picture', () => {
  test('shows the mesh, and each superpeer with its peers around it', () => {
    const { superpeers, balancer, peers, dark } = pictureAt(7 * SECOND, 1);
    expect(
      superpeers.map(({ name, selected, others, peers }) => [
        name,
        selected,
        others.length,
        peers.map((one) => one.name),
      ]),
    ).toEqual([
      ['superpeer-1', false, 3, ['peer-1']],
      ['superpeer-2', true, 3, ['peer-2']],
      ['superpeer-3', false, 3, ['peer-3']],
      ['superpeer-4', false, 3, ['peer-4']],
    ]);
    expect(balancer).toEqual({ address: 4, status: 'up', active: [0, 1, 2, 3], handed: [1, 1, 1, 1] });
    expect(peers.map(({ superpeers, orphaned, phase }) => [superpeers, orphaned, phase])).toEqual([
      [[0], false, 'home'],
      [[1], false, 'home'],
      [[2], false, 'home'],
      [[3], false, 'home'],
    ]);
    expect(dark).toBe(0);
  });

  test('shows the index of the selected superpeer, or of the selected peer’s', () => {
    const film = [{ resource: 'film', peers: [{ address: 6, name: 'peer-2', serves: true }] }];
    expect(pictureAt(7 * SECOND, 1).index).toEqual({ superpeer: 1, name: 'superpeer-2', entries: film });
    expect(pictureAt(7 * SECOND, 6).index).toEqual({ superpeer: 1, name: 'superpeer-2', entries: film });
    expect(pictureAt(7 * SECOND).index?.superpeer).toBe(0);
  });

  test('shows a search as it travels', () => {
    const steps = [8.12, 8.17, 8.28, 8.33].map((second) => {
      const { travelling, superpeers } = pictureAt(second * SECOND);
      return [
        travelling.map(({ from, to, message }) => `${message.kind} ${from}→${to}`).join(' '),
        superpeers[0].searches,
      ];
    });
    const waiting = [{ name: 'film', waitsFor: [1, 2, 3] }];
    expect(steps).toEqual([
      ['search 5→0', []],
      ['', waiting],
      ['lookup 0→1 lookup 0→2 lookup 0→3', waiting],
      ['hit 1→0 miss 2→0 miss 3→0', waiting],
    ]);
  });

  test('marks a peer that has lost its superpeer', () => {
    const { peers, superpeers } = pictureAt(12.5 * SECOND);
    expect(peers.map((one) => one.orphaned)).toEqual([false, true, false, false]);
    expect(superpeers[1].status).toBe('down');
  });
});

test('the log speaks of what is said, not of JSON', () => {
  const { describe: texts } = superpeer;
  const query = { origin: 0, startedAtUs: 0, number: 1 };
  expect([
    texts?.message?.({ kind: 'lookup', name: 'film', ttl: 2, query }),
    texts?.message?.({ kind: 'miss', incomplete: true }),
    texts?.message?.({ kind: 'notYours' }),
    texts?.operation?.({ kind: 'changeResource', from: 'a', to: 'b' }),
    texts?.outcome?.({ kind: 'notFound', incomplete: true }),
    texts?.timer?.({ kind: 'transferred', request: 1, name: 'film' }),
    texts?.note?.({ kind: 'orphaned', superpeers: [1, 2] }),
  ]).toEqual([
    'lookup film, ttl 2',
    'not found, but not all were asked',
    'not your peer',
    'change a to b',
    'not found, but not all were asked',
    'has sent film',
    'has lost its superpeer, processes 1, 2',
  ]);
});
