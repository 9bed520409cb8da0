/** A worker whose thread dies at some seeds: the first time at seed 3, each time at seed 5. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import hunt from '../../cli/hunt/worker.ts';

const folder = process.env.PEERSCOPE_TEST_FOLDER ?? '';

export default function dying(seed: number) {
  const mark = join(folder, 'died');
  if (seed === 5) process.exit(1);
  if (seed === 3 && !existsSync(mark)) {
    writeFileSync(mark, '');
    process.exit(1);
  }
  return hunt(seed);
}
