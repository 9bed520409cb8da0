import { Log, type LogState } from './log.ts';

/** Time series of gauges, sampled on a period of virtual time. */
export class Series {
  readonly periodUs: number;
  readonly timesUs: readonly number[];
  /** By gauge name; a gauge that came later has NaN for the time before. */
  readonly values = new Map<string, readonly number[]>();
  private readonly times = new Log<number>();
  private readonly columns = new Map<string, Log<number>>();

  constructor(periodUs: number) {
    this.periodUs = periodUs;
    this.timesUs = this.times.items;
  }

  add(timeUs: number, sample: Readonly<Record<string, number>>): void {
    const { length } = this.timesUs;
    this.times.push(timeUs);
    for (const name of Object.keys(sample)) {
      let column = this.columns.get(name);
      if (column === undefined) {
        column = this.addColumn(name);
        for (let i = 0; i < length; i++) column.push(Number.NaN);
      }
      column.push(sample[name]);
    }
    for (const column of this.columns.values()) if (column.items.length === length) column.push(Number.NaN);
  }

  private addColumn(name: string): Log<number> {
    const column = new Log<number>();
    this.columns.set(name, column);
    this.values.set(name, column.items);
    return column;
  }

  snapshot(): SeriesState {
    return {
      times: this.times.snapshot(),
      columns: [...this.columns].map(([name, column]) => [name, column.snapshot()] as const),
    };
  }

  restore(state: SeriesState): void {
    this.times.restore(state.times);
    const before = new Map(this.columns);
    this.columns.clear();
    this.values.clear();
    for (const [name, values] of state.columns) {
      const column = before.get(name) ?? new Log<number>();
      column.restore(values);
      this.columns.set(name, column);
      this.values.set(name, column.items);
    }
  }
}

export interface SeriesState {
  readonly times: LogState<number>;
  readonly columns: readonly (readonly [string, LogState<number>])[];
}
