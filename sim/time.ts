/** Virtual time is an integer number of microseconds; these are the units in it. */
export const MILLISECOND = 1_000;
export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** A duration for people, in the largest unit that keeps it short and exact: `50ms`, `1.5s`, `3m20s`, `1h0m5s`. */
export function formatDuration(us: number): string {
  if (us < 0) return `-${formatDuration(-us)}`;
  if (us < MILLISECOND) return `${Number.isInteger(us) ? us : us.toFixed(1)}us`;
  if (us < SECOND) return `${trimmed(us / MILLISECOND)}ms`;
  if (us < MINUTE) return `${trimmed(us / SECOND)}s`;
  const seconds = us / SECOND;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = trimmed(seconds % 60);
  const tail = rest === '0' && hours === 0 ? '' : `${rest}s`;
  return hours > 0 ? `${hours}h${minutes}m${tail}` : `${minutes}m${tail}`;
}

/** A point of virtual time for logs and reports, of fixed width below 100 hours: `00:03:20.000000`. */
export function formatInstant(us: number): string {
  const whole = Math.floor(us / SECOND);
  const pad = (n: number, width: number) => String(n).padStart(width, '0');
  return `${pad(Math.floor(whole / 3600), 2)}:${pad(Math.floor(whole / 60) % 60, 2)}:${pad(whole % 60, 2)}.${pad(us % SECOND, 6)}`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(3)));
}
