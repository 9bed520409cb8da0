/** What is recorded is seen again; and what is not the same is never taken for it. */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { systems } from '../../protocols/registry.ts';
import { type Action, Simulation } from '../../sim/index.ts';
import { sealed, unsealed } from '../../sim/recording/digest.ts';
import { RecordingError, readRecording } from '../../sim/recording/read.ts';
import { Recorder, recordAnew } from '../../sim/recording/recorder.ts';
import { bookmarksOf, injectionsOf, type Moment, type Recording } from '../../sim/recording/recording.ts';
import { Replay } from '../../sim/recording/replay.ts';
import { recordingText } from '../../sim/recording/write.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { CHORD, GOSSIP, originOf, planFrom, planOfRecording } from './support.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readRecording(bytesOf(text), 'a.recording');

const crash = (name: string): Action => ({
  kind: 'crash',
  who: [{ kind: 'name', name }],
  restartAfterUs: null,
  guard: false,
});
const pause: Action = { kind: 'pause', who: [{ kind: 'range', from: 1, to: 2 }], forUs: 3_000_000 };

/** A presenter's session: two injections, three bookmarks, one of them while the clock stands between two events. */
function presented(text = GOSSIP): Recording {
  const recorder = new Recorder(new Simulation(planFrom(text)), originOf(text));
  recorder.play(12_000_000);
  recorder.bookmark({ title: 'before', note: 'All is well.\n\nStill.', ask: 'What happens next?', look: 'n1' });
  recorder.inject(crash('n4'), 'crash n4');
  recorder.bookmark({ title: 'after' });
  recorder.play(20_000_001);
  recorder.inject(pause, 'pause 1-2 for 3s');
  recorder.play(25_000_000, 100);
  recorder.bookmark({ title: 'later', note: '# no comment: a note' });
  recorder.play(Number.POSITIVE_INFINITY);
  return recorder.recording('complete');
}

/** What a replay comes to. */
function replayed(recording: Recording): Replay {
  const replay = new Replay(recording, planOfRecording(recording));
  while (!replay.finished) replay.play(1000);
  return replay;
}

describe('a recording', () => {
  const recording = presented();
  const text = recordingText(recording);

  test('is a small text that says what happened', () => {
    expect(text.length).toBeLessThan(32_000);
    expect(text.split('\n').slice(0, 9).join('\n')).toMatch(/^peerscope-recording: 1\n# A recording of Peerscope/);
    expect(text).toContain('inject: crash n4');
    expect(text).toContain(`scenario: |\n  # Shows: six peers that gossip.\n  system: gossip\n`);
    expect(injectionsOf(recording)).toHaveLength(2);
    expect(bookmarksOf(recording).map(({ title }) => title)).toEqual(['before', 'after', 'later']);
  });

  test('reads as it was written', () => {
    expect(read(text)).toEqual(recording);
  });

  test('replays to the same fingerprint', () => {
    const replay = replayed(read(text));
    expect(replay.divergence).toBeNull();
    expect(replay.simulation.fingerprint).toBe(recording.ended.fingerprint);
    expect(replay.simulation.finished).toBe(true);
    expect(replay.passed).toBe(5);
  });

  test('of what starts a process is at the event before it, and plays', () => {
    const recorder = new Recorder(new Simulation(planFrom(CHORD)), originOf(CHORD));
    recorder.play(3_000_000);
    const { events } = recorder.simulation;
    recorder.inject({ kind: 'join', arguments: {}, count: 2 }, 'join 2');
    const joined = recorder.simulation.events;
    expect(joined).toBeGreaterThan(events);
    recorder.bookmark({ title: 'joined' });
    recorder.inject(crash('n1'), 'crash n1');
    recorder.play(4_000_000);
    recorder.inject({ kind: 'restart', who: [{ kind: 'name', name: 'n1' }] }, 'restart n1');
    recorder.play(10_000_000);
    const made = recorder.recording('stopped');
    expect(made.moments.map(({ event }) => event).slice(0, 3)).toEqual([events, joined, joined]);
    const { divergence, simulation } = replayed(readRecording(new TextEncoder().encode(recordingText(made)), 'a'));
    expect(divergence).toBeNull();
    expect(simulation.fingerprint).toBe(recorder.simulation.fingerprint);
  });

  test('is another run without what was injected', () => {
    const plain = new Simulation(planFrom(GOSSIP));
    plain.run();
    expect(plain.fingerprint).not.toBe(recording.ended.fingerprint);
  });

  test('stops at each bookmark when it is asked to', () => {
    const replay = new Replay(recording, planOfRecording(recording));
    const stops: string[] = [];
    while (!replay.finished) {
      replay.play(Number.POSITIVE_INFINITY, true);
      const last = recording.moments[replay.passed - 1];
      if (!replay.finished && last?.kind === 'bookmark') stops.push(`${last.title} at ${replay.simulation.nowUs}`);
    }
    expect(stops).toEqual(bookmarksOf(recording).map(({ title, us }) => `${title} at ${us}`));
  });

  test('is the same however the run was cut into batches', () => {
    const whole = recordWith((recorder) => recorder.play(Number.POSITIVE_INFINITY));
    const pieces = recordWith((recorder) => {
      for (let batch = 1; recorder.play(Number.POSITIVE_INFINITY, batch) === batch; batch = (batch * 7) % 53);
    });
    expect(pieces).toEqual(whole);
    expect(whole.trail.checks.length).toBeGreaterThan(100);
  });

  test('can be made anew from what was done', () => {
    const cues = recording.moments.map((moment) =>
      moment.kind === 'injection' ? { ...moment, inject: moment.action } : { ...moment, remark: moment },
    );
    const again = recordAnew(planFrom(GOSSIP), originOf(GOSSIP), cues, recording.ended, 'complete');
    expect(again).toEqual(recording);
  });

  test.each(['stopped', 'interrupted', 'unfinished'] as const)(
    'of a run that was %s replays as far as it goes',
    (how) => {
      const recorder = new Recorder(new Simulation(planFrom(GOSSIP)), originOf(GOSSIP));
      recorder.play(17_123_456);
      const part = read(recordingText(recorder.recording(how)));
      const replay = replayed(part);
      expect(replay.divergence).toBeNull();
      expect(replay.simulation.nowUs).toBe(17_123_456);
      expect(part.ended.how).toBe(how);
    },
  );

  test('made after each event of a run is valid each time', () => {
    const recorder = new Recorder(new Simulation(planFrom(CHORD)), originOf(CHORD));
    for (let i = 0; i < 40; i++) {
      recorder.play(Number.POSITIVE_INFINITY, 11);
      const sofar = read(recordingText(recorder.recording('unfinished')));
      expect(replayed(sofar).divergence).toBeNull();
    }
  });
});

function recordWith(play: (recorder: Recorder) => void): Recording {
  const recorder = new Recorder(new Simulation(planFrom(CHORD)), originOf(CHORD));
  play(recorder);
  return recorder.recording('complete');
}

describe('a difference', () => {
  const recording = presented();

  test('is named at its very event', () => {
    const base = new Recorder(new Simulation(planFrom(GOSSIP)), originOf(GOSSIP));
    base.play(Number.POSITIVE_INFINITY, 2000);
    const { trail } = base.recording('stopped');
    const forged = { ...base.recording('stopped'), trail: { ...trail, checks: changedFrom(trail.checks, 700) } };
    const { divergence } = replayed(forged);
    expect(trail.every).toBe(1);
    expect(divergence).toMatchObject({ agreed: 699, differs: 700, at: 'trail' });
    expect(divergence?.events.map(({ number }) => number)).toEqual([700]);
  });

  test('in the scenario shows, although the digest was made anew', () => {
    const text = recordingText(recording).replace('t1: 10s', 't1: 11s');
    const replay = replayed(read(sealed(unsealed(text))));
    expect(replay.divergence).not.toBeNull();
    expect(replay.divergence?.differs).toBeLessThan(recording.ended.event);
    expect(replay.divergence?.events.length).toBeGreaterThan(0);
  });

  test('in what was injected shows at that moment', () => {
    const moments = recording.moments.map(
      (moment): Moment =>
        moment.kind === 'injection' && moment.label === 'crash n4' ? { ...moment, action: crash('n5') } : moment,
    );
    const { divergence } = replayed({ ...recording, moments });
    const [injection] = injectionsOf(recording);
    // Who crashed shows in what follows: the first events after it may be the same.
    expect(divergence?.differs).toBeGreaterThan(injection.event);
    expect(divergence?.differs).toBeLessThan(injection.event + 10);
  });

  test('at the end only is noticed at the end', () => {
    const ended = { ...recording.ended, fingerprint: '0123456789abcdef' };
    const { divergence, simulation } = replayed({ ...recording, ended });
    expect(divergence).toMatchObject({ at: 'end', expected: '0123456789abcdef', found: simulation.fingerprint });
  });

  test('a recorded run that was longer than the run is', () => {
    const ended = { ...recording.ended, event: recording.ended.event + 1 };
    expect(replayed({ ...recording, ended }).divergence?.instead).toMatch(/^the run ends after event \d+/);
  });
});

function changedFrom(checks: readonly string[], event: number): readonly string[] {
  return checks.map((check, index) => (index + 1 >= event ? (check === '000' ? '001' : '000') : check));
}

describe('a file that is no recording, or no longer', () => {
  const text = recordingText(presented());
  const bytes = bytesOf(text);

  const flawOf = (changed: Uint8Array): string => {
    try {
      readRecording(changed, 'a.recording');
      return 'none';
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      expect(error.message).toMatch(/^a\.recording: .{20,}/);
      return error.flaw;
    }
  };

  test.each([
    ['nothing', '', 'foreign'],
    ['a scenario', GOSSIP, 'foreign'],
    ['JSON', '{"type":"trace"}\n', 'foreign'],
    ['bytes', '\u0000\u0001', 'foreign'],
    ['a format to come', text.replace('recording: 1', 'recording: 2'), 'future'],
    ['one that was edited', text.replace('title', 'Title').replace('before', 'behind'), 'changed'],
    ['one with line ends of another system', text.replaceAll('\n', '\r\n'), 'foreign'],
    ['one with an appended line', `${text}\n`, 'cut'],
    ['sealed nonsense', sealed('peerscope-recording: 1\n'), 'malformed'],
    ['sealed non-YAML', sealed('peerscope-recording: 1\na: [\n'), 'malformed'],
    ['one whose moments are out of order', resealed((t) => t.replace(/event: \d+/, 'event: 1')), 'malformed'],
    [
      'one with an action that there is not',
      resealed((t) => t.replace('"kind":"crash"', '"kind":"smash"')),
      'malformed',
    ],
  ])('%s', (_, changed, flaw) => {
    expect(flawOf(bytesOf(changed))).toBe(flaw);
  });

  function resealed(change: (body: string) => string): string {
    return sealed(change(unsealed(recordingText(presented()))));
  }

  property.prop({ length: fc.nat(bytes.length - 1) }, { numRuns: 60 })('cut off anywhere', ({ length }) => {
    expect(flawOf(bytes.slice(0, length))).toMatch(/^(cut|foreign)$/);
  });

  property.prop({ at: fc.nat(bytes.length - 1), by: fc.integer({ min: 1, max: 255 }) }, { numRuns: 200 })(
    'with one byte changed is always refused',
    ({ at, by }) => {
      const changed = bytes.slice();
      changed[at] ^= by;
      expect(flawOf(changed)).not.toBe('none');
    },
  );

  property.prop(
    { at: fc.nat(text.length - 1), letter: fc.constantFrom(...'0123456789abcdefxyz -:\n{}"') },
    { numRuns: 60 },
  )('with one letter changed and sealed again is refused, or parts, or is the same run', ({ at, letter }) => {
    const changed = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
    const again = sealed(unsealed(changed));
    let recording: Recording;
    try {
      recording = read(again);
    } catch (error) {
      expect(error).toBeInstanceOf(RecordingError);
      return;
    }
    const { scenario, overrides, seed } = recording;
    const loaded = loadScenario(scenario.text, { file: 'x', systems, overrides, ...(seed === null ? {} : { seed }) });
    if (!loaded.ok) return;
    const replay = new Replay(recording, loaded.plan);
    while (!replay.finished) replay.play(1000);
    if (replay.divergence !== null) return;
    // Names, notes and comments are for people; whatever the run hangs on did not change.
    expect(replay.simulation.fingerprint).toBe(read(text).ended.fingerprint);
  });
});

describe('any text', () => {
  const scenarios = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !/[\ud800-\udfff]/.test(text)),
    fc
      .array(fc.constantFrom('a', ' ', '\n', '\t', ': ', '# ', '- ', '|', "'", '"', '\r', '---\n', 'é', '\u2028'), {
        maxLength: 30,
      })
      .map((parts) => parts.join('')),
  );

  property.prop(
    { scenario: scenarios, note: scenarios, title: scenarios, seed: fc.option(scenarios) },
    { numRuns: 200 },
  )('is kept exactly', ({ scenario, note, title, seed }) => {
    const recording: Recording = {
      engine: '1.2.3',
      scenario: { file: title, text: scenario },
      seed,
      overrides: [note],
      moments: [
        { kind: 'bookmark', event: 3, us: 5, fingerprint: '0'.repeat(16), title, note, ask: note, look: title },
      ],
      ended: { event: 9, us: 9, how: 'stopped', fingerprint: 'f'.repeat(16) },
      trail: { every: 2, checks: ['0e1', '123', '000'] },
    };
    expect(read(recordingText(recording))).toEqual(recording);
  });
});
