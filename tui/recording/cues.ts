/** What is to be recorded of a line: what was done to the world and what was said, each at its place, in the order of the run. */
import type { Cue, Remark } from '../../sim/recording/recorder.ts';
import { comparePositions, type Line, lastCommon, type Position } from '../run/line.ts';
import type { Marker } from '../run/marker.ts';

/** A moment, marked by whoever presents the run: its label is the title. */
export type Bookmark = Marker & {
  readonly kind: 'bookmark';
  /** What is said here; may be empty, or several paragraphs. */
  readonly note: string;
  /** What is asked before the run goes on; null for nothing. */
  readonly ask: string | null;
  /** Name of the process to look at, or null. */
  readonly look: string | null;
};

/** A bookmark, and the line on which it was set. */
export interface Placed {
  readonly line: Line;
  readonly marker: Bookmark;
}

/** Bookmarks that lie on a line, in the order of the run: its own, and those of other lines up to where they part. */
export function bookmarksOn(line: Line, bookmarks: readonly Placed[]): readonly Bookmark[] {
  return bookmarks
    .filter(({ line: own, marker }) => comparePositions(marker, lastCommon(own, line)) <= 0)
    .map(({ marker }) => marker)
    .sort((a, b) => comparePositions(a, b) || a.timeUs - b.timeUs);
}

/** @param bookmarks on this line. @param seen the last moment that was seen: what lies beyond is not recorded. */
export function cuesOf(line: Line, bookmarks: readonly Bookmark[], seen: Position): readonly Cue[] {
  const injections = line.injections.map(({ afterEvent, action, label, atUs = 0 }, index): Located => {
    // Between so many injections and one more.
    const position = { event: afterEvent, injections: index + 0.5 };
    return { position, cue: { event: afterEvent, us: atUs, inject: action, label } };
  });
  const remarks = bookmarks.map((marker): Located => {
    // Whatever is done to the world strikes at the time of the last event: who speaks before that speaks then.
    const isFollowed = line.injections
      .slice(marker.injections)
      .some(({ afterEvent, atUs }) => afterEvent === marker.event && atUs === undefined);
    return {
      position: marker,
      cue: { event: marker.event, us: isFollowed ? 0 : marker.timeUs, remark: remarkOf(marker) },
    };
  });
  return [...injections, ...remarks]
    .filter(({ position }) => comparePositions(position, seen) <= 0)
    .sort((a, b) => comparePositions(a.position, b.position))
    .map(({ cue }) => cue);
}

interface Located {
  readonly position: Position;
  readonly cue: Cue;
}

const remarks = new WeakMap<Bookmark, Remark>();

/** Always the same object for the same bookmark: by that a cue is known again. */
function remarkOf(marker: Bookmark): Remark {
  let remark = remarks.get(marker);
  if (remark === undefined) {
    const { label, note, ask, look } = marker;
    remark = { title: label, note, ask, look };
    remarks.set(marker, remark);
  }
  return remark;
}
