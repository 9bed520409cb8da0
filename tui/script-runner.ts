/** Feeds the keys of a script to a session: each once what the one before set off has come to rest. */
import type { ScriptStep } from './keys/script.ts';
import type { Session } from './session.ts';

export class ScriptRunner {
  private readonly steps: readonly ScriptStep[];
  private readonly session: Session;
  private next = 0;
  private waitUntilMs = 0;

  constructor(steps: readonly ScriptStep[], session: Session) {
    this.steps = steps;
    this.session = session;
  }

  get isOver(): boolean {
    return this.next >= this.steps.length;
  }

  /** The virtual time that it waits for, if that is what it waits for. */
  get awaitedUs(): number | null {
    const step = this.steps[this.next];
    return step?.kind === 'at' ? step.timeUs : null;
  }

  /** Does what is due at that time on the clock. */
  go(nowMs: number): void {
    const { session } = this;
    while (!this.isOver && nowMs >= this.waitUntilMs) {
      if (session.player.isTravelling || session.driver.isSearching) return;
      const step = this.steps[this.next];
      switch (step.kind) {
        case 'key':
          this.next++;
          session.press(step.key);
          break;
        case 'wait':
          this.next++;
          this.waitUntilMs = nowMs + step.ms;
          break;
        case 'at': {
          const { player } = session;
          if (player.simulation.nowUs < step.timeUs && !player.isAtEnd) {
            // A run that stands would never come there.
            if (!session.ui.pace.playing || session.ui.pace.direction === -1) session.driver.seekTime(step.timeUs);
            return;
          }
          this.next++;
          break;
        }
      }
      if (session.ui.isQuitting) return;
    }
  }
}
