import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Shell } from '../shell.ts';

const EXAMPLES = `
Exit codes: 0 nothing violated within the bounds, 1 a violation was found, 2 the scenario cannot be explored.

Examples:
  npm run sim -- check scenarios/check/chord-paper.yaml
  npm run sim -- check scenarios/check/chord-correct.yaml --depth 60
  npm run sim -- check scenarios/check/supernode-crossed.yaml --after 2s --rounds 0
`;

/** `check <scenario>`: every order of what can happen, for a few processes. */
export function addCheck(program: Command, shell: Shell, done: (code: ExitCode) => void): void {
  program
    .command('check')
    .summary('go through every order of messages, time-outs and crashes for a few processes, within bounds')
    .description(
      'Explores every state that a small system can reach: messages in any order, timers in any order, and each fault and operation of the scenario once, at any moment (docs/hunting.md says what is left out).',
    )
    .argument('<scenario>', 'a scenario file (YAML) with a few processes')
    .option('--depth <n>', 'at most so many moves in a row', '60')
    .option('--rounds <n>', 'how often each timer of each process may fire', '1')
    .option('--losses <n>', 'datagrams that may be lost', '0')
    .option('--duplicates <n>', 'datagrams that may arrive twice', '0')
    .option('--timeouts <n>', 'requests that may time out although an answer is on its way', '0')
    .option('--after <time>', 'begin with the state of the run at that time', '0')
    .option('--states <n>', 'at most so many states', '2000000')
    .option('--set <path=value>', 'edit the scenario before (repeatable)', collect)
    .option('--json', 'print what came of it as JSON, and nothing else')
    .option('--quiet', 'no progress')
    .option('--no-color', 'no colours')
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const { check } = await import('../check/check.ts');
      done(await check(file, options, shell));
    });
}

const collect = (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value];
