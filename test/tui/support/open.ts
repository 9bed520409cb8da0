/**
 * The dashboard on a real terminal with a scenario, without the command around it: `open.ts scenarios/chord-churn.yaml '{"speed":"max"}'`. Prints how the
 * trunk was left, and what it comes to when it is played on.
 */
import { readFileSync } from 'node:fs';
import { systems } from '../../../protocols/registry.ts';
import { formatProblems, loadScenario } from '../../../sim/scenario/load.ts';
import { type DashboardFlags, dashboard } from '../../../tui/index.ts';

const [file = '', said = '{}'] = process.argv.slice(2);
const flags = JSON.parse(said) as DashboardFlags & { readonly colour?: boolean };
const loaded = loadScenario(readFileSync(file, 'utf8'), { file, systems });
if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
const { simulation, ending } = await dashboard({
  plan: loaded.plan,
  scenario: loaded.scenario,
  edits: { overrides: [], seed: undefined },
  flags,
  terminal: { stdin: process.stdin, stdout: process.stdout, env: process.env },
  colour: flags.colour ?? true,
});
const { events, fingerprint } = simulation;
simulation.run();
console.log(`left by ${ending} at ${events} ${fingerprint}, ended with ${simulation.fingerprint}`);
process.exitCode = 7;
