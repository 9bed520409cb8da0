/** How far a run has come, on standard error: one line rewritten on a terminal, now and then a line elsewhere. */
import { formatDuration } from '../sim/index.ts';
import { formatNumber } from '../sim/report/format.ts';
import type { Shell } from './shell.ts';

/** How far the run is. */
export interface Position {
  readonly nowUs: number;
  readonly events: number;
}

const REDRAW_MS = 100;
/** Elsewhere than on a terminal the first line comes after so long, and each next one after twice the wait. */
const FIRST_LINE_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;

export class Progress {
  private readonly shell: Pick<Shell, 'err' | 'nowMs'>;
  private readonly limitUs: number;
  private readonly startedMs: number;
  private nextMs: number;
  private waitMs: number;
  private isDrawn = false;

  constructor(shell: Pick<Shell, 'err' | 'nowMs'>, limitUs: number) {
    this.shell = shell;
    this.limitUs = limitUs;
    this.startedMs = shell.nowMs();
    this.waitMs = shell.err.isTerminal ? REDRAW_MS : FIRST_LINE_MS;
    this.nextMs = this.startedMs + this.waitMs;
  }

  tick(position: Position): void {
    const nowMs = this.shell.nowMs();
    if (nowMs < this.nextMs) return;
    if (!this.shell.err.isTerminal) this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
    this.nextMs = nowMs + this.waitMs;
    const line = progressLine(position, this.limitUs, nowMs - this.startedMs);
    if (this.shell.err.isTerminal) this.redraw(line);
    else this.shell.err.write(`${line}\n`);
  }

  /** Takes the rewritten line away and says what the run cost. */
  finish(position: Position): void {
    if (this.isDrawn) this.shell.err.write('\r\u001b[K');
    this.isDrawn = false;
    this.shell.err.write(`${costLine(position, this.shell.nowMs() - this.startedMs)}\n`);
  }

  /** Takes the rewritten line away, for an error to be told. */
  clear(): void {
    if (this.isDrawn) this.shell.err.write('\r\u001b[K');
    this.isDrawn = false;
  }

  private redraw(line: string): void {
    this.isDrawn = true;
    this.shell.err.write(`\r${line.slice(0, this.shell.err.columns - 1)}\u001b[K`);
  }
}

/** `3m20s of 10m (33%), 1,234,567 events, 850,000/s, about 12 s left`. */
export function progressLine({ nowUs, events }: Position, limitUs: number, elapsedMs: number): string {
  const share = limitUs === 0 ? 1 : nowUs / limitUs;
  const parts = [
    `${formatDuration(wholeSeconds(nowUs))} of ${formatDuration(limitUs)} (${Math.floor(share * 100)}%)`,
    `${formatNumber(events)} events`,
    `${perSecond(events, elapsedMs)}/s`,
  ];
  // The first moments say nothing about the rest.
  if (share > 0.02) parts.push(`about ${rest((elapsedMs * (1 - share)) / share)} left`);
  return parts.join(', ');
}

export function costLine({ nowUs, events }: Position, elapsedMs: number): string {
  const virtual = `${formatDuration(nowUs)} of virtual time in ${wallTime(elapsedMs)}`;
  return `${virtual}: ${formatNumber(events)} events, ${perSecond(events, elapsedMs)}/s`;
}

function wholeSeconds(us: number): number {
  return us < 1_000_000 ? us : us - (us % 1_000_000);
}

/** To three digits: the rest is noise of the machine. */
function perSecond(events: number, elapsedMs: number): string {
  return formatNumber(Number(((events * 1000) / Math.max(1, elapsedMs)).toPrecision(3)));
}

/** A guess needs no fractions. */
function rest(ms: number): string {
  return ms < 10_000 ? `${Math.ceil(ms / 1000)} s` : wallTime(ms);
}

function wallTime(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return whole < 120 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
