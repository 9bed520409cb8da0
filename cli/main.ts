/** The command itself: `npm run sim -- <scenario>`. */
import { runProgram } from './program.ts';
import { processShell } from './shell.ts';

// Not process.exit: what is still to be written gets written.
process.exitCode = await runProgram(process.argv.slice(2), processShell());
