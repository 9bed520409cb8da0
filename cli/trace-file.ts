import { closeSync, openSync, writeSync } from 'node:fs';
import { InputError } from './errors.ts';
import { reasonOf } from './files.ts';

const BUFFERED_CHARACTERS = 1 << 18;

/** A file of lines, written in large pieces and at once: a run does not wait for the event loop. */
export class TraceFile {
  readonly path: string;
  private readonly descriptor: number;
  private buffered: string[] = [];
  private characters = 0;

  /** @throws InputError if it cannot be written. */
  constructor(path: string) {
    this.path = path;
    this.descriptor = this.attempt(() => openSync(path, 'w'));
  }

  writeLine(line: string): void {
    this.buffered.push(line, '\n');
    this.characters += line.length;
    if (this.characters > BUFFERED_CHARACTERS) this.flush();
  }

  /** Writes what is left. */
  close(): void {
    this.flush();
    this.attempt(() => closeSync(this.descriptor));
  }

  private flush(): void {
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
      throw new InputError(`${this.path}: the trace cannot be written: ${reasonOf(error)}`);
    }
  }
}
