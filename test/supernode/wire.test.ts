// The multicast texts, as the original's table gives them.

import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { idOf } from '../../protocols/supernode/resources.ts';
import { decode, encode, type Wire } from '../../protocols/supernode/wire.ts';

const ID = idOf('abc');

test('a resource id is the SHA-256 of the content', () => {
  expect(ID).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

describe('the texts', () => {
  test.each<[string, Wire, boolean]>([
    [`supernode-1;20;${ID}`, { code: 20, name: 'supernode-1', id: ID }, false],
    [`supernode-1;22;${ID}`, { code: 22, name: 'supernode-1', id: ID }, false],
    [
      'supernode-2;21;http://host-3:8001/files/film.avi',
      { code: 21, name: 'supernode-2', location: 'http://host-3:8001/files/film.avi', id: null },
      false,
    ],
    [
      `supernode-2;21;http://host-3:8001/files/film.avi;${ID}`,
      { code: 21, name: 'supernode-2', location: 'http://host-3:8001/files/film.avi', id: ID },
      true,
    ],
  ])('%s', (text, wire, echoesId) => {
    expect(encode(wire)).toBe(text);
    expect(decode(text, echoesId)).toEqual(wire);
  });

  test.each([
    '',
    ';',
    'supernode-1',
    `supernode-1;20`,
    `supernode-1;20;${ID};more`,
    `;20;${ID}`,
    `supernode-1;20;${ID.toUpperCase()}`,
    `supernode-1;20;${ID.slice(1)}`,
    `supernode-1;23;${ID}`,
    `supernode-1;020;${ID}`,
    `supernode-1;22;`,
    `supernode-1;21;`,
    `super\nnode;20;${ID}`,
    `supernode-1;21;http://host-3:8001/files/film.avi;`,
    `supernode-1;21;http://host-3:8001/files/film.avi;${ID};`,
  ])('malformed: %j', (text) => {
    expect(decode(text, false)).toBeNull();
    expect(decode(text, true)).toBeNull();
  });

  test('an answer of one dialect is malformed in the other', () => {
    expect(decode('s;21;http://h:1/files/f', true)).toBeNull();
    expect(decode(`s;21;http://h:1/files/f;${ID}`, false)).toBeNull();
  });
});

const field = fc
  .string({ minLength: 1, maxLength: 30, unit: 'binary' })
  .filter((text) => !text.includes(';') && ![...text].some((one) => one < ' ' || one === '\u007f'));
const id = fc.string({ minLength: 64, maxLength: 64, unit: fc.constantFrom(...'0123456789abcdef') });
const wire = (echoesId: boolean): fc.Arbitrary<Wire> =>
  fc.oneof(
    fc.record({ code: fc.constant(20 as const), name: field, id }),
    fc.record({ code: fc.constant(22 as const), name: field, id }),
    fc.record({
      code: fc.constant(21 as const),
      name: field,
      location: field,
      id: echoesId ? id : fc.constant(null),
    }),
  );

describe('for every dialect', () => {
  property.prop([fc.boolean().chain((echoesId) => fc.tuple(fc.constant(echoesId), wire(echoesId)))])(
    'what is encoded is decoded to the same',
    ([echoesId, sent]) => {
      expect(decode(encode(sent), echoesId)).toEqual(sent);
    },
  );

  property.prop([fc.oneof(fc.string({ unit: 'binary' }), nearMisses()), fc.boolean()])(
    'any text is malformed or is exactly what its decoding encodes to',
    (text, echoesId) => {
      const read = decode(text, echoesId);
      if (read !== null) expect(encode(read)).toBe(text);
    },
  );
});

/** Texts that look like the real thing: valid fields in any number and order. */
function nearMisses(): fc.Arbitrary<string> {
  const part = fc.oneof(field, id, fc.constantFrom('20', '21', '22', '', '2', ' 20'));
  return fc.array(part, { maxLength: 5 }).map((parts) => parts.join(';'));
}
