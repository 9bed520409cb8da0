/** Numbers for the columns of tables: short, of about one width. */
import { formatDuration, HOUR, MINUTE, SECOND } from '../../sim/index.ts';
import { formatNumber, formatShare, formatValue } from '../../sim/report/format.ts';

/** A value of that unit in a few characters; the unit stands elsewhere, unless it is time or percent. Three digits, as many as percentiles have. */
export function brief(value: number, unit: string): string {
  switch (unit) {
    case 'us':
      return briefDuration(value);
    case 'ratio':
      return formatShare(value, 1);
    default:
      return formatNumber(value, 3);
  }
}

/** `123ms`, `1.23s`, `2m3s`, `5h20m`. */
function briefDuration(us: number): string {
  if (us === 0) return '0s';
  if (us < MINUTE) return formatDuration(Number(us.toPrecision(3)));
  if (us < HOUR) return formatDuration(Math.round(us / SECOND) * SECOND);
  return formatDuration(Math.round(us / MINUTE) * MINUTE).replace(/0s$/, '');
}

/** The unit behind a name, where the numbers do not carry it and the name does not say it. */
export function unitBeside(name: string, unit: string): string {
  return unit === 'us' || unit === 'ratio' || unit === '' || name.split(' ').includes(unit) ? '' : ` (${unit})`;
}

/** A number and its unit, for two columns. */
export function inTwo(value: number, unit: string): readonly [string, string] {
  if (unit === 'us') return [value === 0 ? '0s' : formatValue(value, unit), ''];
  if (unit === 'ratio' || unit.startsWith('1/')) return [formatValue(value, unit), ''];
  return [formatNumber(value), unit];
}
