import type { Command, CommandUnknownOpts } from '@commander-js/extra-typings';
import { InputError } from '../errors.ts';
import type { ExitCode } from '../exit-code.ts';
import { inlineForLargeRuns } from '../inlining.ts';
import type { Shell } from '../shell.ts';

const EXAMPLES = `
Examples:
  npm run sim -- scenarios/chord-churn.yaml
  npm run sim -- scenarios/chord-churn.yaml --seed 7 --set config.successors=1
  npm run sim -- scenarios/chord-churn.yaml --until 2m --trace churn.ndjson
  npm run --silent sim -- scenarios/chord-churn.yaml --json > report.json
`;

const collect = (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value];

/** `run <scenario>`: the command that is meant when none is named. */
export function addRun(program: Command, shell: Shell, done: (code: ExitCode) => void): CommandUnknownOpts {
  return program
    .command('run', { isDefault: true })
    .summary('run a scenario and report what it showed (the word "run" may be left out)')
    .description(
      'Runs a scenario and reports what it showed: progress on standard error, the report on standard output.',
    )
    .argument('[scenario]', 'a scenario file (YAML)')
    .option('--seed <seed>', "in place of the scenario's seed")
    .option('--set <path=value>', 'edit the scenario before it is run: --set config.successors=1 (repeatable)', collect)
    .option('--until <time>', 'stop at that virtual time (2m, 90.5s); what comes later stays undecided')
    .option('--trace <file>', 'write every event with its cause into a file (NDJSON, docs/trace-format.md)')
    .option(
      '--record <file>',
      'write a recording, which replay plays again (docs/recordings.md); also of the dashboard',
    )
    .option('--json', 'print the whole report as JSON, and nothing else')
    .option('--definitions', 'say below each table what its names mean')
    .option('--quiet', 'no progress')
    .option('--no-tui', 'no dashboard, also on a terminal')
    .option('--speed <speed>', 'dashboard: 0.1, x10 (virtual over real time), 4/s (events a second) or max')
    .option('--paused', 'dashboard: stand at first')
    .option('--at <time>', 'dashboard: begin at this virtual time, and stand')
    .option('--view <panel>', 'dashboard: what fills the main place')
    .option('--large', 'dashboard: large type, for projectors')
    .option('--script <file>', 'dashboard: keys to press, one a line (docs/dashboard.md)')
    .option('--cast <file>', 'dashboard: write the session as an asciicast, paced by virtual time')
    .option('--no-color', 'no colours (NO_COLOR in the environment does the same)')
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      if (file === undefined) {
        throw new InputError(
          'Which scenario?\n  npm run sim -- list shows those that there are, npm run sim -- --help the options',
        );
      }
      const { loadSource } = await import('../load.ts');
      const source = await loadSource({ file, ...options, set: options.set ?? [] }, shell);
      inlineForLargeRuns(source.plan.nodes ?? 0);
      const { live, wantsDashboard } = await import('../live.ts');
      if (wantsDashboard(options, shell)) {
        done(await live(source, options, shell));
        return;
      }
      const { headless } = await import('../headless.ts');
      done(await headless(source, options, shell));
    });
}
