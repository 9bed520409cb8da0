/**
 * Transcripts: each file in `transcripts/` is a session that a person can read. A line `$ sim …` is a command, what follows is its
 * standard output, its standard error behind `!`, and its exit code. Lines with `#` are for the reader.
 * `npx vitest run test/cli/transcripts.test.ts -u` writes the answers anew; read the difference.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sim } from './fake-shell.ts';

const TRANSCRIPTS = new URL('./transcripts/', import.meta.url);

async function answered(transcript: string): Promise<string> {
  const parts: string[] = [];
  for (const line of transcript.split('\n')) {
    if (line.startsWith('#')) parts.push(line);
    if (!line.startsWith('$ sim')) continue;
    const { out, err, code } = await sim(words(line.slice('$ sim'.length)));
    parts.push(line, ...lines(out), ...lines(err).map((text) => `! ${text}`.trimEnd()), `[exit ${code}]`, '');
  }
  return parts.join('\n');
}

function lines(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Words as a shell splits them, with single quotes. */
function words(text: string): readonly string[] {
  return [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}

it.each(readdirSync(TRANSCRIPTS))('%s', async (name) => {
  const path = new URL(name, TRANSCRIPTS).pathname;
  await expect(await answered(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
});
