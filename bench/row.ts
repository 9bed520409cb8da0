/** A row of `npm run bench`: what is measured, and what it is held against. */
export interface Row {
  readonly name: string;
  /** Takes minutes or gigabytes: measured only when asked for. */
  readonly onRequest?: true;
  /** Flags for the process that measures it, such as the size of its heap. */
  readonly flags?: readonly string[];
  run(): Outcome | Promise<Outcome>;
}

/** What came out, as text and as verdicts. */
export interface Outcome {
  readonly figure: string;
  /** What the first version was to reach, '' for nothing. Who falls behind it has broken something: the benchmark fails. */
  readonly mark: string;
  /** Whether the figure is as good as the mark. */
  readonly reached: boolean;
  /** What is aimed at, '' or none for nothing. */
  readonly goal?: string;
  readonly goalReached?: boolean;
  /** How the figure came about. */
  readonly more: string;
  /** Nanoseconds of processor time for each message: for rows of which a plot is made. */
  readonly nsEach?: number;
}

/** What a figure is held against. */
export interface Bars {
  /** Which figures are better. */
  readonly better: 'more' | 'less';
  readonly mark?: number;
  readonly goal?: number;
  /** How a figure is written. */
  write(value: number): string;
}

export function held(value: number, { better, mark, goal, write }: Bars, more: string): Outcome {
  // What is no number reaches nothing.
  const reaches = (bar: number | undefined) => bar === undefined || (better === 'more' ? value >= bar : value <= bar);
  const written = (bar: number | undefined) =>
    bar === undefined ? '' : `${better === 'more' ? '≥' : '≤'} ${write(bar)}`;
  return {
    figure: write(value),
    mark: written(mark),
    reached: reaches(mark),
    goal: written(goal),
    goalReached: reaches(goal),
    more,
  };
}

// How figures are written.

export const asRatio = (value: number): string => value.toFixed(3);
export const asPercent = (value: number): string => `${(value * 100).toFixed(1)} %`;
export const asSeconds = (value: number): string => `${value.toFixed(1)} s`;
export const asKiB = (bytes: number): string => `${(bytes / 1024).toFixed(2)} KiB`;
export const asGiB = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(2)} GiB`;
export const asMillions = (rate: number): string => `${(rate / 1e6).toFixed(2)} M/s`;
export const asCount = (count: number): string => count.toLocaleString('en');
