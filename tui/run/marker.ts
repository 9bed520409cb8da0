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

/**
 * The markers of a line as far as it was ever seen, in order, in two sorts so that a flood of operations drowns no fault. What is executed
 * once more is not noted once more.
 */
export class Markers {
  private readonly chapters: Marker[] = [];
  private readonly operations: Marker[] = [];
  private heardUpTo: Position = { event: -1, injections: 0 };

  /** All up to that moment have been noted. */
  heard(upTo: Position): void {
    if (comparePositions(upTo, this.heardUpTo) > 0) this.heardUpTo = upTo;
  }

  /** For a line that leaves this one at that moment. */
  upTo(position: Position): Markers {
    const copy = new Markers();
    const isBefore = (marker: Marker) => comparePositions(marker, position) <= 0;
    copy.chapters.push(...this.chapters.filter(isBefore));
    copy.operations.push(...this.operations.filter(isBefore));
    copy.heard(position);
    return copy;
  }

  add(marker: Marker): void {
    if (comparePositions(marker, this.heardUpTo) <= 0) return;
    const list = isChapter(marker) ? this.chapters : this.operations;
    list.push(marker);
    if (list.length > 2 * MOST) list.splice(0, list.length - MOST);
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
