// `npm run schema`: writes the JSON Schema of scenarios from the systems' own schemas, for editors to complete and explain.
// With --check it writes nothing, and fails when what is there is not what it would write.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systems } from '../protocols/registry.ts';
import { scenarioJsonSchema } from '../sim/scenario/json-schema.ts';

const file = fileURLToPath(new URL('../scenarios/scenario.schema.json', import.meta.url));
const schema = `${JSON.stringify(scenarioJsonSchema(systems), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, schema);
} else if (readIfThere(file) !== schema) {
  console.error('scenarios/scenario.schema.json is not what the schemas of the systems make: run npm run schema');
  process.exitCode = 1;
}

function readIfThere(path: string): string | null {
  try {
    // Where git writes CRLF, the text is the same.
    return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return null;
  }
}
