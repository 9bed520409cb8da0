/** Recording and playing recordings in the dashboard, without a terminal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../sim/index.ts';
import { bookmarksOf, injectionsOf, type Recording } from '../../sim/recording/recording.ts';
import { Replay } from '../../sim/recording/replay.ts';
import { deskWith, playing, type TestDesk } from './support/desk.ts';
import { expectFrame, expectStyledFrame } from './support/golden.ts';
import { livelyPlan, quietPlan } from './support/plans.ts';
import { planFromText } from './support/scenarios.ts';
import { keysOf, type Sitting, sit } from './support/sitting.ts';
import { WHAT_IFS, type WhatIf } from './support/what-ifs.ts';

const FILE = 'a.recording';

/** Plays a recording by itself, as `replay --no-tui` does. */
function replayed(recording: Recording, plan: Plan): Replay {
  const replay = new Replay(recording, plan);
  while (!replay.finished) replay.play();
  return replay;
}

function to(time: string): readonly string[] {
  return ['g', ...keysOf(time), 'enter'];
}

function bookmark(said: string): readonly string[] {
  return ['b', ...keysOf(said), 'enter'];
}

/** A sitting that is recorded from its beginning. */
function recorded(plan: Plan, changes: Parameters<typeof sit>[1] = {}): Sitting & { readonly desk: TestDesk } {
  const desk = deskWith({ record: FILE, ...(changes.scenario === undefined ? {} : { scenario: changes.scenario }) });
  return { ...sit(plan, { recordings: desk, ...changes }), desk };
}

/** Leaves the sitting; what was recorded. */
function left({ session }: Sitting): Recording {
  const recording = session.studio?.finish('stopped') ?? null;
  if (recording === null) throw new Error('nothing was recorded');
  return recording;
}

/** Presses a key until that is said. */
function pressUntil({ session, press }: Sitting, key: string, notice: string): void {
  for (let i = 0; i < 100; i++) {
    press(key);
    if (session.ui.notice?.text.split(' ✓')[0] === notice) return;
  }
  throw new Error(`${key} never came to ${notice}`);
}

/** Two things are done and three said, one of them before anything is done at the same event. */
const STORY = [
  ...to('1s'),
  ...bookmark('Before | All is well. | What if n1 crashes?'),
  ...['s', ...keysOf('n1'), 'enter', 'x', 'c'],
  ...bookmark('After | It is gone.'),
  ...to('2s'),
  ...['s', ...keysOf('n3'), 'enter', 'x', 'k', 'ctrl+u', ...keysOf('n4'), 'enter'],
  ...to('3500ms'),
  ...bookmark('End'),
];

describe('a sitting that is recorded', () => {
  it('leaves the branch that is looked at, with all that was done and said, which plays to the same moment', () => {
    const sitting = recorded(quietPlan());
    sitting.press(...STORY);
    const { simulation } = sitting.session.player;
    const shown = [simulation.events, simulation.nowUs, simulation.fingerprint];
    const { ended, moments } = left(sitting);
    expect([ended.event, ended.us, ended.fingerprint]).toEqual(shown);
    expect(ended.how).toBe('stopped');
    expect(
      moments.map((moment) =>
        moment.kind === 'injection' ? moment.label : [moment.title, moment.note, moment.ask, moment.look],
      ),
    ).toEqual([
      ['Before', 'All is well.', 'What if n1 crashes?', null],
      'crash n1',
      ['After', 'It is gone.', null, 'n1'],
      'partition n3 from n4',
      ['End', '', null, 'n3'],
    ]);
    const replay = replayed(sitting.desk.read(FILE), quietPlan());
    expect(replay.divergence).toBeNull();
    expect(replay.simulation.fingerprint).toBe(ended.fingerprint);
  });

  it('records what was seen of the branch, also what lies ahead of where it is left', () => {
    const sitting = recorded(quietPlan());
    sitting.press(...STORY, ...to('1500ms'));
    const { ended, moments } = left(sitting);
    expect(moments).toHaveLength(5);
    expect(ended.us).toBeGreaterThanOrEqual(3_400_000);
    sitting.press();
    expect(replayed(sitting.desk.read(FILE), quietPlan()).divergence).toBeNull();
  });

  it('records the trunk where the trunk is looked at', () => {
    const sitting = recorded(quietPlan());
    sitting.press(...STORY, 't');
    const { moments } = left(sitting);
    expect(moments.map((moment) => (moment.kind === 'bookmark' ? moment.title : moment.label))).toEqual(['Before']);
  });

  it('says that the run was played to its end', () => {
    const sitting = recorded(quietPlan());
    sitting.press('end');
    expect(left(sitting).ended).toMatchObject({ us: 10_000_000, how: 'complete' });
  });

  it('has a valid recording in its file at every moment', () => {
    const sitting = recorded(livelyPlan());
    const { desk, clock } = sitting;
    for (const keys of [to('1s'), bookmark('a'), ['n', 'x', 'c'], to('5s'), ['x', 'j'], ['t'], to('6s'), ['space']]) {
      sitting.press(...keys);
      clock.pass(3000);
      const recording = desk.read(FILE);
      expect(replayed(recording, livelyPlan()).divergence).toBeNull();
      expect(recording.ended.how).toBe('unfinished');
      if (keys.includes('x')) expect(injectionsOf(recording).length).toBeGreaterThan(0);
    }
  });

  it('writes at once what was done or said', () => {
    const sitting = recorded(quietPlan());
    sitting.press(...to('1s'), 'n', 'x', 'c');
    sitting.clock.pass(100);
    expect(injectionsOf(sitting.desk.read(FILE))).toHaveLength(1);
    sitting.press(...bookmark('here'));
    sitting.clock.pass(100);
    expect(bookmarksOf(sitting.desk.read(FILE))).toHaveLength(1);
  });

  it('does nothing at all while nothing moves', () => {
    const sitting = recorded(quietPlan());
    sitting.press(...to('1s'));
    sitting.clock.pass(5000);
    expect(sitting.clock.isIdle).toBe(true);
  });

  it('is left with the event before a machine broke', () => {
    const { system } = quietPlan();
    const { node } = system.roles;
    let steps = 0;
    const machine: typeof node.machine = {
      ...node.machine,
      // After so many steps in each of the runs, that which is shown and that which is recorded.
      handle(state, input, context) {
        if (input.kind === 'operation' && context.nowUs > 2_000_000) throw new Error('it broke, as it should');
        steps++;
        return node.machine.handle(state, input, context);
      },
    };
    const broken: Plan = { ...quietPlan(), system: { ...system, roles: { node: { ...node, machine } } } };
    let failure: unknown = null;
    const sitting = recorded(broken, {
      fail: (error) => {
        failure = error;
      },
    });
    sitting.press(...to('1s'), ...bookmark('a'), 'space');
    sitting.clock.pass(9000);
    expect(String(failure)).toContain('it broke, as it should');
    const recording = sitting.session.studio?.finish('broken');
    expect(recording?.ended.how).toBe('broken');
    expect(bookmarksOf(sitting.desk.read(FILE))).toHaveLength(1);
    const replay = replayed(sitting.desk.read(FILE), broken);
    expect(replay.divergence).toBeNull();
    expect(() => replay.simulation.step()).toThrow('it broke, as it should');
    expect(steps).toBeGreaterThan(0);
  });
});

describe('every what if', () => {
  const TEXT = `# Shows: a small ring.
system: chord
seed: 3
duration: 8s
nodes: 8
config: { idBits: 8, stabilize: 1s, fixFingers: 1s }
workload:
  - lookup: { rate: 2/s }
script:
  - { at: 1s, crash: n1 }
`;

  it.each<WhatIf>([...WHAT_IFS, ['pause and resume', ['n', 'x', 'z', '>', 'x', 'z']]])(
    '%s: is recorded, plays by itself and in the dashboard to the same fingerprint, and is saved as a scenario',
    (_name, keys) => {
      const { plan, scenario } = planFromText(TEXT);
      const sitting = recorded(plan, { scenario });
      sitting.press(...to('2.5s'), ...keys);
      const done = sitting.session.player.line.injections.length;
      expect(done).toBeGreaterThan(0);
      sitting.press('end');
      const { fingerprint } = sitting.session.player.simulation;
      left(sitting);
      const recording = sitting.desk.read(FILE);
      expect(injectionsOf(recording)).toHaveLength(done);
      expect(replayed(recording, plan).simulation.fingerprint).toBe(fingerprint);
      const again = sit(plan, { scenario, recordings: playing(recording, scenario) });
      again.press('end');
      again.clock.pass(2000);
      expect(again.session.player.simulation.fingerprint).toBe(fingerprint);
      expect(again.session.ui.notice?.text).toMatch(/The same run as was recorded: all \d+ fingerprints agree/);
      again.press('w', 'ctrl+u', ...keysOf('b.yaml'), 'enter');
      const saved = sit(planFromText(again.written.get('b.yaml') ?? '').plan);
      saved.press('end');
      expect(saved.session.player.simulation.fingerprint).toBe(fingerprint);
    },
  );
});

describe('whatever is done', () => {
  const name = fc.integer({ min: 0, max: 5 }).map((n) => `n${n}`);
  const selected = (...keys: readonly string[]) =>
    name.map((who) => ['s', ...keysOf(who), 'enter', 'x', ...keys, 'escape']);
  const deed = fc.oneof(
    fc.integer({ min: 100, max: 9000 }).map((ms) => to(`${ms}ms`)),
    fc.constantFrom(
      ['right'],
      ['left'],
      ['>'],
      ['<'],
      ['t'],
      ['end'],
      ['x', 'j'],
      ['x', 'h'],
      ['m', 'x', 'm', 'escape'],
    ),
    selected('c'),
    selected('r'),
    selected('z'),
    selected('i'),
    selected('l'),
    fc
      .tuple(name, name)
      .map(([a, b]) => ['s', ...keysOf(a), 'enter', 'x', 'k', 'ctrl+u', ...keysOf(b), 'enter', 'escape']),
    fc.string({ maxLength: 12 }).map((said) => ['b', ...keysOf(said), 'enter']),
    fc.constant(['space', 'pass', 'space']),
  );

  it('the recording plays to the fingerprint that was shown, by itself and in the dashboard', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 3, maxLength: 14 }), fc.nat(50), (deeds, seed) => {
        const plan = livelyPlan(seed);
        const sitting = recorded(plan);
        const { session, clock } = sitting;
        for (const key of deeds.flat()) {
          if (key === 'pass') clock.pass(700);
          else sitting.press(key);
        }
        // To the last moment of the line, which is where the recording ends.
        session.driver.stop();
        session.player.goToFrontier(session.player.line);
        session.player.arrive();
        const { events, fingerprint } = session.player.simulation;
        const { length } = session.player.line.injections;
        left(sitting);
        const recording = sitting.desk.read(FILE);
        expect([recording.ended.event, recording.ended.fingerprint]).toEqual([events, fingerprint]);
        expect(injectionsOf(recording)).toHaveLength(length);
        expect(replayed(recording, plan).divergence).toBeNull();
        const again = sit(plan, { recordings: playing(recording) });
        again.press('end');
        again.clock.pass(3000);
        const { simulation } = again.session.player;
        expect([simulation.events, simulation.fingerprint]).toEqual([events, fingerprint]);
        expect(again.session.studio?.replay).toMatchObject({ finished: true, divergence: null });
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});

describe('R', () => {
  it('records the branch that is looked at from its beginning, under a name that is free', () => {
    const desk = deskWith();
    const sitting = sit(quietPlan(), { recordings: desk });
    desk.files.set('relay-branch-1.recording', 'of somebody else');
    sitting.press(...STORY, 'R', 'enter');
    expect(sitting.session.ui.notice?.text).toBe('Recording the branch 1 into relay-branch-1-2.recording.');
    expect(sitting.screen()).toMatch(/● rec {3}branch 1 /);
    sitting.press('>');
    const { fingerprint } = sitting.session.player.simulation;
    left(sitting);
    expect(desk.files.get('relay-branch-1.recording')).toBe('of somebody else');
    expect(desk.read('relay-branch-1-2.recording').ended.fingerprint).toBe(fingerprint);
    expect(desk.read('relay-branch-1-2.recording').moments).toHaveLength(5);
  });

  it('takes the place of a file that is there only if it is told so twice', () => {
    const desk = deskWith();
    const { session, press, screen } = sit(quietPlan(), { recordings: desk });
    desk.files.set('mine.txt', 'precious');
    press('R', 'ctrl+u', ...keysOf('mine.txt'), 'enter');
    expect(screen()).toContain('mine.txt is there already; ⏎ once more writes over it');
    press('escape', 'R', 'ctrl+u', ...keysOf('mine.txt'), 'enter', 'backspace', 'enter');
    expect(desk.files.get('mine.txt')).toBe('precious');
    expect(session.ui.notice?.text).toContain('mine.tx.');
    press('R', 'ctrl+u', ...keysOf('mine.txt'), 'enter', 'enter');
    expect(desk.read('mine.txt').ended.how).toBe('unfinished');
  });

  it('says where it cannot be written, at once and later', () => {
    const desk = deskWith();
    const sitting = sit(quietPlan(), { recordings: desk });
    desk.refuse('no space left on the device');
    sitting.press('R', 'enter');
    expect(sitting.screen()).toContain('relay.recording: no space left on the device');
    expect(sitting.session.studio?.path).toBeNull();
    desk.refuse(null);
    sitting.press('escape', 'R', 'enter');
    expect(sitting.screen()).toContain('● rec');
    desk.refuse('no space left on the device');
    sitting.press(...to('1s'), 'n', 'x', 'c');
    sitting.clock.pass(100);
    expect(sitting.session.ui.notice?.text).toBe('Not recorded: relay.recording: no space left on the device');
    expect(sitting.screen()).toContain('✗ not recorded');
    desk.refuse(null);
    sitting.clock.pass(3000);
    expect(sitting.screen()).toContain('● rec');
    expect(injectionsOf(desk.read('relay.recording'))).toHaveLength(1);
  });

  it('goes on in another file', () => {
    const desk = deskWith({ record: FILE });
    const sitting = sit(quietPlan(), { recordings: desk });
    sitting.press(...to('1s'), 'R', 'ctrl+u', ...keysOf('b.recording'), 'enter', ...to('2s'));
    left(sitting);
    expect(desk.read(FILE).ended).toMatchObject({ us: 1_000_000, how: 'stopped' });
    expect(desk.read('b.recording').ended.us).toBe(2_000_000);
  });

  it('is refused where nothing can be recorded', () => {
    const { press, screen } = sit(quietPlan());
    press('R', ...keysOf('a'), 'enter');
    expect(screen()).toContain('nothing can be recorded here');
  });
});

describe('a recording that is played', () => {
  const recording = (() => {
    const sitting = recorded(quietPlan());
    sitting.press(...STORY);
    return left(sitting);
  })();
  const open = (changes: Parameters<typeof sit>[1] = {}, plan = quietPlan()) => {
    const sitting = sit(plan, { recordings: playing(recording), ...changes });
    sitting.session.driver.redraw();
    return sitting;
  };

  it('plays to where it ends, stands there, and can be played on', () => {
    const { session, clock, press } = open({ playing: true, speed: { kind: 'max' } });
    clock.pass(1000);
    const { simulation } = session.player;
    expect([simulation.events, simulation.fingerprint]).toEqual([recording.ended.event, recording.ended.fingerprint]);
    expect(simulation.nowUs).toBe(recording.ended.us);
    expect(session.ui.pace.playing).toBe(false);
    expect(session.ui.notice?.text).toMatch(/The same run as was recorded: all \d+ fingerprints agree\./);
    press('space');
    clock.pass(3000);
    expect(simulation.finished).toBe(true);
    expect(session.player.line.name).toBe('recording');
  });

  it('has its bookmarks for markers, each with what was done by then', () => {
    const sitting = open();
    const { session, press, screen } = sitting;
    const found: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      pressUntil(sitting, '}', ['Before', 'After', 'End'][i]);
      const { events, nowUs, fingerprint, injections } = session.player.simulation;
      found.push([events, nowUs, fingerprint, injections.length]);
    }
    const [before, after, end] = bookmarksOf(recording);
    expect(found).toEqual([
      [before.event, before.us, before.fingerprint, 0],
      [after.event, after.us, after.fingerprint, 1],
      [end.event, end.us, end.fingerprint, 2],
    ]);
    expect(screen()).toContain('⚑');
    expect(session.ui.notice?.text).toMatch(/^End ✓ all \d+ fingerprints agree$/);
    // Back past both things that were done.
    pressUntil(sitting, '{', 'Before');
    expect(session.player.simulation.injections).toHaveLength(0);
    expect(session.player.simulation.fingerprint).toBe(before.fingerprint);
    // From between: on, with what was done there.
    press('right');
    expect(session.player.simulation.injections).toHaveLength(1);
    expect(session.player.simulation.events).toBe(before.event + 1);
  });

  it('is the same whatever the way in it', () => {
    const straight = replayed(recording, quietPlan()).simulation.fingerprint;
    const { session, press } = open();
    press(...to('3s'), '<', '<', ...to('500ms'), ']', '>', ...to('2s'), 'left', 'right', 'end', 'home');
    press('g', ...keysOf(`#${recording.ended.event}`), 'enter');
    expect(session.player.simulation.fingerprint).toBe(straight);
  });

  it('is what branches go off: it stays what it is', () => {
    const { session, press } = open();
    press(...to('1500ms'), 's', ...keysOf('n0'), 'enter', 'x', 'c');
    expect(session.player.line).toMatchObject({ name: 'branch 2', parent: 1 });
    expect(session.player.line.injections.map(({ label }) => label)).toEqual(['crash n1', 'crash n0']);
    press('6', 'up', 'enter');
    expect(session.player.line.name).toBe('recording');
    press('g', ...keysOf(`#${recording.ended.event}`), 'enter');
    expect(session.player.simulation.fingerprint).toBe(recording.ended.fingerprint);
  });

  it('is played in the trunk where nothing was done in it', () => {
    const sitting = recorded(quietPlan());
    sitting.press(...to('2s'), ...bookmark('only said'));
    const plain = left(sitting);
    const { session, press } = open({ recordings: playing(plain) });
    press('}');
    expect(session.player.line.name).toBe('trunk');
    expect(session.ui.notice?.text).toMatch(/^only said ✓ all \d+ fingerprints agree$/);
  });

  it('can be recorded itself, with what is done beside it', () => {
    const desk = { ...deskWith({ record: 'b.recording' }), replay: playing(recording).replay };
    const sitting = sit(quietPlan(), { recordings: desk });
    sitting.press(...to('1500ms'), 's', ...keysOf('n0'), 'enter', 'x', 'c', ...to('3s'));
    const made = left(sitting);
    expect(made.moments.map((moment) => (moment.kind === 'bookmark' ? moment.title : moment.label))).toEqual([
      'Before',
      'crash n1',
      'After',
      'crash n0',
    ]);
    expect(replayed(desk.read('b.recording'), quietPlan()).divergence).toBeNull();
  });

  describe('of another run', () => {
    const other = quietPlan(2);
    const lines = replayed(recording, other).divergence;

    it('is said to differ, where, and from what; the run stands there', () => {
      const { session, clock, screen, press } = open({ playing: true }, other);
      clock.pass(5000);
      expect(session.player.simulation.events).toBe(lines?.differs);
      expect(session.ui.pace.playing).toBe(false);
      const text = screen();
      expect(text).toContain('The run differs from what was recorded');
      expect(text).toContain(`event ${lines?.differs} is the first that differs`);
      expect(text).toContain(`expected ${lines?.expected}, found ${lines?.found}`);
      expect(session.studio?.replay?.divergence).toEqual(lines);
      // Nobody who looks at it forgets it.
      press('escape');
      expect(screen()).not.toContain('is the first that differs');
      expect(screen()).toContain('✗ differs');
      press('end');
      expect(session.player.simulation.finished).toBe(true);
    });

    it.each([
      { columns: 80, rows: 24 },
      { columns: 120, rows: 40 },
    ])('at $columns × $rows', async (size) => {
      const { session, clock } = open({ playing: true, size }, other);
      clock.pass(5000);
      await expectFrame(session.surface(), `replay-differs-${size.columns}x${size.rows}`);
    });
  });

  it('names what cannot be done to this run', () => {
    const [, crash] = recording.moments;
    if (crash.kind !== 'injection' || crash.action.kind !== 'crash') throw new Error('no crash');
    const action = { kind: 'operation', name: 'nothing', node: crash.action.who, arguments: {} } as const;
    const changed = { ...recording, moments: [{ ...crash, action }] };
    const { divergence } = replayed(changed, quietPlan());
    expect(divergence?.instead).toMatch(/^"crash n1" cannot be done: /);
  });
});

describe('frames with recordings', () => {
  it('while one is made', async () => {
    const sitting = recorded(quietPlan(), { size: { columns: 80, rows: 24 } });
    sitting.press(...STORY);
    await expectFrame(sitting.session.surface(), 'recorded-80x24');
    await expectStyledFrame(sitting.session.surface(), 'recorded-80x24');
    sitting.press('R');
    await expectFrame(sitting.session.surface(), 'recorded-prompt-80x24');
  });
});
