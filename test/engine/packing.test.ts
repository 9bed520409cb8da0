import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter, Packer } from '../../sim/engine/packing.ts';

/** Packs the values one behind the other, and unpacks them in that order. */
function thereAndBack(values: readonly unknown[], packer = new Packer()): unknown[] {
  const writer = new ByteWriter(new Uint8Array(1));
  const places = values.map((value) => {
    const at = writer.length;
    expect(packer.pack(value, writer)).toBe(true);
    return at;
  });
  return places.map((at) => packer.unpack(new ByteReader(writer.bytes, at)));
}

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31),
    2 ** 32,
    2 ** 53 - 1,
    2 ** 53,
    1e300,
  ),
);
const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    number,
    fc.string(),
    fc.constantFrom('', 'lookup', 'k', 't', '__proto__', 'ü'),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'kind', '0')), tie('value'), {
      noNullPrototype: true,
    }),
  ),
})).value;

describe('packing', () => {
  test('gives every plain value back, with its keys in their order', () => {
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 12 }), (values) => {
        const back = thereAndBack(values);
        expect(back).toStrictEqual(values);
        expect(back.map((value) => JSON.stringify(value))).toEqual(values.map((value) => JSON.stringify(value)));
      }),
      { seed: 21, numRuns: 800 },
    );
  });

  test('says of a value like the one before only what is different', () => {
    const packer = new Packer();
    const writer = new ByteWriter(new Uint8Array(100));
    const lookups = [5, 300, 70_000].map((key) => ({
      kind: 'lookup',
      key,
      path: [],
      owner: { id: key + 1, address: 7 },
    }));
    const lengths = lookups.map((lookup) => {
      const from = writer.length;
      packer.pack(lookup, writer);
      return writer.length - from;
    });
    // Two bytes for the shape; the key, no elements, the identifier, the address.
    expect(lengths).toEqual([2 + 1 + 1 + 1 + 1, 2 + 2 + 1 + 2 + 1, 2 + 3 + 1 + 3 + 1]);
  });

  test('keeps words that are always others in a dictionary, each once', () => {
    const names = Array.from({ length: 500 }, (_, i) => `file-${i % 250}`);
    const packer = new Packer();
    expect(
      thereAndBack(
        names.map((name) => ({ name })),
        packer,
      ),
    ).toEqual(names.map((name) => ({ name })));
    const writer = new ByteWriter(new Uint8Array(100));
    packer.pack({ name: 'file-249' }, writer);
    expect(writer.length).toBeLessThanOrEqual(4);
  });

  test('reads lists of any length with one shape for their elements', () => {
    const lists = Array.from({ length: 300 }, (_, length) => ({
      path: Array.from({ length }, (_each, i) => ({ id: i * 1000, address: i })),
    }));
    expect(thereAndBack(lists)).toEqual(lists);
  });

  test.each([
    ['a function', { now: () => 5 }],
    ['a map', { map: new Map() }],
    ['bytes', [new Uint8Array(3)]],
    ['an object of a class', new ByteReader(new Uint8Array(1), 0)],
    ['a bigint', 5n],
    ['a symbol', Symbol('s')],
  ])('refuses what is not plain: %s', (_, value) => {
    expect(new Packer().pack(value, new ByteWriter(new Uint8Array(1)))).toBe(false);
  });
});
