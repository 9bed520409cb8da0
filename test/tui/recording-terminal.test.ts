/** Recording, replaying and teaching in the dashboard on a real pseudo-terminal, by the command itself. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealed, unsealed } from '../../sim/recording/digest.ts';
import { readRecording } from '../../sim/recording/read.ts';
import { type Bookmark, bookmarksOf, injectionsOf, type Recording } from '../../sim/recording/recording.ts';
import { hasTmux, TmuxTerminal } from './support/tmux.ts';

if (!hasTmux) console.warn('SKIPPED: recordings on a real terminal. These tests need tmux: apt-get install tmux');

const PROGRAM = [process.execPath, '--import', './scripts/production.mjs', '--import', 'tsx', 'cli/main.ts'];
const SMALL = { columns: 80, rows: 24 };
const MIDDLE = { columns: 120, rows: 40 };

let folder = '';
const at = (name: string) => join(folder, name);
const recordingAt = (path: string): Recording => readRecording(readFileSync(path), path);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-recorded-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command on a terminal, until the test is over with it. */
async function onTerminal(args: string, size: typeof SMALL, use: (at: TmuxTerminal) => Promise<void>): Promise<void> {
  const terminal = new TmuxTerminal(size, `${PROGRAM.map((part) => `'${part}'`).join(' ')} ${args}`);
  try {
    await use(terminal);
  } finally {
    terminal.close();
  }
}

/** What is said after it was left, with that exit code, on the screen that was there before. */
async function whenLeft(terminal: TmuxTerminal, code: number): Promise<string> {
  const screen = await terminal.until(new RegExp(`^exit ${code}$`, 'm'));
  expect([await terminal.fact('alternate_on'), await terminal.fact('cursor_flag')]).toEqual(['0', '1']);
  // Lines are broken where the terminal ends.
  return screen.replace(/\n/g, '');
}

function replayedHeadless(path: string) {
  const [program, ...args] = PROGRAM;
  return spawnSync(program, [...args, 'replay', path, '--quiet'], { encoding: 'utf8' });
}

const text = (said: string): readonly string[] =>
  [...said].map((character) => (character === ' ' ? 'space' : character));

/** Whether the notice at the bottom, or the top, says all that. */
const says =
  (...parts: readonly (string | RegExp)[]) =>
  (screen: string) =>
    parts.every((part) => (typeof part === 'string' ? screen.includes(part) : part.test(screen)));

describe.skipIf(!hasTmux)('on a terminal', () => {
  it('a run is recorded with two injections and three bookmarks; it replays in a fresh process, and in the dashboard', async () => {
    const path = at('a.recording');
    await onTerminal(`scenarios/chord-ring.yaml --paused --record ${path}`, MIDDLE, async (terminal) => {
      await terminal.until(says('‖ paused', '● rec', 'q quit'));
      terminal.press('g', ...text('10s'), 'enter');
      await terminal.until(says('00:10.000000', '#41'));
      terminal.press('b', ...text('Before | All is well. | What if n1 crashes?'), 'enter');
      await terminal.until(says('Bookmark: Before'));
      terminal.press('s', ...text('n1'), 'enter', 'x', 'c');
      await terminal.until(says('branch 1: crash n1.', ' branch 1 '));
      terminal.press('b', ...text('After | It is gone.'), 'enter');
      await terminal.until(says('Bookmark: After'));
      terminal.press('g', ...text('20s'), 'enter');
      await terminal.until(says('00:20.000000', '#118'));
      terminal.press('s', ...text('n7'), 'enter', 'x', 'i');
      await terminal.until(says('branch 1: isolate n7, too.'));
      terminal.press('g', ...text('30s'), 'enter');
      await terminal.until(says('00:30.000000'));
      terminal.press('b', ...text('End | That was it.'), 'enter');
      await terminal.until(says('Bookmark: End'));
      terminal.press('6');
      const screen = await terminal.until(says(/fingerprint [0-9a-f]{16} after #\d+/));
      const shown = /fingerprint ([0-9a-f]{16})/.exec(screen)?.[1] ?? '';
      terminal.press('q');
      const said = await whenLeft(terminal, 0);
      expect(said).toContain('2 injections, 3 bookmarks');
      expect(said).toContain(`fingerprint ${shown}`);
      const recording = recordingAt(path);
      expect(recording.ended).toMatchObject({ us: 30_000_000, how: 'stopped', fingerprint: shown });
      expect(injectionsOf(recording).map(({ label }) => label)).toEqual(['crash n1', 'isolate n7']);
      expect(bookmarksOf(recording).map(({ title, note, look }) => [title, note, look])).toEqual([
        ['Before', 'All is well.', null],
        ['After', 'It is gone.', 'n1'],
        ['End', 'That was it.', 'n7'],
      ]);
      const fresh = replayedHeadless(path);
      expect([fresh.status, fresh.stderr]).toEqual([0, '']);
      expect(fresh.stdout).toContain(`fingerprint ${shown}`);
    });
    await onTerminal(`replay ${path} --speed max`, SMALL, async (terminal) => {
      await terminal.until(says(/The same run as was recorded: all \d+ fingerprints/, ' recording ', '00:30.000000'));
      terminal.press('q');
      const said = await whenLeft(terminal, 0);
      expect(said).toContain(`The same run: ${recordingAt(path).ended.event} events to 30s`);
    });
  }, 120_000);

  it('a recording that was changed is said to differ, where, and the command exits 3', async () => {
    const path = at('changed.recording');
    const original = readFileSync('scenarios/lessons/gossip-zombie.recording', 'utf8');
    const changed = original.replace(/^( +)seed: 3$/m, '$1seed: 4');
    expect(changed).not.toBe(original);
    writeFileSync(path, sealed(unsealed(changed)));
    const fresh = replayedHeadless(path);
    expect(fresh.status).toBe(3);
    const [, first, expected, found] =
      /event (\d+) is the first that differs: expected (\w+), found (\w+)/.exec(fresh.stderr) ?? [];
    await onTerminal(`replay ${path}`, SMALL, async (terminal) => {
      await terminal.until(
        says(
          'The run differs from what was recorded',
          `event ${first} is the first that differs: expected ${expected}, found ${found}`,
          '✗ differs',
          '‖ paused',
        ),
      );
      terminal.press('escape');
      await terminal.until((screen) => screen.includes('✗ differs') && !screen.includes('is the first that differs'));
      terminal.press('q');
      const said = await whenLeft(terminal, 3);
      expect(said).toContain(`event ${first} is the first that differs`);
    });
  }, 120_000);

  it.concurrent.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 143],
  ])(
    '%s leaves a valid recording of what was done',
    async (signal, code) => {
      const path = at(`${signal}.recording`);
      await onTerminal(`scenarios/chord-ring.yaml --paused --record ${path}`, SMALL, async (terminal) => {
        await terminal.until(says('‖ paused', '● rec', 'q quit'));
        terminal.press('g', ...text('10s'), 'enter');
        await terminal.until(says('00:10.000000'));
        terminal.press('s', ...text('n1'), 'enter', 'x', 'c');
        await terminal.until(says('branch 1: crash n1.'));
        terminal.press('f');
        await terminal.until((screen) => !screen.includes('00:10.000000'));
        terminal.signal(signal);
        await whenLeft(terminal, code);
      });
      const recording = recordingAt(path);
      expect(recording.ended.how).toBe('interrupted');
      expect(injectionsOf(recording).map(({ label }) => label)).toEqual(['crash n1']);
      expect(recording.ended.us).toBeGreaterThan(10_000_000);
      expect(replayedHeadless(path).status).toBe(0);
    },
    120_000,
  );

  it('a place that cannot be written is told before anything is shown, with exit code 2', async () => {
    await onTerminal(`scenarios/chord-ring.yaml --record ${at('none')}/a.recording`, SMALL, async (terminal) => {
      const said = await whenLeft(terminal, 2);
      expect(said).toContain('the recording cannot be written: there is no such folder');
    });
  }, 120_000);
});

const LESSONS = 'scenarios/lessons';

/** The first words of a text, as far as they stand in one line whatever the width. */
const opening = (said: string) => said.split(/\s+/).slice(0, 3).join(' ');

describe.skipIf(!hasTmux)('a lesson on a terminal', () => {
  const files = readdirSync(LESSONS).sort();

  it.concurrent.each(files.map((file, index) => [file, index % 2 === 0 ? SMALL : MIDDLE] as const))(
    '%s goes from its first stop to its end',
    async (file, size) => {
      const stops = bookmarksOf(recordingAt(`${LESSONS}/${file}`));
      await onTerminal(`replay --lesson ${LESSONS}/${file}`, size, async (terminal) => {
        for (const [index, stop] of stops.entries()) await throughStop(terminal, stop, index, stops.length);
        await terminal.until(says('Lesson the end', 'The end of the lesson.', /All \d+ fingerprints of the/));
        terminal.press('q');
        expect(await whenLeft(terminal, 0)).toContain('The same run: ');
      });
    },
    120_000,
  );
});

/** Reads what the stop tells, lets it ask, and sets out for the next one: at once if the way there is still being played. */
async function throughStop(terminal: TmuxTerminal, stop: Bookmark, index: number, count: number): Promise<void> {
  const here = `▸Lesson stop ${index + 1} of ${count}`;
  const told = says(here, stop.title, ...(stop.look === null ? [] : [stop.look]), /⏎ (a question|next stop|the end)/);
  const first = await terminal.until((screen) => told(screen) && screen.includes('q quit'));
  const asked = stop.ask === null ? told : says(here, opening(stop.ask), /⏎ (next stop|the end)/);
  if (!asked(first)) {
    terminal.press('enter');
    await terminal.until(asked);
  }
  terminal.press('enter');
  if (index + 1 === count) return;
  const there = `▸Lesson stop ${index + 2} of ${count}`;
  const screen = await terminal.until((each) => each.includes('there at once') || each.includes(there));
  // An enter that comes when the run is there already lets the stop ask its question.
  if (!screen.includes(there)) terminal.press('enter');
}
