// The picture as plain data, and the texts of the log.

import { describe, expect, test } from 'vitest';
import { supernode } from '../../protocols/supernode/index.ts';
import { planOf, SECOND, Simulation } from '../../sim/index.ts';
import { at, crash, operation } from '../common/runs.ts';
import { idFor } from './stage.ts';

function pictureAt(us: number, selected: number | null = null) {
  const plan = planOf(supernode, {
    nodes: 4,
    durationUs: 60 * SECOND,
    settings: { supernodes: 2, files: { 'node-1': [], 'node-2': ['film.avi'], 'node-3': ['film.avi'], 'node-4': [] } },
    actions: [at(8 * SECOND, operation('find', 'node-1', { resource: 'film.avi' })), at(12 * SECOND, crash('node-2'))],
  });
  const simulation = new Simulation(plan);
  simulation.runUntil(us);
  return supernode.view(simulation.world, simulation.judged as never, { selected });
}

describe('the picture', () => {
  test('shows the indexes side by side, with ages and strikes', () => {
    const { supernodes, nodes } = pictureAt(16 * SECOND, 1);
    expect(supernodes.map(({ name, selected, nodes }) => [name, selected, nodes.map((one) => one.name)])).toEqual([
      ['supernode-1', false, ['node-1', 'node-3']],
      ['supernode-2', true, ['node-2', 'node-4']],
    ]);
    expect(supernodes[1].nodes[0]).toMatchObject({ alive: false, strikes: 1 });
    expect(supernodes[1].nodes[0].ageUs).toBeGreaterThan(15 * SECOND);
    expect(supernodes[1].index).toEqual([
      {
        id: idFor('film.avi'),
        name: 'film.avi',
        locations: [{ location: 'http://host-4:8000/files/film.avi', node: 3, serves: false }],
      },
    ]);
    expect(nodes.map(({ name, supernode: home, registered, status }) => [name, home, registered, status])).toEqual([
      ['node-1', 0, true, 'up'],
      ['node-2', 1, true, 'down'],
      ['node-3', 0, true, 'up'],
      ['node-4', 1, true, 'up'],
    ]);
  });

  test('is plain data', () => {
    const picture = pictureAt(8.2 * SECOND);
    expect(JSON.parse(JSON.stringify(picture))).toEqual(picture);
  });

  test('shows the search in flight and what travels in the group', () => {
    // Found in its own index, film.avi would not be asked of the group: so node 3 is asked for what only node 2 has.
    const plan = planOf(supernode, {
      durationUs: 60 * SECOND,
      settings: { wanted: ['nothing.txt'] },
      network: { localLatency: { kind: 'constant', us: 20_000 } },
      actions: [at(8 * SECOND, operation('find', 'node-1', { resource: 'nothing.txt' }))],
    });
    const simulation = new Simulation(plan);
    simulation.runUntil(8.16 * SECOND);
    const { group, searches } = supernode.view(simulation.world, simulation.judged as never, { selected: null });
    expect(searches).toEqual([
      {
        supernode: 0,
        number: 1,
        tries: 1,
        ids: [{ id: idFor('nothing.txt'), name: 'nothing.txt', found: null, denials: [] }],
      },
    ]);
    expect(group.travelling.map(({ from, to, progress, wire }) => [from, to, progress, wire?.code])).toEqual([
      [0, 0, 0.5, 20],
      [0, 1, 0.5, 20],
    ]);
    expect(group.told.map(({ from, wire }) => [from, wire?.code])).toEqual([[0, 20]]);
    expect(simulation.runUntil(8.19 * SECOND)).toBeGreaterThan(0);
    const later = supernode.view(simulation.world, simulation.judged as never, { selected: null }).group;
    expect(later.told.map(({ from, wire }) => [from, wire?.code])).toEqual([
      [0, 20],
      [1, 22],
    ]);
  });
});

test('the log speaks of what is said, not of JSON', () => {
  const { describe: texts } = supernode;
  const id = idFor('film.avi');
  const location = 'http://host-3:8001/files/film.avi';
  expect([
    texts?.message?.({ kind: 'wire', text: `supernode-1;20;${id}` }),
    texts?.message?.({ kind: 'search', ids: [id], except: [] }),
    texts?.message?.({ kind: 'searched', answers: [{ id, locations: [], via: 'group' }] }),
    texts?.operation?.({ kind: 'find', id }),
    texts?.outcome?.({ kind: 'found', location }),
    texts?.timer?.({ kind: 'searchDeadline', search: 3 }),
    texts?.note?.({ kind: 'missed', node: 3, inARow: 2 }),
  ]).toEqual([
    `supernode-1;20;${id.slice(0, 8)}…`,
    `GET /supernode/search ${id.slice(0, 8)}`,
    `${id.slice(0, 8)} not found`,
    `find ${id.slice(0, 8)}`,
    `found at ${location}`,
    'deadline of search 3',
    'process 3 missed 2 health checks in a row',
  ]);
});
