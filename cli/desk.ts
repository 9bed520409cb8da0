/** What the dashboard is given to do with recordings: files, as the user names them, and who made them. */
import packageJson from '../package.json' with { type: 'json' };
import { formatDuration } from '../sim/index.ts';
import type { Origin } from '../sim/recording/recording.ts';
import { bookmarksOf, injectionsOf } from '../sim/recording/recording.ts';
import { counted } from '../sim/report/format.ts';
import type { DashboardResult, RecordingDesk } from '../tui/index.ts';
import { InputError } from './errors.ts';
import { fromUser } from './files.ts';
import { isTaken, RecordingFile } from './recording-file.ts';
import type { Shell } from './shell.ts';

/** @param record the file of `--record`; the user has named it, so it may be written over. */
export function deskOf(
  origin: Omit<Origin, 'engine'>,
  record: string | undefined,
  replay: RecordingDesk['replay'],
  shell: Shell,
): RecordingDesk {
  const scenario = fromUser(origin.scenario.file, shell.env);
  return {
    origin: { engine: packageJson.version, ...origin },
    open(path) {
      if (fromUser(path, shell.env) === scenario) throw new InputError(`${path} is the scenario itself`);
      return new RecordingFile(path, shell);
    },
    exists: (path) => isTaken(path, shell.env),
    record: record ?? null,
    replay,
  };
}

/** Says what was recorded. @throws what kept it from being written. */
export function tellRecorded({ made, problem }: DashboardResult, { out }: Pick<Shell, 'out'>): void {
  if (problem !== null) throw problem;
  if (made === null) return;
  const { path, line, recording } = made;
  const injections = counted(injectionsOf(recording).length, 'injection');
  const bookmarks = counted(bookmarksOf(recording).length, 'bookmark');
  const { event, us, fingerprint } = recording.ended;
  out.write(
    `\nRecorded the ${line} in ${path}: ${counted(event, 'event')} to ${formatDuration(us)}, ${injections}, ${bookmarks}, fingerprint ${fingerprint}\n  npm run sim -- replay ${path}\n`,
  );
}
