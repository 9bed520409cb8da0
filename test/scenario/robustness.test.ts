/** Whatever stands in the file, loading ends soon, with a plan or with located problems, and never throws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblems, type Loaded, loadScenario } from '../../sim/scenario/load.ts';
import { systems } from './echo-system.ts';
import { wholeScenario, yamlOf } from './whole-scenario.ts';

function load(text: string): Loaded {
  const loaded = loadScenario(text, { file: 'a.yaml', systems });
  if (loaded.ok) return loaded;
  const lines = text.split(/\n/);
  expect(loaded.problems.length).toBeGreaterThan(0);
  for (const { line, column, expected } of loaded.problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual(lines[Number(line) - 1].length + 1);
    expect(expected).not.toMatch(/^Invalid|\[object|undefined/);
  }
  expect(formatProblems(loaded.problems, text)).toContain('a.yaml:');
  return loaded;
}

const PRELUDE = 'system: echo\nduration: 10m\n';

describe('files that are made to exhaust', () => {
  const complaint = (text: string) => {
    const started = performance.now();
    const loaded = load(text);
    expect(performance.now() - started).toBeLessThan(5_000);
    return loaded.ok ? 'ok' : loaded.problems[0].expected;
  };

  test('a billion laughs', () => {
    const names = 'abcdefghij'.split('');
    const lines = names.map(
      (name, i) =>
        `${name}: &${name} [ ${
          i === 0
            ? 'lol'
            : Array(10)
                .fill(`*${names[i - 1]}`)
                .join(', ')
        } ]`,
    );
    expect(complaint(`${PRELUDE}config:\n  ${lines.join('\n  ')}\n`)).toBe(
      'with its aliases expanded the scenario has more than 100000 values',
    );
  });

  test('deep nesting, of lists, of maps, of blocks and through aliases', () => {
    const tooDeep = 'nested deeper than 48 levels';
    expect(complaint('['.repeat(60) + ']'.repeat(60))).toBe(tooDeep);
    expect(complaint('['.repeat(100_000))).toBe(tooDeep);
    expect(complaint(`{a: ${'{a: '.repeat(3_000)}`)).toBe(tooDeep);
    expect(complaint(`${'- '.repeat(20_000)}a`)).toBe(tooDeep);
    const towers = Array.from({ length: 10 }, (_, i) => `t${i}: &t${i} [[[[[[ ${i === 0 ? 1 : `*t${i - 1}`} ]]]]]]`);
    expect(complaint(PRELUDE + towers.join('\n'))).toBe(tooDeep);
  });

  test('long texts, and many aliases', () => {
    expect(complaint(`# ${'x'.repeat(2_000_000)}`)).toBe(
      'a scenario has at most 1 MiB of text, this one has 2000002 characters',
    );
    expect(complaint(`${PRELUDE}config: [ &a x, ${'*a, '.repeat(150_000)} ]`)).toMatch(/^with its aliases expanded/);
  });

  test('a file just within the bounds is read', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => `${i}us`).join(', ');
    const loaded = load(`${PRELUDE}network: { latency: { empirical: [ ${values} ] } }`);
    expect(loaded.ok && loaded.plan.network.latency).toMatchObject({ kind: 'empirical', valuesUs: { length: 20_000 } });
  });
});

describe('at random', () => {
  const good = `# Shows: all.\n${yamlOf(wholeScenario)}\n`;

  test('the scenario that is changed below is a good one', () => {
    expect(load(good).ok).toBe(true);
  });

  test('a character less, more, or other', () => {
    const edit = fc.record({
      at: fc.nat(good.length),
      length: fc.nat(3),
      put: fc.oneof(
        fc.constantFrom(
          '',
          ':',
          ' ',
          '\n',
          '\t',
          '{',
          '}',
          '[',
          ']',
          ',',
          '"',
          "'",
          '&a ',
          '*a',
          '!x ',
          '- ',
          '# ',
          '|',
          '%',
          '0',
          'n',
        ),
        fc.string({ maxLength: 3 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let text = good;
        for (const { at, length, put } of edits) text = text.slice(0, at) + put + text.slice(at + length);
        load(text);
      }),
      { numRuns: 300 },
    );
  });

  test('a line less, twice, or elsewhere', () => {
    const lines = good.split('\n');
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.nat(lines.length - 1), fc.nat(2), (from, to, copies) => {
        const rest = lines.toSpliced(from, 1);
        load(rest.toSpliced(to, 0, ...Array(copies).fill(lines[from])).join('\n'));
      }),
      { numRuns: 200 },
    );
  });

  test('any value under any key', () => {
    const keys = Object.keys(wholeScenario);
    const json = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...keys), json, (key, value) => {
        load(yamlOf({ ...wholeScenario, [key]: value }));
      }),
      { numRuns: 300 },
    );
  });

  test('any value in place of any part', () => {
    const words = fc.constantFrom<unknown>(
      null,
      0,
      -1,
      1e300,
      '',
      'all',
      '5s',
      '1%',
      '5/s',
      [],
      {},
      [[]],
      { '': 1 },
      true,
      'any 9',
      { nodes: 'rest' },
    );
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { maxLength: 5 }),
        fc.oneof(words, fc.jsonValue({ maxDepth: 2 })),
        (steps, value) => {
          load(yamlOf(replaced(wholeScenario, steps, value)));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => void load(text)),
      { numRuns: 300 },
    );
  });
});

/** The value with one part replaced: the steps choose a child by its number, as far down as there are children. */
function replaced(value: unknown, [step, ...rest]: readonly number[], put: unknown): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return put;
  const entries = Object.entries(value);
  if (entries.length === 0) return put;
  const chosen = step % entries.length;
  const children = entries.map(
    ([key, child], index) => [key, index === chosen ? replaced(child, rest, put) : child] as const,
  );
  return Array.isArray(value) ? children.map(([, child]) => child) : Object.fromEntries(children);
}
