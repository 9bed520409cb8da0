// The ring of the paper's figures 2 to 5 and 7 (ToN 2003): m = 6, ten nodes, five keys.
import { describe, expect, test } from 'vitest';
import { Script } from './script.ts';

const IDS = [1, 8, 14, 21, 32, 38, 42, 48, 51, 56];
const KEYS = [10, 24, 30, 38, 54];

function unitRing(settings: Readonly<Record<string, unknown>> = {}): Script {
  const script = Script.still('paper', 6, IDS, { successors: 1, replicas: 1, ...settings });
  for (const key of KEYS) script.at(1, 'upload', { file: `K${key}`, key });
  return script;
}

describe.each(['iterative', 'recursive'])('the ring of ten nodes, %s', (routing) => {
  test('keys are with their successors', () => {
    const script = unitRing({ routing });
    expect(IDS.map((id) => script.keys(id))).toEqual([[], [], [10], [], [24, 30], [38], [], [], [], [54]]);
  });

  test('node 8 has the finger table of figure 4', () => {
    const script = unitRing({ routing });
    expect(script.fingers(8)).toEqual([14, 14, 14, 21, 32, 42]);
    expect(script.at(8, 'fingerTable').outcome).toBe('fingers 9→14 10→14 12→14 16→21 24→32 40→42');
  });

  test('lookup(54) from 8 goes 8, 42, 51 and returns 56', () => {
    const script = unitRing({ routing });
    expect(script.at(8, 'lookup', { key: 54 }).outcome).toBe('successor(54) = 56, through 42, 51');
    expect(script.verdict).toBe('correct');
  });

  test('every node finds every key where the membership has it', () => {
    const script = unitRing({ routing });
    for (const id of IDS) {
      for (let key = 0; key < 64; key++) {
        script.at(id, 'lookup', { key });
        expect(script.verdict, `lookup(${key}) from ${id}: ${script.outcome}`).toBe('correct');
      }
    }
  });

  test('node 26 joins between 21 and 32 and takes key 24; no other key moves', () => {
    const script = unitRing({ routing });
    script.join(26, 8);
    expect([script.list(26), script.predecessor(26)]).toEqual([[32], null]);
    expect(script.list(21)).toEqual([32]);

    script.at(26, 'stabilize');
    expect(script.predecessor(32)).toBe(26);
    script.at(21, 'stabilize');
    expect([script.list(21), script.predecessor(26)]).toEqual([[26], 21]);

    expect(IDS.map((id) => script.keys(id))).toEqual([[], [], [10], [], [24, 30], [38], [], [], [], [54]]);
    script.at(32, 'repair');
    expect(IDS.map((id) => script.keys(id))).toEqual([[], [], [10], [], [30], [38], [], [], [], [54]]);
    expect(script.keys(26)).toEqual([24]);
    expect(script.at(8, 'download', { file: 'K24', key: 24 }).outcome).toMatch(/^fetched K24 from 26/);
  });
});

test('when 14, 21 and 32 fail together and r = 1, node 8 answers key 30 with 42', () => {
  const script = unitRing({ verify: true });
  for (const id of [14, 21, 32]) script.fail(id);
  script.at(8, 'lookup', { key: 30 });
  expect(script.outcome).toMatch(/^successor\(30\) = 42/);
  expect(script.last.judgement).toMatchObject({
    verdict: 'wrong',
    why: 'key 30 belongs to 38, the answer was 42',
  });
});

test('with r = 4 it answers 38', () => {
  const script = unitRing({ verify: true, successors: 4 });
  for (const id of [14, 21, 32]) script.fail(id);
  expect(script.at(8, 'lookup', { key: 30 }).outcome).toMatch(/^successor\(30\) = 38/);
  expect(script.verdict).toBe('correct');
});
