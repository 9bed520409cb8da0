/** A lesson in the dashboard, without a terminal: where its keys lead, what its panel shows. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lessonOf } from '../../sim/recording/lesson.ts';
import { readRecording } from '../../sim/recording/read.ts';
import { rewritten } from '../../sim/recording/recorder.ts';
import { bookmarksOf } from '../../sim/recording/recording.ts';
import { keyText, LESSON_BINDINGS } from '../../tui/keys/bindings.ts';
import { pressed } from '../../tui/keys/press.ts';
import { learned, strayed } from '../../tui/model/lesson.ts';
import { beginningOf, type LessonUi } from '../../tui/model/lesson-place.ts';
import { promptFor } from '../../tui/model/prompt.ts';
import type { Ui } from '../../tui/model/ui.ts';
import type { Size } from '../../tui/screen/surface.ts';
import { teaching } from './support/desk.ts';
import { expectFrame, expectStyledFrame } from './support/golden.ts';
import { planFromText } from './support/scenarios.ts';
import { uiOf } from './support/shown.ts';
import { keysOf, sit } from './support/sitting.ts';

const FOLDER = new URL('../../scenarios/lessons/', import.meta.url);
const files = readdirSync(FOLDER).sort();
const recordingOf = (file: string) => readRecording(readFileSync(new URL(file, FOLDER)), file);
const RING = 'chord-adjacent-crash.recording';
const SIZE = { columns: 80, rows: 24 };

/** Opens a lesson, and lets it come to its first stop. */
function attend(file: string, size: Size = SIZE) {
  const recording = recordingOf(file);
  const { plan, scenario } = planFromText(recording.scenario.text, recording.scenario.file);
  const desk = teaching(recording, scenario);
  const sitting = sit(plan, { scenario, size, recordings: desk, main: 'picture' });
  sitting.session.driver.redraw();
  sitting.clock.pass(500);
  return { ...sitting, recording, stops: bookmarksOf(recording), desk };
}

/** Where the run stands. */
function place({ session }: ReturnType<typeof attend>): unknown {
  const { events, nowUs, fingerprint } = session.player.simulation;
  return { event: events, us: nowUs, fingerprint };
}

describe('the lessons that ship', () => {
  it.each(files)(
    '%s: goes from stop to stop to its end, each at its very moment, with whom it looks at selected',
    (file) => {
      const lesson = attend(file);
      const { session, clock, press, screen, stops } = lesson;
      stops.forEach((stop, index) => {
        const { event, us, fingerprint, look, ask, title } = stop;
        expect(place(lesson)).toEqual({ event, us, fingerprint });
        expect(session.ui.pace.playing).toBe(false);
        expect(session.moment().inspected?.peer.name ?? null).toBe(look);
        expect(screen()).toContain(`▸Lesson stop ${index + 1} of ${stops.length}`);
        expect(screen()).toContain(title);
        if (ask !== null) {
          press('enter');
          expect(screen()).toContain(ask.split(' ').slice(0, 3).join(' '));
        }
        press('enter');
        // Plays all the way there.
        if (index + 1 < stops.length) {
          expect(screen()).toContain(`▸Lesson to stop ${index + 2} of`);
          clock.pass(6000);
        }
      });
      expect(screen()).toContain('The end of the lesson.');
      clock.pass(1000);
      expect(session.studio?.replay).toMatchObject({ finished: true, divergence: null });
    },
  );

  it.each(files)('%s: has room for every note and question, scrolled at the most by half a page', (file) => {
    const { press, clock, screen, stops } = attend(file);
    stops.forEach((stop, index) => {
      if (index > 0) {
        press(String(index + 1));
        clock.pass(100);
      }
      expect(screen()).toMatch(/⏎ (a question|next stop|the end) {2}b back/);
      if (stop.ask !== null) press('enter');
      expect(Number(/↓ (\d+) more/.exec(screen())?.[1] ?? 0)).toBeLessThanOrEqual(8);
      press('pagedown', 'pagedown');
      const words = stop.note.trimEnd().split(/\s+/);
      // The end of the note, however its lines are broken: its last word.
      expect(screen()).toContain(words[words.length - 1]);
    });
  });
});

describe('on the way', () => {
  it('plays in some seconds, and stands exactly at the stop', () => {
    const lesson = attend(RING);
    const { session, clock, press, stops } = lesson;
    press('enter', 'enter');
    clock.pass(2000);
    const { nowUs } = session.player.simulation;
    expect(nowUs).toBeGreaterThan(stops[0].us);
    expect(nowUs).toBeLessThan(stops[1].us);
    expect(session.ui.pace.playing).toBe(true);
    clock.pass(3000);
    expect(place(lesson)).toMatchObject({ event: stops[1].event, us: stops[1].us });
    // The speed is what it was.
    expect(session.ui.pace).toMatchObject({ playing: false, speed: { kind: 'time', factor: 1 } });
  });

  it('is there at once with another enter', () => {
    const lesson = attend(RING);
    lesson.press('enter', 'enter');
    lesson.clock.pass(200);
    expect(lesson.screen()).toContain('⏎ there at once');
    lesson.press('enter');
    lesson.clock.pass(100);
    expect(place(lesson)).toMatchObject({ event: lesson.stops[1].event, us: lesson.stops[1].us });
    expect(lesson.screen()).toContain(lesson.stops[1].title);
  });

  it('can be stopped, stepped through, and gone on', () => {
    const lesson = attend(RING);
    const { session, clock, press, stops } = lesson;
    press('enter', 'enter');
    clock.pass(1000);
    press('space');
    const { events } = session.player.simulation;
    clock.pass(3000);
    expect(session.player.simulation.events).toBe(events);
    press('right');
    expect(session.player.simulation.events).toBe(events + 1);
    expect(lesson.screen()).toContain('Lesson to stop 2 of 6');
    press('space');
    clock.pass(4000);
    expect(place(lesson)).toMatchObject({ event: stops[1].event, us: stops[1].us });
  });

  it('whoever goes elsewhere is back where he was, and can go on from there', () => {
    const lesson = attend(RING);
    const { session, clock, press, screen, stops } = lesson;
    press('enter', 'enter');
    clock.pass(500);
    press('g', ...keysOf('1m'), 'enter');
    clock.pass(500);
    expect(session.player.simulation.nowUs).toBe(60_000_000);
    expect(screen()).toContain('Lesson stop 1 of 6');
    expect(screen()).toContain('Elsewhere now; 1 brings it back.');
    press('enter');
    clock.pass(500);
    expect(place(lesson)).toMatchObject({ event: stops[1].event, us: stops[1].us });
  });

  it('comes back from a branch', () => {
    const lesson = attend(RING);
    const { session, clock, press, stops } = lesson;
    press('x', 'c', 'right', 'right');
    expect(session.player.line.name).toBe('branch 1');
    press('enter', 'enter');
    clock.pass(500);
    expect(session.player.line).toBe(session.studio?.line);
    expect(place(lesson)).toMatchObject({ event: stops[1].event, us: stops[1].us });
  });
});

describe('another way', () => {
  it('goes back, and by number', () => {
    const lesson = attend(RING);
    const { clock, press, stops, session } = lesson;
    const at = (stop: number) => {
      clock.pass(100);
      expect(place(lesson)).toMatchObject({ event: stops[stop].event, us: stops[stop].us });
      expect(session.ui.lesson?.state).toEqual({ stop, phase: 'tells' });
    };
    press('4');
    at(3);
    press('b');
    at(2);
    press('enter', 'b');
    at(2);
    press('backspace');
    at(1);
    press('g', ...keysOf('stop 6'), 'enter');
    at(5);
    press('enter');
    expect(session.ui.lesson?.isOver).toBe(true);
    press('enter');
    expect(session.ui.notice?.text).toContain('The lesson is over.');
    press('b');
    at(5);
    press('9');
    expect(session.ui.notice?.text).toBe('The lesson has 6 stops.');
    press('g', ...keysOf('stop 7'), 'enter');
    expect(lesson.screen()).toContain('the lesson has 6 stops');
    press('escape', '1', 'b');
    expect(session.ui.notice?.text).toBe('This is the first stop.');
  });

  it('leaves the keys of other panels alone', () => {
    const { session, press } = attend(RING);
    press('tab', '5');
    expect(session.ui.main).toBe('inspector');
    expect(session.ui.lesson?.state.stop).toBe(0);
    press('escape');
    expect([session.ui.main, session.ui.focus]).toEqual(['picture', 'lesson']);
  });
});

describe('a lesson that is another run', () => {
  it('says so', () => {
    const recording = recordingOf(RING);
    const { plan, scenario } = planFromText(recording.scenario.text.replace('variant: described', 'variant: paper'));
    const { session, clock, screen } = sit(plan, { scenario, recordings: teaching(recording, scenario) });
    session.driver.redraw();
    clock.pass(3000);
    expect(screen()).toContain('The run differs from what was recorded');
    expect(session.studio?.replay?.divergence).not.toBeNull();
  });
});

describe('a stop before something is done at the same event', () => {
  it('shows the run before it, and plays on into it', () => {
    const { plan, scenario } = planFromText(
      'system: chord\nseed: 3\nnodes: 6\nduration: 20s\nconfig: { idBits: 8, stabilize: 1s, fixFingers: 1s }\n',
    );
    const draft = recordingOf(RING);
    const crash = { kind: 'crash', who: [{ kind: 'name', name: 'n1' }], restartAfterUs: null, guard: false } as const;
    const spot = { event: 40, us: 0, fingerprint: '' };
    const stop = { kind: 'bookmark', ...spot, note: 'Well.', ask: 'Now?', look: 'n1' } as const;
    const given = {
      ...draft,
      scenario: { file: 'a.yaml', text: scenario.text },
      moments: [
        { ...stop, title: 'Before' },
        { kind: 'injection', ...spot, label: 'crash n1', action: crash } as const,
        { ...stop, title: 'After' },
        { ...stop, title: 'Later', event: 100 },
      ],
      ended: { event: 150, us: 0, how: 'stopped', fingerprint: '' } as const,
    };
    const recording = rewritten(given, plan, 'test', 1000);
    const { session, clock, press, screen } = sit(plan, { scenario, recordings: teaching(recording, scenario) });
    session.driver.redraw();
    clock.pass(200);
    const shown = () => [session.player.simulation.fingerprint, session.moment().inspected?.peer.status];
    const [before, , after, later] = recording.moments;
    expect(shown()).toEqual([before.fingerprint, 'up']);
    press('enter', 'enter');
    clock.pass(200);
    expect(screen()).toContain('After');
    expect(shown()).toEqual([after.fingerprint, 'down']);
    press('b', '1');
    clock.pass(200);
    expect(shown()).toEqual([before.fingerprint, 'up']);
    press('3');
    clock.pass(200);
    expect(shown()).toEqual([later.fingerprint, 'down']);
    // Whoever plays on from before it sees it happen.
    press('1');
    clock.pass(200);
    press('right');
    expect(session.moment().inspected?.peer.status).toBe('down');
    expect(lessonOf(recording, '').stops).toHaveLength(3);
    // Whoever does something else there stays after that, whatever is looked at in between.
    press('1');
    clock.pass(200);
    press('s', ...keysOf('n2'), 'enter', 'x', 'c');
    const { fingerprint } = session.player.simulation;
    press('c', 'escape');
    expect(session.player.line.injections.map(({ label }) => label)).toEqual(['crash n2']);
    expect(session.player.simulation.fingerprint).toBe(fingerprint);
    expect(session.moment().inspected?.peer.status).toBe('down');
  });
});

describe('the keys of a lesson', () => {
  const lesson = lessonOf(recordingOf(RING), 'a lesson');
  const at = (changes: Partial<LessonUi> = {}): LessonUi => ({ ...beginningOf(lesson), from: null, ...changes });
  const ui = (changes: Partial<Ui> = {}) => uiOf(SIZE, { lesson: at(), focus: 'lesson', ...changes });

  it('act where its panel has the focus, and nothing is open', () => {
    expect(pressed('enter', ui())).toEqual({ type: 'named', name: 'lesson on' });
    expect(pressed('b', ui())).toEqual({ type: 'named', name: 'lesson back' });
    expect(pressed('backspace', ui())).toEqual({ type: 'named', name: 'lesson back' });
    expect(pressed('4', ui())).toEqual({ type: 'stop', stop: 3 });
    expect(pressed('space', ui())).toEqual({ type: 'named', name: 'play or pause' });
    expect(pressed('b', ui({ focus: 'log' }))).toEqual({ type: 'named', name: 'bookmark' });
    expect(pressed('4', ui({ focus: 'log' }))).toEqual({ type: 'named', name: 'show metrics' });
    expect(pressed('b', ui({ lesson: null }))).toEqual({ type: 'named', name: 'bookmark' });
    const prompt: Ui = ui({ overlay: { kind: 'prompt', prompt: promptFor('seek') } });
    expect(pressed('4', prompt)).toEqual({ type: 'typed', text: '4' });
  });

  it('are all on the page about the dashboard', () => {
    const page = readFileSync('docs/dashboard.md', 'utf8');
    const [, between = ''] = /<!-- lesson keys -->\n([\s\S]*?)\n?<!-- \/lesson keys -->/.exec(page) ?? [];
    const rows = LESSON_BINDINGS.bindings.map(
      ({ keys, help }) => `| ${keys.map((key) => `\`${keyText(key)}\``).join(' ')} | ${help} |`,
    );
    expect(between.trim()).toBe(['| key | what it does |', '| --- | --- |', ...rows].join('\n'));
  });

  it('are all in the help, in a lesson only', () => {
    const { press, screen } = attend(RING, { columns: 200, rows: 60 });
    press('?');
    for (const { help } of LESSON_BINDINGS.bindings) expect(screen()).toContain(help.slice(0, 40));
    const other = sit(planFromText(recordingOf(RING).scenario.text).plan, { size: { columns: 200, rows: 60 } });
    other.press('?');
    expect(other.screen()).not.toContain(LESSON_BINDINGS.title);
  });

  it.each([
    ['to the question', {}, 'next', { stop: 0, phase: 'asks' }, []],
    [
      'from there to the next stop',
      { state: { stop: 0, phase: 'asks' } },
      'next',
      { stop: 1, phase: 'tells' },
      [{ kind: 'go to stop', stop: 1, plays: true }],
    ],
    [
      'there at once',
      { state: { stop: 1, phase: 'tells' }, from: { stop: 0, phase: 'asks' } },
      'next',
      { stop: 1, phase: 'tells' },
      [{ kind: 'go to stop', stop: 1, plays: false }],
    ],
    [
      'to the end',
      { state: { stop: 5, phase: 'tells' } },
      'next',
      { stop: 5, phase: 'tells' },
      [{ kind: 'end lesson' }],
    ],
    ['back to the note', { state: { stop: 2, phase: 'asks' } }, 'back', { stop: 2, phase: 'tells' }, []],
    [
      'back to the stop before',
      { state: { stop: 2, phase: 'tells' } },
      'back',
      { stop: 1, phase: 'tells' },
      [{ kind: 'go to stop', stop: 1, plays: false }],
    ],
  ] as const)('lead %s', (_name, changes, kind, state, commands) => {
    const reduced = learned(ui({ lesson: at(changes) }), { kind });
    expect(reduced.commands).toEqual(commands);
    expect(reduced.ui.lesson?.state).toEqual(state);
  });

  it('lead back where one was, if one goes elsewhere', () => {
    const from = { stop: 2, phase: 'asks' } as const;
    expect(strayed(ui({ lesson: at({ state: { stop: 3, phase: 'tells' }, from }) })).lesson).toMatchObject({
      state: from,
      from: null,
    });
  });
});

describe('the panel of a lesson', () => {
  const sizes = [SIZE, { columns: 120, rows: 40 }];

  it.each(sizes)('at $columns × $rows, telling', async (size) => {
    const { session } = attend(RING, size);
    await expectFrame(session.surface(), `lesson-tells-${size.columns}x${size.rows}`);
  });

  it.each(sizes)('at $columns × $rows, asking', async (size) => {
    const { session, press, clock } = attend(RING, size);
    press('3');
    clock.pass(200);
    press('enter');
    await expectFrame(session.surface(), `lesson-asks-${size.columns}x${size.rows}`);
    await expectStyledFrame(session.surface(), `lesson-asks-${size.columns}x${size.rows}`);
  });

  it('on the way, where the run is elsewhere, at the end, in large type, and in a small window', async () => {
    const { session, press, clock } = attend(RING);
    press('enter', 'enter');
    clock.pass(1000);
    await expectFrame(session.surface(), 'lesson-way-80x24');
    press('g', ...keysOf('1m'), 'enter');
    await expectFrame(session.surface(), 'lesson-elsewhere-80x24');
    press('6');
    clock.pass(500);
    press('enter');
    clock.pass(1000);
    await expectFrame(session.surface(), 'lesson-end-80x24');
    press('2');
    clock.pass(500);
    press('L');
    await expectFrame(session.surface(), 'lesson-large-80x24');
    session.resize({ columns: 50, rows: 16 });
    await expectFrame(session.surface(), 'lesson-50x16');
  });
});
