import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Shell } from '../shell.ts';

const EXAMPLES = `
On a terminal it opens the dashboard; in a pipe, or with --no-tui, --json, --quiet or --rewrite, it goes through it by itself.

Exit codes: 0 it is the run that was recorded, 2 the file is no whole recording, 3 the run differs from what was recorded.

Examples:
  npm run sim -- scenarios/chord-churn.yaml --record churn.recording
  npm run sim -- replay churn.recording
  npm run sim -- replay --lesson scenarios/lessons/gossip-zombie.recording
`;

/** `replay <recording>`: sees again what was recorded, or says where it differs. */
export function addReplay(program: Command, shell: Shell, done: (code: ExitCode) => void): void {
  program
    .command('replay')
    .summary('play a recording again and check that it is the same run; --lesson goes from stop to stop')
    .description('Plays a recording again, and checks every fingerprint in it on the way.')
    .argument('<recording>', 'a file that --record or the dashboard wrote')
    .option('--lesson', 'go from bookmark to bookmark, with their notes and questions')
    .option('--rewrite', 'play what the file says now and write it anew: after a change by hand, or of the program')
    .option('--json', 'print what came of it as JSON, and nothing else')
    .option('--quiet', 'no progress')
    .option('--no-tui', 'no dashboard, also on a terminal')
    .option('--record <file>', 'dashboard: write a recording of what is looked at, what ifs included')
    .option('--speed <speed>', 'dashboard: 0.1, x10 (virtual over real time), 4/s (events a second) or max')
    .option('--paused', 'dashboard: stand at first')
    .option('--at <time>', 'dashboard: begin at this virtual time, and stand')
    .option('--view <panel>', 'dashboard: what fills the main place')
    .option('--large', 'dashboard: large type, for projectors')
    .option('--script <file>', 'dashboard: keys to press, one a line (docs/dashboard.md)')
    .option('--no-color', 'no colours')
    .addHelpText('after', EXAMPLES)
    .action(async (file, options) => {
      const { replay } = await import('../replay/replay.ts');
      done(await replay(file, options, shell));
    });
}
