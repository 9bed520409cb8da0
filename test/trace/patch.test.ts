import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { patched, patchOf } from '../../sim/trace/patch.ts';

describe('a patch', () => {
  it.each([
    ['nothing for what did not change', { a: 1 }, { a: 1 }, []],
    ['the whole at first', null, { a: 1 }, [{ op: 'replace', path: '', value: { a: 1 } }]],
    ['a value that changed', { a: 1, b: { c: 2 } }, { a: 1, b: { c: 3 } }, [{ op: 'replace', path: '/b/c', value: 3 }]],
    ['a key that came', { a: 1 }, { a: 1, b: null }, [{ op: 'add', path: '/b', value: null }]],
    ['a key that went', { a: 1, b: 2 }, { a: 1 }, [{ op: 'remove', path: '/b' }]],
    [
      'what a log grew by',
      [1, 2, 3],
      [1, 2, 3, 4, 5],
      [
        { op: 'add', path: '/-', value: 4 },
        { op: 'add', path: '/-', value: 5 },
      ],
    ],
    ['what was cut off its end', [1, 2, 3, 4], [1, 2, 3], [{ op: 'remove', path: '/3' }]],
    ['an element that changed', [1, 2, 3], [1, 9, 3], [{ op: 'replace', path: '/1', value: 9 }]],
    [
      'an array of which most changed as a whole',
      [1, 2, 3],
      [2, 3, 4],
      [{ op: 'replace', path: '', value: [2, 3, 4] }],
    ],
    [
      'keys that a pointer must escape',
      { 'a/b~c': 1 },
      { 'a/b~c': 2 },
      [{ op: 'replace', path: '/a~1b~0c', value: 2 }],
    ],
  ])('tells %s', (_what, before, after, patch) => {
    expect(patchOf(before, after)).toEqual(patch);
    expect(patched(before, patchOf(before, after))).toEqual(after);
  });

  it('does not look into what both share: a long log costs no more than its end', () => {
    const lookedInto = () => {
      throw new Error('looked into');
    };
    const shared = new Proxy({}, { ownKeys: lookedInto, get: lookedInto });
    expect(patchOf({ log: shared, n: 1 }, { log: shared, n: 2 })).toEqual([{ op: 'replace', path: '/n', value: 2 }]);
  });

  it.each([
    ['remove', '/b', { a: 1 }],
    ['replace', '/b', { a: 1 }],
    ['replace', '/a/b', { a: 1 }],
    ['replace', '/3', [1, 2]],
    ['replace', '/-', [1, 2]],
    ['add', '/3', [1, 2]],
    ['remove', '', { a: 1 }],
  ] as const)('that would %s at "%s" what is not there is refused', (op, path, value) => {
    expect(() => patched(value, [{ op, path, value: 0 }])).toThrow(RangeError);
  });

  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));
  test.prop([json, json], { numRuns: 500 })(
    'makes the one value of the other, and changes neither',
    (before, after) => {
      const [beforeText, afterText] = [JSON.stringify(before), JSON.stringify(after)];
      const patch = JSON.parse(JSON.stringify(patchOf(before, after)));
      expect(patched(before, patch)).toEqual(after);
      expect([JSON.stringify(before), JSON.stringify(after)]).toEqual([beforeText, afterText]);
    },
  );

  const small = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.integer({ min: 0, max: 2 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')),
    ),
  })).value;
  test.prop([small, small], { numRuns: 500 })('also where the two have much in common', (before, after) => {
    expect(patched(before, patchOf(before, after))).toEqual(after);
  });
});
