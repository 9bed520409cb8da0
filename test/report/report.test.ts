import { describe, expect, it } from 'vitest';
import { type Expectation, planOf, Simulation } from '../../sim/index.ts';
import { type About, reportOf } from '../../sim/report/report.ts';
import type { PlanParts } from '../../sim/scenario/plan-of.ts';
import { greeters } from './greeters.ts';

const SECOND = 1_000_000;

const about: About = { title: 'They greet', file: 'scenarios/greet.yaml', overrides: [] };

const named = (name: string) => [{ kind: 'name', name } as const];
const place = (line: number) => ({ line, column: 5 });

function expectation(name: string, requirement: Expectation['requirement'], line = 20): Expectation {
  const subject =
    requirement.kind === 'bounds'
      ? ({ kind: 'metric', name, statistic: null } as const)
      : ({ kind: 'property', name } as const);
  return { text: `${name}: ${requirement.kind}`, place: place(line), subject, requirement };
}

/** Three greeters; greeter-2 is down from 5 s to 8 s; two faults come to nothing. */
function run(parts: PlanParts = {}, untilUs = Number.POSITIVE_INFINITY) {
  const simulation = new Simulation(
    planOf(greeters, {
      nodes: 3,
      seed: 7,
      durationUs: 20 * SECOND,
      workload: [{ operation: 'greet', arrivals: { kind: 'rate', perSecond: 5 } }],
      actions: [
        {
          atUs: 5 * SECOND,
          action: { kind: 'crash', who: named('greeter-2'), restartAfterUs: 3 * SECOND, guard: false },
          place: place(11),
        },
        { atUs: 9 * SECOND, action: { kind: 'restart', who: named('greeter-1') }, place: place(12) },
        {
          atUs: 10 * SECOND,
          action: { kind: 'isolate', who: named('greeter-1'), answers: false, forUs: 2 * SECOND },
          place: place(13),
        },
        {
          atUs: 11 * SECOND,
          action: { kind: 'operation', name: 'greet', node: named('greeter-0'), arguments: { target: 1 } },
          place: place(14),
        },
        { atUs: 30 * SECOND, action: { kind: 'heal' }, place: place(15) },
      ],
      ...parts,
    }),
    { freeze: true },
  );
  simulation.runUntil(untilUs);
  return { simulation, report: reportOf(simulation, about) };
}

describe('a report', () => {
  it('says what was run, how far it came and how to tell it again', () => {
    const { simulation, report } = run();
    expect(report.scenario).toEqual({
      title: 'They greet',
      file: 'scenarios/greet.yaml',
      system: 'greeters',
      variant: 'polite',
      nodes: 3,
      seed: '7',
      overrides: [],
    });
    expect(report.run).toEqual({
      ending: 'complete',
      durationUs: 20 * SECOND,
      reachedUs: 20 * SECOND,
      events: simulation.events,
      fingerprint: simulation.fingerprint,
      processes: { created: 3, up: 3, paused: 0, down: 0, gone: 0 },
      lastDisturbanceUs: 12 * SECOND,
    });
  });

  it('is plain JSON, and the same for the same run', () => {
    const { report } = run();
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(run().report).toEqual(report);
  });

  it('counts operations and their verdicts as the history has them', () => {
    const { simulation, report } = run();
    const { history } = simulation;
    const [greetings, ...others] = report.operations;
    expect(others).toEqual([]);
    const count = (verdict: string) => history.filter(({ judgement }) => judgement?.verdict === verdict).length;
    expect(greetings).toMatchObject({
      operation: 'greet',
      plural: 'greetings',
      begun: history.length,
      completed: history.filter(({ status }) => status === 'completed').length,
      aborted: history.filter(({ status }) => status === 'aborted').length,
      pending: history.filter(({ status }) => status === 'pending').length,
      skipped: 0,
    });
    const ended = greetings.completed + greetings.aborted;
    expect(greetings.verdicts.map(({ verdict, good }) => [verdict, good])).toEqual([
      ['correct', true],
      ['in vain', false],
      ['false negative', false],
    ]);
    for (const verdict of greetings.verdicts) {
      expect(verdict.count).toBe(count(verdict.verdict));
      expect(verdict.count).toBeGreaterThan(0);
      expect(verdict.share).toBe(verdict.count / ended);
    }
    const longest = Math.max(...history.map(({ startUs, endUs }) => (endUs ?? startUs) - startUs));
    expect(greetings.latency).toMatchObject({ count: greetings.completed, max: longest });
  });

  it('shows the first of those that went wrong, with what the judge says', () => {
    const { simulation, report } = run();
    const [, inVain, falseNegative] = report.operations[0].verdicts;
    const first = simulation.history.find(({ judgement }) => judgement?.verdict === 'in vain');
    expect(inVain.examples).toHaveLength(3);
    expect(inVain.examples[0]).toEqual({
      id: first?.id,
      issuer: expect.stringMatching(/^greeter-\d$/),
      operation: 'greet 2',
      outcome: 'silence (refused)',
      startUs: first?.startUs,
      endUs: first?.endUs,
      why: 'greeter-2 was not there',
    });
    expect(falseNegative.examples.map(({ outcome }) => outcome)).toContain('silence (timeout)');
    expect(report.operations[0].verdicts[0].examples).toEqual([]);
  });

  it('gathers what the judge measured, in the order of the definitions', () => {
    const { simulation, report } = run();
    expect(report.measures.map(({ name, unit }) => [name, unit])).toEqual([
      ['round trip', 'us'],
      ['heard', 'beats'],
      ['known share', 'ratio'],
      ['mean beats', ''],
    ]);
    const shares = simulation.history.flatMap(({ judgement }) => judgement?.measures?.['known share'] ?? []);
    const { distribution } = report.measures[2];
    expect(distribution.mean).toBeCloseTo(shares.reduce((a, b) => a + b) / shares.length, 9);
    expect(distribution).toMatchObject({ count: shares.length, min: 1 / 3, max: 1 });
  });

  it('gives summary and gauges with their definitions, and no number where there is none', () => {
    const { report } = run();
    expect(report.values).toEqual([
      { name: 'mean of nothing', kind: 'summary', value: null, unit: 'us', description: 'A mean over no values.' },
      {
        name: 'beats a second',
        kind: 'summary',
        value: expect.any(Number),
        unit: '1/s',
        description: expect.any(String),
      },
      { name: 'beats heard', kind: 'gauge', value: expect.any(Number), unit: 'beats', description: expect.any(String) },
      { name: 'farewells', kind: 'gauge', value: 0, unit: '', description: 'Who left in good order.' },
    ]);
  });

  it('accounts for every message', () => {
    const { messages } = run().report;
    const { sent, duplicated, delivered, dropped, inFlight, droppedBy, sentByKind } = messages;
    expect(sent + duplicated).toBe(delivered + dropped + inFlight);
    const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
    expect(sum(droppedBy)).toBe(dropped);
    expect(sum(sentByKind)).toBe(sent);
    expect(droppedBy.cut).toBeGreaterThan(0);
  });

  it('names the faults that changed nothing, and why', () => {
    const { faults } = run().report;
    expect(
      faults.map(({ line, struck, changed, nothingBecause }) => [line, struck, changed > 0, nothingBecause]),
    ).toEqual([
      [11, 1, true, null],
      [12, 1, false, expect.stringMatching(/^greeter-1 was not down/)],
      [13, 1, true, null],
      [14, 1, true, null],
      [15, 0, false, 'it was due at 30s, after the end'],
    ]);
    expect(faults[3]).toMatchObject({ isFault: false, label: 'greet (target 1) at greeter-0' });
  });

  it('tells of a fault rate that never struck', () => {
    const action = { kind: 'crash', who: named('greeter-1'), restartAfterUs: null, guard: false } as const;
    const { faults } = run({ actions: [], faultRates: [{ perSecond: 0.000001, action }] }).report;
    expect(faults).toMatchObject([
      { struck: 0, nothingBecause: 'at 0.000001 a second, chance let it strike not once' },
    ]);
  });

  it('keeps the time series', () => {
    const { simulation, report } = run();
    const { periodUs, timesUs, values } = report.series;
    expect(periodUs).toBe(simulation.plan.sampleUs);
    expect(timesUs[0]).toBe(0);
    expect(values['live processes'][0]).toBe(3);
    expect(Math.min(...(values['live processes'] as number[]))).toBe(2);
    for (const column of Object.values(values)) expect(column).toHaveLength(timesUs.length);
  });
});

describe('the expectations of a run', () => {
  const always = { kind: 'always', fromUs: 0, untilUs: 20 * SECOND } as const;

  it('hold where they hold', () => {
    const { report } = run({
      expect: [
        expectation('all are up', { kind: 'violated' }),
        expectation('all are up', { kind: 'stable', withinUs: 5 * SECOND, since: { kind: 'instant', us: 5 * SECOND } }),
        expectation('greeter-0 has heard a beat', { kind: 'sometimes' }),
        expectation('greetings correct', { kind: 'bounds', min: 0.5, max: 1 }),
        expectation('greetings', { kind: 'bounds', min: 50, max: null }),
        expectation('farewells', { kind: 'bounds', min: 0, max: 0 }),
      ],
    });
    expect(report.expectations.map(({ result }) => result)).toEqual(Array(6).fill('passed'));
    expect(report.result).toBe('passed');
    expect(report.expectations[0].finding).toBe('broke at 5s, as it should: greeter-2 is missing');
    expect(report.expectations[1]).toMatchObject({ measured: 3 * SECOND, margin: 2 * SECOND });
  });

  it('fail with the violation, the states concerned and the way back there', () => {
    const { simulation, report } = run({ expect: [expectation('all are up', always)] });
    expect(report.result).toBe('failed');
    expect(report.expectations).toMatchObject([
      { line: 20, result: 'failed', finding: 'false at 5s: greeter-2 is missing', firstViolatedUs: 5 * SECOND },
    ]);
    expect(report.violations).toEqual([
      {
        property: 'all are up',
        description: 'Nobody is missing.',
        source: 'these tests',
        isFailure: true,
        timeUs: 5 * SECOND,
        event: simulation.watches[0].firstViolation?.event,
        message: 'greeter-2 is missing',
        states: [{ address: 2, name: 'greeter-2', state: { starts: 1, beats: 4, heard: 12 } }],
        command: 'npm run sim -- scenarios/greet.yaml --seed 7 --until 5s',
      },
    ]);
  });

  it('show a violation that was meant, but not as a failure', () => {
    const { violations } = run({ expect: [expectation('all are up', { kind: 'violated' })] }).report;
    expect(violations).toMatchObject([{ property: 'all are up', isFailure: false, timeUs: 5 * SECOND }]);
  });

  it('show a violation that one expectation means and another does not as a failure', () => {
    const both = [expectation('all are up', { kind: 'violated' }), expectation('all are up', always)];
    expect(run({ expect: both }).report.violations).toMatchObject([{ isFailure: true, timeUs: 5 * SECOND }]);
  });

  it('that concern a later violation than the first say when, though the states of then are gone', () => {
    const late = { kind: 'always', fromUs: SECOND, untilUs: 20 * SECOND } as const;
    const { violations } = run({ expect: [expectation('greeter-0 has heard a million beats', late)] }).report;
    expect(violations).toMatchObject([{ timeUs: SECOND, event: null, message: 'not yet', states: [] }]);
  });

  it('quote what a shell would not leave alone in the command', () => {
    const { simulation } = run({ expect: [expectation('all are up', always)] });
    const odd: About = { title: '', file: 'my scenarios/a.yaml', overrides: ["config.beat='2s'"] };
    expect(reportOf(simulation, odd).violations[0].command).toBe(
      "npm run sim -- 'my scenarios/a.yaml' --seed 7 --set 'config.beat='\\''2s'\\''' --until 5s",
    );
  });

  it('are open when the run is cut short, and that is no success', () => {
    const expectations = [
      expectation('all are up', always),
      expectation('greetings correct', { kind: 'bounds', min: 0.1, max: null }),
    ];
    const { report } = run({ expect: expectations }, 3 * SECOND);
    expect(report.run).toMatchObject({ ending: 'stopped', reachedUs: 3 * SECOND, durationUs: 20 * SECOND });
    expect(report.result).toBe('undecided');
    expect(report.expectations.map(({ result }) => result)).toEqual(['undecided', 'undecided']);
    expect(run({ expect: expectations }, 6 * SECOND).report.result).toBe('failed');
  });
});
