/** The dashboard on a real terminal, with the relay: `node --import tsx relay-dashboard.ts '{"speed":"max"}'`. Prints where it was left. */
import { type DashboardFlags, dashboard } from '../../../tui/index.ts';
import { livelyPlan } from './plans.ts';
import { RELAY_SCENARIO } from './shown.ts';

const flags = JSON.parse(process.argv[2] ?? '{}') as DashboardFlags & { readonly colour?: boolean };
const plan = livelyPlan();
const { simulation, ending } = await dashboard({
  plan,
  scenario: RELAY_SCENARIO,
  edits: { overrides: [], seed: undefined },
  flags,
  terminal: { stdin: process.stdin, stdout: process.stdout, env: process.env },
  colour: flags.colour ?? true,
});
const { events, fingerprint } = simulation;
simulation.run();
console.log(`left by ${ending} at ${events} ${fingerprint}, ended with ${simulation.fingerprint}`);
process.exitCode = 7;
