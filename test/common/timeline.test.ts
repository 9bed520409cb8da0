// What a judge remembers, against a list of all that happened.

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { count, EMPTY_TALLY, meanUs } from '../../protocols/common/tally.ts';
import {
  EMPTY_TIMELINE,
  everServed,
  remember,
  servedSince,
  setServing,
  type Timeline,
} from '../../protocols/common/timeline.ts';

const event = fc.record({
  key: fc.constantFrom('a', 'b'),
  holder: fc.integer({ min: 0, max: 3 }),
  serves: fc.boolean(),
});

describe('a timeline', () => {
  property.prop([fc.array(event, { maxLength: 40 }), fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 40 })])(
    'knows whether somebody has served a key all the time since an instant',
    (events, key, sinceUs) => {
      let timeline: Timeline = EMPTY_TIMELINE;
      events.forEach((one, i) => {
        timeline = setServing(timeline, one.key, one.holder, one.serves, i);
      });
      // The obvious way: replay everything, and keep those who served at the instant and were never interrupted.
      const serves = (holder: number, until: number) =>
        events.slice(0, until).findLast((one) => one.key === key && one.holder === holder)?.serves === true;
      const through = [0, 1, 2, 3].filter((holder) => {
        for (let i = Math.min(sinceUs + 1, events.length); i <= events.length; i++)
          if (!serves(holder, i)) return false;
        return true;
      });
      const found = servedSince(timeline, key, sinceUs);
      expect(found !== null).toBe(through.length > 0);
      if (found !== null) expect(through).toContain(found);
    },
  );

  test('never forgets what a place has served', () => {
    const timeline = remember(remember(EMPTY_TIMELINE, 'here', 'a'), 'here', 'b');
    expect([everServed(timeline, 'here', 'a'), everServed(timeline, 'here', 'c')]).toEqual([true, false]);
    expect(everServed(timeline, 'there', 'a')).toBe(false);
    expect(remember(timeline, 'here', 'a')).toBe(timeline);
  });
});

property.prop([fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1 })])('a tally sums up', (values) => {
  const tally = values.reduce(count, EMPTY_TALLY);
  expect(tally).toEqual({
    count: values.length,
    sumUs: values.reduce((sum, one) => sum + one, 0),
    minUs: Math.min(...values),
    maxUs: Math.max(...values),
  });
  expect(meanUs(tally)).toBe(tally.sumUs / values.length);
  expect(meanUs(EMPTY_TALLY)).toBe(0);
});
