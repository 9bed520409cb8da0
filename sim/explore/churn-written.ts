/**
 * What churn and faults by rate did in a run, written down as faults of their own. Where the system can name its members (`Membership.written`), the run
 * can also begin with those who were there at some time: what led up to it is left out, and only who came and went after it is written.
 */
import type { Input } from '../contract/input.ts';
import type { Address } from '../contract/protocol-types.ts';
import type { WrittenMembership } from '../contract/system.ts';
import type { ProcessStatus } from '../contract/world.ts';
import type { ObservedEvent } from '../engine/observer.ts';
import { Simulation } from '../engine/simulation.ts';
import type { Plan } from '../scenario/plan.ts';
import { durationOf, durationText, entriesOf, isPlainMap, type Plain, withKey } from './plain.ts';

/** Events of the environment that come from rates. */
const BY_RATE = new Set(['churn', 'session', 'fault-rate']);

type Departure = { readonly kind: 'leave' | 'crash'; readonly address: Address };
type Change = Departure | { readonly kind: 'join'; readonly address: Address };

/** One event by which the environment changed who is there. */
interface Strike {
  readonly us: number;
  /** False for a fault that the scenario has at that time. */
  readonly byRate: boolean;
  /** Who could have been struck: members, in order of address. */
  readonly members: readonly Address[];
  /** Who was on the way to become one. */
  readonly coming: readonly Address[];
  readonly changes: readonly Change[];
}

export interface WrittenChurn {
  readonly strikes: readonly Strike[];
  readonly simulation: Simulation;
  /** What spared some of them spares them still when the rest of the scenario is another. */
  readonly guarded: boolean;
}

/** Who came and went up to that time. */
export function churnOf(plan: Plan, untilUs: number): WrittenChurn {
  const watcher = new StatusWatcher();
  const simulation = new Simulation(plan, { observer: watcher });
  watcher.begin(simulation);
  while (simulation.nextEventUs <= untilUs && simulation.step()) watcher.after(simulation);
  return { strikes: watcher.strikes, simulation, guarded: plan.churn.some(({ guard }) => guard) };
}

function isRated(entry: Plain): boolean {
  return entry.rate !== undefined;
}

/** The scenario with what rates did in its faults, in place of the rates; null if there are none. */
export function withChurnWritten(said: Plain, churn: WrittenChurn): Plain | null {
  if (entriesOf(said, 'churn').length === 0 && !entriesOf(said, 'faults').some(isRated)) return null;
  const { world } = churn.simulation;
  const faults = churn.strikes.flatMap((strike) => {
    if (!strike.byRate) return [];
    const at = durationText(strike.us);
    const joins = strike.changes.filter(({ kind }) => kind === 'join').length;
    return [
      ...departuresOf(strike).map((change) => struck(at, change, world.process(change.address).name, churn)),
      ...(joins === 0 ? [] : [{ at, join: joins }]),
    ];
  });
  const kept = entriesOf(said, 'faults').filter((entry) => !isRated(entry));
  return withKey(withKey(said, 'churn', undefined), 'faults', [...kept, ...faults]);
}

function departuresOf({ changes }: Strike): readonly Departure[] {
  return changes.filter((change) => change.kind !== 'join') as Departure[];
}

function struck(at: string, { kind }: Departure, name: unknown, { guarded }: WrittenChurn): Plain {
  return { at, [kind]: guarded ? { nodes: name, guard: true } : name };
}

/**
 * The scenario from that strike on: it begins with those who were members then, as if they had always been there. Null where the system cannot say who
 * they are, there were none, or some of them come back by themselves.
 */
export function withBeginningWritten(said: Plain, churn: WrittenChurn, first: number): Plain | null {
  const { strikes, simulation } = churn;
  const { plan, world } = simulation;
  const { written } = plan.system.membership;
  const { us: fromUs, members, coming } = strikes[first];
  if (written === undefined || members.length === 0 || comeBack(said)) return null;
  const nameOf = (address: Address) => writtenName(written, churn, address);
  const later = strikes.slice(first);
  const newcomers = later.flatMap(({ changes }) => changes.filter(({ kind }) => kind === 'join'));
  const known = new Set([...members, ...coming, ...newcomers.map(({ address }) => address)]);
  const strangers = new Set(
    Array.from({ length: world.size }, (_, address) => address)
      .filter((address) => !known.has(address))
      .map((address) => String(nameOf(address))),
  );
  const joins = (at: string, address: Address): Plain =>
    withoutStrangers({ at, join: written.join(world.process(address)) }, strangers);
  const faults = later.flatMap((strike) => {
    const at = durationText(strike.us - fromUs);
    return strike.changes.map((change) =>
      change.kind === 'join' ? joins(at, change.address) : struck(at, change, nameOf(change.address), churn),
    );
  });
  const names = new Map(
    Array.from({ length: world.size }, (_, address) => [world.process(address).name, nameOf(address)]),
  );
  const kept = (key: string) =>
    entriesOf(said, key).flatMap((entry) => {
      const atUs = durationOf(entry.at);
      if (isWritten(entry) || atUs === null || atUs < fromUs) return [];
      return [{ ...(renamed(entry, names) as Plain), at: durationText(atUs - fromUs) }];
    });
  const settings = written.config(members.map((address) => world.process(address)));
  const begun = withKey(withKey(withKey(said, 'churn', undefined), 'nodes', undefined), 'config', {
    ...(isPlainMap(said.config) ? said.config : {}),
    ...settings,
  });
  const all = [...kept('faults'), ...coming.map((address) => joins('0s', address)), ...faults];
  const durationUs = plan.durationUs - fromUs;
  return withKey(
    withKey(withKey(begun, 'faults', all), 'script', kept('script')),
    'duration',
    durationText(durationUs),
  );
}

/** Whether some that were down are up again later. */
function comeBack(said: Plain): boolean {
  const restarts = ({ crash, restart, crashHost, restartHost, scale }: Plain) =>
    restart !== undefined ||
    crashHost !== undefined ||
    restartHost !== undefined ||
    scale !== undefined ||
    (isPlainMap(crash) && crash.restart !== undefined);
  return entriesOf(said, 'supervise').length > 0 || entriesOf(said, 'faults').some(restarts);
}

/** Whether what the entry did is among the strikes. */
function isWritten(entry: Plain): boolean {
  return isRated(entry) || ['join', 'leave', 'crash'].some((kind) => entry[kind] !== undefined);
}

/** A newcomer that was to come by one of these comes by anybody. */
export function withoutStrangers(entry: Plain, strangers: ReadonlySet<string>): Plain {
  const { join } = entry;
  if (!isPlainMap(join)) return entry;
  const known = Object.entries(join).flatMap(([key, value], place) => {
    if (place === 0) return [[key, value] as const];
    const left = (Array.isArray(value) ? value : [value]).filter((name) => !strangers.has(String(name)));
    return left.length === 0 ? [] : [[key, Array.isArray(value) ? left : value] as const];
  });
  return { ...entry, join: Object.fromEntries(known) };
}

/** A name that is a number is written as one. */
function writtenName(written: WrittenMembership<never>, { simulation }: WrittenChurn, address: Address): unknown {
  const name = written.name(simulation.world.process(address) as never);
  return /^(0|[1-9]\d{0,9})$/.test(name) ? Number(name) : name;
}

function renamed(value: unknown, names: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((each) => renamed(each, names));
  if (!isPlainMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, renamed(each, names)]));
}

/** Notes what each event of the environment did to whom. */
class StatusWatcher {
  readonly strikes: Strike[] = [];
  private statuses: readonly ProcessStatus[] = [];
  private members: readonly Address[] = [];
  private current: ObservedEvent | null = null;
  private leaving: Address[] = [];

  begin(simulation: Simulation): void {
    this.look(simulation);
    this.current = null;
  }

  event(event: ObservedEvent): void {
    if (event.kind !== 'start') this.current = event;
  }

  input(process: Address, input: Input<never>): void {
    if (input.kind === 'leave') this.leaving.push(process);
  }

  after(simulation: Simulation): void {
    const { statuses, members, leaving } = this;
    this.look(simulation);
    this.leaving = [];
    const kind = this.current?.kind ?? '';
    const byRate = BY_RATE.has(kind);
    if (!byRate && kind !== 'action') return;
    const changes: Change[] = leaving.map((address) => ({ kind: 'leave', address }));
    statuses.forEach((status, address) => {
      if (isUp(status) && this.statuses[address] === 'down') changes.push({ kind: 'crash', address });
    });
    for (let address = statuses.length; address < this.statuses.length; address++)
      changes.push({ kind: 'join', address });
    if (changes.length === 0) return;
    const coming = statuses.flatMap((status, address) => (isUp(status) && !members.includes(address) ? [address] : []));
    this.strikes.push({ us: simulation.nowUs, byRate, members, coming, changes });
  }

  private look({ plan, world }: Simulation): void {
    const { churns } = plan.system.membership;
    this.statuses = Array.from({ length: world.size }, (_, address) => world.process(address).status);
    this.members = this.statuses.flatMap((status, address) =>
      isUp(status) && (churns?.(world.process(address) as never) ?? true) ? [address] : [],
    );
  }
}

function isUp(status: ProcessStatus): boolean {
  return status === 'up' || status === 'paused';
}
