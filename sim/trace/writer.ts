/**
 * Writes a trace from what an observer hears. An event's line is written when the next event begins, for what belongs to it
 * comes after it. It only listens: a run with a trace has the same fingerprint as without.
 *
 * A process that an event starts (a join, a restart, a fault's end) has a line of its own, `start`, while the event that
 * started it is still being handled. So what follows is sorted by process: the new process's goes to its start, the rest
 * to the event.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Effect } from '../contract/effect.ts';
import type { Input } from '../contract/input.ts';
import type { Address, Kinded, ProtocolTypes } from '../contract/protocol-types.ts';
import type { OperationRecord } from '../contract/world.ts';
import type { ObservedDrop, ObservedEvent, Observer } from '../engine/observer.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { Plan } from '../scenario/plan.ts';
import { type EndLine, type EventLine, type Happening, type Manifest, TRACE_FORMAT } from './lines.ts';
import { patchOf } from './patch.ts';
import { TraceTally } from './tally.ts';

export interface TraceSource<P extends ProtocolTypes = ProtocolTypes> {
  readonly plan: Plan<P>;
  readonly file: string;
  /** The scenario's text, as it was read. */
  readonly text: string;
  readonly overrides: readonly string[];
  /** The version of this program. */
  readonly engine: string;
}

export function manifestOf<P extends ProtocolTypes>({ plan, file, text, overrides, engine }: TraceSource<P>): Manifest {
  return {
    type: 'trace',
    format: TRACE_FORMAT,
    engine,
    system: plan.system.name,
    variant: plan.variant,
    scenario: { file, sha256: bytesToHex(sha256(utf8ToBytes(text))) },
    seed: plan.seed,
    overrides: [...overrides],
    durationUs: plan.durationUs,
  };
}

/** A line's data while more may come. */
interface OpenLine {
  readonly line: EventLine;
  readonly process: Address;
  readonly subject: Kinded | null;
}

export class TraceWriter implements Observer {
  private readonly write: (line: string) => void;
  private readonly tally = new TraceTally();
  /** The event that is being handled, and after it the processes that it started. */
  private open: OpenLine[] = [];
  /** What each process saved last. */
  private readonly durables = new Map<Address, unknown>();
  private simulation: Pick<Simulation, 'nowUs'> | null = null;

  /** @param write is handed each line, without a line feed. */
  constructor(manifest: Manifest, write: (line: string) => void) {
    this.write = write;
    write(JSON.stringify(manifest));
  }

  /** Hands over the run's clock as soon as there is a run: a property may change between two events. */
  follow(simulation: Pick<Simulation, 'nowUs'>): void {
    this.simulation = simulation;
  }

  /** Writes what is left, and the end. */
  end({
    nowUs,
    finished,
    events,
    fingerprint,
  }: Pick<Simulation, 'nowUs' | 'finished' | 'events' | 'fingerprint'>): void {
    this.flush();
    const end: EndLine = {
      type: 'end',
      us: nowUs,
      complete: finished,
      events,
      fingerprint,
      counts: this.tally.all,
    };
    this.write(JSON.stringify(end));
  }

  // --- What the engine tells ---

  event(event: ObservedEvent): void {
    const isPart = event.kind === 'start' && event.cause >= 0;
    if (!isPart) this.flush();
    const { process, subject } = event;
    this.open.push({ line: eventLineOf(event), process, subject });
  }

  input(process: Address, input: Input<never>): void {
    const open = this.lineOf(process);
    if (open !== undefined) this.add(open, process, inputOf(input as Input<ProtocolTypes>, open.subject));
  }

  effect(process: Address, effect: Effect): void {
    const open = this.lineOf(process);
    if (open !== undefined) this.add(open, process, effectOf(effect, this.durables.get(process) ?? null));
    if (effect.kind === 'save') this.durables.set(process, effect.value);
  }

  dropped({ reason, from, to, message }: ObservedDrop): void {
    const open = this.open[0];
    const isSubject = message === open?.subject;
    open?.line.follows.push({ what: 'drop', reason, from, to, ...(isSubject ? {} : { message }) });
  }

  ended({ id, issuer, status, judgement, startUs }: OperationRecord): void {
    const open = this.lineOf(issuer);
    if (open === undefined || judgement === null || status === 'pending') return;
    const { verdict, measures, why } = judgement;
    this.add(open, issuer, {
      what: 'verdict',
      id,
      status,
      verdict,
      startUs,
      ...(measures === undefined ? {} : { measures }),
      ...(why === undefined ? {} : { why }),
    });
  }

  action(label: string, changed: number): void {
    this.open[0]?.line.follows.push({ what: 'action', label, changed });
  }

  property(name: string, holds: boolean, message: string | null): void {
    const open = this.open[this.open.length - 1];
    const us = this.simulation?.nowUs ?? 0;
    open?.line.follows.push({ what: 'property', us, name, holds, ...(message === null ? {} : { message }) });
  }

  /** The line that something which a process did belongs to. */
  private lineOf(process: Address): OpenLine | undefined {
    return this.open.findLast((open) => open.process === process) ?? this.open[0];
  }

  private add({ line, process: owner }: OpenLine, process: Address, happening: Happening): void {
    line.follows.push(process === owner ? happening : { ...happening, process });
  }

  /** Writes what was heard so far. A trace that stops there, without an end, is of a run that broke off. */
  flush(): void {
    for (const { line } of this.open) {
      this.tally.take(line);
      this.write(JSON.stringify(line));
    }
    this.open = [];
  }
}

function eventLineOf(event: ObservedEvent): EventLine {
  const { number, timeUs, kind, process, peer, sequence, cause, bornUs, subject } = event;
  return {
    type: 'event',
    n: number,
    us: timeUs,
    kind,
    ...(process >= 0 ? { process } : {}),
    ...(peer >= 0 ? { peer } : {}),
    seq: sequence,
    cause,
    bornUs,
    ...(subject === null ? {} : kind === 'timer' ? { timer: subject } : { message: subject }),
    follows: [],
  };
}

/** The message or timer of the event itself is not written twice. */
function inputOf(input: Input<ProtocolTypes>, subject: Kinded | null): Happening {
  const what = 'input';
  switch (input.kind) {
    case 'datagram': {
      const { kind, from, group } = input;
      return { what, kind, from, group, ...unless(subject, input.message) };
    }
    case 'request': {
      const { kind, from, id } = input;
      return { what, kind, from, id, ...unless(subject, input.message) };
    }
    case 'reply': {
      const { kind, from } = input;
      return { what, kind, from, ...unless(subject, input.message) };
    }
    case 'failure': {
      const { kind, to, reason } = input;
      return { what, kind, to, reason };
    }
    case 'timer':
      return { what, kind: input.kind, ...(input.timer === subject ? {} : { timer: input.timer }) };
    case 'operation': {
      const { kind, id, operation } = input;
      return { what, kind, id, operation };
    }
    case 'leave':
      return { what, kind: input.kind };
  }
}

function unless(subject: Kinded | null, message: Kinded): { message?: Kinded } {
  return message === subject ? {} : { message };
}

/**
 * Effects have one shape in the engine; here each has its own names.
 * @param saved what the process saved last: a save is told as what is different.
 */
function effectOf({ kind, target, value, tag, us, name }: Effect, saved: unknown): Happening {
  switch (kind) {
    case 'send':
      return { what: kind, to: target, message: value as Kinded };
    case 'multicast':
      return { what: kind, group: name, message: value as Kinded };
    case 'joinGroup':
    case 'leaveGroup':
      return { what: kind, group: name };
    case 'request':
      return { what: kind, to: target, message: value as Kinded, ...(isSmall(tag) ? { tag } : {}), timeoutUs: us };
    case 'reply':
      return { what: kind, id: target, message: value as Kinded };
    case 'setTimer':
      return { what: kind, timer: value as Kinded, id: target, delayUs: us };
    case 'cancelTimer':
      return { what: kind, timer: name, id: target };
    case 'save':
      return { what: kind, patch: [...patchOf(saved, value)] };
    case 'complete':
      return { what: kind, id: target, outcome: value as Kinded };
    case 'exit':
      return { what: kind };
    case 'note':
      return { what: kind, note: value as Kinded };
  }
}

const SMALL = 100;

/** Whether a value has at most so many parts. A tag may hold a whole state, which nobody wants to read with each request. */
function isSmall(value: unknown): boolean {
  let parts = 0;
  const count = (part: unknown): boolean => {
    if (++parts > SMALL) return false;
    return typeof part !== 'object' || part === null || Object.values(part).every(count);
  };
  return count(value);
}
