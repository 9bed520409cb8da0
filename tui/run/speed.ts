/** How fast a run is played: so many events a second, so much virtual time a second, or as fast as it goes. */

export type Speed =
  | { readonly kind: 'events'; readonly perSecond: number }
  /** Virtual seconds in a second of the clock on the wall. */
  | { readonly kind: 'time'; readonly factor: number }
  | { readonly kind: 'max' };

/** What faster and slower go through. */
export const SPEEDS: readonly Speed[] = [
  { kind: 'events', perSecond: 1 },
  { kind: 'events', perSecond: 4 },
  { kind: 'events', perSecond: 16 },
  { kind: 'time', factor: 0.01 },
  { kind: 'time', factor: 0.03 },
  { kind: 'time', factor: 0.1 },
  { kind: 'time', factor: 0.3 },
  { kind: 'time', factor: 1 },
  { kind: 'time', factor: 3 },
  { kind: 'time', factor: 10 },
  { kind: 'time', factor: 30 },
  { kind: 'time', factor: 100 },
  { kind: 'time', factor: 1000 },
  { kind: 'max' },
];

export const REAL_TIME: Speed = { kind: 'time', factor: 1 };

/** `4 events/s`, `×0.1`, `max`. */
export function speedText(speed: Speed): string {
  switch (speed.kind) {
    case 'events':
      return `${speed.perSecond} event${speed.perSecond === 1 ? '' : 's'}/s`;
    case 'time':
      return `×${speed.factor}`;
    case 'max':
      return 'max';
  }
}

/** What `--speed` takes: `0.1`, `x10`, `4/s` (events), `max`; null for what is none of these. */
export function parseSpeed(text: string): Speed | null {
  const said = text.trim().toLowerCase();
  if (said === 'max') return { kind: 'max' };
  const events = /^(\d+(?:\.\d+)?) ?(?:events?)?\/s$/.exec(said);
  if (events !== null) return Number(events[1]) > 0 ? { kind: 'events', perSecond: Number(events[1]) } : null;
  const time = /^[x×]?(\d+(?:\.\d+)?)x?$/.exec(said);
  return time !== null && Number(time[1]) > 0 ? { kind: 'time', factor: Number(time[1]) } : null;
}

/** The next one in the table, faster (1) or slower (−1); one that is not in it goes to its neighbour. */
export function nextSpeed(speed: Speed, step: 1 | -1): Speed {
  const ranks = SPEEDS.map(rank);
  const own = rank(speed);
  const next = step === 1 ? ranks.findIndex((each) => each > own) : ranks.findLastIndex((each) => each < own);
  return next < 0 ? speed : SPEEDS[next];
}

/** Events come before all factors of time: a run has many events in a second. */
function rank(speed: Speed): number {
  switch (speed.kind) {
    case 'events':
      return -1e9 + speed.perSecond;
    case 'time':
      return speed.factor;
    case 'max':
      return Infinity;
  }
}
