// The described variant: right while one thing happens at a time, and cut by two neighbours that fail together.
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../sim/index.ts';
import { Script } from './script.ts';

const IDS = [0, 16, 32, 48, 64, 80, 96, 112];
const START = { idBits: 7, ids: IDS, files: { perPeer: 4 } };

function running(variant = 'described', settings: Readonly<Record<string, unknown>> = {}): Script {
  const network = { latency: { kind: 'constant', us: 10_000 } } as const;
  return new Script({ variant, settings: { ...START, ...settings }, network });
}

function settle(script: Script, seconds = 30): Script {
  script.simulation.runUntil(script.simulation.nowUs + seconds * SECOND);
  return script;
}

describe('one change at a time', () => {
  test('a join fixes neighbours, fingers and keys at once, and an update tells all others', () => {
    const script = settle(running().join(40, 0), 1);
    expect([script.list(32), script.predecessor(48), script.list(40), script.predecessor(40)]).toEqual([
      [40],
      40,
      [48],
      32,
    ]);
    expect(script.violation('ideal ring')).toBe(null);
    expect(script.violation('keys in place')).toBe(null);
  });

  test('a leave connects the neighbours before the peer is gone, and its keys are with its successor', () => {
    const script = running().leave(48);
    expect(script.violation('ideal ring')).toBe(null);
    expect(script.violation('no stored key lost')).toBe(null);
    expect(script.violation('keys in place')).toBe(null);
  });

  test('a crash is found by the ping, and mended in all fingers; the files of the dead are lost', () => {
    const script = running();
    script.fail(48);
    expect(script.list(32)).toEqual([48]);
    settle(script);
    expect([script.list(32), script.predecessor(64)]).toEqual([[64], 32]);
    expect(script.violation('ideal ring')).toBe(null);
    expect(script.violation('no stored key lost')).toMatch(/^no live member has/);
  });
});

describe('two neighbours crash together', () => {
  test('described: those between the dead and the nearest live finger are cut off for ever', () => {
    const script = running();
    script.fail(48);
    script.fail(64);
    settle(script, 600);
    // 32 has fingers at 48 (+1 … +16), 64 (+32) and 96 (+64): nothing names 80.
    expect(script.list(32)).toEqual([96]);
    expect(script.list(80)).toEqual([96]);
    const kept = script.state(80).store;
    expect(kept.length).toBeGreaterThan(0);
    for (const { key, name } of kept) {
      script.at(0, 'download', { file: name, key });
      expect(script.last.judgement).toMatchObject({ verdict: 'false negative' });
    }
  });

  test('paper: the list leads on, and every file is where it should be', () => {
    const script = running('paper');
    script.fail(48);
    script.fail(64);
    settle(script, 600);
    expect(script.list(32)[0]).toBe(80);
    expect(script.violation('ideal ring')).toBe(null);
    expect(script.violation('no stored key lost')).toBe(null);
    expect(script.violation('keys in place')).toBe(null);
  });
});

test('a peer that joins behind a neighbour that has just crashed is never found', () => {
  const script = running('described', { ping: '1m' });
  script.fail(32);
  settle(script.join(40, 0), 600);
  // Only the dead 32 was told of the newcomer; 16 goes on from 32 to its nearest live finger, 48.
  expect([script.predecessor(40), script.list(40), script.list(16), script.predecessor(48)]).toEqual([
    32,
    [48],
    [48],
    16,
  ]);
  expect(script.violation('ideal ring')).not.toBe(null);

  const healed = running('paper');
  healed.fail(32);
  settle(healed.join(40, 0), 120);
  expect(healed.violation('ideal ring')).toBe(null);
});

test('two joins into one arc at the same time come out right: their successor puts one before it, then the other', () => {
  const script = running();
  for (const id of [40, 44]) {
    script.simulation.inject({ kind: 'join', arguments: { id, via: 0 }, count: 1 }, 'join');
  }
  settle(script);
  expect(script.violation('ideal ring')).toBe(null);
});
