import type { Address } from '../contract/protocol-types.ts';
import type { Distribution } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import type { Stream } from '../random/stream.ts';
import type { LinkRule, NetworkPlan, Selector } from '../scenario/plan.ts';
import { type AddressSet, contains } from './address-set.ts';
import type { ProcessRecord } from './process-record.ts';
import { belongs, type Population, settled } from './selection.ts';

/** How a link treats what is sent over it now. */
export interface Link {
  latency: Distribution;
  loss: number;
  duplicate: number;
  /** Bits per second, null for no limit. */
  bandwidth: number | null;
}

/** A partition or an isolation: nothing passes between different sides. */
export interface Cut {
  readonly id: number;
  readonly sides: readonly AddressSet[];
  /** Only what goes from the first side to another is cut. */
  readonly oneWay: boolean;
  /** Whether the sender is told. */
  readonly answers: boolean;
  /** Index of the fault that made it, for its tally. */
  readonly fault: number;
}

/** A link made worse for a while. */
export interface Degradation {
  readonly id: number;
  readonly from: AddressSet;
  readonly to: AddressSet;
  readonly bothWays: boolean;
  readonly extraLatency: Distribution | null;
  readonly loss: number;
  readonly duplicate: number;
  readonly fault: number;
}

/** A link rule of the scenario, and by address whether a process is at either end of it. */
interface Rule {
  readonly rule: LinkRule;
  readonly from: boolean[];
  readonly to: boolean[];
}

/**
 * What the links between processes are like at this moment: latency, loss, duplication, bandwidth, and what is cut.
 * It draws from the network's stream and changes nothing but the occupancy of links with a bandwidth.
 * In lock-step rounds a message takes no time, whatever regions and link rules say; a fault may still hold it up.
 */
export class Network {
  private readonly plan: NetworkPlan;
  private readonly random: Stream;
  /** Told of each fault that touched a message. */
  private readonly touched: (fault: number) => void;
  private cuts: readonly Cut[] = [];
  private degradations: readonly Degradation[] = [];
  private readonly base: Link;
  /** `byRegion[from][to]`, or null without regions. */
  private readonly byRegion: readonly (readonly Link[])[] | null;
  private readonly regionOf: number[] = [];
  private rules: readonly Rule[] = [];
  /** Who is where, with `any` drawn. */
  private placement: readonly { readonly region: number; readonly who: Selector }[] = [];
  private busyUntilUs = new Map<number, number>();
  private readonly scratch: Link;
  /** The delay of every message if all links are alike, constant, lossless and uncut; −1 otherwise. The fast path of the engine. */
  plainUs = -1;

  constructor(plan: NetworkPlan, random: Stream, touched: (fault: number) => void) {
    this.plan = plan;
    this.random = random;
    this.touched = touched;
    this.base = {
      latency: plan.roundUs === null ? plan.latency : { kind: 'constant', us: 0 },
      loss: plan.loss,
      duplicate: plan.duplicate,
      bandwidth: plan.roundUs === null ? plan.bandwidth : null,
    };
    this.scratch = { ...this.base };
    this.byRegion =
      plan.regions === null || plan.roundUs !== null
        ? null
        : plan.regions.latency.map((row) => row.map((latency) => ({ ...this.base, latency })));
    this.findPlain();
  }

  /** Settles who is meant by the scenario's regions and link rules, once all processes of time 0 are there, and places them. */
  settle(population: Population, random: Random): void {
    const { regions, links } = this.plan;
    const settle = (selector: Selector) => settled(selector, population, random);
    this.placement = (regions?.placement ?? []).map(({ region, who }) => ({ region, who: settle(who) }));
    this.rules = links.map((rule) => ({
      rule: { ...rule, from: settle(rule.from), to: settle(rule.to) },
      from: [],
      to: [],
    }));
    this.findPlain();
    for (const process of population.processes) this.place(process, population);
  }

  /** Finds the region and the link rules of a process; again for each newcomer. */
  place(process: ProcessRecord, population: Population): void {
    const { address } = process;
    const { placement } = this;
    if (placement.length > 0) {
      const everywhere = placement.map(({ who }) => who);
      const place = placement.findLast(({ who }) => belongs(process, who, population, everywhere));
      this.regionOf[address] = place?.region ?? 0;
    }
    for (const { rule, from, to } of this.rules) {
      from[address] = belongs(process, rule.from, population, [rule.to]);
      to[address] = belongs(process, rule.to, population, [rule.from]);
    }
  }

  /** The link from one process to another on another host. Valid until the next call. */
  link(from: Address, to: Address): Link {
    const base = this.byRegion === null ? this.base : this.byRegion[this.regionOf[from] ?? 0][this.regionOf[to] ?? 0];
    if (this.rules.length === 0 && this.degradations.length === 0) return base;
    const link = this.scratch;
    link.latency = base.latency;
    link.loss = base.loss;
    link.duplicate = base.duplicate;
    link.bandwidth = base.bandwidth;
    const inRounds = this.plan.roundUs !== null;
    for (const { rule, from: senders, to: receivers } of this.rules) {
      if (!(senders[from] && receivers[to]) && !(rule.bothWays && senders[to] && receivers[from])) continue;
      if (rule.loss !== undefined) link.loss = rule.loss;
      if (rule.duplicate !== undefined) link.duplicate = rule.duplicate;
      if (inRounds) continue;
      if (rule.latency !== undefined) link.latency = rule.latency;
      if (rule.bandwidth !== undefined) link.bandwidth = rule.bandwidth;
    }
    for (const worse of this.degradations) {
      if (!concerns(worse.from, worse.to, worse.bothWays, from, to)) continue;
      link.loss = 1 - (1 - link.loss) * (1 - worse.loss);
      link.duplicate = 1 - (1 - link.duplicate) * (1 - worse.duplicate);
      this.touched(worse.fault);
    }
    return link;
  }

  /** Draws how long one packet of so many bytes takes over the link, queueing for bandwidth included. */
  delayUs(link: Link, from: Address, to: Address, bytes: number, nowUs: number): number {
    let delayUs = this.random.sampleUs(link.latency);
    for (const worse of this.degradations) {
      if (worse.extraLatency !== null && concerns(worse.from, worse.to, worse.bothWays, from, to)) {
        delayUs += this.random.sampleUs(worse.extraLatency);
      }
    }
    if (link.bandwidth === null) return delayUs;
    const key = from * 0x400_0000 + to;
    const freeAtUs = Math.max(nowUs, this.busyUntilUs.get(key) ?? 0);
    const sentAtUs = freeAtUs + Math.ceil((bytes * 8_000_000) / link.bandwidth);
    this.busyUntilUs.set(key, sentAtUs);
    return sentAtUs - nowUs + delayUs;
  }

  /** Draws how long a packet takes between two processes on one host. */
  localDelayUs(): number {
    return this.plan.roundUs === null ? this.random.sampleUs(this.plan.localLatency) : 0;
  }

  chance(probability: number): boolean {
    return this.random.chance(probability);
  }

  /** The cut that stands between the two, or null; the fault behind it is told that it touched something. */
  cutBetween(from: Address, to: Address): Cut | null {
    for (const cut of this.cuts) {
      if (cutConcerns(cut, from, to)) {
        this.touched(cut.fault);
        return cut;
      }
    }
    return null;
  }

  /** Like `cutBetween`, for onlookers: it touches nothing. */
  isCut(from: Address, to: Address): boolean {
    return this.cuts.some((cut) => cutConcerns(cut, from, to));
  }

  addCut(cut: Cut): void {
    this.cuts = [...this.cuts, cut];
    this.findPlain();
  }

  addDegradation(worse: Degradation): void {
    this.degradations = [...this.degradations, worse];
    this.findPlain();
  }

  /** Ends the cut or degradation of that id; false if it had ended already. */
  end(id: number): boolean {
    const before = this.cuts.length + this.degradations.length;
    this.cuts = this.cuts.filter((cut) => cut.id !== id);
    this.degradations = this.degradations.filter((worse) => worse.id !== id);
    this.findPlain();
    return this.cuts.length + this.degradations.length < before;
  }

  /** Ends all cuts and degradations, and says how many there were. */
  heal(): number {
    const ended = this.cuts.length + this.degradations.length;
    this.cuts = [];
    this.degradations = [];
    this.findPlain();
    return ended;
  }

  private findPlain(): void {
    const { base } = this;
    const plain =
      this.cuts.length === 0 &&
      this.degradations.length === 0 &&
      this.rules.length === 0 &&
      this.byRegion === null &&
      base.latency.kind === 'constant' &&
      base.loss === 0 &&
      base.duplicate === 0 &&
      base.bandwidth === null;
    this.plainUs = plain && base.latency.kind === 'constant' ? base.latency.us : -1;
  }

  snapshot(): NetworkState {
    return {
      cuts: this.cuts,
      degradations: this.degradations,
      busyUntilUs: [...this.busyUntilUs],
    };
  }

  restore(state: NetworkState): void {
    this.cuts = state.cuts;
    this.degradations = state.degradations;
    this.busyUntilUs = new Map(state.busyUntilUs);
    this.findPlain();
  }
}

export interface NetworkState {
  readonly cuts: readonly Cut[];
  readonly degradations: readonly Degradation[];
  readonly busyUntilUs: readonly (readonly [number, number])[];
}

function concerns(first: AddressSet, second: AddressSet, bothWays: boolean, from: Address, to: Address): boolean {
  if (contains(first, from) && contains(second, to)) return true;
  return bothWays && contains(first, to) && contains(second, from);
}

function cutConcerns(cut: Cut, from: Address, to: Address): boolean {
  const fromSide = cut.sides.findIndex((side) => contains(side, from));
  if (fromSide < 0) return false;
  const toSide = cut.sides.findIndex((side) => contains(side, to));
  if (toSide < 0 || toSide === fromSide) return false;
  return cut.oneWay ? fromSide === 0 : true;
}
