/** Numbers for people, the same on every machine: no locale. */
import { formatDuration, SECOND } from '../time.ts';

/** `12,345`, `3.142`, `0.00012`: whole numbers in full, others to four significant digits, or as many decimals as said. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? grouped(String(value)) : String(value);
  const whole = String(Math.trunc(Math.abs(value))).length;
  const decimals = Math.abs(value) < 1 ? digits : Math.max(0, digits - whole);
  const text = Math.abs(value) < 1 ? Number(value.toPrecision(digits)).toString() : value.toFixed(decimals);
  return text.includes('e') ? text : grouped(trimZeros(text));
}

/** `99.7%`; with up to three decimals, and never `100%` or `0%` for what only comes near. */
export function formatShare(ratio: number, decimals = 3): string {
  const percent = ratio * 100;
  const text = trimZeros(percent.toFixed(decimals));
  if ((text === '100' && ratio < 1) || (text === '0' && ratio > 0)) {
    return decimals < 12 ? formatShare(ratio, decimals + 2) : `${percent}%`;
  }
  return `${grouped(text)}%`;
}

/** A value in its unit: `us` as a duration, `ratio` in percent, `1/s` as a rate, others behind the number. */
export function formatValue(value: number, unit: string, digits = 4): string {
  switch (unit) {
    case 'us':
      return formatDuration(roundedUs(value));
    case 'ratio':
      return formatShare(value);
    case '':
      return formatNumber(value, digits);
    default:
      return unit.startsWith('1/')
        ? `${formatNumber(value, digits)}${unit.slice(1)}`
        : `${formatNumber(value, digits)} ${unit}`;
  }
}

/** A point of virtual time as options take it, exactly: `12.000001s`. */
export function exactSeconds(us: number): string {
  const fraction = String(us % SECOND).padStart(6, '0');
  return `${Math.floor(us / SECOND)}${us % SECOND === 0 ? '' : `.${fraction.replace(/0+$/, '')}`}s`;
}

/** `1 lookup`, `2 lookups`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

/** Six significant digits of a duration are more than anybody reads. */
function roundedUs(us: number): number {
  if (Math.abs(us) < 1000) return us;
  return Math.round(us);
}

function grouped(text: string): string {
  const [whole, fraction] = text.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
