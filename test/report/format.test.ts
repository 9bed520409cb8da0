import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../sim/protocol.ts';
import { counted, exactSeconds, formatNumber, formatShare, formatValue } from '../../sim/report/format.ts';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [7, '7'],
    [1234567, '1,234,567'],
    [-12345, '-12,345'],
    [Math.PI, '3.142'],
    [12345.678, '12,346'],
    [0.00012346, '0.0001235'],
    [0.5, '0.5'],
    [1.5e-9, '1.5e-9'],
    [99.9999, '100'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [1, '100%'],
    [0, '0%'],
    [0.5, '50%'],
    [0.98957, '98.957%'],
    [0.999999, '99.9999%'],
    [0.0000012, '0.00012%'],
    [12.5, '1,250%'],
  ])('the share %d is %s: what only comes near to all or nothing is not shown as that', (ratio, text) => {
    expect(formatShare(ratio)).toBe(text);
  });

  it.each([
    [1_234_567, 'us', '1.235s'],
    [83_456_789.4, 'us', '1m23.457s'],
    [0.5, 'us', '0.5us'],
    [0.25, 'ratio', '25%'],
    [5.25, '1/s', '5.25/s'],
    [3.7, 'hops', '3.7 hops'],
    [3.7, '', '3.7'],
  ])('%d in %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it('counts one in the singular', () => {
    expect([counted(1, 'event'), counted(2, 'event'), counted(1000, 'process', 'processes')]).toEqual([
      '1 event',
      '2 events',
      '1,000 processes',
    ]);
  });

  test.prop([fc.integer({ min: 1, max: 1e13 })])('an instant goes through --until and back exactly', (us) => {
    expect(parseDuration(exactSeconds(us))).toBe(us);
  });
});
