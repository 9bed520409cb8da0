/**
 * The steps by which a failing scenario is made smaller, in the order in which they are tried: what takes most away comes first. Each makes candidates
 * from the best scenario so far; a candidate may be wrong as a scenario, and is then passed over.
 */
import type { System } from '../contract/system.ts';
import { parsePercentage, parseRate } from '../scenario/quantities.ts';
import { MILLISECOND, MINUTE, SECOND } from '../time.ts';
import type { Candidate } from './candidate.ts';
import type { Failing } from './failing.ts';
import { namesAtStart, withOperationsWritten } from './made-plain.ts';
import {
  durationOf,
  durationText,
  entriesOf,
  isDistribution,
  isPlainMap,
  meanOf,
  type Plain,
  withKey,
  withPath,
} from './plain.ts';
import { countsOf } from './settings-counts.ts';
import { churnWritten, fewer, fewerFaults, fewerMembers } from './shrink-members.ts';
import { smallRuns } from './shrink-small.ts';
import { planFromPlain } from './trial.ts';

export interface Step {
  readonly name: string;
  candidates(failing: Failing): Iterable<Candidate>;
}

/** What is cut down, and with how much patience. */
export interface StepSetting {
  readonly systems: ReadonlyMap<string, System>;
  /** The scenario that shrinking began with: nothing becomes more than it was. */
  readonly original: Plain;
  /** Multiplies the seeds that are tried: 1 at first, more once nothing helps any more. */
  readonly patience: number;
}

export function stepsFor({ said }: Failing, { systems, original, patience }: StepSetting): readonly Step[] {
  const system = systems.get(String(said.system));
  /** With a few other seeds. */
  const moved = (scenarios: Iterable<Plain>) => seeded(scenarios, 4 * patience);
  /** What takes away most of what a reader has to follow is worth more trouble. */
  const reseeded = (scenarios: Iterable<Plain>) => seeded(scenarios, 16 * patience);
  /** Not `supervise`: without restarts a crash is a worse one. */
  const without = (key: 'churn' | 'faults' | 'workload' | 'script'): Step => ({
    name: `fewer ${key}`,
    candidates: ({ said: from }) => reseeded(key === 'faults' ? fewerFaults(from) : fewerEntries(from, key)),
  });
  return [
    { name: 'a small run', candidates: (failing) => smallRuns(failing, original, patience) },
    { name: 'shorter', candidates: (failing) => same(shorter(failing)) },
    { name: 'without whole parts', candidates: ({ said: from }) => moved(withoutParts(from)) },
    { name: 'fewer nodes', candidates: ({ said: from }) => moved(fewerNodes(from)) },
    { name: 'smaller numbers', candidates: ({ said: from }) => moved(smallerNumbers(from, system)) },
    without('churn'),
    without('workload'),
    { name: 'churn written out', candidates: (failing) => reseeded(churnWritten(failing, systems)) },
    { name: 'operations written out', candidates: (failing) => moved(operationsWritten(failing, systems)) },
    without('faults'),
    without('script'),
    { name: 'fewer members', candidates: ({ said: from }) => reseeded(fewerMembers(from, system)) },
    { name: 'lower rates', candidates: ({ said: from }) => moved(lowerRates(from)) },
    { name: 'names', candidates: (failing) => moved(named(failing, systems)) },
    { name: 'simpler network', candidates: ({ said: from }) => reseeded(simplerNetwork(from)) },
    { name: 'steadier periods', candidates: ({ said: from }) => reseeded(steadierPeriods(from)) },
    { name: 'weaker faults', candidates: ({ said: from }) => moved(weakerFaults(from)) },
    { name: 'earlier', candidates: ({ said: from }) => moved(earlier(from)) },
    { name: 'rounder times', candidates: ({ said: from }) => moved(rounder(from)) },
    { name: 'without settings', candidates: ({ said: from }) => moved(withoutSettings(from)) },
    { name: 'a simple seed', candidates: ({ said: from }) => same([withKey(from, 'seed', '1')]) },
  ];
}

function* seeded(scenarios: Iterable<Plain>, count: number): Generator<Candidate> {
  for (const said of scenarios) yield { said, seeds: { from: 1, count } };
}

/** With its own seed only. */
function same(scenarios: Iterable<Plain>): Generator<Candidate> {
  return seeded(scenarios, 0);
}

// --- Less of everything ---

/** To right after the violation; where something should have come true in the end, by halves. */
function* shorter({ said, failure }: Failing): Generator<Plain> {
  const durationUs = durationOf(said.duration) ?? 0;
  const goals =
    failure.kind === 'safety'
      ? [failure.us + SECOND, failure.us * 1.1 + SECOND]
      : [failure.sinceUs + SECOND, durationUs / 2, durationUs * 0.75, durationUs * 0.9];
  for (const goalUs of goals) {
    const us = Math.ceil(goalUs / SECOND) * SECOND;
    if (us < durationUs) yield until(said, us);
  }
}

/** The scenario's beginning: what would come after the end is left out, and windows end with it. */
function until(said: Plain, us: number): Plain {
  const text = durationText(us);
  const within = (entry: Plain) => {
    const at = durationOf(entry.at);
    return at === null || at < us;
  };
  let cut = withKey(said, 'duration', text);
  for (const key of ['faults', 'script'] as const)
    cut = withKey(
      cut,
      key,
      entriesOf(said, key)
        .filter(within)
        .map((entry) => windowed(entry, us)),
    );
  cut = withKey(
    cut,
    'churn',
    entriesOf(said, 'churn').map((entry) => windowed(entry, us)),
  );
  cut = withKey(
    cut,
    'workload',
    entriesOf(said, 'workload').map((entry) => {
      const [name] = Object.keys(entry);
      return { [name]: isPlainMap(entry[name]) ? windowed(entry[name], us) : entry[name] };
    }),
  );
  const old = String(said.duration);
  const expect = entriesOf(said, 'expect').map((entry) =>
    Object.fromEntries(
      Object.entries(entry).map(([name, words]) => [name, words === `stable by ${old}` ? `stable by ${text}` : words]),
    ),
  );
  return withKey(cut, 'expect', expect);
}

/** A window that would end after the run ends with it. */
function windowed(entry: Plain, us: number): Plain {
  const end = durationOf(entry.until);
  return end !== null && end >= us ? withKey(entry, 'until', undefined) : entry;
}

function* withoutParts(said: Plain): Generator<Plain> {
  for (const key of ['churn', 'faults', 'workload', 'script', 'network', 'title', 'sample', 'check', 'hunt']) {
    if (said[key] !== undefined) yield withKey(said, key, undefined);
  }
}

function* fewerNodes(said: Plain): Generator<Plain> {
  if (typeof said.nodes !== 'number') return;
  for (const nodes of smallerThan(said.nodes, 1)) yield withKey(said, 'nodes', nodes);
}

/** Smallest first, then towards the number itself. */
function* smallerThan(value: number, least: number): Generator<number> {
  const seen = new Set<number>();
  for (const candidate of [least, least + 1, least + 2, Math.floor(value / 2), Math.floor(value * 0.75), value - 1]) {
    if (candidate >= least && candidate < value && !seen.has(candidate)) {
      seen.add(candidate);
      yield candidate;
    }
  }
}

/** Whole numbers of the settings, those that the scenario leaves at their defaults too. */
function* smallerNumbers(said: Plain, system: System | undefined): Generator<Plain> {
  const config = isPlainMap(said.config) ? said.config : {};
  for (const [name, { least, usual }] of system === undefined ? [] : countsOf(system)) {
    const now = typeof config[name] === 'number' ? config[name] : usual;
    if (now === null) continue;
    for (const value of smallerThan(now, least)) yield withPath(said, ['config', name], value);
  }
}

function* fewerEntries(said: Plain, key: string): Generator<Plain> {
  for (const kept of fewer(entriesOf(said, key))) yield withKey(said, key, kept);
}

// --- What was drawn, written out ---

function* operationsWritten({ said, failure }: Failing, systems: ReadonlyMap<string, System>): Generator<Plain> {
  const plan = planFromPlain(said, systems);
  const names = new Set(entriesOf(said, 'workload').flatMap((entry) => Object.keys(entry)));
  const before = entriesOf(said, 'script').length;
  for (const only of names.size === 1 ? [null] : [null, ...names]) {
    const written = withOperationsWritten(said, plan, failure.us, only);
    if (written === null) continue;
    const script = entriesOf(written, 'script');
    // The last ones are the likeliest to matter.
    if (before === 0)
      for (const last of FEW) if (last < script.length) yield withKey(written, 'script', script.slice(-last));
    yield written;
  }
}

const FEW = [1, 2, 3, 4, 6, 10, 20, 40];

function* lowerRates(said: Plain): Generator<Plain> {
  const entries = entriesOf(said, 'workload');
  for (const [index, entry] of entries.entries()) {
    const [name] = Object.keys(entry);
    const load = entry[name];
    const perSecond = isPlainMap(load) && typeof load.rate === 'string' ? parseRate(load.rate) : null;
    if (perSecond === null || !isPlainMap(load)) continue;
    for (const factor of [0.1, 0.5]) {
      const lower = { [name]: { ...load, rate: `${Number((perSecond * factor).toPrecision(2))}/s` } };
      yield withKey(said, 'workload', entries.toSpliced(index, 1, lower));
    }
  }
}

/** `any` and roles into names: a reader then knows whom it was. */
function* named({ said }: Failing, systems: ReadonlyMap<string, System>): Generator<Plain> {
  const faults = entriesOf(said, 'faults');
  const names = processNames(said, systems);
  for (const [index, entry] of faults.entries()) {
    for (const name of names) {
      const other = withName(entry, name);
      if (other !== null) yield withKey(said, 'faults', faults.toSpliced(index, 1, other));
    }
  }
}

const MOST_NAMES = 24;

function processNames(said: Plain, systems: ReadonlyMap<string, System>): readonly string[] {
  return namesAtStart(planFromPlain(said, systems)).slice(0, MOST_NAMES);
}

function withName(entry: Plain, name: string): Plain | null {
  for (const [key, value] of Object.entries(entry)) {
    if (key === 'at') continue;
    if (isMany(value)) return { ...entry, [key]: name };
    if (isPlainMap(value) && isMany(value.nodes)) return { ...entry, [key]: { ...value, nodes: name } };
  }
  return null;
}

function isMany(selector: unknown): boolean {
  return selector === 'any' || selector === 'any 1';
}

// --- Simpler ---

function* simplerNetwork(said: Plain): Generator<Plain> {
  const { network } = said;
  if (!isPlainMap(network)) return;
  // A slower network may break what the protocol's time-outs assume: that would be another failure than the one found.
  const meanUs = meanOf(network.latency ?? '50ms');
  for (const key of Object.keys(network)) {
    const isFaster = key !== 'latency' || meanUs >= 50 * MILLISECOND;
    if (isFaster) yield withKey(said, 'network', emptied(withKey(network, key, undefined)));
  }
  if (network.latency !== undefined) {
    for (const latency of ['50ms', '20ms', '10ms', '100ms', '1s', durationText(meanUs)]) {
      const us = durationOf(latency) ?? 0;
      if (network.latency !== latency && us <= meanUs) yield withPath(said, ['network', 'latency'], latency);
    }
  }
  for (const key of ['loss', 'duplicate'] as const) {
    const now = probabilityOf(network[key]);
    if (now > 0) yield withPath(said, ['network', key], Number((now / 2).toPrecision(1)));
  }
}

/** Periods that are drawn each time become their mean. */
function* steadierPeriods(said: Plain): Generator<Plain> {
  const config = isPlainMap(said.config) ? said.config : {};
  const drawn = Object.entries(config).filter(([, value]) => isDistribution(value));
  const steady = ([name, value]: readonly [string, unknown]) => [name, durationText(meanOf(value))] as const;
  yield withKey(said, 'config', { ...config, ...Object.fromEntries(drawn.map(steady)) });
  for (const entry of drawn) yield withKey(said, 'config', { ...config, ...Object.fromEntries([steady(entry)]) });
}

function emptied(map: Plain): Plain | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}

function* weakerFaults(said: Plain): Generator<Plain> {
  const faults = entriesOf(said, 'faults');
  for (const [index, entry] of faults.entries()) {
    for (const weaker of weakenings(entry)) yield withKey(said, 'faults', faults.toSpliced(index, 1, weaker));
  }
}

function* weakenings(entry: Plain): Generator<Plain> {
  for (const [key, value] of Object.entries(entry)) {
    if (key === 'at') continue;
    // Elsewhere a number is a name or an address.
    if (key === 'join' && typeof value === 'number')
      for (const fewer of smallerThan(value, 1)) yield { ...entry, [key]: fewer };
    const many = typeof value === 'string' ? /^any (\d+)$/.exec(value) : null;
    if (many !== null) for (const fewer of smallerThan(Number(many[1]), 1)) yield { ...entry, [key]: `any ${fewer}` };
    if (!isPlainMap(value)) continue;
    const keys = Object.keys(value);
    if (keys.every((part) => part === 'nodes')) yield { ...entry, [key]: value.nodes };
    for (const part of keys) {
      // A newcomer's first part says who it is.
      const isKept = KEPT_PARTS.has(part) || (key === 'join' && part === keys[0]);
      if (!isKept) yield { ...entry, [key]: withKey(value, part, undefined) };
      if (part === 'latency' && isPlainMap(value[part])) {
        for (const latency of ['2s', '1s', '500ms', '200ms', '100ms']) yield { ...entry, [key]: { ...value, latency } };
      }
      const us = durationOf(value[part]);
      if (us !== null)
        for (const shorterUs of rounds(us / 2))
          yield { ...entry, [key]: { ...value, [part]: durationText(shorterUs) } };
      for (const inner of weakenings({ [part]: value[part] })) {
        if (part === 'nodes') yield { ...entry, [key]: { ...value, ...inner } };
      }
    }
  }
}

/** Without its end, without a restart or without the guard a fault would be a worse one, and what it shows perhaps no flaw. */
const KEPT_PARTS = new Set(['nodes', 'between', 'from', 'to', 'for', 'restart', 'guard']);

// --- Times ---

/** Everything at its time, moved towards the beginning. */
function* earlier(said: Plain): Generator<Plain> {
  const timed = [...entriesOf(said, 'faults'), ...entriesOf(said, 'script')].flatMap(({ at }) => durationOf(at) ?? []);
  if (timed.length === 0) return;
  const first = Math.min(...timed);
  const last = Math.max(...timed);
  for (const shift of [first - SECOND, first / 2])
    if (shift >= SECOND / 10) yield timesMapped(said, (us) => us - shift);
  for (const factor of [0.1, 0.5]) if (last > SECOND) yield timesMapped(said, (us) => us * factor);
  // Each by itself: closer to the one before it.
  const sorted = [...new Set(timed)].sort((a, b) => a - b);
  for (const [index, us] of sorted.entries()) {
    const before = index === 0 ? 0 : sorted[index - 1];
    const gap = us - before;
    if (gap > SECOND) yield timesMapped(said, (each) => (each >= us ? each - Math.floor(gap / 2) : each));
  }
}

function* rounder(said: Plain): Generator<Plain> {
  for (const unit of [MINUTE, 10 * SECOND, SECOND, 100 * MILLISECOND, MILLISECOND]) {
    yield timesMapped(said, (us) => Math.round(us / unit) * unit);
  }
  for (const key of ['faults', 'script'] as const) {
    const entries = entriesOf(said, key);
    for (const [index, entry] of entries.entries()) {
      const us = durationOf(entry.at);
      if (us === null) continue;
      for (const unit of [10 * SECOND, SECOND, 100 * MILLISECOND, 10 * MILLISECOND, MILLISECOND]) {
        const near: number = Math.round(us / unit) * unit;
        if (near !== us) yield withKey(said, key, entries.toSpliced(index, 1, { ...entry, at: durationText(near) }));
      }
    }
  }
  const durationUs = durationOf(said.duration) ?? 0;
  for (const unit of [MINUTE, 10 * SECOND, SECOND]) yield until(said, Math.ceil(durationUs / unit) * unit);
}

/** All instants of faults and script, in milliseconds where they are longer than that. */
function timesMapped(said: Plain, map: (us: number) => number): Plain {
  const mapped = (entry: Plain): Plain => {
    const us = durationOf(entry.at);
    if (us === null) return entry;
    const goal = Math.max(0, map(us));
    return { ...entry, at: durationText(goal < SECOND ? goal : Math.round(goal / MILLISECOND) * MILLISECOND) };
  };
  let result = said;
  for (const key of ['faults', 'script'] as const) result = withKey(result, key, entriesOf(said, key).map(mapped));
  return result;
}

function* rounds(us: number): Generator<number> {
  for (const unit of [MINUTE, 10 * SECOND, SECOND, 100 * MILLISECOND]) {
    const round = Math.round(us / unit) * unit;
    if (round > 0) yield round;
  }
}

function* withoutSettings(said: Plain): Generator<Plain> {
  for (const key of ['config', 'traits'] as const) {
    const map = said[key];
    if (!isPlainMap(map)) continue;
    for (const name of Object.keys(map)) {
      // Periods and time-outs hang together, and with the network.
      const isTiming = durationOf(map[name]) !== null || isPlainMap(map[name]);
      if (!isTiming) yield withKey(said, key, emptied(withKey(map, name, undefined)));
    }
  }
}

function probabilityOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? (parsePercentage(value) ?? 0) : 0;
}
