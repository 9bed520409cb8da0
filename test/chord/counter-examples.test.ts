// Published counter-examples to the original ring maintenance (Zave, CCR 2012, section 4), step by step, and the same
// steps corrected.
import { describe, expect, test } from 'vitest';
import { Script } from './script.ts';

const NECESSARY = ['at least one ring', 'at most one ring', 'ordered ring', 'connected appendages', 'valid ring'];
const LISTS = ['no duplicates', 'ordered successor lists'];
const INVARIANT = ['one live successor', 'sufficient principals', 'inductive invariant'];

function violated(script: Script, names: readonly string[]): readonly string[] {
  return names.filter((name) => script.violation(name) !== null);
}

/** A ring whose every event is checked against what the corrected protocol must keep. */
function corrected(ids: readonly number[], successors: number): Script {
  return Script.still('correct', 6, ids, { successors, replicas: 1 }, (script) => {
    expect(violated(script, [...NECESSARY, ...LISTS, ...INVARIANT])).toEqual([]);
  });
}

/** Joins, then makes itself known: it stabilizes and notifies, and then its ring predecessor does. */
function incorporate(script: Script, id: number, via: number, predecessor: number): void {
  script.join(id, via).at(id, 'stabilize').at(predecessor, 'stabilize');
  expect(script.list(predecessor)[0]).toBe(id);
}

describe('at least one ring', () => {
  test('is lost by the original: a dead candidate displaces the last live entry', () => {
    const script = Script.still('paper', 6, [6, 12], { successors: 1, replicas: 1 });
    script.join(10, 12);
    expect([script.list(10), script.predecessor(10)]).toEqual([[12], null]);
    script.at(10, 'stabilize').at(10, 'notify');
    expect(script.predecessor(12)).toBe(10);
    expect(script.fail(10)).toBe(true);
    expect(violated(script, NECESSARY)).toEqual([]);
    script.at(6, 'stabilize');
    expect(script.list(6)).toEqual([10]);
    script.at(12, 'flush');
    expect(script.predecessor(12)).toBe(null);
    expect(violated(script, NECESSARY)).toEqual(['at least one ring', 'connected appendages', 'valid ring']);
    expect(script.violation('at least one ring')).toBe('no member reaches itself through best successors');
  });

  test('is kept by the corrected: 10 does not answer, so 6 keeps 12', () => {
    const script = corrected([6, 12], 1);
    script.join(10, 12);
    expect([script.list(10), script.predecessor(10)]).toEqual([[12], 6]);
    script.at(10, 'stabilize').at(10, 'notify');
    expect(script.predecessor(12)).toBe(10);
    expect(script.fail(10, true), 'the failure is within the assumptions').toBe(true);
    script.at(6, 'stabilize');
    expect(script.list(6)).toEqual([12]);
    expect(script.predecessor(12), 'rectified: 10 is dead').toBe(6);
    script.at(12, 'flush');
    expect([script.list(12), script.violation('ideal ring')]).toEqual([[6], null]);
  });
});

describe('ordered ring', () => {
  const newcomers = [
    [5, 0, 0],
    [21, 18, 18],
    [49, 40, 40],
  ] as const;

  test('is lost by the original: lists that were never reconciled skip members', () => {
    const script = Script.still('paper', 6, [0, 18, 40], { successors: 2, replicas: 1 });
    expect([script.list(0), script.list(18), script.list(40)]).toEqual([
      [18, 40],
      [40, 0],
      [0, 18],
    ]);
    for (const [id, via, predecessor] of newcomers) incorporate(script, id, via, predecessor);
    for (const [id] of newcomers) script.fail(id);
    expect(violated(script, ['at least one ring', 'ordered ring'])).toEqual(['ordered ring']);
    script.each([0, 18, 40], 'update');
    expect([script.list(0)[0], script.list(40)[0], script.list(18)[0]]).toEqual([40, 18, 0]);
    expect(violated(script, NECESSARY)).toEqual(['ordered ring', 'valid ring']);
    expect(script.violation('ordered ring')).toBe('0 goes on to 40, past the ring member 18');
  });

  test('is never repaired by the original, however long it stabilizes', () => {
    const script = Script.still('paper', 6, [0, 18, 40], { successors: 2, replicas: 1 });
    for (const [id, via, predecessor] of newcomers) incorporate(script, id, via, predecessor);
    for (const [id] of newcomers) script.fail(id);
    script.each([0, 18, 40], 'update');
    for (let round = 0; round < 10; round++) {
      for (const step of ['flush', 'stabilize', 'reconcile', 'update']) script.each([0, 18, 40], step);
    }
    expect(script.violation('ordered ring')).not.toBe(null);
  });

  test('is kept by the corrected: the list comes with the newcomer', () => {
    const script = corrected([0, 18, 40], 2);
    for (const [id, via, predecessor] of newcomers) incorporate(script, id, via, predecessor);
    expect(script.list(0)).toEqual([5, 18]);
    for (const [id] of newcomers) expect(script.fail(id, true)).toBe(true);
    script.each([0, 18, 40], 'update');
    for (let round = 0; round < 2; round++) script.each([0, 18, 40], 'stabilize');
    expect([script.list(0), script.list(18), script.list(40)]).toEqual([
      [18, 40],
      [40, 0],
      [0, 18],
    ]);
  });
});

describe('at most one ring', () => {
  test('is lost by the original: both fall back on themselves', () => {
    const script = Script.still('paper', 6, [25, 60], { successors: 2, replicas: 1 });
    expect([script.list(25), script.list(60)]).toEqual([
      [60, 25],
      [25, 60],
    ]);
    incorporate(script, 19, 60, 60);
    incorporate(script, 31, 25, 25);
    script.fail(19);
    script.fail(31);
    script.each([25, 60], 'update');
    expect([script.list(25)[0], script.list(60)[0]]).toEqual([25, 60]);
    expect(violated(script, NECESSARY)).toEqual(['at most one ring', 'valid ring']);
    expect(script.violation('at most one ring')).toBe('2 separate rings, through 25, 60');
  });

  test('the corrected does not start from fewer than r + 1 members', () => {
    expect(() => Script.still('correct', 6, [25, 60], { successors: 2 })).toThrow(/successors \+ 1 = 3/);
  });

  test('with r = 1 the environment may not let both fail: each is somebody’s last live entry', () => {
    const script = corrected([25, 60], 1);
    incorporate(script, 19, 60, 60);
    incorporate(script, 31, 25, 25);
    expect([script.fail(19, true), script.fail(31, true)]).toEqual([false, false]);
  });

  test('with r = 2 and a third principal the corrected keeps one ring', () => {
    const script = corrected([25, 45, 60], 2);
    incorporate(script, 19, 60, 60);
    incorporate(script, 31, 25, 25);
    expect([script.fail(19, true), script.fail(31, true)]).toEqual([true, true]);
    script.each([25, 45, 60], 'update');
    for (let round = 0; round < 2; round++) script.each([25, 45, 60], 'stabilize');
    expect(script.violation('ideal pointers')).toBe(null);
  });
});

describe('the guard', () => {
  test('lets nobody fail who is a last live entry, or one principal too few', () => {
    const script = corrected([10, 20, 30, 40], 2);
    expect(script.fail(20, true)).toBe(true);
    expect(script.fail(30, true), 'three principals are needed').toBe(false);
    script.each([10, 40, 30], 'stabilize').each([10, 40, 30], 'stabilize');
    expect(script.violation('ideal pointers')).toBe(null);
    expect(script.fail(30, true)).toBe(false);
  });
});
