/** Reads and validates a trace, line by line. */
import type { Address } from '../contract/protocol-types.ts';
import { type EndLine, type EventLine, type Manifest, type TraceLine, traceLine } from './lines.ts';
import { type Patch, patched } from './patch.ts';
import { TraceTally } from './tally.ts';

/** What is wrong with a trace, and in which line. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  /** 1-based. */
  readonly line: number;

  constructor(line: number, what: string) {
    super(`line ${line}: ${what}`);
    this.line = line;
  }
}

/**
 * The lines of a trace, each as soon as it is found right.
 * @throws TraceError at the first line that is wrong, or at the end if the trace has none.
 */
export function* readTrace(lines: Iterable<string>): Generator<TraceLine> {
  const validator = new TraceValidator();
  for (const line of lines) yield validator.take(line);
  validator.finish();
}

/**
 * Holds each line against the format and against the lines before it:
 * - first the manifest, then events numbered from 1, then the end, and nothing after it;
 * - time never goes back; a sequence number belongs to one event; a cause is an event before, and nothing is born before its cause;
 * - an operation ends once;
 * - what a process saves fits what it saved before;
 * - the end counts what was there.
 */
export class TraceValidator {
  private line = 0;
  private manifest: Manifest | null = null;
  private end: EndLine | null = null;
  private lastUs = 0;
  private readonly tally = new TraceTally();
  /** When the event of each sequence number took place. */
  private readonly timesUs = new Map<number, number>();
  private readonly endedOperations = new Set<number>();

  /** What each process saved last: what it would come back with after a crash. */
  readonly durables = new Map<Address, unknown>();

  take(text: string): TraceLine {
    this.line++;
    const line = this.parse(text);
    if (this.end !== null) this.fail('something follows the end');
    if (line.type === 'trace') this.takeManifest(line);
    else if (this.manifest === null) this.fail('a trace begins with its manifest');
    else if (line.type === 'event') this.takeEvent(line);
    else this.takeEnd(line);
    return line;
  }

  /** Call it after the last line. */
  finish(): EndLine {
    if (this.end === null) {
      this.line++;
      this.fail('the trace has no end: the run that wrote it broke off');
    }
    return this.end as EndLine;
  }

  private parse(text: string): TraceLine {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      this.fail('not JSON');
    }
    const parsed = traceLine.safeParse(json);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const path = issue.path.map(String).join('.');
    return this.fail(path === '' ? issue.message : `${path}: ${issue.message}`);
  }

  private takeManifest(line: Manifest): void {
    if (this.manifest !== null) this.fail('a second manifest');
    this.manifest = line;
  }

  private takeEvent(line: EventLine): void {
    const { n, us, seq, cause, bornUs } = line;
    this.tally.take(line);
    if (n !== this.tally.events) this.fail(`event ${n} where event ${this.tally.events} was to come`);
    if (us < this.lastUs) this.fail(`time goes back, from ${this.lastUs} us to ${us} us`);
    this.lastUs = us;
    if (cause >= 0) {
      const causedUs = this.timesUs.get(cause);
      if (causedUs === undefined) this.fail(`the cause, ${cause}, is no event before this one`);
      else if (bornUs < causedUs) this.fail('it was born before its cause');
    }
    if (bornUs > us) this.fail('it was born after it took place');
    if (seq >= 0) {
      if (this.timesUs.has(seq)) this.fail(`a second event with the sequence number ${seq}`);
      this.timesUs.set(seq, us);
    }
    for (const happening of line.follows) {
      if (happening.what === 'verdict') this.takeVerdict(happening.id);
      else if (happening.what === 'save') this.takeSave(happening.process ?? line.process ?? -1, happening.patch);
    }
  }

  private takeVerdict(operation: number): void {
    if (this.endedOperations.has(operation)) this.fail(`operation ${operation} ends a second time`);
    this.endedOperations.add(operation);
  }

  private takeSave(process: Address, patch: Patch): void {
    try {
      this.durables.set(process, patched(this.durables.get(process) ?? null, patch));
    } catch (error) {
      this.fail(`what process ${process} saves does not fit what it saved before: ${(error as Error).message}`);
    }
  }

  private takeEnd(line: EndLine): void {
    if (line.us < this.lastUs) this.fail('the end lies before the last event');
    if (line.events !== this.tally.events)
      this.fail(`the end counts ${line.events} events, there are ${this.tally.events}`);
    const counted = this.tally.all;
    for (const [what, stated] of Object.entries(line.counts)) {
      const found = JSON.stringify(counted[what as keyof typeof counted]);
      if (JSON.stringify(sorted(stated)) !== found)
        this.fail(`the end's counts of ${what} are not those found, ${found}`);
    }
    this.end = line;
  }

  private fail(what: string): never {
    throw new TraceError(this.line, what);
  }
}

function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
