/**
 * A small run in place of a large one: most of what goes wrong shows already with few processes and few faults (Jackson's small-scope hypothesis; Andoni et
 * al., MIT 2003), only more rarely, so many seeds are tried. It is for scenarios whose churn and rates cannot be cut down one by one:
 * what comes later hangs on every draw before.
 */
import type { Candidate } from './candidate.ts';
import type { Failing } from './failing.ts';
import { durationOf, durationText, entriesOf, isPlainMap, type Plain, withKey } from './plain.ts';

/** All that disturbs happens within this. */
const WINDOWS_S = [10, 20, 40, 5, 80];
const NODES = [3, 2, 4, 5];
const LARGE = 2500;
/** How many times all have their turn, for each unit of patience. */
const TURNS = 6;
/** Seeds of one scenario before the next has its turn. */
const BLOCK = 50;

/** @param patience 1 at first: then only for a run so large that it is worth the trouble. */
export function* smallRuns({ said, failure }: Failing, most: Plain, patience: number): Generator<Candidate> {
  const lastUs = lastDisturbance(said);
  if (lastUs === null || (patience === 1 && failure.event < LARGE)) return;
  const durationUs = durationOf(said.duration) ?? 0;
  const quietUs = failure.kind === 'safety' ? 1_000_000 : Math.max(0, durationUs - lastUs) + 1_000_000;
  const windows = WINDOWS_S.map((seconds) => seconds * 1_000_000).filter((us) => us < lastUs * 0.7);
  for (let block = 0; block < TURNS * patience; block++) {
    for (const us of windows) {
      const small = withKey(scaled(said, us, us / lastUs), 'duration', durationText(us + quietUs));
      for (const nodes of nodesOf(said, most))
        yield {
          said: nodes === null ? small : withKey(small, 'nodes', nodes),
          seeds: { from: block * BLOCK + 1, count: BLOCK },
        };
    }
  }
}

/** No more than there were in the beginning; how many they are may be left to the system. */
function nodesOf(said: Plain, { nodes: most }: Plain): readonly (number | null)[] {
  if (typeof most !== 'number') return [null];
  const now = Number(said.nodes ?? most);
  return [now, ...NODES.filter((nodes) => nodes <= most && nodes !== now)];
}

/** When rates end; null where nothing comes at a rate, or without an end. */
function lastDisturbance(said: Plain): number | null {
  const rated = [...entriesOf(said, 'churn'), ...entriesOf(said, 'faults').filter(({ rate }) => rate !== undefined)];
  const durationUs = durationOf(said.duration);
  if (rated.length === 0 || durationUs === null) return null;
  return Math.max(...rated.map(({ until }) => durationOf(until) ?? durationUs));
}

/** Windows and instants at the same share of a shorter time; rates stay. */
function scaled(said: Plain, untilUs: number, factor: number): Plain {
  const shorter = (entry: Plain): Plain => {
    const times = ['at', 'from', 'until'].flatMap((key) => {
      const us = durationOf(entry[key]);
      return us === null ? [] : [[key, durationText(Math.min(untilUs, rounded(us * factor)))] as const];
    });
    return { ...entry, ...Object.fromEntries(times) };
  };
  const churn = entriesOf(said, 'churn').map((entry) => ({ until: durationText(untilUs), ...shorter(entry) }));
  const workload = entriesOf(said, 'workload').map((entry) =>
    Object.fromEntries(Object.entries(entry).map(([name, load]) => [name, isPlainMap(load) ? shorter(load) : load])),
  );
  let small = withKey(withKey(said, 'churn', churn), 'workload', workload);
  for (const key of ['faults', 'script'] as const) small = withKey(small, key, entriesOf(said, key).map(shorter));
  return small;
}

function rounded(us: number): number {
  return Math.round(us / 100_000) * 100_000;
}
