/**
 * How much work a piece of program is, counted by the JavaScript engine itself, so that it is the same on every machine however busy:
 * executed stretches of code (each call of a function and each run of a branch or a loop's body, as for coverage), and bytes allocated.
 */
import { type Profiler, Session } from 'node:inspector';
import { GCProfiler, getHeapStatistics, setFlagsFromString } from 'node:v8';

export interface Work {
  /** Executed stretches of code of `sim/`, `protocols/` and `bench/`. */
  readonly stretches: number;
  /** Bytes allocated by whatever code. */
  readonly bytes: number;
  /** The functions with most stretches, for the message when there are too many. */
  readonly most: readonly string[];
}

/** Counts from now on. Only code that is loaded afterwards is counted branch by branch. */
export class WorkCounter {
  private readonly session = new Session();

  constructor() {
    // What optimized code need not allocate depends on when it is there: at once, and not when another core has had time for it.
    setFlagsFromString('--no-concurrent-recompilation');
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  count(work: () => void): Work {
    this.taken();
    const bytes = allocatedBy(work);
    const byFunction = new Map<string, number>();
    for (const { url, functions } of this.taken()) {
      const file = /\/((?:sim|protocols|bench)\/.*)$/.exec(url)?.[1];
      if (file === undefined) continue;
      for (const { functionName, ranges } of functions) {
        const name = `${file} ${functionName}`;
        byFunction.set(
          name,
          ranges.reduce((sum, { count }) => sum + count, byFunction.get(name) ?? 0),
        );
      }
    }
    const most = [...byFunction].sort(([, a], [, b]) => b - a);
    return {
      bytes,
      stretches: most.reduce((sum, [, count]) => sum + count, 0),
      most: most.slice(0, 12).map(([name, count]) => `${name}: ${count}`),
    };
  }

  stop(): void {
    this.session.disconnect();
  }

  /** What was counted since it was last taken. The session is in this very thread, so it answers before `post` returns. */
  private taken(): readonly Profiler.ScriptCoverage[] {
    let result: readonly Profiler.ScriptCoverage[] | undefined;
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      result = answer.result;
    });
    if (result === undefined) throw new Error('the counter gave no answer');
    return result;
  }
}

/** What the heap grew by, with what was collected meanwhile. */
function allocatedBy(work: () => void): number {
  const profiler = new GCProfiler();
  profiler.start();
  let last = getHeapStatistics().used_heap_size;
  work();
  const end = getHeapStatistics().used_heap_size;
  let bytes = 0;
  for (const { beforeGC, afterGC } of profiler.stop()?.statistics ?? []) {
    bytes += beforeGC.heapStatistics.usedHeapSize - last;
    last = afterGC.heapStatistics.usedHeapSize;
  }
  return bytes + end - last;
}
