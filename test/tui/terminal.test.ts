/** The dashboard on a real pseudo-terminal: how it comes and goes. `every-scenario.test.ts` is about what is done in between. */
import { afterEach, describe, expect, it } from 'vitest';
import type { DashboardFlags } from '../../tui/index.ts';
import { hasTmux, TmuxTerminal } from './support/tmux.ts';

if (!hasTmux) console.warn('SKIPPED: the dashboard on a real terminal. These tests need tmux: apt-get install tmux');

let terminal: TmuxTerminal | null = null;

afterEach(() => {
  terminal?.close();
  terminal = null;
});

function open(scenario: string, size: { columns: number; rows: number }, flags: object = {}, env = ''): TmuxTerminal {
  const program = `'${process.execPath}' --import tsx test/tui/support/open.ts scenarios/${scenario}.yaml`;
  terminal = new TmuxTerminal(size, `${program} '${JSON.stringify(flags)}'`, `NODE_ENV=production ${env}`);
  return terminal;
}

async function expectRestored(at: TmuxTerminal, code: number): Promise<string> {
  const screen = await at.until(new RegExp(`exit ${code}`));
  expect(screen.split('\n')[0]).toBe('before');
  expect(await at.fact('alternate_on')).toBe('0');
  expect(await at.fact('cursor_flag')).toBe('1');
  return screen;
}

const PAUSED: DashboardFlags = { paused: true };

describe.skipIf(!hasTmux)('on a terminal', () => {
  it('is laid out anew when the window changes', async () => {
    const at = open('chord-ring', { columns: 80, rows: 24 }, { at: '30s' });
    await at.until(/q quit/);
    at.resize({ columns: 130, rows: 42 });
    // A capture may fall between two writes of one frame: wait for the whole of it, then read it.
    const laidOut = (rows: number) => (screen: string) => {
      const lines = screen.split('\n');
      return /^ chord/.test(lines[0] ?? '') && (lines[rows - 1] ?? '').includes('q quit');
    };
    const large = await at.until((screen) => laidOut(42)(screen) && /Metrics/.test(screen));
    expect(Math.max(...large.split('\n').map((line) => line.length))).toBeGreaterThan(100);
    at.resize({ columns: 60, rows: 20 });
    const small = await at.until((screen) => laidOut(20)(screen) && !screen.includes('Metrics'));
    expect(Math.max(...small.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
  }, 120_000);

  it('shows no colours where none are wanted, and says the same', async () => {
    const at = open('chord-ring', { columns: 100, rows: 30 }, { at: '1m30s', colour: false });
    await at.until(/8 members|7 members/);
    expect(await at.fact('alternate_on')).toBe('1');
    at.press('q');
    await expectRestored(at, 7);
  }, 120_000);

  it('leaves the screen as it was when it is told to end', async () => {
    const at = open('chord-ring', { columns: 80, rows: 24 }, PAUSED);
    await at.until(/‖ paused/);
    await at.signal('SIGTERM');
    const screen = await expectRestored(at, 7);
    expect(screen).toContain('left by SIGTERM');
  }, 120_000);

  it('leaves the screen as it was when it is interrupted', async () => {
    const at = open('chord-ring', { columns: 80, rows: 24 }, PAUSED);
    await at.until(/‖ paused/);
    at.press('ctrl+c');
    await expectRestored(at, 7);
  }, 120_000);

  it('leaves the screen as it was when a machine breaks down, and says what broke', async () => {
    const program = `'${process.execPath}' --import tsx test/tui/support/broken.ts`;
    terminal = new TmuxTerminal({ columns: 100, rows: 30 }, program, 'NODE_ENV=production');
    const screen = await expectRestored(terminal, 1);
    expect(screen).toContain('it broke, as it should');
  }, 120_000);

  it.each([
    ['0', 'scenarios/chord-ring.yaml'],
    ['1', 'scenarios/chord-broken-invariant.yaml --set variant=correct'],
  ])(
    'by the command: exits with %s as the report does, after %s',
    async (code, args) => {
      const program = `'${process.execPath}' --import ./scripts/production.mjs --import tsx cli/main.ts`;
      terminal = new TmuxTerminal({ columns: 100, rows: 60 }, `${program} ${args} --speed max`);
      await terminal.until(/This is the end of the run/);
      terminal.press('q');
      const screen = await terminal.until(new RegExp(`exit ${code}`));
      expect(screen).toMatch(/expectations? (holds?|failed)/);
      expect(await terminal.fact('alternate_on')).toBe('0');
      expect(await terminal.fact('cursor_flag')).toBe('1');
    },
    120_000,
  );

  it('plays a script to its end', async () => {
    const keys = 'n\nwait 100ms\nat 2s\nspace\nx\nc\n6\nwait 200ms\nq\n';
    const at = open('chord-ring', { columns: 100, rows: 30 }, { script: { file: 'k.txt', text: keys } });
    const screen = await expectRestored(at, 7);
    expect(screen).toContain('left by quit');
  }, 120_000);
});
