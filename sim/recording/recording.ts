/**
 * A recording: all that it takes to see a run again, and to know that it is the same run. Not what happened (that is a trace, and
 * large) but what it follows from: the scenario's whole text, the seed, the edits, and what was done by hand; with fingerprints along
 * the way, so that a replay that differs is noticed at the event where it parts, and never plays something else silently.
 *
 * A recording with bookmarks that have notes is a lesson (`lesson.ts`). The file is described in docs/recordings.md.
 */
import type { Action } from '../scenario/plan.ts';
import type { Trail } from './trail.ts';

export const RECORDING_FORMAT = 1;

export interface Recording {
  /** The version of the program that made it. */
  readonly engine: string;
  readonly scenario: {
    /** Its name when it was recorded, for people: what is replayed is the text. */
    readonly file: string;
    readonly text: string;
  };
  /** In place of the scenario's own, null for that. */
  readonly seed: string | null;
  /** The edits of `--set`, in order. */
  readonly overrides: readonly string[];
  /** What a presenter did, in the order of the run. */
  readonly moments: readonly Moment[];
  /** How far the run was recorded. */
  readonly ended: Ended;
  readonly trail: Trail;
}

/**
 * A place in a run: after that many events and, since time passes between events too, at that virtual time. Where several moments
 * have one place, their order decides.
 */
export interface Spot {
  readonly event: number;
  readonly us: number;
}

/** `fingerprint` is the run's right there; for an injection the one after it, which may have started a process, and so be an event further. */
export type Moment = Injection | Bookmark;

export interface Injection extends Spot {
  readonly kind: 'injection';
  readonly fingerprint: string;
  /** As people read it. */
  readonly label: string;
  readonly action: Action;
}

export interface Bookmark extends Spot {
  readonly kind: 'bookmark';
  readonly fingerprint: string;
  readonly title: string;
  /** What a presenter says here; in a lesson, what the reader is told. May be empty, or several paragraphs. */
  readonly note: string;
  /** "What happens next?": asked at the end of the stop, answered by the next one. Null for no question. */
  readonly ask: string | null;
  /** Name of the process to look at, or null. */
  readonly look: string | null;
}

/**
 * - `complete`: to the end of the scenario's duration.
 * - `stopped`: as far as was asked for (`--until`), or until the dashboard was left.
 * - `interrupted`: a signal ended it.
 * - `broken`: a machine or the engine threw.
 * - `unfinished`: written along the way; whoever wrote it had no time to say more.
 */
export type HowEnded = 'complete' | 'stopped' | 'interrupted' | 'broken' | 'unfinished';

export const HOW_ENDED: readonly HowEnded[] = ['complete', 'stopped', 'interrupted', 'broken', 'unfinished'];

export interface Ended extends Spot {
  readonly how: HowEnded;
  readonly fingerprint: string;
}

/** What of a recording is known before the run. */
export type Origin = Pick<Recording, 'engine' | 'scenario' | 'seed' | 'overrides'>;

export function injectionsOf({ moments }: Recording): readonly Injection[] {
  return moments.filter((moment) => moment.kind === 'injection');
}

export function bookmarksOf({ moments }: Recording): readonly Bookmark[] {
  return moments.filter((moment) => moment.kind === 'bookmark');
}
