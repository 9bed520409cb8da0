/**
 * Which line of source the instructions of compiled JavaScript come from, by their address: read from the dump that V8 writes with `--perf-prof` (format:
 * jitdump-specification.txt of Linux perf). Functions that the compiler put into others keep their own lines there, which no profile of the inspector tells; but not their own
 * file, so a program must be one file for its lines to mean anything.
 */

const HEADER_SIZE_AT = 8;
const CODE_LOAD = 0;
const DEBUG_INFO = 2;
/** V8 shifts the addresses of debug entries by the size of the ELF header that perf will put before the code. */
const ELF_HEADER_BYTES = 64n;

interface Code {
  readonly start: bigint;
  readonly end: bigint;
  readonly sinceNs: bigint;
  /** By address, ascending. */
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly address: bigint;
  readonly line: number;
}

export class JitDump {
  private readonly codes: readonly Code[];

  constructor(dump: Buffer) {
    this.codes = [...codesIn(dump)].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  }

  /** The line whose code is at the address at that time, from 1; null if it is no code of JavaScript. */
  lineAt(address: bigint, timeNs: bigint): number | null {
    let found: Code | null = null;
    for (let i = this.firstAfter(address) - 1; i >= 0 && address - this.codes[i].start < 0x100_0000n; i--) {
      const code = this.codes[i];
      // Memory of code is used again; the last one that was there by then is meant.
      if (address >= code.end || code.sinceNs > timeNs) continue;
      if (found === null || code.sinceNs > found.sinceNs) found = code;
    }
    let line: number | null = null;
    for (const entry of found?.entries ?? []) {
      if (entry.address > address) break;
      line = entry.line;
    }
    return line;
  }

  private firstAfter(address: bigint): number {
    let low = 0;
    let high = this.codes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.codes[middle].start <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function* codesIn(dump: Buffer): Iterable<Code> {
  // The entries of a piece of code stand before it.
  let entries: readonly Entry[] = [];
  for (let at = dump.readUInt32LE(HEADER_SIZE_AT); at + 16 <= dump.length; ) {
    const kind = dump.readUInt32LE(at);
    const size = dump.readUInt32LE(at + 4);
    const sinceNs = dump.readBigUInt64LE(at + 8);
    if (size < 16 || at + size > dump.length) return;
    const body = at + 16;
    if (kind === DEBUG_INFO) {
      entries = entriesAt(dump, body);
    } else if (kind === CODE_LOAD) {
      const start = dump.readBigUInt64LE(body + 16);
      const end = start + dump.readBigUInt64LE(body + 24);
      yield { start, end, sinceNs, entries };
      entries = [];
    }
    at += size;
  }
}

function entriesAt(dump: Buffer, body: number): readonly Entry[] {
  const count = Number(dump.readBigUInt64LE(body + 8));
  const entries: Entry[] = [];
  let at = body + 16;
  for (let i = 0; i < count; i++) {
    entries.push({ address: dump.readBigUInt64LE(at) - ELF_HEADER_BYTES, line: dump.readInt32LE(at + 8) });
    // Behind it stands the file's name, and a zero.
    at = dump.indexOf(0, at + 16) + 1;
  }
  return entries;
}
