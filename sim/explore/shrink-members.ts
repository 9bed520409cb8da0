/** Steps for scenarios that name their members: churn written out, from any time on; and members left out together with what happens to them. */
import type { System } from '../contract/system.ts';
import {
  churnOf,
  type WrittenChurn,
  withBeginningWritten,
  withChurnWritten,
  withoutStrangers,
} from './churn-written.ts';
import type { Failing } from './failing.ts';
import { entriesOf, isPlainMap, type Plain, withKey } from './plain.ts';
import { planFromPlain } from './trial.ts';

/**
 * Who comes and goes as single faults. First the run from late times on, with what came after the failure left out; then from earlier ones; at last
 * all of it, which is longest and likeliest to fail.
 */
export function* churnWritten({ said, failure }: Failing, systems: ReadonlyMap<string, System>): Generator<Plain> {
  const churn = churnOf(planFromPlain(said, systems), failure.us);
  const { strikes } = churn;
  const before = { ...churn, strikes: strikes.filter(({ us }) => us <= failure.sinceUs) };
  for (const first of latestFirst(before.strikes)) yield* begun(said, before, first);
  if (before.strikes.length < strikes.length) yield* begun(said, churn, 0);
  for (const written of [withChurnWritten(said, before), withChurnWritten(said, churn)])
    if (written !== null) yield written;
}

function* begun(said: Plain, churn: WrittenChurn, first: number): Generator<Plain> {
  const beginning = withBeginningWritten(said, churn, first);
  if (beginning !== null) yield beginning;
}

/** Steps between them grow: with the 1, 2, 3, 4, 6, 8, … last ones, and with all. */
function* latestFirst(strikes: readonly unknown[]): Generator<number> {
  for (let count = 1; count < strikes.length; count = Math.ceil(count * 1.3)) yield strikes.length - count;
  if (strikes.length > 0) yield 0;
}

/** Members left out, by halves down to single ones, and with each all that names it: what happens to it, and its own coming. */
export function* fewerMembers(said: Plain, system: System | undefined): Generator<Plain> {
  const written = system?.membership.written;
  if (written === undefined || !isPlainMap(said.config)) return;
  const [key] = Object.keys(written.config([]));
  const listed = said.config[key];
  if (!Array.isArray(listed)) return;
  const newcomers = entriesOf(said, 'faults').flatMap(({ join }) =>
    isPlainMap(join) ? Object.values(join).slice(0, 1) : [],
  );
  const names = [...new Set([...listed, ...newcomers].map(String))];
  for (const kept of fewer(names)) {
    const gone = new Set(names.filter((name) => !kept.includes(name)));
    const config = { ...said.config, [key]: listed.filter((name) => !gone.has(String(name))) };
    yield withoutMembers(withKey(said, 'config', config), gone);
  }
}

/** Single faults left out, by halves first; with a newcomer goes what happens to it. */
export function* fewerFaults(said: Plain): Generator<Plain> {
  const faults = entriesOf(said, 'faults');
  for (const kept of fewer(faults)) {
    const gone = new Set(faults.filter((entry) => !kept.includes(entry)).flatMap(newcomerIn));
    for (const entry of kept) for (const name of newcomerIn(entry)) gone.delete(name);
    const without = withKey(said, 'faults', kept);
    yield gone.size === 0 ? without : withoutMembers(without, gone);
  }
}

/** The newcomer's name, where the entry says who comes. */
function newcomerIn({ join }: Plain): readonly string[] {
  return isPlainMap(join) ? Object.values(join).slice(0, 1).map(String) : [];
}

function withoutMembers(said: Plain, gone: ReadonlySet<string>): Plain {
  let smaller = said;
  for (const list of ['faults', 'script'] as const) {
    const entries = entriesOf(said, list).map((entry) => withoutStrangers(entry, gone));
    smaller = withKey(
      smaller,
      list,
      entries.filter((entry) => !isAbout(entry, gone)),
    );
  }
  return smaller;
}

/** The list without a half, a quarter, … a single one of it: the classic minimization of a failing list (Zeller and Hildebrandt, TSE 2002). */
export function* fewer<T>(entries: readonly T[]): Generator<readonly T[]> {
  for (let size = entries.length >> 1; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < entries.length; start += size)
      yield [...entries.slice(0, start), ...entries.slice(start + size)];
  }
  if (entries.length === 1) yield [];
}

/** Whether an entry names one of them. */
function isAbout({ at: _, ...rest }: Plain, gone: ReadonlySet<string>): boolean {
  const isOrHas = (value: unknown): boolean =>
    typeof value === 'object' && value !== null ? Object.values(value).some(isOrHas) : gone.has(String(value));
  return isOrHas(rest);
}
