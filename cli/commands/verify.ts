import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Shell } from '../shell.ts';

const EXAMPLES = `
Exit codes: 0 no difference, 2 a scenario is wrong, 3 two runs that should be one differ.

Examples:
  npm run sim -- verify scenarios/chord-churn.yaml
  npm run sim -- verify scenarios/*.yaml --seeds 200 --events 20000
`;

/** `verify <scenario…>`: is a run the same each time? */
export function addVerify(program: Command, shell: Shell, done: (code: ExitCode) => void): void {
  program
    .command('verify')
    .summary('run scenarios several times and compare: in this process, and in a fresh one')
    .description(
      'Runs each scenario twice in this process, event by event side by side, and once in a fresh process, and names the first event that differs.',
    )
    .argument('<scenarios...>', 'scenario files (YAML)')
    .option('--seeds <n>', "so many seeds: the scenario's own, then 1, 2, 3, …", '1')
    .option('--set <path=value>', 'edit the scenarios before they are run (repeatable)', collect)
    .option('--until <time>', 'compare up to that virtual time')
    .option('--events <n>', 'compare at most so many events of each run')
    .option('--quiet', 'no progress')
    .option('--no-color', 'no colours')
    .addHelpText('after', EXAMPLES)
    .action(async (files, options) => {
      const { verify } = await import('../verify/verify.ts');
      done(await verify(files, options, shell));
    });
}

const collect = (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value];
