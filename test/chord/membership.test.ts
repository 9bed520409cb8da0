import { describe, expect, test } from 'vitest';
import { identifierOf } from '../../protocols/chord/identifiers.ts';
import { chord } from '../../protocols/chord/index.ts';
import { planOf, SECOND, Simulation } from '../../sim/index.ts';
import { INSTANTLY, Script } from './script.ts';

type Settings = Readonly<Record<string, unknown>>;

function started(nodes: number | null, settings: Settings, variant = 'paper', durationUs = 60 * SECOND) {
  return new Simulation(planOf(chord, { nodes, settings, variant, durationUs }), { freeze: true });
}

function processes({ world }: ReturnType<typeof started>) {
  return Array.from({ length: world.size }, (_, address) => world.process(address));
}

describe('the start', () => {
  test('peers are n0, n1, …, with the SHA-1 of their names for identifiers', () => {
    const peers = processes(started(4, { idBits: 32 }));
    expect(peers.map(({ name }) => name)).toEqual(['n0', 'n1', 'n2', 'n3']);
    expect(peers.map(({ state }) => state.me.id)).toEqual(peers.map(({ name }) => identifierOf(name, 32)));
  });

  test('every peer of a crowded circle has an identifier of its own', () => {
    const ids = processes(started(16, { idBits: 4, successors: 2 })).map(({ state }) => state.me.id);
    expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });

  test('explicit identifiers name the processes', () => {
    expect(processes(started(null, { idBits: 6, ids: [8, 1, 56] })).map(({ name }) => name)).toEqual(['8', '1', '56']);
  });

  test('virtual nodes of a host are several places on the ring', () => {
    const peers = processes(started(3, { virtualNodes: 2 }));
    expect(peers.map(({ name, host }) => [name, host])).toEqual([
      ['n0.0', 'n0'],
      ['n0.1', 'n0'],
      ['n1.0', 'n1'],
      ['n1.1', 'n1'],
      ['n2.0', 'n2'],
      ['n2.1', 'n2'],
    ]);
    expect(new Set(peers.map(({ state }) => state.me.id)).size).toBe(6);
  });

  test('all boots of an ideal ring refer to one list of members, and to one object for each peer', () => {
    const peers = processes(started(50, { idBits: 24 }));
    const { members } = peers[0].boot;
    for (const { boot, state } of peers) {
      expect(boot.members).toBe(members);
      expect(members?.[boot.index]).toBe(state.me);
      for (const finger of state.fingers) expect(members).toContain(finger);
    }
  });

  test.each([
    ['ids that do not fit', null, { idBits: 4, ids: [3, 16] }, 'paper', /16 does not fit/],
    ['ids that are there twice', null, { idBits: 4, ids: [3, 5, 3] }, 'paper', /3 is there twice/],
    ['nodes and ids that differ', 3, { ids: [1, 2] }, 'paper', /leave nodes out/],
    ['more places than identifiers', 9, { idBits: 3 }, 'paper', /9 places on a ring of 8/],
    ['more copies than successors can keep', 9, { successors: 2, replicas: 4 }, 'paper', /successors: 3 or more/],
    ['too few principals', 4, { successors: 4 }, 'correct', /successors \+ 1 = 5/],
  ])('refuses %s', (_what, nodes, settings, variant, message) => {
    expect(() => started(nodes, settings, variant)).toThrow(message);
  });

  test('refuses traits that there are not', () => {
    expect(() => planOf(chord, { traits: { rectifys: true } })).toThrow(/no trait "rectifys"/);
  });
});

describe.each([
  ['described', 1, 5],
  ['paper', 1, 90],
  ['correct', 4, 90],
])('a staggered start, %s', (variant, founders, settleSeconds) => {
  test('peers join one by one and end in an ideal ring', () => {
    const nodes = 12;
    const settings = { idBits: 10, successors: 3, start: 'staggered', joinEvery: '4s' };
    const simulation = new Simulation(
      planOf(chord, {
        nodes,
        settings,
        variant,
        durationUs: 600 * SECOND,
        network: { latency: { kind: 'constant', us: 20_000 } },
      }),
      { freeze: true },
    );
    const count = () => processes(simulation).filter(({ state }) => state.phase === 'member').length;
    expect(count()).toBe(founders);
    simulation.runUntil((nodes - founders) * 4 * SECOND - 1);
    expect(count()).toBe(nodes - 1);
    simulation.runUntil(((nodes - founders) * 4 + settleSeconds) * SECOND);
    expect(count()).toBe(nodes);
    const { world, judged } = simulation;
    expect(chord.properties['ideal ring'].check(world, judged as never)).toBe(null);
  });
});

describe('joins and returns', () => {
  const IDS = [5, 20, 35, 50];
  const moving = (variant: string) =>
    new Script({ variant, settings: { idBits: 6, ids: IDS, successors: 3, replicas: 2 }, network: INSTANTLY });

  test('a joiner without an identifier of its own takes a free one, and is named by it', () => {
    const script = moving('paper').do({ kind: 'join', arguments: {}, count: 1 });
    const { state, name } = script.simulation.world.process(4);
    expect(name).toBe(String(state.me.id));
    expect(IDS).not.toContain(state.me.id);
  });

  test('nobody joins at a place that is taken', () => {
    expect(moving('paper').join(20).simulation.world.size).toBe(4);
  });

  test('a full ring takes nobody in', () => {
    const script = new Script({
      variant: 'paper',
      settings: { idBits: 3, ids: [0, 4], successors: 1 },
      network: INSTANTLY,
    });
    script.do({ kind: 'join', arguments: {}, count: 20 });
    expect(script.simulation.world.size).toBe(8);
  });

  test.each(['paper', 'correct'])('%s: a peer that restarts joins again and the ring is ideal', (variant) => {
    const script = moving(variant);
    script.fail(20);
    script.simulation.runUntil(60 * SECOND);
    expect(script.violation('ideal ring')).toBe(null);
    expect(script.list(5)).toEqual([35, 50, 5]);
    script.restart(20);
    script.simulation.runUntil(180 * SECOND);
    expect(script.process(20).incarnation).toBe(2);
    expect(script.violation('ideal ring')).toBe(null);
    expect(script.list(5)).toEqual([20, 35, 50]);
  });

  test.each(['described', 'paper', 'correct'])('%s: a leaver is missed by nobody', (variant) => {
    const script = moving(variant);
    script.leave(20);
    expect(script.process(20).status).toBe('gone');
    expect(script.violation('valid ring')).toBe(null);
    expect(script.list(5)[0]).toBe(35);
    script.simulation.runUntil(60 * SECOND);
    expect(script.violation('ideal ring')).toBe(null);
  });

  test('the paper’s joiner whose only successor is dead knows nobody, and looks its place up again', () => {
    const script = Script.still('paper', 6, IDS, { successors: 3 });
    script.fail(35);
    script.join(30, 5);
    expect(script.list(30), '20 has not noticed that 35 is dead').toEqual([35]);
    expect(script.violation('connected appendages')).toBe('30: no way to a ring');
    script.at(20, 'update').at(30, 'update');
    expect([script.list(30), script.state(30).phase]).toEqual([[], 'member']);
    script.simulation.runUntil(script.simulation.nowUs + 5 * SECOND);
    expect(script.list(30)).toEqual([50]);
    expect(script.violation('connected appendages')).toBe(null);
  });
});
