/** How far a hunt has come: a bar, the rate, and what was found so far. */
import type { Tally } from '../../sim/explore/tally.ts';
import { counted, formatNumber } from '../../sim/report/format.ts';
import type { Shell } from '../shell.ts';

const BAR = 24;
const REDRAW_MS = 100;
const LINE_MS = 10_000;

export class HuntProgress {
  private readonly shell: Pick<Shell, 'err' | 'nowMs'>;
  private readonly count: number;
  private readonly startedMs: number;
  private nextMs: number;
  private readonly everyMs: number;

  constructor(shell: Pick<Shell, 'err' | 'nowMs'>, count: number) {
    this.shell = shell;
    this.count = count;
    this.startedMs = shell.nowMs();
    this.everyMs = shell.err.isTerminal ? REDRAW_MS : LINE_MS;
    this.nextMs = this.startedMs + this.everyMs;
  }

  tick(tally: Tally, deaths: number): void {
    const nowMs = this.shell.nowMs();
    if (nowMs < this.nextMs) return;
    this.nextMs = nowMs + this.everyMs;
    const line = huntLine(tally, this.count, deaths, nowMs - this.startedMs);
    const { err } = this.shell;
    err.write(err.isTerminal ? `\r${line.slice(0, err.columns - 1)}\u001b[K` : `${line}\n`);
  }

  finish(tally: Tally, deaths: number): void {
    const { err } = this.shell;
    const line = huntLine(tally, this.count, deaths, this.shell.nowMs() - this.startedMs);
    err.write(`${err.isTerminal ? '\r\u001b[K' : ''}${line}\n`);
  }
}

/** `[############            ] 500 of 1,000 seeds, 33/s, 2 findings (17 times)`. */
export function huntLine(tally: Tally, count: number, deaths: number, elapsedMs: number): string {
  const { seeds, times, findings } = tally;
  const full = Math.floor((seeds / count) * BAR);
  const rate = (seeds * 1000) / Math.max(1, elapsedMs);
  const found =
    findings.length === 0 ? 'nothing found' : `${counted(findings.length, 'finding')} (${counted(times, 'time')})`;
  const died = deaths === 0 ? '' : `, ${counted(deaths, 'thread')} died and replaced`;
  const bar = `[${'#'.repeat(full)}${' '.repeat(BAR - full)}]`;
  return `${bar} ${formatNumber(seeds)} of ${counted(count, 'seed')}, ${formatNumber(rate, 2)}/s, ${found}${died}`;
}
