/**
 * What happened lately, for the log, the space-time picture and the inspector, and the markers of the whole line. It listens to the
 * run as an observer and changes nothing. When the run is put back, what lies after is forgotten, and what is executed again is heard again.
 */
import type {
  Address,
  Effect,
  Input,
  Kinded,
  ObservedDrop,
  ObservedEvent,
  Observer,
  OperationRecord,
  Plan,
  Simulation,
} from '../../sim/index.ts';
import { comparePositions, type Position } from './line.ts';
import { Markers } from './marker.ts';

/** What a line of the log is about; the filter chooses among these. */
export const ENTRY_KINDS = [
  'message',
  'request',
  'reply',
  'failure',
  'timer',
  'operation',
  'outcome',
  'note',
  'loss',
  'fault',
  'property',
  'start',
  'leave',
  'network',
  'schedule',
] as const;

export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One thing that happened. An event may make several. */
export interface Entry extends Position {
  readonly timeUs: number;
  readonly kind: EntryKind;
  /** The process concerned, −1 for none. */
  readonly process: Address;
  /** The other one: who sent it, to whom it was lost; −1 for none. */
  readonly peer: Address;
  /** Message, timer, operation, outcome or note. */
  readonly subject: Kinded | null;
  /** What the engine or the judge says of it. */
  readonly detail: string;
  /** Whether it is bad news. */
  readonly bad: boolean;
  readonly sequence: number;
  /** Sequence number of the event that caused it, −1 for the scenario. */
  readonly cause: number;
  /** When it was sent or set. */
  readonly bornUs: number;
  /** What the process was handed, and its state before that; null where no process took a step. */
  readonly step: { readonly before: unknown } | null;
}

/** Entries that are kept. */
const WINDOW = 4000;

const NETWORK_EVENTS = new Set(['connect', 'accept', 'retransmit', 'timeout', 'held']);

export class Recorder {
  /** Of the line that the run is on. */
  markers = new Markers();
  /** Undefined while muted: an observer without this method costs the engine nothing for each event. */
  event: ((event: ObservedEvent) => void) | undefined;
  effect: ((process: Address, effect: Effect) => void) | undefined;
  input: ((process: Address, input: Input<never>) => void) | undefined;
  private entries: Entry[] = [];
  /** From this event on the window is complete. */
  private from = 0;
  private muted = false;
  private simulation: Simulation | null = null;
  private at: ObservedEvent | null = null;
  private listener: ((event: ObservedEvent) => void) | null = null;
  private readonly operationLabels: Set<string>;
  readonly plan: Plan;

  constructor(plan: Plan) {
    this.plan = plan;
    this.operationLabels = new Set(
      plan.actions.filter(({ action }) => action.kind === 'operation').map(({ label }) => label),
    );
    this.event = this.onEvent;
    this.effect = this.onEffect;
    this.input = this.onInput;
  }

  /** Called once the simulation stands; the starts of time 0 are heard before. */
  attach(simulation: Simulation): void {
    this.simulation = simulation;
  }

  /** For the engine, which takes a method that is undefined for one that is not there. */
  get observer(): Observer {
    return this as Observer;
  }

  /** An action with this label is an operation, no fault. */
  knowOperation(label: string): void {
    this.operationLabels.add(label);
  }

  /** Has each event told to someone else as well; null ends that. */
  listen(listener: ((event: ObservedEvent) => void) | null): void {
    this.listener = listener;
  }

  /** The last entries, oldest first. */
  get window(): readonly Entry[] {
    return this.entries;
  }

  /** Whether all that happened since that event is in the window. */
  coversFrom(event: number): boolean {
    return this.from <= event;
  }

  get isMuted(): boolean {
    return this.muted;
  }

  /** At full speed only markers are heard. What is heard afterwards has a gap before it, so the window starts anew. */
  mute(muted: boolean): void {
    if (muted === this.muted) return;
    this.muted = muted;
    this.event = muted ? undefined : this.onEvent;
    this.effect = muted ? undefined : this.onEffect;
    this.input = muted ? undefined : this.onInput;
    this.at = null;
    if (!muted) {
      this.entries = [];
      this.from = this.position().event;
    }
  }

  /**
   * The run was put to another moment.
   * @param shared until when what was heard belongs to that moment's past too.
   */
  moveTo(position: Position, shared: Position): void {
    const { entries } = this;
    if (comparePositions(position, shared) > 0) {
      this.entries = [];
      this.from = position.event;
    } else {
      while (entries.length > 0 && comparePositions(entries[entries.length - 1], position) > 0) entries.pop();
      if (this.from > position.event) {
        this.entries = [];
        this.from = position.event;
      }
    }
    this.at = null;
  }

  // --- Observer ---

  private readonly onEvent = (event: ObservedEvent): void => {
    this.at = event;
    this.listener?.(event);
    this.push(entryOfEvent(event, this.injections()));
  };

  private readonly onInput = (process: Address, input: Input<never>): void => {
    const step = { before: this.simulation?.world.process(process).state ?? null };
    const last = this.entries.at(-1);
    if (last !== undefined && isOpen(last, this.at) && (last.process === process || last.process < 0)) {
      this.entries[this.entries.length - 1] = { ...last, ...inputParts(input), process, step };
    } else {
      this.push({ ...this.blank(), ...inputParts(input), process, step });
    }
  };

  /** A client's operation has begun. */
  began(record: OperationRecord): void {
    this.markers.begun(this.now(), record);
  }

  private readonly onEffect = (process: Address, effect: Effect): void => {
    if (effect.kind === 'note') this.push({ ...this.blank(), kind: 'note', process, subject: effect.value as Kinded });
    else if (effect.kind === 'exit')
      this.push({ ...this.blank(), kind: 'leave', process, detail: 'leaves in good order' });
  };

  dropped(drop: ObservedDrop): void {
    if (this.muted) return;
    const { reason, from, to, message } = drop;
    this.push({ ...this.blank(), kind: 'loss', process: to, peer: from, subject: message, detail: reason, bad: true });
  }

  ended(record: OperationRecord): void {
    const verdict = record.judgement?.verdict ?? 'aborted';
    const good = this.plan.system.judge.verdicts[verdict]?.good ?? false;
    this.markers.ended(this.now(), record, good);
    if (this.muted) return;
    this.push({
      ...this.blank(),
      kind: 'outcome',
      process: record.issuer,
      subject: record.outcome,
      detail: verdict,
      bad: !good,
      bornUs: record.startUs,
    });
  }

  action(label: string, changed: number): void {
    const isOperation = this.operationLabels.has(label);
    if (!isOperation) this.markers.add({ ...this.now(), kind: 'fault', label, changed });
    if (this.muted || isOperation) return;
    const last = this.entries.at(-1);
    const said = { kind: 'fault' as const, detail: label, bad: true };
    // The event that brought it says nothing that the label does not say.
    if (last !== undefined && isOpen(last, this.at) && last.kind === 'schedule')
      this.entries[this.entries.length - 1] = { ...last, ...said };
    else this.push({ ...this.blank(), ...said });
  }

  property(name: string, holds: boolean, message: string | null): void {
    // That a property holds at its first check is no news.
    const isFirst = this.simulation === null || this.simulation.events === 0;
    if (!(isFirst && holds)) {
      this.markers.add({ ...this.now(), kind: holds ? 'restored' : 'violated', label: name, why: message });
    }
    if (this.muted) return;
    const detail = holds ? `${name} holds` : `${name} is violated${message === null ? '' : `: ${message}`}`;
    this.push({ ...this.blank(), kind: 'property', detail, bad: !holds });
  }

  private push(entry: Entry): void {
    this.entries.push(entry);
    if (this.entries.length <= 2 * WINDOW) return;
    this.entries.splice(0, this.entries.length - WINDOW);
    this.from = this.entries[0].event + 1;
  }

  private blank(): Entry {
    return {
      ...this.now(),
      kind: 'schedule',
      process: -1,
      peer: -1,
      subject: null,
      detail: '',
      bad: false,
      sequence: this.at?.sequence ?? -1,
      cause: this.at?.cause ?? -1,
      bornUs: this.at?.bornUs ?? 0,
      step: null,
    };
  }

  private now(): Position & { readonly timeUs: number } {
    const timeUs = this.simulation?.nowUs ?? this.at?.timeUs ?? 0;
    return { ...this.position(), timeUs };
  }

  private position(): Position {
    const event = this.simulation?.events ?? this.at?.number ?? 0;
    return { event, injections: this.injections() };
  }

  private injections(): number {
    return this.simulation?.injections.length ?? 0;
  }
}

/** Whether the entry only says that an event is there, and what it was about is yet to be told. */
function isOpen(entry: Entry, at: ObservedEvent | null): boolean {
  return (
    at !== null && entry.event === at.number && entry.step === null && entry.kind !== 'note' && entry.kind !== 'loss'
  );
}

function entryOfEvent(event: ObservedEvent, injections: number): Entry {
  const { number, sequence, timeUs, process, peer, cause, bornUs, subject } = event;
  return {
    event: number,
    injections,
    timeUs,
    kind: kindOfEvent(event),
    process,
    peer,
    subject,
    detail: event.kind === 'start' ? 'starts' : subject === null ? event.kind : '',
    bad: false,
    sequence,
    cause,
    bornUs,
    step: null,
  };
}

function kindOfEvent({ kind }: ObservedEvent): EntryKind {
  switch (kind) {
    case 'datagram':
      return 'message';
    case 'timer':
    case 'request':
    case 'reply':
    case 'start':
      return kind;
    default:
      return NETWORK_EVENTS.has(kind) || kind === 'failure' ? 'network' : 'schedule';
  }
}

type Parts = Pick<Entry, 'kind' | 'subject' | 'detail' | 'bad'> & { readonly peer?: Address };

function inputParts(input: Input<never>): Parts {
  // The machine's types are its own; for the log a message is what has a kind.
  const said = input as Input<never> & { message?: Kinded; timer?: Kinded; operation?: Kinded };
  switch (said.kind) {
    case 'datagram':
      return { kind: 'message', subject: said.message ?? null, peer: said.from, detail: said.group ?? '', bad: false };
    case 'request':
    case 'reply':
      return { kind: said.kind, subject: said.message ?? null, peer: said.from, detail: '', bad: false };
    case 'failure':
      return { kind: 'failure', subject: null, peer: said.to, detail: said.reason, bad: true };
    case 'timer':
      return { kind: 'timer', subject: said.timer ?? null, detail: '', bad: false };
    case 'operation':
      return { kind: 'operation', subject: said.operation ?? null, detail: '', bad: false };
    case 'leave':
      return { kind: 'leave', subject: null, detail: 'is asked to leave', bad: false };
  }
}
