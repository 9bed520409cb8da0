/** `diff`: the first event at which two runs part, and in what. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sideBySide } from '../../cli/diff/columns.ts';
import { systems } from '../../protocols/registry.ts';
import { differences } from '../../sim/explore/differences.ts';
import { Simulation } from '../../sim/index.ts';
import { Recorder } from '../../sim/recording/recorder.ts';
import { recordingText } from '../../sim/recording/write.ts';
import { sim } from '../cli/fake-shell.ts';
import { GOSSIP, originOf, planFrom } from './support.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-diff-'));
  writeFileSync(join(folder, 'a.yaml'), GOSSIP);
  writeFileSync(join(folder, 'b.yaml'), GOSSIP.replace('crash: { nodes: n2', 'crash: { nodes: n3'));
  const recorder = new Recorder(new Simulation(planFrom(GOSSIP)), originOf(GOSSIP));
  recorder.play(20_000_000);
  writeFileSync(join(folder, 'short.recording'), recordingText(recorder.recording('stopped')));
  recorder.inject(
    { kind: 'crash', who: [{ kind: 'name', name: 'n5' }], restartAfterUs: null, guard: false },
    'crash n5',
  );
  recorder.play(40_000_000);
  writeFileSync(join(folder, 'injected.recording'), recordingText(recorder.recording('stopped')));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function diff(...args: string[]) {
  const paths = args.map((arg) => (/\.(yaml|recording)$/.test(arg) ? join(folder, arg) : arg));
  const { code, out, err } = await sim(['diff', ...paths], { systems });
  return { code, out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, '') };
}

describe('diff', () => {
  test('of one scenario with itself finds nothing', async () => {
    const { code, out } = await diff('a.yaml');
    expect(out).toMatch(/^No different event: [\d,]+ events to 2m, fingerprint [0-9a-f]{16}\.\n$/);
    expect(code).toBe(0);
  });

  test('of two scenarios stops where they part, with what differs beside each other', async () => {
    const { code, out } = await diff('a.yaml', 'b.yaml');
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}a\.yaml +\| b\.yaml\n/);
    expect(out).toMatch(/The events are the same up to event \d+\./);
    expect(out).toMatch(/event (\d+), at 30[.\d]*s .* \| event \1, at 30/);
    expect(out).toMatch(/ {2}n2, down +\| n2, up\n/);
  });

  test('tells of a setting that shows in the states before it shows in an event', async () => {
    const { out } = await diff('a.yaml', '--set', 'variant=described');
    expect(out).toMatch(
      /The first state that differs: n0, after event 6, at 0us\n {2}own\.incarnation: 1 +\| own\.incarnation: 0/,
    );
  });

  test('of a recording with its scenario shows what a presenter did', async () => {
    const { code, out } = await diff('injected.recording', 'a.yaml');
    expect(code).toBe(1);
    expect(out).toMatch(/at 20[.\d]*s/);
    expect(out).toMatch(/ {2}n5, down +\| n5, up\n/);
  });

  test('of a shorter recording says that there is nothing more', async () => {
    const { out } = await diff('short.recording', 'a.yaml');
    expect(out).toMatch(/nothing more, at 20s +\| event \d+/);
  });

  test('does not edit a recording', async () => {
    const { code, err } = await diff('a.yaml', 'short.recording', '--seed', '4');
    expect(code).toBe(2);
    expect(err).toBe('short.recording: a recording is what it is; --seed 4 is for scenarios\n');
  });
});

describe('differences of values', () => {
  test.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3, 4] } }, ['a.b.1: 2 3', 'a.b.2: - 4']],
    [[1], { 0: 1 }, [': [1] {"0":1}']],
    [null, {}, [': null {}']],
    [{ x: null }, {}, ['x: null -']],
  ])('of %j and %j', (left, right, expected) => {
    const text = (value: unknown) => (value === undefined ? '-' : JSON.stringify(value));
    expect(differences(left, right).map((each) => `${each.path}: ${text(each.left)} ${text(each.right)}`)).toEqual(
      expected,
    );
  });

  property.prop({ a: fc.jsonValue(), b: fc.jsonValue() }, { numRuns: 100 })(
    'there are some exactly if the values are not the same',
    ({ a, b }) => {
      // JSON has one zero.
      const [left, right] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
      const same = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
      expect(differences(left, right).length === 0).toBe(same);
      expect(differences(left, left)).toEqual([]);
    },
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort()
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}

property.prop({ left: fc.string(), right: fc.string(), width: fc.integer({ min: 20, max: 120 }) }, { numRuns: 100 })(
  'columns stay within their width',
  ({ left, right, width }) => {
    for (const line of sideBySide(left, right, width)) expect(line.length).toBeLessThanOrEqual(width);
  },
);
