/** The last row: a notice if there is one, and the keys that act now. */
import { bindingOf, keyOf } from '../keys/bindings.ts';
import type { ActionName } from '../model/action.ts';
import { ACCENT, BAD, FAINT, GOOD, INFO, MUTED, PLAIN, type Style, WARN } from '../screen/style.ts';
import { type Span, Surface } from '../screen/surface.ts';
import { clipped, widthOf } from '../screen/width.ts';
import type { PanelProps } from './panel.ts';

const TONES: Readonly<Record<'info' | 'good' | 'warn' | 'bad', Style>> = {
  info: INFO,
  good: GOOD,
  warn: WARN,
  bad: BAD,
};

export function footer(props: PanelProps): Surface {
  const { ui, size } = props;
  const surface = new Surface(size);
  const fixed: readonly ActionName[] = ['help', 'quit'];
  const fixedSpans = fixed.flatMap((name) => keySpans(name));
  const fixedWidth = fixedSpans.reduce((sum, [text]) => sum + widthOf(text), 0);
  const fixedStart = size.columns - fixedWidth - 1;
  surface.spans(fixedStart, 0, fixedSpans);
  let x = 1;
  if (ui.notice !== null) {
    x = surface.text(1, 0, clipped(ui.notice.text, fixedStart - 3), TONES[ui.notice.tone]) + 3;
  }
  // What is open shows its own keys.
  if (ui.overlay !== null) return surface;
  for (const name of actionsNow(props)) {
    const spans = keySpans(name);
    const width = spans.reduce((sum, [text]) => sum + widthOf(text), 0);
    if (x + width > fixedStart) break;
    x = surface.spans(x, 0, spans);
  }
  return surface;
}

function keySpans(name: ActionName): readonly Span[] {
  const words = bindingOf(name)?.short ?? '';
  return [
    [keyOf(name), ACCENT],
    [` ${words}`, MUTED],
    ['  ', PLAIN],
  ];
}

/** The most wanted first: the row is cut where the screen ends. */
function actionsNow({ ui, moment }: PanelProps): readonly ActionName[] {
  if (ui.pace.playing) {
    return [
      'play or pause',
      'faster',
      'slower',
      'next node',
      'what if',
      'next chapter',
      'bookmark',
      'filter',
      'play backwards',
    ];
  }
  const lesson: readonly ActionName[] = ui.lesson === null ? [] : ['next panel'];
  const always: readonly ActionName[] = [
    ...lesson,
    'play or pause',
    'event forward',
    'event back',
    'next marker',
    'go to',
    'what if',
  ];
  const node: readonly ActionName[] = ui.selected === null ? ['next node'] : ['enter', 'mark'];
  const message: readonly ActionName[] = moment.flights.length > 0 ? ['next message'] : [];
  return [
    ...always,
    ...node,
    ...message,
    'bookmark',
    'filter',
    'show space-time',
    'show branches',
    'faster',
    'slower',
    'record',
  ];
}

/** A thin rule under a heading or between things. */
export function rule(surface: Surface, x: number, y: number, columns: number): void {
  surface.horizontal(x, y, columns, '─', FAINT);
}
