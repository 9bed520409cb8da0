/** What a shape says of a value, besides its keys and words: small numbers, so that they are none of those. */
export const NATURAL = 0;
/** A negative integer: its absolute value is written. */
export const NEGATIVE = 1;
/** Any other number. */
export const DOUBLES = 2;
/** A word of a place that has had too many different ones: its number in the dictionary is written. */
export const WORD = 3;
export const NULL = 4;
export const TRUE = 5;
export const FALSE = 6;
export const UNDEFINED = 7;
/** Its length is written, then its elements, each with a shape of its own. */
export const LIST = 8;
export const OBJECT = 9;
export const END = 10;

/** A key or word with a mark before it, or one of the above. */
export type Token = number | string;
export const KEY = 'k';
export const TEXT = 't';

/** Non-negative safe integers. Minus zero is none of them: it would come back as zero. */
export function isNatural(value: number): boolean {
  // Nearly all are small, which is soon asked.
  return ((value | 0) === value && value > 0) || (Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0));
}

export function isNegative(value: number): boolean {
  return value < 0 && Number.isSafeInteger(value);
}
