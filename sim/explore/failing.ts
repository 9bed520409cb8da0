import type { Failure } from './failure.ts';
import type { Plain } from './plain.ts';

/** A scenario that fails. */
export interface Failing {
  readonly said: Plain;
  readonly failure: Failure;
  readonly events: number;
  readonly cost: number;
}
