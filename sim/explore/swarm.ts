/**
 * A random scenario within what a scenario allows: "swarm testing" (Groce et al., "Swarm Testing", ISSTA 2012). Each seed leaves some of the faults and
 * of the workload out altogether, for what one feature brings about another one may hide, and draws instants, lengths, strengths and
 * latencies for the rest, never beyond what is written: a scenario says the worst that a system has to stand.
 *
 * First faults, then quiet: all that disturbs ends early enough for the deadlines that count from the last fault.
 */
import type { System } from '../contract/system.ts';
import type { Random } from '../random/random.ts';
import { Stream } from '../random/stream.ts';
import { seedOf } from '../random/streams.ts';
import { type HuntSettings, hunt } from '../scenario/language/hunt.ts';
import type { Plan } from '../scenario/plan.ts';
import { parsePercentage, parseRate } from '../scenario/quantities.ts';
import { MILLISECOND } from '../time.ts';
import { durationOf, durationText, entriesOf, isPlainMap, meanOf, type Plain, withKey, withPath } from './plain.ts';

/** A scenario to be varied. */
export interface Hunted {
  /** As YAML says it, without `hunt:` and seed, and with expectations. */
  readonly said: Plain;
  readonly settings: HuntSettings;
  readonly durationUs: number;
  /** Disturbances end by then. */
  readonly untilUs: number;
  /** Whether clients are quiet then too. */
  readonly quietClients: boolean;
}

/** @param plan the scenario's own. */
export function huntedFrom(said: Plain, plan: Plan): Hunted {
  const { hunt: written, seed: _, ...rest } = said;
  const settings = hunt.parse(written ?? {});
  const { durationUs } = plan;
  const deadlines = plan.expect.flatMap(({ requirement }) =>
    'withinUs' in requirement && requirement.since.kind === 'last fault' ? [requirement.withinUs] : [],
  );
  const quietUs = deadlines.length > 0 ? Math.max(...deadlines) : durationUs * 0.4;
  const untilUs = settings.until ?? Math.max(0, durationUs - quietUs);
  const expects = plan.expect.some(({ subject }) => subject.kind === 'property');
  const complete = expects ? rest : withExpectations(rest, plan.system);
  // What must be true in the end must not hang on what a client did just before.
  return { said: complete, settings, durationUs, untilUs, quietClients: !expects };
}

/** For a scenario that expects nothing of any property: whatever was once true of the system must be true in the end. */
function withExpectations(said: Plain, system: System): Plain {
  const everything = Object.keys(system.properties).map((name) => ({ [name]: `stable by ${String(said.duration)}` }));
  return withKey(said, 'expect', [...entriesOf(said, 'expect'), ...everything]);
}

/** The scenario of one seed: complete and written out, so that it is a scenario by itself. */
export function swarmOf(hunted: Hunted, seed: string): Plain {
  const random = new Stream(seedOf(seed, 'swarm'));
  const { said, settings } = hunted;
  let drawn = withKey(said, 'seed', seed);
  if (settings.nodes !== undefined) {
    const [least, most] = settings.nodes;
    drawn = withKey(drawn, 'nodes', least + random.int(most - least + 1));
  }
  for (const [path, values] of Object.entries(settings.vary ?? {}))
    drawn = withPath(drawn, path.split('.'), random.pick(values));
  drawn = withKey(drawn, 'network', network(isPlainMap(drawn.network) ? drawn.network : {}, settings, random));
  drawn = withKey(drawn, 'workload', workload(entriesOf(drawn, 'workload'), hunted, random));
  return disturbed(drawn, hunted, random);
}

// --- Network ---

const DEFAULT_LATENCY = '50ms';

function network(said: Plain, settings: HuntSettings, random: Random): Plain {
  let drawn = said;
  // Regions and rounds say exactly how long messages take; there is nothing to vary.
  if (said.regions === undefined && said.rounds === undefined) {
    drawn = withKey(drawn, 'latency', latency(said.latency ?? DEFAULT_LATENCY, settings.latency, random));
  }
  for (const key of ['loss', 'duplicate'] as const) {
    const most = settings[key] ?? probabilityOf(said[key]);
    if (most > 0) drawn = withKey(drawn, key, random.chance(0.4) ? 0 : rounded(random.uniform(0, most)));
  }
  return drawn;
}

function latency(written: unknown, range: HuntSettings['latency'], random: Random): unknown {
  const meanUs = meanOf(written);
  const [least, most] = range ?? [meanUs / 10, meanUs];
  if (most <= 0) return written;
  const drawnUs = milliseconds(least + (most - least) * random.pick([0, 0.1, 0.3, 0.6, 1]));
  const mean = durationText(drawnUs);
  switch (random.int(4)) {
    case 0:
      return mean;
    case 1:
      return { uniform: ['0ms', durationText(2 * drawnUs)] };
    case 2:
      return { exponential: mean };
    default:
      return { lognormal: { median: mean, sigma: 0.5 } };
  }
}

// --- Workload ---

function workload(
  entries: readonly Plain[],
  { settings, quietClients, untilUs }: Hunted,
  random: Random,
): readonly Plain[] {
  const [least, most] = settings.rates ?? [0.3, 3];
  const kept = entries.filter(() => !random.chance(0.2));
  return (kept.length > 0 ? kept : entries).map((entry) => {
    const [name] = Object.keys(entry);
    const load = entry[name];
    const factor = random.pick([least, 1, most]);
    if (!isPlainMap(load)) return entry;
    const scaled = scaledRates(load, ['rate'], factor);
    return { [name]: quietClients ? { ...scaled, until: earlier(load.until, untilUs) } : scaled };
  });
}

// --- Faults and churn ---

const UP_TO = 'up to';
const WHEN = ['at', 'after-event', 'rate', 'from', 'until', UP_TO];

function disturbed(said: Plain, hunted: Hunted, random: Random): Plain {
  const templates = hunted.settings.faults ?? entriesOf(said, 'faults');
  const churns = entriesOf(said, 'churn');
  const all = [...templates, ...churns];
  // Without any disturbance a deadline from the last fault would have nothing to count from.
  const sure = all.length === 0 ? -1 : random.int(all.length);
  const isOn = all.map((_, index) => !random.chance(0.4) || index === sure);
  const faults = templates.flatMap((template, index) => (isOn[index] ? faultsFrom(template, hunted, random) : []));
  const churn = churns
    .filter((_, index) => isOn[templates.length + index])
    .map((entry) => churnFrom(entry, hunted, random));
  const drawn = withKey(withKey(said, 'faults', faults), 'churn', churn);
  return drawn;
}

function faultsFrom(template: Plain, { untilUs }: Hunted, random: Random): readonly Plain[] {
  const [name] = Object.keys(template).filter((key) => !WHEN.includes(key));
  const value = template[name];
  if (template.rate !== undefined) {
    const scaled = scaledRates(template, ['rate'], random.pick([0.3, 0.6, 1]));
    return [{ ...withKey(scaled, UP_TO, undefined), until: earlier(template.until, untilUs - lengthOf(value)) }];
  }
  const upTo = typeof template[UP_TO] === 'number' ? template[UP_TO] : 2;
  const faults = Array.from({ length: 1 + random.int(upTo) }, () => {
    const weaker = weakened(value, random);
    const latestUs = Math.max(0, untilUs - lengthOf(weaker));
    return { atUs: milliseconds(random.uniform(latestUs / 20, latestUs)), fault: weaker };
  });
  return faults.sort((a, b) => a.atUs - b.atUs).map(({ atUs, fault }) => ({ at: durationText(atUs), [name]: fault }));
}

const LENGTHS = ['for', 'restart'];

/** How long it lasts, 0 for what has no end of its own. */
function lengthOf(fault: unknown): number {
  if (!isPlainMap(fault)) return 0;
  return Math.max(0, ...LENGTHS.map((key) => durationOf(withoutAfter(fault[key])) ?? 0));
}

function withoutAfter(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^after +/, '') : value;
}

/** As strong as it is written, or weaker: fewer nodes, shorter, less loss. */
function weakened(fault: unknown, random: Random): unknown {
  if (typeof fault === 'number' && Number.isInteger(fault) && fault > 1) return 1 + random.int(fault);
  if (!isPlainMap(fault)) return fewer(fault, random);
  return Object.fromEntries(Object.entries(fault).map(([key, value]) => [key, weakenedPart(key, value, random)]));
}

function weakenedPart(key: string, value: unknown, random: Random): unknown {
  switch (key) {
    case 'nodes':
      return fewer(value, random);
    case 'count':
      return typeof value === 'number' ? 1 + random.int(value) : value;
    case 'for':
      return scaledDuration(value, random.pick(STRENGTHS));
    case 'restart':
      return `after ${String(scaledDuration(withoutAfter(value), random.pick(STRENGTHS)))}`;
    case 'by':
      return scaledDuration(value, random.pick(STRENGTHS));
    case 'loss':
    case 'duplicate':
      return rounded(probabilityOf(value) * random.pick(STRENGTHS));
    default:
      return value;
  }
}

const STRENGTHS = [0.05, 0.2, 0.5, 1];

/** `any 3` becomes `any 1`, `any 2` or `any 3`; of a list of names, some are left. Names, roles and ranges stay. */
function fewer(selector: unknown, random: Random): unknown {
  if (typeof selector !== 'string') return selector;
  const many = /^any (\d+)$/.exec(selector);
  return many === null ? selector : `any ${1 + random.int(Number(many[1]))}`;
}

function churnFrom(entry: Plain, { untilUs }: Hunted, random: Random): Plain {
  const factor = random.pick([0.2, 0.5, 1]);
  return { ...scaledRates(entry, ['joins', 'leaves', 'crashes'], factor), until: earlier(entry.until, untilUs) };
}

// --- Quantities ---

function earlier(written: unknown, untilUs: number): string {
  return durationText(Math.min(durationOf(written) ?? Number.POSITIVE_INFINITY, untilUs));
}

function scaledRates(entry: Plain, keys: readonly string[], factor: number): Plain {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [key, keys.includes(key) ? scaledRate(value, factor) : value]),
  );
}

function scaledRate(value: unknown, factor: number): unknown {
  const perSecond = typeof value === 'string' ? parseRate(value) : null;
  return perSecond === null ? value : `${Number((perSecond * factor).toPrecision(3))}/s`;
}

function scaledDuration(value: unknown, factor: number): unknown {
  const sign = typeof value === 'string' && value.startsWith('-') ? '-' : '';
  const us = durationOf(typeof value === 'string' ? value.replace(/^[+-]/, '') : value);
  return us === null || us === 0 ? value : `${sign}${durationText(Math.max(MILLISECOND, milliseconds(us * factor)))}`;
}

function probabilityOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? (parsePercentage(value) ?? 0) : 0;
}

function rounded(probability: number): number {
  return Number(probability.toFixed(4));
}

/** Whole ones, as a person would write; what is shorter stays. */
function milliseconds(us: number): number {
  return us < MILLISECOND ? Math.round(us) : Math.round(us / MILLISECOND) * MILLISECOND;
}
