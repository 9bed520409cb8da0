/** The run's numbers as they stand: the report's own, reckoned now and then while the run goes on. */
import type { Simulation, Statistic } from '../../sim/index.ts';
import { metric, type ValueReport, valuesReport } from '../../sim/report/metrics.ts';
import {
  type MeasureReport,
  measuresReport,
  type OperationsReport,
  operationsReport,
} from '../../sim/report/operations.ts';

export interface Figures {
  /** After how many events they were reckoned. */
  readonly event: number;
  readonly operations: readonly OperationsReport[];
  readonly measures: readonly MeasureReport[];
  readonly values: readonly ValueReport[];
  /** A number that a scenario can put bounds on; null where there is none yet. */
  metric(name: string, statistic: string | null): number | null;
}

export function figuresOf(simulation: Simulation): Figures {
  const operations = operationsReport(simulation);
  const measures = measuresReport(simulation);
  const values = valuesReport(simulation);
  const verdicts = new Set([...Object.keys(simulation.plan.system.judge.verdicts), 'aborted']);
  return {
    event: simulation.events,
    operations,
    measures,
    values,
    metric: (name, statistic) => metric({ verdicts, operations, measures, values }, name, statistic as Statistic).value,
  };
}
