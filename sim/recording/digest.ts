/** The last line of a recording: the SHA-256 of all bytes before it. It guards against accidents and slips of the hand, not against forgers. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const KEY = 'sha256: ';

/** The text with its digest. @param body ends with a line feed. */
export function sealed(body: string): string {
  return `${body}${KEY}${bytesToHex(sha256(utf8ToBytes(body)))}\n`;
}

export type Seal = 'whole' | 'changed' | 'missing';

/** What the last line says of the bytes before it. */
export function sealOf(bytes: Uint8Array): Seal {
  const length = KEY.length + 65;
  const start = bytes.length - length;
  if (start < 1 || bytes[start - 1] !== LINE_FEED) return 'missing';
  const last = String.fromCharCode(...bytes.subarray(start));
  if (!/^sha256: [0-9a-f]{64}\n$/.test(last)) return 'missing';
  const found = bytesToHex(sha256(bytes.subarray(0, start)));
  return last === `${KEY}${found}\n` ? 'whole' : 'changed';
}

/** The text without its digest, if it has one. */
export function unsealed(text: string): string {
  return text.replace(/(^|\n)sha256: [^\n]*\n?$/, '$1');
}

const LINE_FEED = 10;
