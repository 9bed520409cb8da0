import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Shell } from '../shell.ts';

const EXAMPLES = `
Exit codes: 0 nothing was found, 1 something was, 2 the scenario is wrong, 130 interrupted.

Examples:
  npm run sim -- hunt scenarios/hunt/gossip.yaml
  npm run sim -- hunt scenarios/hunt/chord-correct.yaml --seeds 2000 --minutes 10
  npm run sim -- shrink out/hunt/gossip-no-zombie.yaml
`;

/** `hunt <scenario>`: many seeds, each with another configuration within what the scenario allows. */
export function addHunt(program: Command, shell: Shell, done: (code: ExitCode) => void): void {
  program
    .command('hunt')
    .summary('try a scenario with many seeds, each varied within what it allows, and keep what fails')
    .description(
      'Runs a scenario with many seeds on all cores, each with its own faults, latencies, loss, load and settings within what the scenario and its `hunt:` allow (docs/hunting.md).',
    )
    .argument('<scenario>', 'a scenario file (YAML)')
    .option('--seeds <n>', 'how many seeds', '1000')
    .option('--from <n>', 'the first seed', '1')
    .option('--minutes <n>', 'stop after so long on the clock')
    .option('--workers <n>', 'threads; default: one for each core')
    .option('--set <path=value>', 'edit the scenario before (repeatable)', collect)
    .option('--out <dir>', 'where findings are kept as scenarios', 'out/hunt')
    .option('--events <n>', 'at most so many events a run', '2000000')
    .option('--json', 'print what was found as JSON, and nothing else')
    .option('--quiet', 'no progress')
    .option('--no-color', 'no colours')
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const { hunt } = await import('../hunt/hunt.ts');
      done(await hunt(file, options, shell));
    });
}

const collect = (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value];
