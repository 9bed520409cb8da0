/** hunt, shrink and check as commands: what they find, keep, tell, and how they end. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HuntOptions, type HuntSetting, hunt } from '../../cli/hunt/hunt.ts';
import type { EndSignal, Shell } from '../../cli/shell.ts';
import { systems } from '../../protocols/registry.ts';
import { findingYaml } from '../../sim/explore/finding-scenario.ts';
import { entriesOf, type Plain } from '../../sim/explore/plain.ts';
import { swarmOf } from '../../sim/explore/swarm.ts';
import { tried } from '../../sim/explore/trial.ts';
import { type Setting, sim } from '../cli/fake-shell.ts';
import { hunted as huntedFromText, said, scenario } from './support.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-hunt-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const command = (args: readonly string[], setting: Setting = {}) =>
  sim(args, { systems, env: { INIT_CWD: ROOT }, ...setting });

interface Shrunk {
  readonly key: string;
  readonly events: { readonly before: number; readonly after: number };
  readonly scenario: Plain;
  readonly story: { readonly lines: readonly { readonly us: number }[] };
}

interface HuntReport {
  readonly seeds: number;
  readonly findings: readonly { key: string; property: string; firstSeed: number; times: number; file: string }[];
}

/** @param signalAfter results after which a signal comes. */
async function hunted(
  scenario: string,
  options: Partial<HuntOptions>,
  setting: HuntSetting = {},
  signal: EndSignal | null = null,
) {
  const out: string[] = [];
  const err: string[] = [];
  const shell: Shell = {
    out: { write: (text) => void out.push(text), isTerminal: false, columns: 80 },
    err: { write: (text) => void err.push(text), isTerminal: false, columns: 80 },
    env: { npm_lifecycle_event: 'sim', INIT_CWD: ROOT },
    terminal: null,
    systems: async () => systems,
    nowMs: () => performance.now(),
    turn: async () => {},
    onSignal: (handler) => {
      if (signal !== null) setTimeout(() => handler(signal), 1500);
      return () => {};
    },
  };
  const all = {
    seeds: '20',
    from: '1',
    events: '1000000',
    out: join(folder, 'found'),
    json: true,
    color: false,
  } as const;
  const code = await hunt(scenario, { ...all, ...options }, shell, setting);
  return { code, report: JSON.parse(out.join('')) as HuntReport, err: err.join('') };
}

describe('hunt', { timeout: 60_000 }, () => {
  test('finds the zombie and its like, and keeps each as a scenario that fails in the same way', async () => {
    const { code, report } = await hunted('scenarios/hunt/gossip.yaml', { seeds: '8', workers: '2' });
    expect(code).toBe(1);
    expect(report.seeds).toBe(8);
    const properties = report.findings.map(({ property }) => property);
    expect(properties).toContain('no zombie');
    expect(new Set(report.findings.map(({ key }) => key)).size).toBe(report.findings.length);
    for (const { key, file } of report.findings) {
      const { failures } = tried(said(readFileSync(file, 'utf8')), { systems });
      expect(failures.map((failure) => failure.key)).toContain(key);
    }
  });

  test('finds the same with one worker as with three', async () => {
    const one = await hunted('scenarios/hunt/chord.yaml', { seeds: '12', workers: '1' });
    const three = await hunted('scenarios/hunt/chord.yaml', { seeds: '12', workers: '3' });
    expect(three.report).toEqual(one.report);
    expect(one.report.findings.some(({ property }) => / ring$/.test(property))).toBe(true);
  });

  test('replaces a thread that dies and loses no seed; a seed at which each dies is a finding', async () => {
    process.env.PEERSCOPE_TEST_FOLDER = folder;
    const worker = fileURLToPath(new URL('./dying-worker.ts', import.meta.url));
    const { report, err } = await hunted('scenarios/hunt/chord-correct.yaml', { seeds: '8', workers: '1' }, { worker });
    expect(report.seeds).toBe(8);
    expect(report.findings.map(({ key, firstSeed }) => [key, firstSeed])).toEqual([['no defect: the thread dies', 5]]);
    expect(err).toMatch(/threads died and replaced/);
  });

  test('that is interrupted reports what was found so far', async () => {
    const { code, report } = await hunted(
      'scenarios/hunt/superpeer.yaml',
      { seeds: '100000', workers: '1' },
      {},
      'SIGINT',
    );
    expect(code).toBe(130);
    expect(report.seeds).toBeLessThan(100_000);
  });

  test('refuses a scenario whose hunt makes a wrong one', async () => {
    const { code, err } = await command(['hunt', 'scenarios/hunt/gossip.yaml', '--set', 'hunt.faults=[{smash: n1}]']);
    expect(code).toBe(2);
    expect(err).toMatch(/hunt makes a scenario of it that is wrong/);
  });
});

describe('shrink', { timeout: 60_000 }, () => {
  test.each([
    ['scenarios/gossip-zombie.yaml', 'no zombie', 12],
    ['scenarios/superpeer-crash.yaml', 'no peer goes dark', 8],
  ])('%s: to a few events, and a story of them', async (file, property, most) => {
    const out = join(folder, `${property}.yaml`);
    const { code, out: text } = await command(
      ['shrink', file, '--property', property, '--seconds', '15', '--quiet', '--json', '--out', out],
      {
        tickMs: 2,
      },
    );
    expect(code).toBe(0);
    const result = JSON.parse(text) as Shrunk;
    expect(result.events.after).toBeLessThan(result.events.before / 2);
    expect(result.story.lines.length).toBeGreaterThan(0);
    expect(result.story.lines.length).toBeLessThanOrEqual(most);
    const times = result.story.lines.map(({ us }) => us);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    // What was written is a scenario that fails so, told at its end.
    const small = readFileSync(out, 'utf8');
    expect(small).toContain('# What leads to it:');
    expect(tried(said(small), { systems }).failures.map(({ key }) => key)).toContain(result.key);
  });

  test('a ring that is split after a minute of churn: to a few members, and a story of them', async () => {
    const file = join(folder, 'split-ring.yaml');
    const drawn = swarmOf(huntedFromText(scenario('hunt/chord.yaml')), '49');
    const [failure] = tried(drawn, { systems }).failures.filter(({ property }) => property === 'at most one ring');
    writeFileSync(file, findingYaml(drawn, failure, 'Found: by hunting.'));
    const out = join(folder, 'split-ring-small.yaml');
    const { code, out: text } = await command(['shrink', file, '--seconds', '60', '--quiet', '--json', '--out', out], {
      tickMs: 2,
    });
    expect(code).toBe(0);
    const { key, events, scenario: small, story } = JSON.parse(text) as Shrunk;
    expect(key).toBe(failure.key);
    expect(events.before).toBeGreaterThan(5_000);
    expect(events.after).toBeLessThan(1_000);
    // What chance did is written out, and no less is left over than the churn was to leave.
    expect(small.churn).toBeUndefined();
    expect(entriesOf(small, 'faults').length).toBeLessThanOrEqual(8);
    const { successors = 8 } = small.config as { successors?: number };
    expect(successors).toBeGreaterThanOrEqual(2);
    // With the lines that say when it begins and how it ends.
    expect(story.lines.length + 2).toBeLessThanOrEqual(15);
    expect(tried(said(readFileSync(out, 'utf8')), { systems }).failures.map((each) => each.key)).toEqual([key]);
  });

  test('has nothing to do where nothing fails', async () => {
    const { code, err } = await command(['shrink', 'scenarios/superpeer-crash-hardened.yaml']);
    expect([code, err]).toEqual([1, expect.stringMatching(/does not fail: there is nothing to shrink/)]);
  });
});

describe('check', { timeout: 60_000 }, () => {
  const checked = async (...args: string[]) => {
    const { code, out } = await command(['check', ...args, '--quiet', '--json']);
    return {
      code,
      ...(JSON.parse(out) as {
        states: number;
        ending: string;
        violation: { property: string; path: string[] } | null;
      }),
    };
  };

  test('finds the published counter-example to the original Chord by itself', async () => {
    const { code, ending, violation } = await checked('scenarios/check/chord-paper.yaml');
    expect([code, ending, violation?.property]).toEqual([1, 'violated', 'at least one ring']);
    expect(violation?.path.length).toBe(12);
    expect(violation?.path).toContain('10 joins');
    expect(violation?.path).toContain('10 crashes');
  });

  test('covers the corrected Chord within a bound', async () => {
    const { code, ending, violation, states } = await checked('scenarios/check/chord-correct.yaml', '--depth', '9');
    expect([code, ending, violation]).toEqual([0, 'depth', null]);
    expect(states).toBeGreaterThan(3_000);
  });

  test('finds the crossed answer of the supernodes, and none where answers say what they answer', async () => {
    const file = 'scenarios/check/supernode-crossed.yaml';
    const after = ['--after', '2s', '--rounds', '0'];
    const { violation } = await checked(file, ...after);
    expect([violation?.property, violation?.path.length]).toEqual(['no wrong location', 7]);
    const hardened = await checked(file, ...after, '--set', 'variant=hardened', '--depth', '7');
    expect(hardened.violation).toBeNull();
  });

  test('covers two searches at one hardened supernode, a loss among them', async () => {
    const file = 'scenarios/check/supernode-hardened.yaml';
    const all = await checked(file, '--after', '2s', '--rounds', '0', '--losses', '1');
    expect([all.code, all.ending, all.violation]).toEqual([0, 'covered', null]);
    expect(all.states).toBeGreaterThan(30_000);
    const described = await checked(file, '--after', '2s', '--rounds', '0', '--set', 'variant=described');
    expect(described.violation?.property).toBe('no wrong location');
  });

  test('says what cannot be explored', async () => {
    const { code, err } = await command(['check', 'scenarios/chord-churn.yaml']);
    expect([code, err]).toEqual([2, expect.stringMatching(/rates cannot be explored/)]);
  });
});

describe('what hunting has found and was mended stays mended', () => {
  const found = new URL('./found/', import.meta.url);
  test.each(readdirSync(found))('%s', (name) => {
    expect(tried(said(readFileSync(new URL(name, found), 'utf8')), { systems, toTheEnd: true }).failures).toEqual([]);
  });
});
