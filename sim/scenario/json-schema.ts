import { z } from 'zod';
import type { System } from '../contract/system.ts';
import { scenarioSchema } from './language/scenario.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema (draft 7) of all systems' scenarios, from which editors complete and explain: one definition for each
 * system, chosen by the file's `system:`, and one for each kind of value that they share.
 */
export function scenarioJsonSchema(systems: ReadonlyMap<string, System>): Json {
  const names = [...systems.keys()];
  const parts = [...systems.values()].map(definitionsOf);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Peerscope scenario',
    type: 'object',
    properties: { system: { enum: names, description: 'Which peer-to-peer system this scenario is about.' } },
    required: ['system'],
    allOf: names.map((name) => ({
      if: { properties: { system: { const: name } }, required: ['system'] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's word
      then: { $ref: `#/definitions/${name}` },
    })),
    definitions: Object.assign({}, ...parts),
  };
}

/** A system's own schema under its name, and the parts with ids, of which some are those of every system. */
function definitionsOf(system: System): Json {
  const { definitions, $schema: _, ...own } = jsonSchemaOf(system);
  return apart({ ...(definitions as Json | undefined), [system.name]: own }) as Json;
}

/** With no reference beside other keys: draft 7 ignores what stands beside a reference. */
function apart(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(apart);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, ...rest } = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, apart(value)]));
  if ($ref === undefined) return rest;
  return Object.keys(rest).length === 0 ? { $ref } : { ...rest, allOf: [{ $ref }] };
}

function jsonSchemaOf(system: System): Json {
  return z.toJSONSchema(scenarioSchema(system), {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // Zod leaves out the examples of what it converts, since it takes them for outputs; ours are inputs.
      const examples = z.globalRegistry.get(zodSchema)?.examples;
      if (Array.isArray(examples) && jsonSchema.$ref === undefined) jsonSchema.examples = examples;
    },
  }) as Json;
}
