/** Where one is in a lesson, and where the run is on its way to. */
import type { Lesson, LessonState } from '../../sim/recording/lesson.ts';

export interface LessonUi {
  readonly lesson: Lesson;
  readonly state: LessonState;
  /** Where one was, as long as the run is on its way to the stop: until it is there, nothing is told of it. Null once it is there. */
  readonly from: LessonState | null;
  /** The last stop is behind. */
  readonly isOver: boolean;
  /** So many fingerprints of the recording were checked, and all agree; null as long as not all are. */
  readonly agreed: number | null;
}

/** At the first stop, on the way to it. */
export function beginningOf(lesson: Lesson): LessonUi {
  const state: LessonState = { stop: 0, phase: 'tells' };
  return { lesson, state, from: state, isOver: false, agreed: null };
}
