import { setFlagsFromString } from 'node:v8';

/** From so many processes on, a run is long enough for the compiler's extra work to pay. */
const LARGE = 1000;

/**
 * Lets V8 make the event loop one piece, which it is: one path through many small functions. By itself V8 stops putting functions into one
 * another long before the end of that path, and leaves out what runs for every fifth event only. A large run is a quarter faster for it
 * (docs/performance.md); a short one would wait longer for the compiler than it gains, so it is left alone.
 * @param processes how many the run begins with, as far as is known.
 */
export function inlineForLargeRuns(processes: number): void {
  if (processes < LARGE) return;
  setFlagsFromString('--max-inlined-bytecode-size=1500');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');
  setFlagsFromString('--min-inlining-frequency=0.02');
}
