import { readableState } from '../../sim/explore/words.ts';
/** Words for what happens in a run: the system's own where it has them, JSON where not. */
import { type Address, formatDuration, type Kinded, type System, type World } from '../../sim/index.ts';
import type { Marker } from './marker.ts';
import type { Entry } from './recorder.ts';

export class Texts {
  private readonly system: System;
  private readonly world: World;
  private readonly known = new WeakMap<Entry, string>();

  constructor(system: System, world: World) {
    this.system = system;
    this.world = world;
  }

  name(address: Address): string {
    return address >= 0 && address < this.world.size
      ? this.world.process(address).name
      : address < 0
        ? ''
        : `#${address}`;
  }

  message(message: unknown): string {
    return this.said('message', message);
  }

  timer(timer: unknown): string {
    return this.said('timer', timer);
  }

  operation(operation: unknown): string {
    return this.said('operation', operation);
  }

  outcome(outcome: unknown): string {
    return this.said('outcome', outcome);
  }

  /** What happened, without when and where. */
  entry(entry: Entry): string {
    let text = this.known.get(entry);
    if (text === undefined) {
      text = this.entryText(entry);
      this.known.set(entry, text);
    }
    return text;
  }

  marker(marker: Marker): string {
    switch (marker.kind) {
      case 'fault':
        return marker.label;
      case 'violated':
        return `${marker.label} violated`;
      case 'restored':
        return `${marker.label} holds`;
      case 'begun':
        return `${this.name(marker.process)}: ${this.operation(marker.operation)}`;
      case 'ended':
        return `${this.name(marker.record.issuer)}: ${this.operation(marker.record.operation)} is ${
          marker.record.judgement?.verdict ?? 'aborted'
        }`;
      case 'bookmark':
        return marker.label;
    }
  }

  private entryText(entry: Entry): string {
    const { kind, subject, detail, peer } = entry;
    switch (kind) {
      case 'message':
      case 'request':
      case 'reply':
        return this.message(subject);
      case 'timer':
        return this.timer(subject);
      case 'operation':
        return this.operation(subject);
      case 'outcome': {
        const outcome = subject === null ? '' : ` ${this.outcome(subject)}`;
        return `${detail}${outcome} (${formatDuration(entry.timeUs - entry.bornUs)})`;
      }
      case 'note':
        return this.said('note', subject);
      case 'loss':
        return `${this.message(subject)}, ${LOSSES[detail] ?? detail}`;
      case 'failure':
        return `${detail}, from ${this.name(peer)} no answer`;
      default:
        return detail;
    }
  }

  state(state: unknown): unknown {
    return readableState(state, { system: this.system });
  }

  private said(what: 'message' | 'timer' | 'operation' | 'outcome' | 'note', value: unknown): string {
    if (value === null || value === undefined) return '';
    const describe = this.system.describe?.[what] as ((value: unknown) => string) | undefined;
    return describe?.call(this.system.describe, value) ?? plainly(value as Kinded);
  }
}

const LOSSES: Readonly<Record<string, string>> = {
  lost: 'lost on the way',
  cut: 'cut off',
  dead: 'nobody there',
  late: 'too late',
  nobody: 'no such process',
  removed: 'taken off the wire',
  abandoned: 'given up',
};

/** `lookup {key: 5}`: the kind, then the rest. */
function plainly({ kind, ...rest }: Kinded): string {
  return Object.keys(rest).length === 0 ? kind : `${kind} ${JSON.stringify(rest)}`;
}
