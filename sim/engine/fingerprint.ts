/**
 * A rolling 64-bit hash over the events of a run, in two 32-bit lanes of integer arithmetic. Two runs with the same
 * fingerprint after the same number of events have, for all practical purposes, had the same events.
 * Not a cryptographic hash: it guards against accidents, not against forgers.
 */
export class Fingerprint {
  private high = 0x243f6a88;
  private low = 0x85a308d3 | 0;

  /** Takes in a 32-bit integer. */
  mix(value: number): void {
    let low = Math.imul(this.low ^ value, 0x9e3779b1);
    low ^= low >>> 15;
    this.low = low;
    const high = Math.imul(this.high + low + value, 0x85ebca6b);
    this.high = high ^ (high >>> 13);
  }

  /** Takes in three integers at once: the same as three calls of `mix`, with fewer loads and stores. */
  mixEvent(first: number, second: number, third: number): void {
    let { high, low } = this;
    low = Math.imul(low ^ first, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high + low + first, 0x85ebca6b);
    high ^= high >>> 13;
    low = Math.imul(low ^ second, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high + low + second, 0x85ebca6b);
    high ^= high >>> 13;
    low = Math.imul(low ^ third, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high + low + third, 0x85ebca6b);
    this.high = high ^ (high >>> 13);
    this.low = low;
  }

  /** Takes in any safe integer, or any other number by its rounding to a millionth. */
  mixNumber(value: number): void {
    const whole = Number.isSafeInteger(value) ? value : Math.round(value * 1e6);
    this.mix(whole | 0);
    this.mix((whole / 0x1_0000_0000) | 0);
  }

  mixText(text: string): void {
    this.mix(hashText(text));
  }

  /** Sixteen hexadecimal digits. */
  get text(): string {
    return hex(this.high) + hex(this.low);
  }

  snapshot(): FingerprintState {
    return { high: this.high, low: this.low };
  }

  restore(state: FingerprintState): void {
    this.high = state.high;
    this.low = state.low;
  }
}

export interface FingerprintState {
  readonly high: number;
  readonly low: number;
}

/** FNV-1a over UTF-16 code units. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
