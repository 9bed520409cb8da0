/** What tones look like: colours where the terminal has them, bold and reverse video where not, glyphs that say the same alone. */
import type { ProcessStatus } from '../../sim/index.ts';
import type { Style, Tone } from './style.ts';

/** How many colours the terminal can show; `none` is what `NO_COLOR` asks for. */
export type ColourDepth = 'none' | '16' | '256';

export interface Theme {
  readonly depth: ColourDepth;
  /** For projectors: fewer and larger things, nothing faint. */
  readonly large: boolean;
  readonly glyphs: typeof GLYPHS;
  /** The escape sequence that switches to this style from the terminal's own; '' where it is the same. */
  codes(style: Style): string;
}

/** One column each in every terminal. The shape alone says what it means. */
export const GLYPHS = {
  up: '●',
  paused: '◐',
  down: '✕',
  gone: '○',
  /** Started, but not yet one of them. */
  joining: '◌',
  marked: '◆',
  cursor: '▸',
  datagram: '•',
  request: '▹',
  reply: '◃',
  lost: '×',
  right: '▶',
  left: '◀',
  holds: '✓',
  violated: '✗',
  open: '…',
  bookmark: '⚑',
  fault: '▾',
} as const;

const COLOURS_256: Readonly<Record<Tone, string>> = {
  plain: '',
  muted: '38;5;247',
  faint: '38;5;241',
  accent: '38;5;75',
  good: '38;5;71',
  warn: '38;5;179',
  bad: '38;5;203',
  info: '38;5;110',
  message: '38;5;222',
  hue0: '38;5;75',
  hue1: '38;5;179',
  hue2: '38;5;114',
  hue3: '38;5;176',
  hue4: '38;5;80',
  hue5: '38;5;209',
  ramp0: '38;5;71',
  ramp1: '38;5;107',
  ramp2: '38;5;143',
  ramp3: '38;5;179',
  ramp4: '38;5;209',
  ramp5: '38;5;203',
};

const COLOURS_16: Readonly<Record<Tone, string>> = {
  plain: '',
  muted: '',
  faint: '90',
  accent: '94',
  good: '32',
  warn: '33',
  bad: '91',
  info: '36',
  message: '93',
  hue0: '94',
  hue1: '33',
  hue2: '32',
  hue3: '35',
  hue4: '36',
  hue5: '91',
  ramp0: '32',
  ramp1: '32',
  ramp2: '36',
  ramp3: '33',
  ramp4: '91',
  ramp5: '91',
};

export function themeOf(depth: ColourDepth, large = false): Theme {
  const known = new Map<Style, string>();
  return {
    depth,
    large,
    glyphs: GLYPHS,
    codes(style) {
      let codes = known.get(style);
      if (codes === undefined) {
        codes = codesOf(style, depth, large);
        known.set(style, codes);
      }
      return codes;
    },
  };
}

function codesOf(style: Style, depth: ColourDepth, large: boolean): string {
  const tone = large ? (LARGE[style.tone] ?? style.tone) : style.tone;
  const colour = depth === 'none' ? '' : depth === '16' ? COLOURS_16[tone] : COLOURS_256[tone];
  const isBold = style.bold || (large && style.tone !== 'faint');
  const codes = [isBold ? '1' : '', style.underline ? '4' : '', style.inverse ? '7' : '', colour];
  const said = codes.filter((code) => code !== '');
  return said.length === 0 ? '' : `\u001b[${said.join(';')}m`;
}

/** On a projector grey on black is nothing. */
const LARGE: Partial<Record<Tone, Tone>> = { faint: 'muted', muted: 'plain' };

export function statusGlyph(status: ProcessStatus): string {
  return GLYPHS[status];
}

export function statusTone(status: ProcessStatus): Tone {
  switch (status) {
    case 'up':
      return 'good';
    case 'paused':
      return 'warn';
    case 'down':
      return 'bad';
    case 'gone':
      return 'faint';
  }
}
