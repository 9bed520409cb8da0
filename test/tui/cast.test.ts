import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../sim/index.ts';
import { type DashboardFlags, type DashboardOptions, dashboard, frameText } from '../../tui/index.ts';
import { livelyPlan } from './support/plans.ts';
import { RELAY_SCENARIO } from './support/shown.ts';

/** No terminal at all: both ends are pipes. */
function options(flags: DashboardFlags): DashboardOptions {
  const stream = { isTTY: false };
  return {
    plan: livelyPlan(),
    scenario: RELAY_SCENARIO,
    edits: { overrides: [], seed: undefined },
    flags,
    terminal: { stdin: stream as NodeJS.ReadStream, stdout: stream as NodeJS.WriteStream, env: {} },
    colour: true,
  };
}

const KEYS = `
wait 500ms
n
at 2s
space
wait 1s
right
right
left
x
c
wait 200ms
t
space
at 5s
f
`;

async function castOf(keys: string): Promise<{ readonly text: string; readonly fingerprint: string }> {
  const file = join(mkdtempSync(join(tmpdir(), 'peerscope-cast-')), 'cast.json');
  const { simulation } = await dashboard(options({ cast: file, script: { file: 'keys.txt', text: keys } }));
  return { text: readFileSync(file, 'utf8'), fingerprint: simulation.fingerprint };
}

describe('a cast', () => {
  it('is the same byte for byte, and ends with the run as it is without a dashboard', async () => {
    const [first, second] = [await castOf(KEYS), await castOf(KEYS)];
    expect(second.text).toBe(first.text);
    const bare = new Simulation(livelyPlan());
    bare.run();
    expect(first.fingerprint).toBe(bare.fingerprint);
  });

  it('is an asciicast of version 2: a head, frames in order of time, chapters', async () => {
    const { text } = await castOf(KEYS);
    const lines = text.trimEnd().split('\n');
    expect(JSON.parse(lines[0])).toEqual({
      version: 2,
      width: 120,
      height: 40,
      title: 'Numbers go round while nodes come and go',
      env: { TERM: 'xterm-256color' },
    });
    const events = lines.slice(1).map((line) => JSON.parse(line) as [number, string, string]);
    const times = events.map(([time]) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(events.map(([, code]) => code))).toEqual(new Set(['o', 'm']));
    const chapters = events.filter(([, code]) => code === 'm').map(([, , label]) => label);
    expect(chapters).toContain('join 40');
    expect(chapters).toContain('all up violated');
    // Two seconds of the run at its own pace, one of standing, then on to the fifth.
    const joined = events.find(([, code, label]) => code === 'm' && label === 'join 40');
    expect(joined?.[0]).toBeGreaterThan(4);
    expect(joined?.[0]).toBeLessThan(5.5);
  });

  it('paints frames that come to the screen of the session', async () => {
    const { text } = await castOf(KEYS);
    const outputs = text
      .trimEnd()
      .split('\n')
      .slice(1, -1)
      .map((line) => JSON.parse(line) as [number, string, string])
      .filter(([, code]) => code === 'o');
    const screen = new Map<number, string[]>();
    for (const [, , output] of outputs) paint(screen, output);
    const rows = Array.from({ length: 40 }, (_, y) => (screen.get(y) ?? []).join('').trimEnd());
    expect(rows[0]).toContain('Numbers go round');
    expect(rows[1]).toContain('10.000000');
    expect(rows[39]).toContain('q quit');
  });
});

describe('a frame as text', () => {
  it('is what the screen shows there, after some keys', () => {
    const text = frameText(options({ at: '4.3s', script: { file: 'k', text: 'n\n2\n' } }), { columns: 90, rows: 26 });
    expect(text.split('\n')).toHaveLength(26);
    expect(text).toContain('▸Space-time');
    expect(text).toContain('04.300000');
  });
});

describe('flags', () => {
  it.each<[DashboardFlags, string]>([
    [{ speed: 'fast' }, '--speed fast: expected 0.1, x10, 4/s (events a second) or max'],
    [{ at: '1h' }, '--at 1h: expected a time of the run'],
    [{ view: 'pictur' }, 'did you mean picture?'],
    [{ script: { file: 'k.txt', text: 'spave' } }, 'k.txt:1: no key is called "spave", did you mean "space"?'],
    [{}, 'the dashboard needs a terminal at both ends'],
  ])('%j are refused: %s', async (flags, message) => {
    await expect(dashboard(options(flags))).rejects.toThrow(message);
  });
});

/** A terminal that knows what the painter writes: where to, what looks, what text. */
function paint(screen: Map<number, string[]>, output: string): void {
  let [x, y] = [0, 0];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const [, codes, end, character] of output.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|([^\u001b])/gu)) {
    if (end === 'H') [y, x] = codes.split(';').map((part) => Number(part) - 1);
    else if (end === 'J') screen.clear();
    if (character === undefined) continue;
    const row = screen.get(y) ?? new Array<string>(120).fill(' ');
    row[x++] = character;
    screen.set(y, row);
  }
}
