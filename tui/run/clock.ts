/** The clock on the wall, handed in so that tests and casts can bring their own. */
export interface Clock {
  /** In milliseconds, from wherever. */
  now(): number;
  /** Calls back after so many milliseconds. Returns how to call it off. */
  after(ms: number, call: () => void): () => void;
  /** Calls back as soon as keys and signals have had their turn. */
  soon(call: () => void): () => void;
}

export function wallClock(): Clock {
  return {
    now: () => performance.now(),
    after(ms, call) {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    soon(call) {
      const turn = setImmediate(call);
      return () => clearImmediate(turn);
    },
  };
}
