/** What to say of a replay that parted from its recording. */
import { eventLine, type Speaker } from '../explore/words.ts';
import type { Recording } from './recording.ts';
import type { Divergence } from './replay.ts';

/** @param engine the version of this program. */
export function divergenceLines(
  divergence: Divergence,
  recording: Recording,
  engine: string,
  speaker: Speaker,
): readonly string[] {
  const { agreed, differs, expected, found, events, instead } = divergence;
  const exact = differs - agreed === 1 || events.length === 1;
  const [first] = events;
  const named = first === undefined ? [] : [`  found: ${eventLine(first, speaker)}`];
  const rest =
    exact || events.length < 2 ? [] : events.slice(1, SHOWN).map((event) => `    then ${eventLine(event, speaker)}`);
  const versions =
    recording.engine === engine
      ? `  recorded by this very version, ${engine}: then the run hangs on something other than scenario and seed`
      : `  recorded by version ${recording.engine}, this is ${engine}`;
  return [
    agreed === 0 ? '  they differ from the beginning' : `  up to event ${agreed} both agree`,
    exact
      ? `  event ${first?.number ?? differs} is the first that differs: expected ${expected}, found ${found}`
      : `  the first event that differs is one of ${agreed + 1} to ${differs}: expected ${expected} after the last of them, found ${found}`,
    ...(instead === null ? [] : [`  ${instead}`]),
    ...named,
    ...rest,
    versions,
  ];
}

/** Events of a stretch that are shown. */
const SHOWN = 4;
