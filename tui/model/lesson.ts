/** A lesson in the dashboard: where one is in it. The model of the lesson itself, from stop to stop, is `sim/recording/lesson.ts`. */
import { type LessonAction, lessonReducer } from '../../sim/recording/lesson.ts';
import type { Moment } from '../run/moment.ts';
import type { Reduced } from './action.ts';
import type { LessonUi } from './lesson-place.ts';
import type { Ui } from './ui.ts';

/** What a key of the lesson does. */
export function learned(ui: Ui, action: LessonAction): Reduced {
  const { lesson: at } = ui;
  if (at === null) return { ui, commands: [] };
  if (at.isOver) return afterTheEnd(ui, at, action);
  if (action.kind === 'next' && at.from !== null) {
    return { ui, commands: [{ kind: 'go to stop', stop: at.state.stop, plays: false }] };
  }
  const state = lessonReducer(at.lesson, at.state, action);
  if (state === at.state && action.kind === 'next') {
    return { ui: changed(ui, { ...at, isOver: true }), commands: [{ kind: 'end lesson' }] };
  }
  if (state === at.state && action.kind !== 'goTo') return said(ui, 'This is the first stop.');
  if (action.kind === 'goTo' && state.stop !== action.stop) return said(ui, noSuchStop(at));
  if (state.stop === at.state.stop && action.kind !== 'goTo') {
    // Whoever has scrolled through the note does not want to do so again for its question.
    return { ui: { ...ui, lesson: { ...at, state } }, commands: [] };
  }
  return {
    ui: changed(ui, { ...at, state, from: at.from ?? at.state }),
    commands: [{ kind: 'go to stop', stop: state.stop, plays: action.kind === 'next' }],
  };
}

function afterTheEnd(ui: Ui, at: LessonUi, action: LessonAction): Reduced {
  switch (action.kind) {
    case 'next':
      return said(ui, 'The lesson is over. Back to a stop by its number, or quit (q).');
    case 'back':
      return { ui: changed(ui, { ...at, isOver: false }), commands: [] };
    case 'goTo':
      return learned(changed(ui, { ...at, isOver: false }), action);
  }
}

/** The run stands at the stop: the process that it looks at is selected. */
export function arrived(ui: Ui, look: string | null, { peers }: Moment): Ui {
  const { lesson: at } = ui;
  if (at === null) return ui;
  const peer = peers.find(({ name }) => name === look);
  const standing: Ui = { ...ui, selected: peer?.address ?? null, pace: { ...ui.pace, playing: false } };
  return changed(standing, { ...at, from: null });
}

/** The recording was checked to its end. */
export function agreed(ui: Ui, checks: number): Ui {
  return ui.lesson === null ? ui : { ...ui, lesson: { ...ui.lesson, agreed: checks } };
}

/** The user has gone elsewhere: in the lesson one is where one was. */
export function strayed(ui: Ui): Ui {
  const { lesson: at } = ui;
  return at === null || at.from === null ? ui : changed(ui, { ...at, state: at.from, from: null });
}

function changed(ui: Ui, lesson: LessonUi): Ui {
  return { ...ui, lesson, scroll: { ...ui.scroll, lesson: 0 } };
}

function said(ui: Ui, text: string): Reduced {
  return { ui: { ...ui, notice: { text, tone: 'info' } }, commands: [] };
}

function noSuchStop({ lesson }: LessonUi): string {
  return `The lesson has ${lesson.stops.length} stops.`;
}
