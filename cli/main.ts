/** The command itself: `npm run sim -- <scenario>`. */
import { runProgram, told } from './program.ts';
import { processShell } from './shell.ts';

const shell = processShell();
// What goes past every `await` (a stream, a timer) is told like everything else.
process.on('uncaughtException', (error) => process.exit(told(error, shell)));

// Not process.exit: what is still to be written gets written.
process.exitCode = await runProgram(process.argv.slice(2), shell);
