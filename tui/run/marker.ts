/** The moments of a run that one wants to go to: faults, violations, operations. */
import type { OperationRecord } from '../../sim/index.ts';
import { comparePositions, type Position } from './line.ts';

interface MarkerBase extends Position {
  readonly timeUs: number;
}

interface Chapter extends MarkerBase {
  readonly label: string;
}

export type Marker =
  | (Chapter & { readonly kind: 'fault'; readonly changed: number })
  | (Chapter & { readonly kind: 'violated' | 'restored'; readonly why: string | null })
  | (Chapter & { readonly kind: 'bookmark' })
  | OperationMarker;

type OperationMarker =
  | (MarkerBase & { readonly kind: 'begun'; readonly process: number; readonly operation: unknown })
  | (MarkerBase & { readonly kind: 'ended'; readonly record: OperationRecord; readonly good: boolean });

export type MarkerKind = Marker['kind'];

/** Those that make a chapter; begins and ends of operations are too many for that. */
export function isChapter(marker: Marker): boolean {
  return marker.kind !== 'begun' && marker.kind !== 'ended';
}

/** As many of a sort as are kept; the oldest go first. A power of two, for the ring. */
const MOST = 4096;

/**
 * The markers of a line as far as it was ever seen, in order, in two sorts so that a flood of operations drowns no fault. What is executed
 * once more is not noted once more.
 */
export class Markers {
  private readonly chapters: Marker[] = [];
  private readonly operations = new OperationRing();
  private heardUpTo: Position = { event: -1, injections: 0 };

  /** All up to that moment have been noted. */
  heard(upTo: Position): void {
    if (comparePositions(upTo, this.heardUpTo) > 0) this.heardUpTo = upTo;
  }

  /** For a line that leaves this one at that moment. */
  upTo(position: Position): Markers {
    const copy = new Markers();
    copy.chapters.push(...this.chapters.filter((marker) => comparePositions(marker, position) <= 0));
    copy.operations.copyUpTo(this.operations, position);
    copy.heard(position);
    return copy;
  }

  /** Notes a chapter. Operations go their own way, since there are so many. */
  add(marker: Exclude<Marker, OperationMarker>): void {
    if (!this.isNews(marker)) return;
    this.chapters.push(marker);
    if (this.chapters.length > 2 * MOST) this.chapters.splice(0, this.chapters.length - MOST);
  }

  begun(at: MarkerBase, record: OperationRecord): void {
    if (this.isNews(at)) this.operations.push(at, BEGUN, record);
  }

  ended(at: MarkerBase, record: OperationRecord, good: boolean): void {
    if (this.isNews(at)) this.operations.push(at, good ? WELL : BADLY, record);
  }

  private isNews(at: Position): boolean {
    return comparePositions(at, this.heardUpTo) > 0;
  }

  /** Faults, violations and the like. */
  get ofChapters(): readonly Marker[] {
    return this.chapters;
  }

  /** All of them, in order. */
  all(): readonly Marker[] {
    return [...this.chapters, ...this.operations.all()].sort(comparePositions);
  }

  /** The last before an event. */
  before(event: number, chaptersOnly: boolean): Marker | null {
    const chapter = this.chapters.findLast((marker) => marker.event < event) ?? null;
    const operation = chaptersOnly ? null : this.operations.before(event);
    if (chapter === null || operation === null) return chapter ?? operation;
    return operation.event > chapter.event ? operation : chapter;
  }

  /** The first after an event. */
  after(event: number, chaptersOnly: boolean): Marker | null {
    const chapter = this.chapters.find((marker) => marker.event > event) ?? null;
    const operation = chaptersOnly ? null : this.operations.after(event);
    if (chapter === null || operation === null) return chapter ?? operation;
    return operation.event < chapter.event ? operation : chapter;
  }
}

const BEGUN = 0;
const WELL = 1;
const BADLY = 2;

/**
 * The last so many begins and ends of operations, by columns. At full speed there are tens of thousands in a second: objects that live just long enough
 * to be taken for lasting would cost the run a tenth of its speed.
 */
class OperationRing {
  private readonly events = new Float64Array(MOST);
  private readonly injections = new Float64Array(MOST);
  private readonly timesUs = new Float64Array(MOST);
  private readonly kinds = new Uint8Array(MOST);
  private readonly records: (OperationRecord | null)[] = new Array<OperationRecord | null>(MOST).fill(null);
  /** How many were ever pushed; the last `MOST` of them are here. */
  private pushed = 0;

  push({ event, injections, timeUs }: MarkerBase, kind: number, record: OperationRecord): void {
    const place = this.pushed++ & (MOST - 1);
    this.events[place] = event;
    this.injections[place] = injections;
    this.timesUs[place] = timeUs;
    this.kinds[place] = kind;
    this.records[place] = record;
  }

  copyUpTo(other: OperationRing, position: Position): void {
    for (let n = other.first; n < other.pushed; n++) {
      const at = other.moment(n);
      const place = n & (MOST - 1);
      const record = other.records[place];
      if (record === null || comparePositions(at, position) > 0) return;
      this.push(at, other.kinds[place], record);
    }
  }

  all(): readonly Marker[] {
    return Array.from({ length: this.pushed - this.first }, (_, i) => this.at(this.first + i)).filter(
      (marker) => marker !== null,
    );
  }

  before(event: number): Marker | null {
    return this.at(this.firstThat((each) => each >= event) - 1);
  }

  after(event: number): Marker | null {
    return this.at(this.firstThat((each) => each > event));
  }

  private get first(): number {
    return Math.max(0, this.pushed - MOST);
  }

  /** The number of the first one of whose event that holds, which then holds of all that follow. */
  private firstThat(holds: (event: number) => boolean): number {
    let low = this.first;
    let high = this.pushed;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.events[middle & (MOST - 1)])) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private at(n: number): Marker | null {
    const place = n & (MOST - 1);
    const record = this.records[place];
    if (n < this.first || n >= this.pushed || record === null) return null;
    const kind = this.kinds[place];
    if (kind !== BEGUN) return { ...this.moment(n), kind: 'ended', record, good: kind === WELL };
    return { ...this.moment(n), kind: 'begun', process: record.issuer, operation: record.operation };
  }

  private moment(n: number): MarkerBase {
    const place = n & (MOST - 1);
    return { event: this.events[place], injections: this.injections[place], timeUs: this.timesUs[place] };
  }
}
