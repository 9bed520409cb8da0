/** Published figures beside ours, with a band and a verdict for each: what `npm run papers` prints. */

/** One figure beside the published one. */
export interface Comparison {
  readonly source: string;
  readonly what: string;
  readonly published: number;
  readonly ours: number;
  /** Both included; null where the figure is shown and not held to anything, with the reason in `remark`. */
  readonly band: readonly [number, number] | null;
  readonly remark?: string;
}

export function isWithin({ ours, band }: Comparison): boolean {
  return band === null || (ours >= band[0] && ours <= band[1]);
}

/** Some figures of one table, which come as they are found. */
export interface Experiment {
  /** What a user picks it by. */
  readonly source: string;
  run(): Iterable<Comparison>;
}

/**
 * Prints the experiments whose source contains the words, as their figures come.
 * @returns whether all figures lie within their bands.
 */
export function printed(experiments: readonly Experiment[], wanted = ''): boolean {
  let good = true;
  let source = '';
  for (const experiment of experiments) {
    if (!experiment.source.includes(wanted)) continue;
    for (const comparison of experiment.run()) {
      if (comparison.source !== source) console.log(`\n${comparison.source}`);
      source = comparison.source;
      good &&= isWithin(comparison);
      console.log(`  ${line(comparison)}`);
    }
  }
  return good;
}

function line(comparison: Comparison): string {
  const { what, published, ours, band, remark } = comparison;
  const figures = `published ${figure(published).padStart(8)}  ours ${figure(ours).padStart(8)}`;
  const verdict = band === null ? '-' : isWithin(comparison) ? 'ok' : 'OUT';
  const reason = band === null ? `shown only: ${remark ?? ''}` : `${figure(band[0])} to ${figure(band[1])}`;
  return `${what.padEnd(48)} ${figures}  ${verdict.padEnd(3)} ${reason}`;
}

/** Four significant digits. */
function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}
