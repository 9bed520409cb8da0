/**
 * A number for each state of a model, the same for the same state however it was reached. 53 bits: among a million states two share a number with
 * a probability of one in twenty thousand, and then one of them is not gone on from.
 */
import type { ModelState } from './state.ts';

/** Two 32-bit lanes. */
type Lanes = readonly [number, number];

export function hashOf(at: ModelState): number {
  const lanes: [number, number] = [0x243f6a88, 0x85a308d3];
  for (const process of at.processes) mix(lanes, lanesOf(process));
  // Where order means nothing, sums have none.
  mix(lanes, sumOf(at.messages));
  mix(lanes, sumOf(at.requests));
  mix(lanes, lanesOf(at.groups));
  for (const operation of at.operations) mix(lanes, lanesOf(operation));
  if (at.judged !== null && typeof at.judged === 'object') mix(lanes, lanesOf(at.judged));
  mix(lanes, lanesOf(at.left));
  return (lanes[0] >>> 0) * 0x20_0000 + (lanes[1] >>> 11);
}

function mix(lanes: [number, number], [high, low]: Lanes): void {
  lanes[0] = Math.imul(lanes[0] ^ high, 0x9e3779b1);
  lanes[0] ^= lanes[0] >>> 15;
  lanes[1] = Math.imul(lanes[1] ^ low, 0x85ebca6b) + lanes[0];
  lanes[1] ^= lanes[1] >>> 13;
}

function sumOf(values: readonly object[]): Lanes {
  let high = values.length;
  let low = 0;
  for (const value of values) {
    const [a, b] = lanesOf(value);
    high = (high + a) | 0;
    low = (low + b) | 0;
  }
  return [high, low];
}

const known = new WeakMap<object, Lanes>();

/** States are shared, so each object is written out once. */
function lanesOf(value: object): Lanes {
  const before = known.get(value);
  if (before !== undefined) return before;
  const text = JSON.stringify(value, (_, each: unknown) => each);
  let high = 0x811c9dc5 | 0;
  let low = 0x2f0b4ac7 | 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x5bd1e995);
    low ^= low >>> 15;
  }
  const lanes: Lanes = [high, low];
  known.set(value, lanes);
  return lanes;
}
