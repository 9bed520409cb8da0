/** A real pseudo-terminal, by tmux: what a person would see, and keys as a person would press them. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
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
const BETWEEN_LOOKS_MS = 30;

const ENVIRONMENT = { ...process.env, LANG: 'C.UTF-8', TERM: 'xterm-256color' };

/**
 * One tmux for all terminals of a test file, spoken to through one client in its control mode: a process for each key and each look at the screen would take
 * more of the machine than the dashboards do.
 */
class Server {
  private readonly socket = `peerscope-test-${process.pid}-${Math.floor(performance.now())}`;
  private readonly client: ChildProcessWithoutNullStreams;
  /** Who waits for an answer, in the order in which it was asked. */
  private readonly waiting: { readonly answer: (text: string) => void; readonly fail: (error: Error) => void }[] = [];
  private whyLost: string | null = null;
  private opened = 0;
  private open = 0;

  constructor() {
    const common = ['-u', '-L', this.socket, '-f', '/dev/null'];
    execFileSync('tmux', [...common, 'new-session', '-d', '-s', 'keep', 'exec sleep 1000'], { env: ENVIRONMENT });
    const attach = [...common, '-C', 'attach-session', '-t', 'keep', '-f', 'no-output'];
    this.client = spawn('tmux', attach, { env: ENVIRONMENT });
    this.client.on('error', (error) => this.lost(error.message));
    this.client.on('exit', () => this.lost('tmux is gone'));
    this.client.stdin.on('error', (error) => this.lost(error.message));
    this.readAnswers();
  }

  /** @returns the name of a new session. */
  enter(): string {
    this.open++;
    return `t${this.opened++}`;
  }

  /** The last to leave puts out the light. */
  leave(session: string): void {
    this.tell(`kill-session -t ${session}`);
    if (--this.open > 0) return;
    this.tell('kill-server');
    server = null;
  }

  tell(command: string): void {
    this.ask(command).catch(() => {
      // Whoever looks next hears of it.
    });
  }

  ask(command: string): Promise<string> {
    return new Promise((answer, fail) => {
      if (this.whyLost !== null) {
        fail(new Error(this.whyLost));
        return;
      }
      this.waiting.push({ answer, fail });
      this.client.stdin.write(`${command}\n`);
    });
  }

  /** An answer stands between two lines, `%begin` and `%end` with the same number; the last figure says whether it was asked for here. */
  private readAnswers(): void {
    let number: string | null = null;
    let lines: string[] = [];
    createInterface({ input: this.client.stdout }).on('line', (line) => {
      const guard = /^%(begin|end|error) \d+ (\d+) (\d)$/.exec(line);
      if (number === null) {
        if (guard?.[1] === 'begin' && guard[3] === '1') {
          number = guard[2];
          lines = [];
        }
      } else if (guard !== null && guard[1] !== 'begin' && guard[2] === number) {
        number = null;
        const next = this.waiting.shift();
        if (guard[1] === 'error') next?.fail(new Error(`tmux: ${lines.join(' ')}`));
        else next?.answer(lines.map((each) => `${each}\n`).join(''));
      } else {
        lines.push(line);
      }
    });
  }

  private lost(why: string): void {
    this.whyLost = why;
    for (const { fail } of this.waiting.splice(0)) fail(new Error(why));
  }
}

let server: Server | null = null;

/** A window with a shell in it. */
export class TmuxTerminal {
  private readonly server: Server;
  private readonly name: string;

  /** Opens a shell that says `before`, runs the command, and says how it ended. */
  constructor({ columns, rows }: Size, command: string, env = '') {
    server ??= new Server();
    this.server = server;
    this.name = this.server.enter();
    const script = `cd ${quoted(process.cwd())}; echo before; ${env} ${command}; echo "exit $?"; exec sleep 1000`;
    this.server.tell(`new-session -d -s ${this.name} -x ${columns} -y ${rows} ${quoted(script)}`);
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) {
      const name = NAMES[key];
      this.server.tell(`send-keys -t ${this.name} ${name === undefined ? `-l ${quoted(key)}` : name}`);
    }
  }

  resize({ columns, rows }: Size): void {
    this.server.tell(`resize-window -t ${this.name} -x ${columns} -y ${rows}`);
  }

  /** What was on the screen before too, as far as it was not the other screen of a program that has one. Lines that were broken at the edge are whole. */
  scrolled(): Promise<string> {
    return this.server.ask(`capture-pane -t ${this.name} -p -J -S -`);
  }

  /** The screen once it shows that. @throws with the screen where it never does. */
  async until(shows: RegExp | ((screen: string) => boolean), what = String(shows)): Promise<string> {
    const matches = typeof shows === 'function' ? shows : (screen: string) => shows.test(screen);
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const screen = await this.server.ask(`capture-pane -t ${this.name} -p`);
      if (matches(screen)) return screen;
      if (performance.now() > end) throw new Error(`The screen never showed ${what}:\n${screen}`);
      await sleep(BETWEEN_LOOKS_MS);
    }
  }

  /** A fact that tmux knows of the terminal: `alternate_on`, `cursor_flag`. */
  async fact(name: string): Promise<string> {
    return (await this.server.ask(`display-message -t ${this.name} -p '#{${name}}'`)).trim();
  }

  /** Sends a signal to the process that the shell runs. */
  async signal(signal: string): Promise<void> {
    const pane = await this.fact('pane_pid');
    const child = execFileSync('pgrep', ['-P', pane, '-n'], { encoding: 'utf8' }).trim();
    process.kill(Number(child), signal);
  }

  close(): void {
    this.server.leave(this.name);
  }
}

/** For tmux's own reading of a command. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
