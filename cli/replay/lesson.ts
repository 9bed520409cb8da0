/** A lesson in a plain terminal: from stop to stop, with notes, questions, and what happened between. */

import { readableState } from '../../sim/explore/words.ts';
import type { Plan } from '../../sim/index.ts';
import { formatDuration, type Simulation } from '../../sim/index.ts';
import { Happenings } from '../../sim/recording/happenings.ts';
import {
  LESSON_START,
  type Lesson,
  type LessonAction,
  type LessonPanel,
  type LessonState,
  lessonPanel,
  lessonReducer,
} from '../../sim/recording/lesson.ts';
import type { Recording } from '../../sim/recording/recording.ts';
import { Replay } from '../../sim/recording/replay.ts';
import type { Palette } from '../colour.ts';
import { flow } from '../text/flow.ts';
import { hanging, paragraph } from '../text/layout.ts';

/** Where the answers come from; null at the end of the input. */
export interface Keys {
  /** Shows the prompt and waits for a line. */
  ask(prompt: string): Promise<string | null>;
}

export interface LessonPage {
  readonly write: (text: string) => void;
  readonly palette: Palette;
  readonly width: number;
}

/** @returns the replay as it was left: parted from the recording, at the end, or where the reader had enough. */
export async function playLesson(
  lesson: Lesson,
  recording: Recording,
  plan: Plan,
  keys: Keys,
  page: LessonPage,
): Promise<Replay> {
  let stage = new Stage(recording, plan);
  let state = LESSON_START;
  page.write(`${page.palette.heading(lesson.title)}\n`);
  for (let action: LessonAction = { kind: 'next' }; ; ) {
    const next = lessonReducer(lesson, state, action);
    if (next === state && action.kind === 'next') break;
    if (next.stop < state.stop) stage = new Stage(recording, plan);
    if (next.stop !== state.stop || action.kind === 'goTo') {
      if (!stage.playTo(next.stop)) return stage.replay;
      page.write(stage.lines(page).join('\n'));
      page.write(`${panelLines(lessonPanel(lesson, next), page).join('\n')}\n`);
      page.write(lookLines(lesson, next, stage.replay.simulation, page).join('\n'));
    } else if (next.phase === 'asks') {
      page.write(questionLines(lessonPanel(lesson, next), page).join('\n'));
    }
    state = next;
    const answer = await keys.ask(prompt(lessonPanel(lesson, state), page));
    const chosen = actionOf(answer, state);
    if (chosen === null) return stage.replay;
    action = chosen;
  }
  stage.toTheEnd();
  page.write(stage.lines(page).join('\n'));
  page.write(page.palette.heading('The end of the lesson.\n'));
  return stage.replay;
}

/** The run, on its way from stop to stop. */
class Stage {
  readonly replay: Replay;
  private readonly happenings: Happenings;
  private stop = -1;

  constructor(recording: Recording, plan: Plan) {
    this.happenings = new Happenings(plan.system);
    this.replay = new Replay(recording, plan, this.happenings);
    this.happenings.follow(this.replay.simulation);
  }

  /** False if the run parts from the recording before. */
  playTo(stop: number): boolean {
    for (; this.stop < stop; this.stop++) this.replay.play(Number.POSITIVE_INFINITY, true);
    return this.replay.divergence === null;
  }

  toTheEnd(): void {
    while (!this.replay.finished) this.replay.play();
  }

  lines({ palette, width }: LessonPage): readonly string[] {
    const { shown, more } = this.happenings.take();
    const lines = shown.flatMap(({ us, text, bad }) =>
      hanging(`${formatDuration(us)}  `, text, 4, width).map(bad ? palette.bad : palette.quiet),
    );
    const rest = Object.entries(more).filter(([, count]) => count > 0);
    const words = rest.map(([kind, count]) => `${count} more ${MORE[kind as keyof typeof MORE]}`);
    const last = rest.length === 0 ? [] : [palette.quiet(`    and ${words.join(', ')}`)];
    return lines.length === 0 ? [] : ['', ...lines, ...last, ''];
  }
}

const MORE = {
  fault: 'faults',
  property: 'changes of properties',
  operation: 'operations that went wrong',
  note: 'notes',
} as const;

function panelLines(panel: LessonPanel | null, { palette, width }: LessonPage): readonly string[] {
  if (panel === null) return [];
  return [
    '',
    palette.heading(panel.heading),
    palette.quiet(panel.place),
    ...panel.paragraphs.flatMap((text) => ['', ...paragraph(text, 2, width)]),
  ];
}

function questionLines(panel: LessonPanel | null, { palette, width }: LessonPage): readonly string[] {
  if (panel?.question === null || panel === null) return [];
  return ['', ...paragraph(panel.question, 2, width).map(palette.doubt), ''];
}

const STATE_CHARACTERS = 600;

/** The state of the process that the stop looks at. */
function lookLines(
  { stops }: Lesson,
  { stop }: LessonState,
  simulation: Simulation,
  { palette, width }: LessonPage,
): readonly string[] {
  const name = stops[stop]?.look ?? null;
  const process = name === null ? undefined : simulation.world.named(name);
  if (process === undefined) return [''];
  const text = flow(readableState(process.state, simulation.plan));
  const shown = text.length <= STATE_CHARACTERS ? text : `${text.slice(0, STATE_CHARACTERS)}…`;
  const status = process.status === 'up' ? '' : ` (${process.status})`;
  return ['', ...hanging(`${process.name}${status}: `, shown, 2, width).map(palette.quiet), ''];
}

function prompt(panel: LessonPanel | null, { palette }: LessonPage): string {
  return palette.quiet(`[enter] ${panel?.hint ?? 'begin'}  [b] back  [q] quit > `);
}

/** Null to quit. */
function actionOf(answer: string | null, { stop }: LessonState): LessonAction | null {
  const said = answer?.trim().toLowerCase() ?? 'q';
  if (said === 'q' || said === 'quit') return null;
  if (said === 'b' || said === 'back') return { kind: 'back' };
  // A number goes to that stop; anything else was an answer to the question, or just enter.
  return /^\d{1,3}$/.test(said) && Number(said) !== stop + 1
    ? { kind: 'goTo', stop: Number(said) - 1 }
    : { kind: 'next' };
}
