/** What editors are told of the language is what the loader takes. */
import { describe, expect, test } from 'vitest';
import { scenarioJsonSchema } from '../../sim/scenario/json-schema.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { systems } from './echo-system.ts';
import { complaints, KEYWORDS } from './json-schema-validator.ts';
import { wholeScenario, yamlOf } from './whole-scenario.ts';

type Json = Readonly<Record<string, unknown>>;

const schema = scenarioJsonSchema(systems);
const definitions = schema.definitions as Readonly<Record<string, Json>>;
const valid = (scenario: unknown) => complaints(scenario, schema, schema).length === 0;
const loads = (scenario: unknown) => loadScenario(yamlOf(scenario), { file: 'a.yaml', systems }).ok;

/** Every schema within a schema, with its path. */
function parts(value: unknown, path: string): readonly (readonly [string, Json])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const said = value as Json;
  const named = ['properties', 'definitions'].flatMap((key) =>
    Object.entries((said[key] ?? {}) as Json).map(([name, each]) => [`${path}.${name}`, each] as const),
  );
  const listed = ['allOf', 'anyOf', 'oneOf', 'items'].flatMap((key) =>
    [said[key] ?? []].flat().map((each) => [path, each] as const),
  );
  const single = ['if', 'then', 'additionalProperties', 'propertyNames'].map((key) => [path, said[key]] as const);
  return [[path, said], ...[...named, ...listed, ...single].flatMap(([where, each]) => parts(each, where))];
}

describe('the JSON Schema', () => {
  test('speaks only in words that this test judges by', () => {
    const words = new Set(parts(schema, '').flatMap(([, part]) => Object.keys(part)));
    expect([...words].filter((word) => !KEYWORDS.has(word))).toEqual([]);
  });

  test('explains every key, in itself or in what it refers to', () => {
    const explains = (part: Json): boolean => {
      const references = [part, ...((part.allOf ?? []) as Json[])]
        .map(({ $ref }) => $ref)
        .filter((ref) => ref !== undefined);
      const referred = references.map((ref) => definitions[String(ref).replace('#/definitions/', '')]);
      return part.description !== undefined || referred.some(explains);
    };
    const keys = parts(schema, '').flatMap(([path, part]) =>
      Object.entries((part.properties ?? {}) as Record<string, Json>).map(
        ([key, each]) => [`${path}.${key}`, each] as const,
      ),
    );
    const mute = keys.filter(
      ([path, each]) => each.const === undefined && !path.includes('.traits.') && !explains(each),
    );
    expect(keys.length).toBeGreaterThan(100);
    expect(mute.map(([path]) => path)).toEqual([]);
  });

  test('gives examples, as they are written in a file, that meet it', () => {
    const examples = parts(schema, '').filter(([, part]) => part.examples !== undefined);
    expect(examples.length).toBeGreaterThan(8);
    for (const [path, part] of examples) {
      for (const example of part.examples as unknown[])
        expect(complaints(example, part, schema), `${path} ${JSON.stringify(example)}`).toEqual([]);
    }
  });

  test('gives defaults as they are written in a file', () => {
    const properties = definitions.echo.properties as Record<string, Json>;
    const settings = properties.config.properties as Record<string, Json>;
    expect(settings.timeout).toMatchObject({ default: '500ms', description: 'How long a ping waits for its answer.' });
    expect(settings.think.default).toEqual({ exponential: '10ms' });
  });

  test('says what the shared parts are but once, whatever the number of systems', () => {
    expect(Object.keys(definitions)).toEqual(
      expect.arrayContaining(['echo', 'mute', 'duration', 'selector', 'network', 'crash', 'echo-fault', 'mute-fault']),
    );
    expect(JSON.stringify(schema).length).toBeLessThan(60_000);
  });

  test('is the same each time', () => {
    expect(JSON.stringify(scenarioJsonSchema(systems))).toBe(JSON.stringify(schema));
  });
});

describe('an editor and the loader agree', () => {
  test('on a scenario with something under each key', () => {
    expect(complaints(wholeScenario, schema, schema)).toEqual([]);
    expect(loads(wholeScenario)).toBe(true);
  });

  test.each<[string, unknown]>([
    ['an unknown system', { ...wholeScenario, system: 'ecoh' }],
    ['no system', { duration: '1m' }],
    ['no duration', { system: 'echo' }],
    ['an unknown key', { ...wholeScenario, netwrok: {} }],
    ['an unknown setting', { ...wholeScenario, config: { timeot: '1s' } }],
    ['a duration without a unit', { ...wholeScenario, duration: 600 }],
    ['an unknown variant', { ...wholeScenario, variant: 'lazy' }],
    ['a probability above one', { ...wholeScenario, network: { loss: 5 } }],
    ['a distribution that is two', { ...wholeScenario, config: { think: { constant: '1s', exponential: '1s' } } }],
    ['an unknown fault', { ...wholeScenario, faults: [{ at: '1m', crahs: 'n1' }] }],
    ['two faults in one entry', { ...wholeScenario, faults: [{ at: '1m', crash: 'n1', heal: 'all' }] }],
    ['two operations in one entry', { ...wholeScenario, workload: [{}] }],
    ['an unknown step', { ...wholeScenario, script: [{ at: '1m', step: { node: 1, do: 'nuge' } }] }],
    ['a step without its argument', { ...wholeScenario, script: [{ at: '1m', step: { node: 1, do: 'nudge' } }] }],
    ['an unknown property', { ...wholeScenario, expect: [{ 'someone is upp': 'always' }] }],
    ['a metric with a word', { ...wholeScenario, expect: [{ 'pings correct': 'always' }] }],
    [
      'a step in a system without steps',
      { system: 'mute', duration: '1m', script: [{ at: '1s', step: { node: 1, do: 'forget' } }] },
    ],
  ])('on %s', (_name, scenario) => {
    expect(valid(scenario)).toBe(false);
    expect(loads(scenario)).toBe(false);
  });
});
