/** Answers of a reader, line by line. */
import { createInterface } from 'node:readline';
import type { Shell } from '../shell.ts';
import type { Keys } from './lesson.ts';

export interface OpenKeys extends Keys {
  close(): void;
}

/** From the terminal; where there is none, everything is gone through without waiting. */
export function keysOf({ out }: Pick<Shell, 'out'>): OpenKeys {
  if (process.stdin.isTTY !== true || !out.isTerminal) return { ask: async () => '', close: () => {} };
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  return {
    ask: (prompt) =>
      new Promise((resolve) => {
        const onClose = () => resolve(null);
        lines.once('close', onClose);
        lines.question(prompt, (answer) => {
          lines.off('close', onClose);
          resolve(answer);
        });
      }),
    close: () => lines.close(),
  };
}
