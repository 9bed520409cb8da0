/**
 * Distributions of what the judge measured: count, mean, extremes exactly, percentiles by a histogram with buckets of
 * constant relative width (HdrHistogram), so that the memory does not grow with the run.
 */
import { build, type Histogram } from 'hdr-histogram-js';

export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  /** Percentiles by nearest rank, right to three significant digits. */
  readonly p1: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Hands every value with the name of its distribution to `take`. It is called twice, and must do the same both times. */
export type Source = (take: (name: string, value: number) => void) => void;

/**
 * The distributions of a source, by name. It goes through the values twice, first for their range and then for the
 * histogram, rather than keep them.
 * @throws RangeError for a value that is not a finite number.
 */
export function distributionsOf(source: Source): ReadonlyMap<string, Distribution> {
  const ranges = new Map<string, Range>();
  source((name, value) => {
    if (!Number.isFinite(value)) throw new RangeError(`"${name}" was measured as ${value}`);
    let range = ranges.get(name);
    if (range === undefined) {
      range = new Range();
      ranges.set(name, range);
    }
    range.take(value);
  });
  const recorders = new Map([...ranges].map(([name, range]) => [name, new Recorder(range)] as const));
  source((name, value) => {
    recorders.get(name)?.take(value);
  });
  return new Map([...recorders].map(([name, recorder]) => [name, recorder.distribution()] as const));
}

/** The distribution of a list of values, or null of none. */
export function distributionOf(values: Iterable<number>): Distribution | null {
  const kept = [...values];
  const source: Source = (take) => {
    for (const value of kept) take('', value);
  };
  return distributionsOf(source).get('') ?? null;
}

class Range {
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  whole = true;

  take(value: number): void {
    this.count++;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (!Number.isInteger(value)) this.whole = false;
  }
}

/** The histogram takes whole numbers from 0 to this. */
const LARGEST = 4_503_599_627_370_496;
/** Fractions (ratios, means) are kept to a millionth, where their range leaves room for that. */
const FINEST_SCALE = 1_000_000;

class Recorder {
  private readonly range: Range;
  /** Values are shifted to start from 0 if some are negative, then scaled to whole numbers. */
  private readonly offset: number;
  private readonly scale: number;
  private readonly histogram: Histogram;

  constructor(range: Range) {
    this.range = range;
    this.offset = Math.min(0, range.min);
    const width = range.max - this.offset;
    const room = width === 0 ? FINEST_SCALE : LARGEST / width;
    this.scale = range.whole ? Math.min(1, room) : Math.min(FINEST_SCALE, room);
    this.histogram = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: Math.max(2, Math.round(width * this.scale)),
      numberOfSignificantValueDigits: 3,
      bitBucketSize: 64,
    });
  }

  take(value: number): void {
    this.histogram.recordValue(Math.round((value - this.offset) * this.scale));
  }

  distribution(): Distribution {
    const { count, sum, min, max } = this.range;
    return {
      count,
      mean: sum / count,
      min,
      p1: this.percentile(1),
      p50: this.percentile(50),
      p90: this.percentile(90),
      p99: this.percentile(99),
      max,
    };
  }

  private percentile(percent: number): number {
    const { min, max } = this.range;
    const value = this.histogram.getValueAtPercentile(percent) / this.scale + this.offset;
    // The histogram answers with the upper end of a bucket.
    return Math.min(max, Math.max(min, value));
  }
}
