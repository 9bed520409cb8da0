/** `verify` and `diff`: two runs that should be one, and two that should not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Shell } from '../../cli/shell.ts';
import { verify } from '../../cli/verify/verify.ts';
import { Lockstep, ofPlan } from '../../sim/explore/lockstep.ts';
import { trackOf, trackParting } from '../../sim/explore/track.ts';
import type { System } from '../../sim/index.ts';
import { systems as planted } from './planted.ts';
import { CHORD, GOSSIP, planFrom } from './support.ts';

const PLANTED = fileURLToPath(new URL('./planted.ts', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-verify-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The command on one scenario file. */
async function verified(text: string, systems: ReadonlyMap<string, System>, options: object = {}, registry?: string) {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, text);
  const out: string[] = [];
  const sink = { write: (line: string) => void out.push(line), isTerminal: false, columns: 80 };
  const shell: Shell = {
    out: sink,
    err: sink,
    env: {},
    systems: async () => systems,
    nowMs: () => 0,
    turn: async () => {},
    terminal: null,
    onSignal: () => () => {},
  };
  const code = await verify([file], { seeds: '1', color: false, ...options }, shell, registry);
  return { code, out: out.join('').replaceAll(file, 'scenario.yaml') };
}

const scenarioOf = (system: string) => GOSSIP.replace('system: gossip', `system: ${system}`);

describe('verify', () => {
  test('finds nothing in a run that hangs on scenario and seed alone', async () => {
    const { code, out } = await verified(scenarioOf('honest'), planted, { seeds: '3' }, PLANTED);
    expect(out).toMatch(
      /^scenario\.yaml {2}3 seeds, [\d,]+ events: same\n1 scenario, 3 seeds, three runs of each: no difference\.\n$/,
    );
    expect(code).toBe(0);
  });

  test('names the event at which a counter of a module shows', async () => {
    const { code, out } = await verified(scenarioOf('counting'), planted, {}, PLANTED);
    expect(code).toBe(3);
    expect(out).toMatch(/DIFFERENT with seed 7/);
    expect(out).toMatch(
      /two runs in this process, side by side, differ\n {2}up to event \d+ both agree\n {4}one run: {7}event \d+/,
    );
    const [, agreed, one, other] =
      /up to event (\d+) both agree\n.*one run: +event (\d+), .*\n.*the other run: event (\d+), /.exec(out) ?? [];
    expect([Number(one), Number(other)]).toEqual([Number(agreed) + 1, Number(agreed) + 1]);
    // The planted timer took a sequence number that the other run gave to this very event.
    const [left, right] = [...out.matchAll(/\(sequence (\d+), scheduled by \d+\)/g)].map(([, sequence]) =>
      Number(sequence),
    );
    expect(Math.abs(left - right)).toBe(1);
  });

  test('names the event at which a fresh process goes another way', async () => {
    const { code, out } = await verified(scenarioOf('personal'), planted, {}, PLANTED);
    expect(code).toBe(3);
    const [, agreed, differs] = /up to event (\d+) both agree\n +event (\d+) is the first that differs/.exec(out) ?? [];
    expect(Number(differs)).toBe(Number(agreed) + 1);
    expect(out).toMatch(/at 2[01][.\d]*s \(\d+ us\)/);
  });
});

describe('lockstep', () => {
  test('of the same plan goes to the end of both', () => {
    const lockstep = new Lockstep(ofPlan(planFrom(CHORD)), ofPlan(planFrom(CHORD)));
    lockstep.play();
    expect(lockstep.parted).toBe(false);
    expect(lockstep.left.simulation.finished).toBe(true);
    expect(lockstep.agreed).toBe(lockstep.left.simulation.events);
  });

  test('parts at the first event that another setting changes, and not before', () => {
    // From the crash of n2 on the two are different scenarios.
    const other = GOSSIP.replace('at: 30s, crash: { nodes: n2', 'at: 30s, crash: { nodes: n3');
    const lockstep = new Lockstep(ofPlan(planFrom(GOSSIP)), ofPlan(planFrom(other)));
    lockstep.play();
    expect(lockstep.parted).toBe(true);
    expect(lockstep.left.simulation.nowUs).toBeGreaterThanOrEqual(30_000_000);
    expect(lockstep.left.simulation.nowUs).toBeLessThan(31_000_000);
    expect(lockstep.left.last).not.toEqual(lockstep.right.last);
  });

  test('leaves tracks that agree with those of a run alone', () => {
    const lockstep = new Lockstep(ofPlan(planFrom(CHORD)), ofPlan(planFrom(CHORD)));
    lockstep.play();
    const { events, nowUs: us, fingerprint } = lockstep.left.simulation;
    const alone = trackOf(planFrom(CHORD));
    expect(alone).toEqual({ events, us, fingerprint, trail: lockstep.checks });
    expect(trackParting(alone, alone)).toBeNull();
    const other = trackOf(planFrom(CHORD, [], '4'));
    expect(trackParting(alone, other)?.agreed).toBeLessThan(20);
  });
});
