/** Single numbers at the end of the run, and the look-up of every name that a scenario can put bounds on. */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { Statistic } from '../scenario/plan.ts';
import type { Distribution } from './distribution.ts';
import type { Measured } from './expectation.ts';
import { definition, type MeasureReport, type OperationsReport } from './operations.ts';

export interface ValueReport {
  readonly name: string;
  /** From the whole run, or read off the world at its end. */
  readonly kind: 'summary' | 'gauge';
  /** Null if it is not a finite number: a mean of nothing. */
  readonly value: number | null;
  readonly unit: string;
  readonly description: string;
}

/** The summary's numbers, then the gauges at the end; a name that is in both is the summary's. */
export function valuesReport<P extends ProtocolTypes>(simulation: Simulation<P>): readonly ValueReport[] {
  const { plan, world, judged } = simulation;
  const { system } = plan;
  const summary = system.summary?.(simulation.summary()) ?? {};
  const gauges = system.gauges?.(world, judged) ?? {};
  const value = (kind: ValueReport['kind'], name: string, number: number): ValueReport => ({
    name,
    kind,
    value: Number.isFinite(number) ? number : null,
    ...definition(system, name),
  });
  return [
    ...Object.entries(summary).map(([name, number]) => value('summary', name, number)),
    ...Object.entries(gauges)
      .filter(([name]) => !Object.hasOwn(summary, name))
      .map(([name, number]) => value('gauge', name, number)),
  ];
}

/** What there is to look up. */
export interface Numbers {
  /** Every verdict that there is, given in this run or not. */
  readonly verdicts: ReadonlySet<string>;
  readonly operations: readonly OperationsReport[];
  readonly measures: readonly MeasureReport[];
  readonly values: readonly ValueReport[];
}

/** The value of `lookups`, `lookups correct`, `lookups latency` p99, a measure's statistic, a summary's number or a gauge. */
export function metric(numbers: Numbers, name: string, statistic: Statistic | null): Measured {
  for (const operations of numbers.operations) {
    const measured = ofOperations(operations, numbers.verdicts, name, statistic);
    if (measured !== null) return measured;
  }
  const measure = numbers.measures.find((candidate) => candidate.name === name);
  if (measure !== undefined && statistic !== null) return ofDistribution(measure.distribution, statistic, measure.unit);
  const found = numbers.values.find((candidate) => candidate.name === name);
  if (found !== undefined && statistic === null) {
    const { value, unit } = found;
    return value === null ? { value, unit, why: 'there was nothing to reckon it from' } : { value, unit };
  }
  if (statistic === 'count') return { value: 0, unit: '' };
  return { value: null, unit: '', why: 'nothing was measured' };
}

function ofOperations(
  operations: OperationsReport,
  known: ReadonlySet<string>,
  name: string,
  statistic: Statistic | null,
): Measured | null {
  const { plural, begun, completed, aborted, verdicts, latency } = operations;
  if (name === plural) return { value: begun, unit: '' };
  if (!name.startsWith(`${plural} `)) return null;
  const rest = name.slice(plural.length + 1);
  if (rest === 'latency' && statistic !== null) {
    if (latency !== null) return ofDistribution(latency, statistic, 'us');
    return statistic === 'count'
      ? { value: 0, unit: '' }
      : { value: null, unit: 'us', why: `no ${plural} were completed` };
  }
  // One plural may begin another ("finds", "finds of many"): what follows must be a verdict.
  if (statistic !== null || !known.has(rest)) return null;
  const ended = completed + aborted;
  const tally = verdicts.find(({ verdict }) => verdict === rest);
  if (ended === 0) return { value: null, unit: 'ratio', why: `no ${plural} have ended` };
  return { value: tally?.share ?? 0, unit: 'ratio' };
}

function ofDistribution(distribution: Distribution, statistic: Statistic, unit: string): Measured {
  return { value: distribution[statistic], unit: statistic === 'count' ? '' : unit };
}
