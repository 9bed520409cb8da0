/** The moments of a run that one wants to go to: faults, violations, operations. */
import type { OperationRecord } from '../../sim/index.ts';
import { comparePositions, type Position } from './line.ts';

interface MarkerBase extends Position {
  readonly timeUs: number;
}

export type Marker =
  | (MarkerBase & { readonly kind: 'fault'; readonly label: string; readonly changed: number })
  | (MarkerBase & { readonly kind: 'violated' | 'restored'; readonly label: string; readonly why: string | null })
  | (MarkerBase & { readonly kind: 'begun'; readonly process: number; readonly operation: unknown })
  | (MarkerBase & { readonly kind: 'ended'; readonly record: OperationRecord; readonly good: boolean })
  | (MarkerBase & { readonly kind: 'bookmark'; readonly label: string });

export type MarkerKind = Marker['kind'];

/** Those that make a chapter; begins and ends of operations are too many for that. */
export function isChapter(marker: Marker): boolean {
  return marker.kind !== 'begun' && marker.kind !== 'ended';
}

/** As many of a sort as are kept; the oldest go first. */
const MOST = 4000;

/** Markers of the line up to now, in order, in two sorts so that a flood of operations drowns no fault. */
export class Markers {
  private chapters: Marker[] = [];
  private operations: Marker[] = [];
  /** How many were ever added, so that a search notices a new one. */
  added = 0;

  add(marker: Marker): void {
    this.added++;
    const list = isChapter(marker) ? this.chapters : this.operations;
    list.push(marker);
    if (list.length > 2 * MOST) list.splice(0, list.length - MOST);
  }

  /** Forgets what lies after that moment: it comes again, the same, or on another line it does not. */
  truncate(position: Position): void {
    const upTo = (list: Marker[]) => {
      while (list.length > 0 && comparePositions(list[list.length - 1], position) > 0) list.pop();
    };
    upTo(this.chapters);
    upTo(this.operations);
  }

  /** Faults, violations and the like. */
  get ofChapters(): readonly Marker[] {
    return this.chapters;
  }

  /** All of them, in order. */
  all(): readonly Marker[] {
    return [...this.chapters, ...this.operations].sort(comparePositions);
  }

  /** The last before an event. */
  before(event: number, chaptersOnly: boolean): Marker | null {
    const lastOf = (list: readonly Marker[]) => list.findLast((marker) => marker.event < event) ?? null;
    const chapter = lastOf(this.chapters);
    const operation = chaptersOnly ? null : lastOf(this.operations);
    if (chapter === null || operation === null) return chapter ?? operation;
    return operation.event > chapter.event ? operation : chapter;
  }

  /** The first after an event. */
  after(event: number, chaptersOnly: boolean): Marker | null {
    const firstOf = (list: readonly Marker[]) => list.find((marker) => marker.event > event) ?? null;
    const chapter = firstOf(this.chapters);
    const operation = chaptersOnly ? null : firstOf(this.operations);
    if (chapter === null || operation === null) return chapter ?? operation;
    return operation.event < chapter.event ? operation : chapter;
  }
}
