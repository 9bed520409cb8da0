/** Time series of gauges, sampled on a period of virtual time. */
export class Series {
  readonly periodUs: number;
  readonly timesUs: number[] = [];
  /** By gauge name; a gauge that came later has NaN for the time before. */
  readonly values = new Map<string, number[]>();

  constructor(periodUs: number) {
    this.periodUs = periodUs;
  }

  add(timeUs: number, sample: Readonly<Record<string, number>>): void {
    const { length } = this.timesUs;
    this.timesUs.push(timeUs);
    for (const name of Object.keys(sample)) {
      let column = this.values.get(name);
      if (column === undefined) {
        column = new Array<number>(length).fill(Number.NaN);
        this.values.set(name, column);
      }
      column.push(sample[name]);
    }
    for (const column of this.values.values()) if (column.length === length) column.push(Number.NaN);
  }

  snapshot(): SeriesState {
    return { length: this.timesUs.length };
  }

  /** Forgets what was sampled after the checkpoint; it comes again, the same. */
  restore(state: SeriesState): void {
    this.timesUs.length = state.length;
    for (const [name, column] of this.values) {
      column.length = state.length;
      if (column.every((value) => Number.isNaN(value))) this.values.delete(name);
    }
  }
}

export interface SeriesState {
  readonly length: number;
}
