/** A session without a terminal, whose clock the test moves. */
import type { Plan } from '../../../sim/index.ts';
import type { Scenario } from '../../../sim/scenario/load.ts';
import type { Clock } from '../../../tui/run/clock.ts';
import { Session, type SessionOptions } from '../../../tui/session.ts';
import { RELAY_SCENARIO } from './shown.ts';

/** A clock on the wall that stands until it is moved; everything that was asked for happens on the way, in order. */
export class TestClock implements Clock {
  private ms = 0;
  private turn = 0;
  private waiting: { readonly atMs: number; readonly turn: number; readonly call: () => void }[] = [];
  /** So much passes at each look at the clock: work takes time. */
  costMs = 0;

  now(): number {
    this.ms += this.costMs;
    return this.ms;
  }

  after(ms: number, call: () => void): () => void {
    const entry = { atMs: this.ms + Math.max(0, ms), turn: this.turn++, call };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((each) => each !== entry);
    };
  }

  soon(call: () => void): () => void {
    return this.after(0, call);
  }

  get isIdle(): boolean {
    return this.waiting.length === 0;
  }

  pass(ms: number): void {
    const end = this.ms + ms;
    for (;;) {
      const next = this.waiting.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs || a.turn - b.turn)[0];
      if (next === undefined) break;
      this.waiting = this.waiting.filter((each) => each !== next);
      // A turn of the event loop takes a little time, or a busy driver would never let it pass.
      this.ms = Math.max(this.ms, next.atMs) + 0.05;
      next.call();
    }
    this.ms = Math.max(this.ms, end);
  }
}

export interface Sitting {
  readonly session: Session;
  readonly clock: TestClock;
  /** How many frames were drawn. */
  frames(): number;
  readonly written: Map<string, string>;
  quits(): number;
  /** Presses keys, and lets what they set off come to rest. */
  press(...keys: readonly string[]): void;
  /** The screen as plain text. */
  screen(): string;
}

export function sit(plan: Plan, changes: Partial<SessionOptions> & { readonly scenario?: Scenario } = {}): Sitting {
  const clock = new TestClock();
  const written = new Map<string, string>();
  let frames = 0;
  let quits = 0;
  const session: Session = new Session({
    plan,
    limitUs: plan.durationUs,
    scenario: RELAY_SCENARIO,
    edits: { overrides: [], seed: undefined },
    clock,
    size: { columns: 100, rows: 30 },
    depth: 'none',
    large: false,
    main: 'picture',
    speed: { kind: 'time', factor: 1 },
    playing: false,
    draw: () => {
      frames++;
      session.surface();
    },
    quit: () => {
      quits++;
    },
    fail: (error) => {
      throw error;
    },
    write: (path, text) => {
      written.set(path, text);
    },
    ...changes,
  });
  return {
    session,
    clock,
    frames: () => frames,
    written,
    quits: () => quits,
    press(...keys) {
      for (const key of keys) {
        session.press(key);
        for (let i = 0; i < 1000 && (session.player.isTravelling || session.driver.isSearching); i++) clock.pass(10);
      }
    },
    screen: () => session.surface().plain(),
  };
}

/** The keys of a text. */
export function keysOf(text: string): readonly string[] {
  return [...text].map((character) => (character === ' ' ? 'space' : character));
}
