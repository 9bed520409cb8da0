// Path length where it can be reckoned: on an equally spaced ring hops follow a recurrence, whatever any paper says.
import { describe, expect, test } from 'vitest';
import { ringSize } from '../../protocols/chord/identifiers.ts';
import { Script } from './script.ts';

/**
 * Hops to a key at this distance in nodes: one if the successor list spans it, else one to the farthest finger before
 * it, and on.
 */
function hops(distance: number, listed: number): number {
  if (distance <= listed) return 1;
  let finger = 1;
  while (2 * finger <= distance - 1) finger *= 2;
  return 1 + hops(distance - finger, listed);
}

/** Mean forwardings of node 0 to the keys at distance 1 … nodes. */
function measured(nodes: number, idBits: number, listed: number, routing: string): number {
  const spacing = nodes === 1600 ? 1 : ringSize(idBits) / nodes;
  const ids = Array.from({ length: nodes }, (_, i) => i * spacing);
  const script = Script.still('paper', idBits, ids, { successors: listed, resolve: 'list', routing });
  for (let i = 1; i <= nodes; i++) {
    const key = (i * spacing) % ringSize(idBits);
    script.simulation.inject(
      { kind: 'operation', name: 'lookup', node: [{ kind: 'name', name: '0' }], arguments: { key } },
      'lookup',
    );
  }
  script.simulation.runUntil(script.simulation.nowUs + 1);
  const { history } = script.simulation;
  expect(history.map((record) => record.judgement?.verdict)).toEqual(history.map(() => 'correct'));
  expect(history.length).toBe(nodes);
  let sum = 0;
  for (const { outcome } of history) if (outcome?.kind === 'found') sum += outcome.route.hops;
  return sum / nodes;
}

// A ring of 1,600 is equally spaced in a circle of 2,048 only up to its last node; node 0's lookups never notice.
describe.each([
  [1024, 10, 1, '5.000'],
  [1024, 20, 1, '5.000'],
  [1600, 11, 1, '5.160'],
  [1024, 10, 3, '4.250'],
])('%d nodes in %d bits with %d successors', (nodes, idBits, listed, expected) => {
  test('the recurrence gives the figure', () => {
    let sum = 0;
    for (let distance = 1; distance <= nodes; distance++) sum += hops(distance, listed) - 1;
    expect((sum / nodes).toFixed(3)).toBe(expected);
  });

  test.each(['iterative', 'recursive'])('so does the machine, %s', (routing) => {
    expect(measured(nodes, idBits, listed, routing).toFixed(3)).toBe(expected);
  });
});
