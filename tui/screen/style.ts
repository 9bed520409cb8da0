/**
 * How a cell looks, by what it means. A picture says `bad` or `muted`, never a colour: the theme decides, and without colours
 * the glyph beside it says the same.
 */
export type Tone =
  /** The terminal's own foreground. */
  | 'plain'
  | 'muted'
  | 'faint'
  /** What is selected, and what a key does. */
  | 'accent'
  | 'good'
  | 'warn'
  | 'bad'
  | 'info'
  /** What travels. */
  | 'message'
  /** Six hues that mean nothing but "the same" and "another": roles, areas, searches. */
  | 'hue0'
  | 'hue1'
  | 'hue2'
  | 'hue3'
  | 'hue4'
  | 'hue5'
  /** Six steps from fresh to stale, from little to much. */
  | 'ramp0'
  | 'ramp1'
  | 'ramp2'
  | 'ramp3'
  | 'ramp4'
  | 'ramp5';

export interface Style {
  readonly tone: Tone;
  readonly bold: boolean;
  readonly underline: boolean;
  /** Foreground and background exchanged: the cursor line, a badge. */
  readonly inverse: boolean;
}

const interned = new Map<string, Style>();

/** A style. The same words give the same object, so that neighbouring cells compare by reference. */
export function style(tone: Tone, ...extras: readonly ('bold' | 'underline' | 'inverse')[]): Style {
  const bold = extras.includes('bold');
  const underline = extras.includes('underline');
  const inverse = extras.includes('inverse');
  const key = `${tone}${bold ? 'b' : ''}${underline ? 'u' : ''}${inverse ? 'i' : ''}`;
  let found = interned.get(key);
  if (found === undefined) {
    found = { tone, bold, underline, inverse };
    interned.set(key, found);
  }
  return found;
}

export function inverted(of: Style): Style {
  return extended(of, 'inverse');
}

export function bold(of: Style): Style {
  return extended(of, 'bold');
}

function extended(of: Style, extra: 'bold' | 'inverse'): Style {
  const extras: ('bold' | 'underline' | 'inverse')[] = [extra];
  if (of.bold) extras.push('bold');
  if (of.underline) extras.push('underline');
  if (of.inverse) extras.push('inverse');
  return style(of.tone, ...extras);
}

export const PLAIN = style('plain');
export const STRONG = style('plain', 'bold');
export const MUTED = style('muted');
export const FAINT = style('faint');
export const ACCENT = style('accent');
export const GOOD = style('good');
export const WARN = style('warn');
export const BAD = style('bad');
export const INFO = style('info');
export const MESSAGE = style('message');
/** The line that the cursor is on. */
export const CURSOR = style('accent', 'inverse');

const HUES: readonly Tone[] = ['hue0', 'hue1', 'hue2', 'hue3', 'hue4', 'hue5'];
const RAMP: readonly Tone[] = ['ramp0', 'ramp1', 'ramp2', 'ramp3', 'ramp4', 'ramp5'];

/** One of the hues, going round. */
export function hue(index: number): Tone {
  return HUES[((index % HUES.length) + HUES.length) % HUES.length];
}

/** A step of the ramp for a share from 0 (fresh, little) to 1 (stale, much). */
export function ramp(share: number): Tone {
  const step = Math.round(Math.min(1, Math.max(0, share)) * (RAMP.length - 1));
  return RAMP[step];
}
