/** Definitions and values of what is measured. */
import type { MetricDefinition, RunSummary, World } from '../../sim/protocol.ts';
import { checkArea, FINAL_BUDGET } from './area-history.ts';
import { WINDOW_SECONDS } from './judge.ts';
import type { Judged } from './judged.ts';
import { processes } from './membership.ts';
import { servedBy } from './services.ts';
import type { NewsTypes } from './state.ts';
import { get, keysWith } from './table.ts';

type NewsWorld = World<NewsTypes>;

export const METRICS: Readonly<Record<string, MetricDefinition>> = {
  retries: { unit: 'count', description: 'How often an operation was tried again, of each operation that ended.' },
  'operations per second': {
    unit: '1/s',
    description: `Operations that ended with an answer, refusals included, a second; as a series over the last ${WINDOW_SECONDS} seconds, in the report over the run.`,
  },
  availability: {
    unit: 'ratio',
    description: `Answered operations among those that ended; as a series over the last ${WINDOW_SECONDS} seconds (1 if none ended), in the report over the run.`,
  },
  'unserved areas': { unit: 'count', description: 'Areas that are not assigned to a live node.' },
  'database queue': { unit: 'count', description: 'Transactions that wait at the database or are being executed.' },
  'node queue': {
    unit: 'count',
    description: 'Requests that wait or are worked on at the node with the longest queue.',
  },
  'live replicas': { unit: 'count', description: 'Replicas of all commissions that are up.' },
  'answered operations': { unit: 'count', description: 'Operations that ended with an answer, refusals included.' },
  'refused operations': { unit: 'count', description: 'Operations that the service refused with a reason.' },
  'failed operations': { unit: 'count', description: 'Operations that clients gave up.' },
  'retried operations': { unit: 'count', description: 'Operations that were tried more than once.' },
  'fail-overs': { unit: 'count', description: 'How often an area lost its live node and got one again.' },
  'mean fail-over time': {
    unit: 'us',
    description:
      'From the moment at which an area’s commission is down to the commit that assigns it to a live one, or to its being back; mean.',
  },
  'longest fail-over time': { unit: 'us', description: 'The longest of these.' },
  'fewest requests per replica': {
    unit: 'count',
    description: 'Requests of clients that the least busy replica that is up took on since its start.',
  },
  'mean requests per replica': { unit: 'count', description: 'The mean of these over the replicas that are up.' },
  'most requests per replica': { unit: 'count', description: 'Those of the busiest replica.' },
  'areas checked': {
    unit: 'count',
    description: 'Areas with a recorded history, each of which is checked for linearizability at the end of the run.',
  },
  'areas not linearizable': { unit: 'count', description: 'Of these, areas whose history no order explains.' },
  'areas undecided': { unit: 'count', description: 'Of these, areas for which the checker’s budget did not suffice.' },
};

export function gauges(world: NewsWorld, judged: Judged): Readonly<Record<string, number>> {
  const { nowUs } = world;
  const second = Math.floor(nowUs / 1_000_000);
  let answered = 0;
  let failed = 0;
  for (const bucket of judged.recent) {
    if (bucket.second <= second - WINDOW_SECONDS) continue;
    answered += bucket.answered;
    failed += bucket.failed;
  }
  const span = Math.min(WINDOW_SECONDS, Math.max(1, nowUs / 1_000_000));
  return {
    'operations per second': answered / span,
    availability: answered + failed === 0 ? 1 : answered / (answered + failed),
    'unserved areas': keysWith(judged.tables.areas).filter((area) => !servedBy(judged, judged.tables, area).live)
      .length,
    'database queue': databaseQueue(world, judged),
    ...replicas(world),
  };
}

function databaseQueue(world: NewsWorld, judged: Judged): number {
  let waiting = 0;
  for (const address of judged.databases) {
    const { state, status } = world.process(address);
    if (status === 'up' && state.role === 'database') waiting += state.queue.length + state.executed.length;
  }
  return waiting;
}

function replicas(world: NewsWorld): { readonly 'node queue': number; readonly 'live replicas': number } {
  let longest = 0;
  let live = 0;
  for (const { state, status } of processes(world, 'node')) {
    if (status !== 'up' || state.role !== 'node') continue;
    live++;
    longest = Math.max(longest, state.queue.length);
  }
  return { 'node queue': longest, 'live replicas': live };
}

export function summary({ world, judged }: RunSummary<NewsTypes, Judged>): Readonly<Record<string, number>> {
  const { answered, refused, failed, retried } = judged.totals;
  const { durationsUs } = judged.failovers;
  const numbers: Record<string, number> = {
    'operations per second': world.nowUs === 0 ? 0 : answered / (world.nowUs / 1_000_000),
    availability: answered + failed === 0 ? 1 : answered / (answered + failed),
    'answered operations': answered,
    'refused operations': refused,
    'failed operations': failed,
    'retried operations': retried,
    'fail-overs': durationsUs.length,
    ...requests(world),
    ...linearizability(world, judged),
  };
  if (durationsUs.length > 0) {
    numbers['mean fail-over time'] = durationsUs.reduce((sum, us) => sum + us, 0) / durationsUs.length;
    numbers['longest fail-over time'] = durationsUs.reduce((longest, us) => Math.max(longest, us), 0);
  }
  return numbers;
}

function requests(world: NewsWorld): Record<string, number> {
  const counts = processes(world, 'node').flatMap(({ state, status }) =>
    status === 'up' && state.role === 'node' ? [state.requests] : [],
  );
  if (counts.length === 0) return {};
  return {
    'fewest requests per replica': Math.min(...counts),
    'mean requests per replica': counts.reduce((sum, count) => sum + count, 0) / counts.length,
    'most requests per replica': Math.max(...counts),
  };
}

function linearizability(world: NewsWorld, judged: Judged): Record<string, number> {
  const areas = keysWith(judged.areas);
  const found = areas.map((area) => {
    const record = get(judged.areas, area)!;
    return record.found === 'violated'
      ? 'violated'
      : checkArea(judged, area, record, world.config.readLimit, FINAL_BUDGET).kind;
  });
  return {
    'areas checked': areas.length,
    'areas not linearizable': found.filter((kind) => kind === 'violated').length,
    'areas undecided': found.filter((kind) => kind === 'undecided').length,
  };
}
