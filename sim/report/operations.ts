/** What became of the clients' operations, by kind. */
import type { Kinded, ProtocolTypes } from '../contract/protocol-types.ts';
import type { System } from '../contract/system.ts';
import type { OperationRecord } from '../contract/world.ts';
import type { Simulation } from '../engine/simulation.ts';
import { type Distribution, distributionsOf } from './distribution.ts';

export interface OperationsReport {
  /** Key of the system's operations. */
  readonly operation: string;
  readonly plural: string;
  readonly begun: number;
  /** Ended with an outcome. */
  readonly completed: number;
  /** Ended with the process that ran them. */
  readonly aborted: number;
  readonly pending: number;
  /** Arrivals of the workload for which there was nothing to ask; they are not among those begun. */
  readonly skipped: number;
  /** Those that were given, the good ones first, then by number. */
  readonly verdicts: readonly VerdictReport[];
  /** From invocation to return of those completed, in microseconds; null if there are none. */
  readonly latency: Distribution | null;
}

export interface VerdictReport {
  readonly verdict: string;
  readonly good: boolean;
  readonly description: string;
  readonly count: number;
  /** Of those that ended, aborted ones among them. */
  readonly share: number;
  /** The first of them, if the verdict is not a good one. */
  readonly examples: readonly OperationExample[];
}

export interface OperationExample {
  readonly id: number;
  /** Name of the process that it was issued at. */
  readonly issuer: string;
  readonly operation: string;
  readonly outcome: string | null;
  readonly startUs: number;
  readonly endUs: number;
  readonly why: string | null;
}

/** A number that the judge measured on the operations. */
export interface MeasureReport {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly distribution: Distribution;
}

const EXAMPLES = 3;

/** All operations that the system has, also those that were never asked for, in the order of its table. */
export function operationsReport<P extends ProtocolTypes>(simulation: Simulation<P>): readonly OperationsReport[] {
  const { plan, operations } = simulation;
  const accounts = new Map<string, Account<P>>();
  for (const [operation, spec] of Object.entries(plan.system.operations)) {
    if (spec.step !== true) accounts.set(operation, new Account(operation));
  }
  for (const record of operations) {
    const { kind } = record.operation as Kinded;
    let account = accounts.get(kind);
    if (account === undefined) {
      account = new Account(kind);
      accounts.set(kind, account);
    }
    account.take(record);
  }
  const latencies = distributionsOf((take) => {
    for (const { operation, status, startUs, endUs } of operations) {
      if (status === 'completed' && endUs !== null) take((operation as Kinded).kind, endUs - startUs);
    }
  });
  return [...accounts.values()].map((account) => account.report(simulation, latencies.get(account.operation) ?? null));
}

/** The distributions of the judge's measures, by name, whatever operations they were measured on. */
export function measuresReport<P extends ProtocolTypes>({ plan, operations }: Simulation<P>): readonly MeasureReport[] {
  const { metrics } = plan.system;
  const distributions = distributionsOf((take) => {
    for (const { judgement } of operations) {
      const measures = judgement?.measures;
      if (measures !== undefined) for (const name of Object.keys(measures)) take(name, measures[name]);
    }
  });
  const reports = [...distributions].map(([name, distribution]) => ({
    name,
    ...definition(plan.system, name),
    distribution,
  }));
  const order = Object.keys(metrics);
  return reports.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

export function definition<P extends ProtocolTypes>(
  { metrics }: System<P>,
  name: string,
): { unit: string; description: string } {
  return { unit: metrics[name]?.unit ?? '', description: metrics[name]?.description ?? '' };
}

class Account<P extends ProtocolTypes> {
  readonly operation: string;
  private begun = 0;
  private readonly ended = { completed: 0, aborted: 0 };
  private readonly verdicts = new Map<string, { count: number; first: OperationRecord<P>[] }>();

  constructor(operation: string) {
    this.operation = operation;
  }

  take(record: OperationRecord<P>): void {
    this.begun++;
    if (record.status === 'pending' || record.judgement === null) return;
    this.ended[record.status]++;
    const { verdict } = record.judgement;
    let tally = this.verdicts.get(verdict);
    if (tally === undefined) {
      tally = { count: 0, first: [] };
      this.verdicts.set(verdict, tally);
    }
    tally.count++;
    if (tally.first.length < EXAMPLES) tally.first.push(record);
  }

  report(simulation: Simulation<P>, latency: Distribution | null): OperationsReport {
    const { completed, aborted } = this.ended;
    const ended = completed + aborted;
    return {
      operation: this.operation,
      plural: simulation.plan.system.operations[this.operation]?.plural ?? this.operation,
      begun: this.begun,
      completed,
      aborted,
      pending: this.begun - ended,
      skipped: simulation.skipped[this.operation] ?? 0,
      verdicts: [...this.verdicts]
        .map(([verdict, { count, first }]) => {
          const { good, description } = verdictNamed(simulation.plan.system, verdict);
          const examples = good || verdict === 'aborted' ? [] : first.map((record) => example(record, simulation));
          return { verdict, good, description, count, share: count / ended, examples };
        })
        .sort((a, b) => Number(b.good) - Number(a.good) || b.count - a.count),
      latency,
    };
  }
}

/** Aborted is the engine's verdict, not the judge's: neither good, nor the protocol's fault. */
const ABORTED = { good: false, description: 'The process that ran it ended first; nobody is left to be told.' };

function verdictNamed<P extends ProtocolTypes>(
  { judge }: System<P>,
  verdict: string,
): { good: boolean; description: string } {
  return judge.verdicts[verdict] ?? (verdict === 'aborted' ? ABORTED : { good: false, description: '' });
}

function example<P extends ProtocolTypes>(
  record: OperationRecord<P>,
  { plan, world }: Simulation<P>,
): OperationExample {
  const { describe } = plan.system;
  const { id, issuer, operation, outcome, startUs, endUs, judgement } = record;
  return {
    id,
    issuer: world.process(issuer).name,
    operation: describe?.operation?.(operation) ?? JSON.stringify(operation),
    outcome: outcome === null ? null : (describe?.outcome?.(outcome) ?? JSON.stringify(outcome)),
    startUs,
    endUs: endUs ?? startUs,
    why: judgement?.why ?? null,
  };
}
