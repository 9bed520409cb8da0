/**
 * The report: everything that a run has come to, as plain JSON-safe data. It is a function of the run alone (no clock, no
 * machine), so the same scenario and seed give the same report. The command prints it, `--json` writes it out.
 */
import type { ProtocolTypes } from '../contract/protocol-types.ts';
import type { ProcessStatus } from '../contract/world.ts';
import type { Simulation } from '../engine/simulation.ts';
import { type Evidence, type ExpectationResult, evaluate, type Result } from './expectation.ts';
import { type FaultReport, faultsReport } from './faults.ts';
import { type MessagesReport, messagesReport } from './messages.ts';
import { metric, type ValueReport, valuesReport } from './metrics.ts';
import { type MeasureReport, measuresReport, type OperationsReport, operationsReport } from './operations.ts';
import { type ViolationReport, violationsReport } from './violations.ts';

export interface Report {
  readonly format: 1;
  readonly scenario: ScenarioReport;
  readonly run: RunReport;
  /** `failed` if an expectation failed, else `undecided` if one is that, else `passed`. */
  readonly result: Result;
  readonly expectations: readonly ExpectationResult[];
  readonly violations: readonly ViolationReport[];
  readonly operations: readonly OperationsReport[];
  readonly measures: readonly MeasureReport[];
  readonly values: readonly ValueReport[];
  readonly messages: MessagesReport;
  readonly faults: readonly FaultReport[];
  readonly series: SeriesReport;
}

export interface ScenarioReport {
  readonly title: string;
  readonly file: string;
  readonly system: string;
  readonly variant: string;
  /** The scenario's `nodes:`, or null. */
  readonly nodes: number | null;
  readonly seed: string;
  /** The edits of `--set`. */
  readonly overrides: readonly string[];
}

export interface RunReport {
  /** `stopped` before the end because it was asked to (`--until`), `interrupted` because the user lost patience. */
  readonly ending: Ending;
  readonly durationUs: number;
  readonly reachedUs: number;
  readonly events: number;
  readonly fingerprint: string;
  /** Processes ever created, and what has become of them. */
  readonly processes: Readonly<Record<ProcessStatus | 'created', number>>;
  readonly lastDisturbanceUs: number | null;
}

export type Ending = 'complete' | 'stopped' | 'interrupted';

export interface SeriesReport {
  readonly periodUs: number;
  readonly timesUs: readonly number[];
  /** By name; null where there was no value yet. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
}

/** What of a run the simulation does not know itself. */
export interface About {
  readonly title: string;
  readonly file: string;
  readonly overrides: readonly string[];
  /** Why the run ended, if it did not come to its end. */
  readonly cutShort?: 'stopped' | 'interrupted';
}

export function reportOf<P extends ProtocolTypes>(simulation: Simulation<P>, about: About): Report {
  const { plan } = simulation;
  const operations = operationsReport(simulation);
  const measures = measuresReport(simulation);
  const values = valuesReport(simulation);
  const verdicts = new Set([...Object.keys(plan.system.judge.verdicts), 'aborted']);
  const evidence: Evidence = {
    reachedUs: simulation.nowUs,
    complete: simulation.finished,
    lastDisturbanceUs: simulation.lastDisturbanceUs,
    watch: (name) => simulation.watches.find((watch) => watch.name === name),
    metric: (name, statistic) => metric({ verdicts, operations, measures, values }, name, statistic),
  };
  const results = plan.expect.map((expectation) => [expectation, evaluate(expectation, evidence)] as const);
  const expectations = results.map(([, result]) => result);
  return {
    format: 1,
    scenario: scenarioReport(simulation, about),
    run: runReport(simulation, about),
    result: overall(expectations),
    expectations,
    violations: violationsReport(simulation, results, { ...about, seed: plan.seed }),
    operations: operations.filter((entry) => entry.begun > 0 || isAskedFor(entry, simulation)),
    measures,
    values,
    messages: messagesReport(simulation),
    faults: faultsReport(simulation),
    series: seriesReport(simulation),
  };
}

function scenarioReport<P extends ProtocolTypes>({ plan }: Simulation<P>, about: About): ScenarioReport {
  const { system, variant, nodes, seed } = plan;
  const { title, file, overrides } = about;
  return { title, file, system: system.name, variant, nodes, seed, overrides };
}

function runReport<P extends ProtocolTypes>(simulation: Simulation<P>, about: About): RunReport {
  const { plan, world, nowUs, events, fingerprint, lastDisturbanceUs } = simulation;
  const processes = { created: world.size, up: 0, paused: 0, down: 0, gone: 0 };
  for (let address = 0; address < world.size; address++) processes[world.process(address).status]++;
  return {
    ending: simulation.finished ? 'complete' : (about.cutShort ?? 'stopped'),
    durationUs: plan.durationUs,
    reachedUs: nowUs,
    events,
    fingerprint,
    processes,
    lastDisturbanceUs,
  };
}

function overall(expectations: readonly ExpectationResult[]): Result {
  const has = (wanted: Result) => expectations.some(({ result }) => result === wanted);
  if (has('failed')) return 'failed';
  return has('undecided') ? 'undecided' : 'passed';
}

/** A workload that came to nothing is worth a line of its own. */
function isAskedFor<P extends ProtocolTypes>(
  { operation, skipped }: OperationsReport,
  { plan }: Simulation<P>,
): boolean {
  return skipped > 0 || plan.workload.some((workload) => workload.operation === operation);
}

function seriesReport<P extends ProtocolTypes>({ series }: Simulation<P>): SeriesReport {
  const values: Record<string, readonly (number | null)[]> = {};
  for (const [name, column] of series.values) {
    values[name] = column.map((value) => (Number.isFinite(value) ? value : null));
  }
  return { periodUs: series.periodUs, timesUs: series.timesUs.slice(), values };
}
