import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Shell } from '../shell.ts';

const EXAMPLES = `
Exit codes: 0 a smaller scenario was written (or it is as small as it gets), 1 the scenario does not fail, 2 it is wrong.

Examples:
  npm run sim -- shrink out/hunt/gossip-no-zombie.yaml
  npm run sim -- shrink scenarios/news-double-publish.yaml --seconds 120 --out small.yaml
`;

/** `shrink <scenario>`: the smallest scenario that fails in the same way, and the story of how it does. */
export function addShrink(program: Command, shell: Shell, done: (code: ExitCode) => void): void {
  program
    .command('shrink')
    .summary('make a failing scenario as small as it gets, and tell what led to the failure')
    .description(
      'Takes from a failing scenario whatever is not needed for it to fail in the same way: nodes, faults, operations, time. Then tells the events that led there.',
    )
    .argument('<scenario>', 'a scenario file (YAML) that fails, or that shows a flaw')
    .option('--seed <seed>', "in place of the scenario's seed")
    .option('--set <path=value>', 'edit the scenario before (repeatable)', collect)
    .option('--property <name>', 'the property whose failure is meant; default: the first that fails')
    .option('--seconds <n>', 'at most so long', '60')
    .option(
      '--out <file>',
      'where the small scenario is written; default: beside the scenario, with -small in its name',
    )
    .option('--json', 'print what came of it as JSON, and nothing else')
    .option('--quiet', 'no progress')
    .option('--no-color', 'no colours')
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const { shrink } = await import('../shrink/shrink.ts');
      done(await shrink(file, options, shell));
    });
}

const collect = (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value];
