/** In place of `sim/engine/time-outs.ts` where a benchmark asks what it costs: requests wait for ever. */
import type { TimeOuts as Real } from '../../sim/engine/time-outs.ts';

export class TimeOuts implements Pick<Real, keyof Real> {
  set(): void {}
  cancel(): void {}
}
