/**
 * Texts for quantities, as scenario files write them, into numbers. Each function returns null for a text that it
 * cannot read; the schemas in `units.ts` turn that into an error with a place.
 */

const MICROSECONDS: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1_000,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

const BITS: Readonly<Record<string, number>> = {
  bit: 1,
  kbit: 1_000,
  Kbit: 1_000,
  Mbit: 1_000_000,
  Gbit: 1_000_000_000,
  B: 8,
  kB: 8_000,
  KB: 8_000,
  MB: 8_000_000,
  GB: 8_000_000_000,
};

const PART = '\\d+(?:\\.\\d+)?(?:us|µs|ms|s|min|m|h|d)';

/** Source of a regular expression for a duration within a longer text. */
export const DURATION_TEXT = `(?:(?:${PART})+|0)`;
export const DURATION = new RegExp(`^${DURATION_TEXT}$`);
export const SIGNED_DURATION = new RegExp(`^[+-]?${DURATION_TEXT}$`);
export const RATE = /^\d+(?:\.\d+)?\/(?:\d+(?:\.\d+)?)?(?:us|µs|ms|s|min|m|h|d)$/;
export const PERCENTAGE = /^\d+(?:\.\d+)?%$/;
export const SIZE = /^\d+(?:\.\d+)? ?(?:B|kB|KB|MB|GB|KiB|MiB|GiB)?$/;
export const BANDWIDTH = /^\d+(?:\.\d+)? ?(?:bit|kbit|Kbit|Mbit|Gbit|B|kB|KB|MB|GB)\/s$/;

/** Microseconds of `250us`, `1.5s`, `1h30m`, `0`; null unless a whole number of them below 2^53. */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  if (text === '0') return 0;
  let sum = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|µs|ms|s|min|m|h|d)/g)) {
    const part = exactProduct(digits, MICROSECONDS[unit]);
    if (part === null) return null;
    sum += part;
  }
  return Number.isSafeInteger(sum) ? sum : null;
}

/** Like `parseDuration`, with a sign. */
export function parseSignedDuration(text: string): number | null {
  const us = parseDuration(text.replace(/^[+-]/, ''));
  if (us === null) return null;
  return text.startsWith('-') && us !== 0 ? -us : us;
}

/** Events a second of `5/s`, `0.2/min`, `1/20m`. */
export function parseRate(text: string): number | null {
  if (!RATE.test(text)) return null;
  const [count, period] = text.split('/');
  const us = parseDuration(/^\d/.test(period) ? period : `1${period}`);
  return us === null || us === 0 ? null : (Number(count) * 1_000_000) / us;
}

/** The ratio that `1.5%` is; it may be more than 1. */
export function parsePercentage(text: string): number | null {
  // The exponent moves the point in decimal: 0.7 / 100 would not be 0.007.
  return PERCENTAGE.test(text) ? Number(`${text.slice(0, -1)}e-2`) : null;
}

/** Bytes of `1MB`, `64KiB`, `100`; null unless whole. */
export function parseSize(text: string): number | null {
  const parts = SIZE.test(text) ? /^([\d.]+) ?(.*)$/.exec(text) : null;
  return parts === null ? null : exactProduct(parts[1], BYTES[parts[2]]);
}

/** Bits a second of `10Mbit/s`, `1.25MB/s`; null unless whole. */
export function parseBandwidth(text: string): number | null {
  const parts = BANDWIDTH.test(text) ? /^([\d.]+) ?(.*)\/s$/.exec(text) : null;
  return parts === null ? null : exactProduct(parts[1], BITS[parts[2]]);
}

/** A decimal times a unit without rounding (1.001 × 1000 is 1001, not 1000.9999999999999); null unless a safe integer. */
function exactProduct(decimal: string, unit: number): number | null {
  const [whole, fraction = ''] = decimal.split('.');
  const scale = BigInt(`1${'0'.repeat(fraction.length)}`);
  const product = BigInt(whole + fraction) * BigInt(unit);
  if (product % scale !== 0n) return null;
  const result = Number(product / scale);
  return Number.isSafeInteger(result) ? result : null;
}
