import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../sim/report/report.ts';
import { readTrace } from '../../sim/trace/reader.ts';
import { sim } from './fake-shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'peerscope-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function reportFor(...args: string[]): Promise<Report> {
  return JSON.parse((await sim([...args, '--json'])).out);
}

describe('--json', () => {
  it('prints the report and nothing else', async () => {
    const { out, err, code } = await sim(['greet.yaml', '--json', '--quiet']);
    const report: Report = JSON.parse(out);
    expect([code, err, report.result]).toEqual([0, '', 'passed']);
    expect(report.scenario).toMatchObject({
      file: 'greet.yaml',
      title: expect.stringContaining('greetings'),
      seed: '7',
    });
    expect(report.series.timesUs.length).toBeGreaterThan(10);
  });

  it('is the same for the same run, whatever the clock shows', async () => {
    const slow = await sim(['greet.yaml', '--json'], { tickMs: 50 });
    const fast = await sim(['greet.yaml', '--json'], { tickMs: 0.01 });
    expect(slow.out).toBe(fast.out);
    expect(slow.err).not.toBe(fast.err);
  });

  it('has the exit code of the run', async () => {
    expect((await sim(['fails.yaml', '--json'])).code).toBe(1);
  });
});

describe('--seed, --set and --until', () => {
  it('change the run, each in its way', async () => {
    const asWritten = await reportFor('greet.yaml');
    const otherSeed = await reportFor('greet.yaml', '--seed', '8');
    const edited = await reportFor('greet.yaml', '--set', 'nodes=4', '--set', 'config.beat=2s');
    expect(new Set([asWritten, otherSeed, edited].map(({ run }) => run.fingerprint)).size).toBe(3);
    expect(otherSeed.scenario.seed).toBe('8');
    expect(edited.scenario).toMatchObject({ nodes: 4, overrides: ['nodes=4', 'config.beat=2s'] });
  });

  it('stop at an instant of the very same run: what was broken by then is as it was', async () => {
    const whole = await reportFor('fails.yaml');
    const [violation] = whole.violations;
    const words = violation.command.replace('npm run sim -- ', '').split(' ');
    const there = await reportFor(...words);
    expect(there.run).toMatchObject({
      ending: 'stopped',
      reachedUs: violation.timeUs,
      durationUs: whole.run.durationUs,
    });
    expect(there.violations).toEqual([violation]);
  });

  it('mean a text by a seed: 007 is not 7', async () => {
    expect((await reportFor('greet.yaml', '--seed', '007')).run.fingerprint).not.toBe(
      (await reportFor('greet.yaml', '--seed', '7')).run.fingerprint,
    );
  });
});

describe('--trace', () => {
  it('writes a valid trace of the same run', async () => {
    const path = join(folder, 'run.ndjson');
    const plain = await sim(['greet.yaml', '--quiet']);
    const traced = await sim(['greet.yaml', '--quiet', '--trace', path]);
    expect(traced).toEqual(plain);
    const text = readFileSync(path, 'utf8');
    expect(text.endsWith('}\n')).toBe(true);
    const lines = [...readTrace(text.trimEnd().split('\n'))];
    const { run } = await reportFor('greet.yaml');
    expect(lines.at(-1)).toMatchObject({
      type: 'end',
      fingerprint: run.fingerprint,
      events: run.events,
      complete: true,
    });
  });

  it('has no end when the run broke, but all lines before', async () => {
    const path = join(folder, 'defect.ndjson');
    const { code } = await sim(['more/defect.yaml', '--quiet', '--trace', path]);
    expect(code).toBe(70);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(20);
    // The event that broke the run is the last one.
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      us: 3_000_000,
      follows: [{ what: 'input' }, { what: 'request' }],
    });
    expect(() => [...readTrace(lines)]).toThrow('the trace has no end: the run that wrote it broke off');
  });
});

describe('colours', () => {
  const colourCode = '\u001b[';
  const setting = { isTerminal: true };
  it.each([
    ['on a terminal', ['fails.yaml'], setting, true],
    ['not elsewhere', ['fails.yaml'], {}, false],
    ['not with --no-color', ['fails.yaml', '--no-color'], setting, false],
    ['not with NO_COLOR', ['fails.yaml'], { ...setting, env: { NO_COLOR: '1' } }, false],
    ['with an empty NO_COLOR, which says nothing', ['fails.yaml'], { ...setting, env: { NO_COLOR: '' } }, true],
    ['not on a dumb terminal', ['fails.yaml'], { ...setting, env: { TERM: 'dumb' } }, false],
    ['elsewhere with FORCE_COLOR', ['fails.yaml'], { env: { FORCE_COLOR: '1' } }, true],
    ['not when npm was told --no-color', ['fails.yaml'], { ...setting, env: { npm_config_color: '' } }, false],
    ['never in JSON', ['fails.yaml', '--json'], setting, false],
    ['in a list', ['list', '.'], setting, true],
  ] as const)('%s', async (_when, args, given, expected) => {
    const { out } = await sim(args, given);
    expect(out.includes(colourCode)).toBe(expected);
  });

  it('leave the words as they are', async () => {
    const coloured = await sim(['fails.yaml'], setting);
    const plain = await sim(['fails.yaml', '--no-color'], setting);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
    expect(coloured.out.replace(/\u001b\[\d+m/g, '')).toBe(plain.out);
  });
});

describe('the width', () => {
  it.each([60, 80, 120])('of a terminal of %d columns is kept, paths and numbers apart', async (columns) => {
    const { out } = await sim(['fails.yaml', '--no-color'], { isTerminal: true, columns });
    const tooLong = out.split('\n').filter((line) => line.length > columns);
    expect(tooLong.filter((line) => line.trim().includes(' ') && !line.includes('npm run'))).toEqual([]);
  });
});

describe('a signal', () => {
  const long = ['greet.yaml', '--set', 'duration=1000s', '--quiet'];

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends the run in good order, with a report of what was seen so far', async (name, code) => {
    const ended = await sim(long, { signal: { name, afterTurns: 3 }, tickMs: 30 });
    expect(ended.code).toBe(code);
    expect(ended.out).toMatch(/^interrupted at \S+ of 16m40s/m);
    expect(ended.out).toContain('OPEN    greetings correct: at least 80%');
    expect(ended.out).toContain('The run ended early');
  });

  it('leaves a trace with an end', async () => {
    const path = join(folder, 'interrupted.ndjson');
    await sim([...long, '--trace', path], { signal: { name: 'SIGINT', afterTurns: 2 }, tickMs: 30 });
    const lines = [...readTrace(readFileSync(path, 'utf8').trimEnd().split('\n'))];
    expect(lines.at(-1)).toMatchObject({ type: 'end', complete: false });
  });

  it('that comes with the last event changes nothing', async () => {
    const { code, out } = await sim(['greet.yaml', '--quiet'], { signal: { name: 'SIGINT', afterTurns: 1 } });
    expect([code, out.includes('interrupted')]).toEqual([0, false]);
  });
});

describe('a defect of ours', () => {
  it('is told without a stack, unless one is asked for', async () => {
    const asked = await sim(['more/defect.yaml', '--quiet'], { env: { PEERSCOPE_DEBUG: '1' } });
    const plain = await sim(['more/defect.yaml', '--quiet']);
    expect([asked.code, plain.code]).toEqual([70, 70]);
    expect(plain.err).not.toContain('    at ');
    expect(asked.err).toContain('    at ');
    expect(asked.err).toContain('SimulationError');
  });
});

describe('schema', () => {
  it('prints a JSON Schema that knows the systems', async () => {
    const { out, code } = await sim(['schema']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      properties: { system: { enum: ['greeters'] } },
    });
  });
});
