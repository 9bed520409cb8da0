import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../sim/engine/bytes.ts';
import { Packer } from '../../sim/engine/packing.ts';
import { DOUBLES, END, FALSE, LIST, NATURAL, NEGATIVE, NULL, OBJECT, WORD } from '../../sim/engine/shape.ts';
import { writerOf } from '../../sim/engine/shape-writer.ts';

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

/** More often than it takes for a shape to get a writer of its own. */
const OFTEN = 300;

/** The same value with other numbers. */
function withNumbers(value: unknown, other: number): unknown {
  if (typeof value === 'number') return other;
  if (Array.isArray(value)) return value.map((element) => withNumbers(element, other));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withNumbers(field, other)]));
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

  test('gives what is met often back, and what is nearly like it', () => {
    fc.assert(
      fc.property(plain, fc.array(fc.tuple(plain, number), { maxLength: 8 }), (value, others) => {
        const packer = new Packer();
        const often = Array.from({ length: OFTEN }, () => value);
        const near = others.flatMap(([other, drawn]) => [withNumbers(value, drawn), { often: value }, other, value]);
        expect(thereAndBack(often, packer)).toStrictEqual(often);
        expect(thereAndBack(near, packer)).toStrictEqual(near);
      }),
      { seed: 22, numRuns: 150 },
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

describe('a writer for one shape', () => {
  const found = {
    kind: 'found',
    owner: { id: 70_000, address: 7 },
    path: [1, 2],
    why: null,
    late: false,
    back: -2,
    half: 0.5,
  };
  /** What it wrote of the value, null if the value has another shape. */
  function written(value: unknown): unknown[] | null {
    const said: unknown[] = [];
    const to = {
      natural: (given: number) => said.push(given),
      double: (given: number) => said.push(given),
    } as unknown as ByteWriter;
    const tokens = [
      ...[OBJECT, 'kkind', 'tfound', 'kowner', OBJECT, 'kid', NATURAL, 'kaddress', NATURAL, END],
      ...['kpath', LIST, 'kwhy', NULL, 'klate', FALSE, 'kback', NEGATIVE, 'khalf', DOUBLES, END],
    ];
    const write = writerOf(tokens, (element) => said.push(['element', element]) > 0);
    return write?.(value, to) === true ? said : null;
  }

  test('writes the numbers in their order, elements by what packs them', () => {
    expect(written(found)).toEqual([70_000, 7, 2, ['element', 1], ['element', 2], 2, 0.5]);
    expect(written({ ...found, owner: { id: 2 ** 53 - 1, address: 0 }, path: [], half: -0 })).toEqual([
      2 ** 53 - 1,
      0,
      0,
      2,
      -0,
    ]);
  });

  test.each<[string, unknown]>([
    ['no object', 'found'],
    ['null', null],
    ['a list', [found]],
    ['another word', { ...found, kind: 'lost' }],
    ['a word in place of a number', { ...found, back: 'x' }],
    ['a key less', { kind: 'found', owner: found.owner, path: [], why: null, late: false, back: -2 }],
    ['a key more', { ...found, more: 1 }],
    [
      'keys in another order',
      { owner: found.owner, kind: 'found', path: [], why: null, late: false, back: -2, half: 0.5 },
    ],
    ['another key within', { ...found, owner: { id: 1, place: 7 } }],
    ['null for an object', { ...found, owner: null }],
    ['something for null', { ...found, why: 'late' }],
    ['undefined for null', { ...found, why: undefined }],
    ['true for false', { ...found, late: true }],
    ['an object for a list', { ...found, path: { length: 0 } }],
    ['a negative number for a natural one', { ...found, owner: { id: -1, address: 7 } }],
    ['minus zero for a natural number', { ...found, owner: { id: -0, address: 7 } }],
    ['a fraction for a natural number', { ...found, owner: { id: 1.5, address: 7 } }],
    ['zero for a negative number', { ...found, back: 0 }],
    ['a negative fraction for a negative number', { ...found, back: -1.5 }],
    ['an integer for a fraction', { ...found, half: 3 }],
    ['an object of a class', Object.assign(new (class Found {})(), found)],
  ])('refuses %s', (_, value) => {
    expect(written(value)).toBeNull();
  });

  test('is not to be had for words of the dictionary', () => {
    expect(writerOf([WORD], () => true)).toBeNull();
  });
});
