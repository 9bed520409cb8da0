/**
 * Every scenario that ships holds what it promises, quickly, and is the run that is pinned in `fingerprints.json`. That table was
 * written by another process, perhaps on another machine; the shorter runs are made once more in a process of their own, with a trace.
 *
 * If a fingerprint has moved, some run has changed: find out which and why before `npm run fingerprints` writes the table anew, and
 * say so in the commit.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systems } from '../protocols/registry.ts';
import type { Report } from '../sim/report/report.ts';
import { type Outcome, sim } from './cli/fake-shell.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const PINNED = new URL('./fingerprints.json', import.meta.url).pathname;
/** Of processor time: the time on the wall depends on who else is at work. */
const SLOWEST_MS = 10_000;
/** A trace of a longer run takes longer than the run. */
const TRACED_EVENTS = 50_000;

type Pinned = Readonly<Record<string, Pick<Report['run'], 'events' | 'fingerprint'>>>;
const pinned: Pinned = existsSync(PINNED) ? JSON.parse(readFileSync(PINNED, 'utf8')) : {};

const files = readdirSync(join(ROOT, 'scenarios'), { recursive: true, encoding: 'utf8' })
  // Those in hunt/ and check/ promise nothing of one run: hunts vary them, searches take their parts in every order (test/explore).
  .filter((name) => name.endsWith('.yaml') && !/^(hunt|check)[\\/]/.test(name))
  .map((name) => join('scenarios', name).replaceAll('\\', '/'))
  .sort();

/** The command in this process. */
function here(file: string): Promise<Outcome> {
  return sim([file, '--json', '--quiet'], { systems, env: { INIT_CWD: ROOT } });
}

/** The command in a process of its own, with a trace. */
function elsewhere(file: string): Promise<Outcome> {
  const args = ['--import', 'tsx', 'cli/main.ts', file, '--json', '--quiet', '--trace', devNull];
  const child = spawn(process.execPath, args, { cwd: ROOT });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code: code ?? -1, out, err }));
  });
}

const found = new Map<string, Pinned[string]>();

describe('every scenario holds what it promises', () => {
  it.each(files)('%s', { timeout: 60_000 }, async (file) => {
    // The other process runs while this one does.
    const isShort = (pinned[file]?.events ?? 0) < TRACED_EVENTS;
    const again = isShort ? elsewhere(file) : null;
    const before = process.cpuUsage();
    const { out, err, code } = await here(file);
    const { user, system } = process.cpuUsage(before);
    expect(err).toBe('');
    const report: Report = JSON.parse(out);
    const { events, fingerprint } = report.run;
    found.set(file, { events, fingerprint });

    const failing = report.expectations.filter(({ result }) => result !== 'passed');
    expect(failing.map(({ text, finding }) => `${text}: ${finding}`)).toEqual([]);
    expect([code, report.expectations.length > 0]).toEqual([0, true]);
    // A test whose fault never bit has shown nothing.
    const idle = report.faults.filter(({ isFault, changed }) => isFault && changed === 0);
    expect(idle.map(({ label, line, nothingBecause }) => `${file}:${line}: ${label}: ${nothingBecause}`)).toEqual([]);
    // Its head says what it shows.
    expect(report.scenario.title).not.toBe(file);
    // The report finds an operation's plural by its kind.
    const known = Object.keys(systems.get(report.scenario.system)?.operations ?? {});
    expect(known).toEqual(expect.arrayContaining(report.operations.map(({ operation }) => operation)));
    expect((user + system) / 1000).toBeLessThan(SLOWEST_MS);

    if (again === null) return;
    const { out: outAgain, err: errAgain, code: codeAgain } = await again;
    expect([errAgain, codeAgain]).toEqual(['', 0]);
    expect(JSON.parse(outAgain)).toEqual(report);
  });
});

it('every scenario is the run that is pinned', async ({ skip }) => {
  // A filter by name must not look like a change.
  if (found.size < files.length) skip('not every scenario was run');
  const table = Object.fromEntries(files.map((file) => [file, found.get(file)]));
  await expect(`${JSON.stringify(table, null, 2)}\n`).toMatchFileSnapshot(PINNED);
});
