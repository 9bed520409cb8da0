import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type Evidence, evaluate, type Measured, type Result } from '../../sim/report/expectation.ts';
import type { Expectation, Requirement, Since } from '../../sim/scenario/plan.ts';
import { type Look, looks, watchOf } from './looks.ts';

const END = 100;

interface Given {
  readonly reachedUs?: number;
  readonly complete?: boolean;
  readonly lastFaultUs?: number | null;
}

function ofProperty(requirement: Requirement, seen: readonly Look[], given: Given = {}) {
  const watch = watchOf(seen);
  const evidence: Evidence = {
    reachedUs: given.reachedUs ?? END,
    complete: given.complete ?? true,
    lastDisturbanceUs: given.lastFaultUs ?? null,
    watch: (name) => (name === 'subject' ? watch : undefined),
    metric: () => ({ value: null, unit: '', why: 'no metrics here' }),
  };
  const expectation: Expectation = { text: 'subject: …', place: { line: 7, column: 5 }, subject: SUBJECT, requirement };
  return evaluate(expectation, evidence);
}

const SUBJECT = { kind: 'property', name: 'subject' } as const;

/** `0+ 10- 15+`: looked at at 0, 10 and 15, and found true, false, true. */
function seen(text: string): readonly Look[] {
  return text.split(' ').map((look) => ({ timeUs: Number(look.slice(0, -1)), holds: look.endsWith('+') }));
}

const start: Since = { kind: 'instant', us: 0 };
const instant = (us: number): Since => ({ kind: 'instant', us });
const lastFault: Since = { kind: 'last fault' };
const always = (fromUs = 0, untilUs = END): Requirement => ({ kind: 'always', fromUs, untilUs });
const eventually = (withinUs: number, since: Since = start): Requirement => ({ kind: 'eventually', withinUs, since });
const stable = (withinUs: number, since: Since = start): Requirement => ({ kind: 'stable', withinUs, since });
const never: Requirement = { kind: 'never' };
const sometimes: Requirement = { kind: 'sometimes' };
const violated: Requirement = { kind: 'violated' };

type Row = readonly [Requirement, string, Given, Result, string];

describe('what becomes of an expectation on a property', () => {
  const rows: readonly Row[] = [
    [always(), '0+ 20+', {}, 'passed', 'held at all 2 checks'],
    [always(), '0+', {}, 'passed', 'held at its only check'],
    [always(), '0+ 20-', {}, 'failed', 'false at 20us: broken at 20'],
    [always(), '0+ 20- 30+', {}, 'failed', 'false at 20us: broken at 20'],
    [always(), '0+ 20- 20+', {}, 'failed', 'false at 20us: broken at 20'],
    // Before the window, and after it, it may be what it likes.
    [always(30), '0- 20+', {}, 'passed', 'held at all 2 checks'],
    [always(20), '0- 20+', {}, 'passed', 'held at all 2 checks'],
    [always(19), '0- 20+', {}, 'failed', 'false at 19us'],
    [always(0, 50), '0+ 51-', {}, 'passed', 'held at all 2 checks'],
    [always(0, 50), '0+ 50-', {}, 'failed', 'false at 50us: broken at 50'],
    // A later gap has a message only while it is the present one.
    [always(10), '0- 5+ 40-', {}, 'failed', 'false at 40us: broken at 40'],
    [always(10), '0- 5+ 40- 41+', {}, 'failed', 'false at 40us'],
    [
      always(),
      '0+',
      { reachedUs: 60, complete: false },
      'undecided',
      'held so far, but the run ended at 60us and the window at 100us',
    ],
    [always(0, 50), '0+', { reachedUs: 60, complete: false }, 'passed', 'held at its only check'],
    [always(), '0+ 50-', { reachedUs: 60, complete: false }, 'failed', 'false at 50us: broken at 50'],

    [never, '0- 10-', {}, 'passed', 'false at all 2 checks'],
    [never, '0- 10+ 11-', {}, 'failed', 'true at 10us'],
    [never, '0-', { reachedUs: 60, complete: false }, 'undecided', 'false so far; the run ended early, at 60us'],

    [sometimes, '0- 10+ 11-', {}, 'passed', 'first true at 10us'],
    [sometimes, '0- 10-', {}, 'failed', 'false at all 2 checks; at last: broken at 10'],
    [sometimes, '0-', { reachedUs: 60, complete: false }, 'undecided', 'false so far; the run ended early, at 60us'],
    [sometimes, '0+', { reachedUs: 60, complete: false }, 'passed', 'first true at 0us'],

    [violated, '0+ 10- 11+', {}, 'passed', 'broke at 10us, as it should: broken at 10'],
    [violated, '0+ 10+', {}, 'failed', 'it never broke: held at all 2 checks'],
    [
      violated,
      '0+',
      { reachedUs: 60, complete: false },
      'undecided',
      'it has not broken so far; the run ended early, at 60us',
    ],

    [eventually(50), '0- 30+ 31-', {}, 'passed', 'true at 30us, 20us to spare'],
    [eventually(30), '0- 30+ 31-', {}, 'passed', 'true at 30us, 0us to spare'],
    [eventually(29), '0- 30+ 31-', {}, 'failed', 'still false at the deadline, 29us: broken at 31'],
    [eventually(29), '0- 30+', {}, 'failed', 'still false at the deadline, 29us'],
    [eventually(20, instant(10)), '0+ 5-', {}, 'failed', 'still false at the deadline, 30us: broken at 5'],
    [eventually(20, instant(10)), '0+ 10-', {}, 'failed', 'still false at the deadline, 30us: broken at 10'],
    [eventually(20, instant(10)), '0+', {}, 'passed', 'true already at 10us, 20us to spare'],
    [
      eventually(20, lastFault),
      '0+ 40- 45+',
      { lastFaultUs: 40 },
      'passed',
      'true 5us after the last fault (40us), 15us to spare',
    ],
    [eventually(20, lastFault), '0+ 40- 61+', { lastFaultUs: 40 }, 'failed', 'still false at the deadline, 60us'],
    [
      eventually(20, lastFault),
      '0+',
      { lastFaultUs: null },
      'undecided',
      'no fault has changed anything, so there is no instant to count from',
    ],
    [
      eventually(20, lastFault),
      '0+',
      { lastFaultUs: 40, reachedUs: 60, complete: false },
      'undecided',
      'which fault is the last is not known yet; the run ended early, at 60us',
    ],
    [eventually(20, instant(90)), '0-', {}, 'undecided', 'the deadline, 110us, lies after the end of the run, 100us'],
    [eventually(20, instant(90)), '0- 95+', {}, 'passed', 'true 5us after 90us, 15us to spare'],
    [
      eventually(20, instant(50)),
      '0-',
      { reachedUs: 60, complete: false },
      'undecided',
      'the deadline, 70us, lies after the end of the run, 60us',
    ],
    [eventually(50), '0- 30+', { reachedUs: 60, complete: false }, 'passed', 'true at 30us, 20us to spare'],

    [stable(50), '0- 30+', {}, 'passed', 'true at 30us, and to the end, 20us to spare'],
    [stable(50), '0- 30+ 40- 45+', {}, 'passed', 'true at 45us, and to the end, 5us to spare'],
    [stable(50), '0- 30+ 40- 55+', {}, 'failed', 'true for good only at 55us, 5us after the deadline'],
    [stable(50), '0- 30+ 80-', {}, 'failed', 'false at the end, since 80us: broken at 80'],
    [stable(50), '0+', {}, 'passed', 'true at 0us, and to the end, 50us to spare'],
    [
      stable(20, lastFault),
      '0+ 40- 45+',
      { lastFaultUs: 40 },
      'passed',
      'true 5us after the last fault (40us), and to the end, 15us to spare',
    ],
    [
      stable(20, lastFault),
      '0+',
      { lastFaultUs: 90 },
      'undecided',
      'the deadline, 110us, lies after the end of the run, 100us',
    ],
    [
      stable(50),
      '0- 30+',
      { reachedUs: 60, complete: false },
      'undecided',
      'true since 30us; the run ended early, at 60us',
    ],
    [
      stable(50),
      '0+ 30-',
      { reachedUs: 60, complete: false },
      'undecided',
      'false since 30us; the run ended early, at 60us',
    ],
  ];
  it.each(rows)('%j, seen %s, %j: %s', (requirement, text, given, result, finding) => {
    expect(ofProperty(requirement, seen(text), given)).toMatchObject({ result, finding });
  });

  it('says when, how long it took and how much was to spare', () => {
    expect(ofProperty(stable(20, lastFault), seen('0+ 40- 45+'), { lastFaultUs: 40 })).toEqual({
      text: 'subject: …',
      line: 7,
      subject: 'subject',
      requirement: 'stable',
      result: 'passed',
      finding: 'true 5us after the last fault (40us), and to the end, 15us to spare',
      measured: 5,
      unit: 'us',
      margin: 15,
      firstViolatedUs: null,
      trueSinceUs: 45,
    });
    expect(ofProperty(stable(20, instant(40)), seen('0+ 40- 70+'))).toMatchObject({
      result: 'failed',
      measured: 30,
      margin: -10,
      firstViolatedUs: 60,
      trueSinceUs: 70,
    });
    expect(ofProperty(always(10), seen('0- 5+ 40-'))).toMatchObject({
      firstViolatedUs: 40,
      measured: null,
      margin: null,
    });
  });

  it('is undecided for a property that nobody looked at', () => {
    const evidence: Evidence = {
      reachedUs: END,
      complete: true,
      lastDisturbanceUs: null,
      watch: () => undefined,
      metric: () => ({ value: 1, unit: '' }),
    };
    const expectation: Expectation = { text: '', place: null, subject: SUBJECT, requirement: always() };
    expect(evaluate(expectation, evidence)).toMatchObject({
      result: 'undecided',
      finding: 'it was never checked',
      line: null,
    });
    expect(() => evaluate({ ...expectation, requirement: { kind: 'bounds', min: 1, max: null } }, evidence)).toThrow(
      'bounds on the property "subject"',
    );
    const metric = { kind: 'metric', name: 'm', statistic: null } as const;
    expect(() => evaluate({ ...expectation, subject: metric }, evidence)).toThrow('"always" of the metric "m"');
  });
});

describe('what becomes of bounds on a metric', () => {
  function ofMetric(min: number | null, max: number | null, measured: Measured, complete = true) {
    const evidence: Evidence = {
      reachedUs: END,
      complete,
      lastDisturbanceUs: null,
      watch: () => undefined,
      metric: (name, statistic) => {
        expect([name, statistic]).toEqual(['path length', 'p99']);
        return measured;
      },
    };
    const subject = { kind: 'metric', name: 'path length', statistic: 'p99' } as const;
    return evaluate({ text: '', place: null, subject, requirement: { kind: 'bounds', min, max } }, evidence);
  }
  const hops = (value: number): Measured => ({ value, unit: 'hops' });
  const ratio = (value: number): Measured => ({ value, unit: 'ratio' });

  it.each<[number | null, number | null, Measured, Result, string, number | null]>([
    [3, null, hops(3), 'passed', '3 hops', 0],
    [3, null, hops(2.5), 'failed', '2.5 hops, too little', -0.5],
    [null, 5, hops(5), 'passed', '5 hops', 0],
    [null, 5, hops(7), 'failed', '7 hops, too much', -2],
    [3, 5, hops(3.5), 'passed', '3.5 hops', 0.5],
    [4, 4, hops(4), 'passed', '4 hops', 0],
    [4, 4, hops(5), 'failed', '5 hops, too much', -1],
    [0.99, null, ratio(0.995), 'passed', '99.5%', 0.995 - 0.99],
    // What misses the bound by less than is shown must not look as if it met it.
    [0.99, null, ratio(0.9899999), 'failed', '99% (0.9899999), too little', 0.9899999 - 0.99],
    [3, null, hops(2.9999999), 'failed', '3 hops (2.9999999), too little', 2.9999999 - 3],
    [1, null, ratio(0.9999999), 'failed', '99.99999%, too little', 0.9999999 - 1],
    [null, null, hops(4), 'passed', '4 hops', null],
  ])('at least %j, at most %j, %j: %s', (min, max, measured, result, finding, margin) => {
    expect(ofMetric(min, max, measured)).toMatchObject({ result, finding, margin, measured: measured.value });
  });

  it('is undecided without a value, and before the end', () => {
    expect(ofMetric(3, null, { value: null, unit: 'hops', why: 'nothing was measured' })).toMatchObject({
      result: 'undecided',
      finding: 'nothing was measured',
      measured: null,
    });
    expect(ofMetric(3, null, hops(9), false)).toMatchObject({
      result: 'undecided',
      finding: '9 hops so far; the run ended early, at 100us',
      measured: 9,
      margin: 6,
    });
  });
});

// --- Against the obvious ---

/** Goes through the looks one by one. The truth between two looks is that of the first; a look that finds the same again adds nothing. */
function twin(requirement: Requirement, looked: readonly Look[], endUs: number): Result {
  const all = looked.filter(({ holds }, index) => index === 0 || holds !== looked[index - 1].holds);
  /** Whether some look within the window, or the one that was in force as it began, found this. */
  const finds = (wanted: boolean, fromUs: number, untilUs: number) =>
    all.some(({ timeUs, holds }, index) => {
      const nextUs = all[index + 1]?.timeUs ?? Number.POSITIVE_INFINITY;
      // A look lasts until the next; one that was overtaken at its own instant lasts for that instant.
      const isWithin = timeUs >= fromUs && timeUs <= untilUs;
      const lastsInto = timeUs < fromUs && nextUs > fromUs;
      return holds === wanted && (isWithin || lastsInto);
    });
  switch (requirement.kind) {
    case 'always':
      return finds(false, requirement.fromUs, requirement.untilUs) ? 'failed' : 'passed';
    case 'never':
      return all.some(({ holds }) => holds) ? 'failed' : 'passed';
    case 'sometimes':
      return all.some(({ holds }) => holds) ? 'passed' : 'failed';
    case 'violated':
      return all.some(({ holds }) => !holds) ? 'passed' : 'failed';
    case 'eventually': {
      const sinceUs = requirement.since.kind === 'instant' ? requirement.since.us : 0;
      const deadlineUs = sinceUs + requirement.withinUs;
      if (finds(true, sinceUs, Math.min(deadlineUs, endUs))) return 'passed';
      return deadlineUs > endUs ? 'undecided' : 'failed';
    }
    case 'stable': {
      const sinceUs = requirement.since.kind === 'instant' ? requirement.since.us : 0;
      const deadlineUs = sinceUs + requirement.withinUs;
      if (deadlineUs > endUs) return 'undecided';
      const lastFalse = all.findLastIndex(({ holds }) => !holds);
      if (lastFalse === all.length - 1) return 'failed';
      const trueUs = lastFalse < 0 ? 0 : all[lastFalse + 1].timeUs;
      return trueUs <= deadlineUs ? 'passed' : 'failed';
    }
    case 'bounds':
      return 'undecided';
  }
}

const us = fc.integer({ min: 0, max: 60 });
const requirements: fc.Arbitrary<Requirement> = fc.oneof(
  fc.tuple(us, us).map(([a, b]): Requirement => always(Math.min(a, b), Math.max(a, b))),
  fc.constantFrom(never, sometimes, violated),
  fc.tuple(us, us).map(([within, since]) => eventually(within, instant(since))),
  fc.tuple(us, us).map(([within, since]) => stable(within, instant(since))),
);

test.prop([requirements, looks], { numRuns: 2000 })(
  'agrees with going through the looks one by one',
  (requirement, all) => {
    const endUs = Math.max(80, all[all.length - 1].timeUs);
    expect(ofProperty(requirement, all, { reachedUs: endUs }).result).toBe(twin(requirement, all, endUs));
  },
);

test.prop([requirements, looks, us], { numRuns: 1000 })(
  'what is decided before the end stays so, whatever the rest of the run brings',
  (requirement, all, cutUs) => {
    const endUs = 200;
    const before = all.filter(({ timeUs }) => timeUs <= cutUs);
    const early = ofProperty(requirement, before, { reachedUs: cutUs, complete: false }).result;
    if (early !== 'undecided') expect(ofProperty(requirement, all, { reachedUs: endUs }).result).toBe(early);
  },
);
