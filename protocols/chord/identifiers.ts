/**
 * Arithmetic on the identifier circle of m bits (Stoica et al., ToN 2003, section IV-A; Zave, CCR 2012, section 3).
 *
 * Identifiers are whole numbers from 0 to 2^m − 1 with m from 3 to 52, so they are exact as doubles but not as int32:
 * nothing in here uses bit operations on an identifier.
 */
import { sha1 } from '@noble/hashes/legacy.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

export const MIN_ID_BITS = 3;
export const MAX_ID_BITS = 52;

/** 2^0 … 2^52. */
const POWERS: readonly number[] = powersOfTwo();

function powersOfTwo(): number[] {
  const powers = [1];
  for (let bit = 0; bit < MAX_ID_BITS; bit++) powers.push(2 * powers[bit]);
  return powers;
}

/** How many identifiers there are: 2^idBits. */
export function ringSize(idBits: number): number {
  return POWERS[idBits];
}

/**
 * Whether x lies strictly between a and b, going clockwise from a. With a = b the interval is the whole circle
 * without a (Zave, CCR 2012, section 3.1): a ring of one member has all the others between it and itself.
 */
export function between(a: number, x: number, b: number): boolean {
  return a < b ? a < x && x < b : a < x || x < b;
}

/** Whether x lies in (a, b], the arc of keys that a member b with predecessor a is responsible for. */
export function betweenOrLast(a: number, x: number, b: number): boolean {
  return x === b || between(a, x, b);
}

/** Clockwise distance from one identifier to another: 0 … size − 1. */
export function distance(from: number, to: number, size: number): number {
  return to < from ? to - from + size : to - from;
}

/** Clockwise distance in which a way back to the start is the whole circle: 1 … size. */
export function wayTo(from: number, to: number, size: number): number {
  return to <= from ? to - from + size : to - from;
}

/** The identifier so far clockwise of another one; `by` is from 0 to size. */
export function clockwise(from: number, by: number, size: number): number {
  const to = from + by;
  return to < size ? to : to - size;
}

/** Where finger i of a peer starts: id + 2^i (the paper's table I, counted from 0). */
export function fingerStart(id: number, index: number, size: number): number {
  return clockwise(id, POWERS[index], size);
}

/** ⌊log2(n)⌋ for n from 1 to 2^53 − 1, and −1 for 0. */
export function highestBit(n: number): number {
  return n < 4294967296 ? 31 - Math.clz32(n) : 63 - Math.clz32(Math.floor(n / 4294967296));
}

/** The top idBits of a name's SHA-1: the identifier of a peer (by its address) or of a file (by its name). */
export function identifierOf(name: string, idBits: number): number {
  const digest = sha1(utf8ToBytes(name));
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  const first52 = view.getUint32(0) * 1048576 + Math.floor(view.getUint32(4) / 4096);
  return Math.floor(first52 / POWERS[MAX_ID_BITS - idBits]);
}

/**
 * The position of successor(key) in a list sorted by identifier: the first at or after the key, or the first of all.
 * @param sorted not empty.
 */
export function successorIndex(sorted: readonly { readonly id: number }[], key: number): number {
  const rank = rankOf(sorted, key);
  return rank === sorted.length ? 0 : rank;
}

/** How many identifiers of a sorted list are below the key. */
export function rankOf(sorted: readonly { readonly id: number }[], key: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle].id < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
