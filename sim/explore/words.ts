/** Events, messages and moments in words, for divergences, stories and paths: the same words wherever a run is told of. */
import type { Address, Kinded } from '../contract/protocol-types.ts';
import type { System } from '../contract/system.ts';
import type { World } from '../contract/world.ts';
import type { ObservedEvent } from '../engine/observer.ts';
import { formatDuration } from '../time.ts';

/** What there is to name things by. */
export interface Speaker {
  readonly system: Pick<System, 'describe'>;
  readonly world: Pick<World, 'size' | 'process'>;
}

/** A process by its name; one that is not there (yet) by its address. */
export function nameOf(address: Address, { world }: Pick<Speaker, 'world'>): string {
  if (address < 0) return 'nobody';
  return address < world.size ? world.process(address).name : `process ${address}`;
}

/** A state as the system describes it. @param state null or undefined: there is none. */
export function readableState(state: unknown, { system }: Pick<Speaker, 'system'>): unknown {
  const show = system.describe?.state;
  return show === undefined || state === null || state === undefined ? state : show(state);
}

type Described = 'message' | 'timer' | 'operation' | 'outcome' | 'note';

/** A message, timer, operation, outcome or note as the system describes it, or as JSON. */
export function kindedText(what: Described, value: Kinded, { system }: Pick<Speaker, 'system'>): string {
  const say = system.describe?.[what];
  if (say !== undefined) return say(value);
  const { kind, ...rest } = value;
  const json = JSON.stringify(rest);
  return json === '{}' ? kind : `${kind} ${json}`;
}

/** `n3 receives from n7: metadata of n7, version 4`. */
export function eventText(event: ObservedEvent, speaker: Speaker): string {
  const { kind, subject } = event;
  const at = event.process >= 0 ? nameOf(event.process, speaker) : '';
  const from = event.peer >= 0 ? nameOf(event.peer, speaker) : '';
  const message = subject === null ? '' : `: ${kindedText(kind === 'timer' ? 'timer' : 'message', subject, speaker)}`;
  switch (kind) {
    case 'datagram':
      return `${at} receives from ${from}${message}`;
    case 'request':
      return `${at} is asked by ${from}${message}`;
    case 'reply':
      return `${at} is answered by ${from}${message}`;
    case 'timer':
      return `timer of ${at}${message}`;
    case 'timeout':
      return `${at} has waited long enough for ${from}`;
    case 'start':
      return `${at} starts`;
    case 'connect':
      return `a connection from ${from} reaches ${at}`;
    case 'accept':
      return `${from} accepts the connection of ${at}`;
    default:
      return [kind, at, from === '' ? '' : `(${from})`].filter((part) => part !== '').join(' ');
  }
}

/** An event with its number and time, on one line. */
export function eventLine(event: ObservedEvent, speaker: Speaker): string {
  return `event ${event.number}, at ${formatDuration(event.timeUs)} (${event.timeUs} us): ${eventText(event, speaker)}`;
}
