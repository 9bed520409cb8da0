import type { Shell, Sink } from './shell.ts';

/** Names for what colours mean; without colour each leaves the text as it is. */
export interface Palette {
  readonly heading: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubt: (text: string) => string;
  readonly quiet: (text: string) => string;
}

const ansi = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;
const plain = (text: string) => text;

const COLOURED: Palette = {
  heading: ansi(1, 22),
  good: ansi(32, 39),
  bad: ansi(31, 39),
  doubt: ansi(33, 39),
  quiet: ansi(2, 22),
};

const PLAIN: Palette = { heading: plain, good: plain, bad: plain, doubt: plain, quiet: plain };

/** Colour only on a terminal that can, and only if nobody said no (`--no-color`, NO_COLOR: see no-color.org). */
export function isColoured(sink: Sink, wanted: boolean, env: Shell['env']): boolean {
  const refused =
    !wanted || (env.NO_COLOR ?? '') !== '' || env.npm_config_color === '' || env.npm_config_color === 'false';
  if (refused) return false;
  const forced = (env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return forced || (sink.isTerminal && env.TERM !== 'dumb');
}

export function paletteFor(sink: Sink, wanted: boolean, env: Shell['env']): Palette {
  return isColoured(sink, wanted, env) ? COLOURED : PLAIN;
}
