/** `--record` and `replay` as commands: what is written, also when the run is cut off, and what is said of it. */
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systems } from '../../protocols/registry.ts';
import { sealed, unsealed } from '../../sim/recording/digest.ts';
import { readRecording } from '../../sim/recording/read.ts';
import { type Setting, sim } from '../cli/fake-shell.ts';
import { GOSSIP } from './support.ts';

let folder = '';
const at = (name: string) => join(folder, name);
const run = (args: readonly string[], setting: Setting = {}) => sim(args, { systems, ...setting });
const recordingAt = (name: string) => readRecording(readFileSync(at(name)), name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-record-'));
  writeFileSync(at('a.yaml'), GOSSIP);
  await run([
    at('a.yaml'),
    '--seed',
    '9',
    '--set',
    'config.t1=12s',
    '--record',
    at('a.recording'),
    '--quiet',
    '--no-tui',
  ]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a run that is recorded', () => {
  test('is the same run as without, and replays', async () => {
    const plain = await run([at('a.yaml'), '--seed', '9', '--set', 'config.t1=12s', '--json', '--quiet']);
    const { ended, seed, overrides } = recordingAt('a.recording');
    expect(JSON.parse(plain.out).run.fingerprint).toBe(ended.fingerprint);
    expect([seed, overrides, ended.how]).toEqual(['9', ['config.t1=12s'], 'complete']);
    const { code, out } = await run(['replay', at('a.recording'), '--quiet']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`The same run: [\\d,]+ events to 2m, fingerprint ${ended.fingerprint}`));
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('and ended by %s leaves a valid recording of what was', async (name) => {
    const { code } = await run([at('a.yaml'), '--record', at('b.recording'), '--quiet'], {
      signal: { name, afterTurns: 1 },
      tickMs: 1,
    });
    expect(code).toBe(name === 'SIGINT' ? 130 : 143);
    const { ended } = recordingAt('b.recording');
    expect(ended.how).toBe('interrupted');
    expect(ended.us).toBeLessThan(120_000_000);
    expect((await run(['replay', at('b.recording'), '--quiet'])).code).toBe(0);
  });

  test('up to a time is recorded up to there', async () => {
    await run([at('a.yaml'), '--until', '31s', '--record', at('c.recording'), '--quiet']);
    expect(recordingAt('c.recording').ended).toMatchObject({ us: 31_000_000, how: 'stopped' });
    expect((await run(['replay', at('c.recording'), '--quiet'])).code).toBe(0);
  });

  test('is refused where it cannot be written, before it runs', async () => {
    const { code, err } = await run([at('a.yaml'), '--record', join(folder, 'none', 'x'), '--quiet']);
    expect(code).toBe(2);
    expect(err).toMatch(/the recording cannot be written/);
    expect((await run([at('a.yaml'), '--record', at('a.yaml')])).err).toMatch(/is the scenario itself/);
  });
});

describe('the file of a recording', () => {
  const write = (name: string) => run([at('a.yaml'), '--until', '5s', '--record', at(name), '--quiet']);

  test('is the only one that is touched', async () => {
    writeFileSync(at('e.recording.part'), 'mine');
    await write('e.recording');
    expect(readFileSync(at('e.recording.part'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).filter((name) => name.startsWith('e.recording'))).toHaveLength(2);
  });

  test('is the one that a link stands for', async () => {
    writeFileSync(at('real.recording'), 'old');
    symlinkSync(at('real.recording'), at('link.recording'));
    await write('link.recording');
    expect(lstatSync(at('link.recording')).isSymbolicLink()).toBe(true);
    expect(recordingAt('real.recording').ended.us).toBe(5_000_000);
  });

  test('is a file: a folder or a device is left alone', async () => {
    for (const place of [folder, '/dev/null']) {
      const { code, err } = await run([at('a.yaml'), '--record', place, '--quiet']);
      expect(code).toBe(2);
      expect(err).toContain('the recording cannot be written: it is no file');
    }
    expect(lstatSync('/dev/null').isFile()).toBe(false);
  });

  test('is asked for in vain where a replay is not looked at', async () => {
    const { code, err } = await run(['replay', at('a.recording'), '--record', at('f.recording')]);
    expect(code).toBe(2);
    expect(err).toMatch(/^--record: a replay that is not looked at/);
  });
});

describe('replay', () => {
  test('of another run exits 3 and names the first event that differs', async () => {
    const text = readFileSync(at('a.recording'), 'utf8').replace('loss: 2%', 'loss: 3%');
    writeFileSync(at('d.recording'), sealed(unsealed(text)));
    const { code, err } = await run(['replay', at('d.recording'), '--quiet']);
    expect(code).toBe(3);
    expect(err).toMatch(/d\.recording: the run differs from what was recorded\n {2}up to event \d+ both agree/);
    expect(err).toMatch(
      /event (\d+) is the first that differs: expected [0-9a-f]{3}, found [0-9a-f]{3}\n {2}found: event \1, at /,
    );
  });

  test.each([
    ['cut', (text: string) => text.slice(0, 900), /cut off/],
    ['changed', (text: string) => text.replace('n2', 'n3'), /changed since it was written/],
    ['foreign', () => GOSSIP, /not a recording of Peerscope/],
    ['future', (text: string) => text.replace('recording: 1', 'recording: 7'), /a recording of format 7/],
  ])('of a %s file exits 2', async (name, change, message) => {
    writeFileSync(at(name), change(readFileSync(at('a.recording'), 'utf8')));
    const { code, err } = await run(['replay', at(name)]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test('--rewrite makes a whole recording of a draft, and the same of a whole one', async () => {
    writeFileSync(
      at('draft.recording'),
      `peerscope-recording: 1\nfile: ${at('a.yaml')}\nmoments:\n  - { bookmark: half, at: 1m, note: Half of it. }\n`,
    );
    expect((await run(['replay', '--rewrite', at('draft.recording')])).code).toBe(0);
    const once = readFileSync(at('draft.recording'), 'utf8');
    expect(recordingAt('draft.recording').moments).toMatchObject([{ title: 'half', us: 60_000_000 }]);
    await run(['replay', '--rewrite', at('draft.recording')]);
    expect(readFileSync(at('draft.recording'), 'utf8')).toBe(once);
    expect((await run(['replay', at('draft.recording'), '--quiet'])).code).toBe(0);
  });

  test('--lesson needs bookmarks', async () => {
    expect((await run(['replay', '--lesson', at('a.recording')])).err).toMatch(
      /has no bookmarks, so there are no stops/,
    );
  });
});
