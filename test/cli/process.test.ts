/** The command as a process of its own: what only a process has. The rest is tested in this process. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;
const NODE = [process.execPath, '--import', './scripts/production.mjs', '--import', 'tsx', 'cli/main.ts'];

const folder = mkdtempSync(join(tmpdir(), 'peerscope-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A ring that runs for as long as one likes. */
function scenario(name: string, duration: string): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    `# Shows: a small ring.
system: chord
seed: 1
nodes: 16
duration: ${duration}
config: { idBits: 16 }
workload: [ { lookup: { rate: 5/s } } ]
expect: [ { ideal ring: always } ]
`,
  );
  return path;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Without what vitest and npm put into the environment. */
function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|FORCE_COLOR|NODE_OPTIONS|VITEST|INIT_CWD)/i.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

function run(
  command: readonly string[],
  during: (child: ReturnType<typeof spawn>) => unknown = () => {},
  env = environment(),
): Promise<Ended> {
  const child = spawn(command[0], command.slice(1), { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  during(child);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}

describe('as a process', () => {
  it('prints JSON and nothing else on standard output, progress on standard error, and returns 0', async () => {
    const { code, out, err } = await run([...NODE, scenario('ring.yaml', '1m'), '--json']);
    expect(JSON.parse(out)).toMatchObject({ result: 'passed', run: { ending: 'complete', reachedUs: 60_000_000 } });
    expect(err).toMatch(/^1m of virtual time in [\d.]+ m?s: [\d,]+ events, [\d,]+\/s\n$/);
    expect(code).toBe(0);
  });

  it('returns 1 when an expectation failed', async () => {
    const crash = 'faults=[{ at: 10s, crash: n3 }]';
    const { code, out } = await run([...NODE, scenario('cut.yaml', '20s'), '--quiet', '--set', crash]);
    expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([
      1,
      expect.stringMatching(/^0 of 1 expectations hold, 1 failed\./),
    ]);
  });

  it('returns 2 for a wrong input, without a stack', async () => {
    const { code, out, err } = await run([...NODE, join(folder, 'nowhere.yaml')]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/nowhere\.yaml: there is no such file\n {2}hint: /);
    expect(err).not.toContain('    at ');
  });

  it('ends in good order at Ctrl-C: a report so far, and 130', async () => {
    const trace = join(folder, 'long.ndjson');
    const command = [...NODE, scenario('long.yaml', '1000h'), '--quiet', '--trace', trace];
    const { code, signal, out } = await run(command, async (child) => {
      // Lines in the trace show that the run has begun, and that it listens.
      while ((statSync(trace, { throwIfNoEntry: false })?.size ?? 0) === 0) await setTimeout(20);
      child.kill('SIGINT');
    });
    expect([code, signal]).toEqual([130, null]);
    expect(out).toMatch(/^interrupted at \S+ of 1000h0m/m);
    expect(out).toContain('OPEN    ideal ring: always');
    expect(readFileSync(trace, 'utf8')).toMatch(/\n\{"type":"end",.*"complete":false,.*\}\n$/);
  });

  it('is quiet when its reader has seen enough', async () => {
    const script = `${NODE.map((word) => `'${word}'`).join(' ')} schema | head -c 10`;
    const { code, out, err } = await run(['sh', '-c', script]);
    expect([code, out.length, err]).toEqual([0, 10, '']);
  });

  it.skipIf(!existsSync('/dev/full'))('says in one line that its output cannot be written', async () => {
    const script = `${NODE.map((word) => `'${word}'`).join(' ')} schema > /dev/full`;
    const { code, err } = await run(['sh', '-c', script]);
    expect([code, err]).toEqual([2, 'the output cannot be written: no space left on the device\n']);
  });

  it('notices what npm keeps for itself', async () => {
    const { code, out, err } = await run(['npm', 'run', '--silent', 'sim', scenario('npm.yaml', '1m'), '--seed', '3']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('npm took --seed for an option of its own');
    expect(err).toMatch(/npm run sim -- \S+npm\.yaml --seed 3/);
  });
});
