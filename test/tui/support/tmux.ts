/** A real pseudo-terminal, by tmux: what a person would see, and keys as a person would press them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Size } from '../../../tui/screen/surface.ts';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** tmux names of keys that are named otherwise by us. */
const NAMES: Readonly<Record<string, string>> = {
  space: 'Space',
  enter: 'Enter',
  escape: 'Escape',
  left: 'Left',
  right: 'Right',
  up: 'Up',
  down: 'Down',
  tab: 'Tab',
  home: 'Home',
  end: 'End',
  'ctrl+c': 'C-c',
  'ctrl+u': 'C-u',
};

/** Machines under load are slow; a person would wait too. */
const PATIENCE_MS = 60_000;

export class TmuxTerminal {
  private readonly socket = `peerscope-test-${process.pid}-${Math.floor(performance.now())}`;

  /** Opens a shell that says `before`, runs the command, and says how it ended. */
  constructor({ columns, rows }: Size, command: string, env = '') {
    const script = `echo before; ${env} ${command}; echo "exit $?"; exec sleep 1000`;
    this.tmux('-f', '/dev/null', 'new-session', '-d', '-s', 't', '-x', String(columns), '-y', String(rows), script);
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) {
      const name = NAMES[key];
      if (name === undefined) this.tmux('send-keys', '-t', 't', '-l', key);
      else this.tmux('send-keys', '-t', 't', name);
    }
  }

  screen(): string {
    return this.tmux('capture-pane', '-t', 't', '-p');
  }

  resize({ columns, rows }: Size): void {
    this.tmux('resize-window', '-t', 't', '-x', String(columns), '-y', String(rows));
  }

  /** The screen once it shows that. @throws with the screen where it never does. */
  async until(shows: RegExp | ((screen: string) => boolean)): Promise<string> {
    const matches = typeof shows === 'function' ? shows : (screen: string) => shows.test(screen);
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const screen = this.screen();
      if (matches(screen)) return screen;
      if (performance.now() > end) throw new Error(`The screen never showed ${String(shows)}:\n${screen}`);
      await sleep(40);
    }
  }

  /** A fact that tmux knows of the terminal: `alternate_on`, `cursor_flag`. */
  fact(name: string): string {
    return this.tmux('display-message', '-t', 't', '-p', `#{${name}}`).trim();
  }

  /** Sends a signal to the process that the shell runs. */
  signal(signal: string): void {
    const pane = this.fact('pane_pid');
    const child = execFileSync('pgrep', ['-P', pane, '-n'], { encoding: 'utf8' }).trim();
    process.kill(Number(child), signal);
  }

  close(): void {
    spawnSync('tmux', ['-L', this.socket, 'kill-server']);
  }

  private tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.socket, ...args], {
      encoding: 'utf8',
      env: { ...process.env, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
    });
  }
}
