/** What lies over the panels for a while: a prompt, the menu of what one can do, the comparison of two lines. */
import { promptWords } from '../model/prompt.ts';
import type { Prompt } from '../model/ui.ts';
import { choices } from '../model/what-if.ts';
import type { Difference } from '../run/compare.ts';
import { clockText } from '../run/moment.ts';
import { ACCENT, BAD, bold, FAINT, inverted, MUTED, PLAIN, STRONG, style, WARN } from '../screen/style.ts';
import { type Span, Surface } from '../screen/surface.ts';
import { clipped, glyphsOf, widthOf, wrapped } from '../screen/width.ts';
import { grouped } from './header.ts';
import type { PanelProps } from './panel.ts';

/** A box in the middle of the lower half, so that the picture stays in sight. */
export function boxed(
  props: PanelProps,
  title: string,
  body: Surface,
  keys: readonly (readonly [string, string])[],
): Surface {
  const columns = Math.min(props.size.columns, body.columns + 4);
  const surface = new Surface({ columns, rows: body.rows + 2 });
  surface.text(0, 0, `┌${'─'.repeat(columns - 2)}┐`, ACCENT);
  surface.text(2, 0, ` ${clipped(title, columns - 6)} `, bold(ACCENT));
  for (let y = 1; y <= body.rows; y++) {
    surface.put(0, y, '│', ACCENT);
    surface.put(columns - 1, y, '│', ACCENT);
  }
  surface.text(0, body.rows + 1, `└${'─'.repeat(columns - 2)}┘`, ACCENT);
  const spans = keys.flatMap(([key, does]): Span[] => [
    [` ${key}`, bold(ACCENT)],
    [` ${does} `, MUTED],
  ]);
  const width = spans.reduce((sum, [text]) => sum + widthOf(text), 0);
  if (width < columns - 4) surface.spans(columns - width - 2, body.rows + 1, spans);
  surface.lay(body, 2, 1);
  return surface;
}

export function promptBox(props: PanelProps, prompt: Prompt): Surface {
  const words = promptWords(prompt.purpose, props.ui, props.moment);
  const columns = Math.max(20, Math.min(76, props.size.columns - 6));
  const hints = prompt.error === null ? wrapped(words.hint, columns) : wrapped(prompt.error, columns);
  const body = new Surface({ columns, rows: 1 + Math.min(3, hints.length) });
  field(body, prompt, columns);
  hints.slice(0, 3).forEach((line, index) => {
    body.text(0, index + 1, line, prompt.error === null ? FAINT : BAD);
  });
  return boxed(props, words.title, body, [
    ['⏎', 'do it'],
    ['esc', 'leave it'],
  ]);
}

/** The text with the cursor in it; of a long one the part around the cursor. */
function field(body: Surface, { text, cursor }: Prompt, columns: number): void {
  const characters = [...text];
  let first = 0;
  const widthTo = (from: number) => characters.slice(from, cursor).reduce((sum, each) => sum + widthOf(each), 0);
  while (widthTo(first) > columns - 4) first++;
  body.text(0, 0, '› ', bold(ACCENT));
  body.text(2, 0, characters.slice(first).join(''), STRONG, columns - 2);
  const x = 2 + widthTo(first);
  const under = glyphsOf(characters[cursor] ?? ' ')[0]?.width ?? 1;
  body.restyle(x, 0, under, inverted);
  // In plain text reverse video is not to be seen; an underscore at the end is.
  if (cursor === characters.length) body.put(x, 0, '_', inverted(STRONG));
}

export function whatIfBox(props: PanelProps): Surface {
  const list = choices(props.ui, props.moment);
  const lines = list.map(({ key, text, obstacle }): readonly Span[] =>
    obstacle === null
      ? [
          [key, bold(ACCENT)],
          [`  ${text}`, PLAIN],
        ]
      : [
          [key, FAINT],
          [`  ${text}`, FAINT],
          [`  ${obstacle}`, FAINT],
        ],
  );
  const widest = Math.max(...lines.map((line) => line.reduce((sum, [text]) => sum + widthOf(text), 0)));
  const columns = Math.min(props.size.columns - 4, widest);
  const body = new Surface({ columns, rows: Math.min(lines.length, Math.max(1, props.size.rows - 4)) });
  lines.forEach((line, y) => {
    body.spans(0, y, line, columns);
  });
  const { moment } = props;
  return boxed(props, `What if, after #${grouped(moment.events)}, …`, body, [['esc', 'leave it']]);
}

export function differenceBox(props: PanelProps, difference: Difference): Surface {
  const columns = Math.max(30, Math.min(100, props.size.columns - 6));
  const { durationUs } = props.moment.about;
  const lines: (readonly Span[])[] = [];
  const [a, b] = difference.lines;
  lines.push([
    ['They part after ', MUTED],
    [`#${grouped(difference.partedAfter)}`, STRONG],
    [` at ${clockText(difference.partedUs, durationUs)}.`, MUTED],
  ]);
  for (const [index, name] of [a, b].entries()) {
    for (const label of difference.doings[index])
      lines.push([
        [`  ${name}: `, MUTED],
        ['▾ ', WARN],
        [label, PLAIN],
      ]);
  }
  lines.push([]);
  if (difference.first === null) {
    lines.push([[`The ${grouped(difference.looked)} events after that are the same in both.`, PLAIN]]);
  } else {
    const same = difference.same === 0 ? 'At once' : `After ${grouped(difference.same)} more events that are the same`;
    lines.push([[`${same}, the first that differs:`, PLAIN]]);
    for (const [index, name] of [a, b].entries()) {
      const event = difference.first[index];
      lines.push([
        [`  ${name.padEnd(Math.max(a.length, b.length))}  `, style('accent')],
        [event === null ? 'nothing more' : `#${grouped(event.event)} ${clockText(event.timeUs, durationUs)}  `, MUTED],
        [event?.text ?? '', STRONG],
      ]);
    }
  }
  const body = new Surface({ columns, rows: lines.length });
  lines.forEach((line, y) => {
    body.spans(0, y, line, columns);
  });
  return boxed(props, `${a} and ${b}`, body, [['esc', 'close']]);
}

/** Where the run parts from its recording, in the words of the headless replay. */
export function divergenceBox(props: PanelProps, said: readonly string[]): Surface {
  const columns = Math.max(30, Math.min(96, props.size.columns - 6));
  const lines = said.flatMap((line) => {
    const text = line.trimStart();
    const indent = ' '.repeat(Math.max(0, line.length - text.length - 2));
    return wrapped(text, columns - indent.length).map((part) => `${indent}${part}`);
  });
  const body = new Surface({ columns, rows: Math.min(lines.length, Math.max(1, props.size.rows - 6)) });
  lines.slice(0, body.rows).forEach((line, y) => {
    body.text(0, y, line, / is the first that differs|^the first event that differs/.test(line) ? BAD : PLAIN);
  });
  return boxed(props, 'The run differs from what was recorded', body, [['esc', 'look at it']]);
}
