// Plays each script in `transcripts/` and compares what came of it. After a wanted change: `npx vitest run
// test/gossip -u`, and read the difference.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { play } from './stage.ts';

const folder = join(import.meta.dirname, 'transcripts');
const scripts = readdirSync(folder).sort();

test('there are transcripts', () => {
  expect(scripts.length).toBeGreaterThan(0);
});

test.each(scripts)('%s', async (name) => {
  const path = join(folder, name);
  await expect(play(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
});
