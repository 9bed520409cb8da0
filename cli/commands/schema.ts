import type { Command } from '@commander-js/extra-typings';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Shell } from '../shell.ts';

/** `schema`: what editors complete scenarios from. */
export function addSchema(program: Command, shell: Shell, done: (code: ExitCode) => void): void {
  program
    .command('schema')
    .summary('print the JSON Schema of scenarios, for editors')
    .description('Prints the JSON Schema (draft 7) of scenario files, from which editors complete and explain.')
    .addHelpText('after', '\nExample:\n  npm run --silent sim -- schema > scenario.schema.json\n')
    .action(async () => {
      const [{ scenarioJsonSchema }, systems] = await Promise.all([
        import('../../sim/scenario/json-schema.ts'),
        shell.systems(),
      ]);
      shell.out.write(`${JSON.stringify(scenarioJsonSchema(systems), null, 2)}\n`);
      done(EXIT.ok);
    });
}
