// What lookups do about peers that do not answer.
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '../../sim/index.ts';
import { Script } from './script.ts';

const IDS = [1, 8, 14, 21, 32, 38, 42, 48, 51, 56];
const ring = (settings: Readonly<Record<string, unknown>>) =>
  Script.still('paper', 6, IDS, { successors: 2, replicas: 1, ...settings });

describe('iterative', () => {
  test('a dead hop is dropped from the own tables that named it', () => {
    const script = ring({});
    script.fail(42);
    expect(script.fingers(8)).toEqual([14, 14, 14, 21, 32, 42]);
    expect(script.at(8, 'lookup', { key: 54 }).outcome).toBe('successor(54) = 56, through 32, 48, 51, 1 time-out');
    expect(script.fingers(8)).toEqual([14, 14, 14, 21, 32, null]);
    expect(script.at(8, 'lookup', { key: 54 }).outcome).toBe('successor(54) = 56, through 32, 48, 51');
  });

  test('or the peer that named it is told, and asked for its next entry', () => {
    const script = ring({});
    script.fail(51);
    expect([script.fingers(42), script.list(42)]).toEqual([
      [48, 48, 48, 51, 1, 14],
      [48, 51],
    ]);
    expect(script.at(8, 'lookup', { key: 54 }).outcome).toBe('successor(54) = 56, through 42, 48, 1 time-out');
    expect([script.fingers(42), script.list(42)]).toEqual([[48, 48, 48, null, 1, 14], [48]]);
  });

  test('or all tables are kept (deadEntries: keep), and the next lookup meets the dead again', () => {
    const script = ring({ deadEntries: 'keep' });
    script.fail(42);
    for (let time = 0; time < 2; time++) {
      expect(script.at(8, 'lookup', { key: 54 }).outcome).toBe('successor(54) = 56, through 32, 48, 51, 1 time-out');
    }
    expect(script.fingers(8)[5]).toBe(42);
  });

  test('the initiator remembers who did not answer: nobody is tried twice in one lookup', () => {
    const script = ring({ deadEntries: 'keep', successors: 3 });
    script.fail(42);
    script.fail(48);
    // 8 names 42, 32 names 48 and would name 42 too.
    expect(script.at(8, 'lookup', { key: 50 }).outcome).toBe('successor(50) = 51, through 32, 38, 2 time-outs');
    expect(script.verdict).toBe('correct');
  });

  test('a peer on the trail that dies is stepped back from', () => {
    const script = ring({ successors: 4 });
    script.fail(51);
    // 42 answers once, naming 51; by the time that 51 has not answered it is dead itself. 8 goes on from its own
    // tables, in which 38 is the closest that it may still try.
    const { simulation } = script;
    simulation.inject(
      { kind: 'operation', name: 'lookup', node: [{ kind: 'name', name: '8' }], arguments: { key: 54 } },
      'lookup',
    );
    while (!simulation.requestsOf(script.process(8).address).some(({ to }) => to === script.process(51).address)) {
      simulation.step();
    }
    simulation.inject(
      { kind: 'crash', who: [{ kind: 'name', name: '42' }], restartAfterUs: null, guard: false },
      'crash',
    );
    simulation.runUntil(simulation.nowUs + SECOND);
    expect(script.outcome).toBe('successor(54) = 56, through 38, 48, 2 time-outs');
    expect(script.verdict).toBe('correct');
  });

  test('without verify a dead successor may be the answer; the judge calls it stale', () => {
    const script = ring({});
    script.fail(56);
    expect(script.at(8, 'lookup', { key: 54 }).outcome).toBe('successor(54) = 56, through 42, 51');
    expect(script.last.judgement).toMatchObject({
      verdict: 'stale',
      why: 'key 54 belongs to 1, the answer was 56, which is gone',
    });
  });

  test('with verify the next in the list is, and the contact is counted apart', () => {
    const script = ring({ verify: true });
    script.fail(56);
    expect(script.at(8, 'lookup', { key: 54 }).last.outcome).toMatchObject({
      kind: 'found',
      owner: { id: 1 },
      route: { hops: 2, timeouts: 0, deadAnswers: 1 },
    });
    expect(script.verdict).toBe('correct');
  });

  test('a peer whose every entry is dead answers for itself where its fingers name it', () => {
    const script = Script.still('paper', 6, [1, 20], { successors: 1, replicas: 1, verify: true });
    script.fail(20);
    script.at(1, 'lookup', { key: 10 });
    expect(script.outcome).toBe('successor(10) = 1, 0 hops');
    expect(script.verdict).toBe('correct');
  });
});

describe('recursive', () => {
  test('the initiator’s one time-out finds a dead hop, and the next attempt goes another first way', () => {
    const script = ring({ routing: 'recursive', lookupTimeout: '100ms' });
    script.fail(42);
    const before = script.simulation.nowUs;
    expect(script.at(8, 'lookup', { key: 54 }).outcome).toBe('successor(54) = 56, through 32, 48, 51, 1 time-out');
    expect((script.last.endUs ?? 0) - before).toBe(100 * MILLISECOND);
    expect(script.state(8).pending).toBeNull();
  });

  test('after so many attempts it fails', () => {
    const script = ring({ routing: 'recursive', lookupTimeout: '100ms', lookupRetries: 1 });
    for (const id of [42, 32]) script.fail(id);
    expect(script.at(8, 'lookup', { key: 54 }).outcome).toBe('successor(54) not found, 0 hops, 2 time-outs');
    expect(script.last.judgement).toMatchObject({ verdict: 'failed' });
    expect(script.state(8).pending).toBeNull();
  });

  test.each([
    ['predecessor', 4],
    ['successor', 5],
  ])('the %s answers the initiator', (answerFrom, messages) => {
    const script = ring({ routing: 'recursive', answerFrom });
    const before = script.simulation.counters.sent;
    expect(script.at(8, 'lookup', { key: 54 }).outcome).toBe('successor(54) = 56, through 42, 51');
    expect(script.simulation.counters.sent - before, 'two forwardings, the answer, and the way to the successor').toBe(
      messages - 1,
    );
  });

  test('a lookup of its own key ends where it began', () => {
    const script = ring({ routing: 'recursive', answerFrom: 'successor' });
    expect(script.at(8, 'lookup', { key: 5 }).outcome).toBe('successor(5) = 8, through 42, 1');
    expect(script.at(8, 'lookup', { key: 12 }).outcome).toBe('successor(12) = 14, 0 hops');
  });
});

describe('paths', () => {
  test.each(['iterative', 'recursive'])('can be left out, and hops are still counted, %s', (routing) => {
    const script = ring({ routing, paths: false });
    expect(script.at(8, 'lookup', { key: 54 }).outcome).toBe('successor(54) = 56, 2 hops');
  });

  test.each(['iterative', 'recursive'])('are shorter by the hops that a list spans (resolve: list), %s', (routing) => {
    const near = ring({ routing, successors: 3 }).at(8, 'lookup', { key: 20 });
    expect(near.outcome).toBe('successor(20) = 21, through 14');
    const far = ring({ routing, successors: 3, resolve: 'list' }).at(8, 'lookup', { key: 20 });
    expect(far.outcome).toBe('successor(20) = 21, 0 hops');
  });
});
