/** Recordings on the disk: written whole each time and put in place at once, so that what is there is always a valid one. */
import {
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { looksLikeRecording, type ReadOptions, RecordingError, readRecording } from '../sim/recording/read.ts';
import type { Recording } from '../sim/recording/recording.ts';
import { recordingText } from '../sim/recording/write.ts';
import { InputError } from './errors.ts';
import { fromUser } from './files.ts';
import { reasonOf } from './reasons.ts';
import type { Shell } from './shell.ts';

/** So long may what happened be lost when the process is killed. */
const FLUSH_MS = 2_000;

export class RecordingFile {
  private readonly path: string;
  private readonly place: string;
  private readonly nowMs: () => number;
  private nextMs: number;

  /** @param path as the user wrote it. */
  constructor(path: string, shell: Pick<Shell, 'env' | 'nowMs'>) {
    this.path = path;
    this.place = fromUser(path, shell.env);
    this.nowMs = shell.nowMs;
    this.nextMs = shell.nowMs() + FLUSH_MS;
  }

  /** @throws InputError if it cannot be written. */
  write(recording: Recording): void {
    // A device, say, would be replaced by a file.
    if (statOf(this.place)?.isFile() === false) throw this.refusal('it is no file');
    try {
      putInPlace(this.place, recordingText(recording));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw this.refusal(code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such folder' : reasonOf(error));
    }
    this.nextMs = this.nowMs() + FLUSH_MS;
  }

  private refusal(why: string): InputError {
    return new InputError(`${this.path}: the recording cannot be written: ${why}`);
  }

  /** Writes it now and then: a process that is killed leaves the recording of nearly all that it did. */
  writeNowAndThen(recording: () => Recording): void {
    if (this.nowMs() >= this.nextMs) this.write(recording());
  }
}

/** Writes a file whole or not at all. No other file is touched: the draft has a name of its own. */
function putInPlace(path: string, text: string): void {
  // Where the name stands for another file, that one is meant.
  const place = lstatOf(path)?.isSymbolicLink() === true ? realpathSync(path) : path;
  const draft = draftFor(place, text);
  try {
    renameSync(draft, place);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function draftFor(place: string, text: string): string {
  for (let n = 0; ; n++) {
    const draft = `${place}.${process.pid}-${n}.part`;
    try {
      writeFileSync(draft, text, { flag: 'wx' });
      return draft;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      rmSync(draft, { force: true });
      throw error;
    }
  }
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function lstatOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** Whether there is something at that place, as the user wrote it. */
export function isTaken(path: string, env: Shell['env']): boolean {
  try {
    return lstatOf(fromUser(path, env)) !== undefined;
  } catch {
    // Below what is no folder there is nothing.
    return false;
  }
}

/** Whether the file begins as a recording does; false also if it cannot be read. */
export function isRecording(file: string, env: Shell['env']): boolean {
  try {
    return looksLikeRecording(readFileSync(fromUser(file, env)));
  } catch {
    return false;
  }
}

/** @throws InputError with what is wrong with the file. */
export function loadRecording(file: string, env: Shell['env'], options: ReadOptions = {}): Recording {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(fromUser(file, env));
  } catch (error) {
    throw new InputError(`${file}: ${reasonOf(error)}`);
  }
  try {
    return readRecording(bytes, file, options);
  } catch (error) {
    if (error instanceof RecordingError) throw new InputError(error.message);
    throw error;
  }
}
