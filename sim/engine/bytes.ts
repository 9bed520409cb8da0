/** Bytes that are written one after the other. */
export class ByteWriter {
  bytes: Uint8Array;
  length = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Goes on in these bytes, behind so many. */
  continue(bytes: Uint8Array, length: number): void {
    this.bytes = bytes;
    this.length = length;
  }

  /** A non-negative safe integer: seven bits a byte, the lowest first. */
  natural(value: number): void {
    if (this.length + 9 > this.bytes.length) this.grow();
    const { bytes } = this;
    let at = this.length;
    let rest = value;
    // What does not fit into 31 bits is divided: shifts would cut it off.
    if (rest > 0x7fff_ffff) {
      rest = Math.floor(value / FOUR_BYTES);
      const low = value - rest * FOUR_BYTES;
      bytes[at++] = low | 128;
      bytes[at++] = (low >>> 7) | 128;
      bytes[at++] = (low >>> 14) | 128;
      bytes[at++] = (low >>> 21) | 128;
    }
    let small = rest | 0;
    while (small > 127) {
      bytes[at++] = (small & 127) | 128;
      small >>>= 7;
    }
    bytes[at++] = small;
    this.length = at;
  }

  /** Any number, bit by bit. */
  double(value: number): void {
    if (this.length + 9 > this.bytes.length) this.grow();
    DOUBLE[0] = value;
    this.bytes.set(DOUBLE_BYTES, this.length);
    this.length += 8;
  }

  /** Leaves two bytes for a number that is not known yet; returns where. */
  room(): number {
    if (this.length + 9 > this.bytes.length) this.grow();
    this.length += ROOM;
    return this.length - ROOM;
  }

  /** Takes back what was written behind that room. */
  takeBack(room: number): void {
    this.length = room + ROOM;
  }

  fill(room: number, value: number): void {
    this.bytes[room] = value & 255;
    this.bytes[room + 1] = value >>> 8;
  }

  private grow(): void {
    const bytes = new Uint8Array(2 * this.bytes.length + 16);
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}

/** The same bytes, read in the same order. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  natural(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  double(): number {
    DOUBLE_BYTES.set(this.bytes.subarray(this.at, this.at + 8));
    this.at += 8;
    return DOUBLE[0];
  }

  filled(): number {
    this.at += 2;
    return this.bytes[this.at - 2] | (this.bytes[this.at - 1] << 8);
  }
}

/** Bytes that are left for a number. */
const ROOM = 2;
/** What four bytes of a natural number hold. */
const FOUR_BYTES = 0x1000_0000;

const DOUBLE = new Float64Array(1);
const DOUBLE_BYTES = new Uint8Array(DOUBLE.buffer);
