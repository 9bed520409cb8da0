/** `--set path=value` is an edit of the text, made from outside. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblems, loadScenario } from '../../sim/scenario/load.ts';
import { systems } from './echo-system.ts';
import { wholeScenario, yamlOf } from './whole-scenario.ts';

function load(text: string, overrides: readonly string[] = []) {
  return loadScenario(text, { file: 'a.yaml', systems, overrides });
}

function plan(text: string, overrides: readonly string[]) {
  const loaded = load(text, overrides);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded.plan;
}

function told(text: string, overrides: readonly string[]): string {
  const loaded = load(text, overrides);
  return loaded.ok ? 'ok' : formatProblems(loaded.problems);
}

describe('an override', () => {
  const text = 'system: echo\nduration: 10m\nworkload: [ { ping: { rate: 5/s } } ]\nexpect: [ { pings correct: 1 } ]\n';

  test('sets what is there', () => {
    expect(plan(text, ['duration=20m']).durationUs).toBe(1_200_000_000);
    expect(plan(text, ['workload.0.ping.rate=10/s']).workload[0].arrivals).toEqual({ kind: 'rate', perSecond: 10 });
  });

  test('sets what is not there, and what that stands in', () => {
    expect(plan(text, ['network.requests.retries=1']).network.requests.retries).toBe(1);
    expect(plan(text, ['config.think={ exponential: 5ms }', 'nodes=9']).config).toMatchObject({ nodes: 9 });
  });

  test('takes names with spaces, and values of any kind', () => {
    expect(plan(text, ['expect.0.pings correct={ at least: 90% }']).expect[0].text).toBe('pings correct: at least 90%');
    expect(plan(text, ['expect=[]']).expect).toEqual([]);
    expect(plan(text, ['expect=']).expect).toEqual([]);
  });

  test('appends at the index after the last', () => {
    expect(plan(text, ['expect.1={ someone is up: always }']).expect).toHaveLength(2);
  });

  test('comes after the ones before it', () => {
    expect(plan(text, ['seed=1', 'seed=2', 'churn={ joins: 1/s }', 'churn.joins=3/s'])).toMatchObject({
      seed: '2',
      churn: [{ joinsPerSecond: 3 }],
    });
  });

  test('has no place in the file: what it adds has none either', () => {
    expect(plan(text, ['faults=[ { at: 1m, crash: n1 } ]']).actions[0].place).toBeNull();
    expect(plan(text, ['workload.0.ping.rate=10/s']).workload[0].place).toEqual({ line: 3, column: 13 });
  });
});

describe('a mistake in an override is told as one', () => {
  const text = 'system: echo\nduration: 10m\nnetwork: { loss: 1% }\nworkload: [ { ping: { rate: 5/s } } ]\n';
  test.each<[string, string]>([
    [
      'config.timeot=2s',
      '--set config.timeot: found unknown key "timeot", expected one of: timeout, patience, think, drop, payload, mode, leaders, limits, label, scale\n  hint: did you mean "timeout"?',
    ],
    ['confg.timeout=2s', '--set confg.timeout: confg: found unknown key "confg", expected one of: system,'],
    ['network.loss=5', '--set network.loss: found 5, expected a probability from 0 to 1, or from 0% to 100%'],
    ['network={ loss: 5 }', '--set network: network.loss: found 5, expected a probability'],
    [
      'network.loss',
      '--set network.loss: found "network.loss", expected path=value, such as config.stabilize=2s or workload.0.lookup.rate=10/s',
    ],
    ['=5', '--set : found "=5", expected path=value'],
    ['network..loss=5', '--set network..loss: found "network..loss=5", expected path=value'],
    [
      'network.loss.rate=5',
      '--set network.loss.rate: network.loss: found "1%", expected a map or a list with "rate" in it\n  hint: set the whole of it',
    ],
    [
      'workload.ping.rate=5/s',
      '--set workload.ping.rate: workload: found "ping", expected an index from 0 to 1 (which appends)',
    ],
    [
      'workload.7.ping.rate=5/s',
      '--set workload.7.ping.rate: workload: found "7", expected an index from 0 to 1 (which appends)',
    ],
    ['network.loss=[ 1', '--set network.loss: not YAML: Flow sequence'],
    ['seed=&a [ *a ]', '--set seed: 0: *a stands within what it is a name of'],
    ['system=chrod', '--set system: found unknown system "chrod", expected one of: echo, mute'],
    ['__proto__.a=1', '--set __proto__.a: found "__proto__.a=1", expected path=value'],
    ['duration=1m', 'ok'],
  ])('%s', (override, message) => {
    expect(told(text, [override])).toMatch(message.startsWith('--set') ? new RegExp(`^${escaped(message)}`) : /^ok$/);
  });

  test('beside mistakes in the file, which come first', () => {
    expect(told(text.replace('1%', 'much'), ['nodes=0'])).toBe(
      'a.yaml:3:18: network.loss: found "much", expected a probability from 0 to 1, or from 0% to 100%\n' +
        '--set nodes: found 0, expected a number of at least 1',
    );
  });
});

/** Every place in a JSON value that has something below or beside it. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function edited(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? edited(item, rest, replacement) : item));
  const map = value as Readonly<Record<string, unknown>>;
  return { ...map, [key]: edited(map[key], rest, replacement) };
}

const VALUES: readonly unknown[] = [
  '5s',
  '20m',
  0,
  3,
  '1%',
  0.5,
  '5/s',
  'all',
  'any 2',
  'rest',
  '0-9',
  'echo',
  'eager',
  'fifo',
  'uniform',
  'always',
  'never',
  'auto',
  true,
  null,
  [],
  {},
  ['n1', 'n2'],
  { exponential: '5ms' },
  { 'at least': 1 },
  { rate: '1/s' },
  [{ at: '1m', crash: 'n1' }],
  '~',
  'x: y',
  '# no comment',
  ' ',
];

describe('an override equals the edit of the text', () => {
  const withoutPlaces = (value: unknown) =>
    JSON.stringify(value, (key, each) => (key === 'place' || key === 'system' ? null : each));

  test('at any place, with any value, right or wrong', () => {
    const seen = { right: 0, wrong: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(wholeScenario)), fc.constantFrom(...VALUES), (path, value) => {
        const overridden = load(yamlOf(wholeScenario), [`${path.join('.')}=${JSON.stringify(value)}`]);
        const written = load(yamlOf(edited(wholeScenario, path, value)));
        expect(overridden.ok).toBe(written.ok);
        seen[written.ok ? 'right' : 'wrong']++;
        if (overridden.ok && written.ok) expect(withoutPlaces(overridden.plan)).toBe(withoutPlaces(written.plan));
        if (!overridden.ok && !written.ok) {
          const core = ({ path: where, found, expected }: { path: string; found: string | null; expected: string }) =>
            `${where} ${found} ${expected}`;
          expect(overridden.problems.map(core).sort()).toEqual(written.problems.map(core).sort());
        }
      }),
      { numRuns: 400, seed: 7 },
    );
    // Or the property was about nothing.
    expect(Math.min(seen.right, seen.wrong)).toBeGreaterThan(20);
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
