/**
 * What a judge remembers of who served what, as an immutable value. Two questions are asked of it: has this place ever
 * served that key (else an answer that names it is wrong, not stale), and who has served a key without a break since
 * some instant (then a search that began after it and found nothing is a false negative).
 */
import type { Address } from '../../sim/protocol.ts';
import { get, remove, set, type Trie } from './trie.ts';

/** A holder that serves a key now and has done so without a break. */
export interface Serving {
  readonly holder: Address;
  /** Virtual time from which on. */
  readonly sinceUs: number;
}

export interface Timeline {
  /** For each place (a location, a holder) the keys that it has ever served. Grows only. */
  readonly ever: Trie<readonly string[]>;
  /** For each key those who serve it now, in the order in which they began. */
  readonly serving: Trie<readonly Serving[]>;
}

export const EMPTY_TIMELINE: Timeline = { ever: null, serving: null };

/** Remembers that this place serves, or has served, the key. */
export function remember(timeline: Timeline, place: string | Address, key: string): Timeline {
  const keys = get(timeline.ever, place) ?? [];
  return keys.includes(key) ? timeline : { ...timeline, ever: set(timeline.ever, place, [...keys, key]) };
}

/** Whether the place served the key at any time up to now. */
export function everServed(timeline: Timeline, place: string | Address, key: string): boolean {
  return get(timeline.ever, place)?.includes(key) ?? false;
}

/** Says whether the holder serves the key from now on; telling it again what it knows changes nothing. */
export function setServing(timeline: Timeline, key: string, holder: Address, serves: boolean, nowUs: number): Timeline {
  const now = get(timeline.serving, key) ?? [];
  if (now.some((one) => one.holder === holder) === serves) return timeline;
  const next = serves ? [...now, { holder, sinceUs: nowUs }] : now.filter((one) => one.holder !== holder);
  return {
    ...timeline,
    serving: next.length === 0 ? remove(timeline.serving, key) : set(timeline.serving, key, next),
  };
}

/** One who has served the key without a break from that instant until now, or null. */
export function servedSince(timeline: Timeline, key: string, sinceUs: number): Address | null {
  for (const one of get(timeline.serving, key) ?? []) if (one.sinceUs <= sinceUs) return one.holder;
  return null;
}
