import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  between,
  betweenOrLast,
  clockwise,
  distance,
  fingerStart,
  highestBit,
  identifierOf,
  MAX_ID_BITS,
  rankOf,
  ringSize,
  successorIndex,
  wayTo,
} from '../../protocols/chord/identifiers.ts';

describe('between', () => {
  test.each([
    [1, 2, 3, true],
    [1, 1, 3, false],
    [1, 3, 3, false],
    [56, 60, 8, true],
    [56, 2, 8, true],
    [56, 8, 8, false],
    [56, 20, 8, false],
    [8, 8, 8, false],
    [8, 9, 8, true],
    [8, 7, 8, true],
  ])('%i < %i < %i on the circle: %s', (a, x, b, expected) => {
    expect(between(a, x, b)).toBe(expected);
  });

  const id = fc.nat(63);
  test.prop([id, id, id])('is the same as stepping clockwise from a until b', (a, x, b) => {
    let found = false;
    for (let at = (a + 1) % 64; at !== b; at = (at + 1) % 64) {
      if (at === x) found = true;
      if (at === a) break;
    }
    expect(between(a, x, b)).toBe(found && x !== a);
  });

  test.prop([id, id, id])('with its end included, exactly one of two members is responsible for a key', (a, key, b) => {
    fc.pre(a !== b);
    expect(betweenOrLast(a, key, b)).toBe(!betweenOrLast(b, key, a));
  });
});

describe('distances', () => {
  test.each([
    [8, 14, 6, 6],
    [56, 8, 16, 16],
    [8, 8, 0, 64],
    [0, 63, 63, 63],
    [63, 0, 1, 1],
  ])('from %i to %i it is %i, and the way is %i', (from, to, expected, way) => {
    expect(distance(from, to, 64)).toBe(expected);
    expect(wayTo(from, to, 64)).toBe(way);
  });

  test.each([
    [8, [9, 10, 12, 16, 24, 40]],
    [56, [57, 58, 60, 0, 8, 24]],
  ])('fingers of %i start at %j in six bits', (id, starts) => {
    expect(starts.map((_, i) => fingerStart(id, i, 64))).toEqual(starts);
  });

  test.prop([fc.maxSafeNat(), fc.maxSafeNat()])('are exact in the largest circle', (a, b) => {
    const size = ringSize(MAX_ID_BITS);
    const [from, to] = [a % size, b % size];
    expect(clockwise(from, distance(from, to, size), size)).toBe(to);
  });

  test.each([
    [0, -1],
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [1023, 9],
    [1024, 10],
    [2 ** 31, 31],
    [2 ** 32 - 1, 31],
    [2 ** 32, 32],
    [2 ** 40 + 5, 40],
    [2 ** 52 - 1, 51],
    [2 ** 52, 52],
    [2 ** 53 - 1, 52],
  ])('the highest bit of %d is %d', (n, bit) => {
    expect(highestBit(n)).toBe(bit);
  });
});

describe('identifiers of names', () => {
  // sha1('abc') = a9993e36 4706816a ba3e2571 7850c26c 9cd0d89d
  test.each([
    [3, 0b101],
    [8, 0xa9],
    [16, 0xa999],
    [32, 0xa9993e36],
    [36, 0xa9993e364],
    [52, 0xa9993e3647068],
  ])('of abc in %d bits are the top of its SHA-1', (bits, expected) => {
    expect(identifierOf('abc', bits)).toBe(expected);
  });

  test.prop([fc.string(), fc.integer({ min: 3, max: 51 })])(
    'of fewer bits are the top of those of more',
    (name, bits) => {
      expect(identifierOf(name, bits)).toBe(Math.floor(identifierOf(name, bits + 1) / 2));
    },
  );
});

describe('sorted members', () => {
  const ids = fc.uniqueArray(fc.nat(63), { minLength: 1, maxLength: 20 }).map((list) => list.sort((a, b) => a - b));

  test.prop([ids, fc.nat(63)])('successor(key) is the first at or after the key', (sorted, key) => {
    const members = sorted.map((id) => ({ id }));
    let at = key;
    while (!sorted.includes(at)) at = (at + 1) % 64;
    expect(members[successorIndex(members, key)].id).toBe(at);
    expect(rankOf(members, key)).toBe(sorted.filter((id) => id < key).length);
  });
});
