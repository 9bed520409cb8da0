/**
 * The notes of a lesson: what there is to see at this stop, and, when one goes on, the question. Its keys stand at its foot, since they
 * change with where one is. What does not fit is scrolled to; the question and the keys are always to be seen.
 */
import { lessonPanel } from '../../sim/recording/lesson.ts';
import { keyOf } from '../keys/bindings.ts';
import type { LessonUi } from '../model/lesson-place.ts';
import type { Moment } from '../run/moment.ts';
import { ACCENT, bold, FAINT, GOOD, MUTED, PLAIN, type Style, WARN } from '../screen/style.ts';
import { type Span, Surface } from '../screen/surface.ts';
import { widthOf, wrapped } from '../screen/width.ts';
import { grouped } from './header.ts';
import type { Panel, PanelProps } from './panel.ts';

interface Line {
  readonly text: string;
  readonly style: Style;
}

export const lesson: Panel = {
  title: 'Lesson',
  keys: [],
  note({ ui }) {
    if (ui.lesson === null) return [];
    const { state, isOver, from, lesson: of } = ui.lesson;
    if (isOver) return [['the end', MUTED]];
    return [[`${from === null ? '' : 'to '}stop ${state.stop + 1} of ${of.stops.length}`, MUTED]];
  },
  draw(props) {
    const { ui, size } = props;
    const surface = new Surface(size);
    if (ui.lesson === null || size.rows < 1) return surface;
    const columns = Math.max(1, size.columns - 2);
    const { said, asked } = pageOf(ui.lesson, props.moment, columns);
    // The question has its place even if the note has to be scrolled for it.
    const question = asked.slice(0, Math.max(0, size.rows - 2));
    const room = Math.max(0, size.rows - 1 - question.length);
    const last = Math.max(0, said.length - room);
    const first = Math.min(ui.scroll.lesson, last);
    said.slice(first, first + room).forEach((line, y) => {
      surface.text(1, y, line.text, line.style);
    });
    question.forEach((line, y) => {
      surface.text(1, Math.min(said.length, room) + y, line.text, line.style);
    });
    keysRow(surface, props, ui.lesson, { above: first, below: last - first });
    return surface;
  },
};

interface Page {
  readonly said: readonly Line[];
  /** Below it, and always in sight. */
  readonly asked: readonly Line[];
}

function pageOf(at: LessonUi, moment: Moment, columns: number): Page {
  const lines = (text: string, style: Style): Line[] => wrapped(text, columns).map((part) => ({ text: part, style }));
  const gap: Line = { text: '', style: PLAIN };
  const { lesson: of, state, from, isOver } = at;
  if (isOver) {
    return {
      said: [
        ...lines('The end of the lesson.', bold(ACCENT)),
        gap,
        ...lines('This was a run like any other: step back in it, play it on, or ask what if.', PLAIN),
        ...(at.agreed === null ? [] : [gap, ...lines(`All ${at.agreed} fingerprints of the recording agree.`, GOOD)]),
      ],
      asked: [],
    };
  }
  if (from !== null) {
    const question = from.phase === 'asks' ? (of.stops[from.stop]?.ask ?? null) : null;
    return {
      said: lines(`The run goes to stop ${state.stop + 1} …`, MUTED),
      asked: question === null ? [] : [gap, ...lines(question, WARN)],
    };
  }
  const panel = lessonPanel(of, state);
  if (panel === null) return { said: [], asked: [] };
  const stop = of.stops[state.stop];
  const isHere = moment.events === stop.event && moment.nowUs === stop.us;
  return {
    said: [
      ...lines(stop.title, bold(ACCENT)),
      ...lines(`${panel.place.replace(/\d+$/, (event) => `#${grouped(Number(event))}`)}`, MUTED),
      ...(isHere ? [] : lines(`Elsewhere now; ${state.stop + 1} brings it back.`, WARN)),
      ...panel.paragraphs.flatMap((paragraph) => [gap, ...lines(paragraph, PLAIN)]),
    ],
    asked: panel.question === null ? [] : [gap, ...lines(panel.question, bold(WARN))],
  };
}

/** What the keys do here and now, the most wanted first; how much there is to scroll to. */
function keysRow(
  surface: Surface,
  { ui }: PanelProps,
  at: LessonUi,
  { above, below }: { readonly above: number; readonly below: number },
): void {
  const y = surface.rows - 1;
  const more = `${above > 0 ? '↑' : ''}${below > 0 ? `↓ ${below} more` : ''}`;
  const end = more === '' ? surface.columns : surface.textEndingAt(surface.columns, y, more, ACCENT) - 1;
  if (ui.focus !== 'lesson') {
    surface.spans(1, y, [
      [keyOf('next panel'), ACCENT],
      [' comes here', FAINT],
    ]);
    return;
  }
  let x = 1;
  for (const [key, does] of keysNow(at)) {
    const spans: readonly Span[] = [
      [key, ACCENT],
      [` ${does}`, MUTED],
    ];
    const width = widthOf(key) + widthOf(does) + 1;
    if (x + width > end) return;
    x = surface.spans(x, y, spans) + 2;
  }
}

function keysNow(at: LessonUi): readonly (readonly [key: string, does: string])[] {
  const { lesson: of, state, from, isOver } = at;
  const numbers: readonly [string, string] = [`1-${Math.min(9, of.stops.length)}`, 'stop'];
  const on = keyOf('lesson on');
  const back: readonly [string, string] = [keyOf('lesson back'), 'back'];
  if (isOver) return [back, numbers, [keyOf('quit'), 'quit']];
  if (from !== null) return [[on, 'there at once'], back];
  return [[on, lessonPanel(of, state)?.hint ?? ''], back, numbers];
}
