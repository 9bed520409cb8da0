/**
 * A lesson: a recording whose bookmarks have notes. One goes from stop to stop; at each one reads the note, looks at the picture, and may be
 * asked what happens next. The model is a reducer and a function from its state to a panel of text, so that a plain terminal
 * and the dashboard show the same.
 *
 * A stop has two phases: first it tells, then, if it has a question, it asks; whoever goes on from there is at the next stop, which answers.
 */
import { formatInstant } from '../time.ts';
import { type Bookmark, bookmarksOf, type Recording } from './recording.ts';

export interface Lesson {
  readonly title: string;
  readonly stops: readonly Bookmark[];
}

export interface LessonState {
  /** Index of the stop; −1 before the first. */
  readonly stop: number;
  readonly phase: 'tells' | 'asks';
}

export type LessonAction =
  /** From telling to asking, and from there to the next stop. */
  | { readonly kind: 'next' }
  /** Back to the stop before. */
  | { readonly kind: 'back' }
  | { readonly kind: 'goTo'; readonly stop: number };

/** A panel's worth of text. */
export interface LessonPanel {
  /** `Stop 2 of 6: the crash`. */
  readonly heading: string;
  /** `00:02:00.000000, after event 300`. */
  readonly place: string;
  readonly paragraphs: readonly string[];
  /** Shown when it asks. */
  readonly question: string | null;
  /** What the next key does. */
  readonly hint: 'next stop' | 'a question' | 'the end';
}

/** @param title of the scenario. */
export function lessonOf(recording: Recording, title: string): Lesson {
  return { title, stops: bookmarksOf(recording) };
}

export const LESSON_START: LessonState = { stop: -1, phase: 'tells' };

/** @returns the same state where there is nothing to go to. */
export function lessonReducer({ stops }: Lesson, state: LessonState, action: LessonAction): LessonState {
  switch (action.kind) {
    case 'next':
      if (state.phase === 'tells' && (stops[state.stop]?.ask ?? null) !== null) return { ...state, phase: 'asks' };
      return state.stop + 1 < stops.length ? { stop: state.stop + 1, phase: 'tells' } : state;
    case 'back':
      if (state.phase === 'asks') return { ...state, phase: 'tells' };
      return state.stop > 0 ? { stop: state.stop - 1, phase: 'tells' } : state;
    case 'goTo':
      return action.stop >= 0 && action.stop < stops.length ? { stop: action.stop, phase: 'tells' } : state;
  }
}

/** Null before the first stop. */
export function lessonPanel({ stops }: Lesson, { stop, phase }: LessonState): LessonPanel | null {
  const bookmark = stops[stop];
  if (bookmark === undefined) return null;
  const { title, event, us, note, ask } = bookmark;
  const asks = phase === 'asks';
  const isLast = stop === stops.length - 1;
  return {
    heading: `Stop ${stop + 1} of ${stops.length}: ${title}`,
    place: `${formatInstant(us)}, after event ${event}`,
    paragraphs: paragraphsOf(note),
    question: asks ? ask : null,
    hint: ask !== null && !asks ? 'a question' : isLast ? 'the end' : 'next stop',
  };
}

/** Lines of one paragraph belong together; an empty line parts paragraphs. */
export function paragraphsOf(note: string): readonly string[] {
  return note
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}
