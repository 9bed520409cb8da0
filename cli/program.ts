/** The command line: what there is to say, and what comes of it. */
import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import packageJson from '../package.json' with { type: 'json' };
import { addCheck } from './commands/check.ts';
import { addDiff } from './commands/diff.ts';
import { addHunt } from './commands/hunt.ts';
import { addList } from './commands/list.ts';
import { addReplay } from './commands/replay.ts';
import { addRun } from './commands/run.ts';
import { addSchema } from './commands/schema.ts';
import { addShrink } from './commands/shrink.ts';
import { addVerify } from './commands/verify.ts';
import { Defect, InputError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { takenByNpm } from './npm-flags.ts';
import type { Shell } from './shell.ts';

const AFTER_HELP = `
Exit codes:
  0    all expectations hold
  1    an expectation failed, or the run ended too early to decide it
  2    the input is wrong: the command line, the scenario, a file
  3    a recording diverged
  70   a defect of ours
  130  interrupted (Ctrl-C), after a report of what was seen so far

Examples:
  npm run sim -- list
  npm run sim -- scenarios/chord-churn.yaml
  npm run sim -- scenarios/chord-churn.yaml --seed 7 --until 2m
  npm run --silent sim -- scenarios/chord-churn.yaml --json > report.json
`;

/**
 * Does what the arguments say.
 * @param args without the program's own name. @returns the exit code; it never throws.
 */
export async function runProgram(args: readonly string[], shell: Shell): Promise<ExitCode> {
  try {
    const taken = takenByNpm(args, shell.env);
    if (taken !== null) throw new InputError(taken);
    let code: ExitCode = EXIT.ok;
    const program = programFor(shell, (ended) => {
      code = ended;
    });
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return told(error, shell);
  }
}

function programFor(shell: Shell, done: (code: ExitCode) => void): Command {
  const program = new Command('npm run sim --')
    .description('Peerscope simulates peer-to-peer systems: a scenario and a seed give one run, always the same.')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({
      writeOut: (text) => shell.out.write(text),
      writeErr: (text) => shell.err.write(text),
      getOutHelpWidth: () => shell.out.columns,
      getErrHelpWidth: () => shell.err.columns,
    })
    .addHelpText('after', () => `\n${optionsOf(run)}${AFTER_HELP}`) as Command;
  const run = addRun(program, shell, done);
  addList(program, shell, done);
  addReplay(program, shell, done);
  addVerify(program, shell, done);
  addDiff(program, shell, done);
  addHunt(program, shell, done);
  addShrink(program, shell, done);
  addCheck(program, shell, done);
  addSchema(program, shell, done);
  return program;
}

/** A run needs no command's name, so its options belong on the first page. */
function optionsOf(run: CommandUnknownOpts): string {
  const help = run.helpInformation();
  return help.slice(help.indexOf('Options:')).replace('Options:', 'Options of a run:');
}

/** Tells what went wrong, and with which exit code that ends. */
export function told(error: unknown, { err, env }: Shell): ExitCode {
  // Commander has said its part itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrongInput;
  if (error instanceof InputError) {
    err.write(`${error.message}\n`);
    return EXIT.wrongInput;
  }
  const message = error instanceof Error ? error.message : String(error);
  err.write(
    `This is a defect of Peerscope, not of the scenario:\n  ${message}\nPlease report it with the scenario and this message.\n`,
  );
  if (env.PEERSCOPE_DEBUG === '1') err.write(`${stackOf(error)}\n`);
  else err.write('PEERSCOPE_DEBUG=1 in the environment shows where in the code it happened.\n');
  return EXIT.defect;
}

function stackOf(error: unknown): string {
  const origin = error instanceof Defect && error.cause !== undefined ? error.cause : error;
  return origin instanceof Error ? (origin.stack ?? origin.message) : String(origin);
}
