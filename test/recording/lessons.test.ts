/** The lessons that ship: whole, with stops enough, and played from beginning to end, also on a pseudo-terminal. */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { playLesson } from '../../cli/replay/lesson.ts';
import { systems } from '../../protocols/registry.ts';
import {
  LESSON_START,
  type LessonAction,
  lessonOf,
  lessonPanel,
  lessonReducer,
  paragraphsOf,
} from '../../sim/recording/lesson.ts';
import { readRecording } from '../../sim/recording/read.ts';
import { bookmarksOf } from '../../sim/recording/recording.ts';
import { headOf } from '../../sim/scenario/head.ts';
import { planOfRecording } from './support.ts';

const FOLDER = new URL('../../scenarios/lessons/', import.meta.url);
const files = readdirSync(FOLDER).sort();
const recordingOf = (file: string) => readRecording(readFileSync(new URL(file, FOLDER)), file);

/** Answers in turn, then enter for ever. */
function reader(answers: readonly (string | null)[] = []) {
  const left = [...answers];
  const prompts: string[] = [];
  const ask = async (prompt: string) => {
    prompts.push(prompt);
    return left.length > 0 ? (left.shift() ?? null) : '';
  };
  return { ask, prompts };
}

async function played(file: string, answers: readonly (string | null)[] = []) {
  const recording = recordingOf(file);
  const { shows } = headOf(recording.scenario.text);
  const text: string[] = [];
  const plain = (each: string) => each;
  const palette = { heading: plain, good: plain, bad: plain, doubt: plain, quiet: plain };
  const keys = reader(answers);
  const page = { write: (each: string) => void text.push(each), palette, width: 80 };
  const replay = await playLesson(
    lessonOf(recording, shows ?? file),
    recording,
    planOfRecording(recording),
    keys,
    page,
  );
  return { replay, text: text.join(''), prompts: keys.prompts };
}

describe('the lessons', () => {
  test('are six, one for each system and one more on Chord', () => {
    const covered = files.map((file) => planOfRecording(recordingOf(file)).system.name).sort();
    expect(covered).toEqual([...systems.keys(), 'chord'].sort());
  });

  test.each(files)('%s: has stops with notes and questions, and shows a flaw', (file) => {
    const recording = recordingOf(file);
    const stops = bookmarksOf(recording);
    expect(stops.length).toBeGreaterThanOrEqual(5);
    for (const { title, note } of stops) expect([title !== '', note.length > 60]).toEqual([true, true]);
    expect(stops.filter(({ ask }) => ask !== null).length).toBeGreaterThanOrEqual(4);
    expect(recording.ended.how).toBe('complete');
    const plan = planOfRecording(recording);
    expect(plan.expect.some(({ requirement }) => requirement.kind === 'violated')).toBe(true);
    for (const { look } of stops) if (look !== null) expect(systems.has(look)).toBe(false);
  });

  test.each(files)('%s: goes from stop to stop to its end, as it was recorded', async (file) => {
    const { replay, text, prompts } = await played(file);
    const stops = bookmarksOf(recordingOf(file));
    expect(replay.divergence).toBeNull();
    expect(replay.finished).toBe(true);
    expect([...text.matchAll(/^Stop (\d+) of \d+: (.*)$/gm)].map(([, , title]) => title)).toEqual(
      stops.map(({ title }) => title),
    );
    expect(text).toContain('is violated');
    expect(text.endsWith('The end of the lesson.\n')).toBe(true);
    expect(prompts.length).toBe(stops.length + stops.filter(({ ask }) => ask !== null).length);
    // The process that a stop looks at is shown.
    for (const { look } of stops)
      if (look !== null) expect(text).toMatch(new RegExp(`^ {2}${look}( \\(\\w+\\))?: \\{`, 'm'));
  });

  test('can be gone back in, and left', async () => {
    const { text, replay } = await played(files[0], ['', '', 'b', 'b', 'q']);
    const headings = [...text.matchAll(/^Stop (\d+)/gm)].map(([, stop]) => Number(stop));
    expect(headings).toEqual([1, 2, 1]);
    expect(replay.finished).toBe(false);
  });

  test('can be gone about in by number', async () => {
    const { text } = await played(files[0], ['4', '2', null]);
    expect([...text.matchAll(/^Stop (\d+)/gm)].map(([, stop]) => Number(stop))).toEqual([1, 4, 2]);
  });
});

describe('the model of a lesson', () => {
  const lesson = lessonOf(recordingOf(files[0]), 'a lesson');
  const go = (...kinds: ('next' | 'back')[]) =>
    kinds.reduce((state, kind) => lessonReducer(lesson, state, { kind } as LessonAction), LESSON_START);

  test('tells first and asks then', () => {
    expect(go('next')).toEqual({ stop: 0, phase: 'tells' });
    expect(go('next', 'next')).toEqual({ stop: 0, phase: 'asks' });
    expect(go('next', 'next', 'next')).toEqual({ stop: 1, phase: 'tells' });
    expect(go('next', 'next', 'back')).toEqual({ stop: 0, phase: 'tells' });
    expect(lessonPanel(lesson, go('next'))?.question).toBeNull();
    expect(lessonPanel(lesson, go('next', 'next'))?.question).toBe(lesson.stops[0].ask);
    expect(lessonPanel(lesson, LESSON_START)).toBeNull();
  });

  test('stays where there is nothing to go to', () => {
    expect(lessonReducer(lesson, LESSON_START, { kind: 'back' })).toBe(LESSON_START);
    const last = { stop: lesson.stops.length - 1, phase: 'asks' } as const;
    expect(lessonReducer(lesson, last, { kind: 'next' })).toBe(last);
    expect(lessonReducer(lesson, last, { kind: 'goTo', stop: 99 })).toBe(last);
  });

  test('takes lines of a note for one paragraph, and empty ones for the gap between two', () => {
    expect(paragraphsOf('a\n b\n\n\nc ')).toEqual(['a b', 'c']);
  });
});

const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
if (!hasScript) console.warn('SKIPPED: lessons on a pseudo-terminal. These tests need script (util-linux)');

describe.skipIf(!hasScript)('on a pseudo-terminal', () => {
  test.concurrent.each(files)('%s', { timeout: 60_000 }, async (file) => {
    const command = `'${process.execPath}' --import tsx cli/main.ts replay --no-tui --lesson scenarios/lessons/${file}`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm', COLUMNS: '100' },
    });
    let screen = '';
    let pressed = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      // One enter for each prompt, as a reader would.
      const prompts = screen.split('[q] quit > ').length - 1;
      for (; pressed < prompts; pressed++) child.stdin.write('\r');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    const stops = bookmarksOf(recordingOf(file));
    expect(code).toBe(0);
    stops.forEach(({ title }, index) => {
      expect(screen).toContain(`Stop ${index + 1} of ${stops.length}: ${title}`);
    });
    expect(screen).toContain('The end of the lesson.');
    expect(pressed).toBe(stops.length + stops.filter(({ ask }) => ask !== null).length);
  });
});
