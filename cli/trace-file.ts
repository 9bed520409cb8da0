import { closeSync, openSync, writeSync } from 'node:fs';
import { InputError } from './errors.ts';
import { reasonOf } from './reasons.ts';

const BUFFERED_CHARACTERS = 1 << 18;

/** A file of lines, written in large pieces and at once: a run does not wait for the event loop. */
export class TraceFile {
  readonly path: string;
  private readonly descriptor: number;
  private buffered: string[] = [];
  private characters = 0;

  /** @param path as the user wrote it, for messages. @param place the same, absolute. @throws InputError if it cannot be written. */
  constructor(path: string, place: string) {
    this.path = path;
    this.descriptor = this.attempt(() => openSync(place, 'w'));
  }

  writeLine(line: string): void {
    this.buffered.push(line, '\n');
    this.characters += line.length;
    if (this.characters > BUFFERED_CHARACTERS) this.flush();
  }

  close(): void {
    this.flush();
    this.attempt(() => closeSync(this.descriptor));
  }

  /** Writes what is held back. */
  flush(): void {
    const text = this.buffered.join('');
    this.buffered = [];
    this.characters = 0;
    this.attempt(() => {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length; ) written += writeSync(this.descriptor, bytes, written);
    });
  }

  private attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      // Only the directory can be missing: the file itself would be made.
      const reason = reasonOf(error).replace('no such file', 'no such directory');
      throw new InputError(`--trace: ${this.path} cannot be written: ${reason}`);
    }
  }
}
