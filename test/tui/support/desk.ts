/** Recordings in memory, for sessions without a terminal: what is written is read again, as a file is. */
import { type Lesson, lessonOf } from '../../../sim/recording/lesson.ts';
import { readRecording } from '../../../sim/recording/read.ts';
import type { Recording } from '../../../sim/recording/recording.ts';
import { recordingText } from '../../../sim/recording/write.ts';
import type { Scenario } from '../../../sim/scenario/load.ts';
import type { RecordingDesk } from '../../../tui/recording/studio.ts';
import { RELAY_SCENARIO } from './shown.ts';

export interface TestDesk extends RecordingDesk {
  /** What is in the files, by name. */
  readonly files: Map<string, string>;
  /** Says why nothing can be written from now on; null lets it be written again. */
  refuse(why: string | null): void;
  /** The recording in a file. @throws RecordingError where it is none. */
  read(path: string): Recording;
}

export function deskWith(
  changes: Partial<RecordingDesk> & { readonly scenario?: Scenario; readonly seed?: string | null } = {},
): TestDesk {
  const { scenario = RELAY_SCENARIO, seed = null, ...rest } = changes;
  const files = new Map<string, string>();
  let refusal: string | null = null;
  return {
    origin: { engine: '0.0.0-test', scenario: { file: scenario.file, text: scenario.text }, seed, overrides: [] },
    open: (path) => ({
      write(recording) {
        if (refusal !== null) throw new Error(`${path}: ${refusal}`);
        files.set(path, recordingText(recording));
      },
    }),
    exists: (path) => files.has(path),
    record: null,
    replay: null,
    ...rest,
    files,
    refuse(why) {
      refusal = why;
    },
    read: (path) => readRecording(new TextEncoder().encode(files.get(path) ?? ''), path),
  };
}

/** A desk at which that recording is played. */
export function playing(
  recording: Recording,
  scenario: Scenario = RELAY_SCENARIO,
  lesson: Lesson | null = null,
): TestDesk {
  return deskWith({ scenario, replay: { file: 'a.recording', recording, lesson } });
}

/** A desk at which it is gone through as a lesson. */
export function teaching(recording: Recording, scenario: Scenario): TestDesk {
  return playing(recording, scenario, lessonOf(recording, scenario.title));
}
