/** All that a frame shows of the run, gathered at one moment. */
import {
  type Address,
  formatDuration,
  type InFlight,
  type Kinded,
  type MetricDefinition,
  type ProcessStatus,
  type Simulation,
  type World,
} from '../../sim/index.ts';
import type { Scenario } from '../../sim/scenario/load.ts';
import type { Figures } from './figures.ts';
import type { Line } from './line.ts';
import type { Marker } from './marker.ts';
import type { Player } from './player.ts';
import type { Entry } from './recorder.ts';
import { type ExpectationStanding, standingsOf } from './standing.ts';
import type { Texts } from './texts.ts';

export interface Moment {
  readonly about: About;
  readonly nowUs: number;
  readonly events: number;
  /** The first event that can be gone to. */
  readonly firstEvent: number;
  readonly fingerprint: string;
  readonly finished: boolean;
  readonly line: Line;
  readonly lines: readonly LineFacts[];
  /** By address. */
  readonly peers: readonly Peer[];
  /** On their way now, in order of arrival. */
  readonly flights: readonly Flight[];
  /** That did not get through lately, the latest last. */
  readonly losses: readonly Loss[];
  /** The system's own view model. */
  readonly view: unknown;
  /** What happened lately, oldest first. */
  readonly entries: readonly Entry[];
  /** Faults, violations and bookmarks so far, in order. */
  readonly chapters: readonly Marker[];
  readonly bookmarks: readonly Marker[];
  readonly standings: readonly ExpectationStanding[];
  readonly figures: Figures;
  readonly gauges: readonly Gauge[];
  readonly counts: Counts;
  /** The selected process, closely. */
  readonly inspected: Inspected | null;
  /** Whom the last event happened to, −1 for none. */
  readonly lastProcess: Address;
  readonly operations: readonly OperationFacts[];
  readonly texts: Texts;
}

export interface About {
  readonly title: string;
  readonly file: string;
  readonly system: string;
  readonly systemTitle: string;
  readonly variant: string;
  readonly seed: string;
  readonly durationUs: number;
}

export interface LineFacts {
  readonly line: Line;
  readonly parent: string | null;
  readonly frontier: number;
  readonly isCurrent: boolean;
}

/** A process as every picture knows it. */
export interface Peer {
  readonly address: Address;
  readonly name: string;
  readonly role: string;
  readonly status: ProcessStatus;
}

export interface Flight {
  /** Names the message while it is on its way. */
  readonly sequence: number;
  readonly transport: InFlight['transport'];
  readonly from: Address;
  readonly to: Address;
  readonly kind: string;
  readonly sentAtUs: number;
  readonly arrivesAtUs: number;
  /** How much of its way it has behind it, from 0 to 1. */
  readonly progress: number;
  readonly text: string;
}

export interface Loss {
  readonly from: Address;
  readonly to: Address;
  readonly timeUs: number;
  readonly event: number;
  /** The network lost it, or a partition; otherwise it arrived and nobody took it. */
  readonly isOnTheWay: boolean;
  readonly text: string;
}

export interface Gauge {
  readonly name: string;
  readonly definition: MetricDefinition;
  /** Sampled on a period; NaN where there was none. */
  readonly values: readonly number[];
}

export interface Counts {
  readonly live: number;
  readonly sent: number;
  readonly lost: number;
  readonly flying: number;
}

export interface Inspected {
  readonly peer: Peer;
  readonly host: string;
  readonly incarnation: number;
  readonly state: unknown;
  /** Its last step in the log, and the state that it had before; null where the log does not reach back. */
  readonly lastStep: { readonly entry: Entry; readonly before: unknown } | null;
  readonly timers: readonly { readonly text: string; readonly leftUs: number }[];
  readonly waits: readonly { readonly to: Address; readonly text: string }[];
  readonly operations: readonly { readonly text: string; readonly sinceUs: number }[];
}

export interface OperationFacts {
  readonly name: string;
  readonly description: string;
  readonly isStep: boolean;
  readonly arguments: readonly { readonly name: string; readonly description: string }[];
}

export interface Focus {
  readonly selected: Address | null;
  /** So far back in virtual time losses are shown. */
  readonly lossesForUs: number;
}

/** Messages beyond this many are counted, not shown: no screen has the dots for them. */
const MOST_FLIGHTS = 600;

export function momentOf(
  player: Player,
  scenario: Scenario,
  texts: Texts,
  figures: Figures,
  bookmarks: readonly Marker[],
  focus: Focus,
): Moment {
  const { simulation, recorder, line } = player;
  const { world, plan } = simulation;
  const entries = recorder.window;
  return {
    about: {
      title: scenario.title,
      file: scenario.file,
      system: plan.system.name,
      systemTitle: plan.system.title,
      variant: plan.variant,
      seed: plan.seed,
      durationUs: player.limitUs,
    },
    nowUs: simulation.nowUs,
    events: simulation.events,
    firstEvent: player.firstEvent,
    fingerprint: simulation.fingerprint,
    finished: player.isAtEnd,
    line,
    lines: player.lines.map((each) => ({
      line: each,
      parent: player.lines.find(({ id }) => id === each.parent)?.name ?? null,
      frontier: player.frontierOf(each),
      isCurrent: each === line,
    })),
    peers: peersOf(world),
    flights: flightsOf(world, texts),
    losses: lossesOf(entries, simulation.nowUs, simulation.events, focus.lossesForUs, texts),
    view: plan.system.view(world, simulation.judged, { selected: focus.selected }),
    entries,
    chapters: merged(recorder.markers.ofChapters, bookmarks),
    bookmarks,
    standings: standingsOf(simulation, figures.metric),
    figures,
    gauges: gaugesOf(simulation),
    counts: {
      live: countLive(world),
      sent: simulation.counters.sent,
      lost: simulation.counters.dropped,
      flying: simulation.counters.inFlight,
    },
    inspected: focus.selected === null || focus.selected >= world.size ? null : inspect(player, focus.selected, texts),
    lastProcess: entries.at(-1)?.process ?? -1,
    operations: operationsOf(player),
    texts,
  };
}

/** The system's gauges, then the engine's; what the engine only counts up is shown as a rate. */
function gaugesOf({ series, plan }: Simulation): readonly Gauge[] {
  const gauges: Gauge[] = [];
  for (const [name, values] of series.values) {
    const own = plan.system.metrics[name];
    if (own !== undefined) gauges.push({ name, definition: own, values });
  }
  for (const { counter, name, description } of RATES) {
    const values = series.values.get(counter);
    if (values === undefined) continue;
    const rates = values.map((value, i) => (i === 0 ? Number.NaN : ((value - values[i - 1]) * 1e6) / series.periodUs));
    gauges.push({ name, definition: { unit: '1/s', description }, values: rates });
  }
  const live = series.values.get('live processes');
  const description = 'Processes that run or are paused.';
  if (live !== undefined) gauges.push({ name: 'live processes', definition: { unit: '', description }, values: live });
  return gauges;
}

const RATES: readonly { readonly counter: string; readonly name: string; readonly description: string }[] = [
  {
    counter: 'messages sent',
    name: 'messages',
    description: 'Messages sent in a second of virtual time, requests and replies among them.',
  },
  {
    counter: 'operations begun',
    name: 'operations',
    description: "Clients' operations begun in a second of virtual time.",
  },
];

function peersOf(world: World): Peer[] {
  const peers: Peer[] = [];
  for (let address = 0; address < world.size; address++) peers.push(peerOf(world, address));
  return peers;
}

function peerOf(world: World, address: Address): Peer {
  const { name, role, status } = world.process(address);
  return { address, name, role, status };
}

function countLive(world: World): number {
  let live = 0;
  for (let address = 0; address < world.size; address++) if (world.alive(address)) live++;
  return live;
}

function flightsOf(world: World, texts: Texts): Flight[] {
  const flying = world.inFlight();
  return flying.slice(0, MOST_FLIGHTS).map(({ sequence, transport, from, to, sentAtUs, arrivesAtUs, message }) => {
    const way = arrivesAtUs - sentAtUs;
    return {
      sequence,
      transport,
      from,
      to,
      kind: (message as Kinded).kind,
      sentAtUs,
      arrivesAtUs,
      progress: way <= 0 ? 1 : Math.min(1, Math.max(0, (world.nowUs - sentAtUs) / way)),
      get text() {
        return texts.message(message);
      },
    };
  });
}

function lossesOf(entries: readonly Entry[], nowUs: number, event: number, forUs: number, texts: Texts): Loss[] {
  const losses: Loss[] = [];
  for (let i = entries.length - 1; i >= 0 && losses.length < 60; i--) {
    const entry = entries[i];
    if (entry.timeUs < nowUs - forUs && entry.event < event) break;
    if (entry.kind !== 'loss') continue;
    losses.push({
      from: entry.peer,
      to: entry.process,
      timeUs: entry.timeUs,
      event: entry.event,
      isOnTheWay: entry.detail === 'lost' || entry.detail === 'cut' || entry.detail === 'removed',
      get text() {
        return texts.entry(entry);
      },
    });
  }
  return losses.reverse();
}

function merged(a: readonly Marker[], b: readonly Marker[]): readonly Marker[] {
  return b.length === 0 ? a : [...a, ...b].sort((x, y) => x.event - y.event);
}

function inspect(player: Player, address: Address, texts: Texts): Inspected {
  const { simulation, recorder } = player;
  const { world } = simulation;
  const process = world.process(address);
  const entry = recorder.window.findLast((candidate) => candidate.step !== null && candidate.process === address);
  return {
    peer: peerOf(world, address),
    host: process.host,
    incarnation: process.incarnation,
    state: texts.state(process.state),
    lastStep: entry?.step ? { entry, before: texts.state(entry.step.before) } : null,
    timers: simulation.timersOf(address).map(({ timer, id, firesAtUs }) => ({
      text: id === 0 ? texts.timer(timer) : `${texts.timer(timer)} (${id})`,
      leftUs: firesAtUs - simulation.nowUs,
    })),
    waits: simulation.requestsOf(address).map(({ to, message }) => ({ to, text: texts.message(message) })),
    operations: world
      .pending()
      .filter(({ issuer }) => issuer === address)
      .map(({ operation, startUs }) => ({ text: texts.operation(operation), sinceUs: simulation.nowUs - startUs })),
  };
}

function operationsOf({ simulation }: Player): OperationFacts[] {
  return Object.entries(simulation.plan.system.operations).map(([name, spec]) => ({
    name,
    description: spec.description,
    isStep: spec.step === true,
    arguments: Object.entries(spec.arguments.shape).map(([key, schema]) => ({
      name: key,
      description: (schema as { description?: string }).description ?? '',
    })),
  }));
}

/** Virtual time with as many digits as the run needs: `3:20.123456` in a run of minutes. */
export function clockText(us: number, durationUs: number): string {
  const seconds = Math.floor(us / 1e6);
  const fraction = String(us % 1e6).padStart(6, '0');
  const two = (n: number) => String(n).padStart(2, '0');
  if (durationUs < 60e6) return `${two(seconds)}.${fraction}`;
  const minutes = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction}`;
  return durationUs < 3600e6 ? minutes : `${Math.floor(seconds / 3600)}:${minutes}`;
}

/** A duration in few characters: at most three digits and a unit. */
export function shortDuration(us: number): string {
  if (us < 0) return `-${shortDuration(-us)}`;
  if (us < 1e3) return `${Math.round(us)}us`;
  if (us < 1e6) return `${trimmed(us / 1e3)}ms`;
  if (us < 60e6) return `${trimmed(us / 1e6)}s`;
  return formatDuration(Math.round(us / 1e6) * 1e6);
}

function trimmed(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
