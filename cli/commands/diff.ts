import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Shell } from '../shell.ts';

const EXAMPLES = `
Exit codes: 0 they are one run, 1 they differ, 2 the input is wrong.

Examples:
  npm run sim -- diff scenarios/chord-churn.yaml --set config.successors=1
  npm run sim -- diff scenarios/gossip-zombie.yaml --set variant=hardened
  npm run sim -- diff before.recording after.recording
`;

/** `diff <a> [b]`: where two runs part, and in what. */
export function addDiff(program: Command, shell: Shell, done: (code: ExitCode) => void): void {
  program
    .command('diff')
    .summary('find the first event at which two runs differ, and show both side by side')
    .description(
      'Plays two recordings or scenarios event by event and stops at the first difference. With one file, the second run is the same with --set or --seed.',
    )
    .argument('<a>', 'a recording or a scenario')
    .argument('[b]', 'another one; default: the same')
    .option('--set <path=value>', 'edit the second scenario (repeatable)', collect)
    .option('--seed <seed>', 'another seed for the second')
    .option('--until <time>', 'compare up to that virtual time')
    .option('--no-color', 'no colours')
    .addHelpText('after', EXAMPLES)
    .action(async (a, b, options) => {
      const { diff } = await import('../diff/diff.ts');
      done(await diff(a, b ?? a, options, shell));
    });
}

const collect = (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value];
