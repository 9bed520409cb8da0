import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { planOf, Simulation } from '../../sim/index.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import type { EndLine, EventLine, Happening, Manifest } from '../../sim/trace/lines.ts';
import { readTrace, TraceError, TraceValidator } from '../../sim/trace/reader.ts';
import { manifestOf, TraceWriter } from '../../sim/trace/writer.ts';
import { greeters } from '../report/greeters.ts';

const SECOND = 1_000_000;
const named = (name: string) => [{ kind: 'name', name } as const];

const stormy: PlanParts = {
  nodes: 4,
  durationUs: 20 * SECOND,
  network: { loss: 0.05, duplicate: 0.05 },
  workload: [{ operation: 'greet', arrivals: { kind: 'rate', perSecond: 3 } }],
  churn: [{ joinsPerSecond: 0.3, leavesPerSecond: 0.1, crashesPerSecond: 0.1 }],
  actions: [
    { atUs: 4 * SECOND, action: { kind: 'crash', who: named('greeter-2'), restartAfterUs: 2 * SECOND, guard: false } },
    { atUs: 7 * SECOND, action: { kind: 'pause', who: named('greeter-1'), forUs: 2 * SECOND } },
    { atUs: 10 * SECOND, action: { kind: 'isolate', who: named('greeter-0'), answers: true, forUs: 2 * SECOND } },
    { atUs: 13 * SECOND, action: { kind: 'join', arguments: {}, count: 2 } },
  ],
  expect: [
    {
      text: '',
      place: null,
      subject: { kind: 'property', name: 'all are up' },
      requirement: { kind: 'violated' },
    },
  ],
};

function traced(parts: PlanParts, untilUs = Number.POSITIVE_INFINITY) {
  const plan = planOf(greeters, parts);
  const lines: string[] = [];
  const source = { plan, file: 'greet.yaml', text: 'system: greeters\n', overrides: ['nodes=4'], engine: '1.2.3' };
  const writer = new TraceWriter(manifestOf(source), (line) => lines.push(line));
  const simulation = new Simulation(plan, { observer: writer });
  writer.follow(simulation);
  simulation.runUntil(untilUs);
  writer.end(simulation);
  const [manifest, ...rest] = [...readTrace(lines)];
  return {
    simulation,
    lines,
    manifest: manifest as Manifest,
    events: rest.slice(0, -1) as EventLine[],
    end: rest[rest.length - 1] as EndLine,
  };
}

const all = (events: readonly EventLine[]): readonly Happening[] => events.flatMap(({ follows }) => follows);

describe('a trace', () => {
  it('begins with what was run', () => {
    const { manifest } = traced({ ...stormy, seed: 5 });
    expect(manifest).toEqual({
      type: 'trace',
      format: 1,
      engine: '1.2.3',
      system: 'greeters',
      variant: 'polite',
      // printf 'system: greeters\n' | sha256sum
      scenario: { file: 'greet.yaml', sha256: 'a63011ec68739b02b0b978e330b1ad16c6f4c024bfbe0100dfaca133ff27391c' },
      seed: '5',
      overrides: ['nodes=4'],
      durationUs: 20 * SECOND,
    });
  });

  it('has a line for each event, and ends with the fingerprint and the counts', () => {
    const { simulation, events, end } = traced(stormy);
    expect(events).toHaveLength(simulation.events);
    expect(end).toMatchObject({
      us: 20 * SECOND,
      complete: true,
      events: simulation.events,
      fingerprint: simulation.fingerprint,
    });
    expect(end.counts.drops).toEqual(
      Object.fromEntries(Object.entries(simulation.counters.droppedBy).filter(([, count]) => count > 0)),
    );
    const ended = simulation.history.filter(({ judgement }) => judgement !== null);
    expect(Object.values(end.counts.verdicts).reduce((a, b) => a + b)).toBe(ended.length);
  });

  it('changes nothing about the run', () => {
    const { simulation } = traced(stormy);
    const alone = new Simulation(planOf(greeters, stormy));
    alone.run();
    expect(simulation.fingerprint).toBe(alone.fingerprint);
  });

  it('is the same line for line when the run is made again', () => {
    expect(traced(stormy).lines).toEqual(traced(stormy).lines);
  });

  it('says of a run that was cut short that it was', () => {
    expect(traced(stormy, 5 * SECOND).end).toMatchObject({ us: 5 * SECOND, complete: false });
  });

  it('names the cause of each event: an arrival goes back to the event that sent it', () => {
    const { events } = traced(stormy);
    const bySequence = new Map(events.filter(({ seq }) => seq >= 0).map((event) => [event.seq, event]));
    const arrivals = events.filter(({ kind }) => kind === 'datagram');
    expect(arrivals.length).toBeGreaterThan(100);
    for (const { cause, bornUs, peer, us } of arrivals) {
      const sender = bySequence.get(cause);
      expect(sender).toMatchObject({ process: peer, us: bornUs });
      expect(sender?.follows).toContainEqual(expect.objectContaining({ what: 'multicast', group: 'all' }));
      expect(us).toBeGreaterThanOrEqual(bornUs);
    }
  });

  it('tells every effect under a name of its own', () => {
    const { events } = traced(stormy);
    const kinds = new Set(all(events).map(({ what }) => what));
    for (const what of ['joinGroup', 'setTimer', 'save', 'multicast', 'request', 'reply', 'complete', 'note', 'exit']) {
      expect(kinds).toContain(what);
    }
    const [first] = events;
    expect(first).toEqual({
      type: 'event',
      n: 1,
      us: 0,
      kind: 'start',
      process: 0,
      seq: -1,
      cause: -1,
      bornUs: 0,
      follows: [
        { what: 'joinGroup', group: 'all' },
        { what: 'setTimer', timer: { kind: 'beat' }, id: 0, delayUs: SECOND },
        { what: 'save', patch: [{ op: 'replace', path: '', value: { starts: 1 } }] },
      ],
    });
  });

  it('gives what an event started a line of its own, and what the event did to others to the event', () => {
    const { events } = traced(stormy);
    const index = events.findIndex(({ follows }) =>
      follows.some((each) => each.what === 'action' && each.label.startsWith('join 2')),
    );
    const [action, ...started] = events.slice(index, index + 3);
    expect(action).toMatchObject({ kind: 'action', us: 13 * SECOND, follows: [{ what: 'action', changed: 2 }] });
    for (const start of started) {
      expect(start).toMatchObject({ kind: 'start', cause: action.seq, us: 13 * SECOND });
      expect(start.follows.map(({ what }) => what)).toEqual(['joinGroup', 'setTimer', 'save']);
    }
  });

  it('tells of a crash, its verdicts and the property that it broke in one place', () => {
    const { events } = traced({ ...stormy, churn: [], check: 'event' });
    const crash = events.find(({ follows }) =>
      follows.some((each) => each.what === 'action' && each.label.startsWith('crash')),
    );
    expect(crash?.us).toBe(4 * SECOND);
    expect(crash?.follows).toContainEqual({
      what: 'property',
      us: 4 * SECOND,
      name: 'all are up',
      holds: false,
      message: 'greeter-2 is missing',
    });
  });

  it('tells of a save what is different, from which the validator knows what each process would come back with', () => {
    const { lines, events, simulation } = traced({ ...stormy, churn: [] });
    const again = events.find(({ kind, process, us }) => kind === 'start' && process === 2 && us > 0);
    expect(again?.us).toBe(6 * SECOND);
    expect(again?.follows).toContainEqual({ what: 'save', patch: [{ op: 'replace', path: '/starts', value: 2 }] });
    const validator = new TraceValidator();
    for (const line of lines) validator.take(line);
    const starts = (address: number) => ({ starts: simulation.world.process(address).incarnation });
    expect([...validator.durables]).toEqual([0, 1, 2, 3, 4, 5].map((address) => [address, starts(address)]));
  });

  it('does not write a message twice: an input carries it only where it is not the one that arrived', () => {
    const { events } = traced({ ...stormy, churn: [] });
    for (const { kind, follows } of events) {
      for (const each of follows) {
        if (each.what !== 'input' || each.kind !== 'datagram') continue;
        expect(each.message === undefined).toBe(kind === 'datagram');
      }
    }
    // What waited for a paused process reaches it later, in events of their own.
    expect(events.some(({ kind }) => kind === 'held')).toBe(true);
  });

  test.prop([fc.integer({ min: 1, max: 1_000_000 })], { numRuns: 15 })(
    'of any seed is valid and leaves the run alone',
    (seed) => {
      const { simulation, end } = traced({ ...stormy, seed, durationUs: 8 * SECOND });
      const alone = new Simulation(planOf(greeters, { ...stormy, seed, durationUs: 8 * SECOND }));
      alone.run();
      expect([end.fingerprint, simulation.fingerprint]).toEqual([alone.fingerprint, alone.fingerprint]);
    },
  );
});

describe('the validator', () => {
  const { lines } = traced({
    nodes: 2,
    durationUs: 3 * SECOND,
    workload: [{ operation: 'greet', arrivals: { kind: 'rate', perSecond: 2 } }],
  });
  const check = (changed: readonly string[]) => {
    for (const _ of readTrace(changed)) {
      // Reading is checking.
    }
  };
  /** The trace with one line changed; the line is 1-based, negative from the end. */
  const changing = (line: number, change: (data: Record<string, unknown>) => unknown) => {
    const index = line > 0 ? line - 1 : lines.length + line;
    return lines.map((text, at) => (at === index ? JSON.stringify(change(JSON.parse(text))) : text));
  };
  const eventWith = (what: string) => 1 + lines.findIndex((line) => line.includes(`"what":"${what}"`));

  it('is content with what the writer writes', () => {
    expect(() => check(lines)).not.toThrow();
  });

  const wrong: readonly (readonly [string, () => readonly string[], RegExp])[] = [
    ['no manifest', () => lines.slice(1), /^line 1: a trace begins with its manifest$/],
    ['two manifests', () => [lines[0], ...lines], /^line 2: a second manifest$/],
    [
      'another format',
      () => changing(1, (line) => ({ ...line, format: 2 })),
      /^line 1: format: this reader knows format 1 only$/,
    ],
    ['a broken line', () => [...lines.slice(0, 4), '{"type":', ...lines.slice(5)], /^line 5: not JSON$/],
    [
      'an unknown key',
      () => changing(3, (line) => ({ ...line, colour: 'red' })),
      /^line 3: Unrecognized key: "colour"$/,
    ],
    ['a missing event', () => lines.filter((_, index) => index !== 5), /^line 6: event 6 where event 5 was to come$/],
    [
      'time that goes back',
      () => changing(-2, (line) => ({ ...line, us: 1, bornUs: 0 })),
      /: time goes back, from \d+ us to 1 us$/,
    ],
    [
      'a cause that never was',
      () => changing(-2, (line) => ({ ...line, cause: 987_654 })),
      /: the cause, 987654, is no event before this one$/,
    ],
    [
      'an effect before its cause',
      () => changing(-2, (line) => ({ ...line, bornUs: 0 })),
      /: it was born before its cause$/,
    ],
    [
      'a birth after the event',
      () => changing(-2, (line) => ({ ...line, cause: -1, bornUs: 9_999_999 })),
      /: it was born after it took place$/,
    ],
    [
      'a sequence number used twice',
      () => changing(-2, (line) => ({ ...line, seq: JSON.parse(lines[6]).seq })),
      /: a second event with the sequence number \d+$/,
    ],
    [
      'a second verdict',
      () =>
        changing(eventWith('verdict'), (line) => {
          const follows = line.follows as Happening[];
          return { ...line, follows: [...follows, follows.find(({ what }) => what === 'verdict')] };
        }),
      /: operation 0 ends a second time$/,
    ],
    [
      'an effect that nobody knows',
      () => changing(2, (line) => ({ ...line, follows: [{ what: 'explode' }] })),
      /^line 2: follows\.0\.what: /,
    ],
    [
      'a wrong number of events',
      () => changing(-1, (line) => ({ ...line, events: 3 })),
      /: the end counts 3 events, there are \d+$/,
    ],
    [
      'wrong counts',
      () => changing(-1, (line) => ({ ...line, counts: { ...(line.counts as object), verdicts: { correct: 99 } } })),
      /: the end's counts of verdicts are not those found, \{"correct":\d+\}$/,
    ],
    ['no end', () => lines.slice(0, -1), /: the trace has no end: the run that wrote it broke off$/],
    ['something after the end', () => [...lines, lines[1]], /: something follows the end$/],
    ['nothing at all', () => [], /^line 1: the trace has no end/],
  ];
  it.each(wrong)('finds %s', (_what, make, message) => {
    expect(() => check(make())).toThrow(message);
    expect(() => check(make())).toThrow(TraceError);
  });

  it('tells the line, and hands out lines as they come', () => {
    const validator = new TraceValidator();
    expect(validator.take(lines[0]).type).toBe('trace');
    expect(validator.take(lines[1]).type).toBe('event');
    try {
      validator.take('[]');
      expect.unreachable();
    } catch (error) {
      expect((error as TraceError).line).toBe(3);
    }
  });
});
