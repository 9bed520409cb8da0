/** In place of `sim/engine/fingerprint.ts` where a benchmark asks what it costs: the same surface, and nothing behind it. */
import type { FingerprintState, Fingerprint as Real } from '../../sim/engine/fingerprint.ts';

export { hashText } from '../../sim/engine/fingerprint.ts';

const NOTHING: FingerprintState = { high: 0, low: 0 };

export class Fingerprint implements Pick<Real, keyof Real> {
  readonly text = '';
  mix(): void {}
  mixEvent(): void {}
  mixNumber(): void {}
  mixText(): void {}
  restore(): void {}
  snapshot(): FingerprintState {
    return NOTHING;
  }
}
