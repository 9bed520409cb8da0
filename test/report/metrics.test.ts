import { describe, expect, it } from 'vitest';
import { distributionOf } from '../../sim/report/distribution.ts';
import { metric, type Numbers } from '../../sim/report/metrics.ts';
import type { OperationsReport } from '../../sim/report/operations.ts';

function operations(
  plural: string,
  counts: Readonly<Record<string, number>>,
  latencies: readonly number[],
): OperationsReport {
  const ended = Object.values(counts).reduce((a, b) => a + b, 0);
  const aborted = counts.aborted ?? 0;
  return {
    operation: plural,
    plural,
    begun: ended + 1,
    completed: ended - aborted,
    aborted,
    pending: 1,
    skipped: 0,
    verdicts: Object.entries(counts).map(([verdict, count]) => ({
      verdict,
      good: verdict === 'correct',
      description: '',
      count,
      share: count / ended,
      examples: [],
    })),
    latency: distributionOf(latencies),
  };
}

const numbers: Numbers = {
  verdicts: new Set(['correct', 'stale', 'aborted']),
  operations: [
    operations('finds', { correct: 6, stale: 1, aborted: 1 }, [10, 20, 30]),
    // Its plural begins with the other's.
    operations('finds of many', { correct: 1 }, [99]),
    operations('lists', {}, []),
  ],
  measures: [{ name: 'hops', unit: 'hops', description: '', distribution: distributionOf([1, 2, 6])! }],
  values: [
    { name: 'residue', kind: 'summary', value: 0.25, unit: 'ratio', description: '' },
    { name: 'repair time', kind: 'summary', value: null, unit: 'us', description: '' },
  ],
};

describe('the value of a metric that a scenario puts bounds on', () => {
  it.each([
    ['finds', null, 9, ''],
    ['finds of many', null, 2, ''],
    // Shares are of those that ended, the aborted ones among them.
    ['finds correct', null, 0.75, 'ratio'],
    ['finds stale', null, 0.125, 'ratio'],
    ['finds aborted', null, 0.125, 'ratio'],
    ['finds of many correct', null, 1, 'ratio'],
    ['finds of many stale', null, 0, 'ratio'],
    ['finds latency', 'mean', 20, 'us'],
    ['finds latency', 'max', 30, 'us'],
    ['finds latency', 'count', 3, ''],
    ['finds of many latency', 'p99', 99, 'us'],
    ['lists', null, 1, ''],
    ['lists latency', 'count', 0, ''],
    ['hops', 'mean', 3, 'hops'],
    ['hops', 'min', 1, 'hops'],
    ['hops', 'count', 3, ''],
    ['time-outs', 'count', 0, ''],
    ['residue', null, 0.25, 'ratio'],
  ] as const)('%s %s is %d %s', (name, statistic, value, unit) => {
    expect(metric(numbers, name, statistic)).toEqual({ value, unit });
  });

  it.each([
    ['lists correct', null, 'no lists have ended'],
    ['lists latency', 'p50', 'no lists were completed'],
    ['time-outs', 'mean', 'nothing was measured'],
    ['repair time', null, 'there was nothing to reckon it from'],
    ['something else', null, 'nothing was measured'],
  ] as const)('%s %s: there is none, for %s', (name, statistic, why) => {
    expect(metric(numbers, name, statistic)).toMatchObject({ value: null, why });
  });
});
