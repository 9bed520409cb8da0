/** What the command returns; `--help` says the same. */
export const EXIT = {
  /** All expectations hold. */
  ok: 0,
  /** An expectation failed, or the run could not decide it. */
  expectationFailed: 1,
  /** The input is wrong: usage, scenario, a file that cannot be read or written. */
  wrongInput: 2,
  /** A recording diverged from the run that it recorded. */
  diverged: 3,
  /** A defect of ours. */
  defect: 70,
  /** Ended by the user (128 + SIGINT), after a report of what was seen so far: neither passed nor failed. */
  interrupted: 130,
  /** Ended from outside (128 + SIGTERM), likewise. */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
