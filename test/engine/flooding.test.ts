/** Flooding on a connected graph: each node passes what is new to it on to all neighbours but the one that it came from. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Distribution, type Machine, type ProtocolTypes, planOf, Simulation, send } from '../../sim/index.ts';
import { Stream } from '../../sim/random/stream.ts';
import { one, systemOf } from './support/single.ts';

interface FloodTypes extends ProtocolTypes {
  Config: null;
  Boot: readonly number[];
  State: { readonly neighbours: readonly number[]; readonly seen: boolean };
  Message: { readonly kind: 'flood'; readonly ttl: number };
  Operation: { readonly kind: 'flood'; readonly ttl: number };
}

const node: Machine<FloodTypes> = {
  start: (neighbours) => ({ state: { neighbours, seen: false }, effects: [] }),
  handle(state, input) {
    if (state.seen || (input.kind !== 'operation' && input.kind !== 'datagram')) return { state, effects: [] };
    const isSource = input.kind === 'operation';
    const ttl = isSource ? input.operation.ttl : input.message.ttl - 1;
    const others = state.neighbours.filter((neighbour) => isSource || neighbour !== input.from);
    const message = { kind: 'flood', ttl } as const;
    return {
      state: { ...state, seen: true },
      effects: ttl > 0 ? others.map((to) => send<FloodTypes>(to, message)) : [],
    };
  },
};

/** Neighbours by node of a random connected graph: a random tree, and some edges more. */
function graphOf(nodes: number, extra: number, random: Stream): number[][] {
  const neighbours: number[][] = Array.from({ length: nodes }, () => []);
  const link = (a: number, b: number) => {
    if (a === b || neighbours[a].includes(b)) return;
    neighbours[a].push(b);
    neighbours[b].push(a);
  };
  for (let node = 1; node < nodes; node++) link(node, random.int(node));
  for (let i = 0; i < extra; i++) link(random.int(nodes), random.int(nodes));
  return neighbours;
}

function eccentricity(neighbours: readonly (readonly number[])[], from: number): number {
  const distance = new Map([[from, 0]]);
  for (const [at, hops] of distance) {
    for (const next of neighbours[at]) if (!distance.has(next)) distance.set(next, hops + 1);
  }
  return Math.max(...distance.values());
}

/** Messages sent and nodes reached by one flood from node 0. */
function flood(neighbours: readonly (readonly number[])[], ttl: number, latency: Distribution) {
  const system = systemOf<FloodTypes>({
    name: 'flood',
    roles: { node },
    config: null,
    processes: neighbours.map((list) => one('node', list)),
    operations: { flood: { kind: 'flood', ttl } },
  });
  const source = {
    kind: 'operation' as const,
    name: 'flood',
    node: [{ kind: 'name' as const, name: '0' }],
    arguments: {},
  };
  const simulation = new Simulation(planOf(system, { network: { latency }, actions: [{ action: source }] }));
  simulation.run();
  const reached = neighbours.filter(
    (_, address) => (simulation.world.process(address).state as FloodTypes['State']).seen,
  );
  return { sent: simulation.counters.sent, reached: reached.length };
}

const CONSTANT: Distribution = { kind: 'constant', us: 50_000 };
const delays: fc.Arbitrary<Distribution> = fc.constantFrom<Distribution[]>(
  CONSTANT,
  { kind: 'exponential', meanUs: 50_000 },
  { kind: 'pareto', minimumUs: 1_000, shape: 1 },
  { kind: 'uniform', lowUs: 0, highUs: 200_000 },
);

test('sends exactly 2E − N + 1 messages, whatever the delays', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(150), fc.nat(1e6), delays, (nodes, extra, seed, latency) => {
      const neighbours = graphOf(nodes, extra, new Stream(seed));
      const edges = neighbours.reduce((sum, list) => sum + list.length, 0) / 2;
      // Where delays differ, the first copy to arrive may have come a long way round.
      expect(flood(neighbours, nodes + 1, latency)).toEqual({ sent: 2 * edges - nodes + 1, reached: nodes });
      if (latency !== CONSTANT || nodes === 1) return;
      const far = eccentricity(neighbours, 0);
      expect(flood(neighbours, far + 1, latency)).toEqual({ sent: 2 * edges - nodes + 1, reached: nodes });
      expect(flood(neighbours, far - 1, latency).reached).toBeLessThan(nodes);
    }),
    { seed: 61, numRuns: 60 },
  );
});
