/**
 * Which messages of a failing run mattered. Of its causal past most is everyday life (checks of health, gossip of other things), so each message is put
 * to the test: had it been lost, would the run have failed all the same? Where one message would have been made up for by another of its
 * kind between the same two, the whole kind is left out, and if that averts the failure one that suffices by itself is kept.
 */
import type { Address } from '../contract/protocol-types.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { Plan } from '../scenario/plan.ts';
import { type Chronicle, type MessageName, pastOf, runWithout } from './chronicle.ts';
import type { Failure } from './failure.ts';

/** Messages that are put to the test; a run with more in its past is told by the last of them. */
const MOST = 160;
/** Messages of one kind that are tried as the one that suffices. */
const MOST_OF_A_KIND = 12;

export interface Relevance {
  readonly past: ReadonlySet<number>;
  /** Indices of the arrivals that mattered. */
  readonly arrivals: ReadonlySet<number>;
  /** Whom the failure is about. */
  readonly concerned: ReadonlySet<Address>;
  readonly runs: number;
}

/** @param fromUs what was sent before is the situation that the story begins with. */
export function relevanceOf(
  plan: Plan,
  chronicle: Chronicle,
  failure: Failure,
  fromUs: number,
  goesOn: () => boolean,
): Relevance {
  const { deeds } = chronicle;
  const concerned = concernedBy(chronicle, failure);
  const past = pastOf(deeds, endsOf(chronicle, concerned));
  const candidates = [...past]
    .filter((index) => deeds[index].message !== null && deeds[index].event.bornUs >= fromUs)
    .sort((a, b) => a - b)
    .slice(-MOST);
  const trial = new Counterfactual(plan, chronicle, failure);
  const nameOf = (index: number) => deeds[index].message as MessageName;
  const arrivals = new Set(candidates.filter((index) => goesOn() && trial.averted([nameOf(index)])));
  for (const kind of byKind(candidates, nameOf)) {
    if (!goesOn() || kind.some((index) => arrivals.has(index)) || !trial.averted(kind.map(nameOf))) continue;
    const others = (kept: number) => kind.filter((index) => index !== kept).map(nameOf);
    const sufficient = kind
      .slice(-MOST_OF_A_KIND)
      .reverse()
      .find((index) => goesOn() && !trial.averted(others(index)));
    arrivals.add(sufficient ?? kind[kind.length - 1]);
  }
  return { past, arrivals, concerned, runs: trial.runs };
}

function concernedBy({ simulation }: Chronicle, { property }: Failure): ReadonlySet<Address> {
  const watch = simulation.watches.find(({ name }) => name === property);
  return new Set((watch?.lastViolation ?? watch?.firstViolation?.violation)?.processes ?? []);
}

/** The deed in which the failure was seen, and the last ones of those whom it is about. */
function endsOf({ deeds }: Chronicle, concerned: ReadonlySet<Address>): readonly number[] {
  const missing = new Set(concerned);
  const ends = [deeds.length - 1];
  for (let index = deeds.length - 1; index >= 0 && missing.size > 0; index--) {
    for (const { process } of deeds[index].inputs) if (missing.delete(process)) ends.push(index);
  }
  return ends;
}

function byKind(indices: readonly number[], nameOf: (index: number) => MessageName): readonly (readonly number[])[] {
  const kinds = new Map<string, number[]>();
  for (const index of indices) {
    const kind = nameOf(index).replace(/ #\d+$/, '');
    kinds.set(kind, [...(kinds.get(kind) ?? []), index]);
  }
  return [...kinds.values()];
}

/** Plays the run with messages left out, and looks whether it fails as it did. */
class Counterfactual {
  runs = 0;
  private readonly plan: Plan;
  private readonly failure: Failure;
  private readonly untilUs: number;
  private readonly atMost: number;
  private readonly message: string;

  constructor(plan: Plan, { simulation }: Chronicle, failure: Failure) {
    this.plan = plan;
    this.failure = failure;
    this.message = timeless(failure.message);
    this.untilUs = Math.max(simulation.nowUs, failure.us);
    // A lost message may set off retries; a multiple of the run is enough to see.
    this.atMost = simulation.events * 4 + 1000;
  }

  averted(lost: readonly MessageName[]): boolean {
    this.runs++;
    return !this.fails(runWithout(this.plan, new Set(lost), this.untilUs, this.atMost));
  }

  /** Deadlines aside: what is lost here counts as a fault, and would move them. */
  private fails(simulation: Simulation): boolean {
    const watch = simulation.watches.find(({ name }) => name === this.failure.property);
    if (watch === undefined) return false;
    const isSame = (message: string | undefined) => message !== undefined && timeless(message) === this.message;
    if (this.failure.kind === 'safety' && isSame(watch.firstViolation?.violation.message)) return true;
    return watch.holds === false && isSame(watch.lastViolation?.message);
  }
}

/** The message but for how long ago things were: another failure of the same sort is not this one. */
function timeless(message: string): string {
  return message.replace(/\d[\d.]*(?:us|ms|s|m|h)(?![a-z])/g, '#');
}
