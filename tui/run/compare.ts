/** Where two lines of a run first differ: the first event after their parting that is not the same in both. */
import type { ObservedEvent } from '../../sim/index.ts';
import { type Line, lastCommon } from './line.ts';
import type { Player } from './player.ts';
import type { Texts } from './texts.ts';

export interface Difference {
  readonly lines: readonly [string, string];
  /** The last event that both have. */
  readonly partedAfter: number;
  readonly partedUs: number;
  /** What was done to one of them there, or to both. */
  readonly doings: readonly [readonly string[], readonly string[]];
  /** How many events after the parting are the same in both. */
  readonly same: number;
  /** The first that differs; null where there is none within `looked`. */
  readonly first: readonly [EventText | null, EventText | null] | null;
  /** How many events were compared at most. */
  readonly looked: number;
}

export interface EventText {
  readonly event: number;
  readonly timeUs: number;
  readonly text: string;
}

/** No longer than a moment. */
const MOST = 20_000;

/** Executes both lines from where they part. The player is put back to where it was. */
export function compare(player: Player, a: Line, b: Line, texts: Texts): Difference {
  const here = player.here();
  const parted = lastCommon(a, b);
  const [first, second] = [eventsAfter(player, a, parted.event), eventsAfter(player, b, parted.event)];
  const length = Math.max(first.length, second.length);
  let same = 0;
  while (same < length && isSame(first[same], second[same])) same++;
  const text = (event: ObservedEvent | undefined) => (event === undefined ? null : eventText(event, texts));
  const doingsOf = (line: Line) => line.injections.slice(parted.injections).map(({ label }) => label);
  player.goTo({ line: a, event: parted.event, timeUs: null });
  player.arrive();
  const partedUs = player.simulation.nowUs;
  player.goTo(here);
  player.arrive();
  return {
    lines: [a.name, b.name],
    partedAfter: parted.event,
    partedUs,
    doings: [doingsOf(a), doingsOf(b)],
    same,
    first: same === length ? null : [text(first[same]), text(second[same])],
    looked: length,
  };
}

function eventsAfter(player: Player, line: Line, event: number): readonly ObservedEvent[] {
  player.goTo({ line, event, timeUs: null });
  player.arrive();
  const heard: ObservedEvent[] = [];
  player.recorder.listen((each) => {
    // A stretch may be executed twice, where many joined at once.
    while (heard.length > 0 && heard[heard.length - 1].number >= each.number) heard.pop();
    if (each.number > event) heard.push(each);
  });
  player.forward(Infinity, MOST);
  player.recorder.listen(null);
  return heard;
}

/** By what happened and when. Sequence numbers differ as soon as anything was done, and so do request ids: they tell nothing. */
function isSame(a: ObservedEvent | undefined, b: ObservedEvent | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.timeUs === b.timeUs &&
    a.kind === b.kind &&
    a.process === b.process &&
    a.peer === b.peer &&
    JSON.stringify(a.subject) === JSON.stringify(b.subject)
  );
}

function eventText(event: ObservedEvent, texts: Texts): EventText {
  const { number, timeUs, kind, process, peer, subject } = event;
  const what = subject === null ? kind : kind === 'timer' ? texts.timer(subject) : texts.message(subject);
  const from = peer >= 0 ? ` from ${texts.name(peer)}` : '';
  return { event: number, timeUs, text: process < 0 ? what : `${texts.name(process)}: ${what}${from}` };
}
