/**
 * What led to what in one run. Each event knows the one that scheduled it (its cause) and the one before it at the same process; what can be reached
 * that way is its causal past (Lamport, CACM 1978), and nothing else can have had a part in it.
 *
 * Messages have names that stay the same when another one is lost: not their sequence numbers, but who sent whom the how-manieth of that kind.
 */
import type { Input } from '../contract/input.ts';
import type { Address } from '../contract/protocol-types.ts';
import type { ObservedDrop, ObservedEvent, Observer } from '../engine/observer.ts';
import { Simulation } from '../engine/simulation.ts';
import type { Plan } from '../scenario/plan.ts';

/** An event and what belongs to it. */
export interface Deed {
  readonly event: ObservedEvent;
  /** What processes were handed in it, in order. */
  readonly inputs: readonly { readonly process: Address; readonly input: Input<never> }[];
  /** What the environment did in it, and to how many. */
  readonly actions: readonly { readonly label: string; readonly changed: number }[];
  readonly drops: readonly ObservedDrop[];
  /** Processes that ended in it. */
  readonly ended: readonly Address[];
  /** Indices of the deeds that it comes from. */
  readonly parents: readonly number[];
  /** Index of the deed that scheduled it, −1 for the scenario. */
  readonly cause: number;
  /** The message's name, if the event is the arrival of one. */
  readonly message: MessageName | null;
}

/** `datagram 3 > 7 metadata #2`. */
export type MessageName = string;

export interface Chronicle {
  readonly deeds: readonly Deed[];
  readonly simulation: Simulation;
}

/** The run up to and including that event. */
export function chronicleOf(plan: Plan, untilEvent: number): Chronicle {
  const scribe = new Scribe();
  const simulation = new Simulation(plan, { observer: scribe });
  const names = new MessageNames(simulation);
  names.look();
  let live = liveIn(simulation);
  while (simulation.events < untilEvent && simulation.step()) {
    names.look();
    const now = liveIn(simulation);
    scribe.gone(live.filter((address) => !now.includes(address)));
    live = now;
  }
  return { deeds: scribe.deeds.map((deed) => ({ ...deed, message: names.of(deed.event.sequence) })), simulation };
}

/** The event after which a property was found false, for the last time before the end of this run; null if it holds. */
export function onsetOf(plan: Plan, property: string, untilEvent: number): number | null {
  let onset: number | null = null;
  const simulation: Simulation = new Simulation(plan, {
    observer: {
      property: (name, holds) => {
        if (name === property) onset = holds ? null : (simulation?.events ?? 0);
      },
    },
  });
  while (simulation.events < untilEvent && simulation.step());
  return onset;
}

/** Indices of all deeds that these come from, themselves included. */
export function pastOf(deeds: readonly Deed[], from: Iterable<number>): ReadonlySet<number> {
  const past = new Set<number>();
  const waiting = [...from];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (past.has(next)) continue;
    past.add(next);
    waiting.push(...deeds[next].parents);
  }
  return past;
}

/** The chain of causes of a deed, nearest first, itself not included. */
export function causesOf(deeds: readonly Deed[], of: number): readonly number[] {
  const chain: number[] = [];
  for (let cause = deeds[of].cause; cause >= 0; cause = deeds[cause].cause) chain.push(cause);
  return chain;
}

function liveIn({ world }: Simulation): readonly Address[] {
  return Array.from({ length: world.size }, (_, address) => address).filter((address) => world.alive(address));
}

type OpenDeed = { -readonly [Key in keyof Deed]: Deed[Key] extends readonly (infer Each)[] ? Each[] : Deed[Key] };

class Scribe implements Observer {
  readonly deeds: OpenDeed[] = [];
  private readonly bySequence = new Map<number, number>();
  /** The last deed at each process. */
  private readonly lastAt = new Map<Address, number>();
  /** The deed of the event itself; those of the processes that it starts come after it. */
  private current = -1;

  event(event: ObservedEvent): void {
    const index = this.deeds.length;
    const cause = this.bySequence.get(event.cause) ?? -1;
    if (event.sequence >= 0) this.bySequence.set(event.sequence, index);
    this.deeds.push({ event, inputs: [], actions: [], drops: [], ended: [], parents: [], cause, message: null });
    if (cause >= 0) this.deeds[index].parents.push(cause);
    if (event.kind === 'start') this.touch(event.process, index);
    if (event.kind !== 'start' || event.cause < 0) this.current = index;
  }

  input(process: Address, input: Input<never>): void {
    this.touch(process, this.current);
    this.deeds[this.current]?.inputs.push({ process, input });
  }

  action(label: string, changed: number): void {
    this.deeds[this.current]?.actions.push({ label, changed });
  }

  dropped(drop: ObservedDrop): void {
    this.deeds[this.current]?.drops.push(drop);
  }

  /** Told after each step: who lived before it and not after. */
  gone(processes: readonly Address[]): void {
    this.deeds[this.current]?.ended.push(...processes);
  }

  /** What comes next at a process comes after this. */
  private touch(process: Address, index: number): void {
    if (index < 0) return;
    const before = this.lastAt.get(process);
    if (before !== undefined && before !== index) this.deeds[index].parents.push(before);
    this.lastAt.set(process, index);
  }
}

/** Gives each message its name when it is sent. */
class MessageNames {
  private readonly simulation: Simulation;
  private readonly names = new Map<number, MessageName>();
  private readonly counts = new Map<string, number>();
  private readonly lost: ReadonlySet<MessageName>;

  /** @param lost messages that are to be lost, as soon as they are sent. */
  constructor(simulation: Simulation, lost: ReadonlySet<MessageName> = new Set()) {
    this.simulation = simulation;
    this.lost = lost;
  }

  of(sequence: number): MessageName | null {
    return this.names.get(sequence) ?? null;
  }

  /** Looks after each event for what it sent. */
  look(): void {
    const sent = this.simulation.world.inFlight().filter(({ sequence }) => !this.names.has(sequence));
    for (const { sequence, transport, from, to, message } of sent.sort((a, b) => a.sequence - b.sequence)) {
      const group = `${transport} ${from} > ${to} ${message.kind}`;
      const number = (this.counts.get(group) ?? 0) + 1;
      this.counts.set(group, number);
      const name = `${group} #${number}`;
      this.names.set(sequence, name);
      if (this.lost.has(name)) this.simulation.inject({ kind: 'lose', sequence }, 'left out');
    }
  }
}

/** The run until that time, with these messages lost. */
export function runWithout(plan: Plan, lost: ReadonlySet<MessageName>, untilUs: number, atMost: number): Simulation {
  const simulation = new Simulation(plan);
  const names = new MessageNames(simulation, lost);
  names.look();
  while (simulation.nextEventUs <= untilUs && simulation.events < atMost && simulation.step()) names.look();
  simulation.runUntil(untilUs, 0);
  return simulation;
}
