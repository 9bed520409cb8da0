/** Every registered system can be spoken of, and every shipped scenario is right: for the loader, for an editor, for a reader. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { systems } from '../../protocols/registry.ts';
import { headOf } from '../../sim/scenario/head.ts';
import { scenarioJsonSchema } from '../../sim/scenario/json-schema.ts';
import { formatProblems, loadScenario } from '../../sim/scenario/load.ts';
import { complaints } from './json-schema-validator.ts';

const schema = scenarioJsonSchema(systems);
const files = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.yaml'))
  .sort();

describe('registered systems', () => {
  test.each([...systems.keys()])('%s needs no more than its defaults', (name) => {
    const text = `system: ${name}\nduration: 1m\nnodes: 16\n`;
    const loaded = loadScenario(text, { file: name, systems });
    expect(loaded.ok ? 'ok' : formatProblems(loaded.problems, text)).toBe('ok');
  });

  test.each([...systems.keys()])('%s explains each setting', (name) => {
    const definitions = schema.definitions as Readonly<
      Record<string, { readonly properties: { readonly config: { readonly properties: object } } }>
    >;
    const config = Object.entries(definitions[name].properties.config.properties);
    const mute = config.filter(
      ([, said]: [string, { readonly description?: string }]) => said.description === undefined,
    );
    expect(config.length).toBeGreaterThan(0);
    expect(mute.map(([key]) => key)).toEqual([]);
  });
});

describe('shipped scenarios', () => {
  test('there are some', () => {
    expect(files.length).toBeGreaterThan(5);
  });

  test.each(files)('%s', (file) => {
    const text = readFileSync(`scenarios/${file}`, 'utf8');
    const loaded = loadScenario(text, { file, systems });
    expect(loaded.ok ? 'ok' : formatProblems(loaded.problems, text)).toBe('ok');
    expect(complaints(parse(text), schema, schema)).toEqual([]);
    expect(headOf(text).shows, 'a line "# Shows: …" in the head').not.toBeNull();
  });
});
