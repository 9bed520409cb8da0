// Each property on a ring where it holds and on one where it does not, given as lists.
import { describe, expect, test } from 'vitest';
import { chord } from '../../protocols/chord/index.ts';
import type { Judged } from '../../protocols/chord/judge.ts';
import type { ChordTypes } from '../../protocols/chord/messages.ts';
import { blankState, idealFingers, type PeerState } from '../../protocols/chord/state.ts';
import { timelineOf } from '../../protocols/chord/timeline.ts';
import type { Peer, SharedFile } from '../../protocols/chord/values.ts';
import { planOf, type World } from '../../sim/index.ts';

/** Identifier and list of each live member; identifiers that nobody has are dead peers. */
type Lists = Readonly<Record<number, readonly number[]>>;

interface Extras {
  readonly predecessors?: Readonly<Record<number, number>>;
  readonly stores?: Readonly<Record<number, readonly number[]>>;
  readonly successors?: number;
}

const peerOf = (id: number): Peer => ({ id, address: id });
const fileOf = (key: number): SharedFile => ({ key, name: `K${key}`, bytes: 1 });

function scene(lists: Lists, { predecessors = {}, stores = {}, successors = 2 }: Extras, stored: readonly number[]) {
  const ids = Object.keys(lists).map(Number);
  const members = ids.sort((a, b) => a - b).map(peerOf);
  const { config } = planOf(chord, { settings: { idBits: 6, successors, replicas: 2 } });
  const states = new Map<number, PeerState>();
  members.forEach((me, i) => {
    const boot = { me, members: null, index: 0, bootstraps: [], joinAfterUs: 0, directory: [], placed: [] };
    states.set(me.address, {
      ...blankState(boot, []),
      phase: 'member',
      successors: lists[me.id].map(peerOf),
      predecessor: peerOf(predecessors[me.id] ?? members[(i + members.length - 1) % members.length].id),
      fingers: idealFingers(members, me.id, 6, 64),
      store: (stores[me.id] ?? []).map(fileOf),
    });
  });
  const world = {
    config,
    size: 64,
    states: Array.from({ length: 64 }, (_, address) => states.get(address)),
    alive: (address: number) => states.has(address),
    process: (address: number) => ({
      name: String(address),
      state: states.get(address),
      boot: { me: peerOf(address) },
    }),
  } as unknown as World<ChordTypes>;
  const placed = stored.map(fileOf);
  const judged: Judged = {
    timeline: timelineOf(members),
    placed,
    added: null,
    addedCount: 0,
    byName: null,
    uploads: 0,
  };
  return { world, judged };
}

function look(property: string, lists: Lists, extras: Extras = {}, stored: readonly number[] = []): string | null {
  const { world, judged } = scene(lists, extras, stored);
  return chord.properties[property].check(world, judged)?.message ?? null;
}

const IDEAL: Lists = { 10: [20, 30], 20: [30, 40], 30: [40, 10], 40: [10, 20] };

describe.each([
  ['at least one ring', { 10: [15], 20: [25] }, 'no member reaches itself through best successors'],
  ['at most one ring', { 10: [20, 10], 20: [10], 30: [40], 40: [30] }, '2 separate rings, through 10, 30'],
  ['ordered ring', { 10: [30], 30: [20], 20: [10] }, '10 goes on to 30, past the ring member 20'],
  ['connected appendages', { 10: [20], 20: [10], 30: [35] }, '30: no way to a ring'],
  ['valid ring', { 10: [20], 20: [10], 30: [35] }, '30: no way to a ring'],
  ['no duplicates', { ...IDEAL, 10: [20, 20] }, '10: an identifier stands twice in its extended list'],
  ['ordered successor lists', { ...IDEAL, 10: [30, 20] }, '10: 20 is out of order in its list'],
  ['one live successor', { ...IDEAL, 10: [15, 17] }, '10: no entry of its list is a live member'],
  ['sufficient principals', { ...IDEAL, 10: [30, 40], 20: [40, 10] }, '3 principals are needed, there are 2: 10, 40'],
  ['inductive invariant', { ...IDEAL, 10: [30, 40], 20: [40, 10] }, '3 principals are needed, there are 2: 10, 40'],
  ['ideal pointers', { ...IDEAL, 10: [20, 40] }, '10: its successor list is [20, 40], it should be [20, 30]'],
  ['ideal ring', { ...IDEAL, 10: [20, 40] }, '10: its successor list is [20, 40], it should be [20, 30]'],
  ['ordered merges (informative)', { 10: [30], 30: [40], 40: [10], 5: [30] }, '5 merges at 30, but lies before 10'],
  ['ordered appendages (informative)', { 10: [40], 40: [10], 20: [50], 50: [40] }, '20 goes on to 50, past 40'],
])('%s', (property, broken, message) => {
  test('holds in an ideal ring', () => {
    expect(look(property, IDEAL)).toBe(null);
  });

  test('is violated, and says by whom', () => {
    expect(look(property, broken)).toBe(message);
  });

  test('names its source', () => {
    expect(chord.properties[property].source).toMatch(/^Zave, (CCR|TSE)/);
  });
});

describe('predecessors', () => {
  test('belong to the ideal', () => {
    expect(look('ideal pointers', IDEAL, { predecessors: { 30: 10 } })).toBe(
      '30: its predecessor is 10, it should be 20',
    );
  });
});

describe('files', () => {
  test('are lost when nobody has them', () => {
    expect(look('no stored key lost', IDEAL, { stores: { 40: [15] } }, [15])).toBe(null);
    expect(look('no stored key lost', IDEAL, { stores: { 40: [15] } }, [15, 16])).toBe(
      'no live member has K16 (key 16)',
    );
  });

  test('are in place on the successor and behind it', () => {
    expect(look('keys in place', IDEAL, { stores: { 20: [15], 30: [15] } }, [15])).toBe(null);
    expect(look('keys in place', IDEAL, { stores: { 20: [15], 40: [15] } }, [15])).toBe(
      '30 does not have K15 (key 15)',
    );
  });
});

test('a property is looked at again only when a step touched what it depends on', () => {
  const before = scene(IDEAL, {}, []).world.process(10).state;
  const steps: readonly (readonly [string, PeerState])[] = [
    ['list', { ...before, successors: [] }],
    ['fingers', { ...before, fingers: [] }],
    ['store', { ...before, store: [fileOf(1)] }],
    ['pending', { ...before, nextLookup: 1 }],
  ];
  const touched = (property: string) =>
    steps.filter(([, after]) => chord.properties[property].touchedBy?.(before, after)).map(([name]) => name);
  expect(touched('ordered ring')).toEqual(['list']);
  expect(touched('ideal ring')).toEqual(['list', 'fingers']);
  expect(touched('no stored key lost')).toEqual(['store']);
});
